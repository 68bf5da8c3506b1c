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
        let place = self.place(order, at);
        if self.is_out(rank, place, order) {
            return;
        }
        let mut row = Vec::new();
        put(&mut row);
        self.insert(rank, place, Ranked { order: order.to_vec(), at, row });
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

    fn is_out(&self, rank: Rank, place: usize, order: &[u8]) -> bool {
        let equals_last = || rank.ties && self.rows[rank.count - 1].order == order;
        place >= rank.count && !equals_last()
    }

    fn insert(&mut self, rank: Rank, place: usize, row: Ranked) {
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
            let place = self.place(&row.order, row.at);
            if !self.is_out(rank, place, &row.order) {
                self.insert(rank, place, row.clone());
            }
        }
    }
}
