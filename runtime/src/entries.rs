//! State by key that lasts for a while: what `distinct` has seen, what `keep` keeps.

use crate::keyed::Table;
use crate::window::KeyRef;

/// An entry a key. One that has not been touched for as long as it lasts is gone for every row that comes, whenever its
/// memory is freed.
///
/// Memory: an entry a key, for ever where nothing says how long they last.
#[derive(Debug)]
pub struct Entries<K, V> {
    table: Table<K, Slot<V>>,
    /// In nanoseconds.
    lasts: Option<i64>,
    watermark: i64,
}

/// The place of a key's entry.
#[derive(Debug)]
pub struct Slot<V> {
    /// Nothing before it is first set.
    value: Option<V>,
    since: i64,
}

impl<K, V> Entries<K, V> {
    /// No entries, at the watermark −∞. They last for this many nanoseconds, or for ever.
    #[must_use]
    pub fn new(lasts: Option<i64>) -> Entries<K, V> {
        Entries { table: Table::default(), lasts, watermark: i64::MIN }
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
    pub fn slot<Q: KeyRef<K>>(&mut self, key: &Q) -> &mut Slot<V> {
        self.table.entry(key, || Slot { value: None, since: i64::MIN }).1
    }

    /// The watermark has moved.
    #[inline]
    pub fn move_on(&mut self, watermark: i64) {
        self.watermark = watermark;
        let lasts = self.lasts;
        self.table.sweep(|slot| slot.lasting(lasts, i64::MIN, watermark).is_none());
    }
}

impl<V> Slot<V> {
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
        fn hash(&self) -> crate::hash::KeyHash {
            crate::hash::hash(&self.0)
        }
        fn is(&self, key: &u32) -> bool {
            self.0 == *key
        }
        fn to_key(&self) -> u32 {
            self.0
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
