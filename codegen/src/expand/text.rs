//! A macro's tokens as text, and the way back from a byte of that text to the token it came from.

use proc_macro2::{
    Delimiter, Group, LineColumn, Literal, Spacing, Span, TokenStream, TokenTree, token_stream,
};
use streamwright_dsl::source::Source;

/// A jump ahead of more lines than this is no layout (tokens of another macro, say), and is not reproduced.
const MAX_LINES: usize = 100_000;
/// The same for columns.
const MAX_COLUMNS: usize = 1_000;

/// The text of a macro's body.
///
/// Tokens stand at the line and column that they have in the Rust file, so far as the compiler says where that is, and
/// at least one space apart where they need one. So a `Source` made of the text speaks of the Rust file's own lines.
/// Comments are gone; doc comments are `#[doc = "…"]`, as the compiler hands them over.
#[derive(Debug)]
pub struct Text {
    /// The text, under the name of the Rust file.
    pub source: Source,
    /// Where each token starts, ascending.
    tokens: Vec<(u32, Span)>,
}

impl Text {
    /// Prints tokens. Linear in their number, whatever their depth.
    #[must_use]
    pub fn new(tokens: TokenStream) -> Text {
        let path = tokens.clone().into_iter().next().map(|first| first.span().file());
        let path = path.filter(|path| !path.is_empty()).unwrap_or_else(|| "<topology!>".to_owned());
        let mut printer = Printer::default();
        printer.print(tokens);
        Text { source: Source::new(path, printer.text), tokens: printer.tokens }
    }

    /// The first and the last token that a range of the text touches: a compile error made of the two underlines all
    /// that lies between, which a joined span does not on stable Rust. An empty range is the token there, or before.
    #[must_use]
    pub fn ends(&self, lo: u32, hi: u32) -> (Span, Span) {
        let before = |past: usize| {
            past.checked_sub(1)
                .and_then(|at| self.tokens.get(at))
                .map_or_else(Span::call_site, |(_, span)| *span)
        };
        let first = self.tokens.partition_point(|(start, _)| *start <= lo);
        let last = self.tokens.partition_point(|(start, _)| *start < hi);
        (before(first.max(1)), before(last.max(first).max(1)))
    }
}

/// What is still to be printed: the rest of a group, and the bracket behind it.
struct Pending {
    tokens: token_stream::IntoIter,
    close: Option<(char, Span)>,
}

#[derive(Default)]
struct Printer {
    text: String,
    tokens: Vec<(u32, Span)>,
    /// Where the text ends: lines from 1, columns in characters from 0.
    line: usize,
    column: usize,
    /// The last token was a joint punctuation mark: the next one touches it.
    glued: bool,
}

impl Printer {
    fn print(&mut self, tokens: TokenStream) {
        self.line = 1;
        let mut stack = vec![Pending { tokens: tokens.into_iter(), close: None }];
        while let Some(top) = stack.last_mut() {
            match top.tokens.next() {
                None => {
                    if let Some((bracket, span)) = top.close {
                        self.token(bracket.encode_utf8(&mut [0; 4]), span);
                    }
                    stack.pop();
                }
                Some(TokenTree::Punct(punct)) => {
                    if let Some(docs) = doc_comment(punct.as_char(), &mut top.tokens) {
                        self.token(&format!("#{}[doc = {}]", docs.bang, docs.text), docs.text.span());
                        continue;
                    }
                    self.token(punct.as_char().encode_utf8(&mut [0; 4]), punct.span());
                    self.glued = punct.spacing() == Spacing::Joint;
                }
                Some(TokenTree::Group(group)) => stack.push(self.open(&group)),
                Some(TokenTree::Ident(ident)) => self.token(&ident.to_string(), ident.span()),
                Some(TokenTree::Literal(literal)) => self.token(&literal.to_string(), literal.span()),
            }
        }
    }

    fn open(&mut self, group: &Group) -> Pending {
        let brackets = match group.delimiter() {
            Delimiter::Brace => Some(('{', '}')),
            Delimiter::Bracket => Some(('[', ']')),
            Delimiter::Parenthesis => Some(('(', ')')),
            Delimiter::None => None,
        };
        if let Some((open, _)) = brackets {
            self.token(open.encode_utf8(&mut [0; 4]), group.span_open());
        }
        Pending {
            tokens: group.stream().into_iter(),
            close: brackets.map(|(_, close)| (close, group.span_close())),
        }
    }

    fn token(&mut self, text: &str, span: Span) {
        if !std::mem::take(&mut self.glued) {
            self.pad(span.start(), text);
        }
        self.tokens.push((self.text.len() as u32, span));
        self.push(text);
    }

    /// Moves on to where the token stands; where that is not ahead, one space does.
    fn pad(&mut self, to: LineColumn, token: &str) {
        if to.line > self.line && to.line - self.line <= MAX_LINES {
            self.push(&"\n".repeat(to.line - self.line));
        }
        let ahead = to.column.saturating_sub(self.column);
        if to.line == self.line && (1..=MAX_COLUMNS).contains(&ahead) {
            self.push(&" ".repeat(ahead));
        } else if self.column > 0 && (ahead > 0 || to != self.end() || merge(&self.text, token)) {
            self.push(" ");
        }
    }

    fn end(&self) -> LineColumn {
        LineColumn { line: self.line, column: self.column }
    }

    fn push(&mut self, text: &str) {
        self.text.push_str(text);
        match text.rsplit_once('\n') {
            Some((head, last)) => {
                self.line += head.matches('\n').count() + 1;
                self.column = last.chars().count();
            }
            None => self.column += text.chars().count(),
        }
    }
}

/// Whether a token right behind the text would be read as a part of what stands there.
fn merge(text: &str, token: &str) -> bool {
    let solid = |char: char| !matches!(char, '(' | ')' | '[' | ']' | '{' | '}' | ',' | ';');
    text.ends_with(solid) && token.starts_with(solid) && !(text.ends_with(word) ^ token.starts_with(word))
}

fn word(char: char) -> bool {
    char.is_alphanumeric() || matches!(char, '_' | '"' | '#')
}

/// `#[doc = "…"]`, or `#![doc = "…"]` with its `!`.
struct Docs {
    bang: &'static str,
    text: Literal,
}

/// Takes the tokens of a doc comment off the stream, if that is what follows.
fn doc_comment(punct: char, tokens: &mut token_stream::IntoIter) -> Option<Docs> {
    if punct != '#' {
        return None;
    }
    let mut ahead = tokens.clone();
    let mut next = ahead.next()?;
    let mut bang = "";
    if matches!(&next, TokenTree::Punct(punct) if punct.as_char() == '!') {
        bang = "!";
        next = ahead.next()?;
    }
    let TokenTree::Group(group) = next else { return None };
    let attribute: Vec<TokenTree> = group.stream().into_iter().collect();
    match attribute.as_slice() {
        [TokenTree::Ident(doc), TokenTree::Punct(equals), TokenTree::Literal(text)]
            if group.delimiter() == Delimiter::Bracket && doc == "doc" && equals.as_char() == '=' =>
        {
            *tokens = ahead;
            Some(Docs { bang, text: text.clone() })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(body: &str) -> Text {
        Text::new(body.parse().expect("these are Rust tokens"))
    }

    #[test]
    fn tokens_stay_where_they_were_written() {
        let body = "topology t\n\n  bolt b {\n    from a by fields(ip)   where x?.y >= 1..=5m30s // why\n    write }";
        let expected = body.replace("// why", "").replace("s \n", "s\n");
        assert_eq!(text(body).source.text, expected);
    }

    #[test]
    fn doc_comments_become_attributes_and_touch_nothing() {
        let printed = text("//! One.\ntopology t\n/// A \"quoted\" word.\nparam x: int").source.text;
        assert_eq!(
            printed,
            "#![doc = \" One.\"]\ntopology t\n#[doc = \" A \\\"quoted\\\" word.\"]\nparam x: int"
        );
    }

    #[test]
    fn a_range_of_the_text_finds_its_two_end_tokens() {
        let text = text("where statu < 500, (a.b)");
        let range = |part: &str| {
            let lo = text.source.text.find(part).expect("it is in the text");
            text.ends(lo as u32, (lo + part.len()) as u32)
        };
        let columns = |part: &str| {
            let (first, last) = range(part);
            (first.start().column, last.end().column)
        };
        assert_eq!(columns("statu"), (6, 11));
        assert_eq!(columns("statu < 500"), (6, 17));
        assert_eq!(columns("(a.b)"), (19, 24));
        assert_eq!(columns("a.b"), (20, 23));
    }

    #[test]
    fn ranges_at_the_edges_have_a_token() {
        let text = text("a b");
        assert_eq!(text.ends(3, 3).1.start().column, 2);
        assert_eq!(text.ends(0, 0).0.start().column, 0);
        let empty = super::Text::new(TokenStream::new());
        let _ = empty.ends(0, 0);
    }
}
