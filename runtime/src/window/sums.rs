//! What a window that is made of several panes holds, key by key.

use streamwright_values::aggregates::Merge;

use super::{Key, KeyRef};
use crate::hash::KeyHash;
use crate::places::Places;

/// The panes of the window that leaves next, merged.
///
/// Where accumulators subtract, a pane is merged when the first window over it leaves and subtracted behind the last one; where
/// they do not, all panes are merged anew for each window. Memory: an entry a key of the window.
#[derive(Debug)]
pub(super) struct Sums<K, A> {
    keys: Places<K, Sum<A>>,
    /// The places in the order of their keys, but for new ones at the end.
    order: Vec<usize>,
    has_new: bool,
}

#[derive(Debug)]
struct Sum<A> {
    /// How many panes it is made of.
    panes: usize,
    merged: A,
}

/// A key that is known, with its hash.
struct Known<'k, K> {
    hash: KeyHash,
    key: &'k K,
}

impl<K: Key> KeyRef<K> for Known<'_, K> {
    fn hash(&self) -> KeyHash {
        self.hash
    }

    fn is(&self, key: &K) -> bool {
        self.key == key
    }

    fn to_key(&self) -> K {
        self.key.clone()
    }
}

impl<K, A> Default for Sums<K, A> {
    fn default() -> Sums<K, A> {
        Sums { keys: Places::default(), order: Vec::new(), has_new: false }
    }
}

impl<K: Key, A: Default + Merge> Sums<K, A> {
    /// Merges what a pane has of a key, or what has come to it, when it has that already: then `panes` is 0, else 1.
    pub(super) fn merge(&mut self, hash: KeyHash, key: &K, of_pane: &A, panes: usize) {
        let mut is_new = false;
        let make = |_: &K| {
            is_new = true;
            Sum { panes: 0, merged: A::default() }
        };
        let (place, sum) = self.keys.entry(&Known { hash, key }, make);
        sum.panes += panes;
        sum.merged.merge(of_pane);
        if is_new {
            self.order.push(place);
            self.has_new = true;
        }
    }

    /// Takes a pane out again.
    pub(super) fn subtract(&mut self, hash: KeyHash, key: &K, of_pane: &A) {
        let place = self.keys.find(&Known { hash, key });
        if let Some((_, sum)) = place.and_then(|place| self.keys.get_mut(place)) {
            sum.panes -= 1;
            sum.merged.subtract(of_pane);
        }
    }

    /// Forgets all panes.
    pub(super) fn clear(&mut self) {
        for place in &self.order {
            if let Some((_, sum)) = self.keys.get_mut(*place) {
                (sum.panes, sum.merged) = (0, A::default());
            }
        }
    }

    /// Calls `each` with what the panes have, in the order of keys.
    pub(super) fn each(&mut self, mut each: impl FnMut(&K, &A)) {
        let Sums { keys, order, .. } = self;
        order.retain(|place| {
            let has_panes = keys.get(*place).is_some_and(|(_, sum)| sum.panes > 0);
            if !has_panes {
                keys.remove(*place);
            }
            has_panes
        });
        if std::mem::take(&mut self.has_new) {
            *order = keys.sorted(order.drain(..));
        }
        for (key, sum) in order.iter().filter_map(|place| keys.get(*place)) {
            each(key, &sum.merged);
        }
    }
}
