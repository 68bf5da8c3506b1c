//! Several spouts in one order: those without event time first, each whole; then by the largest event time up to the
//! tuple, then by declaration. A spout's end stands behind its last tuple. A spout from which nothing has come for long is
//! not waited for, and its silences are items like its tuples.

use super::claims::{LONGEST_SLEEP, Next, Work};
use super::head::{MergeSpout, Wait};
use super::horizon::NOTHING;
use super::{Cuts, MergedItem};
use crate::layout::Merger;

/// A root has so many items at most: what is written of one is still at hand when its worker reads it.
const ROOT_ITEMS: usize = 1024;

/// The spouts, each at its next item.
pub(crate) struct Merge<'p> {
    /// Reads the tuples of those with event time.
    pub(super) merger: Box<dyn Merger + 'p>,
    pub(super) spouts: Vec<MergeSpout>,
    pub(super) record_max: usize,
    /// How many items and bytes the last root had: the next one will not be much larger.
    pub(super) last: (usize, usize),
}

/// Items of several spouts, and the bytes that they point into.
#[derive(Debug, Default)]
pub(crate) struct MergedRoot {
    pub(crate) bytes: Vec<u8>,
    pub(crate) items: Vec<MergedItem>,
}

/// How large a root may become.
pub(super) struct Room {
    items: usize,
    bytes: usize,
}

impl Room {
    /// Whether there is some left.
    #[inline]
    pub(super) fn is_in(&self, root: &MergedRoot) -> bool {
        root.items.len() < self.items && root.bytes.len() < self.bytes
    }
}

/// When an item's turn is: by the largest event time up to it, and by its spout.
pub(super) type Turn = (i64, usize);

/// Behind all others.
const LAST: Turn = (i64::MAX, usize::MAX);

impl Merge<'_> {
    /// The next items. After `stop` there are those that were read before, and the ends.
    pub(super) fn take(&mut self, stop: bool, cuts: &mut Cuts, clock: i64) -> Next {
        let (items, bytes) = self.last;
        let mut root = MergedRoot { bytes: Vec::with_capacity(bytes), items: Vec::with_capacity(items) };
        let room = match cuts {
            Cuts::Bytes(bytes) => Room { items: ROOT_ITEMS, bytes: *bytes },
            _ => Room { items: cuts.tuples(), bytes: usize::MAX },
        };
        if stop {
            self.spouts.iter_mut().for_each(MergeSpout::stop);
        }
        while room.is_in(&root) {
            match self.least(clock) {
                Ok(Some((spout, other))) => self.spouts[spout].push(&mut root, other, &room),
                Ok(None) => break,
                Err(_) if !root.items.is_empty() => break,
                Err(Wait::Later(wait)) => return Next::Later(wait),
                Err(Wait::Failed(why)) => return Next::Failed(why),
            }
        }
        self.last = (root.items.len(), root.bytes.len());
        if root.items.is_empty() { Next::Ended } else { Next::Work(Work::Merged(root)) }
    }

    /// The spout whose item is next, and where that of another stands. Those with event time have to wait for one another, but
    /// not for a silent one.
    fn least(&mut self, clock: i64) -> Result<Option<(usize, Turn)>, Wait> {
        if let Some(untimed) = self.spouts.iter().position(|spout| !spout.is_timed() && !spout.ended) {
            self.spouts[untimed].look(&mut *self.merger, self.record_max, clock)?;
            return Ok(Some((untimed, LAST)));
        }
        for index in 0..self.spouts.len() {
            match self.spouts[index].look(&mut *self.merger, self.record_max, clock) {
                Err(Wait::Later(_)) if self.is_silent(index, clock) => {}
                looked => looked?,
            }
        }
        let (mut first, mut second) = (LAST, LAST);
        for (index, spout) in self.spouts.iter().enumerate() {
            let Some(maximum) = spout.maximum() else { continue };
            let next = (maximum, index);
            (first, second) = if next < first { (next, first) } else { (first, second.min(next)) };
        }
        match first.1 {
            usize::MAX if self.spouts.iter().all(|spout| spout.ended) => Ok(None),
            usize::MAX => Err(Wait::Later(LONGEST_SLEEP)),
            spout => Ok(Some((spout, second))),
        }
    }

    fn is_silent(&mut self, index: usize, clock: i64) -> bool {
        let known = self.spouts.iter().map(MergeSpout::before).filter(|&before| before != NOTHING).min();
        self.spouts[index].is_silent(clock, known)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use streamwright_values::format::lines::Framing;

    use super::super::claims::Silence;
    use super::super::head::MergeInput;
    use super::super::numbers::Numbers;
    use super::super::reader::Queue;
    use super::super::{MergedPayload, Payload};
    use super::*;
    use crate::bell::Bell;
    use crate::layout::Foreseen;

    /// A number is its tuple's event time, ten later in the second spout, and dropped where that is ahead of the clock.
    struct Ahead;

    impl Merger for Ahead {
        fn read(&mut self, spout: usize, payload: &Payload<'_>, clock: i64, _: &mut Vec<u8>) -> Foreseen {
            let Payload::Number(number) = *payload else { return Foreseen::Unread(None) };
            let at = (10 * spout) as i64 + number as i64;
            Foreseen::Unread(Some(at).filter(|at| *at <= clock))
        }
    }

    #[test]
    fn a_tuple_that_waits_is_judged_by_the_clock_of_its_own_root() {
        let framing = Framing::Lines { keep_blank: false };
        let numbers = || MergeInput::Numbers(Numbers::new(Some(3), None));
        let spout = |index| MergeSpout::new(index, numbers(), true, framing, 0, Silence::new(None), &Ahead);
        let mut merge =
            Merge { merger: Box::new(Ahead), spouts: vec![spout(0), spout(1)], record_max: 1, last: (0, 0) };
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
            MergeSpout::new(0, silent, true, framing, 0, Silence::new(Some(5)), &Ahead),
            MergeSpout::new(1, numbers, true, framing, 0, Silence::new(None), &Ahead),
        ];
        let mut merge = Merge { merger: Box::new(Ahead), spouts, record_max: 1, last: (0, 0) };
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
