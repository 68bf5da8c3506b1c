//! Windows of so many rows of a key, in input order.

use streamwright_values::aggregates::Merge;

use super::queue::Queue;
use super::{Key, KeyRef};
use crate::keyed::Table;

/// `window tumbling N rows`: an accumulator a key.
#[derive(Debug)]
pub struct Batches<K, A> {
    rows: u64,
    keys: Table<K, Batch<A>>,
}

#[derive(Debug)]
struct Batch<A> {
    rows: u64,
    /// The last one's event time.
    at: i64,
    accumulator: A,
}

impl<K: Key, A: Default> Batches<K, A> {
    /// Without any rows. `rows` is greater than 0.
    #[must_use]
    pub fn new(rows: u64) -> Batches<K, A> {
        Batches { rows, keys: Table::default() }
    }

    /// Takes everything out.
    #[must_use]
    pub fn take(&mut self) -> Batches<K, A> {
        let empty = Batches::new(self.rows);
        std::mem::replace(self, empty)
    }

    /// A row: `update` is called once, and `full` if the window is full by it.
    pub fn add<Q: KeyRef<K>>(
        &mut self,
        key: &Q,
        at: i64,
        update: impl FnOnce(&mut A),
        full: impl FnOnce(&K, &A),
    ) {
        let make = || Batch { rows: 0, at, accumulator: A::default() };
        let (_, batch) = self.keys.entry(key, make);
        update(&mut batch.accumulator);
        batch.rows += 1;
        batch.at = at;
        if batch.rows >= self.rows
            && let Some((key, batch)) = self.keys.remove(key)
        {
            full(&key, &batch.accumulator);
        }
    }

    /// At the end of the input, a watermark of [`i64::MAX`], releases the windows that are not full: `each` is given the
    /// event time of its last row, the key and what was accumulated, in the order of keys.
    pub fn release(&mut self, watermark: i64, mut each: impl FnMut(i64, &K, &A)) {
        if watermark < i64::MAX {
            return;
        }
        for (key, batch) in std::mem::take(&mut self.keys).sorted() {
            each(batch.at, key, &batch.accumulator);
        }
    }
}

/// `window trailing N rows`: the last rows of each key.
#[derive(Debug)]
pub struct Last<K, A> {
    rows: usize,
    keys: Table<K, Queue<A>>,
}

impl<K: Key, A: Default + Merge> Last<K, A> {
    /// Without any rows. `rows` is greater than 0.
    #[must_use]
    pub fn new(rows: usize) -> Last<K, A> {
        Last { rows, keys: Table::default() }
    }

    /// Takes everything out.
    #[must_use]
    pub fn take(&mut self) -> Last<K, A> {
        let empty = Last::new(self.rows);
        std::mem::replace(self, empty)
    }

    /// A row: `update` is called once, and `leaves` with what the key's last rows, this one among them, have accumulated.
    pub fn add<Q: KeyRef<K>>(&mut self, key: &Q, update: impl FnOnce(&mut A), leaves: impl FnOnce(&K, &A)) {
        let (key, queue) = self.keys.entry(key, Queue::default);
        let mut row = A::default();
        update(&mut row);
        queue.push(row);
        if queue.len() > self.rows {
            queue.pop();
        }
        let mut all = A::default();
        queue.sum_into(&mut all, 0);
        leaves(key, &all);
    }
}
