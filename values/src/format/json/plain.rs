//! Strings in which every byte is a character that stands for itself.

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
