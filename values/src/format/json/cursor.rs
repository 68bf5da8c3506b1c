//! Values at a place of a line, read as their types wherever they are written plainly.

use std::net::IpAddr;

use super::plain::{STRETCH, special};
use super::reader::Reader;
use crate::Timestamp;
use crate::format::field::{FieldSpec, Raw, Wanted};
use crate::format::lines::first_line;
use crate::format::text::utf8;
use crate::text::chunk::{CHUNK, Chunk};
use crate::text::{digits, ipv4_at, timestamp_at};

/// `null`, as the lowest bytes of a chunk.
const NULL: u32 = u32::from_le_bytes(*b"null");
/// `true` and `false` likewise.
const TRUE: u32 = u32::from_le_bytes(*b"true");
const FALSE: u64 = u64::from_le_bytes(*b"false\0\0\0");
const FALSE_MASK: u64 = 0xFF_FFFF_FFFF;

/// A place in a line. Whatever is read from it either is what the whole line's check would find there, or is none; then the
/// cursor is of no use any more.
///
/// Where the line ends need not be known: nothing that is read passes a line end.
// Small, and never lent to a function that is not inlined: so it stays in registers.
#[derive(Clone, Copy, Debug)]
pub struct Cursor<'a> {
    /// From the beginning of the line; behind its end, as long as nobody has looked for that.
    line: &'a [u8],
    rest: &'a [u8],
    /// The line alone, as text, where something has needed it.
    text: Option<&'a str>,
}

impl<'a> Cursor<'a> {
    /// At the beginning of a line, which may end before the bytes do.
    #[inline]
    pub(super) fn new(line: &'a [u8]) -> Cursor<'a> {
        Cursor { line, rest: line, text: None }
    }

    /// How many bytes have been passed.
    #[inline]
    pub(super) fn passed(&self) -> usize {
        self.line.len() - self.rest.len()
    }

    /// Whether the object ends here, and the line with it.
    #[inline]
    pub(super) fn is_end(&self) -> bool {
        matches!(self.rest, [b'}'] | [b'}', b'\n', ..] | [b'}', b'\r', b'\n', ..])
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

    #[inline]
    pub(super) fn pass(&mut self, length: usize) {
        self.rest = self.rest.get(length..).unwrap_or_default();
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
        let chunk = self.chunk();
        let length = match chunk as u8 {
            b'"' => self.plain_length(),
            b'0'..=b'9' | b'-' => number_length(self.rest),
            b'n' if chunk as u32 == NULL => Some(4),
            b't' if chunk as u32 == TRUE => Some(4),
            b'f' if chunk as u64 & FALSE_MASK == FALSE => Some(5),
            _ => None,
        };
        match length {
            Some(length) => self.pass(length),
            None => drop(self.raw()?),
        }
        Some(())
    }

    /// A value of any kind.
    #[inline(always)]
    pub(crate) fn raw(&mut self) -> Option<Raw<'a>> {
        let (raw, behind) = raw_at(*self)?;
        *self = behind;
        Some(raw)
    }

    /// Whether `null` stands here, which is passed then.
    #[inline]
    pub(crate) fn null(&mut self) -> bool {
        let null = self.chunk() as u32 == NULL;
        if null {
            self.pass(4);
        }
        null
    }

    /// A string of ASCII characters without escapes.
    #[inline]
    pub(crate) fn plain(&mut self) -> Option<&'a str> {
        let length = if self.rest.first() == Some(&b'"') { self.plain_length()? } else { return None };
        let text = self.rest.get(1..length - 1)?;
        self.pass(length);
        std::str::from_utf8(text).ok()
    }

    /// The length of the plain string that begins here, with its quotes.
    #[inline(always)]
    fn plain_length(&self) -> Option<usize> {
        let inner = self.rest.get(1..)?;
        let mut rest = inner;
        let at = loop {
            let Some((stretch, behind)) = rest.split_first_chunk() else {
                break last_special(self.line, rest.len())?;
            };
            let mask = special(stretch);
            if mask != 0 {
                break mask.trailing_zeros() as usize;
            }
            rest = behind;
        };
        let length = inner.len() - rest.len() + at;
        (inner.get(length) == Some(&b'"')).then_some(length + 2)
    }

    /// A number without a sign, a fraction or an exponent, short enough for any kind of int.
    #[inline]
    pub(crate) fn natural(&mut self) -> Option<i64> {
        let word = self.chunk() as u64;
        let length = natural_length(word)?;
        self.pass(length);
        Some(digits::value(word, length) as i64)
    }

    /// An IPv4 address.
    #[inline(always)]
    pub(crate) fn ipv4(&mut self) -> Option<IpAddr> {
        let (address, length) = ipv4_at(self.rest.get(1..)?)?;
        self.quoted(length)?;
        Some(IpAddr::V4(address))
    }

    /// A timestamp as this language writes it.
    #[inline(always)]
    pub(crate) fn timestamp(&mut self) -> Option<Timestamp> {
        let (at, length) = timestamp_at(self.rest.get(1..)?)?;
        self.quoted(length)?;
        Some(at)
    }

    /// Passes so many bytes and the quotes round them, if those are there.
    #[inline]
    fn quoted(&mut self, length: usize) -> Option<()> {
        if self.rest.first() != Some(&b'"') || self.rest.get(length + 1) != Some(&b'"') {
            return None;
        }
        self.pass(length + 2);
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

/// The value at a cursor, and the cursor behind it.
#[inline(never)]
fn raw_at(mut cursor: Cursor<'_>) -> Option<(Raw<'_>, Cursor<'_>)> {
    let text = match cursor.text {
        Some(text) => text,
        None => {
            let passed = cursor.passed();
            cursor.line = first_line(cursor.line);
            cursor.rest = cursor.line.get(passed..)?;
            *cursor.text.insert(utf8(cursor.line).ok()?)
        }
    };
    let mut reader = Reader { text, at: cursor.passed() };
    let mut raw = Raw::Missing;
    reader.value(1, &mut raw).ok()?;
    cursor.rest = cursor.line.get(reader.at..)?;
    Some((raw, cursor))
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
