//! Plain text: the line is the record's only field.

use memchr::memchr2;

use super::entry::{Format, Frame, Misfit, Read, Shape, Spot, Wanted, Written};
use super::lines::{Framing, first_line};
use super::{Raw, search};
use crate::{Fault, FaultCode, Type, Value, text};

pub(super) static FORMAT: Format = Format {
    name: "text",
    docs: "A line is the value of the record's only field, a `string`. Empty lines are tuples too.",
    example: "read stdin as text",
    rust: "text::Text",
    one_pass: None,
    operand: None,
    options: &[],
    nested: false,
    names_fields: false,
    tables: false,
    forms: None,
    fits: one_string,
    read: |operand, options, fields| Box::new(Text::reader(operand, options, fields)),
    write: None,
};

fn one_string(written: &Written<'_>) -> Vec<Misfit> {
    if matches!(written.fields.as_slice(), [Shape { ty: None | Some(Type::String), .. }]) {
        return Vec::new();
    }
    vec![Misfit {
        at: Spot::Format,
        message: "a line of text is one `string`".to_owned(),
        beside: (Spot::Record, "this record is not"),
        help: "declare a record with one field: `record Line { line: string }`".to_owned(),
        near: None,
    }]
}

/// Reads lines.
#[derive(Clone, Copy, Debug)]
pub struct Text;

impl Frame for Text {
    fn framing(&self) -> Framing {
        Framing::Lines { keep_blank: true }
    }
}

impl Read for Text {
    fn reader(_: &str, _: &[Value], _: &[Wanted<'_>]) -> Text {
        Text
    }

    #[inline]
    fn scan<'a>(
        &self,
        line: &'a [u8],
        _: impl Fn(&[u8]) -> Option<usize>,
        fields: &mut [Raw<'a>],
    ) -> Result<(), Fault> {
        let line = scan(line)?;
        fields.fill(line);
        Ok(())
    }
}

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
    text::utf8(line).map_err(|_| not_utf8(line))
}

/// The line that `bytes` begin with, without its end, if it is UTF-8.
#[inline(always)]
pub(super) fn line_in_utf8(bytes: &[u8]) -> Option<&[u8]> {
    search::plain_line(bytes).or_else(|| any_line_in_utf8(bytes))
}

#[inline(never)]
fn any_line_in_utf8(bytes: &[u8]) -> Option<&[u8]> {
    let line = first_line(bytes);
    text::utf8(line).is_ok().then_some(line)
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

/// Where the quote is that closes the one before `text`: the first one that no backslash precedes.
pub(super) fn unescaped_quote(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut end = 0;
    loop {
        end += memchr2(b'"', b'\\', bytes.get(end..)?)?;
        if bytes[end] == b'"' {
            return Some(end);
        }
        end += 2;
    }
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
