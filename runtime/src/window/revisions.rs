//! Windows that leave more than once: early, on time, and again for rows that come late.

use std::collections::BTreeMap;

use super::{Key, KeyRef};
use crate::keyed::Table;

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
    windows: BTreeMap<i64, Windows<K, A>>,
}

/// Windows of one end.
#[derive(Debug)]
struct Windows<K, A> {
    /// Those that wait for an early row.
    changed: Table<K, Window<A>>,
    /// The others.
    quiet: Table<K, Window<A>>,
}

impl<K, A> Default for Windows<K, A> {
    fn default() -> Windows<K, A> {
        Windows { changed: Table::default(), quiet: Table::default() }
    }
}

#[derive(Debug)]
struct Window<A> {
    start: i64,
    accumulator: A,
    /// How many rows it has sent.
    sent: i64,
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
        Revision { start: self.start, end, number, is_final }
    }
}

impl<K: Key, A: Default> Revisions<K, A> {
    /// Without any rows, at the watermark −∞. `late` is at least 0, `every` greater than 0.
    #[must_use]
    pub fn new(late: i64, every: Option<i64>) -> Revisions<K, A> {
        Revisions { late, every, watermark: i64::MIN, windows: BTreeMap::new() }
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
        let make = || Window { start, accumulator: A::default(), sent: 0 };
        let Windows { changed, quiet } = self.windows.entry(end).or_default();
        let (key, window) = if ended || self.every.is_none() {
            quiet.entry(key, make)
        } else {
            changed.entry(key, || quiet.remove(key).map_or_else(make, |(_, window)| window))
        };
        window.start = window.start.min(start);
        update(&mut window.accumulator);
        if ended {
            let revision = window.send(end, false);
            again(revision, key, &window.accumulator);
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
        let every = self.every.filter(|every| before.div_euclid(*every) < watermark.div_euclid(*every));
        let open = (std::ops::Bound::Excluded(before), std::ops::Bound::Unbounded);
        for (&end, Windows { changed, quiet }) in self.windows.range_mut(open) {
            let on_time = end <= watermark;
            let is_early = |window: &Window<A>| {
                every.is_some_and(|every| ticks((window.start, end), (before, watermark), every))
            };
            if !on_time && every.is_none() {
                break;
            }
            let mut due: Vec<_> = changed.extract(|window| on_time || is_early(window)).collect();
            due.extend(quiet.extract(|_| on_time));
            due.sort_unstable_by(|a, b| a.key.cmp(&b.key));
            let is_final = end.saturating_add(self.late) <= watermark;
            for mut kept in due {
                let revision = kept.value.send(end, is_final);
                each(revision, &kept.key, &kept.value.accumulator);
                quiet.put(kept);
            }
        }
        while self.windows.first_key_value().is_some_and(|(end, _)| self.is_closed(*end, watermark)) {
            self.windows.pop_first();
        }
    }

    fn is_closed(&self, end: i64, watermark: i64) -> bool {
        end.saturating_add(self.late) <= watermark
    }
}

/// Whether a watermark that moves passes or reaches a multiple of `every` inside a window.
pub(super) fn ticks((start, end): (i64, i64), (before, after): (i64, i64), every: i64) -> bool {
    before.max(start).div_euclid(every) < after.min(end.saturating_sub(1)).div_euclid(every)
}
