//! What is generated for the examples: the plan as it is explained, and the program's text.

#![allow(clippy::unwrap_used, reason = "a test may fail by a panic")]
#![allow(clippy::disallowed_methods, reason = "a test may read a file")]

use std::path::Path;

use streamwright_codegen::{plan, rust};
use streamwright_dsl::check::check;
use streamwright_dsl::diagnostic::Diagnostics;
use streamwright_dsl::parse::parse;
use streamwright_dsl::source::{Source, Sources};

/// The plan and the Rust text of a topology, by its path from the workspace.
fn generate(path: &str) -> (String, String) {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let text =
        std::fs::read_to_string(workspace.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    let mut sources = Sources::default();
    let file = sources.add(Source::new(path, text));
    let (ast, syntax) = parse(file, &sources.get(file).text);
    assert!(!syntax.has_errors(), "{path}: {:?}", syntax.into_sorted());
    let mut found = Diagnostics::new();
    let topology =
        check(&ast, file, &mut found).unwrap_or_else(|| panic!("{path}: {:?}", found.into_sorted()));
    let plan = plan::plan(&topology);
    let text = rust::program(&plan, &sources);
    (plan.to_string(), text)
}

macro_rules! snapshots {
    ($($name:ident: $path:literal;)*) => {
        $(#[test]
        fn $name() {
            let (plan, text) = generate($path);
            insta::assert_snapshot!(concat!(stringify!($name), "_plan"), plan);
            insta::assert_snapshot!(concat!(stringify!($name), "_rust"), text);
        })*
    };
}

snapshots! {
    request_counter: "examples/request_counter/request_counter.topo";
    sensors: "examples/sensors/sensors.topo";
    own_pattern: "examples/own_pattern/own_pattern.topo";
    hostile_names: "codegen/tests/hostile_names.topo";
}

#[test]
fn the_same_topology_gives_the_same_bytes() {
    let path = "examples/sensors/sensors.topo";
    assert_eq!(generate(path), generate(path));
}

/// Text that is no Rust would come out in one line, as tokens are.
#[test]
fn the_text_is_formatted_rust() {
    for path in ["examples/sensors/sensors.topo", "codegen/tests/hostile_names.topo"] {
        let (_, text) = generate(path);
        assert!(text.lines().count() > 100, "{text}");
    }
}
