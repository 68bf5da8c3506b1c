//! From the records of a source to rows, as its format says.

use streamwright_dsl::connectors::{ReadFormat, SourceConnector};
use streamwright_dsl::topology::{Field, Record as RecordType, Spout};
use streamwright_values::format::csv::{Columns, HeaderError};
use streamwright_values::format::lines::{self, Framing};
use streamwright_values::format::{FieldSpec, Raw, combined, field, json, text};
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
pub fn framing_of(format: &ReadFormat) -> Framing {
    match format {
        ReadFormat::Csv { delimiter, .. } => Framing::Csv { delimiter: *delimiter },
        ReadFormat::Text => Framing::Lines { keep_blank: true },
        ReadFormat::Json | ReadFormat::Combined | ReadFormat::Pattern(_) => {
            Framing::Lines { keep_blank: false }
        }
    }
}

fn format_of(spout: &Spout) -> Option<&ReadFormat> {
    match &spout.source {
        SourceConnector::File { format, .. } | SourceConnector::Stdin { format } => Some(format),
        SourceConnector::Generate(_) => None,
    }
}

/// Reads one spout's records.
pub(crate) struct Reader<'t> {
    format: &'t ReadFormat,
    fields: Vec<ReadField<'t>>,
    /// Of CSV; absent before the header.
    columns: Option<Columns>,
}

struct ReadField<'t> {
    field: &'t Field,
    spec: FieldSpec,
    read: bool,
}

impl<'t> Reader<'t> {
    /// None for a spout that makes its tuples.
    pub(crate) fn new(spout: &'t Spout, record: &'t RecordType) -> Option<Reader<'t>> {
        Some(Reader::of(format_of(spout)?, record, &spout.reads))
    }

    /// Reads the fields for which `reads` is true.
    pub(crate) fn of(format: &'t ReadFormat, record: &'t RecordType, reads: &[bool]) -> Reader<'t> {
        let fields: Vec<ReadField<'t>> = record
            .fields
            .iter()
            .zip(reads)
            .map(|(field, read)| ReadField { field, spec: FieldSpec::of(field), read: *read })
            .collect();
        let columns = match format {
            ReadFormat::Csv { header: false, delimiter } => {
                let places = fields.iter().enumerate().map(|(at, field)| field.read.then_some(at));
                Some(Columns::in_order(*delimiter, places.collect()))
            }
            _ => None,
        };
        Reader { format, fields, columns }
    }

    /// Takes `record` if it is the header of a CSV file: the first one, where the format says so.
    pub(crate) fn header(&mut self, record: &[u8]) -> Result<bool, HeaderError> {
        let ReadFormat::Csv { header: true, delimiter } = self.format else { return Ok(false) };
        if self.columns.is_some() {
            return Ok(false);
        }
        let wanted: Vec<FieldSpec> =
            self.fields.iter().filter(|field| field.read).map(|field| field.spec.clone()).collect();
        self.columns = Some(Columns::from_header(*delimiter, record, &wanted)?);
        Ok(true)
    }

    /// The row of a record; fields that nobody reads are absent.
    pub(crate) fn row(&self, record: &[u8]) -> Result<Vec<Value>, Fault> {
        let raw = self.scan(record)?;
        let values = self.fields.iter().zip(raw).map(|(field, raw)| match field.read {
            true => field::value(raw, &field.field.ty, &field.spec),
            false => Ok(Value::None),
        });
        values.collect()
    }

    /// What stands for each field of the record.
    fn scan<'a>(&self, record: &'a [u8]) -> Result<Vec<Raw<'a>>, Fault> {
        let mut raw = vec![Raw::Missing; self.fields.len()];
        match self.format {
            ReadFormat::Json => {
                let index_of = |key: &[u8]| {
                    self.fields.iter().position(|field| field.read && field.spec.wire_name.as_bytes() == key)
                };
                json::scan(record, index_of, &mut raw)?;
            }
            ReadFormat::Csv { header, .. } => self.scan_csv(*header, record, &mut raw)?,
            ReadFormat::Text => raw.fill(text::scan(record)?),
            ReadFormat::Combined => {
                let mut found = [Raw::Missing; combined::FIELDS.len()];
                combined::scan(record, &mut found)?;
                self.by_name(combined::FIELDS.into_iter().zip(found), &mut raw);
            }
            ReadFormat::Pattern(pattern) => {
                let mut found = vec![Raw::Missing; pattern.fields.len()];
                pattern.scan(record, &mut found)?;
                self.by_name(pattern.fields.iter().map(|(name, _)| name.as_str()).zip(found), &mut raw);
            }
        }
        Ok(raw)
    }

    fn scan_csv<'a>(&self, header: bool, record: &'a [u8], raw: &mut [Raw<'a>]) -> Result<(), Fault> {
        let Some(columns) = &self.columns else { return Ok(()) };
        if !header {
            return columns.scan(record, raw);
        }
        // A header's columns count the fields that are read only.
        let mut found = vec![Raw::Missing; self.fields.iter().filter(|field| field.read).count()];
        columns.scan(record, &mut found)?;
        let places = raw.iter_mut().zip(&self.fields).filter(|(_, field)| field.read);
        places.zip(found).for_each(|((place, _), found)| *place = found);
        Ok(())
    }

    fn by_name<'a, 'n>(&self, found: impl Iterator<Item = (&'n str, Raw<'a>)>, raw: &mut [Raw<'a>]) {
        for (name, value) in found {
            if let Some(at) = self.fields.iter().position(|field| field.spec.wire_name == name) {
                raw[at] = value;
            }
        }
    }
}
