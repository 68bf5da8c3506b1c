//! Sinks: one writer thread each, so that a slow disk or pipe stops no worker before the ledger is full.

use std::fs::File;
use std::io::Write;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};

use crate::layout::{SinkLayout, Target};
use crate::ledger::lock;
use crate::outbox::SinkRows;

/// As many bytes are collected before a write, if more rows are waiting.
const WRITE_BYTES: usize = 256 << 10;

/// Buffers that grew beyond this are given back.
const KEEP_BYTES: usize = 1 << 20;

/// The rows of a root on the way to a writer thread.
#[derive(Debug)]
pub(crate) struct Rows {
    pub(crate) root: u64,
    pub(crate) count: u64,
    pub(crate) bytes: Vec<u8>,
}

/// An opened sink.
pub(crate) struct Output {
    /// What messages call it: the path.
    pub(crate) name: String,
    file: Box<dyn Write + Send>,
}

/// The workers' side of a sink.
#[derive(Debug)]
pub(crate) struct Sink {
    /// None for one that discards, and at the end.
    rows: Mutex<Option<Sender<Rows>>>,
    /// Until the writer thread takes it.
    arriving: Mutex<Option<Receiver<Rows>>>,
    spare: Mutex<Vec<Vec<u8>>>,
}

impl Output {
    /// Opens a sink's target, and writes its header. None for one that discards.
    pub(crate) fn open(sink: &SinkLayout) -> Result<Option<Output>, String> {
        let (name, file): (String, Box<dyn Write + Send>) = match &sink.target {
            Target::Discard => return Ok(None),
            Target::Stdout => ("standard output".to_owned(), Box::new(std::io::stdout())),
            Target::File { path } => {
                let file = File::create(path).map_err(|error| cannot_write(path, &error))?;
                (path.clone(), Box::new(file))
            }
        };
        let mut output = Output { name, file };
        output.write(&sink.header)?;
        Ok(Some(output))
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), String> {
        self.file
            .write_all(bytes)
            .and_then(|()| self.file.flush())
            .map_err(|error| cannot_write(&self.name, &error))
    }

    /// Writes what arrives until the senders are gone. `written` is told of each root whose rows were handed to the
    /// operating system, `failed` of the first fault, after which rows are dropped.
    pub(crate) fn serve(
        mut self,
        arriving: &Receiver<Rows>,
        sink: &Sink,
        written: impl Fn(u64, u64),
        failed: impl Fn(String),
    ) {
        let mut waiting: Vec<(u64, u64)> = Vec::new();
        let mut broken = false;
        while let Ok(first) = arriving.recv() {
            let mut bytes = first.bytes;
            waiting.push((first.root, first.count));
            while bytes.len() < WRITE_BYTES {
                let Ok(mut next) = arriving.try_recv() else { break };
                bytes.append(&mut next.bytes);
                waiting.push((next.root, next.count));
                sink.give_back(next.bytes);
            }
            if !broken && let Err(why) = self.write(&bytes) {
                broken = true;
                failed(why);
            }
            for (root, count) in waiting.drain(..) {
                if !broken {
                    written(root, count);
                }
            }
            sink.give_back(bytes);
        }
    }
}

fn cannot_write(name: &str, error: &std::io::Error) -> String {
    format!("cannot write {name}: {error}")
}

impl Sink {
    /// The workers' side of a sink that is written, or that discards.
    pub(crate) fn new(written: bool) -> Sink {
        let (sender, receiver) = channel();
        let (rows, arriving) = if written { (Some(sender), Some(receiver)) } else { (None, None) };
        Sink { rows: Mutex::new(rows), arriving: Mutex::new(arriving), spare: Mutex::default() }
    }

    /// What the writer thread listens to; once.
    pub(crate) fn arriving(&self) -> Option<Receiver<Rows>> {
        lock(&self.arriving).take()
    }

    /// Hands rows to the writer thread; roots come in order. False for a sink that discards.
    pub(crate) fn send(&self, rows: Rows) -> bool {
        match &*lock(&self.rows) {
            // A writer thread only ends when the sender has.
            Some(sender) => sender.send(rows).is_ok(),
            None => false,
        }
    }

    /// No more rows come: the writer thread ends.
    pub(crate) fn close(&self) {
        lock(&self.rows).take();
    }

    /// An empty buffer.
    pub(crate) fn buffer(&self) -> Vec<u8> {
        lock(&self.spare).pop().unwrap_or_default()
    }

    fn give_back(&self, mut buffer: Vec<u8>) {
        if (1..=KEEP_BYTES).contains(&buffer.capacity()) {
            buffer.clear();
            lock(&self.spare).push(buffer);
        }
    }
}

/// Joins what the workers gave a sink of one root, in the order of the tags.
pub(crate) fn join(mut runs: Vec<SinkRows>) -> SinkRows {
    runs.retain(|run| run.count > 0);
    if runs.len() == 1 && runs[0].is_sorted() {
        return runs.swap_remove(0);
    }
    let count = runs.iter().map(|run| run.count).sum();
    // No writer thread would ever tell that these rows are written.
    let discard = runs.iter().any(|run| run.discard);
    let mut rows: Vec<(&[u8], &[u8])> = Vec::new();
    for run in &runs {
        if run.tagged && !run.discard {
            rows.extend(run.rows());
        } else {
            rows.push((&[], &run.bytes));
        }
    }
    // Stable, and quick on runs that are already sorted.
    rows.sort_by(|a, b| a.0.cmp(b.0));
    let mut bytes = Vec::with_capacity(rows.iter().map(|(_, row)| row.len()).sum());
    for (_, row) in rows {
        bytes.extend_from_slice(row);
    }
    SinkRows { bytes, count, discard, ..SinkRows::default() }
}
