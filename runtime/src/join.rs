//! Joins: rows of two sides that wait for each other.

mod forest;

use std::cmp::Ordering;

use forest::{Forest, Link, NIL, RowBytes, Waiting};

use crate::dues::Dues;
use crate::order::by_time;
use crate::places::Places;
use crate::window::{Key, KeyRef};

/// The rows of a join that may still meet others, as bytes.
///
/// Memory: a row is kept until nothing that is on time can meet it. A row that comes or goes costs the logarithm of how
/// many its key has, and what it costs to look at those that it may meet.
#[derive(Debug)]
pub struct Joined<K> {
    /// The lower bound, in nanoseconds: a right row of time `b` meets no left one behind `b - low`.
    low: i64,
    watermark: i64,
    keys: Places<K, Sides>,
    rows: Forest,
    /// When each row goes: its last time, and where it is.
    until: Dues<Seat>,
    /// How many rows were kept so far: the number of the next one.
    count: u64,
    /// Where rows are written before it is known how long they are.
    written: Vec<u8>,
}

/// The trees of one key.
#[derive(Debug)]
struct Sides {
    left: Link,
    right: Link,
}

/// Where a row is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Seat {
    key: usize,
    side: Side,
    row: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Side {
    Left,
    Right,
}

/// What has become of a row that came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Came {
    /// It has met another, or is kept and may still.
    Well,
    /// It has met none, and never will.
    Alone,
}

impl<K: Key> Joined<K> {
    /// Without any rows, at the watermark −∞.
    #[must_use]
    pub fn new(low: i64) -> Joined<K> {
        let (keys, rows, until) = (Places::default(), Forest::default(), Dues::default());
        Joined { low, watermark: i64::MIN, keys, rows, until, count: 0, written: Vec::new() }
    }

    /// Takes everything out, for as long as rows leave it. What is left here must not be used.
    #[must_use]
    pub fn lend(&mut self) -> Joined<K> {
        std::mem::replace(self, Joined::new(0))
    }

    /// Whether a row of this time is too late.
    #[inline]
    #[must_use]
    pub fn is_late(&self, at: i64) -> bool {
        at < self.watermark
    }

    /// A left row that is on time; `reach` are the times of the right ones that it may meet, both inside. `meet` is called
    /// with each of these, by its bytes and time, in the order of (time, arrival), and says whether they are a pair; `put`
    /// writes the row.
    pub fn left<Q: KeyRef<K>>(
        &mut self,
        key: &Q,
        at: i64,
        reach: (i64, i64),
        put: impl FnOnce(&mut Vec<u8>),
        mut meet: impl FnMut(&[u8], i64) -> bool,
    ) -> Came {
        let near = |other: i64| match other {
            _ if other < reach.0 => Ordering::Less,
            _ if other > reach.1 => Ordering::Greater,
            _ => Ordering::Equal,
        };
        let met = self.meet(key, Side::Right, i64::MIN, near, &mut meet);
        self.keep(key, Side::Left, (at, reach.1, met), put)
    }

    /// A right row that is on time, likewise.
    pub fn right<Q: KeyRef<K>>(
        &mut self,
        key: &Q,
        at: i64,
        put: impl FnOnce(&mut Vec<u8>),
        mut meet: impl FnMut(&[u8], i64) -> bool,
    ) -> Came {
        let low = self.low;
        let near =
            |other: i64| if other.saturating_add(low) <= at { Ordering::Equal } else { Ordering::Greater };
        let met = self.meet(key, Side::Left, at, near, &mut meet);
        self.keep(key, Side::Right, (at, at.saturating_sub(low), met), put)
    }

    /// The watermark has moved: drops the rows that nothing on time can meet. `alone` is called with each left one that has
    /// met none: its last time, its key, its own time and its bytes, in the order of (last time, key, arrival). Returns how
    /// many of the right side have met none.
    pub fn release(&mut self, watermark: i64, mut alone: impl FnMut(i64, &K, i64, &[u8])) -> u64 {
        self.watermark = self.watermark.max(watermark);
        let (mut unmet, mut due, mut emptied) = (0, Vec::new(), Vec::new());
        // At the end all rows go.
        let end = if watermark == i64::MAX { watermark } else { watermark.saturating_sub(1) };
        while let Some((_, seat)) = self.until.pop_to(end) {
            let Some((_, sides)) = self.keys.get_mut(seat.key) else { continue };
            let row = self.rows.remove(sides.tree(seat.side), seat.row);
            if sides.are_empty() {
                emptied.push(seat.key);
            }
            match seat.side {
                _ if row.met => {}
                Side::Left => due.push((seat.key, row)),
                Side::Right => unmet += 1,
            }
        }
        self.alone(&due, &mut alone);
        for key in emptied {
            self.keys.remove(key);
        }
        unmet
    }

    /// Calls `alone` with rows, each with its key's place, in the order of (last time, key, arrival).
    fn alone(&self, due: &[(usize, Waiting)], alone: &mut impl FnMut(i64, &K, i64, &[u8])) {
        let due: Vec<(&K, &Waiting)> =
            due.iter().filter_map(|(key, row)| Some((self.keys.get(*key)?.0, row))).collect();
        let of = |number: usize| (due[number].0, due[number].1.number);
        for number in by_time(due.iter().map(|(_, row)| row.until), |one, other| of(one).cmp(&of(other))) {
            let (key, row) = due[number];
            alone(row.until, key, row.at, &row.bytes);
        }
    }

    /// Whether a row meets one on the other `side`, that is `near` it by time, and may meet one of time `at` or later.
    fn meet<Q: KeyRef<K>>(
        &mut self,
        key: &Q,
        side: Side,
        at: i64,
        near: impl Fn(i64) -> Ordering,
        meet: &mut impl FnMut(&[u8], i64) -> bool,
    ) -> bool {
        let mut met = false;
        let found = self.keys.find(key).and_then(|place| self.keys.get_mut(place));
        if let Some((_, sides)) = found {
            self.rows.visit(*sides.tree(side), at, &near, &mut |other| {
                if meet(&other.bytes, other.at) {
                    (met, other.met) = (true, true);
                }
            });
        }
        met
    }

    /// Keeps a row (its time, its last time, whether it has met another) that may meet others still.
    fn keep<Q: KeyRef<K>>(
        &mut self,
        key: &Q,
        side: Side,
        (at, until, met): (i64, i64, bool),
        put: impl FnOnce(&mut Vec<u8>),
    ) -> Came {
        if is_gone(until, self.watermark) {
            return if met { Came::Well } else { Came::Alone };
        }
        self.written.clear();
        put(&mut self.written);
        let bytes = RowBytes::from(self.written.as_slice());
        let row = Waiting { at, number: self.count, until, met, bytes };
        self.count += 1;
        let (key, sides) = self.keys.entry(key, |_| Sides { left: NIL, right: NIL });
        let row = self.rows.insert(sides.tree(side), row);
        self.until.push(until, Seat { key, side, row });
        Came::Well
    }
}

impl Sides {
    fn tree(&mut self, side: Side) -> &mut Link {
        match side {
            Side::Left => &mut self.left,
            Side::Right => &mut self.right,
        }
    }

    fn are_empty(&self) -> bool {
        self.left == NIL && self.right == NIL
    }
}

/// Whether the watermark is behind a row's last time.
fn is_gone(until: i64, watermark: i64) -> bool {
    until < watermark || watermark == i64::MAX
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::window::Only;

    const ROWS: i64 = 20_000;

    /// Steps to a row in a tree of so many: a few times its expected depth, and far fewer than there are rows.
    const STEPS: usize = 50;

    #[test]
    fn rows_of_a_hot_key_cost_what_they_meet_and_expire_one_by_one() {
        let mut joined: Joined<Only> = Joined::new(0);
        // In turn from both ends, so that half of them are out of order.
        for row in 0..ROWS {
            let at = if row % 2 == 0 { row } else { ROWS - row };
            joined.left(&Only, at, (at, at + 1), |_| {}, |_, _| true);
            joined.right(&Only, at, |_| {}, |_, _| true);
        }
        for watermark in 0..=ROWS + 2 {
            joined.release(watermark, |_, _, _, _| {});
        }
        assert!(joined.keys.find(&Only).is_none(), "a key without rows is gone");
        // Each of two rows looks, goes in and goes out.
        assert!(joined.rows.steps < 6 * STEPS * ROWS as usize, "{} steps", joined.rows.steps);
    }

    #[test]
    fn rows_that_wait_for_long_are_not_looked_at_by_others() {
        let mut joined: Joined<Only> = Joined::new(0);
        // As many that are over soon as wait till the end: which of them a row meets is not told by their own times.
        for at in 0..ROWS {
            let until = if at % 1000 == 0 { 10 * ROWS } else { ROWS };
            joined.left(&Only, at, (at, until), |_| {}, |_, _| true);
        }
        let mut met = 0;
        for at in ROWS + 1..2 * ROWS {
            joined.rows.steps = 0;
            joined.right(
                &Only,
                at,
                |_| {},
                |_, _| {
                    met += 1;
                    true
                },
            );
            assert!(joined.rows.steps < 20 * STEPS, "{} steps", joined.rows.steps);
        }
        assert_eq!(met, (ROWS - 1) * ROWS / 1000);
    }
}
