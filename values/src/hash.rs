//! One hash for the whole process: it chooses the receiver of a row and the place of a key in a table.

use std::hash::{BuildHasher, Hash, RandomState};
use std::sync::OnceLock;

use foldhash::fast::FixedState;

static STATE: OnceLock<FixedState> = OnceLock::new();

/// The hash of a key. It is kept beside each key, so it is no longer than a table needs: what an entry takes of the cache
/// costs more than the few pairs of keys, among millions, that have one hash.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KeyHash(pub u32);

impl KeyHash {
    /// What a table looks at: its lowest bits for a place, its highest ones to tell keys apart.
    #[inline(always)]
    #[must_use]
    pub fn wide(self) -> u64 {
        u64::from(self.0) << 32 | u64::from(self.0)
    }
}

/// The hash of a key: the same in all workers, seeded at random, so that nobody can choose keys that collide. No hash
/// is ever seen in the output.
#[inline]
#[must_use]
pub fn hash<K: Hash + ?Sized>(key: &K) -> KeyHash {
    let hash = STATE.get_or_init(|| FixedState::with_seed(RandomState::new().hash_one(0))).hash_one(key);
    KeyHash((hash ^ hash >> 32) as u32)
}
