//! JSON: one object a line.

mod cursor;
mod entry;
mod number;
mod plain;
mod reader;
mod string;
mod usual;

use super::Raw;
use super::text::utf8;
use crate::{Fault, FaultCode};
use reader::Reader;

pub use cursor::Cursor;
pub(super) use entry::FORMAT;
pub use entry::Json;
pub(crate) use number::{float, int};
pub(super) use string::append_plain;
pub(crate) use string::unescape;
pub use usual::Usual;

/// How deep arrays and objects may be nested, the line's own object included.
pub const DEPTH_MAX: usize = 128;

/// Checks that `line` is one JSON object (RFC 8259, nested at most [`DEPTH_MAX`] deep) and nothing else, and keeps the
/// raw value of each key for which `index_of` has an index into `fields`. The last of equal keys wins. `index_of` is
/// given keys without their escapes; an index that is not in `fields` is as good as none.
///
/// Allocates for a key with escapes only.
///
/// # Errors
/// `malformed` with the column of the first offending character, or `not-utf8`.
#[inline]
pub fn scan<'a>(
    line: &'a [u8],
    index_of: impl Fn(&[u8]) -> Option<usize>,
    fields: &mut [Raw<'a>],
) -> Result<(), Fault> {
    let mut reader = Reader { text: utf8(line)?, at: 0 };
    fields.fill(Raw::Missing);
    reader.line(index_of, fields).map_err(|problem| reader.fault(problem))
}

/// One step of a path into a document.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step<'p> {
    /// The value of a key.
    Key(&'p str),
    /// An item of an array, from 0.
    Item(usize),
}

/// The value at the end of a path into any JSON text; none where the text is not JSON to its end.
pub(crate) fn find<'a>(text: &'a str, path: &[Step<'_>]) -> Option<Raw<'a>> {
    let mut reader = Reader { text, at: 0 };
    let mut whole = Raw::Missing;
    reader.value(0, &mut whole).ok()?;
    if reader.next_visible().is_some() {
        return None;
    }
    path.iter().try_fold(whole, |value, step| match value {
        Raw::Nested(text) => Reader { text, at: 0 }.child(*step).ok(),
        _ => Some(Raw::Missing),
    })
}

/// The raw values of an object inside a line, whose shape has been checked; else as [`scan`].
///
/// # Errors
/// `wrong-type` for what is no object.
pub fn members<'a>(
    nested: &'a str,
    index_of: impl Fn(&[u8]) -> Option<usize>,
    fields: &mut [Raw<'a>],
) -> Result<(), FaultCode> {
    Reader { text: nested, at: 0 }.line(index_of, fields).map_err(|_| FaultCode::WrongType)
}

/// The raw values of an array's items; none for what is no array.
pub(crate) fn items<'a>(nested: &'a str) -> Option<Vec<Raw<'a>>> {
    let mut found = Vec::new();
    let array = nested.starts_with('[');
    let visited = Reader { text: nested, at: 0 }.children(|_, value| found.push(value));
    (array && visited.is_ok()).then_some(found)
}

#[cfg(test)]
#[path = "json_tests.rs"]
mod tests;
