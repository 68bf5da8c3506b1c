//! For tests: where there is but one key.

use super::KeyRef;
use crate::hash::KeyHash;
use crate::tag::KeyBytes;

/// The only key, owned and borrowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Only;

impl KeyBytes for Only {
    fn key_bytes(&self, _: &mut Vec<u8>) {}
}

impl KeyRef<Only> for Only {
    fn hash(&self) -> KeyHash {
        KeyHash(0)
    }

    fn is(&self, _: &Only) -> bool {
        true
    }

    fn to_key(&self) -> Only {
        Only
    }
}
