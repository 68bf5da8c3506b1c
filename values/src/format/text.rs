//! Plain text: the line is the record's only field.

use super::Raw;
use crate::{Fault, FaultCode};

/// The line as a field.
///
/// # Errors
/// `not-utf8`.
pub fn scan(line: &[u8]) -> Result<Raw<'_>, Fault> {
    utf8(line).map(Raw::Text)
}

/// The line as text; every format is UTF-8 throughout.
pub(super) fn utf8(line: &[u8]) -> Result<&str, Fault> {
    std::str::from_utf8(line).map_err(|error| not_utf8(error.valid_up_to()))
}

#[cold]
fn not_utf8(valid: usize) -> Fault {
    Fault::new(
        FaultCode::NotUtf8,
        format!("the line is not UTF-8: the byte in column {} is no character", valid + 1),
    )
}
