//! Sinks: one writer thread each, so that a slow disk or pipe stops no worker before the ledger is full.

use std::io::Write;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};

use crate::files::{Input, Output, check_apart};
use crate::layout::{Layout, SinkLayout, Target};
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

/// The workers' side of a sink.
#[derive(Debug)]
pub(crate) struct Sink {
    /// None for one that discards, and at the end.
    rows: Mutex<Option<Sender<Rows>>>,
    /// Until the writer thread takes it.
    arriving: Mutex<Option<Receiver<Rows>>>,
    spare: Mutex<Vec<Vec<u8>>>,
}

/// Opens all sinks' targets, and writes their headers. None for one that discards. `inputs` must be something else.
pub(crate) fn open(layout: &Layout, inputs: &[&Input]) -> Result<Vec<Option<Output>>, String> {
    let target = |sink: &SinkLayout| match &sink.target {
        Target::Discard => Ok(None),
        Target::Stdout => Output::stdout().map(Some),
        Target::File { path } => Output::open(path).map(Some),
    };
    let mut outputs: Vec<Option<Output>> = layout.sinks.iter().map(target).collect::<Result<_, _>>()?;
    check_apart(inputs, &outputs.iter().flatten().collect::<Vec<_>>())?;
    for (output, sink) in outputs.iter_mut().zip(&layout.sinks) {
        if let Some(output) = output {
            output.begin(&sink.header)?;
        }
    }
    Ok(outputs)
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

    /// Writes what arrives until the senders are gone. `written` is told of each root whose rows were handed to the
    /// operating system, `failed` of the first fault, after which rows are dropped.
    pub(crate) fn serve(
        &self,
        mut output: Output,
        arriving: &Receiver<Rows>,
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
                self.give_back(next.bytes);
            }
            if !broken && let Err(error) = output.write_all(&bytes) {
                broken = true;
                failed(output.cannot(&error));
            }
            for (root, count) in waiting.drain(..) {
                if !broken {
                    written(root, count);
                }
            }
            self.give_back(bytes);
        }
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
