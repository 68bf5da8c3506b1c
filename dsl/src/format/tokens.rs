//! The tokens of a file that parses, comments included.

/// What a token is, as far as spacing asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A word, number or string.
    Word,
    /// Brackets, commas, operators.
    Punctuation,
    /// `///`, `//!`, `/** */`, `#[doc = "…"]`: stands on lines of its own.
    Doc,
    /// `//`, which ends its line.
    LineComment,
    /// `/* */`
    BlockComment,
}

/// One token.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'t> {
    /// What it is.
    pub(super) kind: Kind,
    /// As written.
    pub(super) text: &'t str,
    /// Its first byte.
    pub(super) lo: u32,
    /// How many line ends stand before it.
    pub(super) lines_before: usize,
}

impl Token<'_> {
    pub(super) fn is_comment(&self) -> bool {
        matches!(self.kind, Kind::LineComment | Kind::BlockComment)
    }

    pub(super) fn opens(&self) -> bool {
        self.kind == Kind::Punctuation && matches!(self.text, "(" | "[" | "{")
    }

    pub(super) fn closes(&self) -> bool {
        self.kind == Kind::Punctuation && matches!(self.text, ")" | "]" | "}")
    }

    pub(super) fn is(&self, punctuation: &str) -> bool {
        self.kind == Kind::Punctuation && self.text == punctuation
    }
}

/// Punctuation of more than one character, the longest first.
const JOINT: &[&str] = &["..=", "..", "::", "??", "?.", "==", "!=", "<=", ">=", "&&", "||", "->"];

/// All tokens of a text that the parser took.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start_matches('\u{FEFF}');
    loop {
        let start = rest.trim_start_matches([' ', '\n', '\r', '\t']);
        if start.is_empty() {
            return tokens;
        }
        let lines_before = rest[..rest.len() - start.len()].matches('\n').count();
        let (kind, len) = token(start);
        let len = len.clamp(start.chars().next().map_or(1, char::len_utf8), start.len());
        let lo = (text.len() - start.len()) as u32;
        tokens.push(Token { kind, text: start[..len].trim_end_matches(['\r', ' ', '\t']), lo, lines_before });
        rest = &start[len..];
    }
}

/// The token that a text begins with, and its length.
fn token(text: &str) -> (Kind, usize) {
    let bytes = text.as_bytes();
    // Only where it is asked for: a file may be one long line.
    let line = || text.find('\n').unwrap_or(text.len());
    match bytes[0] {
        b'/' if text.starts_with("//!") || (text.starts_with("///") && !text.starts_with("////")) => {
            (Kind::Doc, line())
        }
        b'/' if text.starts_with("//") => (Kind::LineComment, line()),
        b'/' if text.starts_with("/*") => {
            let plain = text.starts_with("/**/") || text.starts_with("/***");
            let doc = !plain && (text.starts_with("/**") || text.starts_with("/*!"));
            (if doc { Kind::Doc } else { Kind::BlockComment }, comment(bytes))
        }
        b'#' => (Kind::Doc, attribute(text)),
        b'"' => (Kind::Word, string(bytes)),
        b'r' if raw_hashes(bytes).is_some() => {
            let end = format!("\"{}", "#".repeat(raw_hashes(bytes).unwrap_or(0)));
            let inside = end.len() + 1;
            let len = text.get(inside..).and_then(|rest| rest.find(&end)).unwrap_or(0);
            (Kind::Word, inside + len + end.len())
        }
        b'r' if text.starts_with("r#") => (Kind::Word, 2 + word(&bytes[2..])),
        byte if byte.is_ascii_digit() => (Kind::Word, number(bytes)),
        byte if is_word(byte) => (Kind::Word, word(bytes)),
        _ => (
            Kind::Punctuation,
            JOINT.iter().find(|joint| text.starts_with(**joint)).map_or(1, |joint| joint.len()),
        ),
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn word(bytes: &[u8]) -> usize {
    bytes.iter().position(|byte| !is_word(*byte)).unwrap_or(bytes.len())
}

/// The hashes of a raw string, where it is one.
fn raw_hashes(bytes: &[u8]) -> Option<usize> {
    let hashes = bytes[1..].iter().take_while(|byte| **byte == b'#').count();
    (bytes.get(1 + hashes) == Some(&b'"')).then_some(hashes)
}

fn string(bytes: &[u8]) -> usize {
    let mut at = 1;
    while at < bytes.len() {
        match bytes[at] {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// Digits, a point and digits, an exponent with a sign, a unit.
fn number(bytes: &[u8]) -> usize {
    let digits =
        |from: usize| from + bytes[from..].iter().take_while(|b| b.is_ascii_digit() || **b == b'_').count();
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut at = digits(0);
    if bytes.get(at) == Some(&b'.') && is_digit(at + 1) {
        at = digits(at + 1);
    }
    if matches!(bytes.get(at), Some(b'e' | b'E'))
        && matches!(bytes.get(at + 1), Some(b'+' | b'-'))
        && is_digit(at + 2)
    {
        at = digits(at + 2);
    }
    at + word(&bytes[at..])
}

fn comment(bytes: &[u8]) -> usize {
    let (mut at, mut depth) = (0, 0usize);
    while at + 1 < bytes.len() {
        match (bytes[at], bytes[at + 1]) {
            (b'/', b'*') => (at, depth) = (at + 2, depth + 1),
            (b'*', b'/') => {
                (at, depth) = (at + 2, depth - 1);
                if depth == 0 {
                    return at;
                }
            }
            _ => at += 1,
        }
    }
    bytes.len()
}

/// `#[doc = "…"]`, to the bracket behind its string.
fn attribute(text: &str) -> usize {
    let mut at = 1;
    while at < text.len() {
        let (_, len) = token(&text[at..]);
        let len = len.max(1);
        if text[at..].starts_with(']') {
            return at + 1;
        }
        at += len;
    }
    text.len()
}
