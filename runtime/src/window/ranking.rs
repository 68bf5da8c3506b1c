//! `top`: the first rows of a window.

use std::cmp::Ordering;

use streamwright_values::aggregates::Merge;

/// Which rows leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rank {
    /// How many, greater than 0.
    pub count: usize,
    /// Whether all that equal the last one leave too, and equal rows have one rank.
    pub ties: bool,
}

/// The first rows of a window, and no others. Memory: `count` rows, and those that equal the last of them where `ties`.
#[derive(Debug, Default)]
pub struct Ranking {
    /// Absent before the first row.
    rank: Option<Rank>,
    /// In their order.
    rows: Vec<Ranked>,
}

#[derive(Clone, Debug)]
struct Ranked {
    /// Bytes that compare as the rows' keys do.
    order: Vec<u8>,
    /// The event time.
    at: i64,
    /// The row, as it crosses an exchange.
    row: Vec<u8>,
}

impl Ranking {
    /// A row, which `put` writes if it is among the first ones so far.
    pub fn add(&mut self, rank: Rank, order: &[u8], at: i64, put: impl FnOnce(&mut Vec<u8>)) {
        self.rank = Some(rank);
        if self.is_out(rank, order, at) {
            return;
        }
        let mut row = Vec::new();
        put(&mut row);
        self.insert(rank, Ranked { order: order.to_vec(), at, row });
    }

    /// The rows, each with its rank.
    pub fn rows(&self) -> impl Iterator<Item = (i64, &[u8])> {
        let ties = self.rank.is_some_and(|rank| rank.ties);
        let mut rank = 0;
        self.rows.iter().enumerate().map(move |(index, ranked)| {
            let equal = index.checked_sub(1).is_some_and(|before| self.rows[before].order == ranked.order);
            if !(ties && equal) {
                rank = index as i64 + 1;
            }
            (rank, ranked.row.as_slice())
        })
    }

    /// Behind all rows that are not after it: it came later than those.
    fn place(&self, order: &[u8], at: i64) -> usize {
        self.rows
            .partition_point(|row| row.order.as_slice().cmp(order).then(row.at.cmp(&at)) != Ordering::Greater)
    }

    /// Whether so many rows are before it. Most rows are out, and are told by the last one alone.
    #[inline]
    fn is_out(&self, rank: Rank, order: &[u8], at: i64) -> bool {
        self.rows.get(rank.count - 1).is_some_and(|last| match order.cmp(&last.order) {
            Ordering::Less => false,
            Ordering::Equal => !rank.ties && at >= last.at,
            Ordering::Greater => true,
        })
    }

    fn insert(&mut self, rank: Rank, row: Ranked) {
        let place = self.place(&row.order, row.at);
        self.rows.insert(place, row);
        let Some(last) = self.rows.get(rank.count - 1) else { return };
        let end =
            if rank.ties { self.rows.partition_point(|row| row.order <= last.order) } else { rank.count };
        self.rows.truncate(end);
    }
}

impl Merge for Ranking {
    fn merge(&mut self, later: &Ranking) {
        let Some(rank) = later.rank else { return };
        self.rank = Some(rank);
        for row in &later.rows {
            if !self.is_out(rank, &row.order, row.at) {
                self.insert(rank, row.clone());
            }
        }
    }
}
