//! What is wrong with a part that the grammar refused: it is parsed again alone, and the furthest place that pest reached
//! is put into the user's terms.

mod expected;
mod habits;
mod sql;

use pest::Parser;
use pest::error::{Error, ErrorVariant, InputLocation};

use super::words::{CLAUSES, ITEMS, RESERVED, is_word};
use super::{Builder, Grammar, Node, Rule};
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::source::Span;

/// The part of the language in which something was refused.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Item,
    Clause,
    Field,
}

/// Where the grammar stopped, and why.
struct Stop<'t> {
    place: Place,
    /// The tokens before it, in the same part: the last one, and the one before that.
    before: [(Span, &'t str); 2],
    /// The token there.
    span: Span,
    token: &'t str,
    expected: Vec<Rule>,
    /// Whether what came before it was complete, so that it could have ended there.
    complete: bool,
}

impl Stop<'_> {
    fn expects(&self, rule: Rule) -> bool {
        self.expected.contains(&rule)
    }

    /// Whether a declaration or clause was to begin here.
    fn begins(&self) -> bool {
        [Rule::item, Rule::clause, Rule::kw_record, Rule::record, Rule::kw_where, Rule::where_]
            .iter()
            .any(|rule| self.expects(*rule))
    }

    fn finding(&self, code: Code, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(code, self.span, message)
    }
}

impl<'t> Builder<'t> {
    pub(super) fn bad_item(&mut self, bad: &Node<'t>, previous: Option<&Node<'t>>) {
        self.refused(Place::Item, bad, previous.filter(|pair| pair.as_rule() == Rule::item));
    }

    pub(super) fn bad_clause(&mut self, bad: &Node<'t>, previous: Option<&Node<'t>>) {
        self.refused(Place::Clause, bad, previous.filter(|pair| pair.as_rule() == Rule::clause));
    }

    pub(super) fn bad_field(&mut self, bad: &Node<'t>, previous: Option<&Node<'t>>) {
        self.refused(Place::Field, bad, previous.filter(|pair| pair.as_rule() == Rule::field));
    }

    /// The grammar takes any text for a file, so that this is never reached; but it must not be silence.
    pub(super) fn unreadable(&mut self, error: &Error<Rule>) {
        let (InputLocation::Pos(at) | InputLocation::Span((at, _))) = error.location;
        let span = self.token_at(at).0;
        self.push(Diagnostic::new(Code::Syntax, span, "this cannot be read"));
    }

    /// One message for a refused part. It may be the rest of what stands before it: `where x = 1` is `where x`, and `= 1`.
    fn refused(&mut self, place: Place, bad: &Node<'t>, previous: Option<&Node<'t>>) {
        let lo = bad.as_span().start();
        let hi = bad.as_span().end();
        if self.found.iter().any(|found| (lo..hi).contains(&(found.span.lo as usize))) {
            return;
        }
        let first = self.token_at(lo).1;
        let starts_anew = match place {
            Place::Item => ITEMS.contains(&first),
            Place::Clause => CLAUSES.contains(&first),
            Place::Field => false,
        };
        let previous_too = previous.filter(|_| !starts_anew);
        let start = previous_too.map_or(lo, |previous| previous.as_span().start());
        if previous_too.is_some() {
            // The comma or the entry before this part was not the clause's end.
            let end = self.text.get(..lo).unwrap_or_default().trim_end().len();
            self.found.retain(|found| {
                let unfinished = found.code == Code::TrailingComma
                    || found.code == Code::Syntax && found.span.hi as usize == end;
                !unfinished || !(start..lo).contains(&(found.span.lo as usize))
            });
        }
        let finding = self.stop(place, start, hi).map(|stop| self.explain(&stop, lo, previous));
        let fallback = || {
            let (span, token) = self.token_at(lo);
            Diagnostic::new(Code::Syntax, span, format!("`{}` has no place here", clipped(token)))
        };
        let finding = finding.unwrap_or_else(fallback);
        self.push(finding);
    }

    /// Where the part stops to be what it should be.
    fn stop(&self, place: Place, start: usize, end: usize) -> Option<Stop<'t>> {
        let rule = match place {
            Place::Item => Rule::item_alone,
            Place::Clause => Rule::clause_alone,
            Place::Field => Rule::field_alone,
        };
        let error = Grammar::parse(rule, self.text.get(start..end)?).err()?;
        let (InputLocation::Pos(at) | InputLocation::Span((at, _))) = error.location;
        let ErrorVariant::ParsingError { positives: expected, .. } = error.variant else { return None };
        let (span, token) = self.token_at(start + at);
        let complete = expected.contains(&Rule::EOI);
        let before = self.tokens_between(start, span.lo as usize);
        Some(Stop { place, before, span, token: clipped(token), expected, complete })
    }

    /// The token at or behind a byte: a word, a string, a doc comment, or one character; empty at the end of the file.
    fn token_at(&self, at: usize) -> (Span, &'t str) {
        let lo = at + blank(self.text.get(at..).unwrap_or_default());
        let rest = self.text.get(lo..).unwrap_or_default();
        let len = match rest.bytes().next() {
            None => 0,
            Some(byte) if is_word(byte) => rest.bytes().position(|byte| !is_word(byte)).unwrap_or(rest.len()),
            Some(b'"') => Grammar::parse(Rule::string, rest).map_or(1, |pairs| pairs.as_str().len()),
            Some(b'#') => [Rule::doc, Rule::inner_doc]
                .into_iter()
                .find_map(|rule| Grammar::parse(rule, rest).ok())
                .map_or(1, |pairs| pairs.as_str().len()),
            Some(b'/') if rest.starts_with("//") => rest.find(['\r', '\n']).unwrap_or(rest.len()),
            Some(_) => ["==", "=>", "&&", "||", "!=", "<=", ">=", "::", "->"]
                .iter()
                .find(|operator| rest.starts_with(**operator))
                .map_or(rest.chars().next().map_or(0, char::len_utf8), |operator| operator.len()),
        };
        (self.span(lo, lo + len), rest.get(..len).unwrap_or_default())
    }

    fn explain(&self, stop: &Stop<'t>, bad: usize, previous: Option<&Node<'t>>) -> Diagnostic {
        let at_start = stop.span.lo as usize <= bad + blank(self.text.get(bad..).unwrap_or_default());
        let (first_span, first) = self.token_at(bad);
        doc(stop, first_span, first)
            .or_else(|| self.sql(stop, first, previous))
            .or_else(|| self.alias_of_column(stop, previous))
            .or_else(|| habits::part_of_time(stop))
            .or_else(|| habits::descending(stop))
            .or_else(|| habits::mistaken_word(stop))
            .or_else(|| habits::missing_expression(stop))
            .or_else(|| self.foreign_operator(stop))
            .or_else(|| reserved(stop))
            .or_else(|| at_start.then(|| keyword(stop)).flatten())
            .or_else(|| comma(stop, previous.filter(|_| at_start)))
            .unwrap_or_else(|| match habits::advice(stop) {
                Some(help) => expected::finding(stop).help(help),
                None => expected::finding(stop),
            })
    }

    /// The last two tokens of a part of the text, the last one first; empty ones where there are none.
    fn tokens_between(&self, start: usize, end: usize) -> [(Span, &'t str); 2] {
        let mut last = [(self.span(start, start), ""); 2];
        let mut at = start;
        while at < end {
            let token = self.token_at(at);
            if token.1.is_empty() || token.0.lo as usize >= end {
                break;
            }
            at = token.0.hi as usize;
            last = [token, last[0]];
        }
        last
    }

    /// `select count() as n`, `select n: count()`, `count(*)`: as other languages have it.
    fn alias_of_column(&self, stop: &Stop<'t>, previous: Option<&Node<'t>>) -> Option<Diagnostic> {
        let [(last_span, last), (_, second)] = stop.before;
        if stop.token == "*" && (second, last) == ("count", "(") {
            return Some(stop.finding(Code::Syntax, "`count` takes no argument").help("write `count()`"));
        }
        if stop.token == ":" && stop.expects(Rule::assign) {
            return Some(stop.finding(Code::WrongOperator, "a column is named with `=`").help("write `=`"));
        }
        let select = previous?.clone().into_inner().find(|pair| pair.as_rule() == Rule::select)?;
        let item = select.into_inner().filter(|pair| pair.as_rule() == Rule::select_item).last()?;
        if stop.token != "as" || last_span.hi > self.span_of(&item).hi {
            return None;
        }
        let (_, name) = self.token_at(stop.span.hi as usize);
        let help = format!("write `{} = {}`", clipped(name), clipped(item.as_str().trim()));
        Some(stop.finding(Code::WrongOperator, "a column is named before its expression").help(help))
    }

    /// Operators of other languages.
    fn foreign_operator(&self, stop: &Stop<'t>) -> Option<Diagnostic> {
        let lo = stop.span.lo as usize;
        let before = self.text.get(..lo).unwrap_or_default().trim_end();
        if stop.token == "==" && stop.expects(Rule::assign) {
            let found = stop.finding(Code::WrongOperator, "`==` compares, and here a name is set");
            return Some(found.help("write `=`"));
        }
        let operand = stop.expects(Rule::number);
        if stop.expects(Rule::infix) {
            let last =
                before.rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or_default();
            if matches!(last, "not" | "NOT") {
                let span = self.span(before.len() - last.len(), before.len());
                let message = format!("`{last}` is no operator");
                return Some(Diagnostic::new(Code::WrongOperator, span, message).help("write `!`"));
            }
            let (message, help) = match stop.token {
                "=" => ("`=` does not compare".to_owned(), "write `==`".to_owned()),
                "as" => {
                    let (_, to) = self.token_at(stop.span.hi as usize);
                    let call = if to.bytes().all(is_word) && !to.is_empty() { to } else { "int" };
                    ("`as` is no operator: a cast is a call".to_owned(), format!("write `{call}(…)`"))
                }
                "and" | "AND" | "&" => (no_operator(stop.token), "write `&&`".to_owned()),
                "or" | "OR" | "|" => (no_operator(stop.token), "write `||`".to_owned()),
                "is" | "IS" => (no_operator(stop.token), "write `x == none` or `x != none`".to_owned()),
                "like" | "LIKE" => {
                    (no_operator(stop.token), "write `matches`, with a regular expression".to_owned())
                }
                "mod" => (no_operator(stop.token), "write `%`".to_owned()),
                "?" => {
                    ("`?` is no operator".to_owned(), "write `if c { a } else { b }`, or `a ?? b`".to_owned())
                }
                _ => return None,
            };
            return Some(stop.finding(Code::WrongOperator, message).help(help));
        }
        let doubled = [("<", ">", "!="), ("==", "=", "=="), ("!=", "=", "!="), ("*", "*", "several factors")];
        let (first, second, meant) = doubled.into_iter().find(|(first, second, _)| {
            operand && before.ends_with(first) && stop.token.starts_with(second)
        })?;
        let span = self.span(before.len() - first.len(), stop.span.hi as usize);
        let message = format!("`{first}{second}` is no operator");
        Some(Diagnostic::new(Code::WrongOperator, span, message).help(format!("write `{meant}`")))
    }
}

fn no_operator(word: &str) -> String {
    format!("`{word}` is no operator")
}

/// A token short enough for a message: one may be as long as the file.
fn clipped(token: &str) -> &str {
    &token[..token.floor_char_boundary(60)]
}

/// How many bytes of white space and ordinary comments a text begins with.
fn blank(text: &str) -> usize {
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches([' ', '\n', '\t', '\r', '\u{FEFF}']);
        let doc = rest.starts_with("///") && !rest.starts_with("////") || rest.starts_with("//!");
        if rest.starts_with("//") && !doc {
            rest = &rest[rest.find('\n').unwrap_or(rest.len())..];
        } else if rest.starts_with("/*") {
            let Ok(comment) = Grammar::parse(Rule::block_comment_alone, rest) else { break };
            rest = &rest[comment.as_str().len()..];
        } else {
            break;
        }
    }
    text.len() - rest.len()
}

/// A doc comment where none may be, or before nothing: then what was refused begins with it, and the grammar stopped
/// right behind it.
fn doc(stop: &Stop, first_span: Span, first: &str) -> Option<Diagnostic> {
    let is_doc =
        |token: &str| ["///", "//!", "/**", "/*!", "#[", "#!["].iter().any(|doc| token.starts_with(doc));
    let dangling = is_doc(first) && (stop.begins() || stop.complete) && matches!(stop.token, "}" | "");
    let span = if is_doc(stop.token) { stop.span } else { first_span };
    (dangling || is_doc(stop.token)).then(|| {
        let message = "this doc comment stands before nothing that has one";
        Diagnostic::new(Code::MisplacedDoc, span, message).help(
            "`///` stands before declarations, fields, clauses and columns, `//!` at the top; `//` may stand anywhere",
        )
    })
}

fn reserved(stop: &Stop) -> Option<Diagnostic> {
    let names = [Rule::name, Rule::path, Rule::alias, Rule::input, Rule::field, Rule::connector];
    let named = names.iter().any(|rule| stop.expects(*rule)) && !stop.expects(Rule::number);
    (named && RESERVED.contains(&stop.token)).then(|| {
        stop.finding(
            Code::ReservedWord,
            format!("a name must stand here, and `{}` is a reserved word", stop.token),
        )
        .help(format!("write `r#{}`, or another name", stop.token))
    })
}

/// A word that should have been the first of a declaration or clause.
fn keyword(stop: &Stop) -> Option<Diagnostic> {
    let (what, words) = match stop.place {
        Place::Item => ("declaration", ITEMS),
        Place::Clause => ("clause", CLAUSES),
        Place::Field => return None,
    };
    let is_a_word = stop.token.bytes().next().is_some_and(|byte| is_word(byte) && !byte.is_ascii_digit());
    if !is_a_word || !(stop.complete || stop.begins()) {
        return None;
    }
    if stop.place == Place::Item && CLAUSES.contains(&stop.token) {
        let message = format!("`{}` begins a clause, and clauses stand within `{{ … }}`", stop.token);
        return Some(stop.finding(Code::UnknownKeyword, message));
    }
    if stop.place == Place::Clause && ITEMS.contains(&stop.token) {
        let message = format!("`{}` begins a declaration, and those stand outside of `{{ … }}`", stop.token);
        return Some(stop.finding(Code::UnknownKeyword, message).help("is a `}` missing before it?"));
    }
    let near = nearest(stop.token, words.iter().copied());
    if stop.complete && near.is_none() && stop.place == Place::Clause {
        return None;
    }
    let found = stop.finding(Code::UnknownKeyword, format!("no {what} begins with `{}`", stop.token));
    Some(match near {
        Some(near) => found.help(format!("did you mean `{near}`?")),
        None => found.help(format!("a {what} begins with `{}`", words.join("`, `"))),
    })
}

/// Two entries of a list with nothing between them: in brackets, or behind a complete clause or field.
fn comma(stop: &Stop, previous: Option<&Node>) -> Option<Diagnostic> {
    let entry = stop.token.bytes().next().is_some_and(|byte| is_word(byte) || byte == b'"' || byte == b'*');
    let in_brackets =
        [Rule::close_paren, Rule::close_list, Rule::close_brace].iter().any(|rule| stop.expects(*rule));
    let wanted = stop.expects(Rule::comma) && (in_brackets || previous.is_some())
        || stop.place == Place::Field && stop.complete && previous.is_some();
    (entry && wanted).then(|| {
        stop.finding(Code::MissingComma, format!("a comma is missing before `{}`", stop.token))
            .help("entries stand with commas between them")
    })
}
