//! What a worker thread does: the least root first, the latest stage first, a new root only when nothing else can run.
//!
//! The least unfinished piece of work always has its inputs, its places and a worker, and nothing ever waits within a
//! piece; so everything finishes.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use streamwright_values::format::lines::Records;

use crate::engine::Engine;
use crate::exchange::{Sent, Spares};
use crate::layout::{Topology, Worker};
use crate::ledger::{Piece, Positions, lock};
use crate::outbox::{Outbox, Stream};
use crate::signals;
use crate::source::{
    Claim, Horizon, Items, Known, LONGEST_SLEEP, RangeBuffer, Root, SourceRoot, Work, passed, watermark,
};
use crate::stage::{SegmentBounds, StageRoot};
use crate::table::Tables;

/// A worker thread's own things.
pub(crate) struct WorkerThread<'e, 'p> {
    engine: &'e Engine<'p>,
    /// Which worker it is.
    index: usize,
    /// The program's share.
    program: Box<dyn Worker + 'p>,
    /// What it looks rows up in.
    tables: Option<&'p Tables>,
    out: Outbox,
    horizons: Vec<Horizon>,
    buffer: RangeBuffer,
    stages: Vec<StageState>,
    /// By exchange: what has come for the stage that is at work.
    inbox: Vec<Vec<Sent>>,
    spares: Spares,
    segments: Vec<SegmentBounds>,
    watermarks: Vec<i64>,
}

/// What a keyed stage of this worker knows from the roots before.
struct StageState {
    /// The next root.
    next: u64,
    /// By spout: the largest event time.
    known: Vec<Known>,
}

/// What came of looking for a new root.
enum Found {
    Work,
    Nothing(Duration),
    Finished,
}

impl<'e, 'p> WorkerThread<'e, 'p> {
    pub(crate) fn new(engine: &'e Engine<'p>, index: usize, topology: &'p dyn Topology) -> Self {
        let (program, tables) = (topology.worker(), topology.tables());
        let layout = engine.layout;
        let alone = engine.workers == 1;
        let (sinks, counters) = (Arc::clone(&engine.sinks), Arc::clone(&engine.counters));
        let stream = alone.then_some(Stream { sinks, counters });
        let spouts = layout.spouts.len();
        let stage = || StageState { next: 0, known: vec![Known::MIN; spouts] };
        let stages = if alone { 0 } else { layout.stages.len() };
        WorkerThread {
            engine,
            index,
            program,
            tables,
            out: Outbox::new(layout, engine.workers, stream),
            horizons: layout.spouts.iter().map(Horizon::new).collect(),
            buffer: RangeBuffer::default(),
            stages: (0..stages).map(|_| stage()).collect(),
            inbox: layout.exchanges.iter().map(|_| Vec::new()).collect(),
            spares: Spares::default(),
            segments: Vec::new(),
            watermarks: Vec::new(),
        }
    }

    /// Works until everything is done, or the run has failed.
    pub(crate) fn run(&mut self) {
        while !self.engine.has_failed() {
            let seen = self.engine.bell.rings();
            if let Some((stage, root)) = self.runnable() {
                self.stage(stage, root);
                continue;
            }
            match self.claim() {
                Found::Work => {}
                Found::Finished if self.has_passed_all() => return,
                Found::Finished => self.engine.bell.wait(seen, LONGEST_SLEEP),
                Found::Nothing(wait) => self.engine.bell.wait(seen, wait.min(LONGEST_SLEEP)),
            }
        }
    }

    fn has_passed_all(&self) -> bool {
        let total = self.engine.total.load(Ordering::Acquire);
        self.stages.iter().all(|stage| stage.next >= total)
    }

    /// The least root with a stage that has all its inputs; of equal ones the latest stage.
    fn runnable(&self) -> Option<(usize, u64)> {
        let mut best: Option<(usize, u64)> = None;
        for (stage, state) in self.stages.iter().enumerate() {
            let sooner = best.is_none_or(|(_, root)| state.next <= root);
            if sooner && self.has_inputs(stage, state.next) {
                best = Some((stage, state.next));
            }
        }
        best
    }

    fn has_inputs(&self, stage: usize, root: u64) -> bool {
        let ledger = &self.engine.ledger;
        root < self.engine.total.load(Ordering::Acquire)
            && ledger.is_parsed(root)
            && self.engine.layout.exchanges.iter().filter(|exchange| exchange.to == stage).all(|exchange| {
                exchange.from.is_none_or(|sender| {
                    (0..self.engine.workers).all(|worker| ledger.passed(worker, sender) > root)
                })
            })
    }

    /// Takes a new root in, if there is one and the ledger has room.
    fn claim(&mut self) -> Found {
        let engine = self.engine;
        let root = {
            let mut claims = lock(&engine.claims);
            let number = claims.next_number();
            if !engine.ledger.admits(number) {
                return Found::Nothing(LONGEST_SLEEP);
            }
            match claims.claim(signals::stop_requested()) {
                Claim::Root(root) => {
                    engine.ledger.open(root.number);
                    if let Some(tables) = self.tables {
                        tables.refresh(root.number, root.clock);
                    }
                    // Under the lock: roots that are finished now were claimed before this one, so what is known of
                    // them is a lower bound of what lies before it.
                    for (horizon, known) in self.horizons.iter_mut().zip(&engine.known) {
                        horizon.start(known.load(Ordering::Acquire));
                    }
                    root
                }
                Claim::Later(wait) => return Found::Nothing(wait),
                Claim::Finished => {
                    if engine.total.swap(number, Ordering::AcqRel) != number {
                        engine.bell.ring();
                    }
                    return Found::Finished;
                }
                Claim::Failed(why) => {
                    drop(claims);
                    engine.fail(why);
                    return Found::Finished;
                }
            }
        };
        engine.counters.roots.add(1);
        if let Err(why) = self.source(root) {
            engine.fail(why);
        }
        Found::Work
    }

    /// The source stage over a root.
    fn source(&mut self, root: Root) -> Result<(), String> {
        let engine = self.engine;
        let framing = engine.layout.spouts[0].framing;
        let limits = &engine.limits;
        let items = match &root.work {
            Work::Range { input, start, end } => {
                let bytes = self
                    .buffer
                    .read(input, *start, *end, limits.record_max)
                    .map_err(|error| format!("cannot read {}: {error}", input.name()))?;
                Items::Records(Records::new(framing, bytes, limits.record_max))
            }
            Work::Chunk(cut) => Items::Records(Records::of(framing, cut, limits.record_max)),
            Work::Numbers { first, end } => Items::Numbers { first: *first, next: *first, end: *end },
            Work::Merged(merged) => Items::Merged { bytes: &merged.bytes, items: &merged.items, next: 0 },
            Work::Silence(by) => Items::Silence(*by),
            Work::End => Items::End,
        };
        let silence = if let Work::Silence(by) = root.work { by } else { 0 };
        let mut walk = SourceRoot {
            items,
            horizons: &mut self.horizons,
            clock: root.clock,
            record_max: limits.record_max,
            alone: engine.workers == 1,
            crossed: 0,
            index: 0,
            tuples: 0,
        };
        self.out.clock = root.clock;
        if let Some(tables) = self.tables {
            tables.begin(root.number);
        }
        self.program.source(&mut walk, &mut self.out);
        walk.leave(&mut self.out);
        let tuples = walk.tuples;
        let lines = walk.lines();
        let positions = match root.work {
            Work::Numbers { first, .. } => Positions::Numbers { first },
            Work::Merged(merged) => Positions::Merged(merged.items),
            Work::Range { .. } | Work::Chunk(_) | Work::Silence(_) | Work::End => {
                Positions::Lines { count: lines }
            }
        };
        self.buffer.shrink(256 << 10);
        self.publish_source(root.number, tuples, silence, positions);
        Ok(())
    }

    fn publish_source(&mut self, root: u64, tuples: u64, silence: i64, positions: Positions) {
        let engine = self.engine;
        engine.counters.read.add(tuples);
        let mut record = engine.ledger.record(root);
        record.tuples = tuples;
        record.dead = 0;
        record.clock = self.out.clock;
        record.silence = silence;
        record.positions = positions;
        std::mem::swap(&mut record.segments, &mut self.out.segments);
        std::mem::swap(&mut record.maxima, &mut self.out.maxima);
        let classes = crossed(&record.segments);
        engine.collect(&mut record, &mut self.out);
        drop(record);
        self.out.segments.clear();
        self.out.maxima.clear();
        for (known, horizon) in engine.known.iter().zip(&self.horizons) {
            known.fetch_max(horizon.known(), Ordering::AcqRel);
        }
        let mut ids = engine.ledger.id(root, Piece::Source) ^ self.send(None, root);
        if engine.workers > 1 {
            let stages = engine.layout.stages.iter().enumerate();
            for (stage, _) in stages.filter(|(_, layout)| classes & layout.cuts() != 0) {
                for worker in 0..engine.workers {
                    ids ^= engine.ledger.id(root, Piece::Look { stage, worker });
                }
            }
        }
        engine.ledger.set_parsed(root);
        engine.settle(root, ids, &mut *self.program, &mut self.out);
    }

    /// Puts the parts that a stage made into their places. Gives their ids.
    fn send(&mut self, stage: Option<usize>, root: u64) -> u64 {
        let engine = self.engine;
        let mut ids = 0;
        for (exchange, receivers) in self.out.parts.chunks_mut(engine.workers).enumerate() {
            if engine.layout.exchanges[exchange].from != stage {
                continue;
            }
            let tagged = engine.layout.exchanges[exchange].tagged.with(engine.workers);
            for (receiver, part) in receivers.iter_mut().enumerate() {
                if !part.is_empty() {
                    part.seal();
                    let next = self.spares.behind(part, tagged);
                    let part = std::mem::replace(part, next);
                    engine.exchange.send(exchange, receiver, root, Sent { sender: self.index, part });
                    ids ^= engine.ledger.id(root, Piece::Part { exchange, sender: self.index, receiver });
                }
            }
        }
        ids
    }

    /// A keyed stage over a root.
    fn stage(&mut self, stage: usize, root: u64) {
        let engine = self.engine;
        let mut ids = self.receive(stage, root);
        let moved = self.learn(stage, root);
        if moved {
            ids ^= engine.ledger.id(root, Piece::Look { stage, worker: self.index });
        }
        if ids != 0 {
            self.out.segments.clone_from(&self.segments);
            let view = StageRoot {
                class: engine.layout.stages[stage].cuts(),
                segments: &self.segments,
                watermarks: &self.watermarks,
                spouts: engine.layout.spouts.len(),
                parts: &self.inbox,
            };
            if let Some(tables) = self.tables {
                tables.begin(root);
            }
            self.program.stage(stage, &view, &mut self.out);
            self.out.segments.clear();
            let read = self.inbox.iter_mut().flat_map(|sent| sent.drain(..));
            read.for_each(|sent| self.spares.keep(sent.part));
            engine.collect(&mut engine.ledger.record(root), &mut self.out);
            ids ^= self.send(Some(stage), root);
        }
        self.stages[stage].next = root + 1;
        engine.ledger.pass(self.index, stage, root);
        if ids == 0 {
            engine.bell.ring();
        } else {
            engine.settle(root, ids, &mut *self.program, &mut self.out);
        }
    }

    /// Takes the parts for a stage out of their places. Gives their ids.
    fn receive(&mut self, stage: usize, root: u64) -> u64 {
        let engine = self.engine;
        let mut ids = 0;
        for (exchange, inbox) in self.inbox.iter_mut().enumerate() {
            if engine.layout.exchanges[exchange].to != stage {
                continue;
            }
            engine.exchange.receive(exchange, self.index, root, inbox);
            for sender in inbox.iter().map(|sent| sent.sender) {
                ids ^= engine.ledger.id(root, Piece::Part { exchange, sender, receiver: self.index });
            }
        }
        ids
    }

    /// Takes over a root's segments and maxima. Whether a watermark moved over one of the stage's boundaries.
    fn learn(&mut self, stage: usize, root: u64) -> bool {
        let record = self.engine.ledger.record(root);
        let spouts = &self.engine.layout.spouts;
        self.segments.clone_from(&record.segments);
        self.out.clock = record.clock;
        self.watermarks.clear();
        let known = &mut self.stages[stage].known;
        for maxima in record.maxima.chunks(spouts.len()) {
            for ((known, &maximum), spout) in known.iter_mut().zip(maxima).zip(spouts) {
                // A silence is all of its root, and has no maximum of its own.
                *known = maximum.max(passed(*known, record.silence));
                self.watermarks.push(watermark(*known, spout.late_by));
            }
        }
        crossed(&self.segments) & self.engine.layout.stages[stage].cuts() != 0
    }
}

/// The classes of which a root crosses a boundary.
fn crossed(segments: &[SegmentBounds]) -> u64 {
    segments.iter().fold(0, |classes, segment| classes | segment.classes)
}
