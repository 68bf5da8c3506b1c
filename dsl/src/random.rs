//! Random valid programs, as lists of tokens, for the tests of parser and formatter.

mod clauses;
mod declarations;
mod expressions;

use crate::ast::File;
use crate::source::FileId;

/// A random program; the same seed gives the same one.
pub(crate) fn program(seed: u64) -> Vec<String> {
    let mut random = Random { state: seed | 1, tokens: Vec::new() };
    random.program();
    random.tokens
}

/// An AST without its spans, as text.
pub(crate) fn without_spans(file: &File) -> String {
    let text = format!("{file:?}");
    let mut parts = text.split("Span { file: FileId(");
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        kept.push_str(part.split_once('}').map_or(part, |(_, rest)| rest));
    }
    kept
}

/// The AST of a text that must have no mistakes, without its spans.
pub(crate) fn parsed(text: &str) -> String {
    let (file, found) = crate::parse(FileId(0), text);
    assert!(found.is_empty(), "{text}\n{:#?}", found.into_sorted());
    without_spans(&file)
}

/// Tokens joined by what a seed chooses: spaces, line ends, comments. Docs keep their line.
pub(crate) fn spaced(tokens: &[String], seed: u64) -> String {
    let mut random = Random { state: seed | 1, tokens: Vec::new() };
    let mut text = String::new();
    for token in tokens {
        text.push_str(token);
        let space = random.pick(&[
            " ",
            "  ",
            "\n",
            "\n\n\n",
            "\t",
            "\r\n",
            " /* c */ ",
            " /* a /* b */ */\n",
            " // c\n",
            "\n//\n",
        ]);
        text.push_str(if token.starts_with("//") { "\n" } else { space });
    }
    text
}

/// A small generator (xorshift64*), so that a program is a function of its seed.
struct Random {
    state: u64,
    tokens: Vec<String>,
}

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        (self.state.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % bound
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }

    fn push(&mut self, tokens: &str) {
        self.tokens.extend(tokens.split(' ').map(str::to_owned));
    }

    fn one_of(&mut self, from: &[&str]) {
        let token = self.pick(from).to_owned();
        self.tokens.push(token);
    }

    fn name(&mut self) {
        self.one_of(&[
            "a", "ip", "time", "by", "window", "count", "at", "key", "end", "first", "top", "r#from", "r#in",
            "_x9", "late", "group", "session", "rows", "asc", "ties",
        ]);
    }

    /// A name that begins no clause, so that what stands before it may be left out.
    fn plain(&mut self) {
        self.one_of(&["a", "bytes", "status", "r#where", "hits", "x"]);
    }

    fn text(&mut self) {
        self.one_of(&["\"\"", "\"a b\"", "\"é // \\\" {\"", "r\"\\d\"", "r#\"a\"b\"#", "\"\\u{41}\\n\""]);
    }

    fn docs(&mut self) {
        for _ in 0..self.below(8).saturating_sub(5) {
            self.one_of(&[
                "/// A doc.",
                "///",
                "#[doc = \"an attribute\"]",
                "///  two \"spaces\" {",
                "/** a block */",
            ]);
        }
    }

    fn list(&mut self, least: usize, entry: fn(&mut Self)) {
        for at in 0..least + self.below(3) {
            if at > 0 {
                self.push(",");
            }
            entry(self);
        }
    }

    fn trailing_comma(&mut self) {
        if self.chance(20) {
            self.push(",");
        }
    }

    fn program(&mut self) {
        for _ in 0..self.below(3) {
            self.one_of(&["//! Top.", "//!", "#![doc = \"top\"]"]);
        }
        if self.chance(70) {
            self.docs();
            self.push("topology");
            self.name();
        }
        for _ in 0..1 + self.below(5) {
            self.docs();
            match self.below(9) {
                8 => self.test(),
                7 => self.own_rust(),
                5 => self.function(),
                6 => self.table(),
                4 => {
                    self.push("import");
                    self.text();
                    if self.chance(50) {
                        self.push("as");
                        self.name();
                    }
                }
                0 => self.param(),
                1 => self.record(),
                _ => self.node(),
            }
        }
    }
}
