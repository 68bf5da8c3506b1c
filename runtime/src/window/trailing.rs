//! `window trailing D`: the rows of a key up to so long before each.

use std::collections::VecDeque;

use streamwright_values::aggregates::Merge;

use super::queue::Queue;
use super::{Key, KeyRef};
use crate::keyed::Table;

/// The rows of each key that a later row's window may still reach back to. All times in nanoseconds.
///
/// Where a key's rows come in the order of time, a row costs a constant number of merges, on average (of accumulators that
/// grow with their rows: the logarithm of their number); one out of order costs as many as there are rows of its key
/// that the watermark has not passed.
#[derive(Debug)]
pub struct Trailing<K, A> {
    length: i64,
    watermark: i64,
    keys: Table<K, Rows<A>>,
}

/// The rows of a key in the order of time, equal ones in input order.
#[derive(Debug, Default)]
struct Rows<A> {
    /// Those before the watermark: no other can come between them.
    settled: Timed<A>,
    /// The others.
    open: Timed<A>,
}

/// Rows with their times.
#[derive(Debug, Default)]
struct Timed<A> {
    times: VecDeque<i64>,
    rows: Queue<A>,
}

impl<K: Key, A: Default + Merge> Trailing<K, A> {
    /// Without any rows, at the watermark −∞. `length` is greater than 0.
    #[must_use]
    pub fn new(length: i64) -> Trailing<K, A> {
        Trailing { length, watermark: i64::MIN, keys: Table::default() }
    }

    /// Takes everything out, and leaves nothing but the memory of the watermark behind.
    #[must_use]
    pub fn take(&mut self) -> Trailing<K, A> {
        let empty = Trailing { watermark: self.watermark, ..Trailing::new(self.length) };
        std::mem::replace(self, empty)
    }

    /// Whether the window of a row at `at` begins within the range of timestamps. A row for which it does not is a fault,
    /// and must not be added.
    #[inline]
    #[must_use]
    pub fn fits(&self, at: i64) -> bool {
        at.checked_sub(self.length).is_some()
    }

    /// A row at `at`: `update` is called once, and `leaves` with what the rows with times in `(at - length, at]` have
    /// accumulated; or else, where it is late, `late` with its window's bounds. Returns how many windows it missed.
    pub fn add<Q: KeyRef<K>>(
        &mut self,
        key: &Q,
        at: i64,
        update: impl FnOnce(&mut A),
        leaves: impl FnOnce(&K, &A),
        late: impl FnOnce(i64, i64),
    ) -> u64 {
        let start = at.saturating_sub(self.length);
        if at < self.watermark {
            late(start, at);
            return 1;
        }
        let (watermark, needed) = (self.watermark, self.watermark.saturating_sub(self.length));
        self.keys.sweep(|rows| rows.last().is_none_or(|last| last <= needed));
        let (key, rows) = self.keys.entry(key, Rows::default);
        let mut row = A::default();
        update(&mut row);
        rows.settle(watermark, needed);
        rows.open.insert(at, row);
        leaves(key, &rows.over(start, at));
        0
    }

    /// Moves the watermark on; nothing leaves by it.
    pub fn release(&mut self, watermark: i64) {
        self.watermark = self.watermark.max(watermark);
    }
}

impl<A: Default + Merge> Rows<A> {
    /// The latest time.
    fn last(&self) -> Option<i64> {
        self.open.times.back().or(self.settled.times.back()).copied()
    }

    /// Takes in that the watermark is here, and drops the rows up to `needed`, which no window reaches back to.
    fn settle(&mut self, watermark: i64, needed: i64) {
        while let Some((at, row)) = self.open.pop_until(watermark.saturating_sub(1)) {
            self.settled.insert(at, row);
        }
        while self.settled.pop_until(needed).is_some() {}
    }

    /// The sum of the rows with times in `(start, end]`; the row at `end` is an open one.
    fn over(&mut self, start: i64, end: i64) -> A {
        let mut all = A::default();
        self.settled.rows.sum_into(&mut all, self.settled.count_until(start));
        let (first, behind) = (self.open.count_until(start), self.open.count_until(end));
        if behind == self.open.times.len() {
            self.open.rows.sum_into(&mut all, first);
        } else {
            self.open.rows.sum_range_into(&mut all, first..behind);
        }
        all
    }
}

impl<A: Default + Merge> Timed<A> {
    /// How many rows there are up to `at`.
    fn count_until(&self, at: i64) -> usize {
        self.times.partition_point(|time| *time <= at)
    }

    fn insert(&mut self, at: i64, row: A) {
        let place = self.count_until(at);
        self.times.insert(place, at);
        self.rows.insert(place, row);
    }

    /// Takes the first row out, if it is one up to `at`.
    fn pop_until(&mut self, at: i64) -> Option<(i64, A)> {
        let first = *self.times.front().filter(|first| **first <= at)?;
        self.times.pop_front();
        Some((first, self.rows.pop()?))
    }
}
