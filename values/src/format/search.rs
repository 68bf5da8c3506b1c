//! Searches in lines, whose next delimiter is mostly a few bytes away: sixteen bytes at a time, in place.

use memchr::memchr;

use crate::text::chunk::{CHUNK, Chunk};

/// Where the first such byte is. A search that goes on for long is left to memchr.
#[inline(always)]
pub(super) fn find(bytes: &[u8], byte: u8) -> Option<usize> {
    /// Chunks that are looked at here.
    const NEAR: usize = 4;
    let mut rest = bytes;
    for _ in 0..NEAR {
        if rest.is_empty() {
            return None;
        }
        let found = marks(bytes, rest, |chunk| chunk.are(byte));
        if found != 0 {
            return Some(bytes.len() - rest.len() + found.trailing_zeros() as usize);
        }
        rest = rest.get(CHUNK..).unwrap_or_default();
    }
    memchr(byte, rest).map(|at| bytes.len() - rest.len() + at)
}

/// The places of one byte in their order.
pub(crate) struct Places<'a> {
    bytes: &'a [u8],
    byte: u8,
    /// Behind the chunk that has been looked at.
    behind: usize,
    /// What is left to give of that: a bit for each byte.
    marks: u32,
}

impl<'a> Places<'a> {
    #[inline(always)]
    pub(crate) fn new(bytes: &'a [u8], byte: u8) -> Places<'a> {
        Places { bytes, byte, behind: 0, marks: 0 }
    }

    /// Goes on from this place.
    #[inline(always)]
    pub(crate) fn seek(&mut self, at: usize) {
        (self.behind, self.marks) = (at, 0);
    }

    /// The next place, or the end.
    #[inline(always)]
    pub(crate) fn next(&mut self) -> usize {
        while self.marks == 0 {
            let Some(rest) = self.bytes.get(self.behind..).filter(|rest| !rest.is_empty()) else {
                return self.bytes.len();
            };
            self.marks = marks(self.bytes, rest, |chunk| chunk.are(self.byte));
            self.behind += CHUNK;
        }
        let at = self.behind - CHUNK + self.marks.trailing_zeros() as usize;
        self.marks &= self.marks - 1;
        at
    }
}

/// What is asked of the chunk that `rest`, the end of `bytes`, begins with; no for what is behind it.
#[inline(always)]
fn marks(bytes: &[u8], rest: &[u8], of: impl Fn(Chunk) -> u32) -> u32 {
    match (rest.first_chunk(), bytes.last_chunk()) {
        (Some(chunk), _) => of(Chunk::new(chunk)),
        (None, Some(last)) => of(Chunk::new(last)) >> (CHUNK - rest.len()),
        (None, None) => {
            let mut chunk = [0; CHUNK];
            chunk[..rest.len()].copy_from_slice(rest);
            of(Chunk::new(&chunk)) & ((1 << rest.len()) - 1)
        }
    }
}

/// How many such bytes there are.
#[inline]
pub(crate) fn count(bytes: &[u8], byte: u8) -> usize {
    rests(bytes).map(|rest| marks(bytes, rest, |chunk| chunk.are(byte)).count_ones() as usize).sum()
}

/// The ends of `bytes` that begin with a chunk of it, one after the other.
#[inline(always)]
fn rests(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    (0..bytes.len()).step_by(CHUNK).map(|at| &bytes[at..])
}

/// How many such bytes there are, unless another one is there too.
#[inline(always)]
pub(super) fn count_unless(bytes: &[u8], byte: u8, other: u8) -> Option<usize> {
    let (mut count, mut others) = (0, 0);
    for rest in rests(bytes) {
        count += marks(bytes, rest, |chunk| chunk.are(byte)).count_ones() as usize;
        others |= marks(bytes, rest, |chunk| chunk.are(other));
    }
    (others == 0).then_some(count)
}

/// How many bytes stand before the first one that is `end`, a backslash, a control character or beyond ASCII; none where it
/// is among the last ones, which are no whole chunk.
///
/// Two chunks hold most fields. The loop is a call: where one loop follows another, LLVM counts in each what all later ones will
/// need, twenty numbers a chunk.
#[inline(always)]
pub(super) fn plain_before(bytes: &[u8], end: u8) -> Option<usize> {
    let (first, rest) = bytes.split_first_chunk()?;
    let odd = Chunk::new(first).odd_or(end);
    if odd != 0 {
        return Some(odd.trailing_zeros() as usize);
    }
    let (second, rest) = rest.split_first_chunk()?;
    let odd = Chunk::new(second).odd_or(end);
    if odd != 0 {
        return Some(CHUNK + odd.trailing_zeros() as usize);
    }
    plain_before_later(rest, end).map(|length| 2 * CHUNK + length)
}

#[inline(never)]
fn plain_before_later(bytes: &[u8], end: u8) -> Option<usize> {
    let (chunks, _) = bytes.as_chunks();
    let odd = chunks.iter().map(|chunk| Chunk::new(chunk).odd_or(end));
    let (at, odd) = odd.enumerate().find(|(_, odd)| *odd != 0)?;
    Some(at * CHUNK + odd.trailing_zeros() as usize)
}

/// The line that `bytes` begin with, without its end, where it is ASCII without control characters and backslashes, and ends
/// well before them.
#[inline(always)]
pub(super) fn plain_line(bytes: &[u8]) -> Option<&[u8]> {
    let (line, behind) = bytes.split_at_checked(plain_before(bytes, b'\n')?)?;
    matches!(behind, [b'\n', ..] | [b'\r', b'\n', ..]).then_some(line)
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
            prop_assert_eq!(count(&bytes[from..], b','), expected.len());
            let quoted = bytes[from..].contains(&b'"');
            prop_assert_eq!(count_unless(&bytes[from..], b',', b'"'), (!quoted).then_some(expected.len()));
        }

        #[test]
        fn all_of_a_byte_are_counted(text in "[ab]{0,70}") {
            prop_assert_eq!(count(text.as_bytes(), b'a'), text.matches('a').count());
        }

        #[test]
        fn what_is_plain_ends_at_the_first_byte_that_is_not(before in "[a-z\" ]{0,90}", end in "[|\\\\é\n]", behind in "[a-zé|]{15}") {
            let bytes = [before.as_str(), &end, &behind].concat();
            prop_assert_eq!(plain_before(bytes.as_bytes(), b'|'), Some(before.len()));
        }

        #[test]
        fn any_odd_byte_is_seen(plain in "[a-z]{0,50}", at in any::<prop::sample::Index>(), is_odd: bool) {
            let mut bytes = plain.into_bytes();
            if is_odd {
                bytes.insert(at.index(bytes.len() + 1), 0xC3);
            }
            let lines = [bytes.as_slice(), b"\r\nanother line, long enough"].concat();
            prop_assert_eq!(plain_line(&lines), (!is_odd).then_some(bytes.as_slice()));
        }
    }
}
