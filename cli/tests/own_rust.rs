//! Own Rust through the real `topo`: what rustc says of it, and that an edit of it alone is built.

#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may fail by a panic")]

mod common;

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

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

const TICKS: &str = r#"topology ticks

rust mod "ticks.rs"

param fails: bool = false

record Tick { n: int, at: timestamp }

spout ticks: Tick { run ticks::Ticks { fails: fails, acknowledged: "acknowledged" }  time at, idle after 1ms }
bolt shown { from ticks  select n }
bolt counted { from ticks  window tumbling 10ms  select n = 100 + count() }
sink out { from shown, counted  write stdout as json }
"#;

const TICKS_RUST: &str = r#"
use streamwright::{Next, Spout};

use crate::bolts::TicksOptions;
use crate::records::Tick;

pub struct Ticks {
    given: u64,
    fails: bool,
    acknowledged: String,
}

impl Spout for Ticks {
    type Row = Tick;
    type Options = TicksOptions;
    type Position = u64;
    type Error = std::io::Error;

    fn open(options: &TicksOptions) -> std::io::Result<Ticks> {
        Ok(Ticks { given: 0, fails: options.fails, acknowledged: options.acknowledged.clone() })
    }

    fn next(&mut self) -> std::io::Result<Next<Tick>> {
        if self.given == 3 {
            assert!(!self.fails, "no more ticks");
            return Ok(Next::Nothing);
        }
        self.given += 1;
        let at = streamwright::Timestamp(self.given as i64 * 3_600_000_000_000);
        Ok(Next::Row(Tick { n: self.given as i64, at }))
    }

    fn position(&self) -> u64 {
        self.given
    }

    fn seek(&mut self, position: u64) -> std::io::Result<()> {
        self.given = position;
        Ok(())
    }

    fn ack(&mut self, position: u64) -> std::io::Result<()> {
        std::fs::write(&self.acknowledged, position.to_string())
    }
}
"#;

/// A spout that has nothing for now: what it gave goes on its way, its last window too when it is idle, a signal ends it, and it is told that all is done.
#[test]
fn a_live_spout_is_read_at_once_stopped_and_told() {
    let folder = Folder::new();
    folder.write("ticks.topo", TICKS);
    folder.write("ticks.rs", TICKS_RUST);
    folder.topo(["build", "--debug", "ticks.topo", "-o", "program"]).expect(0);
    for workers in ["1", "3"] {
        let mut command = Command::new(folder.path().join("program"));
        command.current_dir(folder.path()).args(["--summary", "json", "--workers", workers]);
        let mut child =
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("a program that starts");
        let mut rows = BufReader::new(child.stdout.take().expect("its output")).lines();
        let mut first: Vec<String> = rows.by_ref().take(6).collect::<Result<_, _>>().expect("rows");
        // The clock decides when a window leaves.
        first.sort_unstable();
        assert_eq!(first, [101, 101, 101, 1, 2, 3].map(|n| format!("{{\"n\":{n}}}")));
        let stopped = Command::new("kill").args(["-s", "TERM", &child.id().to_string()]).status();
        assert!(stopped.expect("kill").success());
        assert_eq!(rows.count(), 0);
        let told = child.wait_with_output().expect("its end");
        assert_eq!(told.status.code(), Some(0));
        let counts = common::summary(&String::from_utf8_lossy(&told.stderr));
        assert_eq!((&counts["in"], &counts["acked"]), (&3.into(), &3.into()), "{counts}");
        assert_eq!(folder.read("acknowledged"), "3");
    }
    let mut command = Command::new(folder.path().join("program"));
    command.current_dir(folder.path()).args(["--fails", "true"]);
    let done = Done::of(command).expect(2);
    assert!(done.err.contains("cannot read the spout `ticks`: ticks.rs:25: no more ticks"), "{}", done.err);
}
