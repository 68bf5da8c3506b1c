//! `topo test`: runs the tests that stand beside topologies, through the interpreter, in virtual time.

use std::fmt::Write as _;
use std::process::ExitCode;

use clap::{Arg, ArgMatches, Command};
use streamwright_dsl::source::Sources;
use streamwright_dsl::topology::Test;
use streamwright_interpreter::{Compared, Unmet, run_test};

use super::{Subcommand, files_argument, text};
use crate::fault::Fault;
use crate::topology::Checked;
use crate::{Outcome, output, topology};

mod report;

pub(super) const SUBCOMMAND: Subcommand =
    Subcommand { name: "test", about: "Runs the tests in the files", arguments, run };

fn arguments(command: Command) -> Command {
    command.arg(files_argument()).arg(
        Arg::new("format")
            .long("format")
            .value_parser(["human", "json", "junit"])
            .default_value("human")
            .help("For people; or, on standard output, a JSON array or JUnit's XML"),
    )
}

/// What has become of one test.
struct Told {
    file: String,
    line: u32,
    name: String,
    /// Why it failed; nothing where it passed.
    failure: Option<String>,
}

fn run(arguments: &ArgMatches) -> Result<Outcome, Fault> {
    let mut told = Vec::new();
    let (mut bad, mut unreadable) = (false, false);
    for name in arguments.get_many::<String>("file").into_iter().flatten() {
        match topology::load(name) {
            Ok(Some(checked))
                if checked.topology.tests.is_empty() || topology::can_be_interpreted(&checked) =>
            {
                told.extend(checked.topology.tests.iter().map(|test| one(&checked, name, test)));
            }
            Ok(_) => bad = true,
            Err(fault) => {
                output::error(&fault.to_string());
                unreadable = true;
            }
        }
    }
    match text(arguments, "format") {
        "json" => output::print(&report::json(&told))?,
        "junit" => output::print(&report::junit(&told))?,
        _ => output::print(&human(&told))?,
    }
    if unreadable {
        return Ok(Outcome::Ended(ExitCode::from(2)));
    }
    let failed = bad || told.iter().any(|one| one.failure.is_some());
    Ok(if failed { Outcome::Findings } else { Outcome::Fine })
}

fn one(checked: &Checked, file: &str, test: &Test) -> Told {
    let failure = match run_test(&checked.topology, test) {
        Ok(unmet) if unmet.is_empty() => None,
        Ok(unmet) => Some(unmet.iter().map(|one| shown(&checked.sources, test, one)).collect()),
        Err(error) => Some(format!("{error}\n")),
    };
    let line = place(&checked.sources, test.span).0;
    Told { file: file.to_owned(), line, name: test.name.clone(), failure }
}

/// Line and column, from 1.
fn place(sources: &Sources, span: streamwright_dsl::source::Span) -> (u32, u32) {
    sources.get(span.file).line_column(span.lo)
}

/// An `expect` that does not hold: what came, and `-` before what is missing, `+` before what was not expected.
fn shown(sources: &Sources, test: &Test, unmet: &Unmet) -> String {
    let expect = &test.expects[unmet.expect];
    let (line, column) = place(sources, expect.span);
    let path = &sources.get(expect.span.file).path;
    let mut text = format!("{path}:{line}:{column}: the rows of `{}` are others", expect.name);
    text.push_str(if expect.contains { ", or in another order\n" } else { "\n" });
    for row in &unmet.rows {
        let _ = match row {
            Compared::Same(row) => writeln!(text, "      {row}"),
            Compared::Missing(row) => writeln!(text, "    - {row}"),
            Compared::Unexpected(_) if expect.contains => Ok(()),
            Compared::Unexpected(row) => writeln!(text, "    + {row}"),
        };
    }
    if unmet.rows.iter().all(|row| matches!(row, Compared::Missing(_))) {
        text.push_str("      (no row came)\n");
    }
    text
}

fn human(told: &[Told]) -> String {
    let mut text = String::new();
    for one in told {
        let word = if one.failure.is_some() { "FAILED" } else { "ok" };
        let _ = writeln!(text, "{word:<6} {}: {}", one.file, one.name);
        for line in one.failure.iter().flat_map(|why| why.lines()) {
            let _ = writeln!(text, "       {line}");
        }
    }
    let failed = told.iter().filter(|one| one.failure.is_some()).count();
    let tests = if told.len() == 1 { "1 test" } else { &format!("{} tests", told.len()) };
    let _ = writeln!(text, "{tests}, {failed} failed");
    text
}
