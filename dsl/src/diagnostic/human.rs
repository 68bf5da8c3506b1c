//! Findings for people: `FILE:LINE:COLUMN`, the source line, what is wrong, what to write.

use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::{Diagnostic, Severity};
use crate::source::{Source, Sources, Span};

/// Whether to print terminal colours; the caller knows its terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// Plain text.
    Never,
    /// ANSI escapes.
    Always,
}

/// What is shown of one line at most, in bytes: a file may be one line of 10 MB.
const WIDEST: usize = 160;
/// How far apart two parties may be to stand in one picture, in bytes.
const ONE_PICTURE: usize = 16 * 1024;

/// The findings as text, in the order given. The size is bounded by the number of findings, whatever the files' lines are.
#[must_use]
pub fn human(found: &[Diagnostic], sources: &Sources, colour: Colour) -> String {
    let renderer = match colour {
        Colour::Never => Renderer::plain(),
        Colour::Always => Renderer::styled(),
    };
    found.iter().map(|diagnostic| renderer.render(&[group(diagnostic, sources)]) + "\n\n").collect()
}

fn group<'a>(diagnostic: &'a Diagnostic, sources: &'a Sources) -> Group<'a> {
    let level = match diagnostic.code.severity() {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let id = format!("{} {}", diagnostic.code.id(), diagnostic.code.name());
    let mut group = Group::with_title(level.primary_title(diagnostic.message.as_str()).id(id));
    group = match together(diagnostic, sources) {
        Some(snippet) => group.element(snippet),
        None => apart(group, diagnostic, sources),
    };
    match &diagnostic.help {
        Some(help) => group.element(Level::HELP.message(help.as_str())),
        None => group,
    }
}

/// Every party with what is said of it, the guilty one first.
fn parties(diagnostic: &Diagnostic) -> Vec<(AnnotationKind, Span, Option<&str>)> {
    let own = diagnostic.labels.iter().find(|label| label.span == diagnostic.span);
    let mut parties = vec![(AnnotationKind::Primary, diagnostic.span, own.map(|label| label.text.as_str()))];
    let others = diagnostic.labels.iter().filter(|label| label.span != diagnostic.span);
    parties.extend(others.map(|label| (AnnotationKind::Context, label.span, Some(label.text.as_str()))));
    parties
}

/// One picture of all parties, where they are in one file, near each other, and on lines of ordinary length.
fn together<'a>(diagnostic: &'a Diagnostic, sources: &'a Sources) -> Option<Snippet<'a, Annotation<'a>>> {
    let parties = parties(diagnostic);
    let source = sources.get(diagnostic.span.file);
    if parties.iter().any(|(_, span, _)| span.file != diagnostic.span.file) {
        return None;
    }
    let lines: Vec<Range<usize>> = parties.iter().map(|(_, span, _)| line_of(source, span.lo)).collect();
    let start = lines.iter().map(|line| line.start).min()?;
    let end = lines.iter().map(|line| line.end).max()?;
    if end - start > ONE_PICTURE || lines.iter().any(|line| line.len() > WIDEST) {
        return None;
    }
    let (first_line, _) = source.line_column(start as u32);
    let annotations = parties.iter().zip(&lines).map(|((kind, span, label), line)| {
        let range = within(*span, line);
        kind.span(range.start - start..range.end - start).label(label.map(str::to_owned))
    });
    let text = source.text.get(start..end)?;
    Some(
        Snippet::source(text)
            .line_start(first_line as usize)
            .path(source.path.as_str())
            .annotations(annotations),
    )
}

/// A picture for each party, each cut to a bounded part of its line.
fn apart<'a>(mut group: Group<'a>, diagnostic: &'a Diagnostic, sources: &'a Sources) -> Group<'a> {
    for (kind, span, label) in parties(diagnostic) {
        let source = sources.get(span.file);
        let (line, column) = source.line_column(span.lo);
        let cut = cut_round(source, span);
        let range = within(span, &cut);
        let annotation =
            kind.span(range.start - cut.start..range.end - cut.start).label(label.map(str::to_owned));
        let from_its_start = cut.start == line_of(source, span.lo).start;
        let snippet = Snippet::source(source.text.get(cut).unwrap_or_default())
            .line_start(line as usize)
            .annotation(annotation);
        group = if from_its_start {
            group.element(snippet.path(source.path.as_str()))
        } else {
            let origin = Origin::path(source.path.as_str());
            group.element(origin.line(line as usize).char_column(column as usize)).element(snippet)
        };
    }
    group
}

/// The part of a span that lies in a range.
fn within(span: Span, range: &Range<usize>) -> Range<usize> {
    let start = (span.lo as usize).clamp(range.start, range.end);
    start..(span.hi as usize).clamp(start, range.end)
}

/// The line round a byte, without its end.
fn line_of(source: &Source, byte: u32) -> Range<usize> {
    let (line, _) = source.line_column(byte);
    source.line_range(line)
}

/// At most [`WIDEST`] bytes of the line that a span begins on, at characters' starts.
fn cut_round(source: &Source, span: Span) -> Range<usize> {
    let line = line_of(source, span.lo);
    let at = (span.lo as usize).clamp(line.start, line.end);
    let start = source.text.floor_char_boundary(at.saturating_sub(WIDEST / 2).max(line.start));
    let end = source.text.floor_char_boundary((start + WIDEST).min(line.end));
    start..end
}

#[cfg(test)]
mod tests {
    use super::{Colour, human};
    use crate::diagnostic::{Code, Diagnostic};
    use crate::source::{Source, Sources, Span};

    #[test]
    fn both_parties_and_the_help_are_shown() {
        let mut sources = Sources::default();
        let file = sources.add(Source::new("a.topo", "record A {}\nrecord B {}\nrecord A {}\n"));
        let found =
            Diagnostic::new(Code::DuplicateName, Span { file, lo: 31, hi: 32 }, "`A` is declared twice")
                .label(Span { file, lo: 7, hi: 8 }, "first declared here")
                .help("rename one of them");
        insta::assert_snapshot!(human(&[found], &sources, Colour::Never), @r##"
error[T0102 duplicate-name]: `A` is declared twice
 --> a.topo:3:8
  |
1 | record A {}
  |        - first declared here
2 | record B {}
3 | record A {}
  |        ^
  |
  = help: rename one of them
"##);
    }

    #[test]
    fn parties_in_two_files_have_a_picture_each() {
        let mut sources = Sources::default();
        let first = sources.add(Source::new("a.topo", "record A {}\n"));
        let second = sources.add(Source::new("b.topo", "\nrecord A {}\n"));
        let found = Diagnostic::new(
            Code::DuplicateName,
            Span { file: second, lo: 8, hi: 9 },
            "`A` is declared twice",
        )
        .label(Span { file: first, lo: 7, hi: 8 }, "first declared here");
        insta::assert_snapshot!(human(&[found], &sources, Colour::Never), @r##"
error[T0102 duplicate-name]: `A` is declared twice
 --> b.topo:2:8
  |
2 | record A {}
  |        ^
  |
 ::: a.topo:1:8
  |
1 | record A {}
  |        - first declared here
"##);
    }

    #[test]
    fn a_huge_line_is_cut_but_its_column_is_right() {
        let mut sources = Sources::default();
        let file = sources.add(Source::new("long.topo", "é".repeat(5_000_000)));
        let span = Span { file, lo: 4_000_000, hi: 9_000_000 };
        let text = human(&[Diagnostic::new(Code::Syntax, span, "no")], &sources, Colour::Never);
        assert!(text.contains("long.topo:1:2000001"), "{text}");
        assert!(text.len() < 2_000);
    }
}
