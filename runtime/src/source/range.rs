//! Files that can seek: a root is a range of bytes, read by whoever claims it.

use std::io;

use memchr::{memchr, memrchr};

use crate::files::{APART, Input};

/// So much is read behind a range at once: the last line nearly always ends there.
const BEHIND_BYTES: usize = 4 << 10;

/// So much is read before a range: one byte is needed, and the rest makes copying fast.
const BEFORE_BYTES: u64 = APART as u64;

/// Reads on in pieces of this size where it does not.
const PIECE_BYTES: usize = 64 << 10;

/// A buffer that ranges are read into, one after the other.
#[derive(Debug, Default)]
pub(crate) struct RangeBuffer {
    bytes: Vec<u8>,
}

impl RangeBuffer {
    /// The lines that *start* in `start..end`, whole: the last one may go on behind it. One that is longer than
    /// `record_max` is cut one byte behind that; nothing follows it.
    pub(crate) fn read(
        &mut self,
        input: &Input,
        start: u64,
        end: u64,
        record_max: usize,
    ) -> io::Result<&[u8]> {
        let from = start.saturating_sub(BEFORE_BYTES);
        let before = (start - from) as usize;
        let wanted = (end - from) as usize;
        let mut filled = self.fill(input, from, 0, wanted + BEHIND_BYTES)?;
        let mut begin = 0;
        if before > 0 {
            // A line starts at `start` if the byte before it ends one.
            let range = self.bytes[..filled.min(wanted)].get(before - 1..).unwrap_or_default();
            let Some(at) = memchr(b'\n', range) else { return Ok(&[]) };
            begin = before + at;
        }
        if filled < wanted || begin == wanted || self.bytes[wanted - 1] == b'\n' {
            return Ok(&self.bytes[begin..filled.min(wanted)]);
        }
        let last = memrchr(b'\n', &self.bytes[begin..wanted]).map_or(begin, |at| begin + at + 1);
        let longest = last + record_max + 2;
        let mut asked = wanted + BEHIND_BYTES;
        let mut searched = wanted;
        loop {
            if let Some(at) = memchr(b'\n', &self.bytes[searched..filled]) {
                return Ok(&self.bytes[begin..=searched + at]);
            }
            if filled < asked {
                return Ok(&self.bytes[begin..filled]);
            }
            if filled > longest {
                return Ok(&self.bytes[begin..longest]);
            }
            searched = filled;
            asked = filled + PIECE_BYTES;
            filled += self.fill(input, from + filled as u64, filled, PIECE_BYTES)?;
        }
    }

    /// Reads so many bytes from a place of the input to a place of the buffer.
    fn fill(&mut self, input: &Input, from: u64, to: usize, count: usize) -> io::Result<usize> {
        if self.bytes.len() < to + count {
            self.bytes.resize(to + count, 0);
        }
        input.read_at(&mut self.bytes[to..to + count], from)
    }

    /// Gives memory back after a line that was much longer than a root.
    pub(crate) fn shrink(&mut self, root_bytes: usize) {
        if self.bytes.len() > 4 * root_bytes + 4 * PIECE_BYTES {
            self.bytes = Vec::new();
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use std::io::Write;

    use super::*;

    fn opened(bytes: &[u8]) -> Input {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        Input::open(file.path().to_str().unwrap()).unwrap()
    }

    proptest! {
        #[test]
        fn ranges_of_any_width_give_each_line_once(text in "[ab\r\n]{0,150}") {
            let file = opened(text.as_bytes());
            let mut buffer = RangeBuffer::default();
            for width in 1..=text.len() as u64 {
                let mut together = Vec::new();
                let mut start = 0;
                while start < text.len() as u64 {
                    let end = (start + width).min(text.len() as u64);
                    let lines = buffer.read(&file, start, end, 1000).unwrap();
                    let whole = lines.is_empty() || lines.ends_with(b"\n") || end == text.len() as u64 || {
                        together.len() + lines.len() == text.len()
                    };
                    prop_assert!(whole, "a range ends within a line");
                    together.extend_from_slice(lines);
                    start = end;
                }
                prop_assert_eq!(&together, text.as_bytes(), "width {}", width);
            }
        }
    }

    #[test]
    fn a_line_beyond_the_limit_is_cut_behind_it() {
        let long = vec![b'x'; 300_000];
        let file = opened(&[b"first\n", &long[..], b"\nlast\n"].concat());
        let mut buffer = RangeBuffer::default();
        let first = buffer.read(&file, 0, 100, 1000).unwrap();
        assert_eq!(first.len(), 6 + 1002);
        assert!(buffer.read(&file, 100, 200, 1000).unwrap().is_empty());
        assert_eq!(buffer.read(&file, 200_000, 300_012, 1000).unwrap(), b"last\n");
    }
}
