//! What signals do to a program.
// Only tests stand here, outside `cfg(test)` because of the executable's own `main`.
#![allow(clippy::unwrap_used)]

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};

use super::tests::{assert_adds_up, counter, many_lines, program, told};

fn signal(child: &Child, name: &str) {
    let status = Command::new("kill").args(["-s", name, &child.id().to_string()]).status().unwrap();
    assert!(status.success());
}

pub(crate) fn the_first_signal_ends_a_silent_input() {
    for (name, workers) in [("INT", "1"), ("TERM", "1"), ("INT", "2"), ("TERM", "3")] {
        let flags = ["--workers", workers];
        let mut child = program(Path::new("/dev/stdin"), Path::new("-"), &flags).spawn().unwrap();
        let mut input = child.stdin.take().unwrap();
        input.write_all(b"a 0\nnonsense\n").unwrap();
        let mut rows = BufReader::new(child.stdout.take().unwrap());
        let mut letter = String::new();
        rows.read_line(&mut letter).unwrap();
        assert_eq!(letter, "requests:2: malformed: no time: nonsense\n");
        // The input stays open, and the program does not wait for it.
        signal(&child, name);
        let mut rest = String::new();
        rows.read_to_string(&mut rest).unwrap();
        assert_eq!(rest, "60 a 1\n");
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0));
        assert_eq!(counter(&told(&output), "in flight"), 0);
        drop(input);
    }
}

pub(crate) fn the_second_signal_ends_the_program() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("input");
    many_lines(&input, 100_000);
    let mut child = program(&input, Path::new("-"), &[]).spawn().unwrap();
    let mut first = [0; 10];
    let mut rows = child.stdout.take().unwrap();
    rows.read_exact(&mut first).unwrap();
    // The pipe is full before all rows are written, so the first signal cannot end the program. Two signals of one
    // kind might be taken for one.
    signal(&child, "TERM");
    signal(&child, "INT");
    assert_eq!(child.wait().unwrap().code(), Some(130));
}

/// A minute has so many windows of a nanosecond's hop that their firing does not end.
pub(crate) fn the_second_signal_ends_a_long_firing() {
    for workers in ["1", "2"] {
        let flags = ["--workers", workers, "--hop", "1ns", "--root-size", "1"];
        let mut child = program(Path::new("/dev/stdin"), Path::new("-"), &flags).spawn().unwrap();
        let mut input = child.stdin.take().unwrap();
        input.write_all(b"nonsense\na 0\nb 1000\n").unwrap();
        let mut rows = BufReader::new(child.stdout.take().unwrap());
        let mut line = || {
            let mut line = String::new();
            rows.read_line(&mut line).unwrap();
            line
        };
        assert_eq!(line(), "requests:1: malformed: no time: nonsense\n");
        if workers == "1" {
            // The rows of a firing leave as they come.
            assert_eq!(line(), "0 a 1\n");
        }
        // The first one is heard, and ends no firing: whatever is released now is released to its end.
        signal(&child, "TERM");
        signal(&child, "INT");
        assert_eq!(child.wait().unwrap().code(), Some(130));
    }
}

pub(crate) fn what_was_read_before_a_signal_counts() {
    const LINES: usize = 400_000;
    for flags in [["--workers", "1", "--root-bytes", "500"], ["--workers", "3", "--root-size", "9"]] {
        let (mut pipe, mut end) = std::io::pipe().unwrap();
        let text: String = (0..LINES).map(|at| format!("client {}\n", at * 60)).collect();
        let writer = std::thread::spawn(move || end.write_all(text.as_bytes()));
        let mut command = program(Path::new("/dev/stdin"), Path::new("-"), &flags);
        let mut child = command.stdin(pipe.try_clone().unwrap()).spawn().unwrap();
        drop(command);
        let mut rows = child.stdout.take().unwrap();
        rows.read_exact(&mut [0; 10]).unwrap();
        // Its rows have no room, so it stands still with lines that it has read.
        signal(&child, "TERM");
        rows.read_to_end(&mut Vec::new()).unwrap();
        let output = child.wait_with_output().unwrap();
        // What it has not read is still in the pipe.
        let mut rest = Vec::new();
        pipe.read_to_end(&mut rest).unwrap();
        writer.join().unwrap().unwrap();
        let ends = rest.iter().filter(|&&byte| byte == b'\n').count();
        let told = told(&output);
        assert_eq!(output.status.code(), Some(0), "{told}");
        assert!(ends > 0, "the signal came too late to show anything");
        assert_eq!(counter(&told, "acked"), (LINES - ends) as u64, "{told}");
        assert_eq!(counter(&told, "in flight"), 0, "{told}");
        assert_adds_up(&told);
    }
}

pub(crate) fn a_line_that_a_signal_cuts_off_is_a_letter() {
    for workers in ["1", "2"] {
        let flags = ["--workers", workers];
        let mut child = program(Path::new("/dev/stdin"), Path::new("-"), &flags).spawn().unwrap();
        let mut input = child.stdin.take().unwrap();
        // One write of this length is one read.
        input.write_all(b"a 0\nnonsense\nb 1").unwrap();
        let mut rows = BufReader::new(child.stdout.take().unwrap());
        rows.read_line(&mut String::new()).unwrap();
        signal(&child, "TERM");
        let mut rest = String::new();
        rows.read_to_string(&mut rest).unwrap();
        let letter = "requests:3: malformed: the program was stopped before the line's end: b 1\n";
        // Letters and rows have a sink each, and of two sinks nothing says which one is first.
        let mut rest: Vec<&str> = rest.split_inclusive('\n').collect();
        rest.sort_unstable();
        assert_eq!(rest, ["60 a 1\n", letter]);
        let output = child.wait_with_output().unwrap();
        let told = told(&output);
        assert_eq!(output.status.code(), Some(0), "{told}");
        assert_eq!((counter(&told, "in "), counter(&told, "dead-lettered")), (3, 2), "{told}");
        drop(input);
    }
}

fn named_pipe(folder: &Path, name: &str) -> PathBuf {
    let path = folder.join(name);
    assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
    path
}

/// Signals are heard before the first sink is opened.
fn wait_for(path: &Path) {
    while !path.exists() {
        std::thread::yield_now();
    }
}

pub(crate) fn a_pipe_that_nobody_writes_ends_at_a_signal() {
    let folder = tempfile::tempdir().unwrap();
    let input = named_pipe(folder.path(), "input");
    let child = program(&input, folder.path(), &[]).spawn().unwrap();
    wait_for(&folder.path().join("counts"));
    signal(&child, "TERM");
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    assert_eq!(counter(&told(&output), "in "), 0);
}

pub(crate) fn a_pipe_that_nobody_reads_ends_at_a_signal() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("input");
    many_lines(&input, 100);
    named_pipe(folder.path(), "noisy");
    let child = program(&input, folder.path(), &[]).spawn().unwrap();
    wait_for(&folder.path().join("counts"));
    signal(&child, "TERM");
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    assert_eq!(counter(&told(&output), "in "), 0);
}

pub(crate) fn a_named_pipe_is_written_when_somebody_reads() {
    let folder = tempfile::tempdir().unwrap();
    let input = named_pipe(folder.path(), "input");
    let counts = named_pipe(folder.path(), "counts");
    let child = program(&input, folder.path(), &[]).spawn().unwrap();
    let writer = std::thread::spawn(move || std::fs::write(input, "a 0\nb 1\n"));
    assert_eq!(std::fs::read_to_string(counts).unwrap(), "60 a 1\n60 b 1\n");
    writer.join().unwrap().unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    assert_eq!(counter(&told(&output), "in "), 2);
}
