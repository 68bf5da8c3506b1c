//! Rows that come at one end and go at the other, and the sum of those in between.

use std::collections::VecDeque;

use streamwright_values::aggregates::Merge;

/// Rows in an order, each with its own accumulator, and sums of the last so many.
///
/// The algorithm is known as "two-stacks" (Tangwongsan, Hirzel, Schneider: *In-order sliding-window aggregation in
/// worst-case constant time*, section 2): the newer rows have one sum, the older ones a sum for each suffix of them.
/// Those are made from the last row on when somebody asks for them, so a row takes a constant number of merges, on average.
///
/// Where an accumulator grows with its rows ([`Merge::GROWS`]), a sum for each suffix would be quadratic. Then there are
/// those at half the way, at three quarters, and so on, and the others are made again of what lies between: log n sums
/// and, on average, log n merges a row. (The same trade as in Griewank: *Achieving logarithmic growth of temporal and
/// spatial complexity in reverse automatic differentiation*.)
#[derive(Debug, Default)]
pub(super) struct Queue<A> {
    rows: VecDeque<A>,
    /// So many are the older ones.
    older: usize,
    /// Sums of the last so many of the older ones, the longest one last.
    suffixes: Vec<(usize, A)>,
    /// The sum of the newer ones.
    newer: A,
}

impl<A: Default + Merge> Queue<A> {
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(super) fn push(&mut self, row: A) {
        self.newer.merge(&row);
        self.rows.push_back(row);
    }

    /// Puts a row before that number of others. If it is not the last one, the sums are made again.
    pub(super) fn insert(&mut self, at: usize, row: A) {
        if at == self.rows.len() {
            return self.push(row);
        }
        self.rows.insert(at, row);
        self.turn();
    }

    pub(super) fn pop(&mut self) -> Option<A> {
        if self.older == 0 {
            self.turn();
        }
        let row = self.rows.pop_front()?;
        self.older -= 1;
        Some(row)
    }

    /// Adds up all rows but the first `skipped`.
    pub(super) fn sum_into(&mut self, all: &mut A, skipped: usize) {
        if skipped > self.older {
            self.turn();
        }
        let wanted = self.older.saturating_sub(skipped);
        while self.suffixes.last().is_some_and(|(length, _)| *length > wanted) {
            self.suffixes.pop();
        }
        self.sum_up(wanted);
        if let Some((_, suffix)) = self.suffixes.last() {
            all.merge(suffix);
        }
        all.merge(&self.newer);
    }

    /// Adds up these rows, one by one.
    pub(super) fn sum_range_into(&self, all: &mut A, rows: std::ops::Range<usize>) {
        self.rows.range(rows).for_each(|row| all.merge(row));
    }

    /// Makes all rows older ones.
    fn turn(&mut self) {
        self.older = self.rows.len();
        self.suffixes.clear();
        self.newer = A::default();
    }

    /// Makes the sum of the last so many of the older rows.
    fn sum_up(&mut self, wanted: usize) {
        loop {
            let known = self.suffixes.last().map_or(0, |(length, _)| *length);
            if known >= wanted {
                return;
            }
            let step = if A::GROWS { (wanted - known).div_ceil(2) } else { 1 };
            let mut sum = A::default();
            self.sum_range_into(&mut sum, self.older - known - step..self.older - known);
            if let Some((_, suffix)) = self.suffixes.last() {
                sum.merge(suffix);
            }
            self.suffixes.push((known + step, sum));
        }
    }
}
