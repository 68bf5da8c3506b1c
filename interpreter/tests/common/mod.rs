//! From a topology's text to what a run of it puts out.

#![allow(clippy::unwrap_used, reason = "a test may fail by a panic")]

use std::collections::BTreeMap;

use streamwright_dsl::check::check;
use streamwright_dsl::diagnostic::{Colour, Diagnostic, human};
use streamwright_dsl::parse::parse;
use streamwright_dsl::source::{Source, Sources};
use streamwright_dsl::topology::Topology;
use streamwright_interpreter::{Collected, Program};
use streamwright_values::{Timestamp, Value};

/// The checked topology of a text that has no mistakes.
pub(crate) fn topology(text: &str) -> Topology {
    let mut sources = Sources::default();
    let file = sources.add(Source::new("test.topo", text));
    let (ast, mut findings) = parse(file, text);
    let topology = check(&ast, file, &mut findings);
    let shown: Vec<Diagnostic> = findings.iter().cloned().collect();
    assert!(!findings.has_errors(), "{text}\n{}", human(&shown, &sources, Colour::Never));
    topology.unwrap()
}

/// Runs a topology over the input of each spout.
#[allow(dead_code, reason = "not every test that shares this file calls all of it")]
pub(crate) fn run(text: &str, params: Vec<Value>, inputs: &[(&str, &str)]) -> Collected {
    let topology = topology(text);
    let program = Program::new(&topology, params).unwrap();
    let inputs: BTreeMap<String, Vec<u8>> =
        inputs.iter().map(|(spout, text)| ((*spout).to_owned(), text.as_bytes().to_vec())).collect();
    let collected = program.run_in_memory(&inputs, Timestamp(0)).unwrap();
    assert!(collected.summary.adds_up(), "{:?}", collected.summary);
    collected
}

/// What a sink wrote, as text.
#[allow(dead_code, reason = "not every test that shares this file calls all of it")]
pub(crate) fn rows(collected: &Collected, sink: &str) -> String {
    String::from_utf8(collected.sinks[sink].clone()).unwrap()
}
