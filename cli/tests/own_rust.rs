//! Own Rust through the real `topo`: what rustc says of it, and that an edit of it alone is built.

#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may fail by a panic")]

mod common;

use std::process::Command;

use common::{Done, Folder};

const TOPOLOGY: &str = r#"topology own

rust mod "own.rs"
rust dep "memchr" = "2"

record Line { text: string }

fn commas(text: string) -> int = rust own::commas

spout lines: Line { read file "lines.jsonl" as json }
bolt counted { from lines  select commas = commas(text) }

sink out { from counted  write stdout as json }
"#;

const OWN: &str =
    "pub fn commas(text: &str) -> i64 {\n    memchr::memchr_iter(b',', text.as_bytes()).count() as i64\n}\n";

fn folder(own: &str) -> Folder {
    let folder = Folder::new();
    folder.write("own.topo", TOPOLOGY);
    folder.write("own.rs", own);
    folder.write("lines.jsonl", "{\"text\":\"a,b,c\"}\n");
    folder
}

fn build_and_run(folder: &Folder) -> String {
    folder.topo(["build", "--debug", "own.topo", "-o", "program"]).expect(0);
    let mut command = Command::new(folder.path().join("program"));
    command.current_dir(folder.path());
    Done::of(command).expect(0).out
}

#[test]
fn an_edit_of_the_rust_alone_is_built() {
    let folder = folder(OWN);
    assert_eq!(build_and_run(&folder), "{\"commas\":2}\n");
    folder.write("own.rs", OWN.replace("count() as i64", "count() as i64 * 10"));
    assert_eq!(build_and_run(&folder), "{\"commas\":20}\n");
}

#[test]
fn what_rustc_says_is_said_of_the_users_own_line() {
    let folder = folder(&OWN.replace("text.as_bytes()", "text.as_byte()"));
    folder.topo(["check", "own.topo"]).expect(0);
    let done = folder.topo(["build", "--debug", "own.topo"]).expect(2);
    assert!(done.err.contains("own Rust of `own.topo` does not compile"), "{}", done.err);
    assert!(done.err.contains("own.rs:2:") && !done.err.contains("a bug of"), "{}", done.err);
}

#[test]
fn what_does_not_fit_is_found_before_rustc_starts() {
    let folder = folder(&OWN.replace("-> i64", "-> usize"));
    let done = folder.topo(["build", "own.topo"]).expect(1);
    assert!(done.err.contains("T0803") && done.err.contains("own.topo:8:"), "{}", done.err);
    std::fs::remove_file(folder.path().join("own.rs")).unwrap();
    let done = folder.topo(["check", "own.topo"]).expect(1);
    assert!(done.err.contains("T0801") && done.err.contains("own.topo:3:10"), "{}", done.err);
}

#[test]
fn a_sink_that_fails_stops_the_run_and_what_it_did_not_take_is_counted() {
    let folder = Folder::new();
    folder.write(
        "full.topo",
        "topology full\nrust mod \"full.rs\"\nrecord Line { n: int, text: string }\n\
         spout lines: Line { read file \"lines.jsonl\" as json }\nsink out { from lines  run full::Full { room: 2 } }\n",
    );
    folder.write(
        "full.rs",
        "pub struct Full(i64);\nimpl streamwright::Sink for Full {\n    type Row<'a> = crate::bolts::OutRow<'a>;\n    \
         type Options = crate::bolts::OutOptions;\n    type Error = String;\n    \
         fn new(options: &Self::Options) -> Result<Full, String> { Ok(Full(options.room)) }\n    \
         fn write(&mut self, row: &Self::Row<'_>) -> Result<(), String> {\n        self.0 -= 1;\n        \
         if self.0 < 0 { Err(format!(\"no room for {} {}\", row.n, row.text)) } else { Ok(()) }\n    }\n}\n",
    );
    let lines: String = (0..5).map(|n| format!("{{\"n\":{n},\"text\":\"é\"}}\n")).collect();
    folder.write("lines.jsonl", lines);
    folder.topo(["build", "--debug", "full.topo", "-o", "program"]).expect(0);
    let mut command = Command::new(folder.path().join("program"));
    command.current_dir(folder.path()).args(["--summary", "json"]);
    let done = Done::of(command).expect(2);
    assert!(done.err.contains("cannot write the sink `out`: no room for 2 é"), "{}", done.err);
    assert!(!done.err.contains("panicked"), "{}", done.err);
}
