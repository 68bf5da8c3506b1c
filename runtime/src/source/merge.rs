//! Several spouts in one order: those without event time first, each whole; then by the largest event time up to the
//! tuple, then by declaration. A spout's end stands behind its last tuple. A spout from which nothing has come for long is
//! not waited for, and its silences are items like its tuples.

use std::sync::Arc;

use streamwright_values::format::lines::{Content, Cut, Framing, Records};

use super::claims::{LONGEST_SLEEP, Next, Silence, Work};
use super::horizon::{NOTHING, passed};
use super::numbers::{Due, Numbers};
use super::reader::{Queue, Taken};
use super::{Cuts, MergedItem, MergedPayload, Payload};
use crate::layout::Topology;

/// A root has so many items at most.
const ROOT_ITEMS: usize = 4096;

/// The spouts, each at its next item.
pub(crate) struct Merge<'p> {
    pub(super) topology: &'p dyn Topology,
    pub(super) spouts: Vec<MergeSpout>,
    pub(super) record_max: usize,
}

/// A spout that is merged.
pub(crate) struct MergeSpout {
    pub(super) input: MergeInput,
    pub(super) timed: bool,
    pub(super) framing: Framing,
    /// The chunk that is being read, and how far.
    pub(super) chunk: Cut,
    pub(super) offset: usize,
    /// Lines before `offset`.
    pub(super) lines: u64,
    /// The largest event time of the items before the head, and up to it.
    before: i64,
    pub(super) maximum: i64,
    pub(super) head: Option<Head>,
    silence: Silence,
    pub(super) ended: bool,
}

/// Where a merged spout's tuples come from.
pub(crate) enum MergeInput {
    Chunks(Arc<Queue>),
    Numbers(Numbers),
}

/// The next item of a spout: its payload is a range of the spout's chunk.
#[derive(Clone, Copy, Debug)]
pub(super) struct Head {
    position: u64,
    /// The reading of the clock that its event time was judged by.
    clock: Option<i64>,
    payload: MergedPayload,
}

/// Items of several spouts, and the bytes that they point into.
#[derive(Debug, Default)]
pub(crate) struct MergedRoot {
    pub(crate) bytes: Vec<u8>,
    pub(crate) items: Vec<MergedItem>,
}

/// Why a spout has no item to show.
enum Wait {
    Later(std::time::Duration),
    Failed(String),
}

impl Head {
    fn new(position: u64, payload: MergedPayload) -> Head {
        Head { position, clock: None, payload }
    }
}

impl MergeSpout {
    /// At the beginning of an input, behind `lines` lines of header.
    pub(super) fn new(
        input: MergeInput,
        timed: bool,
        framing: Framing,
        lines: u64,
        silence: Silence,
    ) -> MergeSpout {
        MergeSpout {
            input,
            timed,
            framing,
            chunk: Cut::default(),
            offset: 0,
            lines,
            before: NOTHING,
            maximum: NOTHING,
            head: None,
            silence,
            ended: false,
        }
    }

    /// Sees to it that there is a head, unless the spout has ended, and that it was judged by this clock: a head may
    /// wait for other spouts while roots go by, and the worker judges it by the clock of the root that takes it.
    fn look(
        &mut self,
        spout: usize,
        topology: &dyn Topology,
        record_max: usize,
        clock: i64,
    ) -> Result<(), Wait> {
        let head = match self.head {
            _ if self.ended => return Ok(()),
            Some(head) if head.clock == Some(clock) => return Ok(()),
            Some(head) => head,
            None => {
                let head = self.next(record_max)?;
                self.silence.is_over(clock);
                head
            }
        };
        let at = match head.payload {
            MergedPayload::Line { start, end } if self.timed => {
                topology.event_time(spout, &Payload::Line(&self.chunk.bytes[start..end]), clock)
            }
            MergedPayload::Number(number) if self.timed => {
                topology.event_time(spout, &Payload::Number(number), clock)
            }
            MergedPayload::Silence(at) => Some(at),
            _ => None,
        };
        self.maximum = at.map_or(self.before, |at| self.before.max(at));
        self.head = Some(Head { clock: Some(clock), ..head });
        Ok(())
    }

    /// There is no head. Whether there has been none for so long that the others do not wait for one; where that is to
    /// be told, it is the head. Where no event time ever came, it begins at `others`.
    fn is_silent(&mut self, clock: i64, others: Option<i64>) -> bool {
        if let Some(silence) = self.silence.tell(clock) {
            let at = if self.before == NOTHING { others } else { Some(passed(self.before, silence)) };
            self.maximum = at.unwrap_or(NOTHING);
            self.head = at.map(|at| Head::new(0, MergedPayload::Silence(at)));
        }
        self.silence.lasts()
    }

    /// Generated input ends here, and what spouts in Rust give; inputs that are read end by themselves.
    fn stop(&mut self) {
        match &mut self.input {
            MergeInput::Numbers(numbers) => numbers.stop(),
            MergeInput::Chunks(queue) => queue.stop(),
        }
    }

    fn next(&mut self, record_max: usize) -> Result<Head, Wait> {
        loop {
            let queue = match &mut self.input {
                MergeInput::Numbers(numbers) => {
                    return match numbers.take(1) {
                        Due::Range { first, .. } => Ok(Head::new(first, MergedPayload::Number(first))),
                        Due::Later(wait) => Err(Wait::Later(wait)),
                        Due::Ended => Ok(Head::new(0, MergedPayload::End)),
                    };
                }
                MergeInput::Chunks(queue) => Arc::clone(queue),
            };
            if let Some(head) = self.record(record_max) {
                return Ok(head);
            }
            match queue.take() {
                Taken::Chunk(chunk) => {
                    self.chunk = chunk;
                    self.offset = 0;
                }
                Taken::Later => return Err(Wait::Later(LONGEST_SLEEP)),
                Taken::Ended(Ok(())) => return Ok(Head::new(0, MergedPayload::End)),
                Taken::Ended(Err(why)) => return Err(Wait::Failed(why)),
            }
        }
    }

    /// The next record of the chunk.
    fn record(&mut self, record_max: usize) -> Option<Head> {
        if self.offset == self.chunk.bytes.len() {
            return None;
        }
        let mut records = Records::behind(self.framing, &self.chunk, self.offset, record_max);
        let record = records.next();
        let rest = records.rest().len();
        let lines_before = self.lines;
        self.lines += records.lines();
        self.offset = self.chunk.bytes.len() - rest;
        let record = record?;
        let base = self.chunk.bytes.as_ptr().addr();
        let range = |content: &[u8]| {
            let start = content.as_ptr().addr() - base;
            (start, start + content.len())
        };
        let payload = match record.content {
            Content::Whole(line) => {
                let (start, end) = range(line);
                MergedPayload::Line { start, end }
            }
            Content::TooLong(line) => {
                let (start, end) = range(line);
                MergedPayload::TooLong { start, end }
            }
            Content::Unfinished(line) => {
                let (start, end) = range(line);
                MergedPayload::Unfinished { start, end }
            }
        };
        Some(Head::new(lines_before + record.line - 1, payload))
    }
}

impl Merge<'_> {
    /// The next items. After `stop` there are those that were read before, and the ends.
    pub(super) fn take(&mut self, stop: bool, cuts: &mut Cuts, clock: i64) -> Next {
        let mut root = MergedRoot::default();
        let (most_items, most_bytes) = match cuts {
            Cuts::Bytes(bytes) => (ROOT_ITEMS, *bytes),
            _ => (cuts.tuples(), usize::MAX),
        };
        if stop {
            self.spouts.iter_mut().for_each(MergeSpout::stop);
        }
        while root.items.len() < most_items && root.bytes.len() < most_bytes {
            match self.least(clock) {
                Ok(Some(spout)) => self.push(spout, &mut root),
                Ok(None) => break,
                Err(_) if !root.items.is_empty() => break,
                Err(Wait::Later(wait)) => return Next::Later(wait),
                Err(Wait::Failed(why)) => return Next::Failed(why),
            }
        }
        if root.items.is_empty() { Next::Ended } else { Next::Work(Work::Merged(root)) }
    }

    /// The spout whose item is next. Those with event time have to wait for one another, but not for a silent one.
    fn least(&mut self, clock: i64) -> Result<Option<usize>, Wait> {
        if let Some(untimed) = self.spouts.iter().position(|spout| !spout.timed && !spout.ended) {
            self.spouts[untimed].look(untimed, self.topology, self.record_max, clock)?;
            return Ok(Some(untimed));
        }
        for index in 0..self.spouts.len() {
            match self.spouts[index].look(index, self.topology, self.record_max, clock) {
                Err(Wait::Later(_)) if self.is_silent(index, clock) => {}
                looked => looked?,
            }
        }
        let ready = self.spouts.iter().enumerate().filter(|(_, spout)| spout.head.is_some());
        match ready.min_by_key(|(index, spout)| (spout.maximum, *index)) {
            Some((index, _)) => Ok(Some(index)),
            None if self.spouts.iter().all(|spout| spout.ended) => Ok(None),
            None => Err(Wait::Later(LONGEST_SLEEP)),
        }
    }

    fn is_silent(&mut self, index: usize, clock: i64) -> bool {
        let known = self.spouts.iter().map(|spout| spout.before).filter(|&before| before != NOTHING).min();
        self.spouts[index].is_silent(clock, known)
    }

    /// Moves a spout's head into the root.
    fn push(&mut self, index: usize, root: &mut MergedRoot) {
        let spout = &mut self.spouts[index];
        let Some(head) = spout.head.take() else { return };
        spout.before = spout.maximum;
        let mut copy = |start: usize, end: usize| {
            let at = root.bytes.len();
            root.bytes.extend_from_slice(&spout.chunk.bytes[start..end]);
            (at, root.bytes.len())
        };
        let payload = match head.payload {
            MergedPayload::Line { start, end } => {
                let (start, end) = copy(start, end);
                MergedPayload::Line { start, end }
            }
            MergedPayload::TooLong { start, end } => {
                let (start, end) = copy(start, end);
                MergedPayload::TooLong { start, end }
            }
            MergedPayload::Unfinished { start, end } => {
                let (start, end) = copy(start, end);
                MergedPayload::Unfinished { start, end }
            }
            MergedPayload::End => {
                spout.ended = true;
                MergedPayload::End
            }
            whole @ (MergedPayload::Number(_) | MergedPayload::Silence(_)) => whole,
        };
        root.items.push(MergedItem { spout: index as u32, position: head.position, payload });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bell::Bell;
    use crate::layout::{Layout, Worker};

    /// A number is its tuple's event time, ten later in the second spout, and dropped where that is ahead of the clock.
    struct Ahead;

    impl Topology for Ahead {
        fn layout(&self) -> Layout {
            Layout::default()
        }

        fn worker(&self) -> Box<dyn Worker + '_> {
            unreachable!("nothing is worked on")
        }

        fn event_time(&self, spout: usize, payload: &Payload<'_>, clock: i64) -> Option<i64> {
            match *payload {
                Payload::Number(number) => {
                    Some((10 * spout) as i64 + number as i64).filter(|&at| at <= clock)
                }
                _ => None,
            }
        }
    }

    #[test]
    fn a_tuple_that_waits_is_judged_by_the_clock_of_its_own_root() {
        let framing = Framing::Lines { keep_blank: false };
        let numbers = || MergeInput::Numbers(Numbers::new(Some(3), None));
        let spout = || MergeSpout::new(numbers(), true, framing, 0, Silence::new(None));
        let mut merge = Merge { topology: &Ahead, spouts: vec![spout(), spout()], record_max: 1 };
        let mut taken = |clock| match merge.take(false, &mut Cuts::Tuples(1), clock) {
            Next::Work(Work::Merged(root)) => (root.items[0].spout, root.items[0].position),
            _ => unreachable!("there are items"),
        };
        // Both first tuples are ahead of the first clock; that of the second spout is not taken before it is not.
        let order: Vec<_> = [-1, 20, 20].into_iter().map(&mut taken).collect();
        assert_eq!(order, [(0, 0), (0, 1), (0, 2)]);
    }
    #[test]
    fn a_silent_spout_is_not_waited_for_and_its_silences_are_items() {
        let framing = Framing::Lines { keep_blank: false };
        let queue = Queue::closing(Arc::new(Bell::default()));
        let silent = MergeInput::Chunks(Arc::new(queue));
        let numbers = MergeInput::Numbers(Numbers::new(Some(3), None));
        let spouts = vec![
            MergeSpout::new(silent, true, framing, 0, Silence::new(Some(5))),
            MergeSpout::new(numbers, true, framing, 0, Silence::new(None)),
        ];
        let mut merge = Merge { topology: &Ahead, spouts, record_max: 1 };
        let mut taken = |clock| match merge.take(false, &mut Cuts::Tuples(1), clock) {
            Next::Work(Work::Merged(root)) => Some((root.items[0].spout, root.items[0].payload)),
            Next::Later(_) => None,
            _ => unreachable!("it does not end"),
        };
        let second = 1_000_000_000;
        let clocks = [100, 104, 105, 106, second, second, second, 2 * second, 2 * second];
        let items: Vec<_> = clocks.into_iter().map(&mut taken).collect();
        let number = |number| Some((1, MergedPayload::Number(number)));
        // Its event time begins at the other's, as there is none before that.
        let silence = |at| Some((0, MergedPayload::Silence(at)));
        let end = Some((1, MergedPayload::End));
        let passed = silence(11 + second);
        assert_eq!(items, [None, None, number(0), number(1), silence(11), number(2), end, passed, None]);
    }
}
