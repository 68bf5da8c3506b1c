//! A miniature of a generated program, written by hand: requests per client and minute, the noisy clients, and the lines
//! that are none. It shows what the code generator writes, and is the runtime's first end-to-end test.

mod program;

use std::ffi::OsString;
use std::path::Path;

use program::{INTERFACE, Program};
use streamwright::Summary;

/// Runs the program over `input`, and gives back what its three sinks wrote.
fn run(folder: &Path, input: &str, flags: &[&str]) -> (Summary, [String; 3]) {
    let path = |name: &str| folder.join(name).to_string_lossy().into_owned();
    std::fs::write(folder.join("input"), input).unwrap();
    let mut arguments: Vec<OsString> =
        vec!["--input".into(), path("input").into(), "--folder".into(), folder.into()];
    arguments.extend(flags.iter().map(OsString::from));
    let summary = streamwright::private::run(&INTERFACE, arguments, Program::make).unwrap();
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    (summary, [read("counts"), read("noisy"), read("letters")])
}

const INPUT: &str = "a 0\nb 1\na 2\n\nnonsense\na 61\nb 125\na 62\nb 3\nc 126";

#[test]
fn rows_are_released_in_the_order_of_window_and_client() {
    let folder = tempfile::tempdir().unwrap();
    let (summary, [counts, noisy, letters]) = run(folder.path(), INPUT, &["--workers", "1"]);
    // `a 62` and `b 3` come when the watermark is at 115 s: late by 10 s.
    assert_eq!(counts, "60 a 2\n60 b 1\n120 a 1\n180 b 1\n180 c 1\n");
    assert_eq!(noisy, "60 a 2\n");
    assert_eq!(letters, "requests:5: malformed: no time: nonsense\n");
    assert_eq!((summary.read, summary.acked, summary.dead_lettered), (9, 8, 1));
    assert_eq!((summary.rows_made, summary.rows_written, summary.late), (7, 7, 1));
}
