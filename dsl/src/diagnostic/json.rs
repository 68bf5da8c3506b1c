//! Findings for machines.

use serde::Serialize;

use super::{Diagnostic, Severity};
use crate::source::{Sources, Span};

/// One finding as printed. Fields are only ever added.
#[derive(Serialize)]
struct Finding<'a> {
    code: &'static str,
    name: &'static str,
    severity: &'static str,
    message: &'a str,
    #[serde(flatten)]
    place: Place<'a>,
    labels: Vec<Party<'a>>,
    help: Option<&'a str>,
}

#[derive(Serialize)]
struct Party<'a> {
    text: &'a str,
    #[serde(flatten)]
    place: Place<'a>,
}

/// Lines and columns count from 1, columns in characters; the end is exclusive.
#[derive(Serialize)]
struct Place<'a> {
    file: &'a str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
}

impl<'a> Place<'a> {
    fn of(span: Span, sources: &'a Sources) -> Place<'a> {
        let source = sources.get(span.file);
        let (line, column) = source.line_column(span.lo);
        let (end_line, end_column) = source.line_column(span.hi);
        Place { file: &source.path, line, column, end_line, end_column }
    }
}

/// A file that could not be read, as one of the findings.
#[derive(Clone, Debug)]
pub struct Unreadable {
    /// Its name.
    pub file: String,
    /// Why.
    pub message: String,
}

impl Unreadable {
    fn finding(&self) -> Finding<'_> {
        Finding {
            code: "io",
            name: "unreadable-file",
            severity: Severity::Error.name(),
            message: &self.message,
            place: Place { file: &self.file, line: 1, column: 1, end_line: 1, end_column: 1 },
            labels: Vec::new(),
            help: None,
        }
    }
}

/// The findings as one JSON array, a finding a line, in the order given; then the files that could not be read, whose
/// code is `io`.
///
/// # Errors
/// Never in practice: strings and numbers always serialise.
pub fn json(
    found: &[Diagnostic],
    unreadable: &[Unreadable],
    sources: &Sources,
) -> Result<String, serde_json::Error> {
    let mut lines = Vec::with_capacity(found.len() + unreadable.len());
    for diagnostic in found {
        lines.push(serde_json::to_string(&Finding {
            code: diagnostic.code.id(),
            name: diagnostic.code.name(),
            severity: diagnostic.code.severity().name(),
            message: &diagnostic.message,
            place: Place::of(diagnostic.span, sources),
            labels: diagnostic
                .labels
                .iter()
                .map(|label| Party { text: &label.text, place: Place::of(label.span, sources) })
                .collect(),
            help: diagnostic.help.as_deref(),
        })?);
    }
    for file in unreadable {
        lines.push(serde_json::to_string(&file.finding())?);
    }
    Ok(if lines.is_empty() { "[]\n".to_owned() } else { format!("[\n{}\n]\n", lines.join(",\n")) })
}

#[cfg(test)]
mod tests {
    use super::json;
    use crate::diagnostic::{Code, Diagnostic};
    use crate::source::{Source, Sources, Span};

    #[test]
    fn a_finding_has_its_code_place_labels_and_help() {
        let mut sources = Sources::default();
        let file = sources.add(Source::new("a.topo", "é x\n  yy\n"));
        let found = Diagnostic::new(Code::DuplicateName, Span { file, lo: 7, hi: 9 }, "`yy` twice")
            .label(Span { file, lo: 3, hi: 4 }, "first declared here")
            .help("rename one");
        insta::assert_snapshot!(json(&[found], &[], &sources).unwrap(), @r##"
[
{"code":"T0102","name":"duplicate-name","severity":"error","message":"`yy` twice","file":"a.topo","line":2,"column":3,"end_line":2,"end_column":5,"labels":[{"text":"first declared here","file":"a.topo","line":1,"column":3,"end_line":1,"end_column":4}],"help":"rename one"}
]
"##);
        assert_eq!(json(&[], &[], &sources).unwrap(), "[]\n");
    }
}
