//! Random numbers that a replay repeats.

use crate::hash::{GAMMA, mix};
use crate::tag::KeyBytes;

/// A SplitMix64 generator: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// The generator of a call of a key.
    pub(super) fn new(seed: u64, call: u64) -> Random {
        let mut random = Random(seed);
        Random(random.next_u64() ^ call.wrapping_mul(0xd134_2543_de82_ef95))
    }

    /// 64 random bits.
    pub fn next_u64(&mut self) -> u64 {
        let bits = mix(self.0);
        self.0 = self.0.wrapping_add(GAMMA);
        bits
    }

    /// A number in `0..bound`; 0 where that is empty.
    pub fn below(&mut self, bound: u64) -> u64 {
        ((u128::from(self.next_u64()) * u128::from(bound)) >> 64) as u64
    }

    /// A float in `0.0..1.0`.
    pub fn unit(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 / 9_007_199_254_740_992.0
    }
}

/// What a key's generators begin with: FNV-1a of its bytes, which is the same in each run.
pub(super) fn seed_of(key: &impl KeyBytes) -> u64 {
    let mut bytes = Vec::new();
    key.key_bytes(&mut bytes);
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
