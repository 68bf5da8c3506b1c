//! `window trailing D`: the rows of a key up to so long before each.

use std::collections::VecDeque;

use streamwright_values::aggregates::Merge;

use super::table::Table;
use super::{Key, KeyRef};

/// The rows of each key that a later row's window may still reach back to. All times in nanoseconds.
///
/// Where a key's rows come in the order of time, a row costs a constant number of merges, on average; one out of order
/// costs as many as there are rows in its window.
#[derive(Debug)]
pub struct Trailing<K, A> {
    length: i64,
    watermark: i64,
    keys: Table<K, Rows<A>>,
}

/// The rows of a key in the order of time, equal ones in input order.
#[derive(Debug)]
struct Rows<A> {
    rows: VecDeque<Row<A>>,
    /// The first `summed` rows know the sum of themselves and of those of them that are behind.
    summed: usize,
    /// The sum of the others.
    sum: A,
}

#[derive(Debug)]
struct Row<A> {
    at: i64,
    own: A,
    sum: A,
}

impl<A: Default> Default for Rows<A> {
    fn default() -> Rows<A> {
        Rows { rows: VecDeque::new(), summed: 0, sum: A::default() }
    }
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
        let needed = self.watermark.saturating_sub(self.length);
        self.keys.sweep(|rows| rows.rows.back().is_none_or(|last| last.at <= needed));
        let (key, rows) = self.keys.entry(key, Rows::default);
        let mut own = A::default();
        update(&mut own);
        rows.drop_until(needed);
        rows.insert(Row { at, own, sum: A::default() });
        leaves(key, &rows.over(start, at));
        0
    }

    /// Moves the watermark on; nothing leaves by it.
    pub fn release(&mut self, watermark: i64) {
        self.watermark = self.watermark.max(watermark);
    }
}

impl<A: Default + Merge> Rows<A> {
    /// Drops the rows up to `at`, which no window reaches back to.
    fn drop_until(&mut self, at: i64) {
        while self.rows.front().is_some_and(|row| row.at <= at) {
            if self.summed == 0 {
                self.sum_up();
            }
            self.rows.pop_front();
            self.summed -= 1;
        }
    }

    fn insert(&mut self, row: Row<A>) {
        let place = self.rows.partition_point(|other| other.at <= row.at);
        if place == self.rows.len() {
            self.sum.merge(&row.own);
            self.rows.push_back(row);
        } else {
            self.rows.insert(place, row);
            self.summed = 0;
            self.sum_up();
        }
    }

    /// Sums up all rows from the last one on.
    fn sum_up(&mut self) {
        let mut behind = A::default();
        for row in self.rows.range_mut(..).rev() {
            row.sum = A::default();
            row.sum.merge(&row.own);
            row.sum.merge(&behind);
            behind = A::default();
            behind.merge(&row.sum);
        }
        self.summed = self.rows.len();
        self.sum = A::default();
    }

    /// The sum of the rows with times in `(start, end]`.
    fn over(&mut self, start: i64, end: i64) -> A {
        let first = self.rows.partition_point(|row| row.at <= start);
        let mut all = A::default();
        if self.rows.back().is_some_and(|last| last.at > end) {
            let behind = self.rows.partition_point(|row| row.at <= end);
            self.rows.range(first..behind).for_each(|row| all.merge(&row.own));
            return all;
        }
        if first > self.summed {
            self.sum_up();
        }
        if let Some(row) = self.rows.get(first).filter(|_| first < self.summed) {
            all.merge(&row.sum);
        }
        all.merge(&self.sum);
        all
    }
}
