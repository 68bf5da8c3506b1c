//! Windows that leave more than once: early, on time, and again for rows that come late.

use std::collections::BTreeMap;
use std::ops::Bound::{Excluded, Included};

use super::{Key, KeyRef};
use crate::places::Places;

/// The windows of a bolt that leave more than once, an accumulator a (end, key). All times in nanoseconds.
///
/// An early row costs what its key costs, whatever other keys there are.
#[derive(Debug)]
pub struct Revisions<K, A> {
    /// How long a window is kept behind its end.
    late: i64,
    /// From one early row to the next, on a grid that begins with 1970.
    every: Option<i64>,
    watermark: i64,
    /// Those of one end together; none is taken out alone.
    windows: BTreeMap<i64, Places<K, Window<A>>>,
    /// Where there may be early rows: the places of the windows of an end that have changed since they left.
    changed: BTreeMap<i64, Vec<usize>>,
}

#[derive(Debug)]
struct Window<A> {
    start: i64,
    accumulator: A,
    /// How many rows it has sent.
    sent: i64,
    /// Whether its place is in `changed`.
    listed: bool,
}

/// A window that leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revision {
    /// The window's start.
    pub start: i64,
    /// The window's end.
    pub end: i64,
    /// How many rows of it have left before.
    pub number: i64,
    /// Whether none can follow.
    pub is_final: bool,
}

impl<A> Window<A> {
    fn send(&mut self, end: i64, is_final: bool) -> Revision {
        let number = self.sent;
        self.sent += 1;
        self.listed = false;
        Revision { start: self.start, end, number, is_final }
    }
}

impl<K: Key, A: Default> Revisions<K, A> {
    /// Without any rows, at the watermark −∞. `late` is at least 0, `every` greater than 0.
    #[must_use]
    pub fn new(late: i64, every: Option<i64>) -> Revisions<K, A> {
        Revisions { late, every, watermark: i64::MIN, windows: BTreeMap::new(), changed: BTreeMap::new() }
    }

    /// Takes everything out, and leaves nothing but the memory of the watermark behind.
    #[must_use]
    pub fn take(&mut self) -> Revisions<K, A> {
        let empty = Revisions { watermark: self.watermark, ..Revisions::new(self.late, self.every) };
        std::mem::replace(self, empty)
    }

    /// A row of the window with these bounds. `update` is called once if it is still kept; if it has ended, `again` is
    /// called with it then. Returns how many windows the row missed: 0 or 1.
    pub fn add<Q: KeyRef<K>>(
        &mut self,
        key: &Q,
        (start, end): (i64, i64),
        update: impl FnOnce(&mut A),
        again: impl FnOnce(Revision, &K, &A),
    ) -> u64 {
        if self.is_closed(end, self.watermark) {
            return 1;
        }
        let ended = end <= self.watermark;
        let make = |_: &K| Window { start, accumulator: A::default(), sent: 0, listed: false };
        let windows = self.windows.entry(end).or_default();
        let (place, window) = windows.entry(key, make);
        window.start = window.start.min(start);
        update(&mut window.accumulator);
        if ended {
            let revision = window.send(end, false);
            if let Some((key, window)) = windows.get(place) {
                again(revision, key, &window.accumulator);
            }
        } else if self.every.is_some() && !std::mem::replace(&mut window.listed, true) {
            self.changed.entry(end).or_default().push(place);
        }
        0
    }

    /// Sends every window that the watermark has reached the end of, and those for which it is time for an early row, in
    /// the order of (end, key).
    pub fn release(&mut self, watermark: i64, mut each: impl FnMut(Revision, &K, &A)) {
        let before = self.watermark;
        if watermark <= before {
            return;
        }
        self.watermark = watermark;
        for (&end, windows) in self.windows.range_mut((Excluded(before), Included(watermark))) {
            let is_final = end.saturating_add(self.late) <= watermark;
            let all = 0..windows.len();
            send(windows, all, end, is_final, &mut each);
        }
        while self.changed.first_key_value().is_some_and(|(end, _)| *end <= watermark) {
            self.changed.pop_first();
        }
        if let Some(every) = self.every {
            self.release_early(every, (before, watermark), &mut each);
        }
        while self.windows.first_key_value().is_some_and(|(end, _)| self.is_closed(*end, watermark)) {
            self.windows.pop_first();
        }
    }

    /// Sends the windows for which it is time for an early row, as the watermark `moves` from one instant to another.
    fn release_early(&mut self, every: i64, moves: (i64, i64), each: &mut impl FnMut(Revision, &K, &A)) {
        if moves.0.div_euclid(every) >= moves.1.div_euclid(every) {
            return;
        }
        let windows = &mut self.windows;
        self.changed.retain(|end, places| {
            let Some(windows) = windows.get_mut(end) else { return false };
            let is_early = |place: &mut usize| {
                windows.get(*place).is_some_and(|(_, window)| ticks((window.start, *end), moves, every))
            };
            let early: Vec<usize> = places.extract_if(.., is_early).collect();
            send(windows, early, *end, false, each);
            !places.is_empty()
        });
    }

    fn is_closed(&self, end: i64, watermark: i64) -> bool {
        end.saturating_add(self.late) <= watermark
    }
}

/// Sends the windows at these places, all of one end, in the order of keys.
fn send<K: Key, A>(
    windows: &mut Places<K, Window<A>>,
    places: impl IntoIterator<Item = usize>,
    end: i64,
    is_final: bool,
    each: &mut impl FnMut(Revision, &K, &A),
) {
    for place in windows.sorted(places) {
        if let Some((key, window)) = windows.get_mut(place) {
            let revision = window.send(end, is_final);
            each(revision, key, &window.accumulator);
        }
    }
}

/// Whether a watermark that moves passes or reaches a multiple of `every` inside a window.
pub(super) fn ticks((start, end): (i64, i64), (before, after): (i64, i64), every: i64) -> bool {
    before.max(start).div_euclid(every) < after.min(end.saturating_sub(1)).div_euclid(every)
}

#[cfg(test)]
mod tests {
    use streamwright_values::aggregates::count::Count;

    use super::*;

    #[test]
    fn a_tick_looks_at_what_has_changed_alone() {
        const ENDS: i64 = 5;
        let mut revisions = Revisions::<u8, Count>::new(0, Some(1));
        for (end, key) in (0..ENDS).flat_map(|end| (0..=u8::MAX).map(move |key| (end, key))) {
            revisions.add(&key, (0, 1_000_000 + end), Count::add, |_, _, _| {});
        }
        let mut sent = 0;
        revisions.release(1, |_, _, _| sent += 1);
        assert_eq!((sent, revisions.changed.len()), (256 * ENDS, 0));
        // A window that has not begun waits on, whatever leaves beside it.
        revisions.add(&1, (500, 2_000_000), Count::add, |_, _, _| {});
        for tick in 2..100 {
            for _ in 0..3 {
                revisions.add(&7, (0, 1_000_000), Count::add, |_, _, _| {});
            }
            let looked_at: usize = revisions.changed.values().map(Vec::len).sum();
            assert!(looked_at <= 2, "{looked_at} at {tick}");
            revisions.release(tick, |_, _, _| sent += 1);
        }
        assert_eq!(sent, 256 * ENDS + 98);
        // What has left on time is not waited for.
        revisions.release(1_999_999, |_, _, _| {});
        assert_eq!((revisions.changed.len(), revisions.windows.len()), (0, 1));
    }
}
