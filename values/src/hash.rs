//! One hash for the whole process: it chooses the receiver of a row and the place of a key in a table.

use std::hash::{BuildHasher, Hash, RandomState};
use std::sync::OnceLock;

use foldhash::fast::FixedState;

static STATE: OnceLock<FixedState> = OnceLock::new();

/// The hash of a key: the same in all workers, seeded at random, so that nobody can choose keys that collide. No hash
/// is ever seen in the output.
#[inline]
#[must_use]
pub fn hash<K: Hash + ?Sized>(key: &K) -> u64 {
    STATE.get_or_init(|| FixedState::with_seed(RandomState::new().hash_one(0))).hash_one(key)
}
