//! Joins: rows of two sides that wait for each other.

mod forest;

use std::cmp::Ordering;

use forest::{Forest, Link, NIL, Waiting};

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
    /// None while it is lent.
    kept: Option<Box<Kept<K>>>,
}

#[derive(Debug)]
struct Kept<K> {
    /// The lower bound, in nanoseconds: a right row of time `b` meets no left one behind `b - low`.
    low: i64,
    watermark: i64,
    keys: Places<K, Sides>,
    rows: Forest,
    /// When each row goes: its last time, and its place.
    until: Dues<usize>,
    /// How many rows were kept so far: the number of the next one.
    count: u64,
    /// Where rows are written before it is known how long they are.
    written: Vec<u8>,
    /// The places of the rows that go just now, and of the keys that have none any more.
    gone: Vec<usize>,
    emptied: Vec<usize>,
}

/// The trees of one key.
#[derive(Debug)]
struct Sides {
    left: Link,
    right: Link,
}

/// A row that comes: its side, its time, the last time of a row that it may meet.
#[derive(Clone, Copy, Debug)]
struct Row {
    side: Side,
    at: i64,
    until: i64,
}

/// Where a row comes from.
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
        let (written, gone, emptied) = (Vec::new(), Vec::new(), Vec::new());
        let kept = Kept { low, watermark: i64::MIN, keys, rows, until, count: 0, written, gone, emptied };
        Joined { kept: Some(Box::new(kept)) }
    }

    /// Takes everything out, for as long as rows leave it. What is left here must not be used.
    #[must_use]
    pub fn lend(&mut self) -> Joined<K> {
        Joined { kept: self.kept.take() }
    }

    /// Whether a row of this time is too late.
    #[inline]
    #[must_use]
    pub fn is_late(&self, at: i64) -> bool {
        self.kept.as_ref().is_some_and(|kept| at < kept.watermark)
    }

    /// A left row that is on time; `reach` are the times of the right ones that it may meet, both inside. `meet` is called
    /// with each of these, by its bytes and time, in the order of (time, arrival), and says whether they are a pair; `put`
    /// writes the row.
    #[inline]
    pub fn left<Q: KeyRef<K>>(
        &mut self,
        key: &Q,
        at: i64,
        reach: (i64, i64),
        put: impl FnOnce(&mut Vec<u8>),
        meet: impl FnMut(&[u8], i64) -> bool,
    ) -> Came {
        let Some(kept) = &mut self.kept else { return Came::Alone };
        let near = |other: i64| match other {
            _ if other < reach.0 => Ordering::Less,
            _ if other > reach.1 => Ordering::Greater,
            _ => Ordering::Equal,
        };
        kept.come(key, Row { side: Side::Left, at, until: reach.1 }, (i64::MIN, near), put, meet)
    }

    /// A right row that is on time, likewise.
    #[inline]
    pub fn right<Q: KeyRef<K>>(
        &mut self,
        key: &Q,
        at: i64,
        put: impl FnOnce(&mut Vec<u8>),
        meet: impl FnMut(&[u8], i64) -> bool,
    ) -> Came {
        let Some(kept) = &mut self.kept else { return Came::Alone };
        let low = kept.low;
        let near =
            |other: i64| if other.saturating_add(low) <= at { Ordering::Equal } else { Ordering::Greater };
        kept.come(key, Row { side: Side::Right, at, until: at.saturating_sub(low) }, (at, near), put, meet)
    }

    /// The watermark has moved: drops the rows that nothing on time can meet. Returns how many of them have met none.
    pub fn expire(&mut self, watermark: i64) -> u64 {
        let Some(kept) = &mut self.kept else { return 0 };
        kept.part(watermark);
        let unmet = kept.gone.iter().filter(|row| !kept.rows.row(**row).met).count() as u64;
        kept.forget();
        unmet
    }

    /// The watermark has moved: likewise. `alone` is called with each left row that has met none: its last time, its key, its
    /// own time and its bytes, in the order of (last time, key, arrival). Returns how many of the right side have met none.
    pub fn release(&mut self, watermark: i64, mut alone: impl FnMut(i64, &K, i64, &[u8])) -> u64 {
        let Some(kept) = &mut self.kept else { return 0 };
        kept.part(watermark);
        let unmet = kept.gone.iter().map(|row| (*row, kept.rows.row(*row))).filter(|(_, row)| !row.met);
        let (left, right): (Vec<_>, Vec<_>) = unmet.partition(|(_, row)| row.side == Side::Left);
        let known = |place: usize| Some((kept.keys.get(left[place].1.key)?.0, left[place].1.number));
        for place in
            by_time(left.iter().map(|(_, row)| row.until), |one, other| known(one).cmp(&known(other)))
        {
            let (place, row) = left[place];
            if let Some((key, _)) = kept.keys.get(row.key) {
                alone(row.until, key, row.at, kept.rows.bytes(place));
            }
        }
        let unmet = right.len() as u64;
        kept.forget();
        unmet
    }
}

impl<K: Key> Kept<K> {
    /// Takes in a row, which meets those of the other side that are `near` it by time and may meet one of time `from` or
    /// later, and is kept for as long as it may meet others.
    #[inline]
    fn come<Q: KeyRef<K>>(
        &mut self,
        key: &Q,
        Row { side, at, until }: Row,
        (from, near): (i64, impl Fn(i64) -> Ordering),
        put: impl FnOnce(&mut Vec<u8>),
        mut meet: impl FnMut(&[u8], i64) -> bool,
    ) -> Came {
        let gone = until < self.watermark || self.watermark == i64::MAX;
        let key = if gone { self.keys.find(key) } else { Some(self.keys.entry(key, |_| Sides::default()).0) };
        let found = key.and_then(|key| Some((key, self.keys.get_mut(key)?.1)));
        let Some((key, sides)) = found else { return Came::Alone };
        let mut met = false;
        self.rows.visit(*sides.tree(side.other()), from, &near, &mut |other, its| {
            let pair = meet(other, its);
            met |= pair;
            pair
        });
        if gone {
            return if met { Came::Well } else { Came::Alone };
        }
        self.written.clear();
        put(&mut self.written);
        let row = Waiting { key, side, at, number: self.count, until, met, len: 0 };
        self.count += 1;
        let place = self.rows.insert(sides.tree(side), row, &self.written);
        self.until.push(until, place);
        Came::Well
    }

    /// Finds the rows that nothing on time can meet behind a watermark.
    fn part(&mut self, watermark: i64) {
        self.watermark = self.watermark.max(watermark);
        // At the end all rows go.
        let end = if watermark == i64::MAX { watermark } else { watermark.saturating_sub(1) };
        self.until.drain_to(end, |_, row| self.gone.push(row));
    }

    /// Forgets these rows, and the keys that have none any more: one after the other, because each is somewhere else in
    /// memory, and what is done for one by itself is waited for less.
    fn forget(&mut self) {
        for row in self.gone.drain(..) {
            let Waiting { key, side, .. } = *self.rows.row(row);
            let Some((_, sides)) = self.keys.get_mut(key) else { continue };
            self.rows.remove(sides.tree(side), row);
            if sides.are_empty() {
                self.emptied.push(key);
            }
        }
        for key in self.emptied.drain(..) {
            self.keys.remove(key);
        }
    }
}

impl Side {
    fn other(self) -> Side {
        match self {
            Side::Left => Side::Right,
            Side::Right => Side::Left,
        }
    }
}

impl Default for Sides {
    fn default() -> Sides {
        Sides { left: NIL, right: NIL }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::window::Only;

    const ROWS: i64 = 20_000;

    /// Steps to a row in a tree of so many: a few times its expected depth, and far fewer than there are rows.
    const STEPS: usize = 50;

    fn kept(joined: &mut Joined<Only>) -> &mut Kept<Only> {
        joined.kept.as_mut().expect("it is not lent")
    }

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
        assert!(kept(&mut joined).keys.find(&Only).is_none(), "a key without rows is gone");
        // Each of two rows looks, goes in and goes out.
        assert!(
            kept(&mut joined).rows.steps < 6 * STEPS * ROWS as usize,
            "{} steps",
            kept(&mut joined).rows.steps
        );
    }

    #[test]
    fn times_that_follow_a_known_hash_of_their_arrival_cost_no_more() {
        let mut joined: Joined<Only> = Joined::new(0);
        let mut arrivals: Vec<u64> = (0..ROWS as u64).collect();
        arrivals.sort_by_key(|arrival| crate::hash::mix(*arrival));
        let mut times = vec![0; arrivals.len()];
        for (time, arrival) in (0..).zip(arrivals) {
            times[arrival as usize] = time;
        }
        for at in times {
            joined.left(&Only, at, (at, at + 1), |_| {}, |_, _| true);
        }
        let steps = kept(&mut joined).rows.steps;
        assert!(steps < 2 * STEPS * ROWS as usize, "{steps} steps");
    }

    #[test]
    fn rows_of_any_length_are_met_as_they_were_put() {
        let mut joined: Joined<Only> = Joined::new(0);
        let row = |len: usize| (0..len).map(|byte| byte as u8).collect::<Vec<_>>();
        // Twice, so that each place holds rows of several lengths.
        for from in [0, 1000] {
            for len in 0..200 {
                let at = from + len;
                joined.left(
                    &Only,
                    at,
                    (at, at),
                    |out| out.extend(row((7 * len as usize) % 200)),
                    |_, _| true,
                );
                let mut met = Vec::new();
                joined.right(
                    &Only,
                    at,
                    |_| {},
                    |bytes, _| {
                        met.push(bytes.to_vec());
                        true
                    },
                );
                assert_eq!(met, [row((7 * len as usize) % 200)]);
                joined.expire(at - 50);
            }
        }
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
            kept(&mut joined).rows.steps = 0;
            joined.right(
                &Only,
                at,
                |_| {},
                |_, _| {
                    met += 1;
                    true
                },
            );
            assert!(kept(&mut joined).rows.steps < 20 * STEPS, "{} steps", kept(&mut joined).rows.steps);
        }
        assert_eq!(met, (ROWS - 1) * ROWS / 1000);
    }
}
