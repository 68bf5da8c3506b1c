//! What is kept for each key: one table for all kinds of state that last by key alone.

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

use crate::hash::KeyHash;
use crate::order::sort_by_key;
use crate::window::{Key, KeyRef};

/// How many entries there are at least before those that are gone are looked for.
const SWEEP_MIN: usize = 1024;

/// A value a key, looked up by a borrowed key.
///
/// Memory: an entry a key. Those that are gone by what their owner says of them are freed when there are twice as many entries
/// as the last time, so they never take more room than the others, and that costs a constant time a new key.
#[derive(Debug)]
pub(crate) struct Table<K, V> {
    entries: HashTable<Kept<K, V>>,
    /// The number of entries at which those that are gone are looked for.
    sweep_at: usize,
}

/// A value and its key.
#[derive(Debug)]
struct Kept<K, V> {
    /// So that a table grows, and most other keys are told apart, without looking at keys.
    hash: KeyHash,
    key: K,
    value: V,
}

impl<K, V> Default for Table<K, V> {
    fn default() -> Table<K, V> {
        Table { entries: HashTable::new(), sweep_at: SWEEP_MIN }
    }
}

impl<K, V> Table<K, V> {
    /// The key's value, which is made where there is none.
    #[inline]
    pub(crate) fn entry<Q: KeyRef<K>>(&mut self, key: &Q, make: impl FnOnce() -> V) -> (&K, &mut V) {
        let hash = key.hash();
        let is = |kept: &Kept<K, V>| kept.hash == hash && key.is(&kept.key);
        let found = self.entries.entry(hash.wide(), is, |kept| kept.hash.wide());
        let kept = match found {
            Entry::Occupied(kept) => kept.into_mut(),
            Entry::Vacant(place) => place.insert(Kept { hash, key: key.to_key(), value: make() }).into_mut(),
        };
        (&kept.key, &mut kept.value)
    }

    /// The key's value, if there is one.
    #[inline]
    pub(crate) fn get<Q: KeyRef<K>>(&self, key: &Q) -> Option<&V> {
        let hash = key.hash();
        let kept = self.entries.find(hash.wide(), |kept| kept.hash == hash && key.is(&kept.key));
        kept.map(|kept| &kept.value)
    }

    /// Takes a key out.
    pub(crate) fn remove<Q: KeyRef<K>>(&mut self, key: &Q) -> Option<(K, V)> {
        let hash = key.hash();
        let found = self.entries.find_entry(hash.wide(), |kept| kept.hash == hash && key.is(&kept.key));
        let (kept, _) = found.ok()?.remove();
        Some((kept.key, kept.value))
    }

    /// Drops those that are gone, now and then.
    #[inline]
    pub(crate) fn sweep(&mut self, is_gone: impl FnMut(&V) -> bool) {
        if self.entries.len() >= self.sweep_at {
            self.sweep_now(is_gone);
        }
    }

    #[cold]
    fn sweep_now(&mut self, mut is_gone: impl FnMut(&V) -> bool) {
        self.entries.retain(|kept| !is_gone(&kept.value));
        self.sweep_at = (2 * self.entries.len()).max(SWEEP_MIN);
    }
}

impl<K: Key, V> Table<K, V> {
    /// All of them, in the order of keys.
    pub(crate) fn sorted(&self) -> Vec<(&K, &V)> {
        let rows = self.entries.iter().map(|kept| (&kept.key, &kept.value));
        let mut rows: Vec<(&K, &V)> = rows.collect();
        sort_by_key(&mut rows);
        rows
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::tag::KeyBytes;

    struct By(u16);

    impl KeyBytes for u16 {
        fn key_bytes(&self, out: &mut Vec<u8>) {
            out.extend(self.to_be_bytes());
        }
    }

    impl KeyRef<u16> for By {
        // Different keys with one hash have to be told apart.
        fn hash(&self) -> KeyHash {
            crate::hash::hash(&(self.0 / 2))
        }
        fn is(&self, key: &u16) -> bool {
            self.0 == *key
        }
        fn to_key(&self) -> u16 {
            self.0
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]
        #[test]
        fn a_table_is_a_map_that_forgets_what_is_gone(
            rows in prop::collection::vec((any::<u16>(), 1..4000_usize, 0..20), 0..6000),
            keys in 1..5000_u16,
        ) {
            // Each value is the row at which it is gone.
            let mut table: Table<u16, usize> = Table::default();
            let mut oracle: BTreeMap<u16, usize> = BTreeMap::new();
            let mut most = 0;
            for (row, (key, lasts, what)) in rows.into_iter().enumerate() {
                let key = key % keys;
                let lasting = |until: &usize| *until > row;
                table.sweep(|until| !lasting(until));
                let known = oracle.get(&key).copied().filter(lasting);
                prop_assert_eq!(table.get(&By(key)).copied().filter(lasting), known);
                if what == 0 {
                    prop_assert_eq!(table.remove(&By(key)).map(|kept| kept.1).filter(lasting), known);
                    oracle.remove(&key);
                } else {
                    let (own, until) = table.entry(&By(key), || row + lasts);
                    prop_assert_eq!(*own, key);
                    *until = (*until).max(row + lasts);
                    oracle.insert(key, known.unwrap_or(0).max(row + lasts));
                }
                if table.entries.len() > SWEEP_MIN {
                    most = most.max(oracle.values().filter(|until| lasting(until)).count());
                    prop_assert!(table.entries.len() <= 2 * most + SWEEP_MIN);
                }
            }
            let rest: Vec<(u16, usize)> = oracle.into_iter().filter(|kept| kept.1 > 6000).collect();
            table.sweep_now(|until| *until <= 6000);
            prop_assert_eq!(table.sorted().into_iter().map(|(key, until)| (*key, *until)).collect::<Vec<_>>(), rest);
        }
    }
}
