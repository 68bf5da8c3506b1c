//! The look at a file before the grammar's: brackets, ends of strings and comments, characters without meaning. It needs
//! no stack, however deep the brackets are nested, and leaves a text on which pest's recursion is bounded.

use super::words::is_word;
use super::{DEEPEST, MOST_FINDINGS};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{FileId, Span};

/// How many words and signs a file may have, so that it is read in a second or two.
const MOST_TOKENS: usize = 1_000_000;

/// How long a name or number may be, in bytes.
const LONGEST: usize = 256;

/// Stands for an `if` among the openers.
const IF: u8 = b'i';

/// What was found, and whether the grammar may be tried.
pub(super) struct Scanned {
    pub(super) found: Vec<Diagnostic>,
    pub(super) readable: bool,
}

/// Looks at all characters of a text.
pub(super) fn scan(file: FileId, text: &str) -> Scanned {
    let mut scanner = Scanner { file, text, at: 0, tokens: 0, open: Vec::new(), found: Vec::new() };
    let readable = scanner.control_characters().and_then(|()| scanner.run());
    if let Err(fatal) = &readable {
        scanner.found.push(fatal.clone());
    }
    Scanned { found: scanner.found, readable: readable.is_ok() }
}

struct Scanner<'t> {
    file: FileId,
    text: &'t str,
    at: usize,
    /// How many tokens there were.
    tokens: usize,
    /// The openers not yet closed, and where they are. An `if` is one, up to its `{`: its condition may be another `if`.
    open: Vec<(u8, usize)>,
    found: Vec<Diagnostic>,
}

/// `Err` is a finding behind which nothing can be read.
type Step = Result<(), Diagnostic>;

impl<'t> Scanner<'t> {
    fn span(&self, lo: usize, hi: usize) -> Span {
        Span { file: self.file, lo: lo as u32, hi: hi as u32 }
    }

    fn byte(&self, at: usize) -> u8 {
        self.text.as_bytes().get(at).copied().unwrap_or(0)
    }

    fn control_characters(&self) -> Step {
        let control = |byte: &u8| (*byte < b' ' && !matches!(byte, b'\n' | b'\r' | b'\t')) || *byte == 0x7f;
        let Some(at) = self.text.bytes().position(|byte| control(&byte)) else { return Ok(()) };
        let message = format!("a control character, U+{:04X}", self.byte(at));
        Err(Diagnostic::new(Code::BadCharacter, self.span(at, at + 1), message)
            .help("is this a text file? In a string write it as an escape, such as `\\0` or `\\x1b`"))
    }

    fn run(&mut self) -> Step {
        if self.text.starts_with('\u{FEFF}') {
            self.at = '\u{FEFF}'.len_utf8();
        }
        while self.at < self.text.len() {
            self.tokens += usize::from(!self.byte(self.at).is_ascii_whitespace());
            self.token()?;
            if self.tokens > MOST_TOKENS {
                let message = format!("this file has more than {MOST_TOKENS} words and signs");
                return Err(Diagnostic::new(Code::TooLarge, self.span(self.at, self.at), message));
            }
            if self.found.len() >= MOST_FINDINGS {
                return Err(Diagnostic::new(Code::BadCharacter, self.span(self.at, self.at), "and so on"));
            }
        }
        self.open.retain(|(opener, _)| *opener != IF);
        match self.open.last() {
            None => Ok(()),
            Some((opener, at)) => Err(self.unclosed(*opener, *at)),
        }
    }

    fn token(&mut self) -> Step {
        let at = self.at;
        let next = self.byte(at + 1);
        match self.byte(at) {
            byte if is_word(byte) => return self.word(),
            b'"' => return self.string(at),
            b'/' if next == b'/' => self.at += self.text[at..].find('\n').unwrap_or(self.text.len() - at),
            b'/' if next == b'*' => return self.comment(),
            opener @ (b'(' | b'[' | b'{') => return self.opener(opener),
            closer @ (b')' | b']' | b'}') => return self.closer(closer),
            b'#' if matches!(next, b'#' | b'"') => self.bad(2, "`#` here", "raw strings are `r#\"…\"#`"),
            b'\'' => self.quoted("'"),
            b';' => self.bad(1, "`;`", "take it away: clauses and declarations need nothing between them"),
            byte @ (b'`' | b'$' | b'\\' | b'@' | b'~' | b'^') => {
                self.bad(1, &format!("`{}`", byte as char), "outside strings it has no meaning");
            }
            byte if !byte.is_ascii() => self.foreign(),
            _ => self.at += 1,
        }
        Ok(())
    }

    fn bad(&mut self, len: usize, what: &str, help: &str) {
        let span = self.span(self.at, self.at + len);
        let message = format!("{what} is not part of the language");
        self.found.push(Diagnostic::new(Code::BadCharacter, span, message).help(help));
        self.at += len;
    }

    /// A string in quotes that are none, to their end on the same line.
    fn quoted(&mut self, closer: &str) {
        let rest = &self.text[self.at..];
        let line = &rest[..rest.find('\n').unwrap_or(rest.len())];
        let opener = line.chars().next().map_or(1, char::len_utf8);
        let len = line[opener..].find(closer).map_or(opener, |end| opener + end + closer.len());
        let shown: String = line[..opener].to_owned();
        self.bad(len, &format!("the quote `{shown}`"), "strings stand in straight double quotes: `\"text\"`");
    }

    /// A run of characters that are not ASCII.
    fn foreign(&mut self) {
        let rest = &self.text[self.at..];
        for (opener, closer) in [('“', "”"), ('„', "“"), ('‘', "’")] {
            if rest.starts_with(opener) {
                return self.quoted(closer);
            }
        }
        let run = &rest[..rest.find(|c: char| c.is_ascii()).unwrap_or(rest.len())];
        let help = match run.chars().next() {
            Some('“' | '”' | '„' | '‘' | '’') => {
                "strings stand in straight double quotes: `\"text\"`"
            }
            Some(character) if character.is_whitespace() => "write an ordinary space",
            _ => "names are ASCII; other text stands in strings and comments",
        };
        let shown: String = run.chars().take(20).collect();
        self.tokens += run.chars().count();
        self.bad(run.len(), &format!("`{shown}`"), help);
    }

    /// The word that begins here.
    fn word_at(&self, start: usize) -> &'t str {
        let rest = self.text.get(start..).unwrap_or_default();
        &rest[..rest.bytes().position(|byte| !is_word(byte)).unwrap_or(rest.len())]
    }

    /// A word or number; also a raw string, which begins like a word.
    fn word(&mut self) -> Step {
        let start = self.at;
        let mut word = self.word_at(start);
        if word == "r" {
            let hashes = self.text.as_bytes()[start + 1..].iter().take_while(|byte| **byte == b'#').count();
            if self.byte(start + 1 + hashes) == b'"' {
                return self.raw_string(start, hashes);
            }
            let name = self.word_at(start + 2);
            if hashes == 1 && !name.is_empty() {
                word = &self.text[start..start + 2 + name.len()];
            }
        } else if word == "if" {
            self.nested(IF, start)?;
        }
        self.at = start + word.len();
        if word.len() > LONGEST {
            let message = format!("a name or number of {} characters, more than {LONGEST}", word.len());
            return Err(Diagnostic::new(Code::TooLarge, self.span(start, start + 1), message));
        }
        if matches!(self.byte(self.at), b'"' | b'#') {
            let word = &self.text[start..self.at];
            let span = self.span(start, self.at + 1);
            let message = format!("`{}` touches what follows", word.chars().take(20).collect::<String>());
            self.found.push(Diagnostic::new(Code::Syntax, span, message).help("put a space between them"));
            if self.byte(self.at) == b'#' {
                self.at += 1;
            }
        }
        Ok(())
    }

    fn string(&mut self, start: usize) -> Step {
        let bytes = self.text.as_bytes();
        let mut at = start + 1;
        while at < bytes.len() {
            match bytes[at] {
                b'"' => {
                    self.string_end(at + 1);
                    return Ok(());
                }
                b'\\' => at += 2,
                _ => at += 1,
            }
        }
        Err(self.endless(start, 1, "string", "\""))
    }

    fn raw_string(&mut self, start: usize, hashes: usize) -> Step {
        let end = format!("\"{}", "#".repeat(hashes));
        let inside = start + hashes + 2;
        match self.text.get(inside..).and_then(|rest| rest.find(&end)) {
            Some(len) if hashes < 256 => {
                self.string_end(inside + len + end.len());
                Ok(())
            }
            _ => Err(self.endless(start, inside - start, "raw string", &end)),
        }
    }

    /// Rust would take a word behind a string for its suffix.
    fn string_end(&mut self, end: usize) {
        self.at = end;
        if is_word(self.byte(end)) || self.byte(end) == b'#' {
            let found =
                Diagnostic::new(Code::Syntax, self.span(end, end + 1), "the string touches what follows");
            self.found.push(found.help("put a space between them"));
            self.at += usize::from(self.byte(end) == b'#');
        }
    }

    /// A comment, and the comments in it.
    fn comment(&mut self) -> Step {
        let start = self.at;
        let bytes = self.text.as_bytes();
        let mut depth = 0;
        let mut at = start;
        while at < bytes.len() {
            match (bytes[at], self.byte(at + 1)) {
                (b'/', b'*') => {
                    depth += 1;
                    at += 2;
                    if depth > DEEPEST {
                        return Err(self.too_deep(at - 2, 2, "comments"));
                    }
                }
                (b'*', b'/') => {
                    depth -= 1;
                    at += 2;
                    if depth == 0 {
                        self.at = at;
                        return Ok(());
                    }
                }
                _ => at += 1,
            }
        }
        Err(self.endless(start, 2, "comment", "*/"))
    }

    fn endless(&self, start: usize, len: usize, what: &str, end: &str) -> Diagnostic {
        let message = format!("this {what} does not end");
        Diagnostic::new(Code::Unbalanced, self.span(start, start + len), message)
            .help(format!("close it with `{end}`"))
    }

    fn too_deep(&self, at: usize, len: usize, what: &str) -> Diagnostic {
        let message = format!("{what} are nested more than {DEEPEST} deep");
        Diagnostic::new(Code::TooDeep, self.span(at, at + len), message)
            .help("name the inner parts with `let`, or in bolts of their own")
    }

    fn opener(&mut self, opener: u8) -> Step {
        if opener == b'{' {
            self.open.pop_if(|(opener, _)| *opener == IF);
        }
        self.nested(opener, self.at)?;
        self.at += 1;
        Ok(())
    }

    fn nested(&mut self, opener: u8, at: usize) -> Step {
        if self.open.len() == DEEPEST {
            let what = if opener == IF { "conditions" } else { "brackets" };
            return Err(self.too_deep(at, 1, what));
        }
        self.open.push((opener, at));
        Ok(())
    }

    fn closer(&mut self, closer: u8) -> Step {
        let span = self.span(self.at, self.at + 1);
        self.at += 1;
        while self.open.pop_if(|(opener, _)| *opener == IF).is_some() {}
        match self.open.pop() {
            Some((opener, _)) if closer_of(opener) == closer => Ok(()),
            Some((opener, at)) if !self.open.iter().any(|(outer, _)| closer_of(*outer) == closer) => {
                let message = format!("`{}` closes nothing", closer as char);
                let found =
                    Diagnostic::new(Code::Unbalanced, span, message).help("take it away, or open it before");
                Err(found.label(self.span(at, at + 1), format!("`{}` is open here", opener as char)))
            }
            Some((opener, at)) => {
                let label =
                    format!("`{}` stands here, where `{}` must", closer as char, closer_of(opener) as char);
                Err(self.unclosed(opener, at).label(span, label))
            }
            None => {
                let message = format!("`{}` closes nothing", closer as char);
                Err(Diagnostic::new(Code::Unbalanced, span, message).help("take it away, or open it before"))
            }
        }
    }

    fn unclosed(&self, opener: u8, at: usize) -> Diagnostic {
        let message = format!("`{}` is not closed", opener as char);
        Diagnostic::new(Code::Unbalanced, self.span(at, at + 1), message)
            .help(format!("close it with `{}`", closer_of(opener) as char))
    }
}

fn closer_of(opener: u8) -> u8 {
    match opener {
        b'(' => b')',
        b'[' => b']',
        _ => b'}',
    }
}
