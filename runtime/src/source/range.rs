//! Files that can seek: a root is a range of bytes, read by whoever claims it.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

use memchr::{memchr, memrchr};

/// Reads on in pieces of this size where the last line goes on behind the range.
const PIECE_BYTES: usize = 64 << 10;

/// A buffer that ranges are read into, one after the other.
#[derive(Debug, Default)]
pub(crate) struct RangeBuffer {
    bytes: Vec<u8>,
}

impl RangeBuffer {
    /// The lines that *start* in `start..end`, whole: the last one may go on behind it. One that is longer than
    /// `record_max` is cut one byte behind that; nothing follows it.
    pub(crate) fn read(&mut self, file: &File, start: u64, end: u64, record_max: usize) -> io::Result<&[u8]> {
        // A line starts at `start` if the byte before it ends one; so that byte is read too.
        let from = start.saturating_sub(1);
        let wanted = (end - from) as usize;
        if self.bytes.len() < wanted {
            self.bytes.resize(wanted, 0);
        }
        let mut filled = read_full(file, &mut self.bytes[..wanted], from)?;
        let mut begin = 0;
        if start > 0 {
            let Some(at) = memchr(b'\n', &self.bytes[..filled]) else { return Ok(&[]) };
            begin = at + 1;
        }
        if begin == filled || self.bytes[filled - 1] == b'\n' || filled < wanted {
            return Ok(&self.bytes[begin..filled]);
        }
        let last = memrchr(b'\n', &self.bytes[begin..filled]).map_or(begin, |at| begin + at + 1);
        let longest = last + record_max + 2;
        while filled <= longest {
            if self.bytes.len() < filled + PIECE_BYTES {
                self.bytes.resize(filled + PIECE_BYTES, 0);
            }
            let read = read_full(file, &mut self.bytes[filled..filled + PIECE_BYTES], from + filled as u64)?;
            if let Some(at) = memchr(b'\n', &self.bytes[filled..filled + read]) {
                return Ok(&self.bytes[begin..=filled + at]);
            }
            filled += read;
            if read < PIECE_BYTES {
                return Ok(&self.bytes[begin..filled]);
            }
        }
        Ok(&self.bytes[begin..longest])
    }

    /// Gives memory back after a line that was much longer than a root.
    pub(crate) fn shrink(&mut self, root_bytes: usize) {
        if self.bytes.len() > 4 * root_bytes + 4 * PIECE_BYTES {
            self.bytes = Vec::new();
        }
    }
}

/// Reads until the buffer is full or the file ends.
fn read_full(file: &File, buffer: &mut [u8], mut at: u64) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read_at(&mut buffer[filled..], at) {
            Ok(0) => break,
            Ok(read) => {
                filled += read;
                at += read as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use std::io::Write;

    use super::*;

    proptest! {
        #[test]
        fn ranges_of_any_width_give_each_line_once(text in "[ab\r\n]{0,60}") {
            let mut file = tempfile::tempfile().unwrap();
            file.write_all(text.as_bytes()).unwrap();
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
        let mut file = tempfile::tempfile().unwrap();
        let long = vec![b'x'; 300_000];
        file.write_all(b"first\n").unwrap();
        file.write_all(&long).unwrap();
        file.write_all(b"\nlast\n").unwrap();
        let mut buffer = RangeBuffer::default();
        let first = buffer.read(&file, 0, 100, 1000).unwrap();
        assert_eq!(first.len(), 6 + 1002);
        assert!(buffer.read(&file, 100, 200, 1000).unwrap().is_empty());
        assert_eq!(buffer.read(&file, 200_000, 300_012, 1000).unwrap(), b"last\n");
    }
}
