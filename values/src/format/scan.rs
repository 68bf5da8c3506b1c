//! Where a record ends.
//!
//! A quoted CSV field may go on over lines (RFC 4180), but a stray quote must not take the rest of the input with it. So a
//! field that crosses a line end has to close within [`QUOTED_LINES_MAX`] lines and the limit of its record, with a
//! delimiter or a line end behind it. Else its quote is a stray one, and the record ends with the line that it stands in.
//!
//! From within a quoted field only quotes in pairs go by, and a line of nothing but pairs opens no field. So what was
//! looked at in vain behind a stray quote is looked at once more, and not again: the scan is linear in the input.

use memchr::{memchr, memrchr};

use super::lines::{Framing, LENGTH};
use super::search;

/// A quoted field crosses so many line ends at most.
pub const QUOTED_LINES_MAX: usize = 1000;

/// Looks for the ends of records in bytes that may come in pieces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scan {
    framing: Framing,
    /// No quoted field that crosses a line end goes on to this place of its record.
    limit: usize,
    quotes: Quotes,
    /// How much of the record has been passed.
    at: usize,
    /// The quoted field that the scan stands in, where it has crossed a line end.
    crossing: Option<Crossing>,
    /// Whether a field of this record, or of the one that ended last, crosses a line end.
    crossed: bool,
    /// So many bytes from the record's beginning on are known to have no quote.
    unquoted: usize,
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
    /// Behind the `\r` behind the closing quote of a field that crosses a line end.
    ClosingReturn,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Crossing {
    /// The end of the line that the quote stands in: the record's, if it is a stray one.
    line_end: usize,
    /// Line ends crossed.
    crossed: usize,
}

impl Scan {
    /// At the beginning of a record, with a limit on a record's length.
    #[must_use]
    pub fn new(framing: Framing, record_max: usize) -> Scan {
        let limit = record_max.saturating_add(2);
        let (quotes, crossing) = (Quotes::FieldStart, None);
        Scan { framing, limit, quotes, at: 0, crossing, crossed: false, unquoted: 0 }
    }

    /// The length of the record at the beginning of `bytes`, with its line end; the scan then stands at the beginning of
    /// the next one. `None`: more bytes have to come, and the scan goes on behind these.
    #[inline]
    pub fn end(&mut self, bytes: &[u8]) -> Option<usize> {
        let end = match self.framing {
            Framing::Lines { .. } => memchr(b'\n', &bytes[self.at..]).map(|at| self.at + at + 1),
            Framing::Csv { delimiter } => self.csv_end(bytes, delimiter),
            Framing::Lengths => bytes.first_chunk::<LENGTH>().and_then(|length| {
                let end = (u32::from_le_bytes(*length) as usize).saturating_add(LENGTH);
                (end <= bytes.len()).then_some(end)
            }),
        };
        match end {
            Some(length) => self.pass(length),
            None => self.at = bytes.len(),
        }
        end
    }

    /// The length of all records that end in `bytes`, which begin where [`Scan::end`] wants them to.
    pub fn last_end(&mut self, bytes: &[u8]) -> usize {
        if let Framing::Lines { .. } = self.framing {
            let last = memrchr(b'\n', &bytes[self.at..]).map_or(0, |at| self.at + at + 1);
            self.at = bytes.len() - last;
            return last;
        }
        let mut last = 0;
        loop {
            last += self.lines_without_quotes(&bytes[last..]);
            match self.end(&bytes[last..]) {
                Some(length) => last += length,
                None => return last,
            }
        }
    }

    /// The length of the records that end before the next quote.
    fn lines_without_quotes(&mut self, bytes: &[u8]) -> usize {
        let Framing::Csv { .. } = self.framing else { return 0 };
        if self.at > 0 {
            return 0;
        }
        self.unquoted = memchr(b'"', bytes).unwrap_or(bytes.len());
        let length = memrchr(b'\n', &bytes[..self.unquoted]).map_or(0, |at| at + 1);
        self.pass(length);
        length
    }

    /// Whether the record that ended last may have several lines.
    #[inline]
    pub(super) fn crossed(&self) -> bool {
        self.crossed
    }

    /// The length of the record for which no more bytes come, as [`Scan::end`] asked for. All of them are in `bytes`.
    #[must_use]
    pub fn end_of_input(&self, bytes: &[u8]) -> usize {
        match self.crossing {
            Some(crossing) if self.quotes != Quotes::Closing => crossing.line_end,
            _ => bytes.len(),
        }
    }

    /// Stands at the beginning of a record, of which nothing is known.
    pub(super) fn begin(&mut self) {
        self.pass(usize::MAX);
    }

    /// Stands so many bytes further, at the beginning of a record.
    #[inline]
    pub(super) fn pass(&mut self, length: usize) {
        (self.quotes, self.at, self.crossing) = (Quotes::FieldStart, 0, None);
        self.unquoted = self.unquoted.saturating_sub(length);
    }

    #[inline]
    fn csv_end(&mut self, bytes: &[u8], delimiter: u8) -> Option<usize> {
        // Most records are a line; quotes are looked for once in all of `bytes`.
        if self.at == 0 {
            self.crossed = false;
            if let Some(at) = memchr(b'\n', bytes)
                && (at < self.unquoted || self.is_closed(bytes, at, delimiter))
            {
                return Some(at + 1);
            }
        }
        self.csv_end_by_bytes(bytes, delimiter)
    }

    /// Whether no quoted field crosses the end of the line that `bytes` begin with.
    #[inline(never)]
    fn is_closed(&mut self, bytes: &[u8], line_end: usize, delimiter: u8) -> bool {
        self.unquoted = memchr(b'"', bytes).unwrap_or(bytes.len());
        let line = &bytes[..line_end];
        let mut at = self.unquoted;
        while at < line.len() {
            let opens = at == 0 || line[at - 1] == delimiter;
            at += 1;
            if opens {
                match closing_quote(&line[at..]) {
                    Some((close, _)) => at += close + 1,
                    None => return false,
                }
            }
            at += memchr(b'"', &line[at..]).unwrap_or(line.len());
        }
        true
    }

    fn csv_end_by_bytes(&mut self, bytes: &[u8], delimiter: u8) -> Option<usize> {
        for (at, &byte) in bytes.iter().enumerate().skip(self.at) {
            let end = match self.crossing {
                None => self.step(at, byte, delimiter),
                Some(crossing) => self.crossing_step(crossing, at, byte, delimiter),
            };
            if end.is_some() {
                return end;
            }
        }
        None
    }

    /// A byte outside of fields that cross a line end. The record's length if it ends here.
    #[inline]
    fn step(&mut self, at: usize, byte: u8, delimiter: u8) -> Option<usize> {
        self.quotes = match (self.quotes, byte) {
            (Quotes::Inside, b'\n') if at < self.limit => {
                self.crossing = Some(Crossing { line_end: at + 1, crossed: 1 });
                self.crossed = true;
                Quotes::Inside
            }
            (_, b'\n') => return Some(at + 1),
            (Quotes::Inside, b'"') => Quotes::Closing,
            (Quotes::Inside, _) | (Quotes::Closing | Quotes::FieldStart, b'"') => Quotes::Inside,
            (_, byte) if byte == delimiter => Quotes::FieldStart,
            _ => Quotes::Plain,
        };
        None
    }

    /// A byte of a field that crosses a line end, or the one that shows whether it has closed.
    fn crossing_step(&mut self, crossing: Crossing, at: usize, byte: u8, delimiter: u8) -> Option<usize> {
        let stray = Some(crossing.line_end);
        if at >= self.limit {
            return stray;
        }
        self.quotes = match (self.quotes, byte) {
            (Quotes::Inside, b'"') => Quotes::Closing,
            (Quotes::Inside, b'\n') if crossing.crossed == QUOTED_LINES_MAX => return stray,
            (Quotes::Inside, _) | (Quotes::Closing, b'"') => {
                let crossed = crossing.crossed + usize::from(byte == b'\n');
                self.crossing = Some(Crossing { crossed, ..crossing });
                Quotes::Inside
            }
            (Quotes::Closing | Quotes::ClosingReturn, b'\n') => return Some(at + 1),
            (Quotes::Closing, byte) if byte == delimiter => {
                self.crossing = None;
                Quotes::FieldStart
            }
            (Quotes::Closing, b'\r') => Quotes::ClosingReturn,
            _ => return stray,
        };
        None
    }
}

/// Where the quote is that closes a field of CSV, given what stands behind the one that opens it: the first one that is not
/// written twice; and whether there are such before it.
#[inline]
pub(super) fn closing_quote(text: &[u8]) -> Option<(usize, bool)> {
    let first = search::find(text, b'"')?;
    let mut at = first;
    while text.get(at + 1) == Some(&b'"') {
        at += 2 + search::find(&text[at + 2..], b'"')?;
    }
    Some((at, at > first))
}
