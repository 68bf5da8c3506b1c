//! Which worker owns a key.

pub use streamwright_values::hash::hash;

/// The worker that owns a key. It uses bits that the tables do not look at, so that the keys of one worker still spread.
#[inline]
#[must_use]
pub fn receiver(hash: u64, workers: usize) -> usize {
    ((u64::from((hash >> 20) as u32) * workers as u64) >> 32) as usize
}
