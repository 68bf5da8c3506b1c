//! Keys that have a place each, by which what falls due finds them again.

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

use crate::hash::KeyHash;
use crate::order::sort_by_key;
use crate::window::{Key, KeyRef};

/// A value a key, looked up by a borrowed key, or by the key's place: a number that is its own until it is taken out.
#[derive(Debug)]
pub(crate) struct Places<K, V> {
    kept: Vec<Option<Kept<K, V>>>,
    /// Places in `kept` that are free.
    free: Vec<usize>,
    table: HashTable<usize>,
}

#[derive(Debug)]
struct Kept<K, V> {
    hash: KeyHash,
    key: K,
    value: V,
}

impl<K, V> Default for Places<K, V> {
    fn default() -> Places<K, V> {
        Places { kept: Vec::new(), free: Vec::new(), table: HashTable::new() }
    }
}

impl<K, V> Places<K, V> {
    /// The place of a key, if it has one.
    #[inline]
    pub(crate) fn find<Q: KeyRef<K>>(&self, key: &Q) -> Option<usize> {
        let hash = key.hash();
        self.table.find(hash.wide(), |place| is(&self.kept, *place, hash, key)).copied()
    }

    /// The place of a key, with its value, which is made where there is none.
    #[inline]
    pub(crate) fn entry<Q: KeyRef<K>>(&mut self, key: &Q, make: impl FnOnce(&K) -> V) -> (usize, &mut V) {
        let (hash, kept) = (key.hash(), &mut self.kept);
        let hash_of = |place: &usize| hash_at(kept, *place);
        let place = match self.table.entry(hash.wide(), |place| is(kept, *place, hash, key), hash_of) {
            Entry::Occupied(place) => *place.get(),
            Entry::Vacant(vacant) => {
                let place = self.free.pop().unwrap_or(kept.len());
                vacant.insert(place);
                if place == kept.len() {
                    kept.push(None);
                }
                place
            }
        };
        let kept = kept[place].get_or_insert_with(|| {
            let key = key.to_key();
            let value = make(&key);
            Kept { hash, key, value }
        });
        (place, &mut kept.value)
    }

    /// What is at a place.
    #[inline]
    pub(crate) fn get(&self, place: usize) -> Option<(&K, &V)> {
        self.kept[place].as_ref().map(|kept| (&kept.key, &kept.value))
    }

    /// What is at a place.
    #[inline]
    pub(crate) fn get_mut(&mut self, place: usize) -> Option<(&K, &mut V)> {
        self.kept[place].as_mut().map(|kept| (&kept.key, &mut kept.value))
    }

    /// Puts a key that has no place yet, whose hash is known.
    pub(crate) fn insert(&mut self, hash: KeyHash, key: K, value: V) {
        let (place, kept) = (self.kept.len(), &mut self.kept);
        kept.push(Some(Kept { hash, key, value }));
        self.table.insert_unique(hash.wide(), place, |place| hash_at(kept, *place));
    }

    /// All that is kept, in the order of the places.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (KeyHash, &K, &V)> {
        self.kept.iter().flatten().map(|kept| (kept.hash, &kept.key, &kept.value))
    }

    /// How many keys there are.
    pub(crate) fn len(&self) -> usize {
        self.table.len()
    }

    /// Takes out what is at a place.
    pub(crate) fn remove(&mut self, place: usize) -> Option<(K, V)> {
        let kept = self.kept[place].take()?;
        if let Ok(entry) = self.table.find_entry(kept.hash.wide(), |other| *other == place) {
            entry.remove();
        }
        self.free.push(place);
        Some((kept.key, kept.value))
    }
}

impl<K: Key, V> Places<K, V> {
    /// Places in the order of their keys, without those that are free.
    pub(crate) fn sorted(&self, places: impl IntoIterator<Item = usize>) -> Vec<usize> {
        let of_key = |place: usize| Some((self.get(place)?.0, place));
        let mut rows: Vec<(&K, usize)> = places.into_iter().filter_map(of_key).collect();
        sort_by_key(&mut rows);
        rows.into_iter().map(|(_, place)| place).collect()
    }
}

fn hash_at<K, V>(kept: &[Option<Kept<K, V>>], place: usize) -> u64 {
    kept[place].as_ref().map_or(0, |kept| kept.hash.wide())
}

#[inline]
fn is<K, V>(kept: &[Option<Kept<K, V>>], place: usize, hash: KeyHash, key: &impl KeyRef<K>) -> bool {
    kept[place].as_ref().is_some_and(|kept| kept.hash == hash && key.is(&kept.key))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::tag::KeyBytes;

    impl KeyBytes for u8 {
        fn key_bytes(&self, out: &mut Vec<u8>) {
            out.push(*self);
        }
    }

    impl KeyRef<u8> for u8 {
        // Different keys with one hash have to be told apart.
        fn hash(&self) -> KeyHash {
            KeyHash(u32::from(self % 3))
        }
        fn is(&self, key: &u8) -> bool {
            self == key
        }
        fn to_key(&self) -> u8 {
            *self
        }
    }

    proptest! {
        #[test]
        fn a_key_keeps_its_place_until_it_is_taken_out(steps in prop::collection::vec((0..12_u8, 0..4_u8), 0..100)) {
            let mut places: Places<u8, Vec<usize>> = Places::default();
            // The place of each key, and its value.
            let mut oracle: BTreeMap<u8, (usize, Vec<usize>)> = BTreeMap::new();
            for (step, (key, what)) in steps.into_iter().enumerate() {
                let known = oracle.get(&key).cloned();
                prop_assert_eq!(places.find(&key), known.as_ref().map(|known| known.0));
                if let (0, Some((place, value))) = (what, &known) {
                    prop_assert_eq!(places.remove(*place), Some((key, value.clone())));
                    prop_assert_eq!(places.remove(*place), None);
                    prop_assert_eq!(places.get(*place), None);
                    oracle.remove(&key);
                } else {
                    let (place, value) = places.entry(&key, |_| Vec::new());
                    value.push(step);
                    let (kept, values) = oracle.entry(key).or_insert((place, Vec::new()));
                    values.push(step);
                    prop_assert_eq!(place, *kept);
                }
                for (key, (place, value)) in &oracle {
                    prop_assert_eq!(places.get(*place), Some((key, value)));
                }
                // Places are used again.
                prop_assert!(places.kept.len() <= 12);
            }
        }
    }
}
