//! Values at a place of a line, read as their types wherever they are written plainly.

use std::net::IpAddr;

use super::Reader;
use super::plain::ascii_length;
use crate::Timestamp;
use crate::format::field::{FieldSpec, Raw, Wanted};
use crate::format::text::utf8;
use crate::text::{digits, ipv4_at, timestamp_at};

/// A place in a line. Whatever is read from it either is what the whole line's check would find there, or is none; then the
/// cursor is of no use any more.
#[derive(Debug)]
pub struct Cursor<'a> {
    line: &'a [u8],
    at: usize,
    /// The line as text, where something has needed it.
    text: Option<&'a str>,
}

impl<'a> Cursor<'a> {
    #[inline]
    pub(super) fn new(line: &'a [u8]) -> Cursor<'a> {
        Cursor { line, at: 0, text: None }
    }

    #[inline]
    pub(super) fn rest(&self) -> &'a [u8] {
        self.line.get(self.at..).unwrap_or_default()
    }

    #[inline]
    pub(super) fn pass(&mut self, length: usize) {
        self.at += length;
    }

    /// Takes a field's value into its place. None for a second value too: of equal keys the last one wins elsewhere.
    #[inline]
    pub fn take<T: Wanted<'a>>(&mut self, place: &mut Option<T>, spec: &FieldSpec) -> Option<()> {
        if place.is_some() {
            return None;
        }
        *place = Some(if spec.absent.is_none() {
            T::wanted_at(self, spec)?
        } else {
            T::wanted(self.raw()?, spec).ok()?
        });
        Some(())
    }

    /// Passes a value that nobody reads.
    #[inline]
    pub fn skip(&mut self) -> Option<()> {
        let rest = self.rest();
        match rest.first()? {
            b'"' => {
                let length = 1 + ascii_length(&rest[1..]);
                if rest.get(length) == Some(&b'"') {
                    self.pass(length + 1);
                    return Some(());
                }
            }
            b'0'..=b'9' => {
                if let Some((_, length)) = natural(rest) {
                    self.pass(length);
                    return Some(());
                }
            }
            b'n' if rest.starts_with(b"null") => {
                self.pass(4);
                return Some(());
            }
            _ => {}
        }
        self.raw().map(|_| ())
    }

    /// A value of any kind.
    pub(crate) fn raw(&mut self) -> Option<Raw<'a>> {
        let text = match self.text {
            Some(text) => text,
            None => *self.text.insert(utf8(self.line).ok()?),
        };
        let mut reader = Reader { text, at: self.at };
        let mut raw = Raw::Missing;
        reader.value(1, &mut raw).ok()?;
        self.at = reader.at;
        Some(raw)
    }

    /// Whether `null` stands here, which is passed then.
    #[inline]
    pub(crate) fn null(&mut self) -> bool {
        let null = self.rest().starts_with(b"null");
        if null {
            self.pass(4);
        }
        null
    }

    /// A string of ASCII characters without escapes.
    #[inline]
    pub(crate) fn plain(&mut self) -> Option<&'a str> {
        let inner = self.rest().strip_prefix(b"\"")?;
        let length = ascii_length(inner);
        let (text, behind) = inner.split_at_checked(length)?;
        if behind.first() != Some(&b'"') {
            return None;
        }
        self.pass(length + 2);
        std::str::from_utf8(text).ok()
    }

    /// A number without a sign, a fraction or an exponent, short enough for any kind of int.
    #[inline]
    pub(crate) fn natural(&mut self) -> Option<i64> {
        let (number, length) = natural(self.rest())?;
        self.pass(length);
        Some(number)
    }

    /// An IPv4 address.
    #[inline]
    pub(crate) fn ipv4(&mut self) -> Option<IpAddr> {
        let (address, length) = ipv4_at(self.rest().strip_prefix(b"\"")?)?;
        if self.rest().get(length + 1) != Some(&b'"') {
            return None;
        }
        self.pass(length + 2);
        Some(IpAddr::V4(address))
    }

    /// A timestamp as this language writes it.
    #[inline]
    pub(crate) fn timestamp(&mut self) -> Option<Timestamp> {
        let (at, length) = timestamp_at(self.rest().strip_prefix(b"\"")?)?;
        if self.rest().get(length + 1) != Some(&b'"') {
            return None;
        }
        self.pass(length + 2);
        Some(at)
    }
}

/// An int of JSON at the beginning of `bytes`, and its length, where it is short and has no sign.
#[inline]
fn natural(bytes: &[u8]) -> Option<(i64, usize)> {
    let (number, length) = digits::short_number(bytes)?;
    let leading_zero = bytes[0] == b'0' && length > 1;
    let goes_on = matches!(bytes[length], b'.' | b'e' | b'E');
    (!leading_zero && !goes_on).then_some((number as i64, length))
}
