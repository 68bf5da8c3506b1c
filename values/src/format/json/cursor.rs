//! Values at a place of a line, read as their types wherever they are written plainly.

use std::cell::Cell;
use std::net::IpAddr;

use super::plain::{STRETCH, short_or_null, special};
use super::reader::Reader;
use crate::Timestamp;
use crate::format::field::{FieldSpec, Raw, Wanted};
use crate::format::lines::first_line;
use crate::format::text::utf8;
use crate::text::chunk::{CHUNK, Chunk};
use crate::text::{digits, ipv4_at, timestamp_at};

/// A place in a line. Whatever is read from it either is what the whole line's check would find there, or is none; then the
/// cursor is of no use any more.
///
/// Where the line ends need not be known: nothing that is read passes a line end.
// Small, and never lent to a function that is not inlined: so it stays in registers.
#[derive(Clone, Copy, Debug)]
pub struct Cursor<'a, 't> {
    /// From the beginning of the line to behind its end.
    line: &'a [u8],
    rest: &'a [u8],
    text: &'t LineText<'a>,
}

/// The line alone, as text, where something has needed it. It is not part of the cursor, which so is small.
pub(super) type LineText<'a> = Cell<Option<&'a str>>;

impl<'a, 't> Cursor<'a, 't> {
    /// At the beginning of a line, which may end before the bytes do.
    #[inline(always)]
    pub(super) fn new(line: &'a [u8], text: &'t LineText<'a>) -> Cursor<'a, 't> {
        Cursor { line, rest: line, text }
    }

    /// How many bytes have been passed.
    #[inline]
    pub(super) fn passed(&self) -> usize {
        self.line.len() - self.rest.len()
    }

    /// Whether the object ends here, and the line behind it, or with `\r`, of which who cuts lines sees what follows.
    #[inline(always)]
    pub(super) fn is_end(&self) -> bool {
        matches!(self.rest, [b'}'] | [b'}', b'\n' | b'\r', ..])
    }

    /// Passes bytes that have to be there.
    #[inline(always)]
    pub fn literal<const N: usize>(&mut self, literal: &[u8; N]) -> Option<()> {
        let (here, behind) = self.rest.split_first_chunk()?;
        if here != literal {
            return None;
        }
        self.rest = behind;
        Some(())
    }

    #[inline]
    pub(super) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    #[inline(always)]
    pub(super) fn pass(&mut self, length: usize) -> Option<()> {
        self.rest = self.rest.get(length..)?;
        Some(())
    }

    /// The next bytes, the first one lowest, with zeros behind the end of the line.
    #[inline(always)]
    pub(super) fn chunk(&self) -> u128 {
        match self.rest.first_chunk() {
            Some(chunk) => u128::from_le_bytes(*chunk),
            None => last_chunk(self.line, self.rest.len()),
        }
    }

    /// Takes a field's value into its place. None for a second value too: of equal keys the last one wins elsewhere.
    #[inline(always)]
    pub fn take<T: Wanted<'a>>(&mut self, place: &mut Option<T>, spec: &FieldSpec) -> Option<()> {
        if place.is_some() {
            return None;
        }
        *place = Some(self.value(spec)?);
        Some(())
    }

    /// Takes a field's value.
    #[inline(always)]
    pub fn value<T: Wanted<'a>>(&mut self, spec: &FieldSpec) -> Option<T> {
        if spec.absent.is_none() { T::wanted_at(self, spec) } else { T::wanted(self.raw()?, spec).ok() }
    }

    /// Passes a value that nobody reads.
    #[inline(always)]
    pub fn skip(&mut self) -> Option<()> {
        let passed = match self.rest {
            [b'"', inner @ ..] => self.plain_length(inner).and_then(|length| self.close(inner, length)),
            [b'0'..=b'9' | b'-', ..] => number_length(self.rest).and_then(|length| self.pass(length)),
            [b'n', ..] => self.literal(b"null"),
            [b't', ..] => self.literal(b"true"),
            [b'f', ..] => self.literal(b"false"),
            _ => None,
        };
        match passed {
            Some(()) => Some(()),
            None => self.raw().map(drop),
        }
    }

    /// Passes a string, or `null`, that nobody reads. Which of the two stands here is no branch, since it may change from
    /// line to line, and so may whether a string is long.
    #[inline(always)]
    pub fn skip_optional(&mut self) -> Option<()> {
        let passed = self.rest.first_chunk().and_then(short_or_null).and_then(|length| self.pass(length));
        match passed {
            Some(()) => Some(()),
            None => self.skip(),
        }
    }

    /// A value of any kind.
    #[inline(always)]
    pub(crate) fn raw(&mut self) -> Option<Raw<'a>> {
        let (raw, end) = raw_at(self.line, self.passed(), self.text)?;
        self.rest = self.line.get(end..)?;
        Some(raw)
    }

    /// Whether `null` stands here, which is passed then.
    #[inline(always)]
    pub(crate) fn null(&mut self) -> bool {
        self.literal(b"null").is_some()
    }

    /// A string of ASCII characters without escapes.
    #[inline(always)]
    pub(crate) fn plain(&mut self) -> Option<&'a str> {
        let inner = self.opened()?;
        let length = self.plain_length(inner)?;
        self.close(inner, length)?;
        utf8(inner.get(..length)?).ok()
    }

    /// A number without a sign, a fraction or an exponent, short enough for any kind of int.
    #[inline(always)]
    pub(crate) fn natural(&mut self) -> Option<i64> {
        let word = match self.rest.first_chunk() {
            Some(word) => u64::from_le_bytes(*word),
            None => last_chunk(self.line, self.rest.len()) as u64,
        };
        let length = natural_length(word)?;
        self.pass(length)?;
        Some(digits::value(word, length) as i64)
    }

    /// An IPv4 address.
    #[inline(always)]
    pub(crate) fn ipv4(&mut self) -> Option<IpAddr> {
        let inner = self.opened()?;
        let (address, length) = ipv4_at(inner)?;
        self.close(inner, length)?;
        Some(IpAddr::V4(address))
    }

    /// A timestamp as this language writes it.
    #[inline(always)]
    pub(crate) fn timestamp(&mut self) -> Option<Timestamp> {
        let inner = self.opened()?;
        let (at, length) = timestamp_at(inner)?;
        self.close(inner, length)?;
        Some(at)
    }

    /// What stands behind the quote that a string begins with.
    #[inline(always)]
    fn opened(&self) -> Option<&'a [u8]> {
        match self.rest {
            [b'"', inner @ ..] => Some(inner),
            _ => None,
        }
    }

    /// How many plain characters stand before one that is not plain, behind a string's first quote.
    #[inline(always)]
    fn plain_length(&self, inner: &'a [u8]) -> Option<usize> {
        let mut rest = inner;
        loop {
            let Some((stretch, behind)) = rest.split_first_chunk() else {
                return Some(inner.len() - rest.len() + last_special(self.line, rest.len())?);
            };
            let mask = special(stretch);
            if mask != 0 {
                return Some(inner.len() - rest.len() + mask.trailing_zeros() as usize);
            }
            rest = behind;
        }
    }

    /// Passes the string of this length that begins behind a quote, if another quote ends it.
    #[inline(always)]
    fn close(&mut self, inner: &'a [u8], length: usize) -> Option<()> {
        if *inner.get(length)? != b'"' {
            return None;
        }
        self.rest = inner.get(length + 1..)?;
        Some(())
    }
}

/// The last bytes of a line, so many of them, as a chunk.
#[inline(never)]
fn last_chunk(line: &[u8], length: usize) -> u128 {
    let missing = CHUNK - length.min(CHUNK);
    match line.last_chunk() {
        Some(chunk) if missing < CHUNK => u128::from_le_bytes(*chunk) >> (8 * missing),
        _ => line[line.len() - length..].iter().rev().fold(0, |chunk, byte| chunk << 8 | u128::from(*byte)),
    }
}

/// Where among the last bytes of a line, so many of them, the first one is that is not plain. None too in a short line.
#[inline(never)]
fn last_special(line: &[u8], length: usize) -> Option<usize> {
    let before = STRETCH.checked_sub(length)?;
    let mask = special(line.last_chunk()?).checked_shr(u32::try_from(before).ok()?)?;
    (mask != 0).then(|| mask.trailing_zeros() as usize)
}

/// The value at a place of a line, and where it ends.
#[inline(never)]
fn raw_at<'a>(line: &'a [u8], at: usize, text: &LineText<'a>) -> Option<(Raw<'a>, usize)> {
    if text.get().is_none() {
        text.set(Some(utf8(first_line(line)).ok()?));
    }
    let mut reader = Reader { text: text.get()?, at };
    let mut raw = Raw::Missing;
    reader.value(1, &mut raw).ok()?;
    Some((raw, reader.at))
}

/// The length of the number of JSON that `bytes` begin with, where it has no exponent.
#[inline]
fn number_length(bytes: &[u8]) -> Option<usize> {
    let sign = usize::from(bytes.first() == Some(&b'-'));
    let whole = &bytes[sign..];
    let digits = leading_digits(whole);
    if digits == 0 || (digits > 1 && whole[0] == b'0') {
        return None;
    }
    let behind = &whole[digits..];
    match behind {
        [b'.', fraction @ ..] => {
            let digits_behind = leading_digits(fraction);
            let exponent = matches!(fraction.get(digits_behind), Some(b'e' | b'E'));
            (digits_behind > 0 && !exponent).then_some(sign + digits + 1 + digits_behind)
        }
        [b'e' | b'E', ..] => None,
        _ => Some(sign + digits),
    }
}

/// How many digits `bytes` begin with.
#[inline]
fn leading_digits(bytes: &[u8]) -> usize {
    let mut rest = bytes;
    while let Some((chunk, behind)) = rest.split_first_chunk() {
        let digits = (!Chunk::new(chunk).digits()).trailing_zeros() as usize;
        if digits < CHUNK {
            return bytes.len() - rest.len() + digits;
        }
        rest = behind;
    }
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    bytes.len() - rest.len() + digits
}

/// The length of the int of JSON that a word begins with, where it is short and has no sign. What goes on behind it, as a
/// fraction does, is no int, and found by whoever looks for what follows.
#[inline(always)]
fn natural_length(word: u64) -> Option<usize> {
    let length = digits::leading(word);
    let leading_zero = word as u8 == b'0' && length > 1;
    (1..8).contains(&length).then_some(length).filter(|_| !leading_zero)
}
