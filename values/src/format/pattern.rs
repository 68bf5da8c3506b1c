//! A line cut at its literals: `"{ip} - {user} [{at}]"`.

use memchr::memmem;

use super::entry::{Format, Frame, Misfit, OnePass, Operand, Read, Shape, Spot, Wanted, Written};
use super::text::{column, line_in_utf8, utf8};
use super::{Piece, Raw, search};
use crate::{Fault, FaultCode, Value};

pub(super) static FORMAT: Format = Format {
    name: "pattern",
    docs: "A line is cut at the pattern's literals, each at its leftmost place: `{name}` is a field, `{{` and `}}` are \
           braces. The fields are those of the record, by their wire names, each once; the whole line has to fit.",
    example: "read stdin as pattern \"{ip} [{at}] {path}\"",
    rust: "pattern::Cut",
    one_pass: Some(OnePass::Reader),
    operand: Some(Operand {
        what: "the pattern",
        help: "write fields in braces, and what stands between them: \"{ip} [{at}] {path}\"",
        check: |text| Pattern::parse(text).map(|_| ()).map_err(|error| error.message),
    }),
    options: &[],
    nested: false,
    names_fields: false,
    tables: false,
    forms: None,
    fits: names_the_fields,
    read: |operand, options, fields| Box::new(Cut::reader(operand, options, fields)),
    write: None,
};

/// Each field of the record stands in the pattern, and the other way round.
fn names_the_fields(written: &Written<'_>) -> Vec<Misfit> {
    let Written { operand, record, fields } = written;
    let Ok(pattern) = Pattern::parse(operand) else { return Vec::new() };
    let known = || fields.iter().map(|field| field.wire_name);
    let strangers = pattern.fields.iter().filter(|(name, _)| !known().any(|field| field == name));
    let strangers = strangers.map(|(name, _)| Misfit {
        at: Spot::Operand,
        message: format!("record `{record}` has no field `{name}`"),
        beside: (Spot::Record, "the record"),
        help: format!("add `{name}: string` to the record"),
        near: Some((name.clone(), known().map(str::to_owned).collect())),
    });
    let places = fields.iter().enumerate();
    let absent = places.filter(|(_, field)| !pattern.fields.iter().any(|(name, _)| name == field.wire_name));
    let absent = absent.map(|(at, Shape { wire_name, .. })| Misfit {
        at: Spot::Field(at),
        message: format!("the pattern does not give `{wire_name}`"),
        beside: (Spot::Operand, "the pattern"),
        help: format!("write `{{{wire_name}}}` where it stands in the line, or take the field out"),
        near: None,
    });
    strangers.chain(absent).collect()
}

/// Reads lines by a pattern.
#[derive(Clone, Debug)]
pub struct Cut {
    pattern: Pattern,
    /// For each field of the pattern.
    places: Vec<Option<usize>>,
}

impl Frame for Cut {}

impl Read for Cut {
    /// The operand is a pattern: the checker has seen to that.
    fn reader(operand: &str, _: &[Value], fields: &[Wanted<'_>]) -> Cut {
        let pattern = Pattern::parse(operand).unwrap_or_default();
        let place_of = |name: &str| fields.iter().find(|(known, _)| *known == name)?.1;
        let places = pattern.fields.iter().map(|(name, _)| place_of(name)).collect();
        Cut { pattern, places }
    }

    fn scan<'a>(
        &self,
        line: &'a [u8],
        _: impl Fn(&[u8]) -> Option<usize>,
        fields: &mut [Raw<'a>],
    ) -> Result<(), Fault> {
        self.pattern.scan(line, |at| *self.places.get(at)?, fields)
    }
}

impl Cut {
    /// Reads a line in one pass: see [`OnePass`]. The pattern fits it.
    #[inline]
    pub fn read<'a>(
        &self,
        bytes: &'a [u8],
        _: impl Fn(&[u8]) -> Option<usize>,
        each: impl FnMut(Option<usize>, Piece<'a>) -> Option<()>,
    ) -> Option<usize> {
        let line = line_in_utf8(bytes)?;
        self.pass(line, each).map(|()| line.len())
    }

    #[inline(always)]
    fn pass<'a>(
        &self,
        line: &'a [u8],
        mut each: impl FnMut(Option<usize>, Piece<'a>) -> Option<()>,
    ) -> Option<()> {
        let mut rest = line.strip_prefix(self.pattern.prefix.as_bytes())?;
        let last = self.places.len() - 1;
        for (index, (place, (_, literal))) in self.places.iter().zip(&self.pattern.fields).enumerate() {
            let literal = literal.as_bytes();
            let length = if index == last { rest.strip_suffix(literal)?.len() } else { find(rest, literal)? };
            each(*place, Piece::new(rest, length))?;
            rest = &rest[length + literal.len()..];
        }
        Some(())
    }
}

/// The leftmost place of a literal, which is mostly near.
#[inline(always)]
fn find(bytes: &[u8], literal: &[u8]) -> Option<usize> {
    let (&first, others) = literal.split_first()?;
    let mut at = 0;
    loop {
        at += search::find(&bytes[at..], first)? + 1;
        if bytes[at..].starts_with(others) {
            return Some(at - 1);
        }
    }
}

/// A checked pattern.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Pattern {
    /// The text before the first field.
    pub prefix: String,
    /// Each field's name, and the literal that ends it; only the last one's may be empty, and means the line's end.
    pub fields: Vec<(String, String)>,
}

/// A mistake in a pattern's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternError {
    /// Where, in bytes from the beginning of the pattern's text.
    pub offset: usize,
    /// What is wrong, in one short fact.
    pub message: String,
}

impl PatternError {
    fn new(offset: usize, message: impl Into<String>) -> PatternError {
        PatternError { offset, message: message.into() }
    }
}

impl std::fmt::Display for PatternError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for PatternError {}

impl Pattern {
    /// Reads a pattern: `{name}` is a field, `{{` and `}}` are braces, everything else is literal.
    ///
    /// # Errors
    /// An unclosed or stray brace, a name that is no identifier or stands twice, two fields without a literal between
    /// them, or a pattern without a field.
    pub fn parse(text: &str) -> Result<Pattern, PatternError> {
        Pattern::parse_with(text, |inside| field_name(inside))
    }

    /// Reads a pattern in which `field` says what the field's name is, given what stands in braces.
    pub(crate) fn parse_with<'t>(
        text: &'t str,
        mut field: impl FnMut(&'t str) -> Result<&'t str, String>,
    ) -> Result<Pattern, PatternError> {
        let mut pattern = Pattern { prefix: String::new(), fields: Vec::new() };
        let mut at = 0;
        while let Some(character) = text[at..].chars().next() {
            let rest = &text[at..];
            if rest.starts_with("{{") || rest.starts_with("}}") {
                pattern.last_literal().push(character);
                at += 2;
            } else if character == '{' {
                let inside = inside(rest).map_err(|message| PatternError::new(at, message))?;
                let name = field(inside).map_err(|message| PatternError::new(at, message))?;
                pattern.add_field(name).map_err(|message| PatternError::new(at, message))?;
                at += inside.len() + 2;
            } else if character == '}' {
                return Err(PatternError::new(
                    at,
                    "a `}` without its `{`; the character itself is written `}}`",
                ));
            } else {
                pattern.last_literal().push(character);
                at += character.len_utf8();
            }
        }
        if pattern.fields.is_empty() {
            return Err(PatternError::new(0, "a pattern needs at least one field, such as `{name}`"));
        }
        Ok(pattern)
    }

    fn last_literal(&mut self) -> &mut String {
        match self.fields.last_mut() {
            Some((_, literal)) => literal,
            None => &mut self.prefix,
        }
    }

    fn add_field(&mut self, name: &str) -> Result<(), String> {
        if self.fields.iter().any(|(other, _)| other == name) {
            return Err(format!("field `{name}` stands twice in the pattern"));
        }
        if let Some((before, literal)) = self.fields.last()
            && literal.is_empty()
        {
            return Err(format!("no literal between `{before}` and `{name}` says where one ends"));
        }
        self.fields.push((name.to_owned(), String::new()));
        Ok(())
    }

    /// Cuts `line` at the literals, each at its leftmost place but the last one, which stands at the line's end; and
    /// gives the fields, each in the place that `place_of` has for its index. The whole line has to fit.
    ///
    /// A literal further right would leave less for those behind it, so where a fit exists, this finds one.
    ///
    /// # Errors
    /// `malformed` with the literal that was not found, or `not-utf8`.
    pub fn scan<'a>(
        &self,
        line: &'a [u8],
        place_of: impl Fn(usize) -> Option<usize>,
        fields: &mut [Raw<'a>],
    ) -> Result<(), Fault> {
        let text = utf8(line)?;
        fields.fill(Raw::Missing);
        let mut rest = text
            .strip_prefix(self.prefix.as_str())
            .ok_or_else(|| misfit(&self.prefix, "as the beginning", 1))?;
        let last = self.fields.len().saturating_sub(1);
        for (index, (_, literal)) in self.fields.iter().enumerate() {
            let found = if index == last {
                rest.strip_suffix(literal.as_str()).map(|field| (field, ""))
            } else {
                memmem::find(rest.as_bytes(), literal.as_bytes())
                    .map(|end| (&rest[..end], &rest[end + literal.len()..]))
            };
            let (field, behind) = found.ok_or_else(|| {
                let place = if index == last { "at the end" } else { "somewhere" };
                misfit(literal, place, column(text, text.len() - rest.len()))
            })?;
            if let Some(place) = place_of(index).and_then(|place| fields.get_mut(place)) {
                *place = Raw::Text(field);
            }
            rest = behind;
        }
        Ok(())
    }
}

/// What stands between the brace at the beginning of `rest` and the next one.
fn inside(rest: &str) -> Result<&str, String> {
    let behind = &rest[1..];
    let end = behind.find(['{', '}']).filter(|&end| behind[end..].starts_with('}'));
    Ok(&behind[..end.ok_or("a `{` that does not close; the character itself is written `{{`")?])
}

/// A field's name, if it is one.
pub(crate) fn field_name(name: &str) -> Result<&str, String> {
    let identifier = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if identifier { Ok(name) } else { Err(format!("`{name}` is not a field's name")) }
}

#[cold]
fn misfit(literal: &str, place: &str, column: usize) -> Fault {
    let message = format!("the pattern does not fit: expected `{literal}` {place} from column {column} on");
    Fault::new(FaultCode::Malformed, message)
}

#[cfg(test)]
#[path = "pattern_tests.rs"]
mod tests;
