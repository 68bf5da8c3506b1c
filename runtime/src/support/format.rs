//! Formats: one type each, which reads and writes.

use streamwright_values::format::{FieldSpec, Frame, Raw, Read, Wanted, Write, WriteField};
use streamwright_values::{Fault, Value};

/// What reads a source's records.
#[must_use]
pub fn reader<R: Read>(operand: &str, options: &[Value], fields: &[Wanted<'_>]) -> R {
    R::reader(operand, options, fields)
}

/// What writes a sink's rows.
#[must_use]
pub fn writer<W: Write>(options: &[Value]) -> W {
    W::writer(options)
}

/// The fields of a record, each in its place.
///
/// # Errors
/// `malformed` or `not-utf8`.
#[inline]
pub fn scan<'a>(
    format: &impl Read,
    record: &'a [u8],
    place_of: impl Fn(&[u8]) -> Option<usize>,
    fields: &mut [Raw<'a>],
) -> Result<(), Fault> {
    format.scan(record, place_of, fields)
}

/// Where fields stand by their names, in a format that does not ask.
#[inline]
#[must_use]
pub fn unnamed(_: &[u8]) -> Option<usize> {
    None
}

/// Appends a value.
#[inline]
pub fn write(format: &impl Write, value: &impl WriteField, line: &mut Vec<u8>) {
    format.value(value, line);
}

/// Takes the header of a source; an empty one has none, and needs none.
///
/// # Errors
/// A sentence for people, where it does not fit.
pub fn header(
    node: &str,
    format: &mut impl Frame,
    record: &[u8],
    fields: &[FieldSpec],
) -> Result<(), String> {
    if record.is_empty() {
        return Ok(());
    }
    format.header(record, fields).map_err(|error| format!("{node}: {error}"))
}
