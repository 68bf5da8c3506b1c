//! The access-log format of Apache and nginx that is called "combined".

use super::Raw;
use crate::{Fault, FaultCode};

/// The fields that a line has, in its order. A record declares those that it wants, by these names.
pub const FIELDS: [&str; 11] =
    ["ip", "ident", "user", "at", "method", "path", "protocol", "status", "bytes", "referrer", "agent"];

/// The form of `at`.
pub const TIME_FORM: &str = "%d/%b/%Y:%H:%M:%S %z";

/// Checks that `line` is in the combined format, and gives its fields in the order of [`FIELDS`]; a `-` is
/// [`Raw::Missing`].
///
/// # Errors
/// `malformed` with what was expected and where, or `not-utf8`.
pub fn scan<'a>(line: &'a [u8], fields: &mut [Raw<'a>; FIELDS.len()]) -> Result<(), Fault> {
    let _ = line;
    fields.fill(Raw::Missing);
    Err(Fault::new(FaultCode::Malformed, "not read yet"))
}
