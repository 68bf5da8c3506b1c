//! Which worker owns a key; what spreads numbers.

use crate::window::KeyRef;

pub use streamwright_values::hash::{KeyHash, hash};

/// A key beside its hash, which whoever made the row has computed to find the key's owner.
#[derive(Debug)]
pub struct Hashed<'k, Q>(pub KeyHash, pub &'k Q);

impl<K, Q: KeyRef<K>> KeyRef<K> for Hashed<'_, Q> {
    #[inline]
    fn hash(&self) -> KeyHash {
        self.0
    }

    #[inline]
    fn is(&self, key: &K) -> bool {
        self.1.is(key)
    }

    #[inline]
    fn to_key(&self) -> K {
        self.1.to_key()
    }
}

/// The worker that owns a key. All bits of the hash decide, so the keys of one worker still spread in its tables.
#[inline]
#[must_use]
pub fn receiver(hash: KeyHash, workers: usize) -> usize {
    ((u64::from(hash.0.wrapping_mul(GAMMA as u32)) * workers as u64) >> 32) as usize
}

/// What a generator of SplitMix64 goes on by from number to number.
pub(crate) const GAMMA: u64 = 0x9e37_79b9_7f4a_7c15;

/// The finalizer of splitmix64 (Steele, Lea, Flood 2014): a bijection, behind which numbers that follow each
/// other have nothing in common.
#[inline]
pub(crate) fn mix(word: u64) -> u64 {
    let word = word.wrapping_add(GAMMA);
    let word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}
