//! A process of the generated crate, which runs one topology after the other.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use streamwright_tests::corpus::{CLOCK, Case, Inputs};
use tempfile::TempDir;

use crate::settings::Setting;

/// What a compiled program made of an input.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// Each sink's bytes.
    pub(crate) sinks: BTreeMap<String, Vec<u8>>,
    /// The counters as JSON, or the error.
    pub(crate) summary: String,
}

/// The process, and the folder that its files are in.
pub(crate) struct Driver {
    process: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    folder: TempDir,
}

impl Driver {
    pub(crate) fn start(binary: &Path) -> Driver {
        // In memory where there is such a folder: tens of thousands of small files are written.
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() { TempDir::new_in(memory) } else { TempDir::new() }.unwrap();
        let mut process = Command::new(binary)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let to = process.stdin.take().unwrap();
        let from = BufReader::new(process.stdout.take().unwrap());
        Driver { process, to, from, folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes what the next runs read.
    pub(crate) fn write_inputs(&self, case: &Case, inputs: &Inputs) {
        for (spout, bytes) in case.spouts.iter().zip(&inputs.spouts) {
            fs::write(self.path(&format!("in_{}", spout.name)), bytes).unwrap();
        }
    }

    /// Runs a topology on what was written last.
    pub(crate) fn run(&mut self, index: usize, case: &Case, setting: &Setting) -> Outcome {
        let mut line = index.to_string();
        let mut word = |word: String| {
            line.push('\t');
            line.push_str(&word);
        };
        let flag = |name: &str| name.replace('_', "-");
        for (name, value) in &case.params {
            word(format!("--{}={value}", flag(name)));
        }
        for spout in case.spouts.iter().filter(|spout| spout.wire.is_some()) {
            let name = format!("in_{}", spout.name);
            word(format!("--{}={}", flag(&name), self.path(&name).display()));
        }
        for sink in &case.sinks {
            let name = format!("out_{sink}");
            if case.text.contains(&format!("param {name}:")) {
                word(format!("--{}={}", flag(&name), self.path(&name).display()));
            }
            let _ = fs::remove_file(self.path(&name));
        }
        word(format!("--clock={CLOCK}"));
        setting.0.iter().cloned().for_each(word);
        line.push('\n');
        self.to.write_all(line.as_bytes()).unwrap();
        let mut summary = String::new();
        self.from.read_line(&mut summary).unwrap();
        let sinks = case
            .sinks
            .iter()
            .map(|sink| (sink.clone(), fs::read(self.path(&format!("out_{sink}"))).unwrap_or_default()));
        Outcome { sinks: sinks.collect(), summary }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
