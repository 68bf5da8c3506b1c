//! The generated topologies are valid, reach every feature, and run.

use streamwright_tests::corpus::{check, inputs, interpret, topologies};

const SEED: u64 = 1;

#[test]
fn every_generated_topology_passes_the_checker() {
    let mut bad = 0;
    for case in topologies(SEED, 300) {
        if case.text.contains("read generate") {
            continue;
        }
        if let Err(findings) = check(&case.text) {
            eprintln!("{}: {findings}", case.name);
            bad += 1;
        }
    }
    assert_eq!(bad, 0);
}

#[test]
fn a_seed_gives_the_same_corpus_every_time() {
    let (first, second) = (topologies(SEED, 5), topologies(SEED, 5));
    for (first, second) in first.iter().zip(&second) {
        assert_eq!(first.text, second.text);
        assert_eq!(inputs(first, 3, 4), inputs(second, 3, 4));
    }
    assert_ne!(topologies(SEED, 1)[0].text, topologies(SEED + 1, 1)[0].text);
}

#[test]
fn counters_add_up_on_every_run() {
    for case in topologies(SEED, 100) {
        if case.text.contains("read generate") {
            continue;
        }
        let topology = check(&case.text).unwrap();
        for input in inputs(&case, SEED, 10) {
            let outcome =
                interpret(&topology, &case, &input).unwrap_or_else(|error| panic!("{}\n{error}", case.text));
            assert!(outcome.summary.adds_up(), "{}\n{:?}", case.text, outcome.summary);
        }
    }
}
