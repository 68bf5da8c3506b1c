//! `topo check`: all findings of all files, in one run.

use std::process::ExitCode;

use clap::{Arg, ArgAction, ArgMatches, Command};
use streamwright_dsl::diagnostic::{self, Diagnostics, Severity, Unreadable};
use streamwright_dsl::source::Sources;

use super::{Subcommand, files_argument, text};
use crate::fault::Fault;
use crate::{Outcome, input, output, topology};

pub(super) const SUBCOMMAND: Subcommand =
    Subcommand { name: "check", about: "Reports every mistake in the files", arguments, run };

fn arguments(command: Command) -> Command {
    command
        .arg(files_argument())
        .arg(
            Arg::new("format")
                .long("format")
                .value_parser(["human", "json"])
                .default_value("human")
                .help("For people, on standard error; or a JSON array, on standard output"),
        )
        .arg(
            Arg::new("deny-warnings")
                .long("deny-warnings")
                .action(ArgAction::SetTrue)
                .help("Exit with 1 for warnings too"),
        )
}

fn run(arguments: &ArgMatches) -> Result<Outcome, Fault> {
    let mut sources = Sources::default();
    let mut found = Diagnostics::new();
    let mut unreadable = Vec::new();
    let mut files = 0;
    for name in arguments.get_many::<String>("file").into_iter().flatten() {
        match input::read(name) {
            Ok(source) => {
                let file = sources.add(source);
                let _ = topology::findings(&mut sources, file, &mut found);
                files += 1;
            }
            Err(fault) => unreadable.push(Unreadable { file: name.clone(), message: fault.to_string() }),
        }
    }
    let found = found.into_sorted();
    if text(arguments, "format") == "json" {
        let json = diagnostic::json(&found, &unreadable, &sources);
        output::print(&json.map_err(|error| Fault::new(format!("cannot print the findings: {error}")))?)?;
    } else {
        topology::tell(&found, &sources);
        unreadable.iter().for_each(|file| output::error(&file.message));
        if found.is_empty() && unreadable.is_empty() {
            output::say(&if files == 1 {
                "no findings\n".to_owned()
            } else {
                format!("no findings in {files} files\n")
            });
        }
    }
    if !unreadable.is_empty() {
        return Ok(Outcome::Ended(ExitCode::from(2)));
    }
    let denied = |severity| severity == Severity::Error || arguments.get_flag("deny-warnings");
    let bad = found.iter().any(|one| denied(one.code.severity()));
    Ok(if bad { Outcome::Findings } else { Outcome::Fine })
}
