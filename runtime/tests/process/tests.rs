//! The tests. None waits for a time to pass: a program that hangs makes its test hang.
// Only tests stand here, outside `cfg(test)` because of the executable's own `main`.
#![allow(clippy::unwrap_used)]

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use super::AS_PROGRAM;

/// Every test and its name.
pub(crate) const ALL: &[(&str, fn())] = &[
    ("a_missing_input_is_named", a_missing_input_is_named),
    ("a_folder_is_no_input", a_folder_is_no_input),
    ("an_output_that_cannot_be_made_is_named", an_output_that_cannot_be_made_is_named),
    ("a_full_disk_stops_the_run_and_the_counters_are_told", a_full_disk_stops_the_run),
    ("a_reader_that_goes_away_stops_the_run", a_reader_that_goes_away_stops_the_run),
    ("nobody_has_to_listen_to_standard_error", nobody_has_to_listen_to_standard_error),
    ("the_first_signal_ends_a_silent_input", the_first_signal_ends_a_silent_input),
    ("the_second_signal_ends_the_program", the_second_signal_ends_the_program),
    ("an_input_without_a_known_length_is_read", an_input_without_a_known_length_is_read),
];

/// The program; everything that it is given and gives goes through pipes.
fn program(input: &Path, folder: &Path, flags: &[&str]) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.env(AS_PROGRAM, "1").arg("--input").arg(input).arg("--folder").arg(folder).args(flags);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Runs over an input of these lines; fails with code 2 and exactly this message, then the counters.
fn assert_fails(output: &Output, message: &str) {
    let told = told(output);
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert_eq!(told.lines().next(), Some(message), "{told}");
}

/// The number behind a counter's name.
fn counter(told: &str, name: &str) -> u64 {
    let line = told.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_else(|| panic!("{told}"));
    line.chars().filter(char::is_ascii_digit).collect::<String>().parse().unwrap()
}

fn signal(child: &Child, name: &str) {
    let status = Command::new("kill").args(["-s", name, &child.id().to_string()]).status().unwrap();
    assert!(status.success());
}

/// An input in which each minute has a row, and every fourth line is a letter.
fn many_lines(path: &Path, count: u32) {
    let line = |at: u32| if at % 4 == 3 { "nonsense\n".to_owned() } else { format!("client {}\n", at * 60) };
    std::fs::write(path, (0..count).map(line).collect::<String>()).unwrap();
}

fn a_missing_input_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("none");
    let output = program(&input, folder.path(), &[]).output().unwrap();
    let shown = input.display();
    assert_fails(&output, &format!("error: cannot read {shown}: No such file or directory (os error 2)"));
    assert!(!folder.path().join("counts").exists(), "outputs are not touched before the input is there");
}

fn a_folder_is_no_input() {
    let folder = tempfile::tempdir().unwrap();
    let output = program(folder.path(), folder.path(), &[]).output().unwrap();
    assert_fails(&output, &format!("error: cannot read {}: it is a folder", folder.path().display()));
}

fn an_output_that_cannot_be_made_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("input");
    many_lines(&input, 4);
    let nowhere = folder.path().join("nowhere");
    let output = program(&input, &nowhere, &[]).output().unwrap();
    let path = nowhere.join("counts");
    let shown = path.display();
    assert_fails(&output, &format!("error: cannot write {shown}: No such file or directory (os error 2)"));
}

fn a_full_disk_stops_the_run() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("input");
    many_lines(&input, 20_000);
    let path = folder.path().join("counts");
    symlink("/dev/full", &path).unwrap();
    for flags in [&["--workers", "1"][..], &["--workers", "2"], &["--workers", "3", "--slots", "1"]] {
        let flags = [flags, &["--root-bytes", "1000"]].concat();
        let output = program(&input, folder.path(), &flags).output().unwrap();
        let shown = path.display();
        assert_fails(&output, &format!("error: cannot write {shown}: No space left on device (os error 28)"));
        let told = told(&output);
        let finished = counter(&told, "acked") + counter(&told, "dead-lettered");
        assert!(counter(&told, "in flight") > 0, "{told}");
        assert_eq!(counter(&told, "in "), finished + counter(&told, "in flight"), "{told}");
    }
}

fn a_reader_that_goes_away_stops_the_run() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("input");
    many_lines(&input, 100_000);
    for workers in ["1", "2"] {
        let mut child = program(&input, Path::new("-"), &["--workers", workers]).spawn().unwrap();
        let mut first = [0; 10];
        let mut rows = child.stdout.take().unwrap();
        rows.read_exact(&mut first).unwrap();
        drop(rows);
        let output = child.wait_with_output().unwrap();
        assert_fails(&output, "error: cannot write standard output: Broken pipe (os error 32)");
    }
}

fn nobody_has_to_listen_to_standard_error() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("input");
    many_lines(&input, 40);
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let status = program(&input, folder.path(), &[]).stderr(full).status().unwrap();
    assert_eq!(status.code(), Some(0));
}

fn the_first_signal_ends_a_silent_input() {
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

fn the_second_signal_ends_the_program() {
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

fn an_input_without_a_known_length_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let output = program(Path::new("/proc/self/status"), folder.path(), &[]).output().unwrap();
    assert!(counter(&told(&output), "in ") > 0);
}
