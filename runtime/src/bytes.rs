//! Bytes of a key that state keeps: where they are few, in place.

use std::fmt;
use std::ops::Deref;

/// So many bytes stand in place: with their number, they are as large as a `String`.
const FEW: usize = 22;

/// Bytes that stay as they are.
#[derive(Clone)]
pub(crate) enum Bytes {
    /// The first `len` of them.
    Few {
        len: u8,
        bytes: [u8; FEW],
    },
    Many(Box<[u8]>),
}

impl Default for Bytes {
    fn default() -> Self {
        Bytes::Few { len: 0, bytes: [0; FEW] }
    }
}

impl From<&[u8]> for Bytes {
    #[inline]
    fn from(from: &[u8]) -> Self {
        let mut bytes = [0; FEW];
        match bytes.get_mut(..from.len()) {
            Some(few) => {
                few.copy_from_slice(from);
                Bytes::Few { len: from.len() as u8, bytes }
            }
            None => Bytes::Many(from.into()),
        }
    }
}

impl Deref for Bytes {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        match self {
            Bytes::Few { len, bytes } => &bytes[..usize::from(*len)],
            Bytes::Many(bytes) => bytes,
        }
    }
}

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.deref().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_and_many_are_what_they_were_made_of() {
        let all: Vec<u8> = (0..100).collect();
        for len in 0..all.len() {
            assert_eq!(*Bytes::from(&all[..len]), all[..len]);
        }
        assert!(Bytes::default().is_empty());
        assert_eq!(size_of::<Bytes>(), 24);
    }
}
