//! The ledger: a ring of slots, one a root in flight, each with the XOR of everything that is still to be done for it.
//!
//! Every piece of work (the source stage, a part on its way, a stage that has to look because watermarks moved, rows that
//! a sink has not yet written) has an id that is a hash of what it is. Who makes a piece XORs its id in, who finishes it
//! XORs it out, both in one operation after the outputs are released; at zero the root is done. Ids are 64 bits wide, so
//! that a sum of unfinished pieces is zero by accident about once in 10^19 operations.
//!
//! The ring is the only back-pressure: a root is admitted when the root that had its slot is done and every stage has
//! passed it. So each part has its place reserved, and no send ever waits.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard};

use crate::costs;
use crate::hash::mix;
use crate::letter::Letter;
use crate::outbox::SinkRows;
use crate::source::{Known, MergedItem};
use crate::stage::SegmentBounds;

/// The ring.
#[derive(Debug)]
pub(crate) struct Ledger {
    slots: Box<[Slot]>,
    seed: u64,
    /// By worker, then stage: the first root that it has not passed.
    passed: Vec<Vec<AtomicU64>>,
    /// Whether a root was refused since one was done.
    awaited: AtomicBool,
}

/// A root in flight.
#[derive(Debug, Default)]
pub(crate) struct Slot {
    xor: AtomicU64,
    /// The number of the root whose source stage is finished, plus 1.
    parsed: AtomicU64,
    /// The number of the root whose rows are ready for its sinks, plus 1.
    processed: AtomicU64,
    /// The number of the root that is done, plus 1.
    done: AtomicU64,
    record: Mutex<Record>,
}

/// What is known of a root.
#[derive(Debug, Default)]
pub(crate) struct Record {
    pub(crate) segments: Vec<SegmentBounds>,
    /// The clock's reading, in nanoseconds since 1970.
    pub(crate) clock: i64,
    /// Of each segment, one value a spout.
    pub(crate) maxima: Vec<Known>,
    /// For how many nanoseconds nothing came, of a root that says so.
    pub(crate) silence: i64,
    pub(crate) positions: Positions,
    /// Tuples read, and those with a letter.
    pub(crate) tuples: u64,
    pub(crate) dead: u64,
    pub(crate) letters: Vec<Letter>,
    /// By sink: what each stage of each worker gave it; when processed, one run.
    pub(crate) rows: Vec<Vec<SinkRows>>,
}

/// How the index of an item becomes a position for people.
#[derive(Debug)]
pub(crate) enum Positions {
    /// Lines of the only spout: those before the root are counted in the ordered prefix.
    Lines { count: u64 },
    /// Numbers of the only spout.
    Numbers { first: u64 },
    /// Several spouts.
    Merged(Vec<MergedItem>),
}

impl Default for Positions {
    fn default() -> Positions {
        Positions::Lines { count: 0 }
    }
}

impl Positions {
    /// How many lines the root adds to those before the next one.
    pub(crate) fn lines(&self) -> u64 {
        match self {
            Positions::Lines { count } => *count,
            Positions::Numbers { .. } | Positions::Merged(_) => 0,
        }
    }

    /// Spout and position, from 1, of the item at `index`. `base` is the number of lines before the root.
    pub(crate) fn find(&self, index: u32, base: u64) -> (usize, u64) {
        match self {
            Positions::Lines { .. } => (0, base + u64::from(index) + 1),
            Positions::Numbers { first } => (0, first + u64::from(index) + 1),
            Positions::Merged(items) => {
                items.get(index as usize).map_or((0, 0), |item| (item.spout as usize, item.position + 1))
            }
        }
    }
}

/// A piece of work that a root waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// The root itself: gone when its rows were given to the sinks.
    Root,
    /// The source stage.
    Source,
    /// A part on its way.
    Part { exchange: usize, sender: usize, receiver: usize },
    /// A stage has to look at a root in which watermarks moved, with or without a part.
    Look { stage: usize, worker: usize },
    /// Rows at a sink.
    Rows { sink: usize },
}

impl Ledger {
    /// A ring of `width` slots for `workers` with `stages` each. The seed may be anything.
    pub(crate) fn new(width: usize, workers: usize, stages: usize, seed: u64) -> Ledger {
        let row = || (0..stages).map(|_| AtomicU64::new(0)).collect();
        Ledger {
            slots: (0..width.max(1)).map(|_| Slot::default()).collect(),
            seed,
            passed: (0..workers).map(|_| row()).collect(),
            awaited: AtomicBool::new(false),
        }
    }

    fn slot(&self, root: u64) -> &Slot {
        &self.slots[(root % self.slots.len() as u64) as usize]
    }

    /// The id of a piece.
    pub(crate) fn id(&self, root: u64, piece: Piece) -> u64 {
        if !costs::ACKING {
            return 0;
        }
        let (kind, a, b, c) = match piece {
            Piece::Root => (1, 0, 0, 0),
            Piece::Source => (2, 0, 0, 0),
            Piece::Part { exchange, sender, receiver } => (3, exchange, sender, receiver),
            Piece::Look { stage, worker } => (4, stage, worker, 0),
            Piece::Rows { sink } => (5, sink, 0, 0),
        };
        let words = [kind, root, a as u64, b as u64, c as u64];
        words.iter().fold(self.seed, |hash, word| mix(hash ^ word))
    }

    /// Whether a root's slot is free. If it is not, [`Ledger::set_done`] tells that somebody waits.
    pub(crate) fn admits(&self, root: u64) -> bool {
        if self.has_room(root) {
            return true;
        }
        self.awaited.store(true, Ordering::SeqCst);
        // What was done in between has told nobody.
        self.has_room(root)
    }

    /// Whether a root's predecessor in its slot is done, and nobody will look at it again.
    fn has_room(&self, root: u64) -> bool {
        let Some(before) = root.checked_sub(self.slots.len() as u64) else { return true };
        self.slot(root).done.load(Ordering::SeqCst) == before + 1
            && self.passed.iter().flatten().all(|passed| passed.load(Ordering::Acquire) > before)
    }

    /// Takes a root in. Only for one that is admitted.
    pub(crate) fn open(&self, root: u64) {
        let slot = self.slot(root);
        let id = self.id(root, Piece::Root) ^ self.id(root, Piece::Source);
        slot.xor.store(id, Ordering::Release);
    }

    /// What is known of a root.
    pub(crate) fn record(&self, root: u64) -> MutexGuard<'_, Record> {
        lock(&self.slot(root).record)
    }

    /// The records of the roots whose source stage is finished, and that are not done.
    pub(crate) fn unfinished(&self) -> impl Iterator<Item = MutexGuard<'_, Record>> {
        let parsed_only =
            |slot: &&Slot| slot.parsed.load(Ordering::Acquire) > slot.done.load(Ordering::Acquire);
        self.slots.iter().filter(parsed_only).map(|slot| lock(&slot.record))
    }

    /// XORs ids in and out. Gives what is left.
    pub(crate) fn settle(&self, root: u64, ids: u64) -> u64 {
        if !costs::ACKING {
            return 0;
        }
        self.slot(root).xor.fetch_xor(ids, Ordering::AcqRel) ^ ids
    }

    /// Whether everything but handing the rows over is finished, by what [`Ledger::settle`] left.
    pub(crate) fn is_processed(&self, root: u64, left: u64) -> bool {
        left == self.id(root, Piece::Root)
    }

    /// The source stage of a root is finished, and its parts are in their places.
    pub(crate) fn set_parsed(&self, root: u64) {
        self.slot(root).parsed.store(root + 1, Ordering::Release);
    }

    /// Whether the source stage of a root is finished.
    pub(crate) fn is_parsed(&self, root: u64) -> bool {
        self.slot(root).parsed.load(Ordering::Acquire) == root + 1
    }

    /// The root's rows are ready for its sinks.
    pub(crate) fn set_processed(&self, root: u64) {
        self.slot(root).processed.store(root + 1, Ordering::Release);
    }

    /// Whether the root's rows are ready for its sinks.
    pub(crate) fn rows_ready(&self, root: u64) -> bool {
        self.slot(root).processed.load(Ordering::Acquire) == root + 1
    }

    /// The root is done. Whether somebody waits for that.
    #[must_use]
    pub(crate) fn set_done(&self, root: u64) -> bool {
        self.slot(root).done.store(root + 1, Ordering::SeqCst);
        self.awaited.swap(false, Ordering::SeqCst)
    }

    /// A worker will not look at roots before this one again, in this stage.
    pub(crate) fn pass(&self, worker: usize, stage: usize, root: u64) {
        self.passed[worker][stage].store(root + 1, Ordering::Release);
    }

    /// The first root that a worker has not passed in this stage.
    pub(crate) fn passed(&self, worker: usize, stage: usize) -> u64 {
        self.passed[worker][stage].load(Ordering::Acquire)
    }
}

/// Locks; a thread that panicked while it held the lock has stopped the run anyway.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
