//! The interpreter's windows against loops that follow the language's pages to the letter: random topologies of windows
//! over windows, unions and late rows, on rows out of order, late, without time, before 1970 and at the end of all time.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail by a panic")]

mod by_hand;
#[path = "../common/mod.rs"]
mod common;
mod exact;
mod oracle;
mod random;
mod shape;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use oracle::{Cell, Line, Row};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use shape::{Shape, Spout};
use streamwright_interpreter::{Collected, Program};
use streamwright_values::{Timestamp, text};

/// As a spout reads it.
fn file(spout: &Spout) -> String {
    let mut file = String::new();
    for line in &spout.lines {
        let _ = match line {
            Line::Malformed => writeln!(file, "{{"),
            Line::Tuple { key, n, x, at: Some(at) } => {
                writeln!(file, "{{\"k\":\"{key}\",\"n\":{n},\"x\":{x:?},\"at\":{at}}}")
            }
            Line::Tuple { key, n, x, at: None } => {
                writeln!(file, "{{\"k\":\"{key}\",\"n\":{n},\"x\":{x:?}}}")
            }
        };
    }
    file
}

fn interpret(shape: &Shape, clock: i64) -> Collected {
    let topology = common::topology(&shape.text());
    let program = Program::new(&topology, Vec::new()).unwrap();
    let named = |(index, spout): (usize, &Spout)| (format!("spout_{index}"), file(spout).into_bytes());
    let inputs: BTreeMap<String, Vec<u8>> = shape.spouts.iter().enumerate().map(named).collect();
    program.run_in_memory(&inputs, Timestamp(clock)).unwrap()
}

/// A line of a sink, read as what it should be.
fn cells(line: &str, wanted: &[Cell]) -> Vec<Cell> {
    let read = |(cell, wanted): (&str, &Cell)| match wanted {
        _ if cell.is_empty() => Cell::Absent,
        Cell::Absent | Cell::Text(_) => Cell::Text(cell.to_owned()),
        Cell::Int(_) => Cell::Int(cell.parse().unwrap()),
        Cell::Float(_) => Cell::Float(cell.parse().unwrap()),
        Cell::Time(_) => Cell::Time(text::parse_timestamp(cell).unwrap().0),
    };
    line.split(',').zip(wanted).map(read).collect()
}

/// Equal to the last bit.
fn same(left: &[Cell], right: &[Cell]) -> bool {
    left.len() == right.len()
        && left.iter().zip(right).all(|pair| match pair {
            (Cell::Float(left), Cell::Float(right)) => left.to_bits() == right.to_bits(),
            (left, right) => left == right,
        })
}

fn compare_rows(sink: &str, wanted: &[Row], written: &str) -> Result<(), String> {
    let lines: Vec<&str> = written.lines().collect();
    for (number, row) in wanted.iter().enumerate() {
        let line = lines.get(number).copied().unwrap_or_default();
        let (got, columns) = (cells(line, &row.cells), line.split(',').count());
        if columns != row.cells.len() || !same(&got, &row.cells) {
            return Err(format!("{sink}, row {number}: defined {:?}, got {line:?}", row.cells));
        }
    }
    match lines.get(wanted.len()) {
        Some(line) => Err(format!("{sink}: a row too many: {line}")),
        None => Ok(()),
    }
}

/// What differs between a run and its definition.
fn compare(shape: &Shape, clock: i64) -> Result<(), String> {
    let (mut run, streams) = shape.run(clock);
    let collected = interpret(shape, clock);
    for (stream, rows) in shape.streams.iter().zip(&streams) {
        compare_rows(&stream.sink, rows, &common::rows(&collected, &stream.sink))?;
    }
    let mut letters = String::new();
    for letter in run.sorted_letters() {
        let (spout, position) = match letter.origin {
            Some((spout, position)) => (format!("spout_{spout}"), position.to_string()),
            None => Default::default(),
        };
        let bolt = letter.bolt.as_deref().unwrap_or_default();
        let _ = writeln!(letters, "{spout},{position},{bolt},{}", letter.code);
    }
    let got = common::rows(&collected, "letters");
    if got != letters {
        return Err(format!("letters: defined\n{letters}got\n{got}"));
    }
    let rows = streams.iter().map(Vec::len).sum::<usize>() + run.letters.len();
    let row_letters = run.letters.iter().filter(|letter| letter.origin.is_none()).count();
    let tuples: usize = shape.spouts.iter().map(|spout| spout.lines.len()).sum();
    let summary = collected.summary;
    let defined = [
        ("tuples", tuples as u64, summary.tuples),
        ("dead-lettered", run.dead_lettered() as u64, summary.dead_lettered),
        ("late", run.late, summary.late),
        ("filtered", run.filtered, summary.filtered),
        ("rows written", rows as u64, summary.rows_written),
        ("rows dead-lettered", row_letters as u64, summary.rows_dead_lettered),
    ];
    let differs = defined.iter().find(|(_, defined, counted)| defined != counted);
    match differs {
        Some((name, defined, counted)) => Err(format!("{name}: defined {defined}, counted {counted}")),
        None if !summary.adds_up() => Err(format!("{summary:?}")),
        None => Ok(()),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn windows_are_what_they_are_defined_to_be((shape, clock) in random::topology()) {
        if let Err(difference) = compare(&shape, clock) {
            return Err(TestCaseError::fail(format!("{difference}\n{}", shape.text())));
        }
    }
}

/// Random runs of which nearly all rows are late, filtered or dead would show nothing.
#[test]
fn the_random_runs_get_to_everything() {
    let mut runner = TestRunner::deterministic();
    let (mut chained, mut late_again, mut released_letters, mut letters, mut weeks) = (0, 0, 0, 0, 0);
    for _ in 0..200 {
        let (shape, clock) = random::topology().new_tree(&mut runner).unwrap().current();
        let (run, streams) = shape.run(clock);
        for bolt in &shape.bolts {
            let rows = streams[shape.named(&bolt.name)].len();
            let reads = |what: fn(&str) -> bool| {
                bolt.inputs.iter().any(|(stream, _)| what(&shape.streams[*stream].name))
            };
            chained +=
                if reads(|name| name.starts_with("bolt") && !name.ends_with(".late")) { rows } else { 0 };
            late_again += if reads(|name| name.ends_with(".late")) { rows } else { 0 };
            weeks += if bolt.window.counts_from_monday() { rows } else { 0 };
        }
        letters += run.letters.len();
        released_letters += run.letters.iter().filter(|letter| letter.origin.is_none()).count();
    }
    let reached = [chained, late_again, released_letters, letters, weeks];
    assert!(reached.iter().zip([1_000, 300, 100, 500, 80]).all(|(got, least)| *got >= least), "{reached:?}");
}
