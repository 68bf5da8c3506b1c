//! State by key that lasts for a while: what `distinct` has seen, what `keep` keeps.

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

use crate::window::KeyRef;

/// An entry a key. One that has not been touched for as long as it lasts is gone for every row that comes, whenever its
/// memory is freed.
///
/// Memory: an entry a key, for ever where nothing says how long they last. Entries that are gone are freed when there are
/// twice as many as were left the last time, so that takes constant time a row.
#[derive(Debug)]
pub struct Entries<K, V> {
    table: HashTable<Slot<K, V>>,
    /// In nanoseconds.
    lasts: Option<i64>,
    watermark: i64,
    /// How many entries there are when those that are gone are freed.
    full: usize,
}

/// Fewer entries are not worth a look.
const FULL_MIN: usize = 1024;

/// The place of a key's entry.
#[derive(Debug)]
pub struct Slot<K, V> {
    hash: u64,
    key: K,
    /// Nothing before it is first set.
    value: Option<V>,
    since: i64,
}

impl<K, V> Entries<K, V> {
    /// No entries, at the watermark −∞. They last for this many nanoseconds, or for ever.
    #[must_use]
    pub fn new(lasts: Option<i64>) -> Entries<K, V> {
        Entries { table: HashTable::new(), lasts, watermark: i64::MIN, full: FULL_MIN }
    }

    /// All of it, for as long as something borrows from an entry. What is left here must not be used.
    #[must_use]
    pub fn lend(&mut self) -> Entries<K, V> {
        std::mem::replace(self, Entries::new(None))
    }

    /// What rows are judged by: where [`move_on`](Entries::move_on) has left it.
    #[inline]
    #[must_use]
    pub fn watermark(&self) -> i64 {
        self.watermark
    }

    /// The place of a key.
    #[inline]
    pub fn slot<Q: KeyRef<K>>(&mut self, key: &Q) -> &mut Slot<K, V> {
        let hash = key.hash();
        let same = |slot: &Slot<K, V>| slot.hash == hash && key.is(&slot.key);
        match self.table.entry(hash, same, |slot| slot.hash) {
            Entry::Occupied(slot) => slot.into_mut(),
            Entry::Vacant(place) => {
                let slot = Slot { hash, key: key.to_key(), value: None, since: i64::MIN };
                place.insert(slot).into_mut()
            }
        }
    }

    /// The watermark has moved.
    #[inline]
    pub fn move_on(&mut self, watermark: i64) {
        self.watermark = watermark;
        if self.table.len() >= self.full {
            self.free();
        }
    }

    #[cold]
    fn free(&mut self) {
        let (lasts, watermark) = (self.lasts, self.watermark);
        self.table.retain(|slot| slot.lasting(lasts, i64::MIN, watermark).is_some());
        self.full = (2 * self.table.len()).max(FULL_MIN);
    }
}

impl<K, V> Slot<K, V> {
    /// The value, if it was set and lasts still (for `lasts` nanoseconds, or for ever) for a row of event time `at`.
    #[inline]
    #[must_use]
    pub fn lasting(&self, lasts: Option<i64>, at: i64, watermark: i64) -> Option<&V> {
        let end = lasts.and_then(|lasts| self.since.checked_add(lasts));
        let gone = self.value.is_some() && end.is_some_and(|end| at >= end || watermark >= end);
        self.value.as_ref().filter(|_| !gone)
    }

    /// Sets the value. It lasts from the largest event time on that it was set at.
    #[inline]
    pub fn set(&mut self, at: i64, value: V) {
        self.since = self.since.max(at);
        self.value = Some(value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct By(u32);

    impl KeyRef<u32> for By {
        fn hash(&self) -> u64 {
            u64::from(self.0).wrapping_mul(0x9E37_79B9_7F4A_7C15)
        }
        fn is(&self, key: &u32) -> bool {
            self.0 == *key
        }
        fn to_key(&self) -> u32 {
            self.0
        }
    }

    #[test]
    fn entries_that_are_gone_are_freed_and_others_stay() {
        let mut entries: Entries<u32, u32> = Entries::new(Some(10));
        for key in 0..100_000 {
            entries.slot(&By(key)).set(i64::from(key), key);
            entries.move_on(i64::from(key) - 5);
            assert!(entries.table.len() <= FULL_MIN + 1);
            for kept in key.saturating_sub(4)..=key {
                let value = entries.slot(&By(kept)).lasting(Some(10), i64::from(key), i64::from(key) - 5);
                assert_eq!(value, Some(&kept));
            }
        }
    }

    #[test]
    fn what_has_no_end_in_time_lasts() {
        let mut entries: Entries<u32, ()> = Entries::new(Some(i64::MAX));
        entries.slot(&By(1)).set(1, ());
        entries.move_on(i64::MAX - 1);
        assert!(entries.slot(&By(1)).lasting(Some(i64::MAX), i64::MAX, i64::MAX).is_some());
        assert!(entries.slot(&By(2)).lasting(None, 0, 0).is_none());
    }
}
