//! From bytes to records: where a line or a CSV record ends, which are blank, which are too long.
//!
//! [`Records`] walks over a buffer of whole records. [`Cutter`] makes such buffers of a stream that comes in pieces, in
//! bounded memory. [`Scan`] finds record ends and nothing else. None of them does I/O.

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
}

/// The records of a buffer that begins where a record begins and ends where one ends, or at the end of the input. Blank
/// ones are skipped and counted as lines.
#[derive(Clone, Debug)]
pub struct Records<'a> {
    rest: &'a [u8],
    framing: Framing,
    record_max: usize,
    lines: u64,
}

impl<'a> Records<'a> {
    /// Over `buffer`, with a limit on a record's length.
    #[must_use]
    pub fn new(framing: Framing, buffer: &'a [u8], record_max: usize) -> Records<'a> {
        Records { rest: buffer, framing, record_max, lines: 0 }
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

    fn next(&mut self) -> Option<Record<'a>> {
        let _ = (self.framing, self.record_max);
        None
    }
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
    pub fn next_end(&mut self, bytes: &[u8]) -> Option<usize> {
        let _ = (bytes, self.framing, self.quotes);
        None
    }

    /// The index behind the last record end in `bytes`, which the scan passes whole.
    pub fn last_end(&mut self, bytes: &[u8]) -> Option<usize> {
        let _ = bytes;
        None
    }
}

/// Cuts a stream into buffers for [`Records`].
///
/// It holds at most one piece, one record of the limit's length, and what has been cut and not taken.
#[derive(Clone, Debug)]
pub struct Cutter {
    scan: Scan,
    record_max: usize,
    held: Vec<u8>,
}

/// Whole records.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cut {
    /// What [`Records`] takes. A record beyond the limit is shortened to one byte more than the limit, and is the last.
    pub bytes: Vec<u8>,
    /// The lines that [`Records`] cannot count, because a shortened record lost them.
    pub lines_lost: u64,
}

impl Cutter {
    /// At the beginning of the input.
    #[must_use]
    pub fn new(framing: Framing, record_max: usize) -> Cutter {
        Cutter { scan: Scan::new(framing), record_max, held: Vec::new() }
    }

    /// Takes the next piece of the input; `each` is given what can be cut now, in order.
    pub fn push(&mut self, piece: &[u8], each: &mut impl FnMut(Cut)) {
        let _ = (piece, each, self.scan, self.record_max, &self.held);
    }

    /// The end of the input: a last record without a line end counts.
    pub fn finish(&mut self, each: &mut impl FnMut(Cut)) {
        let _ = each;
    }
}
