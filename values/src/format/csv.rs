//! CSV: one record after another, by RFC 4180.

use super::{FieldSpec, Raw};
use crate::{Fault, FaultCode};

/// Which column of a file goes to which field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Columns {
    delimiter: u8,
    /// For each column, an index into `fields`; none for a column that nobody reads.
    fields: Vec<Option<usize>>,
}

/// A required field without a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingColumn {
    /// The column's name.
    pub wire_name: String,
    /// The names that there are.
    pub found: Vec<String>,
}

/// Why a header line cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeaderError {
    /// It is not CSV.
    Malformed(Fault),
    /// A required field has no column.
    Missing(MissingColumn),
}

impl Columns {
    /// The columns of a file without a header: for each column in order, an index into `fields`, or none where nobody
    /// reads it.
    #[must_use]
    pub fn in_order(delimiter: u8, fields: Vec<Option<usize>>) -> Columns {
        Columns { delimiter, fields }
    }

    /// The columns that a header line names. `wanted` are the fields that somebody reads, in the order of `fields`.
    ///
    /// # Errors
    /// A header that is not CSV, or that lacks the column of a required field.
    pub fn from_header(delimiter: u8, header: &[u8], wanted: &[FieldSpec]) -> Result<Columns, HeaderError> {
        let _ = (header, wanted);
        Ok(Columns { delimiter, fields: Vec::new() })
    }

    /// Splits one record (as [`super::lines`] cuts them), and keeps the raw values of the fields.
    ///
    /// # Errors
    /// `malformed` for a quote that never closes, too few or too many fields; `not-utf8`.
    pub fn scan<'a>(&self, record: &'a [u8], fields: &mut [Raw<'a>]) -> Result<(), Fault> {
        let _ = (record, self.delimiter, &self.fields);
        fields.fill(Raw::Missing);
        Err(Fault::new(FaultCode::Malformed, "not read yet"))
    }
}
