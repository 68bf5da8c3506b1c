//! What the threads of a run share: the ledger, the exchange, the claims, the sinks, and how a root comes to its end.

use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use crate::acknowledged::Acknowledged;
use crate::arguments::Options;
use crate::bell::Bell;
use crate::costs;
use crate::counters::{Counters, InFlight};
use crate::exchange::Exchange;
use crate::files::Output;
use crate::layout::{Layout, Worker};
use crate::ledger::{Ledger, Piece, Record, lock};
use crate::letter;
use crate::outbox::Outbox;
use crate::sink::{self, Rows, Sink};
use crate::source::{Claims, Limits};
use crate::unread::Unread;

/// A run.
pub(crate) struct Engine<'p> {
    pub(crate) layout: &'p Layout,
    pub(crate) workers: usize,
    pub(crate) limits: Limits,
    pub(crate) ledger: Ledger,
    pub(crate) exchange: Exchange,
    pub(crate) claims: Mutex<Claims<'p>>,
    pub(crate) sinks: Arc<[Sink]>,
    pub(crate) counters: Arc<Counters>,
    pub(crate) bell: Arc<Bell>,
    /// By spout: the largest event time of the roots whose source stage is finished.
    pub(crate) known: Vec<AtomicI64>,
    /// How many roots there are; `u64::MAX` until that is known.
    pub(crate) total: AtomicU64,
    /// An output or input failed: threads leave as they are.
    failed: AtomicBool,
    why: OnceLock<String>,
    prefix: Mutex<Prefix>,
    acks: Acknowledged,
}

/// How far roots have been handed to the sinks, in order.
#[derive(Debug, Default)]
struct Prefix {
    next: u64,
    /// Lines of the only spout before the next root.
    lines: u64,
    unread: Unread,
}

impl<'p> Engine<'p> {
    pub(crate) fn new(
        layout: &'p Layout,
        options: &Options,
        claims: Claims<'p>,
        bell: Arc<Bell>,
        counters: Arc<Counters>,
        outputs: &[Option<Output>],
    ) -> Engine<'p> {
        let (workers, width) = (options.workers, options.slots);
        let lines = claims.lines_before();
        let acks = Acknowledged::new(claims.acks());
        let stages = if workers > 1 { layout.stages.len() } else { 0 };
        Engine {
            layout,
            workers,
            limits: options.limits.clone(),
            ledger: Ledger::new(width, workers, stages, RandomState::new().hash_one(0)),
            exchange: Exchange::new(layout.exchanges.len(), workers, width),
            claims: Mutex::new(claims),
            sinks: outputs.iter().map(|output| Sink::new(output.is_some(), width)).collect(),
            counters,
            bell,
            known: layout.spouts.iter().map(|_| AtomicI64::new(i64::MIN)).collect(),
            total: AtomicU64::new(u64::MAX),
            failed: AtomicBool::new(false),
            why: OnceLock::new(),
            prefix: Mutex::new(Prefix { lines, ..Prefix::default() }),
            acks,
        }
    }

    /// Stops the run: what is in flight stays so.
    pub(crate) fn fail(&self, why: String) {
        // The first reason is the one that counts.
        let _ = self.why.set(why);
        self.failed.store(true, Ordering::Release);
        self.bell.ring();
    }

    /// Why the run was stopped.
    pub(crate) fn failure(&self) -> Option<String> {
        self.why.get().cloned()
    }

    /// Whether the run has been stopped.
    pub(crate) fn has_failed(&self) -> bool {
        self.failed.load(Ordering::Acquire)
    }

    /// The run is over: spouts are told how far they are done, and people what was not shown.
    pub(crate) fn conclude(&self) {
        if let Err(why) = self.acks.finish() {
            self.fail(why);
        }
        lock(&self.prefix).unread.finish();
    }

    /// Takes what a call made of a root into the root's record.
    pub(crate) fn collect(&self, record: &mut Record, out: &mut Outbox) {
        let failed = letter::rows(&out.letters) + std::mem::take(&mut out.letters_lost);
        self.counters.rows_made.add(failed);
        record.letters.append(&mut out.letters);
        record.rows.resize_with(self.layout.sinks.len(), Vec::new);
        for ((sink, rows), runs) in self.sinks.iter().zip(&mut out.sinks).zip(&mut record.rows) {
            if rows.count > 0 {
                self.counters.rows_made.add(rows.count);
                runs.push(rows.take(sink.buffer()));
            }
        }
        self.counters.late.add(std::mem::take(&mut out.late));
        self.counters.filtered.add(std::mem::take(&mut out.filtered));
    }

    /// XORs ids of a root in and out, and brings it to its end if nothing is left but that.
    pub(crate) fn settle(&self, root: u64, ids: u64, worker: &mut dyn Worker, out: &mut Outbox) {
        let left = self.ledger.settle(root, ids);
        // First of all: others can go on with what is in its place now.
        if self.workers > 1 && !self.layout.stages.is_empty() {
            self.bell.ring();
        }
        if self.ledger.is_processed(root, left) {
            self.join_rows(root);
            self.ledger.set_processed(root);
            self.advance(root, worker, out);
        }
    }

    /// Puts the rows of each sink in order.
    fn join_rows(&self, root: u64) {
        for runs in &mut self.ledger.record(root).rows {
            if !runs.is_empty() {
                let joined = sink::join(std::mem::take(runs));
                runs.push(joined);
            }
        }
    }

    /// Hands the rows of all roots that are next in order to the sinks; `processed` may be one.
    fn advance(&self, processed: u64, worker: &mut dyn Worker, out: &mut Outbox) {
        let mut prefix = lock(&self.prefix);
        if !costs::ORDER {
            // Only this one: those behind it that are ready have a worker on the way here, each its own.
            return self.hand_over(processed, &mut prefix, worker, out);
        }
        while self.ledger.rows_ready(prefix.next) {
            let root = prefix.next;
            prefix.next += 1;
            self.hand_over(root, &mut prefix, worker, out);
        }
    }

    fn hand_over(&self, root: u64, prefix: &mut Prefix, worker: &mut dyn Worker, out: &mut Outbox) {
        let mut record = self.ledger.record(root);
        self.post_letters(&mut record, prefix, worker, out);
        let mut ids = self.ledger.id(root, Piece::Root);
        let mut sent = Vec::new();
        for (index, runs) in record.rows.iter_mut().enumerate() {
            for rows in runs.drain(..) {
                if rows.discard {
                    self.counters.rows_written.add(rows.count);
                } else {
                    ids ^= self.ledger.id(root, Piece::Rows { sink: index });
                    sent.push((index, Rows { finishes: Some(root), count: rows.count, bytes: rows.bytes }));
                }
            }
        }
        drop(record);
        // Before the rows go: a writer must find its id there.
        let left = self.ledger.settle(root, ids);
        for (index, rows) in sent {
            self.sinks[index].send(rows);
        }
        if left == 0 {
            self.finish(root);
        }
    }

    /// Sorts the letters of a root, finds their positions, and gives them to the sinks that read them.
    fn post_letters(
        &self,
        record: &mut Record,
        prefix: &mut Prefix,
        worker: &mut dyn Worker,
        out: &mut Outbox,
    ) {
        if !costs::LETTERS {
            return;
        }
        let base = prefix.lines;
        prefix.lines += record.positions.lines();
        if record.letters.is_empty() {
            return;
        }
        let mut letters = std::mem::take(&mut record.letters);
        letter::sort(&mut letters);
        let counts = letter::counts(&letters);
        record.dead = counts.tuples;
        self.counters.rows_dead_lettered.add(counts.rows);
        let rows: Vec<_> =
            letters.iter().map(|letter| letter.row(self.layout, &record.positions, base)).collect();
        if self.layout.sinks.iter().any(|sink| sink.dead_letters) {
            worker.letters(&rows, out);
            self.counters.rows_dead_lettered.add(out.letters_lost);
            out.letters.clear();
            self.collect(record, out);
        } else {
            rows.iter().for_each(|row| prefix.unread.tell(row));
        }
    }

    /// Rows were handed to the operating system by one sink; they may be the last ones of a root.
    pub(crate) fn written(&self, sink: usize, finishes: Option<u64>, count: u64) {
        self.counters.rows_written.add(count);
        let Some(root) = finishes.filter(|_| costs::ACKING) else { return };
        let left = self.ledger.settle(root, self.ledger.id(root, Piece::Rows { sink }));
        if left == 0 {
            self.finish(root);
        }
    }

    /// What has not come to its end, looked up where it stands. Exact when no thread is at work any more.
    pub(crate) fn in_flight(&self) -> InFlight {
        let unwritten = self.sinks.iter().map(|sink| sink.unwritten.get()).sum();
        self.ledger.unfinished().fold(InFlight { tuples: 0, rows: unwritten }, |sum, record| {
            let rows: u64 = record.rows.iter().flatten().map(|rows| rows.count).sum();
            InFlight {
                tuples: sum.tuples + record.tuples,
                rows: sum.rows + rows + letter::rows(&record.letters),
            }
        })
    }

    /// The root is done.
    fn finish(&self, root: u64) {
        let record = self.ledger.record(root);
        self.counters.acked.add(record.tuples - record.dead);
        self.counters.dead_lettered.add(record.dead);
        self.acks.done(root, &record);
        drop(record);
        if self.ledger.set_done(root) {
            self.bell.ring();
        }
    }
}
