//! What is kept for each key.

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

use super::KeyRef;

/// How many entries there are at least before expired ones are looked for.
const SWEEP_MIN: usize = 1024;

/// A value a key, looked up by a borrowed key.
#[derive(Debug)]
pub(super) struct Table<K, V> {
    entries: HashTable<Kept<K, V>>,
    /// The number of entries at which expired ones are looked for.
    sweep_at: usize,
}

#[derive(Debug)]
struct Kept<K, V> {
    /// So that a table grows, and most other keys are told apart, without looking at keys.
    hash: u64,
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
    pub(super) fn entry<Q: KeyRef<K>>(&mut self, key: &Q, make: impl FnOnce() -> V) -> (&K, &mut V) {
        let hash = key.hash();
        let found = self.entries.entry(hash, |kept| kept.hash == hash && key.is(&kept.key), |kept| kept.hash);
        let kept = match found {
            Entry::Occupied(kept) => kept.into_mut(),
            Entry::Vacant(place) => place.insert(Kept { hash, key: key.to_key(), value: make() }).into_mut(),
        };
        (&kept.key, &mut kept.value)
    }

    /// Takes a key out.
    pub(super) fn remove<Q: KeyRef<K>>(&mut self, key: &Q) -> Option<(K, V)> {
        let hash = key.hash();
        let found = self.entries.find_entry(hash, |kept| kept.hash == hash && key.is(&kept.key));
        let (kept, _) = found.ok()?.remove();
        Some((kept.key, kept.value))
    }

    /// All of them, in no order.
    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = (&K, &mut V)> {
        self.entries.iter_mut().map(|kept| (&kept.key, &mut kept.value))
    }

    /// Drops those that are gone, now and then: so often that they never take more room than the others, and so
    /// seldom that it costs a constant time a new key.
    pub(super) fn sweep(&mut self, mut is_gone: impl FnMut(&V) -> bool) {
        if self.entries.len() >= self.sweep_at {
            self.entries.retain(|kept| !is_gone(&kept.value));
            self.sweep_at = (2 * self.entries.len()).max(SWEEP_MIN);
        }
    }
}

impl<K: Ord, V> Table<K, V> {
    /// All of them, in the order of keys.
    pub(super) fn into_sorted(self) -> Vec<(K, V)> {
        let mut rows: Vec<(K, V)> = self.entries.into_iter().map(|kept| (kept.key, kept.value)).collect();
        rows.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        rows
    }

    /// Some of them, in the order of keys.
    pub(super) fn sorted_mut(&mut self, wanted: impl Fn(&V) -> bool) -> Vec<(&K, &mut V)> {
        let mut rows: Vec<(&K, &mut V)> = self.iter_mut().filter(|(_, value)| wanted(value)).collect();
        rows.sort_unstable_by(|a, b| a.0.cmp(b.0));
        rows
    }
}
