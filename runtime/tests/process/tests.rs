//! The tests. None waits for a time to pass: a program that hangs makes its test hang.
// Only tests stand here, outside `cfg(test)` because of the executable's own `main`.
#![allow(clippy::unwrap_used)]

use std::io::{Read, Seek, SeekFrom, Write};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use super::{AS_PROGRAM, signals};

/// Every test and its name.
pub(crate) const ALL: &[(&str, fn())] = &[
    ("a_missing_input_is_named", a_missing_input_is_named),
    ("a_folder_is_no_input", a_folder_is_no_input),
    ("an_output_that_cannot_be_made_is_named", an_output_that_cannot_be_made_is_named),
    ("a_full_disk_stops_the_run_and_the_counters_are_told", a_full_disk_stops_the_run),
    ("a_reader_that_goes_away_stops_the_run", a_reader_that_goes_away_stops_the_run),
    ("nobody_has_to_listen_to_standard_error", nobody_has_to_listen_to_standard_error),
    ("an_input_without_a_known_length_is_read", an_input_without_a_known_length_is_read),
    ("a_file_that_becomes_shorter_stops_the_run", a_file_that_becomes_shorter_stops_the_run),
    ("a_line_beyond_the_limit_is_a_letter", a_line_beyond_the_limit_is_a_letter),
    ("what_is_not_utf8_is_a_letter", what_is_not_utf8_is_a_letter),
    ("one_file_is_not_written_twice", one_file_is_not_written_twice),
    ("an_input_is_not_written", an_input_is_not_written),
    ("many_workers_take_little_memory", many_workers_take_little_memory),
    ("the_first_signal_ends_a_silent_input", signals::the_first_signal_ends_a_silent_input),
    ("the_second_signal_ends_the_program", signals::the_second_signal_ends_the_program),
    ("the_second_signal_ends_a_long_firing", signals::the_second_signal_ends_a_long_firing),
    ("what_was_read_before_a_signal_counts", signals::what_was_read_before_a_signal_counts),
    ("a_line_that_a_signal_cuts_off_is_a_letter", signals::a_line_that_a_signal_cuts_off_is_a_letter),
    ("a_pipe_that_nobody_writes_ends_at_a_signal", signals::a_pipe_that_nobody_writes_ends_at_a_signal),
    ("a_pipe_that_nobody_reads_ends_at_a_signal", signals::a_pipe_that_nobody_reads_ends_at_a_signal),
    ("a_named_pipe_is_written_when_somebody_reads", signals::a_named_pipe_is_written_when_somebody_reads),
];

/// Room for the stacks of 256 workers, and not for as many places as there are pairs of them in each of their roots.
fn many_workers_take_little_memory() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("input");
    many_lines(&input, 2_000);
    let alone = program(&input, folder.path(), &["--workers", "1"]).output().unwrap();
    let counts = std::fs::read(folder.path().join("counts")).unwrap();
    let plain = program(&input, folder.path(), &["--workers", "256", "--root-size", "20"]);
    let mut limited = Command::new("sh");
    limited
        .args(["-c", "ulimit -v 2000000 && exec \"$0\" \"$@\""])
        .arg(plain.get_program())
        .args(plain.get_args());
    // The allocator would reserve room for each thread.
    let output = limited.env(AS_PROGRAM, "1").env("MALLOC_ARENA_MAX", "1").output().unwrap();
    let told = told(&output);
    assert_eq!((alone.status.code(), output.status.code()), (Some(0), Some(0)), "{told}");
    assert_eq!(counter(&told, "in "), 2_000);
    assert_eq!(std::fs::read(folder.path().join("counts")).unwrap(), counts);
}

/// The program; everything that it is given and gives goes through pipes.
pub(crate) fn program(input: &Path, folder: &Path, flags: &[&str]) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.env(AS_PROGRAM, "1").arg("--input").arg(input).arg("--folder").arg(folder).args(flags);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

pub(crate) fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Runs over an input of these lines; fails with code 2 and exactly this message, then the counters.
fn assert_fails(output: &Output, message: &str) {
    let told = told(output);
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert_eq!(told.lines().next(), Some(message), "{told}");
}

/// The number behind a counter's name.
pub(crate) fn counter(told: &str, name: &str) -> u64 {
    let line = told.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_else(|| panic!("{told}"));
    line.chars().filter(char::is_ascii_digit).collect::<String>().parse().unwrap()
}

/// Each tuple is acked, a letter, or in flight, and each row written, a letter, or in flight.
pub(crate) fn assert_adds_up(told: &str) {
    let finished = counter(told, "acked") + counter(told, "dead-lettered");
    assert_eq!(counter(told, "in "), finished + counter(told, "in flight"), "{told}");
    let finished = counter(told, "rows written") + counter(told, "rows dead-lettered");
    assert_eq!(counter(told, "rows made"), finished + rows_in_flight(told), "{told}");
}

/// Told only where there are any.
pub(crate) fn rows_in_flight(told: &str) -> u64 {
    if told.contains("\nrows in flight ") { counter(told, "rows in flight") } else { 0 }
}

fn lines(path: &Path) -> u64 {
    std::fs::read(path).unwrap().iter().filter(|&&byte| byte == b'\n').count() as u64
}

/// An input in which each minute has a row, and every fourth line is a letter.
pub(crate) fn many_lines(path: &Path, count: u32) {
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
    // Of the rows, and of the dead letters.
    for (full, other) in [("counts", "letters"), ("letters", "counts")] {
        let folder = tempfile::tempdir().unwrap();
        let input = folder.path().join("input");
        many_lines(&input, 20_000);
        let path = folder.path().join(full);
        symlink("/dev/full", &path).unwrap();
        for flags in [&["--workers", "1"][..], &["--workers", "2"], &["--workers", "3", "--slots", "1"]] {
            let flags = [flags, &["--root-bytes", "1000"]].concat();
            let output = program(&input, folder.path(), &flags).output().unwrap();
            let shown = path.display();
            let why = format!("error: cannot write {shown}: No space left on device (os error 28)");
            assert_fails(&output, &why);
            let told = told(&output);
            assert!(counter(&told, "in flight") > 0 && rows_in_flight(&told) > 0, "{told}");
            assert_adds_up(&told);
            let written = lines(&folder.path().join(other)) + lines(&folder.path().join("noisy"));
            assert_eq!(counter(&told, "rows written"), written, "{told}");
        }
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
        assert_adds_up(&told(&output));
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

fn an_input_without_a_known_length_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let output = program(Path::new("/proc/self/status"), folder.path(), &[]).output().unwrap();
    assert!(counter(&told(&output), "in ") > 0);
}

fn a_file_that_becomes_shorter_stops_the_run() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("input");
    for flags in [["--workers", "1", "--root-bytes", "1000"], ["--workers", "2", "--root-size", "50"]] {
        many_lines(&input, 300_000);
        let mut child = program(&input, Path::new("-"), &flags).spawn().unwrap();
        let mut first = [0; 10];
        let mut rows = child.stdout.take().unwrap();
        rows.read_exact(&mut first).unwrap();
        // The rest of its rows has no room yet, so it cannot have come to the end.
        std::fs::File::options().write(true).open(&input).unwrap().set_len(1000).unwrap();
        rows.read_to_end(&mut Vec::new()).unwrap();
        let output = child.wait_with_output().unwrap();
        let shown = input.display();
        assert_fails(&output, &format!("error: cannot read {shown}: it became shorter while it was read"));
        assert_adds_up(&told(&output));
    }
}

fn a_line_beyond_the_limit_is_a_letter() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("input");
    // Nothing is on the disk but the first and the last line.
    let mut file = std::fs::File::create(&input).unwrap();
    file.write_all(b"a 0\n").unwrap();
    file.seek(SeekFrom::Start(100_000_000)).unwrap();
    file.write_all(b"\nb 1\n").unwrap();
    let start = "\0".repeat(1024);
    let letter = format!("requests:2: line-too-long: the line is longer than 16777216 bytes: {start}…\n");
    for flags in [&["--workers", "1"][..], &["--workers", "2"], &["--workers", "2", "--root-size", "1"]] {
        let output = program(&input, folder.path(), flags).output().unwrap();
        let told = told(&output);
        assert_eq!(output.status.code(), Some(0), "{told}");
        assert_eq!((counter(&told, "in "), counter(&told, "acked")), (3, 2), "{told}");
        let letters = std::fs::read_to_string(folder.path().join("letters")).unwrap();
        assert_eq!(letters.replace("\\u{0}", "\0"), letter);
    }
}

fn what_is_not_utf8_is_a_letter() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("input");
    std::fs::write(&input, b"a 0\n\xff\xfe 1\nb \xc3\n").unwrap();
    let output = program(&input, folder.path(), &[]).output().unwrap();
    let told = told(&output);
    assert_eq!(output.status.code(), Some(0), "{told}");
    assert_eq!((counter(&told, "in "), counter(&told, "dead-lettered")), (3, 2), "{told}");
    let letters = std::fs::read_to_string(folder.path().join("letters")).unwrap();
    assert_eq!(
        letters,
        "requests:2: not-utf8: not UTF-8: \u{fffd}\u{fffd} 1\nrequests:3: not-utf8: not UTF-8: b \u{fffd}\n"
    );
}

fn one_file_is_not_written_twice() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("input");
    many_lines(&input, 4);
    let (counts, noisy) = (folder.path().join("counts"), folder.path().join("noisy"));
    std::fs::write(&counts, "old rows\n").unwrap();
    symlink(&counts, &noisy).unwrap();
    let output = program(&input, folder.path(), &[]).output().unwrap();
    let (other, shown) = (counts.display(), noisy.display());
    assert_fails(
        &output,
        &format!("error: cannot write {shown}: another sink writes the same file, as {other}"),
    );
    assert_eq!(std::fs::read_to_string(&counts).unwrap(), "old rows\n");
}

fn an_input_is_not_written() {
    let folder = tempfile::tempdir().unwrap();
    let counts = folder.path().join("counts");
    many_lines(&counts, 4);
    let before = std::fs::read(&counts).unwrap();
    let input = folder.path().join(".").join("counts");
    let by_path = program(&input, folder.path(), &[]).output().unwrap();
    let (output, shown) = (counts.display(), input.display());
    assert_fails(&by_path, &format!("error: cannot write {output}: it is read, too, as {shown}"));
    let mut by_stdin = program(Path::new("/dev/stdin"), folder.path(), &[]);
    let by_stdin = by_stdin.stdin(std::fs::File::open(&counts).unwrap()).output().unwrap();
    assert_fails(&by_stdin, &format!("error: cannot write {output}: it is read, too, as /dev/stdin"));
    assert_eq!(std::fs::read(&counts).unwrap(), before);
}
