//! One hash for the whole process: it chooses the receiver of a row and the place of a key in a table.

use std::hash::{BuildHasher, Hash, RandomState};
use std::sync::OnceLock;

use foldhash::SharedSeed;
use foldhash::fast::SeedableRandomState;

static SHARED: OnceLock<SharedSeed> = OnceLock::new();
static STATE: OnceLock<SeedableRandomState> = OnceLock::new();

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

/// The hash of a key: the same in all workers, and seeded at random throughout, so that keys that collide in one process have
/// nothing to do with those of another. It is fast and not cryptographic; no hash is ever seen in the output.
#[inline]
#[must_use]
pub fn hash<K: Hash + ?Sized>(key: &K) -> KeyHash {
    let hash = STATE.get_or_init(seeded).hash_one(key);
    KeyHash((hash ^ hash >> 32) as u32)
}

#[cold]
fn seeded() -> SeedableRandomState {
    let random = RandomState::new();
    // By the constants that it has otherwise, everybody could make keys that collide whatever the other seed is.
    let shared = SHARED.get_or_init(|| SharedSeed::from_u64(random.hash_one(0)));
    SeedableRandomState::with_seed(random.hash_one(1), shared)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::net::Ipv6Addr;

    use super::*;

    /// A constant of foldhash: where it is a factor of a product, the other factor can be chosen to be 0.
    const FIXED: u64 = 0xc0ac_29b7_c97c_50dd;

    fn different<K: Hash>(key: impl Fn(u64) -> K) -> usize {
        (0..10_000).map(|n| hash(&key(n)).0).collect::<HashSet<_>>().len()
    }

    #[test]
    fn keys_that_are_made_to_collide_do_not() {
        let ip = |n: u64| {
            let low = FIXED.swap_bytes();
            Ipv6Addr::from_bits(u128::from(0x2001_0db8_0000_0000 + n) << 64 | u128::from(low))
        };
        assert!(different(|n| (n, FIXED)) > 9_000);
        assert!(different(|n| (FIXED, n)) > 9_000);
        assert!(different(ip) > 9_000);
    }
}
