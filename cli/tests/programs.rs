//! Programs at their edges, interpreted and compiled: data that nobody should send, outputs that fail, signals.

#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may fail by a panic")]

mod common;

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::{self, JoinHandle};

use common::{DIVIDE, Done, Folder, summary};

/// Never ends by itself.
const ENDLESS: &str = r#"topology endless

record Tick {
    at: timestamp,
    a: int,
}

spout ticks: Tick {
    read generate {
        fields: {
            at: clock("2026-03-02T08:00:00Z", 30ms, 5s),
            a: uniform(0, 10)
        }
    }
    time at, late by 10s
}

bolt counted {
    from ticks
    group by a
    window tumbling 1m
    select a, window_start, n = count()
}

sink all {
    from ticks
    write stdout as json
}

sink counts {
    from counted
    write file "counts.jsonl" as json
}
"#;

/// The two ways to run a topology. The compiled one is built first, so that what is started is the program itself.
#[derive(Clone, Copy, Debug)]
enum Door {
    Interpreted,
    Compiled,
}

const DOORS: [Door; 2] = [Door::Interpreted, Door::Compiled];

impl Door {
    /// Starts the topology in a folder, with these arguments of the program.
    fn open(self, folder: &Folder, topology: &str, arguments: &[&str]) -> Command {
        folder.write("t.topo", topology);
        let mut command = match self {
            Door::Interpreted => folder.command(["run", "--interpret", "t.topo", "--"]),
            Door::Compiled => {
                folder.topo(["build", "t.topo", "-o", "program"]).expect(0);
                let mut program = Command::new(folder.path().join("program"));
                program.current_dir(folder.path()).args(["--workers", "3"]);
                program
            }
        };
        command.args(["--summary", "json"]).args(arguments);
        command
    }
}

#[test]
fn bad_data_becomes_letters() {
    let lines: [&[u8]; 9] = [
        br#"{"at":"2026-01-01T00:00:00Z","a":6,"b":2}"#,
        br#"{"at":"2026-01-01T00:00:00Z","a":6,"#,
        br#"{"at":"noon","a":6,"b":2}"#,
        br#"{"at":"2026-01-01T00:00:00Z","a":9223372036854775807,"b":2}"#,
        br#"{"at":"2026-01-01T00:00:00Z","a":92233720368547758070,"b":2}"#,
        br#"{"at":"2026-01-01T00:00:00Z","a":6,"b":0}"#,
        b"{\"at\":\"2026-01-01T00:00:00Z\",\"a\":6,\"b\":2,\"c\":\"\xff\"}",
        b"  ",
        br#"{"at":"2026-01-01T00:00:01Z","a":-6,"b":3}"#,
    ];
    let mut letters = Vec::new();
    for door in DOORS {
        let folder = Folder::new();
        folder.write("in.jsonl", lines.join(&b'\n'));
        let done = Done::of(door.open(&folder, DIVIDE, &[])).expect(0);
        let counts = summary(&done.err);
        assert_eq!((&counts["in"], &counts["dead_lettered"]), (&8.into(), &6.into()), "{door:?}");
        assert_eq!(
            folder.read("out.jsonl"),
            "{\"at\":\"2026-01-01T00:00:00Z\",\"next\":7,\"quotient\":3}\n\
             {\"at\":\"2026-01-01T00:00:01Z\",\"next\":-5,\"quotient\":-2}\n"
        );
        letters.push(folder.read("letters.jsonl"));
    }
    assert_eq!(letters[0], letters[1]);
    let told: Vec<(u64, String)> = letters[0]
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"))
        .map(|one| (one["position"].as_u64().unwrap(), one["code"].as_str().unwrap().to_owned()))
        .collect();
    let expected = ["malformed", "wrong-type", "overflow", "overflow", "division-by-zero", "not-utf8"];
    let expected: Vec<(u64, String)> = (2..).zip(expected.map(str::to_owned)).collect();
    assert_eq!(told, expected);
}

#[test]
fn ten_letters_that_no_sink_reads_are_shown() {
    let unread = DIVIDE.split("sink letters").next().unwrap();
    let mut told = Vec::new();
    for door in DOORS {
        for (letters, last) in [(10, None), (12, Some("dead letters not shown: 2 more; "))] {
            let folder = Folder::new();
            folder.write("in.jsonl", "{\u{1b}[2J\u{7}\r\n".repeat(letters));
            let done = Done::of(door.open(&folder, unread, &[])).expect(0);
            let lines: Vec<&str> = done.err.lines().collect();
            assert_eq!(lines.len(), 10 + usize::from(last.is_some()) + 1, "{door:?}: {}", done.err);
            assert!(lines[9].starts_with("dead letter: pairs:10: malformed: "), "{}", lines[9]);
            assert!(lines[9].ends_with(r": {\u{1b}[2J\u{7}"), "{}", lines[9]);
            assert!(last.is_none_or(|last| lines[10].starts_with(last)), "{}", lines[10]);
            told.push(lines[..lines.len() - 1].join("\n"));
        }
    }
    assert_eq!(told[..2], told[2..]);
}

#[test]
fn a_line_of_100_mb_is_one_letter() {
    let good = "{\"at\":\"2026-01-01T00:00:00Z\",\"a\":6,\"b\":2}\n";
    for door in DOORS {
        let folder = Folder::new();
        let mut input = File::create(folder.path().join("in.jsonl")).expect("a file");
        input.write_all(good.as_bytes()).unwrap();
        for _ in 0..100 {
            input.write_all(&[b'x'; 1_000_000]).unwrap();
        }
        input.write_all(b"\n").unwrap();
        input.write_all(good.as_bytes()).unwrap();
        let done = Done::of(door.open(&folder, DIVIDE, &[])).expect(0);
        assert_eq!(summary(&done.err)["acked"], 2, "{door:?}");
        let letters = folder.read("letters.jsonl");
        assert!(letters.contains("\"position\":2") && letters.len() < 2_000, "{letters}");
        assert_eq!(folder.read("out.jsonl").lines().count(), 2);
    }
}

#[test]
fn inputs_and_outputs_that_cannot_be_used() {
    for door in DOORS {
        let folder = Folder::new();
        folder.write("in.jsonl", "{\"at\":\"2026-01-01T00:00:00Z\",\"a\":6,\"b\":2}\n".repeat(10_000));
        let missing = Done::of(door.open(&folder, DIVIDE, &["--input", "nowhere"])).expect(2);
        assert!(missing.err.contains("nowhere") && missing.err.contains("No such file"), "{}", missing.err);
        let empty = Done::of(door.open(&folder, DIVIDE, &["--input", ""])).expect(2);
        assert!(empty.err.contains("cannot read \"\": "), "{}", empty.err);
        let directory = Done::of(door.open(&folder, DIVIDE, &["--input", "."])).expect(2);
        assert!(directory.err.contains("folder"), "{}", directory.err);
        let unknown = Done::of(door.open(&folder, DIVIDE, &["--inptu", "in.jsonl"])).expect(2);
        assert!(unknown.err.contains("--input"), "{}", unknown.err);
        if Path::new("/dev/full").exists() {
            let full = Done::of(door.open(&folder, DIVIDE, &["--output", "/dev/full"])).expect(2);
            assert!(
                full.err
                    .starts_with("error: cannot write /dev/full: No space left on device (os error 28)\n"),
                "{}",
                full.err
            );
            let counts: serde_json::Value = serde_json::from_str(full.err.lines().last().unwrap()).unwrap();
            assert_eq!(counts["rows_written"], 0, "{door:?}");
            assert_eq!(counts["in"], counts["in_flight"], "{door:?}");
            assert_eq!(counts["rows_made"], counts["rows_in_flight"], "{door:?}");
            assert!(counts["rows_in_flight"].as_u64() > Some(0), "{door:?}");
        }
    }
}

#[test]
fn names_that_rust_has_for_itself_compile() {
    let names = concat!(env!("CARGO_MANIFEST_DIR"), "/../codegen/tests/hostile_names.topo");
    let folder = Folder::new();
    folder.topo(["build", "--debug", names, "-o", "program"]).expect(0);
}

#[test]
fn a_hop_too_small_for_its_window_is_told_before_anything_is_read() {
    let text = "topology hops\nparam hop: duration\nrecord Line { at: timestamp }\n\
                spout lines: Line { read stdin as json  time at }\n\
                bolt counts { from lines  window hopping 365d every hop  select n = count() }\n\
                sink out { from counts  write stdout as json }\n";
    for door in DOORS {
        let folder = Folder::new();
        let done = Done::of(door.open(&folder, text, &["--hop", "1ns"])).expect(2);
        let why = "counts: with a size of 365d and an `every` of 1ns a row would be in 31536000000000000 windows, and \
                   1000000 is the most";
        assert!(done.err.contains(why), "{door:?}: {}", done.err);
    }
}

#[test]
fn a_reader_that_goes_away_stops_the_program() {
    for door in DOORS {
        let folder = Folder::new();
        let mut command = door.open(&folder, ENDLESS, &[]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("a program");
        let mut first = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).expect("a row");
        assert!(first.starts_with("{\"at\":"), "{first}");
        let done = Done::from(child.wait_with_output().expect("an end")).expect(2);
        assert!(done.err.contains("Broken pipe"), "{}", done.err);
    }
}

#[test]
fn a_signal_ends_the_input() {
    for (door, signal) in DOORS.into_iter().zip(["INT", "TERM"]) {
        let folder = Folder::new();
        let mut command = door.open(&folder, ENDLESS, &[]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("a program");
        let mut rows = BufReader::new(child.stdout.take().unwrap());
        rows.read_line(&mut String::new()).expect("a row");
        let sent = Command::new("kill").args(["-s", signal, &child.id().to_string()]).status();
        assert!(sent.expect("kill").success());
        let mut rest = Vec::new();
        rows.read_to_end(&mut rest).expect("the rows");
        // On a busy machine the signal may come before a second row.
        assert!(rest.is_empty() || rest.ends_with(b"}\n"), "{door:?}");
        let done = Done::from(child.wait_with_output().expect("an end")).expect(0);
        let counts = summary(&done.err);
        let counted = fs::read_to_string(folder.path().join("counts.jsonl")).expect("the counts");
        let windows: u64 = counted
            .lines()
            .map(|row| serde_json::from_str::<serde_json::Value>(row).expect("JSON")["n"].as_u64().unwrap())
            .sum();
        // Nothing that was read is missing: the open windows were released.
        assert_eq!(Some(windows), counts["in"].as_u64(), "{door:?}");
        assert_eq!(rest.iter().filter(|byte| **byte == b'\n').count() as u64 + 1, windows, "{door:?}");
    }
}

/// Two spouts, so that what was read waits in a merge.
const LINES_OF_TWO: &str = r#"
topology lines
record Line { line: string }
spout here: Line { read stdin as text }
spout there: Line { read file "there" as text }
sink out { from here, there  write stdout as csv { header: false } }
sink letters { from dead_letters  write file "letters" as json }
"#;

#[test]
fn a_signal_is_the_end_of_the_input() {
    for door in DOORS {
        let folder = Folder::new();
        folder.write("there", "");
        let mut command = door.open(&folder, LINES_OF_TWO, &[]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("a program that starts");
        let mut input = child.stdin.take().expect("its input");
        let mut rows = BufReader::new(child.stdout.take().expect("its output"));
        input.write_all(b"one\ntwo\nthr").expect("room in the pipe");
        let mut first = String::new();
        rows.read_line(&mut first).expect("a row");
        let stopped = Command::new("kill").args(["-s", "TERM", &child.id().to_string()]).status();
        assert!(stopped.expect("kill").success());
        rows.read_to_string(&mut first).expect("rows");
        let told = child.wait_with_output().expect("its end");
        assert_eq!(told.status.code(), Some(0), "{door:?}");
        let letter = concat!(
            r#"{"spout":"here","position":3,"bolt":null,"code":"malformed","#,
            r#""error":"the program was stopped before the line's end","input":"thr"}"#
        );
        assert_eq!(first, "one\ntwo\n", "{door:?}");
        assert_eq!(folder.read("letters"), format!("{letter}\n"), "{door:?}");
        let counts = summary(&String::from_utf8_lossy(&told.stderr));
        assert_eq!((&counts["in"], &counts["dead_lettered"]), (&3.into(), &1.into()), "{door:?}: {counts}");
        drop(input);
    }
}

#[test]
fn an_output_is_neither_written_twice_nor_read() {
    let twice = LINES_OF_TWO
        .replace("write stdout as csv", r#"write file "there" as csv"#)
        .replace(r#"read file "there""#, r#"read file ("./" + name)"#)
        .replace("topology lines", "topology lines\nparam name: string = \"there\"");
    for door in DOORS {
        let folder = Folder::new();
        folder.write("there", "as it was\n");
        let done = Done::of(door.open(&folder, &twice, &[])).expect(2);
        assert_eq!(done.err.lines().last(), Some("error: cannot write there: it is read, too, as ./there"));
        assert_eq!(folder.read("there"), "as it was\n");
    }
}

const IDLE: &str = r#"
topology idle

record R { at: timestamp }

spout s: R { read stdin as json  time at, late by 1ms, idle after 1ms }
bolt w { from s  window tumbling 10ms  select n = count() }
sink out { from w  write stdout as json }
"#;

#[test]
fn a_window_leaves_while_nothing_comes() {
    for door in DOORS {
        let folder = Folder::new();
        let mut command = door.open(&folder, IDLE, &[]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("a program that starts");
        let mut input = child.stdin.take().expect("its input");
        let mut rows = BufReader::new(child.stdout.take().expect("its output"));
        // Each row has to come before anything else is given.
        for time in ["2026-01-05T00:00:01Z", "2026-01-05T01:00:00Z"] {
            writeln!(input, "{{\"at\": \"{time}\"}}").expect("room in the pipe");
            let mut row = String::new();
            rows.read_line(&mut row).expect("a row");
            assert_eq!(row, "{\"n\":1}\n", "{door:?}");
        }
        drop(input);
        let mut rest = String::new();
        rows.read_to_string(&mut rest).expect("its end");
        assert_eq!(rest, "", "{door:?}");
        Done::from(child.wait_with_output().expect("an end")).expect(0);
    }
}

const IDLE_BESIDE: &str = r#"
topology idle

record R { at: timestamp }

spout quiet: R { read file "quiet" as json  time at, late by 1ms, idle after 1ms }
spout s: R { read stdin as json  time at, late by 1ms, idle after 1ms }
bolt w { from quiet, s  window tumbling 10ms  select n = count() }
bolt late { from w.late  select n = -1 }
sink out { from w, late  write stdout as json }
"#;

#[test]
fn a_silent_spout_does_not_hold_back_the_others() {
    for (door, alone) in [(Door::Interpreted, true), (Door::Compiled, true), (Door::Compiled, false)] {
        let folder = Folder::new();
        let pipe = folder.path().join("quiet");
        assert!(Command::new("mkfifo").arg(&pipe).status().expect("mkfifo").success());
        let mut command = door.open(&folder, IDLE_BESIDE, &[]);
        if let (Door::Compiled, true) = (door, alone) {
            command = Command::new(folder.path().join("program"));
            command.current_dir(folder.path()).args(["--workers", "1"]);
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // Held open for reading too, so that opening it waits for nobody.
        let mut quiet = File::options().read(true).write(true).open(&pipe).expect("a pipe");
        let mut child = command.spawn().expect("a program that starts");
        let mut input = child.stdin.take().expect("its input");
        let mut rows = BufReader::new(child.stdout.take().expect("its output"));
        let give = |to: &mut dyn Write, time: &str| {
            writeln!(to, "{{\"at\": \"2026-01-05T{time}Z\"}}").expect("room in the pipe");
        };
        let mut comes = |expected: &str| {
            let mut row = String::new();
            rows.read_line(&mut row).expect("a row");
            assert_eq!(row, expected, "{door:?}");
        };
        // Nothing ever came from the quiet one.
        give(&mut input, "00:00:01");
        comes("{\"n\":1}\n");
        // Both go on, and fall silent.
        give(&mut input, "01:00:00");
        give(&mut quiet, "01:00:00");
        comes("{\"n\":2}\n");
        give(&mut quiet, "00:00:02");
        comes("{\"n\":-1}\n");
        drop((input, quiet));
        comes("");
        Done::from(child.wait_with_output().expect("an end")).expect(0);
    }
}

const RELAY: &str = r#"
topology relay

param source: string
param target: string

record R { a: int }

spout s: R { read tcp source as json }
bolt next { from s  select a = a + 1 }
sink out { from next  write tcp target as json }
"#;

fn listen() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    (listener, address)
}

/// Runs a relay to its end, beside the test, for a minute at most. Who listens at one of these addresses is then called once
/// more, so that a test whose program did not come waits for nobody.
fn relay(door: Door, folder: &Folder, source: SocketAddr, target: SocketAddr) -> JoinHandle<Done> {
    let arguments = ["--source", &source.to_string(), "--target", &target.to_string()];
    let program = door.open(folder, RELAY, &arguments);
    let mut command = Command::new("timeout");
    command.arg("60").arg(program.get_program()).args(program.get_args()).current_dir(folder.path());
    thread::spawn(move || {
        let done = Done::of(command);
        // Nobody listens any more where all went well.
        let _ = (TcpStream::connect(source), TcpStream::connect(target));
        done
    })
}

#[test]
fn rows_come_and_go_by_tcp() {
    for door in DOORS {
        let folder = Folder::new();
        let ((from, source), (to, target)) = (listen(), listen());
        let program = relay(door, &folder, source, target);
        let (mut input, _) = from.accept().expect("a connection that is read");
        let (output, _) = to.accept().expect("a connection that is written");
        let mut rows = BufReader::new(output);
        // Each row has to come before anything else is given.
        for a in [1, 2] {
            writeln!(input, "{{\"a\": {a}}}").expect("room in the connection");
            let mut row = String::new();
            rows.read_line(&mut row).expect("a row");
            assert_eq!(row, format!("{{\"a\":{}}}\n", a + 1), "{door:?}");
        }
        write!(input, "{{\"a\": 3}}").expect("room in the connection");
        drop(input);
        let mut rest = String::new();
        rows.read_to_string(&mut rest).expect("its end");
        assert_eq!(rest, "{\"a\":4}\n", "{door:?}");
        let done = program.join().expect("its end").expect(0);
        assert_eq!(summary(&done.err)["in"], 3, "{door:?}");
    }
}

#[test]
fn who_is_written_to_goes_away() {
    for door in DOORS {
        let folder = Folder::new();
        let ((from, source), (to, target)) = (listen(), listen());
        let program = relay(door, &folder, source, target);
        let (mut input, _) = from.accept().expect("a connection that is read");
        drop((to.accept().expect("a connection that is written"), to));
        // The first rows may still be taken by the system.
        while writeln!(input, "{{\"a\": 1}}").is_ok() {}
        let done = program.join().expect("its end").expect(2);
        let told = format!("error: cannot write {target}: ");
        assert!(done.err.lines().any(|line| line.starts_with(&told)), "{door:?}: {}", done.err);
    }
}

#[test]
fn nobody_listens() {
    for door in DOORS {
        let folder = Folder::new();
        // The port is free again when the listener is gone.
        let (_, at) = listen();
        let done = relay(door, &folder, at, at).join().expect("its end").expect(2);
        let told = format!("error: cannot read {at}: Connection refused");
        assert!(done.err.lines().any(|line| line.starts_with(&told)), "{door:?}: {}", done.err);
    }
}
