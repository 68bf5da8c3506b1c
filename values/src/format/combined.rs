//! The access-log format of Apache and nginx that is called "combined".
//!
//! `IP IDENT USER [AT] "METHOD PATH PROTOCOL" STATUS BYTES "REFERRER" "AGENT"`, where a backslash in the last two keeps a
//! quote from closing. Fields are kept as they stand, backslashes included.
//!
//! Servers log whatever a client sends as its request, and hosts by name where they look them up; many are configured to
//! log more behind the agent.

use memchr::memchr;

use super::entry::{Format, Frame, Misfit, OnePass, Read, Shape, Spot, Wanted, Written};
use super::field::Wanted as WantedValue;
use super::search::Places;
use super::text::{column, unescaped_quote, utf8};
use super::{FieldSpec, Piece, Raw, search};
use crate::form::Form;
use crate::text::natural_at;
use crate::{Fault, FaultCode, RecordField, Type, Value};

pub(super) static FORMAT: Format = Format {
    name: "combined",
    docs: "The access-log format of Apache and nginx. It gives `ip ident user at method path protocol status bytes \
           referrer agent`, of which the record declares those it wants; `at` has the format's own form, and `-` is \
           absent.",
    example: "read file input as combined",
    rust: "combined::Combined",
    one_pass: Some(OnePass::Named),
    operand: None,
    options: &[],
    nested: false,
    names_fields: true,
    tables: false,
    forms: Some(own_form),
    fits: of_its_fields,
    read: |operand, options, fields| Box::new(Combined::reader(operand, options, fields)),
    write: None,
};

fn own_form(field: &mut RecordField) {
    let is_plain = *field.ty.required() == Type::Timestamp && field.form == Form::Plain;
    if is_plain && field.wire_name == "at" {
        field.form = Form::Strftime(TIME_FORM.to_owned());
    }
    if field.ty.is_optional() && field.absent.is_none() {
        field.absent = Some("-".to_owned());
    }
}

fn of_its_fields(written: &Written<'_>) -> Vec<Misfit> {
    let strangers = written.fields.iter().enumerate().filter(|(_, field)| !FIELDS.contains(&field.wire_name));
    let misfits = strangers.map(|(at, Shape { wire_name, .. })| Misfit {
        at: Spot::WireName(at),
        message: format!("`combined` gives no `{wire_name}`"),
        beside: (Spot::Format, "read here"),
        help: format!("it gives {}", FIELDS.join(", ")),
        near: Some(((*wire_name).to_owned(), FIELDS.map(str::to_owned).to_vec())),
    });
    misfits.collect()
}

/// Reads lines in the combined format.
#[derive(Clone, Copy, Debug)]
pub struct Combined;

impl Frame for Combined {}

impl Read for Combined {
    fn reader(_: &str, _: &[Value], _: &[Wanted<'_>]) -> Combined {
        Combined
    }

    /// The status has to be three digits, and the bytes digits or `-`; a `-` is missing. Of a request that is not three
    /// words (`"-"`, `"GET /"`, the first bytes of a TLS connection) method, path and protocol are missing. The address and
    /// what stands between the brackets are not looked at: they are converted where they are read. What follows the agent
    /// and a space is left aside.
    fn scan<'a>(
        &self,
        line: &'a [u8],
        place_of: impl Fn(&[u8]) -> Option<usize>,
        fields: &mut [Raw<'a>],
    ) -> Result<(), Fault> {
        let mut reader = Reader { text: utf8(line)?, at: 0 };
        let found = reader.line().map_err(|expected| reader.fault(expected))?;
        fields.fill(Raw::Missing);
        for (name, text) in FIELDS.iter().zip(found) {
            if text != "-"
                && let Some(place) = place_of(name.as_bytes()).and_then(|place| fields.get_mut(place))
            {
                *place = Raw::Text(text);
            }
        }
        Ok(())
    }
}

impl Combined {
    /// Reads a line in one pass: see [`OnePass`]. There is no backslash, no control character and nothing beyond ASCII in it.
    #[inline(always)]
    pub fn line<'a>(&self, bytes: &'a [u8]) -> Option<(Line<'a>, usize)> {
        let mut reader = Plain { rest: bytes };
        let line = reader.line()?;
        let behind = search::plain_line(reader.rest)?;
        let length = bytes.len() - reader.rest.len() + behind.len();
        matches!(behind, [] | [b' ', ..]).then_some((line, length))
    }
}

/// The fields of a line. What nobody asks for is not even kept, for all of this is inlined.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    ip: Piece<'a>,
    ident: Piece<'a>,
    user: Piece<'a>,
    at: Piece<'a>,
    request: Piece<'a>,
    status: Piece<'a>,
    bytes: Piece<'a>,
    referrer: Piece<'a>,
    agent: Piece<'a>,
}

impl<'a> Line<'a> {
    /// The value of a field.
    #[inline(always)]
    pub fn value<T: WantedValue<'a>>(&self, name: &str, spec: &FieldSpec) -> Option<T> {
        let piece = match name {
            "ip" => Some(self.ip),
            "ident" => Some(self.ident),
            "user" => Some(self.user),
            "at" => Some(self.at),
            "method" => self.requested(0),
            "path" => self.requested(1),
            "protocol" => self.requested(2),
            "status" => Some(self.status),
            "bytes" => Some(self.bytes),
            "referrer" => Some(self.referrer),
            "agent" => Some(self.agent),
            _ => None,
        };
        match piece {
            Some(piece) if piece.bytes() != b"-" => T::wanted_of(piece, spec),
            _ => T::wanted(Raw::Missing, spec).ok(),
        }
    }

    /// A word of the request, if it has three. There is no quote in it, so where they end is never in doubt.
    #[inline(always)]
    fn requested(&self, number: usize) -> Option<Piece<'a>> {
        let request = self.request.bytes();
        let mut spaces = Places::new(request, b' ');
        let (first, second) = (spaces.next(), spaces.next());
        let starts = [0, first + 1, second + 1];
        let ends = [first, second, request.len()];
        let are_three =
            spaces.next() == request.len() && starts.iter().zip(ends).all(|(start, end)| *start < end);
        let rest = request.get(starts[number]..).filter(|_| are_three)?;
        Some(Piece::new(rest, ends[number] - starts[number]))
    }
}

/// What is left of a line.
struct Plain<'a> {
    rest: &'a [u8],
}

impl<'a> Plain<'a> {
    #[inline(always)]
    fn line(&mut self) -> Option<Line<'a>> {
        let ip = self.word()?;
        let ident = self.word()?;
        let user = self.word()?;
        self.literal(b"[")?;
        let at = self.up_to(b']').filter(|at| !at.bytes().is_empty())?;
        self.literal(b" \"")?;
        let request = self.up_to(b'"')?;
        self.literal(b" ")?;
        let status = self.number().filter(|status| status.bytes().len() == 3)?;
        let bytes = if self.rest.starts_with(b"- ") { self.word()? } else { self.number()? };
        self.literal(b"\"")?;
        let referrer = self.up_to(b'"')?;
        self.literal(b" \"")?;
        let agent = self.up_to(b'"')?;
        Some(Line { ip, ident, user, at, request, status, bytes, referrer, agent })
    }

    #[inline(always)]
    fn word(&mut self) -> Option<Piece<'a>> {
        self.up_to(b' ').filter(|word| !word.bytes().is_empty())
    }

    /// Up to eight digits, and passes the space behind them.
    #[inline(always)]
    fn number(&mut self) -> Option<Piece<'a>> {
        let (_, length) = natural_at(self.rest)?;
        self.piece(length, b' ')
    }

    /// What stands before the next such byte, and passes that too. A space is the only white space in it, and every quote closes.
    #[inline(always)]
    fn up_to(&mut self, end: u8) -> Option<Piece<'a>> {
        let length = search::plain_before(self.rest, end)?;
        self.piece(length, end)
    }

    #[inline(always)]
    fn piece(&mut self, length: usize, end: u8) -> Option<Piece<'a>> {
        let (piece, rest) = (Piece::new(self.rest, length), self.rest);
        match rest.get(length..)? {
            [byte, behind @ ..] if *byte == end => self.rest = behind,
            _ => return None,
        }
        Some(piece)
    }

    #[inline(always)]
    fn literal<const N: usize>(&mut self, literal: &[u8; N]) -> Option<()> {
        let (here, behind) = self.rest.split_first_chunk()?;
        if here != literal {
            return None;
        }
        self.rest = behind;
        Some(())
    }
}

/// The fields that a line has, in its order. A record declares those that it wants, by these names.
pub const FIELDS: [&str; 11] =
    ["ip", "ident", "user", "at", "method", "path", "protocol", "status", "bytes", "referrer", "agent"];

/// The form of `at`.
pub const TIME_FORM: &str = crate::form::COMMON_LOG;

/// What was expected at the reader's place.
type Expected = &'static str;

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    /// The fields in the order of [`FIELDS`].
    fn line(&mut self) -> Result<[&'a str; FIELDS.len()], Expected> {
        let ip = self.word("an ip and a space")?;
        let ident = self.word("an ident and a space")?;
        let user = self.word("a user and a space")?;
        let at = self.time()?;
        self.literal("\"", "`\"` before the request")?;
        let start = self.at;
        let ([method, path, protocol], [status, bytes, referrer, agent]) = match self.requested() {
            Ok(found) => found,
            Err(expected) => {
                let reached = std::mem::replace(&mut self.at, start);
                let other = self.other_request().and_then(|()| Ok((["-"; 3], self.answered()?)));
                // Of two readings that fail, the one that went further says more.
                other.map_err(|other| {
                    if self.at > reached {
                        return other;
                    }
                    self.at = reached;
                    expected
                })?
            }
        };
        Ok([ip, ident, user, at, method, path, protocol, status, bytes, referrer, agent])
    }

    /// A request of three words, and what follows it.
    fn requested(&mut self) -> Result<([&'a str; 3], [&'a str; 4]), Expected> {
        let method = self.word("a method and a space")?;
        let path = self.word("a path and a space")?;
        let protocol = self.protocol()?;
        Ok(([method, path, protocol], self.answered()?))
    }

    /// Any other request, behind its opening quote, and a space.
    fn other_request(&mut self) -> Result<(), Expected> {
        self.at += unescaped_quote(self.rest()).ok_or("a request in quotes")? + 1;
        self.literal(" ", "a space behind the request")
    }

    /// What stands behind the request.
    fn answered(&mut self) -> Result<[&'a str; 4], Expected> {
        let status = self.number("a status of three digits and a space", |digits| digits.len() == 3)?;
        let bytes = self.number("a number of bytes or `-`, and a space", |_| true)?;
        let referrer = self.quoted("a referrer in quotes")?;
        self.literal(" ", "a space and an agent")?;
        let agent = self.quoted("an agent in quotes")?;
        if !self.rest().is_empty() && !self.rest().starts_with(' ') {
            return Err("a space or the end of the line");
        }
        Ok([status, bytes, referrer, agent])
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// A word without white space, and the space behind it.
    fn word(&mut self, expected: Expected) -> Result<&'a str, Expected> {
        let rest = self.rest();
        let end = memchr(b' ', rest.as_bytes()).ok_or(expected)?;
        let word = &rest[..end];
        if word.is_empty() || word.contains(char::is_whitespace) {
            return Err(expected);
        }
        self.at += end + 1;
        Ok(word)
    }

    fn literal(&mut self, literal: &str, expected: Expected) -> Result<(), Expected> {
        if !self.rest().starts_with(literal) {
            return Err(expected);
        }
        self.at += literal.len();
        Ok(())
    }

    fn time(&mut self) -> Result<&'a str, Expected> {
        self.literal("[", "a time in brackets")?;
        let rest = self.rest();
        let end = memchr(b']', rest.as_bytes()).filter(|&end| end > 0).ok_or("a time in brackets")?;
        self.at += end + 1;
        self.literal(" ", "a space behind the time")?;
        Ok(&rest[..end])
    }

    /// The request's last word, and the quote and the space behind it. A quote in the word is a part of it.
    fn protocol(&mut self) -> Result<&'a str, Expected> {
        const EXPECTED: Expected = "a protocol, `\"` and a space";
        let start = self.at;
        let word = self.word(EXPECTED)?.strip_suffix('"').filter(|word| !word.is_empty());
        word.ok_or_else(|| {
            self.at = start;
            EXPECTED
        })
    }

    /// Digits, and the space behind them. Where any number of digits fits, `-` does as well.
    fn number(&mut self, expected: Expected, fits: impl Fn(&str) -> bool) -> Result<&'a str, Expected> {
        let start = self.at;
        let word = self.word(expected)?;
        if fits(word) && (word == "-" || word.bytes().all(|byte| byte.is_ascii_digit())) {
            return Ok(word);
        }
        self.at = start;
        Err(expected)
    }

    /// Text in quotes, up to the first quote that no backslash precedes.
    fn quoted(&mut self, expected: Expected) -> Result<&'a str, Expected> {
        let rest = self.rest().strip_prefix('"').ok_or(expected)?;
        let end = unescaped_quote(rest).ok_or(expected)?;
        self.at += end + 2;
        Ok(&rest[..end])
    }

    #[cold]
    fn fault(&self, expected: Expected) -> Fault {
        let column = column(self.text, self.at);
        let message = format!("not in the combined format: expected {expected} in column {column}");
        Fault::new(FaultCode::Malformed, message)
    }
}

#[cfg(test)]
#[path = "combined_tests.rs"]
mod tests;
