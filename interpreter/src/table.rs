//! Tables: rows that are found by their key.

use std::collections::BTreeMap;
use std::fmt;
use std::io;

use streamwright_dsl::topology::{Record as RecordType, Table};
use streamwright_values::{Fault, Value, dataflow};

use crate::read::{Content, Reader, Record};
use crate::state::Key;

/// The rows of one table, by their keys.
#[derive(Debug)]
pub struct TableRows(BTreeMap<Key, Vec<Value>>);

/// Why a table cannot be used.
#[derive(Debug)]
pub enum TableError {
    /// Its file cannot be read.
    Read(io::Error),
    /// A line that does not fit.
    Malformed {
        /// Which, from 1.
        line: u64,
        /// How.
        why: String,
    },
}

impl fmt::Display for TableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TableError::Read(error) => write!(f, "{error}"),
            TableError::Malformed { line, why } => write!(f, "line {line}: {why}"),
        }
    }
}

impl std::error::Error for TableError {}

impl TableRows {
    /// Reads a table. Of several rows with one key the last one counts.
    pub(crate) fn read(
        table: &Table,
        record: &RecordType,
        records: impl Iterator<Item = io::Result<Record>>,
        record_max: usize,
    ) -> Result<TableRows, TableError> {
        let mut reader = Reader::of(&table.format, record, &vec![true; record.fields.len()]);
        let mut rows = BTreeMap::new();
        for record in records {
            let Record { line, content, .. } = record.map_err(TableError::Read)?;
            let malformed = |fault: Fault| TableError::Malformed { line, why: fault.message.into() };
            let bytes = match content {
                Content::Whole(bytes) => bytes,
                Content::Silence(_) => continue,
                Content::Fields(row) => {
                    rows.insert(key(table, &row), row);
                    continue;
                }
                Content::TooLong(_) => return Err(malformed(dataflow::line_too_long(record_max))),
                Content::Unfinished(_) => return Err(malformed(dataflow::line_unfinished())),
            };
            let header = reader.header(&bytes);
            if header.map_err(|error| TableError::Malformed { line, why: error.to_string() })? {
                continue;
            }
            let row = reader.row(&bytes).map_err(malformed)?;
            rows.insert(key(table, &row), row);
        }
        Ok(TableRows(rows))
    }

    /// The row with a key; none for one that is absent.
    pub(crate) fn row(&self, key: &Key) -> Option<&Vec<Value>> {
        self.0.get(key)
    }
}

fn key(table: &Table, row: &[Value]) -> Key {
    Key(table.keys.iter().map(|key| row[*key].clone()).collect())
}
