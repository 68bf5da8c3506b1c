//! Bytes that state keeps, of a row or of a key: where they are few, in place.

use std::fmt;
use std::ops::Deref;

/// Bytes that stay as they are. `FEW` of them, fewer than 256, need no memory of their own.
#[derive(Clone)]
pub(crate) enum Bytes<const FEW: usize> {
    /// The first `len` of them.
    Few {
        len: u8,
        bytes: [u8; FEW],
    },
    Many(Box<[u8]>),
}

impl<const FEW: usize> Default for Bytes<FEW> {
    fn default() -> Self {
        Bytes::Few { len: 0, bytes: [0; FEW] }
    }
}

impl<const FEW: usize> From<&[u8]> for Bytes<FEW> {
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

impl<const FEW: usize> Deref for Bytes<FEW> {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        match self {
            Bytes::Few { len, bytes } => &bytes[..usize::from(*len)],
            Bytes::Many(bytes) => bytes,
        }
    }
}

impl<const FEW: usize> fmt::Debug for Bytes<FEW> {
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
            assert_eq!(*Bytes::<46>::from(&all[..len]), all[..len]);
        }
        assert!(Bytes::<46>::default().is_empty());
        assert_eq!(size_of::<Bytes<46>>(), 48);
    }
}
