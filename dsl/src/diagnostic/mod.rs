//! Findings: what is wrong, where, and what to write instead. They go into a sink ([`Diagnostics`]), are sorted by
//! position, and gate the phases; a renderer (one file each) makes text of them.

mod code;
mod human;
mod json;
mod nearest;

pub use code::{Code, Severity};
pub use human::{Colour, human};
pub use json::{Unreadable, json};
pub use nearest::nearest;

use crate::source::{FileId, Span};

/// A second party to a mistake, such as the first of two declarations.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// A few words, such as `first declared here`.
    pub text: String,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// What kind of mistake.
    pub code: Code,
    /// One short fact, without a full stop.
    pub message: String,
    /// The smallest guilty part.
    pub span: Span,
    /// Other parties. A label at [`Diagnostic::span`] itself is printed there.
    pub labels: Vec<Label>,
    /// What to write instead.
    pub help: Option<String>,
}

impl Diagnostic {
    /// A finding without labels and help.
    #[must_use]
    pub fn new(code: Code, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic { code, message: message.into(), span, labels: Vec::new(), help: None }
    }

    /// With another party.
    #[must_use]
    pub fn label(mut self, span: Span, text: impl Into<String>) -> Diagnostic {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    /// With what to write instead.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = Some(help.into());
        self
    }

    /// With `did you mean` the nearest of the known names, where one is near enough.
    #[must_use]
    pub fn did_you_mean<'a>(self, word: &str, known: impl IntoIterator<Item = &'a str>) -> Diagnostic {
        match nearest(word, known) {
            Some(name) => self.help(format!("did you mean `{name}`?")),
            None => self,
        }
    }
}

/// The sink that findings go into.
#[derive(Clone, Debug, Default)]
pub struct Diagnostics {
    found: Vec<Diagnostic>,
}

impl Diagnostics {
    /// An empty sink.
    #[must_use]
    pub fn new() -> Diagnostics {
        Diagnostics::default()
    }

    /// Adds a finding.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }

    /// Adds all findings of another sink.
    pub fn append(&mut self, other: Diagnostics) {
        self.found.extend(other.found);
    }

    /// Drops the findings of which this does not hold.
    pub fn retain(&mut self, such: impl FnMut(&Diagnostic) -> bool) {
        self.found.retain(such);
    }

    /// Whether nothing was found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// How many findings there are, doubles included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.found.len()
    }

    /// The findings in the order they were made.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.found.iter()
    }

    /// Whether an error was found: the gate between phases.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.found.iter().any(|diagnostic| diagnostic.code.severity() == Severity::Error)
    }

    /// Where errors were found in this file.
    pub fn errors_in(&self, file: FileId) -> impl Iterator<Item = Span> {
        let errors = self.found.iter().filter(|found| found.code.severity() == Severity::Error);
        errors.map(|found| found.span).filter(move |span| span.file == file)
    }

    /// The findings, sorted by file, position and code, each once.
    #[must_use]
    pub fn into_sorted(mut self) -> Vec<Diagnostic> {
        self.found.sort_by(|a, b| (a.span, a.code, &a.message).cmp(&(b.span, b.code, &b.message)));
        self.found.dedup_by(|b, a| (a.span, a.code, &a.message) == (b.span, b.code, &b.message));
        self.found
    }
}

impl Extend<Diagnostic> for Diagnostics {
    fn extend<T: IntoIterator<Item = Diagnostic>>(&mut self, iter: T) {
        self.found.extend(iter);
    }
}

#[cfg(test)]
mod tests {
    use super::{Code, Diagnostic, Diagnostics};
    use crate::source::{FileId, Span};

    fn at(lo: u32) -> Span {
        Span { file: FileId(0), lo, hi: lo + 1 }
    }

    #[test]
    fn findings_come_out_by_position_and_once() {
        let mut sink = Diagnostics::new();
        for lo in [7, 3, 7] {
            sink.push(Diagnostic::new(Code::UnknownName, at(lo), "no `x`"));
        }
        assert!(sink.has_errors());
        let positions: Vec<u32> = sink.into_sorted().iter().map(|found| found.span.lo).collect();
        assert_eq!(positions, [3, 7]);
    }

    #[test]
    fn the_nearest_name_is_offered_only_where_it_is_near() {
        let found = Diagnostic::new(Code::UnknownName, at(0), "no `statu`");
        let known = ["status", "method"];
        assert_eq!(
            found.clone().did_you_mean("statu", known).help.as_deref(),
            Some("did you mean `status`?")
        );
        assert_eq!(found.did_you_mean("zzz", known).help, None);
    }
}
