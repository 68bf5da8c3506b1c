//! Windows whose end each row names.

use std::collections::BTreeMap;

use super::{Key, KeyRef};
use crate::keyed::Table;

/// The open windows of a bolt, an accumulator a (end, key). They begin with their earliest row. All times in nanoseconds.
#[derive(Debug)]
pub struct Ends<K, A> {
    watermark: i64,
    windows: BTreeMap<i64, Table<K, Open<A>>>,
}

#[derive(Debug)]
struct Open<A> {
    start: i64,
    accumulator: A,
}

impl<K: Key, A: Default> Ends<K, A> {
    /// Without any rows, at the watermark −∞.
    #[must_use]
    pub fn new() -> Ends<K, A> {
        Ends { watermark: i64::MIN, windows: BTreeMap::new() }
    }

    /// Takes everything out, and leaves nothing but the memory of the watermark behind.
    #[must_use]
    pub fn take(&mut self) -> Ends<K, A> {
        let empty = Ends { watermark: self.watermark, windows: BTreeMap::new() };
        std::mem::replace(self, empty)
    }

    /// A row at `at`, of the window that ends at `end`: `update` is called once if that is open, else `late` with what
    /// would have been its bounds. Returns how many windows it missed.
    pub fn add<Q: KeyRef<K>>(
        &mut self,
        key: &Q,
        (at, end): (i64, i64),
        update: impl FnOnce(&mut A),
        late: impl FnOnce(i64, i64),
    ) -> u64 {
        if end <= self.watermark {
            late(at, end);
            return 1;
        }
        let table = self.windows.entry(end).or_default();
        let (_, open) = table.entry(key, || Open { start: at, accumulator: A::default() });
        open.start = open.start.min(at);
        update(&mut open.accumulator);
        0
    }

    /// Releases every window that ends at or before `watermark`: `each` is given its bounds, the key and what was
    /// accumulated, in the order of (end, key).
    pub fn release(&mut self, watermark: i64, mut each: impl FnMut(i64, i64, &K, &A)) {
        self.watermark = self.watermark.max(watermark);
        while let Some(first) = self.windows.first_entry().filter(|first| *first.key() <= watermark) {
            let (end, table) = first.remove_entry();
            for (key, open) in table.sorted() {
                each(open.start, end, key, &open.accumulator);
            }
        }
    }
}

impl<K: Key, A: Default> Default for Ends<K, A> {
    fn default() -> Ends<K, A> {
        Ends::new()
    }
}
