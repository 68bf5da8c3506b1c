//! A miniature of a generated program, written by hand: requests per client and minute, the noisy clients, and the lines
//! that are none. It shows what the code generator writes, and is the runtime's first end-to-end test.

#![allow(clippy::unwrap_used, reason = "a test may fail by a panic")]

mod program;

use std::ffi::OsString;
use std::path::Path;

use program::{INTERFACE, Program};
use proptest::prelude::*;
use streamwright::Summary;

/// Runs the program over `input`, and gives back what its three sinks wrote.
fn run(folder: &Path, input: &str, flags: &[&str]) -> (Summary, [String; 3]) {
    let rows_folder = folder.to_string_lossy();
    let summary = start(folder, input, &[flags, &["--folder", &rows_folder]].concat());
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    (summary, [read("counts"), read("noisy"), read("letters")])
}

fn start(folder: &Path, input: &str, flags: &[&str]) -> Summary {
    let path = folder.join("input");
    std::fs::write(&path, input).unwrap();
    let mut arguments: Vec<OsString> = vec!["--input".into(), path.into()];
    arguments.extend(flags.iter().map(OsString::from));
    streamwright::private::run(&INTERFACE, arguments, Program::make).unwrap()
}

const INPUT: &str = "a 0\nb 1\na 2\n\nnonsense\na 61\nb 125\na 62\nb 3\nc 126";

/// Everything on one thread, and roots too large to be cut.
const ALONE: &[&str] = &["--workers", "1"];

#[test]
fn rows_are_released_in_the_order_of_window_and_client() {
    let folder = tempfile::tempdir().unwrap();
    let (summary, [counts, noisy, letters]) = run(folder.path(), INPUT, ALONE);
    // When `a 62` and `b 3` come, the watermark is at 115 s: only `b 3` is late.
    assert_eq!(counts, "60 a 2\n60 b 1\n120 a 2\n180 b 1\n180 c 1\n");
    assert_eq!(noisy, "60 a 2\n120 a 2\n");
    assert_eq!(letters, "requests:5: malformed: no time: nonsense\n");
    assert_eq!((summary.read, summary.acked, summary.dead_lettered), (9, 8, 1));
    assert_eq!((summary.rows_made, summary.rows_written, summary.late), (8, 8, 1));
}

/// Rows of one root from several workers are joined before they are dropped, and count as written: else the root would
/// never be done, and with one slot nothing would go on.
#[test]
fn a_sink_that_discards_holds_up_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (written, _) = run(folder.path(), INPUT, ALONE);
    for workers in ["1", "2", "3", "8"] {
        let flags = ["--folder", "discard", "--workers", workers, "--slots", "1", "--root-size", "3"];
        let summary = start(folder.path(), INPUT, &flags);
        assert_eq!((summary.read, summary.acked, summary.in_flight), (9, 8, 0), "{workers} workers");
        assert_eq!(
            (summary.rows_made, summary.rows_written),
            (written.rows_made, written.rows_written),
            "{workers} workers"
        );
    }
}

/// Rows that are large enough to leave before their root is finished have nowhere to go there.
#[test]
fn large_rows_that_are_discarded_count_as_written() {
    let folder = tempfile::tempdir().unwrap();
    let client = |letter: &str| letter.repeat(300 << 10);
    let input = format!("{} 0\n{} 1\n{} 2\n", client("a"), client("b"), client("c"));
    let summary = start(folder.path(), &input, &["--folder", "discard", "--workers", "1"]);
    assert_eq!((summary.rows_made, summary.rows_written, summary.rows_in_flight), (3, 3, 0));
}

fn line() -> impl Strategy<Value = String> {
    prop_oneof![
        20 => ("[abcde]", 0..400u32).prop_map(|(client, at)| format!("{client} {at}\n")),
        2 => Just("nonsense\n".to_owned()),
        1 => Just("\n".to_owned()),
    ]
}

/// Lines whose times rise, with disorder around `late by`.
fn log() -> impl Strategy<Value = String> {
    proptest::collection::vec((line(), 0..25u32), 0..120).prop_map(|lines| {
        let mut text = String::new();
        for (index, (line, disorder)) in lines.iter().enumerate() {
            match line.trim_end().split_once(' ') {
                Some((client, _)) => {
                    let at = (index as u32 * 3 + 25).saturating_sub(*disorder);
                    text.push_str(&format!("{client} {at}\n"));
                }
                None => text.push_str(line),
            }
        }
        text
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn neither_workers_nor_cuts_show(input in prop_oneof![log(), proptest::collection::vec(line(), 0..80)
        .prop_map(|lines| lines.concat())])
    {
        let folder = tempfile::tempdir().unwrap();
        let (expected, rows) = run(folder.path(), &input, ALONE);
        let cuts: [&[&str]; 7] = [
            &[],
            &["--root-size", "1"],
            &["--root-size", "2"],
            &["--root-size", "7"],
            &["--root-cuts", "5"],
            &["--root-bytes", "11"],
            &["--root-size", "1", "--slots", "1"],
        ];
        for workers in ["1", "2", "3", "8"] {
            for cut in cuts {
                let flags = [&["--workers", workers], cut].concat();
                let (summary, found) = run(folder.path(), &input, &flags);
                prop_assert_eq!(&found, &rows, "{:?}", flags);
                let counts = |s: &Summary| {
                    (s.read, s.acked, s.dead_lettered, s.in_flight, s.late, s.rows_made, s.rows_written)
                };
                prop_assert_eq!(counts(&summary), counts(&expected), "{:?}", flags);
            }
        }
    }
}
