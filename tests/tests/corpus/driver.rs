//! A process of a generated crate, which runs one topology after the other.

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
    /// The dead letters that it showed on standard error; none where nobody looked.
    pub(crate) shown: Option<Vec<String>>,
}

/// The process, and the folder that its files are in.
pub(crate) struct Driver {
    binary: PathBuf,
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
        Driver { binary: binary.to_owned(), process, to, from, folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes what the next runs read.
    pub(crate) fn write_inputs(&self, case: &Case, inputs: &Inputs) {
        let files = case.spouts.iter().zip(&inputs.spouts).chain(case.tables.iter().zip(&inputs.tables));
        for (file, bytes) in files {
            fs::write(self.path(&format!("in_{}", file.name)), bytes).unwrap();
        }
    }

    /// Runs a topology on what was written last.
    pub(crate) fn run(&mut self, index: usize, case: &Case, setting: &Setting) -> Outcome {
        for sink in &case.sinks {
            let _ = fs::remove_file(self.path(&format!("out_{sink}")));
        }
        let words = self.words(index, case, setting);
        let mut outcome = if case.is_piped() { self.run_alone(case, &words) } else { self.run_here(&words) };
        for sink in &case.sinks {
            let bytes = || fs::read(self.path(&format!("out_{sink}"))).unwrap_or_default();
            outcome.sinks.entry(sink.clone()).or_insert_with(bytes);
        }
        outcome
    }

    /// What the topology is started with.
    fn words(&self, index: usize, case: &Case, setting: &Setting) -> Vec<String> {
        let mut words = vec![index.to_string()];
        let flag = |name: &str| name.replace('_', "-");
        words.extend(case.params.iter().map(|(name, value)| format!("--{}={value}", flag(name))));
        let inputs = case.spouts.iter().chain(&case.tables).map(|spout| format!("in_{}", spout.name));
        let outputs = case.sinks.iter().map(|sink| format!("out_{sink}"));
        let paths = inputs.chain(outputs).filter(|name| case.text.contains(&format!("param {name}:")));
        words.extend(paths.map(|name| format!("--{}={}", flag(&name), self.path(&name).display())));
        words.push(format!("--clock={CLOCK}"));
        words.extend(setting.0.iter().cloned());
        words
    }

    fn run_here(&mut self, words: &[String]) -> Outcome {
        self.to.write_all(format!("{}\n", words.join("\t")).as_bytes()).unwrap();
        let mut summary = String::new();
        self.from.read_line(&mut summary).unwrap();
        Outcome { sinks: BTreeMap::new(), summary, shown: None }
    }

    /// In a process of its own, whose standard input and output are the topology's.
    fn run_alone(&self, case: &Case, words: &[String]) -> Outcome {
        let mut process = Command::new(&self.binary)
            .args(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut to = process.stdin.take().unwrap();
        if let Some(spout) = case.spouts.iter().find(|spout| spout.stdin) {
            let input = fs::read(self.path(&format!("in_{}", spout.name))).unwrap();
            // In two writes, cut anywhere. A program that has stopped will say why.
            let (first, second) = input.split_at(input.len() / 2);
            let _ = to.write_all(first).and_then(|()| to.write_all(second));
        }
        drop(to);
        let output = process.wait_with_output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        let summary = told.lines().last().unwrap_or_default().to_owned();
        let letters = told.lines().filter(|line| line.starts_with("dead letter: ")).map(str::to_owned);
        let sinks = case.stdout.iter().map(|sink| (sink.clone(), output.stdout.clone()));
        Outcome { sinks: sinks.collect(), summary, shown: Some(letters.collect()) }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
