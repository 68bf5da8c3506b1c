//! Searches in lines, whose next delimiter is mostly a few bytes away: eight or sixteen bytes at a time, in place.

use memchr::memchr;

use crate::text::chunk::Chunk;

const ONES: u64 = u64::MAX / 255;
const LOW: u64 = ONES * 0x7F;
const HIGH: u64 = ONES * 0x80;

/// The highest bit of each byte of `word` that is this one.
#[inline(always)]
fn equal(word: u64, byte: u8) -> u64 {
    let others = word ^ (ONES * u64::from(byte));
    // No byte carries into the next one.
    !(((others & LOW) + LOW) | others) & HIGH
}

/// The eight bytes at a place, the first one lowest, with zeros behind the end.
#[inline(always)]
fn word_at(bytes: &[u8], at: usize) -> u64 {
    let rest = bytes.get(at..).unwrap_or_default();
    match rest.first_chunk() {
        Some(chunk) => u64::from_le_bytes(*chunk),
        None => last_word(bytes, rest),
    }
}

/// The last bytes, fewer than eight, as [`word_at`] gives them.
#[inline(always)]
fn last_word(bytes: &[u8], rest: &[u8]) -> u64 {
    match bytes.last_chunk() {
        Some(chunk) if !rest.is_empty() => u64::from_le_bytes(*chunk) >> (64 - 8 * rest.len()),
        _ => rest.iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte)),
    }
}

/// Where the first such byte is. A search that goes on for long is left to memchr.
#[inline(always)]
pub(super) fn find(bytes: &[u8], byte: u8) -> Option<usize> {
    /// Chunks that are looked at here.
    const NEAR: usize = 4;
    let mut rest = bytes;
    for _ in 0..NEAR {
        let Some((chunk, behind)) = rest.split_first_chunk() else {
            return find_in_few(rest, byte).map(|at| bytes.len() - rest.len() + at);
        };
        let found = Chunk::new(chunk).are(byte);
        if found != 0 {
            return Some(bytes.len() - rest.len() + found.trailing_zeros() as usize);
        }
        rest = behind;
    }
    memchr(byte, rest).map(|at| bytes.len() - rest.len() + at)
}

/// In less bytes than a chunk has.
#[inline]
fn find_in_few(bytes: &[u8], byte: u8) -> Option<usize> {
    let mut at = 0;
    while at < bytes.len() {
        let found = equal(word_at(bytes, at), byte);
        if found != 0 {
            return Some(at + found.trailing_zeros() as usize / 8).filter(|at| *at < bytes.len());
        }
        at += 8;
    }
    None
}

/// The places of one byte in their order. It is not zero.
pub(super) struct Places<'a> {
    bytes: &'a [u8],
    byte: u8,
    /// Behind the word that has been looked at.
    behind: usize,
    /// What is left to give of that: the highest bits of the bytes.
    marks: u64,
}

impl<'a> Places<'a> {
    #[inline(always)]
    pub(super) fn new(bytes: &'a [u8], byte: u8) -> Places<'a> {
        Places { bytes, byte, behind: 0, marks: 0 }
    }

    /// Goes on from this place.
    #[inline(always)]
    pub(super) fn seek(&mut self, at: usize) {
        (self.behind, self.marks) = (at, 0);
    }

    /// The next place, or the end.
    #[inline(always)]
    pub(super) fn next(&mut self) -> usize {
        while self.marks == 0 {
            if self.behind >= self.bytes.len() {
                return self.bytes.len();
            }
            self.marks = equal(word_at(self.bytes, self.behind), self.byte);
            self.behind += 8;
        }
        let at = self.behind - 8 + self.marks.trailing_zeros() as usize / 8;
        self.marks &= self.marks - 1;
        at
    }
}

/// How many such bytes there are, unless another one is there too. Neither is zero.
#[inline(always)]
pub(super) fn count_unless(bytes: &[u8], byte: u8, other: u8) -> Option<usize> {
    let (mut count, mut others) = (0, 0);
    let (words, rest) = bytes.as_chunks();
    let words = words.iter().map(|word| u64::from_le_bytes(*word)).chain([last_word(bytes, rest)]);
    for word in words {
        // Each byte is 0 or 1, and their sum is what the multiplication leaves in the highest one.
        count += (equal(word, byte) >> 7).wrapping_mul(ONES) >> 56;
        others |= equal(word, other);
    }
    (others == 0).then_some(count as usize)
}

/// Whether all bytes are ASCII.
#[inline(always)]
pub(super) fn is_ascii(bytes: &[u8]) -> bool {
    let (words, rest) = bytes.as_chunks();
    let any = words.iter().fold(last_word(bytes, rest), |any, word| any | u64::from_le_bytes(*word));
    any & HIGH == 0
}

/// Whether no byte is odd: sixteen are compared at once.
#[inline(always)]
pub(super) fn none(bytes: &[u8], odd: impl Fn(u8) -> bool) -> bool {
    let any =
        |chunk: &[u8; 16]| chunk.iter().fold(0, |any, &byte| any | if odd(byte) { 0xFF } else { 0 }) != 0_u8;
    let (chunks, rest) = bytes.as_chunks();
    if chunks.iter().any(any) {
        return false;
    }
    // The last sixteen once more are one comparison, what is left alone would be up to fifteen.
    bytes.last_chunk().map_or_else(|| !rest.iter().any(|&byte| odd(byte)), |last| !any(last))
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
        fn places_are_all_places(bytes in prop::collection::vec(prop_oneof![Just(b','), Just(b'-'), any::<u8>()], 0..60), from in 0..60_usize) {
            let from = from.min(bytes.len());
            let expected: Vec<_> = (from..bytes.len()).filter(|at| bytes[*at] == b',').collect();
            let mut places = Places::new(&bytes, b',');
            places.seek(from);
            let found: Vec<_> = expected.iter().map(|_| places.next()).collect();
            prop_assert_eq!(&found, &expected);
            prop_assert_eq!((places.next(), places.next()), (bytes.len(), bytes.len()));
            let quoted = bytes[from..].contains(&b'"');
            prop_assert_eq!(count_unless(&bytes[from..], b',', b'"'), (!quoted).then_some(expected.len()));
        }

        #[test]
        fn any_odd_byte_is_seen(plain in "[a-z]{0,50}", at in any::<prop::sample::Index>(), is_odd: bool) {
            let mut bytes = plain.into_bytes();
            if is_odd {
                bytes.insert(at.index(bytes.len() + 1), 0xC3);
            }
            prop_assert_eq!(none(&bytes, |byte| byte == 0xC3), !is_odd);
            prop_assert_eq!(is_ascii(&bytes), !is_odd);
        }
    }
}
