//! Searches in lines, whose next delimiter is mostly a few bytes away: eight or sixteen bytes at a time, in place.

use memchr::memchr;

const ONES: u64 = u64::MAX / 255;
const HIGH: u64 = ONES << 7;

/// Where the first such byte is. A search that goes on for long is left to memchr.
#[inline(always)]
pub(super) fn find(bytes: &[u8], byte: u8) -> Option<usize> {
    /// Words that are looked at here.
    const NEAR: usize = 4;
    let mut rest = bytes;
    for _ in 0..NEAR {
        let Some((chunk, behind)) = rest.split_first_chunk() else { break };
        // The lowest zero byte, exactly: "Bit Twiddling Hacks" (S. E. Anderson).
        let others = u64::from_le_bytes(*chunk) ^ (ONES * u64::from(byte));
        let found = others.wrapping_sub(ONES) & !others & HIGH;
        if found != 0 {
            return Some(bytes.len() - rest.len() + found.trailing_zeros() as usize / 8);
        }
        rest = behind;
    }
    let at = if rest.len() < 8 { rest.iter().position(|&other| other == byte) } else { memchr(byte, rest) };
    at.map(|at| bytes.len() - rest.len() + at)
}

/// Whether no byte is odd. All are looked at, sixteen in one comparison.
#[inline(always)]
pub(super) fn none(bytes: &[u8], odd: impl Fn(u8) -> bool) -> bool {
    let any = |chunk: &[u8]| chunk.iter().fold(false, |any, &byte| any | odd(byte));
    let (chunks, rest) = bytes.as_chunks::<16>();
    let found = chunks.iter().fold(false, |found, chunk| found | any(chunk));
    // The last sixteen once more are one comparison, what is left alone would be up to fifteen.
    !(found | bytes.last_chunk::<16>().map_or_else(|| any(rest), |last| any(last)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_is_the_first_such_byte(before in "[a-ü]{0,60}", behind in any::<[u8; 20]>(), byte in any::<u8>()) {
            let bytes = [before.as_bytes(), &[byte], &behind].concat();
            prop_assert_eq!(find(&bytes, byte), bytes.iter().position(|&other| other == byte));
            prop_assert_eq!(find(before.as_bytes(), byte), before.bytes().position(|other| other == byte));
        }

        #[test]
        fn any_odd_byte_is_seen(plain in "[a-z]{0,50}", at in any::<prop::sample::Index>(), is_odd: bool) {
            let mut bytes = plain.into_bytes();
            if is_odd {
                bytes.insert(at.index(bytes.len() + 1), b'!');
            }
            prop_assert_eq!(none(&bytes, |byte| byte == b'!'), !is_odd);
        }
    }
}
