//! One hash of keys for the whole process: it chooses the receiver of a row and its place in the tables.

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

/// The worker that owns a key. It uses bits that the tables do not look at, so that the keys of one worker still spread.
#[inline]
#[must_use]
pub fn receiver(hash: u64, workers: usize) -> usize {
    ((u64::from((hash >> 20) as u32) * workers as u64) >> 32) as usize
}
