//! The program on its own input: what it prints, what it leaves behind, and its exit codes.

#![allow(clippy::unwrap_used, reason = "a test may fail by a panic")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_embedded")).current_dir(folder).args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn it_writes_its_rows_and_reads_the_counters() {
    for workers in ["1", "2", "3"] {
        let folder = tempfile::tempdir().unwrap();
        let input = example("requests.jsonl");
        let done = run(folder.path(), &["--input", input.to_str().unwrap(), "--workers", workers]);
        assert_eq!((done.status.code(), text(&done.stderr)), (Some(0), String::new()));
        let expected = |name: &str| std::fs::read_to_string(example("expected").join(name)).unwrap();
        assert_eq!(text(&done.stdout), expected("stdout"), "{workers} workers");
        let rejects = std::fs::read_to_string(folder.path().join("rejects.jsonl")).unwrap();
        assert_eq!(rejects, expected("rejects.jsonl"), "{workers} workers");
    }
}

#[test]
fn its_own_judgement_is_its_exit_code() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("requests.jsonl"), "no request\n").unwrap();
    let done = run(folder.path(), &[]);
    assert_eq!(done.status.code(), Some(1));
    assert_eq!(text(&done.stderr), "error: too many lines are no requests\n");
}

#[test]
fn mistakes_are_told_as_a_built_program_tells_them() {
    let folder = tempfile::tempdir().unwrap();
    let missing = run(folder.path(), &[]);
    assert_eq!(missing.status.code(), Some(2));
    let told = text(&missing.stderr);
    assert!(told.starts_with("error: ") && told.contains("requests.jsonl"), "{told}");

    let unknown = run(folder.path(), &["--inptu", "x"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(text(&unknown.stderr).contains("'--inptu'"), "{}", text(&unknown.stderr));

    let help = run(folder.path(), &["--help"]);
    assert_eq!((help.status.code(), text(&help.stderr)), (Some(0), String::new()));
    let told = text(&help.stdout);
    assert!(told.contains("Counts requests per client per minute.") && told.contains("--input"), "{told}");
}
