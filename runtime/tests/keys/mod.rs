//! Keys for tests of state.

use streamwright::private::{KeyBytes, KeyHash, KeyRef};

/// A key of one byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Name(pub(crate) u8);

impl KeyBytes for Name {
    fn key_bytes(&self, out: &mut Vec<u8>) {
        out.push(self.0);
    }
}

impl KeyRef<Name> for Name {
    // Different keys with one hash have to be told apart.
    fn hash(&self) -> KeyHash {
        KeyHash(u32::from(self.0 % 2))
    }

    fn is(&self, key: &Name) -> bool {
        self == key
    }

    fn to_key(&self) -> Name {
        *self
    }
}
