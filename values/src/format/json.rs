//! JSON: one object a line.

mod cursor;
mod entry;
mod plain;
mod usual;

use super::Raw;
use super::text::{column, utf8};
use crate::{Fault, FaultCode};

pub use cursor::Cursor;
pub(super) use entry::FORMAT;
pub use entry::Json;
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

/// What is wrong at the reader's place.
#[derive(Clone, Copy, Debug)]
enum Problem {
    NoObject,
    NoKey,
    NoColon,
    NoValue,
    NoCommaInObject,
    NoCommaInArray,
    Trailing,
    Number,
    Control,
    Escape,
    LoneSurrogate,
    OpenString,
    TooDeep,
}

/// A string as it is written between its quotes.
#[derive(Clone, Copy)]
struct Text<'a> {
    text: &'a str,
    escaped: bool,
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    #[inline]
    fn line(
        &mut self,
        index_of: impl Fn(&[u8]) -> Option<usize>,
        fields: &mut [Raw<'a>],
    ) -> Result<(), Problem> {
        if self.next_visible() != Some(b'{') {
            return Err(Problem::NoObject);
        }
        self.at += 1;
        let mut passed = Raw::Missing;
        if self.next_visible() == Some(b'}') {
            self.at += 1;
        } else {
            loop {
                let key = self.key()?;
                let field = match key.escaped {
                    true => index_of(unescape(key.text).as_bytes()),
                    false => index_of(key.text.as_bytes()),
                };
                let place = field.and_then(|index| fields.get_mut(index)).unwrap_or(&mut passed);
                self.value(1, place)?;
                if !self.goes_on(b'}', Problem::NoCommaInObject)? {
                    break;
                }
            }
        }
        if self.next_visible().is_some() { Err(Problem::Trailing) } else { Ok(()) }
    }

    #[inline]
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The next byte that is not white space, which stays where it is.
    #[inline]
    fn next_visible(&mut self) -> Option<u8> {
        loop {
            match self.peek() {
                Some(b' ' | b'\t' | b'\n' | b'\r') => self.at += 1,
                other => return other,
            }
        }
    }

    /// A key and its colon.
    #[inline]
    fn key(&mut self) -> Result<Text<'a>, Problem> {
        if self.next_visible() != Some(b'"') {
            return Err(Problem::NoKey);
        }
        let key = self.string()?;
        if self.next_visible() != Some(b':') {
            return Err(Problem::NoColon);
        }
        self.at += 1;
        Ok(key)
    }

    /// Whether a comma follows, and not the end of the array or object.
    #[inline]
    fn goes_on(&mut self, end: u8, otherwise: Problem) -> Result<bool, Problem> {
        match self.next_visible() {
            Some(b',') => {
                self.at += 1;
                Ok(true)
            }
            Some(byte) if byte == end => {
                self.at += 1;
                Ok(false)
            }
            _ => Err(otherwise),
        }
    }

    /// A value inside `depth` arrays and objects, into its place: a result that carries it is written in pieces and read
    /// whole, for which the processor has to wait.
    #[inline]
    fn value(&mut self, depth: usize, place: &mut Raw<'a>) -> Result<(), Problem> {
        *place = match self.next_visible() {
            Some(b'"') => match self.string()? {
                Text { text, escaped: false } => Raw::String(text),
                Text { text, escaped: true } => Raw::Escaped(text),
            },
            Some(b'-' | b'0'..=b'9') => Raw::Number(self.number()?),
            Some(b't') => self.word("true", Raw::Bool(true))?,
            Some(b'f') => self.word("false", Raw::Bool(false))?,
            Some(b'n') => self.word("null", Raw::Null)?,
            Some(b'{' | b'[') => Raw::Nested(self.nested(depth)?),
            _ => return Err(Problem::NoValue),
        };
        Ok(())
    }

    fn word(&mut self, word: &str, means: Raw<'a>) -> Result<Raw<'a>, Problem> {
        if self.text.as_bytes()[self.at..].starts_with(word.as_bytes()) {
            self.at += word.len();
            Ok(means)
        } else {
            Err(Problem::NoValue)
        }
    }

    /// An array or an object, of which nothing is kept but its text.
    fn nested(&mut self, depth: usize) -> Result<&'a str, Problem> {
        if depth == DEPTH_MAX {
            return Err(Problem::TooDeep);
        }
        let start = self.at;
        let mut passed = Raw::Missing;
        let object = self.peek() == Some(b'{');
        let (end, otherwise) =
            if object { (b'}', Problem::NoCommaInObject) } else { (b']', Problem::NoCommaInArray) };
        self.at += 1;
        if self.next_visible() == Some(end) {
            self.at += 1;
        } else {
            loop {
                if object {
                    self.key()?;
                }
                self.value(depth + 1, &mut passed)?;
                if !self.goes_on(end, otherwise)? {
                    break;
                }
            }
        }
        Ok(&self.text[start..self.at])
    }

    /// The child that a step leads to; of equal keys the last.
    fn child(&mut self, step: Step<'_>) -> Result<Raw<'a>, Problem> {
        let mut found = Raw::Missing;
        let mut index = 0;
        self.children(|key, value| {
            let wanted = match (step, key) {
                (Step::Key(name), Some(Text { text, escaped: true })) => unescape(text) == name,
                (Step::Key(name), Some(Text { text, escaped: false })) => text == name,
                (Step::Item(wanted), None) => wanted == index,
                _ => false,
            };
            index += 1;
            if wanted {
                found = value;
            }
        })?;
        Ok(found)
    }

    /// Each child of the array or object that the text is; those of an object with their keys.
    fn children(&mut self, mut each: impl FnMut(Option<Text<'a>>, Raw<'a>)) -> Result<(), Problem> {
        let object = self.peek() == Some(b'{');
        let end = if object { b'}' } else { b']' };
        self.at += 1;
        if self.next_visible() == Some(end) {
            return Ok(());
        }
        loop {
            let key = if object { Some(self.key()?) } else { None };
            let mut value = Raw::Missing;
            self.value(1, &mut value)?;
            each(key, value);
            if !self.goes_on(end, Problem::NoValue)? {
                return Ok(());
            }
        }
    }

    #[inline]
    fn number(&mut self) -> Result<&'a str, Problem> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        if self.peek() == Some(b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.digits()?;
        }
        // A number that goes on (`01`, `1x`) is found by whoever looks for the comma.
        Ok(&self.text[start..self.at])
    }

    /// One digit or more.
    #[inline]
    fn digits(&mut self) -> Result<(), Problem> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        if self.at == start { Err(Problem::Number) } else { Ok(()) }
    }

    /// A string, from its opening quote.
    #[inline(always)]
    fn string(&mut self) -> Result<Text<'a>, Problem> {
        let start = self.at + 1;
        self.at = start + plain_length(&self.text.as_bytes()[start..]);
        if self.peek() == Some(b'"') {
            let text = &self.text[start..self.at];
            self.at += 1;
            return Ok(Text { text, escaped: false });
        }
        self.escaped_string(start)
    }

    /// The rest of a string that is not plain up to its closing quote.
    #[cold]
    fn escaped_string(&mut self, start: usize) -> Result<Text<'a>, Problem> {
        loop {
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => self.escape()?,
                Some(_) => return Err(Problem::Control),
                None => return Err(Problem::OpenString),
            }
            self.at += plain_length(&self.text.as_bytes()[self.at..]);
        }
        let text = &self.text[start..self.at];
        self.at += 1;
        Ok(Text { text, escaped: true })
    }

    fn escape(&mut self) -> Result<(), Problem> {
        let length = escape_at(&self.text.as_bytes()[self.at..]).map(|(_, length)| length);
        self.at += length.map_err(|problem| {
            if self.at + 1 >= self.text.len() {
                self.at = self.text.len();
                return Problem::OpenString;
            }
            problem
        })?;
        Ok(())
    }

    #[cold]
    fn fault(&self, problem: Problem) -> Fault {
        let what = match problem {
            Problem::NoObject => "expected an object: `{`",
            Problem::NoKey => "expected a key in quotes",
            Problem::NoColon => "expected `:` behind the key",
            Problem::NoValue => "expected a value",
            Problem::NoCommaInObject => "expected `,` or `}`",
            Problem::NoCommaInArray => "expected `,` or `]`",
            Problem::Trailing => "expected nothing behind the object",
            Problem::Number => "expected a digit",
            Problem::Control => "a control character has to be escaped in a string",
            Problem::Escape => "no such escape in a string",
            Problem::LoneSurrogate => "half of a surrogate pair in a string",
            Problem::OpenString => "a string does not end",
            Problem::TooDeep => "nested more than 128 deep",
        };
        let place = match (problem, self.text[self.at..].chars().next()) {
            (Problem::OpenString, _) => String::new(),
            (_, None) => ", found the end of the line".to_owned(),
            (Problem::Control | Problem::Escape | Problem::LoneSurrogate | Problem::TooDeep, Some(_)) => {
                format!(", in column {}", column(self.text, self.at))
            }
            (_, Some(found)) => {
                let column = column(self.text, self.at);
                if found.is_control() {
                    format!(", found a control character in column {column}")
                } else {
                    format!(", found `{found}` in column {column}")
                }
            }
        };
        Fault::new(FaultCode::Malformed, format!("not a JSON object: {what}{place}"))
    }
}

/// How many bytes from the first stand for themselves in a JSON string: up to a quote, a backslash or a control
/// character. Eight bytes at a time; the tests for a zero byte are from "Bit Twiddling Hacks" (S. E. Anderson), and exact
/// for the lowest byte that they find.
#[inline]
pub(super) fn plain_length(bytes: &[u8]) -> usize {
    let mut rest = bytes;
    while let Some((chunk, behind)) = rest.split_first_chunk() {
        if let Some(at) = special_in(*chunk) {
            return bytes.len() - rest.len() + at;
        }
        rest = behind;
    }
    // Of the last eight, those before the rest are known to be plain.
    match bytes.last_chunk() {
        Some(chunk) => special_in(*chunk).map_or(bytes.len(), |at| bytes.len() - 8 + at),
        None => rest.iter().position(|&byte| is_special(byte)).unwrap_or(rest.len()),
    }
}

/// Where the first of these characters is that does not stand for itself.
#[inline]
fn special_in(chunk: [u8; 8]) -> Option<usize> {
    const ONES: u64 = u64::MAX / 255;
    let word = u64::from_le_bytes(chunk);
    let zero = |word: u64| word.wrapping_sub(ONES) & !word;
    let (quote, slash) = (zero(word ^ (ONES * b'"' as u64)), zero(word ^ (ONES * b'\\' as u64)));
    let control = word.wrapping_sub(ONES * 0x20) & !word;
    let special = (quote | slash | control) & (ONES << 7);
    (special != 0).then(|| special.trailing_zeros() as usize / 8)
}

#[inline]
fn is_special(byte: u8) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\'
}

/// The character that the escape at the beginning of `bytes` means, and the escape's length.
fn escape_at(bytes: &[u8]) -> Result<(char, usize), Problem> {
    let plain = match bytes.get(1) {
        Some(b'"') => '"',
        Some(b'\\') => '\\',
        Some(b'/') => '/',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => return unicode_escape_at(bytes),
        _ => return Err(Problem::Escape),
    };
    Ok((plain, 2))
}

fn unicode_escape_at(bytes: &[u8]) -> Result<(char, usize), Problem> {
    let unit = |at: usize| {
        let escape = bytes.get(at..at + 6).filter(|escape| escape.starts_with(b"\\u"))?;
        escape[2..].iter().try_fold(0, |unit, &digit| Some(unit * 16 + char::from(digit).to_digit(16)?))
    };
    match unit(0).ok_or(Problem::Escape)? {
        high @ 0xD800..=0xDBFF => {
            let low = unit(6).filter(|low| (0xDC00..=0xDFFF).contains(low)).ok_or(Problem::LoneSurrogate)?;
            let scalar = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
            Ok((char::from_u32(scalar).ok_or(Problem::LoneSurrogate)?, 12))
        }
        unit => Ok((char::from_u32(unit).ok_or(Problem::LoneSurrogate)?, 6)),
    }
}

/// The text that a string means, whose escapes have been checked.
pub(crate) fn unescape(written: &str) -> String {
    let mut out = String::with_capacity(written.len());
    let mut rest = written;
    while let Some(at) = rest.find('\\') {
        let (character, length) = escape_at(&rest.as_bytes()[at..]).unwrap_or(('\u{FFFD}', 1));
        out.push_str(&rest[..at]);
        out.push(character);
        rest = &rest[at + length..];
    }
    out.push_str(rest);
    out
}

/// A number as an int: one with a fraction or an exponent is none, whatever its value.
#[inline]
pub(crate) fn int(number: &str) -> Result<i64, FaultCode> {
    /// As many digits fit an `i64` whatever they are.
    const SAFE_DIGITS: usize = 18;
    let (negative, digits) = match number.as_bytes() {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    if !digits.iter().all(u8::is_ascii_digit) {
        return Err(FaultCode::WrongType);
    }
    if digits.len() > SAFE_DIGITS {
        return number.parse().map_err(|_| FaultCode::Overflow);
    }
    let magnitude = digits.iter().fold(0, |value, digit| value * 10 + i64::from(digit - b'0'));
    Ok(if negative { -magnitude } else { magnitude })
}

/// A number as a float.
#[inline]
pub(crate) fn float(number: &str) -> Result<f64, FaultCode> {
    let value: f64 = number.parse().map_err(|_| FaultCode::WrongType)?;
    if value.is_finite() { Ok(value) } else { Err(FaultCode::NotFinite) }
}

#[cfg(test)]
#[path = "json_tests.rs"]
mod tests;
