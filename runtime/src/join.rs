//! Joins: rows of two sides that wait for each other.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

use crate::window::{Key, KeyRef};

/// The rows of a join that may still meet others, as bytes.
///
/// Memory: a row is kept until nothing that is on time can meet it. A row that comes looks at the near ones of its key only.
#[derive(Debug)]
pub struct Joined<K> {
    /// The lower bound, in nanoseconds: a right row of time `b` meets no left one behind `b - low`.
    low: i64,
    watermark: i64,
    keys: HashTable<Slot<K>>,
    /// When each row goes: its last time, the hash of its key, its number.
    until: BinaryHeap<Reverse<(i64, u64, u64)>>,
    /// How many rows were kept so far: the number of the next one.
    count: u64,
}

/// The rows of one key.
#[derive(Debug)]
struct Slot<K> {
    hash: u64,
    key: Arc<K>,
    left: Vec<Waiting>,
    right: Vec<Waiting>,
}

/// A row that is kept; those of one side and key stand in the order of (time, arrival).
#[derive(Debug)]
struct Waiting {
    at: i64,
    /// The last time of a row that it may meet.
    until: i64,
    met: bool,
    number: u64,
    bytes: Box<[u8]>,
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
        let (keys, until) = (HashTable::new(), BinaryHeap::new());
        Joined { low, watermark: i64::MIN, keys, until, count: 0 }
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
        let hash = key.hash();
        let mut met = false;
        if let Some(slot) = self.slot(hash, key) {
            let near = slot.right.partition_point(|other| other.at < reach.0);
            for other in slot.right[near..].iter_mut().take_while(|other| other.at <= reach.1) {
                if meet(&other.bytes, other.at) {
                    (met, other.met) = (true, true);
                }
            }
        }
        self.keep(hash, key, (at, reach.1, met), put, |slot| &mut slot.left)
    }

    /// A right row that is on time, likewise.
    pub fn right<Q: KeyRef<K>>(
        &mut self,
        key: &Q,
        at: i64,
        put: impl FnOnce(&mut Vec<u8>),
        mut meet: impl FnMut(&[u8], i64) -> bool,
    ) -> Came {
        let (hash, low) = (key.hash(), self.low);
        let mut met = false;
        if let Some(slot) = self.slot(hash, key) {
            let near = slot.left.partition_point(|other| other.at.saturating_add(low) <= at);
            for other in slot.left[..near].iter_mut().filter(|other| at <= other.until) {
                if meet(&other.bytes, other.at) {
                    (met, other.met) = (true, true);
                }
            }
        }
        self.keep(hash, key, (at, at.saturating_sub(low), met), put, |slot| &mut slot.right)
    }

    /// The watermark has moved: drops the rows that nothing on time can meet. `alone` is called with each left one that has
    /// met none: its last time, its key, its own time and its bytes, in the order of (last time, key, arrival). Returns how
    /// many of the right side have met none.
    pub fn release(&mut self, watermark: i64, mut alone: impl FnMut(i64, &K, i64, &[u8])) -> u64 {
        self.watermark = self.watermark.max(watermark);
        let mut unmet = 0;
        let mut due: Vec<(Arc<K>, Waiting)> = Vec::new();
        while let Some(Reverse((until, hash, number))) = self.until.peek().copied() {
            if !is_gone(until, watermark) {
                break;
            }
            self.until.pop();
            match self.remove(hash, number) {
                Some((key, row, true)) if !row.met => due.push((key, row)),
                Some((_, row, false)) if !row.met => unmet += 1,
                _ => {}
            }
        }
        due.sort_by(|(one, left), (other, right)| {
            (left.until, one, left.number).cmp(&(right.until, other, right.number))
        });
        due.iter().for_each(|(key, row)| alone(row.until, key, row.at, &row.bytes));
        unmet
    }

    fn slot<Q: KeyRef<K>>(&mut self, hash: u64, key: &Q) -> Option<&mut Slot<K>> {
        self.keys.find_mut(hash, |slot| slot.hash == hash && key.is(&slot.key))
    }

    /// Keeps a row (its time, its last time, whether it has met another) that may meet others still.
    fn keep<Q: KeyRef<K>>(
        &mut self,
        hash: u64,
        key: &Q,
        (at, until, met): (i64, i64, bool),
        put: impl FnOnce(&mut Vec<u8>),
        side: impl FnOnce(&mut Slot<K>) -> &mut Vec<Waiting>,
    ) -> Came {
        if is_gone(until, self.watermark) {
            return if met { Came::Well } else { Came::Alone };
        }
        let mut bytes = Vec::new();
        put(&mut bytes);
        let number = self.count;
        self.count += 1;
        let same = |slot: &Slot<K>| slot.hash == hash && key.is(&slot.key);
        let slot = match self.keys.entry(hash, same, |slot| slot.hash) {
            Entry::Occupied(slot) => slot.into_mut(),
            Entry::Vacant(place) => {
                let (left, right) = (Vec::new(), Vec::new());
                place.insert(Slot { hash, key: Arc::new(key.to_key()), left, right }).into_mut()
            }
        };
        let rows = side(slot);
        let place = rows.partition_point(|other| other.at <= at);
        rows.insert(place, Waiting { at, until, met, number, bytes: bytes.into_boxed_slice() });
        self.until.push(Reverse((until, hash, number)));
        Came::Well
    }

    /// Takes a row out: its key, and whether it is a left one.
    fn remove(&mut self, hash: u64, number: u64) -> Option<(Arc<K>, Waiting, bool)> {
        let place = |rows: &[Waiting]| rows.iter().position(|row| row.number == number);
        let owns = |slot: &Slot<K>| place(&slot.left).is_some() || place(&slot.right).is_some();
        let mut found = self.keys.find_entry(hash, |slot| slot.hash == hash && owns(slot)).ok()?;
        let slot = found.get_mut();
        let key = Arc::clone(&slot.key);
        let (row, is_left) = match place(&slot.left) {
            Some(place) => (slot.left.remove(place), true),
            None => (slot.right.remove(place(&slot.right)?), false),
        };
        if slot.left.is_empty() && slot.right.is_empty() {
            found.remove();
        }
        Some((key, row, is_left))
    }
}

/// Whether the watermark is behind a row's last time.
fn is_gone(until: i64, watermark: i64) -> bool {
    until < watermark || watermark == i64::MAX
}
