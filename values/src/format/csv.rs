//! CSV: one record after another, by RFC 4180.
//!
//! Quotes are read as the csv crate reads them: they quote only from the beginning of a field on, and what follows a
//! closing quote belongs to the field as it stands. But a quote that never closes is malformed.

use super::entry::{Format, Frame, OnePass, Read, Wanted, Write, any_record};
use super::lines::Framing;
use super::scan::closing_quote;
use super::search::{self, Places};
use super::text::{column, line_in_utf8, utf8};
use super::{FieldSpec, Piece, Raw, WriteField};
use crate::option::DeclaredOption;
use crate::{Fault, FaultCode, Value};

pub(super) static FORMAT: Format = Format {
    name: "csv",
    docs: "Comma-separated values as in RFC 4180: a field in double quotes may hold delimiters, line ends, and quotes \
           written twice.",
    example: "write file \"counts.csv\" as csv { header: false }",
    rust: "csv::Csv",
    one_pass: Some(OnePass::Reader),
    operand: None,
    options: &[
        DeclaredOption {
            name: "header",
            default: || Value::Bool(true),
            docs: "Whether the first line names the columns. Without it a record's fields are read in their order.",
            check: |_| Ok(()),
        },
        DeclaredOption {
            name: "delimiter",
            default: || Value::from(","),
            docs: "What stands between fields: one ASCII character, such as \"\\t\" or \";\".",
            check: |value| match delimiter(value) {
                Some(_) => Ok(()),
                None => {
                    Err("between fields stands one ASCII character, neither a quote nor a line end"
                        .to_owned())
                }
            },
        },
    ],
    nested: false,
    names_fields: false,
    tables: true,
    forms: None,
    fits: any_record,
    read: |operand, options, fields| Box::new(Csv::reader(operand, options, fields)),
    write: Some(|options| Box::new(Csv::writer(options))),
};

fn delimiter(value: &Value) -> Option<u8> {
    let Value::String(text) = value else { return None };
    match text.as_bytes() {
        [byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\n' | b'\r' | 0) => Some(*byte),
        _ => None,
    }
}

/// Reads and writes comma-separated values.
#[derive(Clone, Debug)]
pub struct Csv {
    header: bool,
    /// Behind the header, where there is one.
    columns: Columns,
}

impl Csv {
    fn new(options: &[Value], fields: Vec<Option<usize>>) -> Csv {
        let header = options.first() != Some(&Value::Bool(false));
        let delimiter = options.get(1).and_then(delimiter).unwrap_or(b',');
        Csv { header, columns: Columns::in_order(delimiter, fields) }
    }

    /// Reads a record of one line in one pass: see [`OnePass`]. It has as many fields as columns, and every value that is read
    /// stands there without quotes, or with nothing but the outer ones.
    #[inline]
    pub fn read<'a>(
        &self,
        bytes: &'a [u8],
        _: impl Fn(&[u8]) -> Option<usize>,
        each: impl FnMut(Option<usize>, Piece<'a>) -> Option<()>,
    ) -> Option<usize> {
        // Where every quote closes, the record ends with the line.
        let line = line_in_utf8(bytes)?;
        self.columns.pass(line, each).map(|()| line.len())
    }
}

impl Frame for Csv {
    fn framing(&self) -> Framing {
        Framing::Csv { delimiter: self.columns.delimiter }
    }

    fn has_header(&self) -> bool {
        self.header
    }

    fn header(&mut self, record: &[u8], fields: &[FieldSpec]) -> Result<(), HeaderError> {
        self.columns = Columns::from_header(self.columns.delimiter, record, fields)?;
        Ok(())
    }
}

impl Read for Csv {
    fn reader(_: &str, options: &[Value], fields: &[Wanted<'_>]) -> Csv {
        Csv::new(options, fields.iter().map(|(_, place)| *place).collect())
    }

    #[inline]
    fn scan<'a>(
        &self,
        record: &'a [u8],
        _: impl Fn(&[u8]) -> Option<usize>,
        fields: &mut [Raw<'a>],
    ) -> Result<(), Fault> {
        self.columns.scan(record, fields)
    }
}

impl Write for Csv {
    fn writer(options: &[Value]) -> Csv {
        Csv::new(options, Vec::new())
    }

    fn head(&self, names: &[&str]) -> Vec<u8> {
        let mut line = Vec::new();
        if !self.header {
            return line;
        }
        for (at, name) in names.iter().enumerate() {
            line.extend(self.before(at, name));
            self.value(name, &mut line);
        }
        line.extend(self.end(names.len()));
        line
    }

    fn before(&self, column: usize, _: &str) -> Vec<u8> {
        if column == 0 { Vec::new() } else { vec![self.columns.delimiter] }
    }

    #[inline]
    fn value(&self, value: &dyn WriteField, line: &mut Vec<u8>) {
        value.write_csv(self.columns.delimiter, line);
    }

    fn end(&self, _: usize) -> Vec<u8> {
        b"\n".to_vec()
    }
}

/// Which column of a file goes to which field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Columns {
    delimiter: u8,
    /// For each column, an index into `fields`; none for a column that nobody reads.
    fields: Vec<Option<usize>>,
    /// Behind the last column that somebody reads.
    read: usize,
}

/// Why a header line cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeaderError {
    /// It is not CSV.
    Malformed(Fault),
    /// A required field has no column.
    MissingColumn {
        /// The name of the first such field's column.
        wire_name: String,
        /// The names that there are.
        found: Vec<String>,
    },
    /// A field has two columns.
    RepeatedColumn {
        /// The name of the first such field's column.
        wire_name: String,
    },
}

impl std::fmt::Display for HeaderError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            HeaderError::Malformed(fault) => write!(f, "the header line is {fault}"),
            HeaderError::MissingColumn { wire_name, found } => {
                write!(f, "the header line has no column `{wire_name}`; it has {}", found.join(", "))
            }
            HeaderError::RepeatedColumn { wire_name } => {
                write!(f, "the header line has more than one column `{wire_name}`")
            }
        }
    }
}

impl std::error::Error for HeaderError {}

impl Columns {
    /// The columns of a file without a header: for each column in order, an index into `fields`, or none where nobody
    /// reads it. The delimiter is an ASCII character.
    #[must_use]
    pub fn in_order(delimiter: u8, fields: Vec<Option<usize>>) -> Columns {
        let read = fields.iter().rposition(Option::is_some).map_or(0, |last| last + 1);
        Columns { delimiter, fields, read }
    }

    /// The columns that a header line (without its line end) names. `wanted` are the fields that somebody reads, in the
    /// order of `fields`; other columns are passed over. An optional field without a column is always absent.
    ///
    /// # Errors
    /// A header that is not CSV, that lacks the column of a required field, or has two for one field.
    pub fn from_header(delimiter: u8, header: &[u8], wanted: &[FieldSpec]) -> Result<Columns, HeaderError> {
        // Spreadsheets put a byte order mark before the first name.
        let header = header.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(header);
        let mut names = Vec::new();
        split(header, delimiter, |_, raw| names.push(raw.text().unwrap_or_default().into_owned()))
            .map_err(HeaderError::Malformed)?;
        let mut fields = vec![None; names.len()];
        for (field, spec) in wanted.iter().enumerate() {
            let mut columns = (0..names.len()).filter(|column| names[*column] == spec.wire_name);
            match columns.next() {
                Some(_) if columns.next().is_some() => {
                    return Err(HeaderError::RepeatedColumn { wire_name: spec.wire_name.clone() });
                }
                Some(column) => fields[column] = Some(field),
                None if spec.optional => {}
                None => {
                    let wire_name = spec.wire_name.clone();
                    return Err(HeaderError::MissingColumn { wire_name, found: names });
                }
            }
        }
        Ok(Columns::in_order(delimiter, fields))
    }

    /// Splits one record (as [`super::lines`] cuts them), and keeps the raw values of the fields.
    ///
    /// # Errors
    /// `malformed` for a quote that never closes, too few or too many fields; `not-utf8`.
    #[inline]
    pub fn scan<'a>(&self, record: &'a [u8], fields: &mut [Raw<'a>]) -> Result<(), Fault> {
        fields.fill(Raw::Missing);
        let count = split(record, self.delimiter, |column, raw| {
            let field = self.fields.get(column).copied().flatten();
            if let Some(place) = field.and_then(|field| fields.get_mut(field)) {
                *place = raw;
            }
        })?;
        if count == self.fields.len() { Ok(()) } else { Err(wrong_count(self.fields.len(), count)) }
    }

    #[inline(always)]
    fn pass<'a>(
        &self,
        record: &'a [u8],
        mut each: impl FnMut(Option<usize>, Piece<'a>) -> Option<()>,
    ) -> Option<()> {
        let (read, others) = self.fields.split_at(self.read);
        let mut ends = Places::new(record, self.delimiter);
        let mut start = 0;
        for &field in read {
            let rest = record.get(start..)?;
            let mut piece = None;
            if rest.first() == Some(&b'"') {
                let (length, quotes) = quoted(rest, self.delimiter)?;
                // In quotes, an empty text is one.
                let is_plain = matches!(quotes, Quotes::Outer) && length > 2;
                if field.is_some() && !is_plain {
                    return None;
                }
                piece = Some(Piece::new(&rest[1..], length - 2));
                ends.seek(start + length);
            }
            let end = ends.next();
            each(field, piece.unwrap_or(Piece::new(rest, end - start)))?;
            start = end + 1;
        }
        self.are_left(others.len(), record, start)
    }

    /// Whether so many fields are left from `start` on.
    #[inline(always)]
    fn are_left(&self, count: usize, record: &[u8], mut start: usize) -> Option<()> {
        if let Some(rest) = record.get(start..)
            && let Some(delimiters) = search::count_unless(rest, self.delimiter, b'"')
        {
            return (delimiters + 1 == count).then_some(());
        }
        for _ in 0..count {
            start += field_at(record.get(start..)?, self.delimiter)?.0 + 1;
        }
        (start > record.len()).then_some(())
    }
}

/// Gives `each` the fields of one record with their indices; returns how many there are.
fn split<'a>(record: &'a [u8], delimiter: u8, mut each: impl FnMut(usize, Raw<'a>)) -> Result<usize, Fault> {
    let text = utf8(record)?;
    let mut start = 0;
    let mut count = 0;
    loop {
        let rest = &text[start..];
        let (length, quotes) = field_at(rest.as_bytes(), delimiter).ok_or_else(|| open_quote(text, start))?;
        let raw = match quotes {
            Quotes::None => Raw::Text(&rest[..length]),
            Quotes::Outer => Raw::Quoted(&rest[1..length - 1]),
            Quotes::More => Raw::QuotedParts(&rest[..length]),
        };
        each(count, raw);
        count += 1;
        start += length + 1;
        if start > text.len() {
            return Ok(count);
        }
    }
}

/// Which quotes mean something in a field.
#[derive(Clone, Copy)]
enum Quotes {
    /// None of them.
    None,
    /// The first and the last byte, and no other.
    Outer,
    /// Others.
    More,
}

/// The length of the field at the beginning of `rest`; none if its quote never closes.
#[inline(always)]
fn field_at(rest: &[u8], delimiter: u8) -> Option<(usize, Quotes)> {
    if rest.first() == Some(&b'"') {
        return quoted(rest, delimiter);
    }
    Some((search::find(rest, delimiter).unwrap_or(rest.len()), Quotes::None))
}

/// The same of one that begins with a quote.
fn quoted(rest: &[u8], delimiter: u8) -> Option<(usize, Quotes)> {
    let (close, doubled) = closing_quote(&rest[1..])?;
    let behind = &rest[close + 2..];
    let length = close + 2 + search::find(behind, delimiter).unwrap_or(behind.len());
    Some((length, if doubled || length > close + 2 { Quotes::More } else { Quotes::Outer }))
}

/// The text that a field means which begins with a quote.
pub(super) fn unquote(written: &str) -> String {
    let mut out = String::with_capacity(written.len());
    let mut rest = written.strip_prefix('"').unwrap_or(written);
    while let Some((before, behind)) = rest.split_once('"') {
        out.push_str(before);
        let Some(inside) = behind.strip_prefix('"') else {
            // The closing quote; quotes behind it are characters.
            out.push_str(behind);
            return out;
        };
        out.push('"');
        rest = inside;
    }
    out.push_str(rest);
    out
}

#[cold]
fn open_quote(text: &str, start: usize) -> Fault {
    let column = column(text, start);
    Fault::new(FaultCode::Malformed, format!("not CSV: the quote in column {column} does not close"))
}

#[cold]
fn wrong_count(expected: usize, found: usize) -> Fault {
    let fields = if expected == 1 { "field" } else { "fields" };
    Fault::new(FaultCode::Malformed, format!("expected {expected} {fields}, found {found}"))
}

#[cfg(test)]
#[path = "csv_tests.rs"]
mod tests;
