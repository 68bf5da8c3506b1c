//! From bytes to records: where a line or a CSV record ends, which are blank, which are too long.
//!
//! [`Records`] walks over a buffer of whole records. [`Cutter`] makes such buffers of a stream that comes in pieces, in
//! bounded memory. [`Scan`] finds record ends and nothing else. None of them does I/O.

use memchr::{memchr, memchr_iter, memrchr};

use super::letter::INPUT_MAX;

/// The longest record, in bytes without its line end, unless a limit is declared.
pub const RECORD_MAX: usize = 16 << 20;

/// What ends a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// Each line is a record.
    Lines {
        /// Whether a line of white space is a record too (`as text`).
        keep_blank: bool,
    },
    /// A line end inside quotes does not end the record.
    Csv {
        /// The byte between fields.
        delimiter: u8,
    },
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
    record_max: usize,
    lines: u64,
    unfinished: bool,
}

impl<'a> Records<'a> {
    /// Over `buffer`, with a limit on a record's length.
    #[must_use]
    pub fn new(framing: Framing, buffer: &'a [u8], record_max: usize) -> Records<'a> {
        Records { rest: buffer, framing, record_max, lines: 0, unfinished: false }
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
            let end = Scan::new(self.framing).next_end(self.rest);
            let (record, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
            self.rest = rest;
            let line = self.lines + 1;
            self.lines += match self.framing {
                Framing::Lines { .. } => 1,
                Framing::Csv { .. } => lines_in(record),
            };
            let record = if end.is_some() { without_end(record) } else { record };
            if record.len() > self.record_max {
                let shown = record.len().min(INPUT_MAX + 4);
                return Some(Record { line, content: Content::TooLong(&record[..shown]) });
            }
            if !self.framing.is_blank(record) {
                let content = if self.unfinished && end.is_none() {
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
        match self {
            Framing::Lines { keep_blank: true } => false,
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

/// The lines that begin in `bytes`, which begin with one.
fn lines_in(bytes: &[u8]) -> u64 {
    let ends = memchr_iter(b'\n', bytes).count() as u64;
    if bytes.last().is_none_or(|&last| last == b'\n') { ends } else { ends + 1 }
}

/// Where a scan for record ends stands between two pieces of input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scan {
    framing: Framing,
    quotes: Quotes,
}

/// What a quote or a line end means at this place of a CSV file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quotes {
    /// At the beginning of a field, where a quote opens.
    FieldStart,
    /// In a field, where a quote is a character.
    Plain,
    /// Between quotes, where delimiters and line ends are characters.
    Inside,
    /// Behind a quote inside quotes: another one makes it a character, anything else has closed them.
    Closing,
}

impl Scan {
    /// At the beginning of a record.
    #[must_use]
    pub fn new(framing: Framing) -> Scan {
        Scan { framing, quotes: Quotes::FieldStart }
    }

    /// The index behind the first record end in `bytes`; the scan then stands there. `None`: there is none, and the
    /// scan stands behind `bytes`.
    #[inline]
    pub fn next_end(&mut self, bytes: &[u8]) -> Option<usize> {
        match self.framing {
            Framing::Lines { .. } => memchr(b'\n', bytes).map(|at| at + 1),
            Framing::Csv { delimiter } => self.next_csv_end(bytes, delimiter),
        }
    }

    /// The index behind the last record end in `bytes`, which the scan passes whole.
    pub fn last_end(&mut self, bytes: &[u8]) -> Option<usize> {
        if let Framing::Lines { .. } = self.framing {
            return memrchr(b'\n', bytes).map(|at| at + 1);
        }
        let mut last = None;
        let mut at = 0;
        while let Some(length) = self.next_end(&bytes[at..]) {
            at += length;
            last = Some(at);
        }
        last
    }

    fn next_csv_end(&mut self, bytes: &[u8], delimiter: u8) -> Option<usize> {
        // Most records have no quotes: two quick searches instead of a look at each byte.
        if self.quotes != Quotes::Inside
            && self.quotes != Quotes::Closing
            && let Some(at) = memchr(b'\n', bytes)
            && memchr(b'"', &bytes[..at]).is_none()
        {
            self.quotes = Quotes::FieldStart;
            return Some(at + 1);
        }
        for (at, &byte) in bytes.iter().enumerate() {
            self.quotes = match (self.quotes, byte) {
                (Quotes::Inside, b'"') => Quotes::Closing,
                (Quotes::Inside, _) | (Quotes::Closing | Quotes::FieldStart, b'"') => Quotes::Inside,
                (_, b'\n') => {
                    self.quotes = Quotes::FieldStart;
                    return Some(at + 1);
                }
                (_, byte) if byte == delimiter => Quotes::FieldStart,
                _ => Quotes::Plain,
            };
        }
        None
    }
}

/// Cuts a stream into buffers for [`Records`].
///
/// It holds no more than the beginning of one record, up to the limit.
#[derive(Clone, Debug)]
pub struct Cutter {
    scan: Scan,
    record_max: usize,
    /// The record that has begun and not ended: one byte more than the limit at most, or what a dead letter shows.
    held: Vec<u8>,
    /// What of that record lies behind `held`; none if nothing does.
    dropped: Option<Dropped>,
}

/// A part of a record that is not kept, of which only its lines count.
#[derive(Clone, Copy, Debug, Default)]
struct Dropped {
    line_ends: u64,
    /// Whether it goes on behind the last line end.
    open: bool,
}

impl Dropped {
    fn add(&mut self, bytes: &[u8]) {
        self.line_ends += memchr_iter(b'\n', bytes).count() as u64;
        self.open = bytes.last().map_or(self.open, |&last| last != b'\n');
    }
}

/// Whole records.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cut {
    /// What [`Records`] takes. A record beyond the limit may be shortened, to a length that is still beyond it; it is
    /// then the only one.
    pub bytes: Vec<u8>,
    /// The lines that [`Records`] cannot count, because a shortened record lost them.
    pub lines_lost: u64,
    /// Whether the input was stopped within the last record: what there is of it is no record.
    pub unfinished: bool,
}

impl Cutter {
    /// At the beginning of the input.
    #[must_use]
    pub fn new(framing: Framing, record_max: usize) -> Cutter {
        Cutter { scan: Scan::new(framing), record_max, held: Vec::new(), dropped: None }
    }

    /// Takes the next piece of the input; `each` is given what can be cut now, in order: nothing, one cut, or a
    /// shortened record and one cut.
    pub fn push(&mut self, piece: &[u8], each: &mut impl FnMut(Cut)) {
        let mut piece = piece;
        if let Some(dropped) = &mut self.dropped {
            let end = self.scan.next_end(piece);
            let (behind, rest) = piece.split_at(end.unwrap_or(piece.len()));
            dropped.add(behind);
            if end.is_none() {
                return;
            }
            self.cut_held(each);
            piece = rest;
        }
        if let Some(end) = self.scan.last_end(piece) {
            let mut bytes = std::mem::take(&mut self.held);
            bytes.extend_from_slice(&piece[..end]);
            each(Cut { bytes, ..Cut::default() });
            piece = &piece[end..];
        }
        let kept_max = (self.record_max + 1).max(INPUT_MAX + 4);
        let room = kept_max.saturating_sub(self.held.len());
        let (kept, behind) = piece.split_at(room.min(piece.len()));
        self.held.extend_from_slice(kept);
        if !behind.is_empty() {
            self.dropped.get_or_insert_default().add(behind);
        }
    }

    /// The end of the input: a last record without a line end counts.
    pub fn finish(&mut self, each: &mut impl FnMut(Cut)) {
        if !self.held.is_empty() {
            self.cut_held(each);
        }
        self.scan = Scan::new(self.scan.framing);
    }

    /// The input is stopped here: a record that has begun and not ended is not one.
    pub fn stop(&mut self, each: &mut impl FnMut(Cut)) {
        self.finish(&mut |cut| each(Cut { unfinished: true, ..cut }));
    }

    fn cut_held(&mut self, each: &mut impl FnMut(Cut)) {
        let bytes = std::mem::take(&mut self.held);
        let lines_lost = self.dropped.take().map_or(0, |dropped| {
            let ends = memchr_iter(b'\n', &bytes).count() as u64 + dropped.line_ends;
            (ends + u64::from(dropped.open)).saturating_sub(lines_in(&bytes))
        });
        each(Cut { bytes, lines_lost, unfinished: false });
    }
}

#[cfg(test)]
#[path = "lines_tests.rs"]
mod tests;
