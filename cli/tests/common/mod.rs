//! The real `topo` in a folder of its own. All tests share one build cache, so the runtime is compiled once.

#![allow(dead_code, reason = "each test uses its share of this")]

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// Divides what it reads; all faults go to a file.
pub(crate) const DIVIDE: &str = r#"topology divide

param input: string = "in.jsonl"

param output: string = "out.jsonl"

record Pair {
    at: timestamp,
    a: int,
    b: int,
}

spout pairs: Pair {
    read file input as json
    time at, late by 1s
}

bolt divided {
    from pairs
    select at, next = a + 1, quotient = a / b
}

sink out {
    from divided
    write file output as json
}

sink letters {
    from dead_letters
    write file "letters.jsonl" as json
}
"#;

/// A folder that is gone after the test.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new() -> Folder {
        Folder(tempfile::tempdir().expect("a temporary folder"))
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes a file, and says where it is.
    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        fs::write(&path, bytes).expect("a file in a temporary folder");
        path
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// `topo` with this as its working folder.
    pub(crate) fn command<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_topo"));
        command
            .args(arguments)
            .current_dir(self.path())
            .env("STREAMWRIGHT_CACHE", Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache"))
            .env("NO_COLOR", "1")
            .stdin(Stdio::null());
        command
    }

    pub(crate) fn topo<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Done {
        Done::of(self.command(arguments))
    }
}

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Done {
    pub(crate) fn of(mut command: Command) -> Done {
        Done::from(command.output().expect("a command that starts"))
    }

    /// Fails the test, with what was said, unless the exit code is this.
    #[track_caller]
    pub(crate) fn expect(self, code: i32) -> Done {
        assert_eq!(self.code, Some(code), "standard output:\n{}\nstandard error:\n{}", self.out, self.err);
        self
    }
}

impl From<Output> for Done {
    fn from(output: Output) -> Done {
        Done {
            code: output.status.code(),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// The last line of standard error, which `--summary json` makes one object; and the equations that always hold in it.
#[track_caller]
pub(crate) fn summary(err: &str) -> serde_json::Value {
    let line = err.lines().last().unwrap_or_default();
    let summary: serde_json::Value =
        serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {err}"));
    let count = |name: &str| summary[name].as_u64().unwrap_or_else(|| panic!("no {name}: {summary}"));
    assert_eq!(count("in"), count("acked") + count("dead_lettered") + count("in_flight"), "{summary}");
    assert_eq!(count("in_flight"), 0, "{summary}");
    assert_eq!(count("rows_made"), count("rows_written") + count("rows_dead_lettered"), "{summary}");
    summary
}
