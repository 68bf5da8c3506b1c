//! From text to an [`ast::File`]: the only place that sees the grammar.
//!
//! A file is looked at twice. `scan` goes over its characters once, and finds what a grammar would take badly:
//! brackets that do not balance or nest too deep, strings without end, characters without meaning. Only then pest
//! reads it. What is no item (clause, field) becomes a `bad_item` (`bad_clause`, `bad_field`) that runs to the next one;
//! `report` parses it again alone, and says in the user's terms what is wrong.

mod clauses;
mod connectors;
mod expressions;
mod items;
mod literals;
mod report;
mod scan;
mod test_blocks;
mod words;

use pest::Parser;
use pest::iterators::{Pair, Pairs};

use grammar::{Grammar, Rule};

use crate::ast;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::source::{FileId, Name, Span, Spanned};

/// The largest file that is read, in bytes.
pub const LARGEST: usize = 16 << 20;
/// How deep brackets may be nested.
pub const DEEPEST: usize = 128;
/// How many findings are made of one file: what comes after them is noise.
const MOST_FINDINGS: usize = 100;

// The macro's items have no docs; grammar.pest has.
#[allow(missing_docs)]
mod grammar {
    #[derive(pest_derive::Parser)]
    #[grammar = "grammar.pest"]
    pub(super) struct Grammar;
}

/// Reads one file. Whatever the text, there is an AST of what could be understood, and a finding for each part that
/// could not. Time and memory are proportional to the text.
#[must_use]
pub fn parse(file: FileId, text: &str) -> (ast::File, Diagnostics) {
    let mut builder = Builder { file, text, found: Diagnostics::new(), ast: ast::File::default() };
    if text.len() > LARGEST {
        let message = format!("this file has {} bytes, more than 16 MiB", text.len());
        builder.found.push(Diagnostic::new(Code::TooLarge, builder.span(0, 0), message));
        return (builder.ast, builder.found);
    }
    let scanned = scan::scan(file, text);
    let readable = scanned.readable;
    builder.found.extend(scanned.found);
    if readable {
        match Grammar::parse(Rule::file, text) {
            Ok(pairs) => builder.entries(pairs),
            Err(error) => builder.unreadable(&error),
        }
    }
    (builder.ast, builder.found)
}

/// Makes the AST of pest's pairs.
struct Builder<'t> {
    file: FileId,
    text: &'t str,
    found: Diagnostics,
    ast: ast::File,
}

type Node<'t> = Pair<'t, Rule>;

impl<'t> Builder<'t> {
    fn span(&self, lo: usize, hi: usize) -> Span {
        Span { file: self.file, lo: lo as u32, hi: hi as u32 }
    }

    /// From a rule's first byte to the end of its last token. (pest's own end includes white space behind it.)
    fn span_of(&self, pair: &Node<'t>) -> Span {
        let mut last = pair.clone();
        while let Some(inner) = last.clone().into_inner().next_back() {
            last = inner;
        }
        self.span(pair.as_span().start(), last.as_span().end())
    }

    /// The exact text of a token.
    fn token(&self, pair: &Node<'t>) -> Span {
        self.span(pair.as_span().start(), pair.as_span().end())
    }

    fn push(&mut self, diagnostic: Diagnostic) {
        if self.found.len() < MOST_FINDINGS {
            self.found.push(diagnostic);
        }
    }

    fn name(&self, pair: &Node<'t>) -> Name {
        if pair.as_rule() == Rule::path {
            let names = pair.clone().into_inner().filter(|part| part.as_rule() == Rule::name);
            let names: Vec<String> = names.map(|part| self.name(&part).value).collect();
            return Spanned { value: names.join("::"), span: self.span_of(pair) };
        }
        let text = pair.as_str();
        Spanned { value: text.strip_prefix("r#").unwrap_or(text).to_owned(), span: self.token(pair) }
    }

    /// A string or raw string, decoded.
    fn string(&mut self, pair: &Node<'t>) -> Spanned<String> {
        let span = self.token(pair);
        match literals::string(pair.as_str()) {
            Ok(value) => Spanned { value, span },
            Err(fault) => {
                let lo = pair.as_span().start() + fault.at;
                let span_of_fault = self.span(lo, lo + fault.len);
                self.push(Diagnostic::new(Code::BadLiteral, span_of_fault, fault.message).help(fault.help));
                Spanned { value: String::new(), span }
            }
        }
    }
}

/// The next pair, where it is of this rule.
fn next_if<'t>(pairs: &mut Pairs<'t, Rule>, rule: Rule) -> Option<Node<'t>> {
    if pairs.peek()?.as_rule() == rule { pairs.next() } else { None }
}

#[cfg(test)]
mod contract_tests;
#[cfg(test)]
mod limits_tests;
#[cfg(test)]
mod tests;
