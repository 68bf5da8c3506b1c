//! Faulty topologies. Each file in `ui/` says in comments what must be found in it, and where:
//!
//! ```text
//!     where statu < 500
//! //        ^^^^^ T0101 unknown-name
//! ```
//!
//! The carets stand under the guilty columns of the last line that is no expectation (a part that spans lines: up to the
//! end of its first); `//@ COLUMN` says it where the comment's own slashes are in the way. How a finding is shown is kept
//! in `ui/snapshots/`. `UI_BLESS=1` writes the expectations anew.

// The helpers of a test panic as the test itself does.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use streamwright_dsl::check::check;
use streamwright_dsl::diagnostic::{self, Code, Colour, Diagnostic};
use streamwright_dsl::parse::parse;
use streamwright_dsl::source::{Source, Sources};

/// Codes that a small file cannot show.
const WITHOUT_CASE: [Code; 3] = [Code::TooLarge, Code::RustSignature, Code::NeedsCompiler];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("ui")
}

fn cases() -> Vec<(String, String)> {
    let mut cases = Vec::new();
    for entry in std::fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "topo") {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            cases.push((name, std::fs::read_to_string(&path).unwrap()));
        }
    }
    cases.sort();
    cases
}

/// What is found in a text.
fn found(name: &str, text: &str) -> (Vec<Diagnostic>, Sources) {
    let mut sources = Sources::default();
    let file = sources.add(Source::new(format!("{name}.topo"), text));
    let (ast, mut found) = parse(file, text);
    let topology = check(&ast, file, &mut found);
    assert!(topology.is_none() || !found.is_empty(), "{name}: nothing is wrong with it");
    (found.into_sorted(), sources)
}

fn is_expectation(line: &str) -> bool {
    line.strip_prefix("//").is_some_and(|rest| rest.starts_with('@') || rest.trim_start().starts_with('^'))
}

/// The text without its expectations: what is checked, so that its lines are those of the findings.
fn bare(text: &str) -> String {
    text.lines().filter(|line| !is_expectation(line)).map(|line| format!("{line}\n")).collect()
}

/// The bare text with what was found written into it.
fn annotated(text: &str, found: &[Diagnostic], sources: &Sources) -> String {
    let mut out = String::new();
    for (number, line) in (1..).zip(text.lines()) {
        out.push_str(&format!("{line}\n"));
        for finding in found {
            let source = sources.get(finding.span.file);
            let (first, column) = source.line_column(finding.span.lo);
            if first == number {
                let (last, end) = source.line_column(finding.span.hi);
                let end = if last == first { end } else { line.chars().count() as u32 + 1 };
                out.push_str(&expectation(column, end, finding.code));
            }
        }
    }
    out
}

fn expectation(column: u32, end: u32, code: Code) -> String {
    let code = format!("{} {}", code.id(), code.name());
    if column < 3 {
        return format!("//@ {column} {code}\n");
    }
    let indent = " ".repeat(column as usize - 3);
    let carets = "^".repeat(end.saturating_sub(column).max(1) as usize);
    format!("//{indent}{carets} {code}\n")
}

#[test]
fn each_case_is_found_where_it_says() {
    let mut wrong = Vec::new();
    for (name, text) in cases() {
        let bare = bare(&text);
        let (found, sources) = found(&name, &bare);
        let annotated = annotated(&bare, &found, &sources);
        if std::env::var_os("UI_BLESS").is_some() {
            std::fs::write(folder().join(format!("{name}.topo")), &annotated).unwrap();
        } else if annotated != text {
            wrong.push(format!("--- {name}: found\n{annotated}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_finding_is_shown_as_it_was_approved() {
    insta::with_settings!({ snapshot_path => folder().join("snapshots"), prepend_module_to_snapshot => false }, {
        for (name, text) in cases() {
            let (found, sources) = found(&name, &bare(&text));
            insta::assert_snapshot!(name, diagnostic::human(&found, &sources, Colour::Never));
        }
    });
}

#[test]
fn every_code_has_a_case() {
    let found = cases().into_iter().flat_map(|(name, text)| found(&name, &bare(&text)).0);
    let shown: BTreeSet<Code> = found.map(|finding| finding.code).collect();
    let missing = Code::ALL.iter().filter(|code| !shown.contains(code) && !WITHOUT_CASE.contains(code));
    let missing: Vec<&Code> = missing.collect();
    assert!(missing.is_empty(), "no case shows {missing:?}");
}

#[test]
fn every_finding_of_the_checker_says_what_to_write() {
    for (name, text) in cases() {
        for finding in found(&name, &bare(&text)).0 {
            let place = format!("{name}: {} {}", finding.code.id(), finding.message);
            assert!(!finding.message.ends_with('.'), "{place} ends with a full stop");
            assert!(finding.help.is_some() || finding.code.id().starts_with("T00"), "{place} has no help");
        }
    }
}
