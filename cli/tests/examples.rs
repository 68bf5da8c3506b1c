//! Every example through the real `topo`: interpreted, and compiled with several workers, byte for byte what it promises.

#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may fail by a panic")]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::{Done, Folder, summary};

/// The folder that the examples are in.
fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples")
}

/// The files of a folder by name.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let files = entries.map(|entry| entry.expect("an entry")).filter(|entry| entry.path().is_file());
    files
        .map(|entry| {
            (entry.file_name().to_string_lossy().into_owned(), fs::read(entry.path()).expect("a file"))
        })
        .collect()
}

/// The folders of examples that say what they expect; the others have a test of their own.
fn folders() -> Vec<PathBuf> {
    let inside = |folder: &Path| -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        entries.map(|entry| entry.expect("an entry").path()).collect()
    };
    let mut folders = inside(&examples());
    folders.extend(inside(&examples().join("dspbench")));
    folders.retain(|folder| folder.join("expected").is_dir());
    folders
}

/// Every topology with the folder of its example. A file that others import is none.
fn topologies() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for example in folders() {
        let names = files(&example).into_keys();
        let topologies = names.filter_map(|name| name.strip_suffix(".topo").map(str::to_owned));
        let expected = topologies.filter(|name| example.join("expected").join(name).is_dir());
        found.extend(expected.map(|name| (example.clone(), name)));
    }
    found.sort();
    assert!(found.len() >= 7, "{found:?}");
    found
}

/// Runs a command in a folder with the example's input, and compares all that it leaves with what was promised.
fn compare(example: &Path, topology: &str, how: &str, run: impl FnOnce(&Folder) -> Command) {
    let folder = Folder::new();
    let given = files(example);
    for (name, bytes) in given.iter().filter(|(name, _)| !name.ends_with(".md")) {
        folder.write(name, bytes);
    }
    let done = Done::of(run(&folder)).expect(0);
    summary(&done.err);
    let mut made = files(folder.path());
    made.retain(|name, _| !given.contains_key(name));
    made.insert("stdout".to_owned(), done.out.into_bytes());
    made.retain(|_, bytes| !bytes.is_empty());
    let expected = files(&example.join("expected").join(topology));
    assert_eq!(
        made.keys().collect::<Vec<_>>(),
        expected.keys().collect::<Vec<_>>(),
        "the files of {topology}, {how}"
    );
    for (name, bytes) in expected {
        let (made, bytes) = (String::from_utf8_lossy(&made[&name]), String::from_utf8_lossy(&bytes));
        assert_eq!(made, bytes, "{name} of {topology}, {how}");
    }
}

/// Whether a topology has parts that only a compiler can run.
fn has_own_rust(example: &Path, topology: &str) -> bool {
    fs::read_to_string(example.join(format!("{topology}.topo"))).expect("a topology").contains("rust mod")
}

#[test]
fn interpreted() {
    for (example, topology) in topologies() {
        let file = format!("{topology}.topo");
        if has_own_rust(&example, &topology) {
            let folder = Folder::new();
            let done = folder
                .topo(["run".as_ref(), "--interpret".as_ref(), example.join(file).as_os_str()])
                .expect(1);
            assert!(done.err.contains("T0804"), "{}", done.err);
            continue;
        }
        compare(&example, &topology, "interpreted", |folder| {
            folder.command(["run", "--interpret", &file, "--", "--summary", "json"])
        });
    }
}

/// Builds a topology outside its folder.
fn build(folder: &Folder, example: &Path, topology: &str) -> PathBuf {
    let file = example.join(format!("{topology}.topo"));
    folder.topo(["build".as_ref(), file.as_os_str(), "-o".as_ref(), topology.as_ref()]).expect(0);
    folder.path().join(topology)
}

#[test]
fn compiled() {
    let built = Folder::new();
    for (example, topology) in topologies() {
        let binary = build(&built, &example, &topology);
        for workers in ["1", "2", "3", "8"] {
            compare(&example, &topology, &format!("compiled, {workers} workers"), |folder| {
                let mut command = Command::new(&binary);
                command.current_dir(folder.path());
                command.args(["--summary", "json", "--workers", workers]);
                command
            });
        }
    }
}

/// A real log, where it is at hand: 10,000 lines of which one is malformed, and rows that an independent program made.
#[test]
fn real_log() {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared");
    let log = shared.join("data/apache_access.log");
    if !log.exists() {
        return;
    }
    let built = Folder::new();
    for case in ["tumbling_1m_by_ip", "tumbling_10s_late", "hopping_30s_every_10s", "hourly_by_path"] {
        let expected = fs::read_to_string(shared.join(format!("cases/{case}.jsonl"))).expect("the rows");
        let example = examples().join("access_log");
        let binary = build(&built, &example, case);
        for workers in [None, Some("1"), Some("2"), Some("3"), Some("8")] {
            let folder = Folder::new();
            let mut command = match workers {
                None => folder.command(["run", "--interpret"]),
                Some(_) => Command::new(&binary),
            };
            match workers {
                None => command.arg(example.join(format!("{case}.topo"))).arg("--"),
                Some(workers) => command.args(["--workers", workers]),
            };
            command.current_dir(folder.path()).args(["--summary", "json", "--input"]).arg(&log);
            let done = Done::of(command).expect(0);
            let counts = summary(&done.err);
            assert_eq!((&counts["in"], &counts["dead_lettered"]), (&10_000.into(), &1.into()), "{case}");
            assert!(folder.read(&format!("{case}.jsonl")) == expected, "{case}, workers: {workers:?}");
            let letters = folder.read(&format!("{case}.rejects.jsonl"));
            let [letter] = letters.lines().collect::<Vec<_>>()[..] else { panic!("{letters}") };
            assert!(letter.contains("\"position\":8899") && letter.contains("46.118.127.106"), "{letter}");
        }
    }
}
