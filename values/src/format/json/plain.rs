//! Strings in which every byte is a character that stands for itself.

use std::hint::select_unpredictable;

use crate::text::chunk::{CHUNK, Chunk};

/// So many bytes are looked at at once: as many as most strings have at most.
pub(super) const STRETCH: usize = 2 * CHUNK;

/// A bit for each byte that is not a plain ASCII character of a JSON string, the first one lowest: a quote, a backslash, a
/// control character, or part of a wider character.
#[inline(always)]
pub(super) fn special(bytes: &[u8; STRETCH]) -> u32 {
    match bytes.as_chunks() {
        ([low, high], []) => Chunk::new(low).special() | Chunk::new(high).special() << CHUNK,
        _ => 0,
    }
}

/// A string of two stretches, and its quotes.
const SHORT: usize = 2 * STRETCH + 2;

/// The length of what `bytes` begin with, where that is a string of at most two stretches, or `null`.
///
/// It has no branch for what changes from line to line: which of the two it is, and whether the string has one stretch or
/// two. A branch that is guessed wrong costs as much as forty instructions.
#[inline(always)]
pub(super) fn short_or_null(bytes: &[u8; SHORT]) -> Option<usize> {
    let [first, inner @ ..] = bytes;
    let null = bytes.first_chunk() == Some(b"null");
    let low = u64::from(special(inner.first_chunk()?));
    let high = u64::from(special(inner[STRETCH..].first_chunk()?));
    let end = (low | high << STRETCH).trailing_zeros() as usize;
    let string = *first == b'"' && inner[end] == b'"';
    (null | string).then_some(select_unpredictable(null, 4, end + 2))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_tells_the_first_special_byte(plain in "[ !#-\\[\\]-\u{7f}]{0,32}", behind in any::<[u8; STRETCH]>()) {
            let bytes: [u8; STRETCH] = *[plain.as_bytes(), &behind].concat().first_chunk().unwrap();
            let first = bytes.iter().position(|byte| *byte < 0x20 || *byte >= 0x80 || *byte == b'"' || *byte == b'\\');
            prop_assert_eq!(special(&bytes).trailing_zeros() as usize, first.unwrap_or(STRETCH));
        }
    }
}
