//! From the records of a source to rows, as its format says.

use streamwright_dsl::connectors::{Dialect, SourceConnector};
use streamwright_dsl::topology::{Field, Record as RecordType, Spout};
use streamwright_values::format::csv::HeaderError;
use streamwright_values::format::lines::{self, Framing};
use streamwright_values::format::{AnyRead, FieldSpec, Raw, Wanted, field};
use streamwright_values::{Fault, Timestamp, Value};

/// A record of a source, without its line end.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// The line that it begins at, from 1.
    pub line: u64,
    /// What it says.
    pub content: Content,
    /// What the clock shows when it comes, where a test says so.
    pub clock: Option<Timestamp>,
}

/// What a record says.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// The record.
    Whole(Vec<u8>),
    /// None: nothing has come since the record before, for so many nanoseconds.
    Silence(i64),
    /// Its fields, as a test gives them.
    Fields(Vec<Value>),
    /// The first bytes of one that is longer than the limit.
    TooLong(Vec<u8>),
    /// What had come of one when the program was stopped.
    Unfinished(Vec<u8>),
}

impl From<lines::Record<'_>> for Record {
    fn from(record: lines::Record<'_>) -> Record {
        let content = match record.content {
            lines::Content::Whole(bytes) => Content::Whole(bytes.to_vec()),
            lines::Content::TooLong(prefix) => Content::TooLong(prefix.to_vec()),
            lines::Content::Unfinished(prefix) => Content::Unfinished(prefix.to_vec()),
        };
        Record { line: record.line, content, clock: None }
    }
}

/// How a spout's bytes are cut into records; none for one that makes its tuples.
#[must_use]
pub fn framing(spout: &Spout) -> Option<Framing> {
    format_of(spout).map(framing_of)
}

/// How bytes of a format are cut into records.
#[must_use]
pub fn framing_of(format: &Dialect) -> Framing {
    format.reader(&[]).framing()
}

fn format_of(spout: &Spout) -> Option<&Dialect> {
    match &spout.source {
        SourceConnector::Bytes { format, .. } => Some(format),
        SourceConnector::Generate(_) | SourceConnector::Own { .. } => None,
    }
}

/// Reads one spout's records.
pub(crate) struct Reader<'t> {
    format: Box<dyn AnyRead>,
    /// Whether the header is still to come.
    before_header: bool,
    /// Each with its place among those that are read; none for one that nobody reads.
    fields: Vec<(&'t Field, Option<usize>)>,
    /// Of the fields that are read.
    specs: Vec<FieldSpec>,
}

impl<'t> Reader<'t> {
    /// None for a spout that makes its tuples.
    pub(crate) fn new(spout: &'t Spout, record: &'t RecordType) -> Option<Reader<'t>> {
        Some(Reader::of(format_of(spout)?, record, &spout.reads))
    }

    /// Reads the fields for which `reads` is true.
    pub(crate) fn of(format: &Dialect, record: &'t RecordType, reads: &[bool]) -> Reader<'t> {
        let mut specs = Vec::new();
        let mut fields = Vec::new();
        for (field, read) in record.fields.iter().zip(reads) {
            fields.push((field, read.then_some(specs.len())));
            specs.extend(read.then(|| FieldSpec::of(field)));
        }
        let wanted: Vec<Wanted<'_>> =
            fields.iter().map(|(field, place)| (field.wire_name.as_str(), *place)).collect();
        let format = format.reader(&wanted);
        Reader { before_header: format.has_header(), format, fields, specs }
    }

    /// Takes `record` if it is the header: the first one, where the format says so.
    pub(crate) fn header(&mut self, record: &[u8]) -> Result<bool, HeaderError> {
        let is_header = std::mem::take(&mut self.before_header);
        if is_header {
            self.format.header(record, &self.specs)?;
        }
        Ok(is_header)
    }

    /// The row of a record; fields that nobody reads are absent.
    pub(crate) fn row(&self, record: &[u8]) -> Result<Vec<Value>, Fault> {
        let mut raw = vec![Raw::Missing; self.specs.len()];
        let place_of = |key: &[u8]| self.specs.iter().position(|spec| spec.wire_name.as_bytes() == key);
        self.format.scan_any(record, &place_of, &mut raw)?;
        let values = self.fields.iter().map(|(field, place)| match place {
            Some(at) => field::value(raw[*at], &field.ty, &self.specs[*at]),
            None => Ok(Value::None),
        });
        values.collect()
    }
}
