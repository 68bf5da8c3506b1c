//! `topo run`: compiles a topology and becomes it, or interprets it.

use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process;

use clap::{Arg, ArgAction, ArgMatches, Command};

use super::build::{debug_argument, profile};
use super::{Subcommand, file_argument, text};
use crate::fault::Fault;
use crate::{Outcome, build, compile, interpret, output, topology};

pub(super) const SUBCOMMAND: Subcommand =
    Subcommand { name: "run", about: "Compiles a topology and runs it", arguments, run };

fn arguments(command: Command) -> Command {
    command
        .arg(file_argument())
        .arg(
            Arg::new("interpret")
                .long("interpret")
                .action(ArgAction::SetTrue)
                .help("Run tuple by tuple, without a compiler; generated input comes as fast as it is taken"),
        )
        .arg(debug_argument())
        .arg(
            Arg::new("arguments")
                .value_name("ARGUMENTS")
                .num_args(0..)
                .last(true)
                .value_parser(clap::value_parser!(OsString))
                .help("What the program is started with: `-- --help` shows what it takes"),
        )
}

fn run(arguments: &ArgMatches) -> Result<Outcome, Fault> {
    let file = text(arguments, "file");
    let Some(checked) = topology::load(file)? else { return Ok(Outcome::Findings) };
    let given: Vec<OsString> =
        arguments.get_many::<OsString>("arguments").into_iter().flatten().cloned().collect();
    let interpreted = arguments.get_flag("interpret");
    if interpreted || !build::available() {
        if !interpreted {
            output::say("there is no cargo on the PATH: interpreting, which is far slower\n");
        }
        if !topology::can_be_interpreted(&checked) {
            return Ok(Outcome::Findings);
        }
        return Ok(interpret::run(&checked.topology, given));
    }
    let binary: PathBuf =
        compile::compile(&checked, file, profile(arguments), |binary| Ok(binary.to_owned()))?;
    // The program takes this process's place: signals reach it, and its exit code is the shell's to see.
    let error = process::Command::new(&binary).args(given).exec();
    Err(Fault::io("run", &binary, &error))
}
