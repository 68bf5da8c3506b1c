//! From bytes to records: where a line or a CSV record ends, which are blank, which are too long.
//!
//! [`Records`] walks over a buffer of whole records. [`Cutter`] makes such buffers of a stream that comes in pieces, in
//! bounded memory. [`Scan`] finds record ends and nothing else. None of them does I/O.

use memchr::{memchr, memchr_iter};

use super::letter::INPUT_MAX;
pub use super::scan::{QUOTED_LINES_MAX, Scan};

/// The longest record, in bytes without its line end, unless a limit is declared.
pub const RECORD_MAX: usize = 16 << 20;

/// The bytes of a length before a record.
pub const LENGTH: usize = 4;

/// What ends a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// Each line is a record.
    Lines {
        /// Whether a line of white space is a record too (`as text`).
        keep_blank: bool,
    },
    /// A line end inside quotes does not end the record, unless the quote is a stray one: [`Scan`] says which is.
    Csv {
        /// The byte between fields.
        delimiter: u8,
    },
    /// Four bytes before each record say how many it has, the lowest first. None is too long, blank or of several lines.
    Lengths,
}

/// A record, without its line end (`\n` or `\r\n`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record<'a> {
    /// The line that it begins at, counted from 1 at the start of the buffer.
    pub line: u64,
    /// What it says.
    pub content: Content<'a>,
}

/// What a record says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content<'a> {
    /// The record.
    Whole(&'a [u8]),
    /// The first bytes of a record that is longer than the limit: enough for a dead letter.
    TooLong(&'a [u8]),
    /// What had come of a record when the input was stopped; of a long one, enough for a dead letter.
    Unfinished(&'a [u8]),
}

/// The records of a buffer that begins where a record begins and ends where one ends, or at the end of the input. Blank
/// ones are skipped and counted as lines.
#[derive(Clone, Debug)]
pub struct Records<'a> {
    rest: &'a [u8],
    framing: Framing,
    scan: Scan,
    record_max: usize,
    lines: u64,
    unfinished: bool,
}

impl<'a> Records<'a> {
    /// Over `buffer`, with a limit on a record's length.
    #[must_use]
    pub fn new(framing: Framing, buffer: &'a [u8], record_max: usize) -> Records<'a> {
        let scan = Scan::new(framing, record_max);
        Records { rest: buffer, framing, scan, record_max, lines: 0, unfinished: false }
    }

    /// Over what a [`Cutter`] made.
    #[must_use]
    pub fn of(framing: Framing, cut: &'a Cut, record_max: usize) -> Records<'a> {
        Records::behind(framing, cut, 0, record_max)
    }

    /// As [`Records::of`], from a byte at which a record begins.
    #[must_use]
    pub fn behind(framing: Framing, cut: &'a Cut, offset: usize, record_max: usize) -> Records<'a> {
        Records { unfinished: cut.unfinished, ..Records::new(framing, &cut.bytes[offset..], record_max) }
    }

    /// The lines passed so far, blank ones included. After the last record: the lines of the buffer.
    #[must_use]
    pub fn lines(&self) -> u64 {
        self.lines
    }

    /// The next record, where `read` finds its end: it is given the bytes from there on, and gives what it has read and the
    /// length of the line, in which there is no line end. None where nothing is read, or where that is not a whole record
    /// with its end; then no record has been passed.
    #[inline(always)]
    pub fn read<T>(&mut self, read: impl FnOnce(&'a [u8]) -> Option<(T, usize)>) -> Option<(&'a [u8], T)> {
        if self.rest.is_empty() || self.framing == Framing::Lengths {
            return None;
        }
        let (value, length) = read(self.rest)?;
        let (record, behind) = self.rest.split_at_checked(length)?;
        let behind = match behind {
            [b'\n', behind @ ..] | [b'\r', b'\n', behind @ ..] if length <= self.record_max => behind,
            _ => return None,
        };
        if self.framing.is_blank(record) {
            return None;
        }
        if let Framing::Csv { .. } = self.framing {
            self.scan.pass(self.rest.len() - behind.len());
        }
        self.rest = behind;
        self.lines += 1;
        Some((record, value))
    }

    /// The bytes not yet passed.
    #[must_use]
    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Record<'a>;

    #[inline]
    fn next(&mut self) -> Option<Record<'a>> {
        while !self.rest.is_empty() {
            let end = self.scan.end(self.rest);
            let unfinished = self.unfinished && end.is_none();
            let length = match end {
                Some(length) => length,
                None if unfinished => self.rest.len(),
                None => {
                    let length = self.scan.end_of_input(self.rest);
                    self.scan.begin();
                    length
                }
            };
            let (record, rest) = self.rest.split_at(length);
            self.rest = rest;
            let line = self.lines + 1;
            self.lines += match self.framing {
                Framing::Csv { .. } if self.scan.crossed() => lines_in(record),
                _ => 1,
            };
            if self.framing == Framing::Lengths {
                let content = Content::Whole(record.get(LENGTH..).unwrap_or_default());
                return Some(Record { line, content });
            }
            let record = if unfinished { record } else { without_end(record) };
            if record.len() > self.record_max {
                let shown = record.len().min(INPUT_MAX + 4);
                return Some(Record { line, content: Content::TooLong(&record[..shown]) });
            }
            if !self.framing.is_blank(record) {
                let content = if unfinished {
                    Content::Unfinished(&record[..record.len().min(INPUT_MAX + 4)])
                } else {
                    Content::Whole(record)
                };
                return Some(Record { line, content });
            }
        }
        None
    }
}

impl Framing {
    /// Whether a record is passed over as a blank line: white space alone, but for a delimiter that is white space.
    #[inline]
    fn is_blank(self, record: &[u8]) -> bool {
        if record.first().is_some_and(|&first| first > b' ') {
            return false;
        }
        match self {
            Framing::Lines { keep_blank: true } | Framing::Lengths => false,
            Framing::Lines { keep_blank: false } => record.iter().all(u8::is_ascii_whitespace),
            Framing::Csv { delimiter } => {
                record.iter().all(|&byte| byte.is_ascii_whitespace() && byte != delimiter)
            }
        }
    }
}

/// A record without its `\n` or `\r\n`.
#[inline]
fn without_end(record: &[u8]) -> &[u8] {
    match record {
        [record @ .., b'\r', b'\n'] | [record @ .., b'\n'] => record,
        record => record,
    }
}

/// The line that `bytes` begin with, without its end.
#[inline]
pub(super) fn first_line(bytes: &[u8]) -> &[u8] {
    match memchr(b'\n', bytes) {
        Some(at) => without_end(&bytes[..=at]),
        None => bytes,
    }
}

/// The lines that begin in `bytes`, which begin with one.
fn lines_in(bytes: &[u8]) -> u64 {
    let ends = memchr_iter(b'\n', bytes).count() as u64;
    if bytes.last().is_none_or(|&last| last == b'\n') { ends } else { ends + 1 }
}

/// Cuts a stream into buffers for [`Records`].
///
/// It holds no more than a piece and the beginning of one record, up to the limit.
#[derive(Clone, Debug)]
pub struct Cutter {
    scan: Scan,
    record_max: usize,
    /// The record that has begun and not ended; of one beyond the limit, the beginning.
    held: Vec<u8>,
    /// Whether what comes up to the next line end belongs to that record, and is not kept.
    dropping: bool,
}

/// Whole records.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cut {
    /// What [`Records`] takes. A record beyond the limit may be shortened, to a length that is still beyond it; it is
    /// then the only one.
    pub bytes: Vec<u8>,
    /// Whether the input was stopped within the last record: what there is of it is no record.
    pub unfinished: bool,
}

impl Cutter {
    /// At the beginning of the input.
    #[must_use]
    pub fn new(framing: Framing, record_max: usize) -> Cutter {
        Cutter { scan: Scan::new(framing, record_max), record_max, held: Vec::new(), dropping: false }
    }

    /// Takes the next piece of the input; `each` is given what can be cut now, in order: nothing, one cut, or a
    /// shortened record and one cut.
    pub fn push(&mut self, piece: &[u8], each: &mut impl FnMut(Cut)) {
        let mut piece = piece;
        if self.dropping {
            let Some(end) = memchr(b'\n', piece) else { return };
            self.cut_held(each);
            piece = &piece[end + 1..];
        }
        self.held.extend_from_slice(piece);
        let end = self.scan.last_end(&self.held);
        if end > 0 {
            let begun = self.held.split_off(end);
            let bytes = std::mem::replace(&mut self.held, begun);
            each(Cut { bytes, unfinished: false });
        }
        // So long a record has no quoted field any more that may go on behind the line: it ends at the next line end.
        let kept_max = self.record_max.saturating_add(3).max(INPUT_MAX + 4);
        if self.held.len() > kept_max {
            self.held.truncate(kept_max);
            self.dropping = true;
        }
    }

    /// The end of the input: a last record without a line end counts.
    pub fn finish(&mut self, each: &mut impl FnMut(Cut)) {
        if !self.held.is_empty() {
            self.cut_held(each);
        }
    }

    /// The input is stopped here: a record that has begun and not ended is not one.
    pub fn stop(&mut self, each: &mut impl FnMut(Cut)) {
        self.finish(&mut |cut| each(Cut { unfinished: true, ..cut }));
    }

    fn cut_held(&mut self, each: &mut impl FnMut(Cut)) {
        self.scan.begin();
        self.dropping = false;
        each(Cut { bytes: std::mem::take(&mut self.held), unfinished: false });
    }
}

#[cfg(test)]
#[path = "lines_tests.rs"]
mod tests;
