//! JSON's grammar, checked from the first byte to the last.

use super::string::{escape_at, plain_length, unescape};
use super::{DEPTH_MAX, Raw, Step};
use crate::format::text::column;
use crate::{Fault, FaultCode};

/// What is wrong at the reader's place.
#[derive(Clone, Copy, Debug)]
pub(super) enum Problem {
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
pub(super) struct Text<'a> {
    pub(super) text: &'a str,
    pub(super) escaped: bool,
}

/// A place in a text, and the way on from there.
pub(super) struct Reader<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
}

impl<'a> Reader<'a> {
    #[inline]
    pub(super) fn line(
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
    pub(super) fn next_visible(&mut self) -> Option<u8> {
        loop {
            match self.peek() {
                Some(b' ' | b'\t' | b'\n' | b'\r') => self.at += 1,
                other => return other,
            }
        }
    }

    /// A key and its colon.
    #[inline]
    pub(super) fn key(&mut self) -> Result<Text<'a>, Problem> {
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
    pub(super) fn value(&mut self, depth: usize, place: &mut Raw<'a>) -> Result<(), Problem> {
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
    pub(super) fn child(&mut self, step: Step<'_>) -> Result<Raw<'a>, Problem> {
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
    pub(super) fn children(
        &mut self,
        mut each: impl FnMut(Option<Text<'a>>, Raw<'a>),
    ) -> Result<(), Problem> {
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
    pub(super) fn fault(&self, problem: Problem) -> Fault {
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
