//! `topo fmt`: one layout for every topology.

use std::fs;
use std::path::Path;

use clap::{Arg, ArgAction, ArgMatches, Command};
use similar::TextDiff;
use streamwright_dsl::format::format;
use streamwright_dsl::source::Sources;

use super::{Subcommand, files_argument};
use crate::fault::Fault;
use crate::{Outcome, input, output, topology};

pub(super) const SUBCOMMAND: Subcommand =
    Subcommand { name: "fmt", about: "Formats files in place; `-` to standard output", arguments, run };

fn arguments(command: Command) -> Command {
    command.arg(files_argument()).arg(
        Arg::new("check")
            .long("check")
            .action(ArgAction::SetTrue)
            .help("Write nothing: show what would change, and exit with 1 if anything would"),
    )
}

fn run(arguments: &ArgMatches) -> Result<Outcome, Fault> {
    let check = arguments.get_flag("check");
    let mut outcome = Outcome::Fine;
    for name in arguments.get_many::<String>("file").into_iter().flatten() {
        let source = input::read(name)?;
        let mut sources = Sources::default();
        let file = sources.add(source);
        let text = &sources.get(file).text;
        let formatted = match format(file, text) {
            Ok(formatted) => formatted,
            Err(found) => {
                topology::tell(&found.into_sorted(), &sources);
                outcome = Outcome::Findings;
                continue;
            }
        };
        if check {
            if formatted != *text {
                output::print(&difference(&sources.get(file).path, text, &formatted))?;
                outcome = Outcome::Findings;
            }
        } else if name == "-" {
            output::print(&formatted)?;
        } else if formatted != *text {
            write(Path::new(name), &formatted)?;
        }
    }
    Ok(outcome)
}

/// Over the file itself, so that a link stays one and its permissions are kept.
fn write(path: &Path, text: &str) -> Result<(), Fault> {
    fs::write(path, text).map_err(|error| Fault::io("write", path, &error))
}

/// The lines of both texts up to which they are compared: the time grows with their product.
const COMPARED: usize = 10_000;

fn difference(path: &str, old: &str, new: &str) -> String {
    if old.lines().count() + new.lines().count() > COMPARED {
        return format!("--- {path}\n+++ {path} (formatted)\ntoo many lines to show\n");
    }
    TextDiff::from_lines(old, new)
        .unified_diff()
        .context_radius(2)
        .header(path, &format!("{path} (formatted)"))
        .to_string()
}
