//! `topo build`: a topology to a binary of its own.

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Arg, ArgAction, ArgMatches, Command};
use streamwright_codegen::plan;

use super::{Subcommand, file_argument, text};
use crate::build::{Profile, replace};
use crate::fault::Fault;
use crate::{Outcome, compile, output, topology};

pub(super) const SUBCOMMAND: Subcommand =
    Subcommand { name: "build", about: "Compiles a topology to a binary", arguments, run };

fn arguments(command: Command) -> Command {
    command
        .arg(file_argument())
        .arg(
            Arg::new("output")
                .short('o')
                .long("output")
                .value_name("PATH")
                .value_parser(clap::value_parser!(PathBuf))
                .help("Where the result goes [default: a binary of the topology's name, in this folder]"),
        )
        .arg(
            Arg::new("emit")
                .long("emit")
                .value_parser(["rust", "plan"])
                .help("Print the generated Rust or the physical plan instead, or write it to the output"),
        )
        .arg(debug_argument())
}

/// Shared with `topo run`.
pub(super) fn debug_argument() -> Arg {
    Arg::new("debug").long("debug").action(ArgAction::SetTrue).help("Build sooner, and without optimisation")
}

/// What [`debug_argument`] says.
pub(super) fn profile(arguments: &ArgMatches) -> Profile {
    if arguments.get_flag("debug") { Profile::Debug } else { Profile::Release }
}

fn run(arguments: &ArgMatches) -> Result<Outcome, Fault> {
    let file = text(arguments, "file");
    let Some(checked) = topology::load(file)? else { return Ok(Outcome::Findings) };
    match text(arguments, "emit") {
        "rust" => emit(arguments, &compile::rust(&checked).1)?,
        "plan" => emit(arguments, &plan::plan(&checked.topology).to_string())?,
        _ => {
            let name = Path::new(&checked.topology.name);
            let to = arguments.get_one::<PathBuf>("output").map_or(name, PathBuf::as_path);
            compile::compile(&checked, file, profile(arguments), |binary| replace(binary, to))?;
            output::say(&format!("built {}\n", to.display()));
        }
    }
    Ok(Outcome::Fine)
}

/// Text, to where the user wants it.
fn emit(arguments: &ArgMatches, text: &str) -> Result<(), Fault> {
    match arguments.get_one::<PathBuf>("output") {
        Some(path) => fs::write(path, text).map_err(|error| Fault::io("write", path, &error)),
        None => output::print(text),
    }
}
