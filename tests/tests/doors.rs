//! A topology has two doors: a file, and the tokens of `topology!`. What comes through them must not differ.

#![allow(clippy::unwrap_used, reason = "a test may fail by a panic")]

use std::path::{Path, PathBuf};

use proc_macro2::TokenStream;
use streamwright_codegen::expand::Text;
use streamwright_codegen::{plan, rust};
use streamwright_dsl::check::check;
use streamwright_dsl::parse::parse;
use streamwright_dsl::source::{Source, Sources};

/// Cases of `ui/` that cannot be the same.
const FILES_ONLY: [&str; 2] = [
    // Brackets without a partner are no tokens: rustc refuses them before the macro is asked.
    "closer_without_opener",
    "unbalanced_brackets",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The topologies in a folder and below, by path.
fn topologies(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(topologies(&path));
        } else if path.extension().is_some_and(|extension| extension == "topo") {
            let text = std::fs::read_to_string(&path).unwrap();
            found.push((path, text));
        }
    }
    found.sort();
    found
}

/// What comes of a source: each finding as code, line and column, and the program if there is one.
fn outcome(source: Source) -> (Vec<(&'static str, u32, u32)>, Option<String>) {
    let mut sources = Sources::default();
    let text = source.text.clone();
    let file = sources.add(source);
    let (ast, mut found) = parse(file, &text);
    let broken = found.has_errors();
    let topology = check(&ast, file, &mut found).filter(|_| !broken);
    let program = topology.map(|topology| rust::text(rust::items(&plan::plan(&topology), &sources)));
    let places = found.into_sorted().into_iter().map(|one| {
        let (line, column) = sources.get(one.span.file).line_column(one.span.lo);
        (one.code.id(), line, column)
    });
    (places.collect(), program)
}

#[test]
fn faults_are_the_same_and_stand_at_the_same_place() {
    let mut wrong = Vec::new();
    for (path, text) in topologies(&root().join("tests/ui")) {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let (in_file, _) = outcome(Source::new(&*name, &*text));
        let tokens = text.parse::<TokenStream>().ok();
        let in_macro = tokens.map(|tokens| outcome(Text::new(tokens).source).0);
        let same = in_macro.as_ref() == Some(&in_file);
        if same == FILES_ONLY.contains(&name.as_str()) {
            wrong.push(format!("{name}: {in_file:?} in a file, {in_macro:?} in the macro"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn programs_are_the_same() {
    let mut examples = topologies(&root().join("examples"));
    // Libraries are no programs, and what imports them needs their files, too.
    examples.retain(|(_, text)| text.contains("\ntopology ") && !text.contains("\nimport "));
    assert!(!examples.is_empty());
    for (path, text) in examples {
        let tokens = Text::new(text.parse().expect("examples are Rust tokens")).source;
        let (_, from_file) = outcome(Source::new(&*tokens.path, &*text));
        let (_, from_macro) = outcome(tokens);
        assert!(from_file.is_some(), "{} is wrong", path.display());
        assert_eq!(from_file, from_macro, "{}", path.display());
    }
}
