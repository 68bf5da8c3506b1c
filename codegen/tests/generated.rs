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
    generate_from(path, text)
}

fn generate_from(path: &str, text: String) -> (String, String) {
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

/// What a generated event's parts are made of, by what is done with them.
fn made(rest: &str) -> String {
    let events = r#"
        topology made
        record Bid { auction: int, price: int, url: string, at: timestamp from "dateTime" }
        record Event { bid: Bid? }
        spout events: Event { read generate "nexmark" { count: 10 }  time bid?.at, late by 0s }
    "#;
    let (plan, _) = generate_from("made.topo", format!("{events}{rest}"));
    let made = plan.lines().filter_map(|line| line.trim().strip_prefix("made of bid: "));
    made.collect::<Vec<_>>().join("; ")
}

#[test]
fn of_a_generated_event_only_what_somebody_reads_is_made() {
    let bids = "bolt bids { from events  unnest bid as b  select b.* }";
    let sink = |from: &str| format!("{bids} sink out {{ {from} write stdout as json }}");
    assert_eq!(made(&sink("from bids select price")), "price, at");
    assert_eq!(made(&sink("from bids where auction > 7 select price")), "auction, price, at");
    // A division by zero would be a letter, and shows all columns that it mentions.
    assert_eq!(made(&sink("from bids select x = 100 / price")), "price, at");
    assert_eq!(
        made(&sink("from events unnest bid as b select x = 100 / b.price")),
        "auction, price, url, at"
    );
    assert_eq!(made(&sink("from events")), "auction, price, url, at");
    assert_eq!(made(&sink("from events where bid != none select n = 1")), "at");
    let kept = "bolt kept { from events  window all  select kept = first(bid where bid != none) } sink out { from kept select n = 1 write stdout as json }";
    assert_eq!(made(kept), "auction, price, url, at");
}
