//! A line cut at its literals: `"{ip} - {user} [{at}]"`.

use super::Raw;
use crate::{Fault, FaultCode};

/// A checked pattern.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
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

impl Pattern {
    /// Reads a pattern: `{name}` is a field, `{{` and `}}` are braces, everything else is literal.
    ///
    /// # Errors
    /// An unclosed or stray brace, a name that is no identifier or stands twice, two fields without a literal between
    /// them, or a pattern without a field.
    pub fn parse(text: &str) -> Result<Pattern, PatternError> {
        Ok(Pattern { prefix: text.to_owned(), fields: Vec::new() })
    }

    /// Cuts `line` at the literals, each at its leftmost place, and gives the fields in the order of
    /// [`Pattern::fields`]. The whole line has to fit.
    ///
    /// # Errors
    /// `malformed` with the literal that was not found, or `not-utf8`.
    pub fn scan<'a>(&self, line: &'a [u8], fields: &mut [Raw<'a>]) -> Result<(), Fault> {
        let _ = line;
        fields.fill(Raw::Missing);
        Err(Fault::new(FaultCode::Malformed, "not read yet"))
    }
}
