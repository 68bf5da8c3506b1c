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
#[inline]
pub(super) fn utf8(line: &[u8]) -> Result<&str, Fault> {
    std::str::from_utf8(line).map_err(|_| not_utf8(line))
}

#[cold]
fn not_utf8(line: &[u8]) -> Fault {
    let valid = line.utf8_chunks().next().map_or(0, |chunk| chunk.valid().chars().count());
    Fault::new(FaultCode::NotUtf8, format!("not UTF-8: no character begins in column {}", valid + 1))
}

/// The column of a byte of `text`: characters before it, and one.
pub(super) fn column(text: &str, at: usize) -> usize {
    text[..text.floor_char_boundary(at)].chars().count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_field() {
        assert_eq!(scan("  grüße\t".as_bytes()), Ok(Raw::Text("  grüße\t")));
    }

    #[test]
    fn a_stray_byte_is_named_by_its_column() {
        let fault = scan(b"gr\xc3\xbc\xff").unwrap_err();
        assert_eq!(fault.to_string(), "not-utf8: not UTF-8: no character begins in column 4");
    }
}
