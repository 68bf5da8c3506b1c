//! Sinks: one writer thread each, so that a slow disk or pipe stops no worker before the ledger is full.

use std::io::{self, Write};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use crate::counters::Counter;
use crate::files::{Input, Output, check_apart};
use crate::layout::{Layout, SinkLayout, Target};
use crate::ledger::lock;
use crate::outbox::SinkRows;

/// As many bytes are collected before a write, if more rows are waiting.
const WRITE_BYTES: usize = 256 << 10;

/// Buffers that grew beyond this are given back.
const KEEP_BYTES: usize = 1 << 20;

/// Rows on the way to a writer thread.
#[derive(Debug)]
pub(crate) struct Rows {
    /// The root whose last rows at this sink these are; none where more will follow.
    pub(crate) finishes: Option<u64>,
    pub(crate) count: u64,
    pub(crate) bytes: Vec<u8>,
}

/// The workers' side of a sink.
#[derive(Debug)]
pub(crate) struct Sink {
    /// None for one that discards, and at the end.
    rows: Mutex<Option<SyncSender<Rows>>>,
    /// Until the writer thread takes it.
    arriving: Mutex<Option<Receiver<Rows>>>,
    spare: Mutex<Vec<Vec<u8>>>,
    /// Rows that arrived and could not be written.
    pub(crate) unwritten: Counter,
}

/// Rows among the bytes that are written at once.
#[derive(Debug)]
struct Waiting {
    finishes: Option<u64>,
    count: u64,
    /// Where its bytes end.
    end: usize,
}

/// Opens all sinks' targets, and writes their headers. None for one that discards. `inputs` must be something else.
pub(crate) fn open(layout: &Layout, inputs: &[&Input]) -> Result<Vec<Option<Output>>, String> {
    let target = |sink: &SinkLayout| match &sink.target {
        Target::Bytes { connector, operand } => Output::connect(connector, operand),
        Target::Own(own) => Output::own(own).map(Some),
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
    /// The workers' side of a sink that is written, or that discards. `roots` may be in flight: as there is room for the
    /// rows of each, only rows that are sent before their root is finished ever wait.
    pub(crate) fn new(written: bool, roots: usize) -> Sink {
        let (sender, receiver) = sync_channel(roots);
        let (rows, arriving) = if written { (Some(sender), Some(receiver)) } else { (None, None) };
        let (rows, arriving) = (Mutex::new(rows), Mutex::new(arriving));
        Sink { rows, arriving, spare: Mutex::default(), unwritten: Counter::default() }
    }

    /// What the writer thread listens to; once.
    pub(crate) fn arriving(&self) -> Option<Receiver<Rows>> {
        lock(&self.arriving).take()
    }

    /// Hands rows to the writer thread; roots come in order.
    pub(crate) fn send(&self, rows: Rows) {
        if let Some(sender) = &*lock(&self.rows)
            && let Err(lost) = sender.send(rows)
        {
            // A writer thread ends before the sender only by a panic.
            self.unwritten.add(lost.0.count);
        }
    }

    /// No more rows come: the writer thread ends.
    pub(crate) fn close(&self) {
        lock(&self.rows).take();
    }

    /// Writes what arrives until the senders are gone. `written` is told of all rows that the operating system
    /// took to the last byte, and the root that they finish, `failed` of the first fault, after which rows are dropped and counted.
    pub(crate) fn serve(
        &self,
        mut output: Output,
        arriving: &Receiver<Rows>,
        written: impl Fn(Option<u64>, u64),
        failed: impl Fn(String),
    ) {
        let mut waiting: Vec<Waiting> = Vec::new();
        let mut broken = false;
        while let Ok(first) = arriving.recv() {
            let mut bytes = first.bytes;
            waiting.push(Waiting { finishes: first.finishes, count: first.count, end: bytes.len() });
            while bytes.len() < WRITE_BYTES {
                let Ok(mut next) = arriving.try_recv() else { break };
                bytes.append(&mut next.bytes);
                waiting.push(Waiting { finishes: next.finishes, count: next.count, end: bytes.len() });
                self.give_back(next.bytes);
            }
            let (taken, result) = if broken { (0, Ok(())) } else { write_through(&mut output, &bytes) };
            for rows in waiting.drain(..) {
                if rows.end <= taken {
                    written(rows.finishes, rows.count);
                } else {
                    self.unwritten.add(rows.count);
                }
            }
            if let Err(error) = result {
                broken = true;
                failed(output.cannot(&error));
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

/// Writes, and gives how many bytes are known to be where they should: none where the output then cannot let go of what it
/// took.
fn write_through(output: &mut impl Write, bytes: &[u8]) -> (usize, io::Result<()>) {
    let (taken, result) = write(output, bytes);
    match output.flush() {
        Ok(()) => (taken, result),
        Err(error) => (0, result.and(Err(error))),
    }
}

/// Writes until everything is written or nothing more can be. Gives how many bytes were taken.
fn write(output: &mut impl Write, bytes: &[u8]) -> (usize, io::Result<()>) {
    let mut taken = 0;
    while taken < bytes.len() {
        match output.write(&bytes[taken..]) {
            Ok(0) => return (taken, Err(io::ErrorKind::WriteZero.into())),
            Ok(more) => taken += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return (taken, Err(error)),
        }
    }
    (taken, Ok(()))
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
    let shared = shared_prefix(&runs);
    let mut rows: Vec<Tagged<'_>> = Vec::with_capacity(runs.iter().map(|run| run.starts.len().max(1)).sum());
    for run in &runs {
        if run.tagged && !run.discard {
            rows.extend(run.rows().map(|(tag, row)| Tagged::new(&tag[shared..], row)));
        } else {
            rows.push(Tagged::new(&[], &run.bytes));
        }
    }
    // Stable, and quick on runs that are already sorted.
    rows.sort_by(|a, b| a.head.cmp(&b.head).then_with(|| a.tag.cmp(b.tag)));
    let mut bytes = Vec::with_capacity(rows.iter().map(|row| row.bytes.len()).sum());
    for row in rows {
        bytes.extend_from_slice(row.bytes);
    }
    SinkRows { bytes, count, discard, ..SinkRows::default() }
}

/// A row on its way to its place.
struct Tagged<'a> {
    /// The first eight bytes of the tag, as a number: most rows differ there, and to compare numbers takes one step.
    head: u64,
    tag: &'a [u8],
    bytes: &'a [u8],
}

impl<'a> Tagged<'a> {
    #[inline]
    fn new(tag: &'a [u8], bytes: &'a [u8]) -> Tagged<'a> {
        let head = match tag.first_chunk() {
            Some(head) => u64::from_be_bytes(*head),
            None => {
                tag.iter().fold(0, |head, byte| head << 8 | u64::from(*byte)) << (64 - 8 * tag.len()).min(63)
            }
        };
        Tagged { head, tag, bytes }
    }
}

/// How many of the first sixteen bytes all tags have in common: what a window releases at once, the item and the end.
fn shared_prefix(runs: &[SinkRows]) -> usize {
    let tagged = runs.iter().filter(|run| run.tagged && !run.discard);
    let mut heads = tagged
        .flat_map(SinkRows::rows)
        .map(|(tag, _)| tag.first_chunk().map(|head| u128::from_be_bytes(*head)));
    let Some(Some(first)) = heads.next() else { return 0 };
    let different = heads.fold(0, |different, head| different | head.map_or(u128::MAX, |head| head ^ first));
    different.leading_zeros() as usize / 8
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What a worker gave a sink: each row is its number.
    fn run(rows: &[(Vec<u8>, u16)]) -> SinkRows {
        let mut run = SinkRows { tagged: true, count: rows.len() as u64, ..SinkRows::default() };
        for (tag, number) in rows {
            run.starts.push((run.tags.len(), run.bytes.len()));
            run.tags.extend(tag);
            run.bytes.extend(number.to_be_bytes());
        }
        run
    }

    proptest! {
        #[test]
        fn rows_are_joined_in_the_order_of_their_tags_and_those_of_one_tag_in_that_of_the_runs(
            shared in prop::collection::vec(any::<u8>(), 0..20),
            runs in prop::collection::vec(prop::collection::vec((prop::array::uniform12(0..2_u8), 0..12_usize), 0..6), 0..4),
            // Where all tags are long, what they share is cut off first.
            (are_long, one) in (any::<bool>(), prop::sample::select(vec![1, u8::MAX])),
            are_sorted in any::<bool>(),
        ) {
            let mut numbers = 0..;
            let tag = |(own, length): ([u8; 12], usize)| {
                let own = own.map(|byte| byte * one);
                [&shared[..], if are_long { &own } else { &own[..length] }].concat()
            };
            let mut runs: Vec<Vec<(Vec<u8>, u16)>> = runs
                .into_iter()
                .map(|run| run.into_iter().map(tag).zip(&mut numbers).collect())
                .collect();
            if are_sorted {
                runs.iter_mut().for_each(|run| run.sort());
            }
            let mut rows = runs.concat();
            rows.sort_by(|one, other| one.0.cmp(&other.0));
            let joined = join(runs.iter().map(|rows| run(rows)).collect());
            prop_assert_eq!(joined.bytes, rows.iter().flat_map(|row| row.1.to_be_bytes()).collect::<Vec<_>>());
            prop_assert_eq!(joined.count, rows.len() as u64);
        }
    }

    /// Takes so many bytes, three at a time, and is full then; what it took is lost where it is `torn`.
    struct Disk {
        room: usize,
        torn: bool,
    }

    impl Write for Disk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let taken = bytes.len().min(self.room).min(3);
            self.room -= taken;
            if taken == 0 { Err(io::ErrorKind::StorageFull.into()) } else { Ok(taken) }
        }

        fn flush(&mut self) -> io::Result<()> {
            if self.torn { Err(io::ErrorKind::BrokenPipe.into()) } else { Ok(()) }
        }
    }

    fn taken(room: usize, torn: bool) -> (usize, Result<(), io::ErrorKind>) {
        let (taken, result) = write_through(&mut Disk { room, torn }, b"12345678");
        (taken, result.map_err(|error| error.kind()))
    }

    #[test]
    fn what_a_full_disk_has_taken_is_known() {
        assert_eq!(taken(9, false), (8, Ok(())));
        assert_eq!(taken(5, false), (5, Err(io::ErrorKind::StorageFull)));
    }

    #[test]
    fn what_is_taken_and_not_let_go_is_not_written() {
        assert_eq!(taken(9, true), (0, Err(io::ErrorKind::BrokenPipe)));
        assert_eq!(taken(5, true), (0, Err(io::ErrorKind::StorageFull)));
    }
}
