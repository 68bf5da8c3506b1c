//! JSON: one object a line.

use super::Raw;
use crate::{Fault, FaultCode};

/// Checks that `line` is one JSON object (RFC 8259, nested at most 128 deep) and nothing else, and keeps the raw value
/// of each key for which `index_of` has an index into `fields`. The last of equal keys wins. `index_of` is given keys
/// without their escapes.
///
/// # Errors
/// `malformed` with the column of the first offending byte, or `not-utf8`.
pub fn scan<'a>(
    line: &'a [u8],
    index_of: impl Fn(&[u8]) -> Option<usize>,
    fields: &mut [Raw<'a>],
) -> Result<(), Fault> {
    let _ = (line, index_of(b""));
    fields.fill(Raw::Missing);
    Err(Fault::new(FaultCode::Malformed, "not read yet"))
}
