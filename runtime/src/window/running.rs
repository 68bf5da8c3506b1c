//! `window running`: all rows of a key so far.

use super::{Key, KeyRef};
use crate::keyed::Table;

/// An accumulator a key. All times in nanoseconds.
#[derive(Debug)]
pub struct Running<K, A> {
    /// How long an accumulator lasts behind its latest row; [`i64::MAX`] where it lasts for ever.
    lasts: i64,
    watermark: i64,
    keys: Table<K, Total<A>>,
}

#[derive(Debug)]
struct Total<A> {
    /// The largest event time of its rows.
    at: i64,
    accumulator: A,
}

impl<K: Key, A: Default> Running<K, A> {
    /// Without any rows, at the watermark −∞. `lasts` is greater than 0.
    #[must_use]
    pub fn new(lasts: i64) -> Running<K, A> {
        Running { lasts, watermark: i64::MIN, keys: Table::default() }
    }

    /// Takes everything out, and leaves nothing but the memory of the watermark behind.
    #[must_use]
    pub fn take(&mut self) -> Running<K, A> {
        let empty = Running { watermark: self.watermark, ..Running::new(self.lasts) };
        std::mem::replace(self, empty)
    }

    /// A row at `at`: `update` is called once, and `leaves` with what has been accumulated.
    pub fn add<Q: KeyRef<K>>(
        &mut self,
        key: &Q,
        at: i64,
        update: impl FnOnce(&mut A),
        leaves: impl FnOnce(&K, &A),
    ) {
        let (lasts, watermark) = (self.lasts, self.watermark);
        let is_gone = |total: &Total<A>, now: i64| lasts < i64::MAX && total.at.saturating_add(lasts) <= now;
        self.keys.sweep(|total| is_gone(total, watermark));
        let (key, total) = self.keys.entry(key, || Total { at, accumulator: A::default() });
        if is_gone(total, watermark.max(at)) {
            total.accumulator = A::default();
        }
        total.at = total.at.max(at);
        update(&mut total.accumulator);
        leaves(key, &total.accumulator);
    }

    /// Moves the watermark on; nothing leaves by it.
    pub fn release(&mut self, watermark: i64) {
        self.watermark = self.watermark.max(watermark);
    }
}
