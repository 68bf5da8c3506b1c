//! The generated topologies are valid, reach every part of the language, and run.

use std::collections::BTreeSet;

use streamwright_dsl::source::Sources;
use streamwright_dsl::topology::Topology;
use streamwright_tests::corpus::{self, Case, check_case, features, inputs, interpret, topologies};
use streamwright_values::functions;

const SEED: u64 = 1;

fn checked(case: &Case) -> Topology {
    check_case(&mut Sources::default(), case).unwrap_or_else(|findings| panic!("{}\n{findings}", case.text))
}

#[test]
fn every_generated_topology_passes_the_checker() {
    for case in topologies(SEED, 600) {
        checked(&case);
    }
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

/// What the corpus has to reach, beside all functions.
const FEATURES: &[&str] = &[
    "field bool",
    "field int",
    "field float",
    "field string",
    "field bytes",
    "field timestamp",
    "field duration",
    "field ip",
    "field int?",
    "field string?",
    "field list",
    "field list?",
    "field record",
    "field record?",
    "expression Field",
    "unnest list in a spout",
    "unnest list in a bolt",
    "unnest list in a windowed bolt",
    "unnest list in a sink",
    "unnest optional in a spout",
    "unnest optional in a bolt",
    "unnest optional in a windowed bolt",
    "absent",
    "wire name",
    "form Plain",
    "form UnixSeconds",
    "form UnixMillis",
    "form UnixMicros",
    "form UnixNanos",
    "form Strftime",
    "spouts 1",
    "spouts 2",
    "spouts 3",
    "read json",
    "read csv header true",
    "read csv header false",
    "read logfmt",
    "read text",
    "read combined",
    "read pattern",
    "read generate",
    "read generate events",
    "read stdin",
    "spout with steps",
    "no time",
    "time timestamp",
    "time timestamp?",
    "time arrival",
    "ahead by",
    "union",
    "split",
    "split that drops",
    "split behind a window",
    "stream of a split",
    "stream late",
    "stream dead_letters",
    "chained windows",
    "tasks",
    "grouping written",
    "fields stateful",
    "partial stateful",
    "shuffle stateful",
    "global stateful",
    "all stateful",
    "direct stateful",
    "shuffle stateless",
    "local stateless",
    "global stateless",
    "all stateless",
    "direct stateless",
    "join",
    "left join",
    "lookup",
    "left lookup",
    "lookup for",
    "lookup in a table",
    "left lookup in a table",
    "distinct",
    "distinct within",
    "keep",
    "keep for",
    "keep by 0 keys",
    "keep by 2 keys",
    "several states",
    "declared function",
    "window tumbling",
    "window hopping",
    "window all",
    "window session",
    "window until",
    "window tumbling rows",
    "window trailing",
    "window trailing rows",
    "window running",
    "window running for",
    "window session with a longest",
    "allow late",
    "emit every",
    "left lookup for",
    "join behind a lookup",
    "join grouped as written",
    "lookup of a list or record",
    "top before select",
    "top behind select",
    "offset",
    "keys 0",
    "keys 1",
    "keys 2",
    "where",
    "let",
    "where behind a window",
    "let behind a window",
    "aggregate count of int",
    "aggregate sum of int",
    "aggregate sum of float",
    "aggregate sum of duration",
    "aggregate avg of float",
    "aggregate min of float",
    "aggregate max of string",
    "aggregate first of ip",
    "aggregate last of bytes",
    "filtered count",
    "filtered sum",
    "filtered avg",
    "filtered min",
    "filtered max",
    "filtered first",
    "filtered last",
    "write json",
    "write csv header true",
    "write csv header false",
    "write discard",
    "write stdout",
    "sink with steps",
    "expression Constant",
    "expression Param",
    "expression Column",
    "expression Present",
    "expression Some",
    "expression Widen",
    "expression IsPresent",
    "expression Not",
    "expression Negate",
    "expression And",
    "expression Or",
    "expression Coalesce",
    "expression If",
    "expression InList",
    "expression InRange",
    "expression Matches",
    "expression Extract",
    "expression Try",
    "operator Equal of bool",
    "operator NotEqual of bool",
    "operator Less of bool",
    "operator LessEqual of bool",
    "operator Greater of bool",
    "operator GreaterEqual of bool",
    "operator Add of int",
    "operator Subtract of int",
    "operator Multiply of int",
    "operator Divide of int",
    "operator Remainder of int",
    "operator Add of float",
    "operator Divide of float",
    "operator Add of string",
    "operator Add of timestamp",
    "operator Subtract of timestamp",
    "operator Subtract of duration",
    "operator Multiply of duration",
    "operator Divide of duration",
];

/// How many topologies may be made until each part of the language has been in one.
const MOST: usize = 2_000;

#[test]
fn the_corpus_reaches_every_part_of_the_language() {
    let functions = functions::all().map(|function| format!("function {}", function.rust));
    let mut missed: BTreeSet<String> =
        FEATURES.iter().map(|feature| (*feature).to_owned()).chain(functions).collect();
    for number in 0..MOST {
        let reached = features(&checked(&corpus::topology(SEED, number)));
        reached.iter().for_each(|feature| {
            missed.remove(feature);
        });
        if missed.is_empty() {
            return;
        }
    }
    panic!("{MOST} topologies do not reach {missed:#?}");
}

/// Beside the equations: a corpus of which most is filtered, late or dead would compare nothing.
#[test]
fn counters_add_up_on_every_run_and_rows_come_out() {
    let (mut late, mut rows, mut letters, mut row_letters, mut silent, mut runs) = (0, 0, 0, 0, 0, 0);
    let mut codes = BTreeSet::new();
    for case in topologies(SEED, 60) {
        let topology = checked(&case);
        for input in inputs(&case, SEED, 8) {
            let collected =
                interpret(&topology, &case, &input).unwrap_or_else(|error| panic!("{}\n{error}", case.text));
            let Some(collected) = collected else { continue };
            let summary = collected.summary;
            assert!(summary.adds_up(), "{}\n{summary:?}", case.text);
            runs += 1;
            silent += u64::from(summary.rows_written == 0 && summary.tuples > 0);
            late += summary.late;
            rows += summary.rows_written;
            letters += summary.dead_lettered;
            row_letters += summary.rows_dead_lettered;
            codes.extend(collected.unread.iter().map(|letter| letter.fault.code));
        }
    }
    let shares = format!("{rows} rows, {late} late, {letters} letters, {row_letters} of rows");
    assert!(rows > 5_000 && late > 500 && letters > 1_000 && row_letters > 100, "{shares}");
    assert!(silent * 3 < runs, "{silent} of {runs} runs wrote nothing");
    assert!(codes.len() >= 9, "{codes:?}");
}
