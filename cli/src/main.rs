//! `topo`: checks, formats, draws, explains, builds and runs Streamwright topologies.
//!
//! The exit code is 0 where all is well, 1 where something was found in a topology, 2 for a wrong command line or a file
//! that cannot be read or written. What `topo run` starts keeps its own.

mod build;
mod commands;
mod compile;
mod fault;
mod graph;
mod input;
mod interpret;
mod output;
mod tables;
mod topology;

use std::process::ExitCode;

use clap::Command;

/// How a command ended, if it could do its work.
#[derive(Clone, Copy, Debug)]
enum Outcome {
    /// Nothing was found.
    Fine,
    /// Something was found, and has been printed.
    Findings,
    /// It has said how it ended, and this is the exit code.
    Ended(ExitCode),
}

fn main() -> ExitCode {
    let matches = match command_line().try_get_matches() {
        Ok(matches) => matches,
        Err(error) => {
            let code = error.exit_code();
            // Nothing is left to say where even this cannot be printed.
            let _ = error.print();
            return ExitCode::from(u8::try_from(code).unwrap_or(2));
        }
    };
    let chosen = matches.subcommand().and_then(|(name, arguments)| {
        commands::ALL.iter().find(|one| one.name == name).map(|one| (one.run)(arguments))
    });
    match chosen {
        Some(Ok(Outcome::Fine)) => ExitCode::SUCCESS,
        Some(Ok(Outcome::Findings)) => ExitCode::from(1),
        Some(Ok(Outcome::Ended(code))) => code,
        Some(Err(fault)) => {
            output::error(&fault.to_string());
            ExitCode::from(2)
        }
        None => ExitCode::from(2),
    }
}

fn command_line() -> Command {
    Command::new("topo")
        .about("Checks, draws, explains, builds and runs Streamwright topologies")
        .version(env!("CARGO_PKG_VERSION"))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands(commands::ALL.iter().map(|one| (one.arguments)(Command::new(one.name).about(one.about))))
}
