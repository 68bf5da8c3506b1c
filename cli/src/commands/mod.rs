//! The subcommands, one file each, and the table that lists them.

mod build;
mod check;
mod explain;
mod fmt;
mod graph;
mod new;
mod run;
mod test;

use clap::{Arg, ArgMatches, Command};

use crate::Outcome;
use crate::fault::Fault;

/// A subcommand.
pub(crate) struct Subcommand {
    /// What the user types.
    pub(crate) name: &'static str,
    /// One line of `--help`.
    pub(crate) about: &'static str,
    /// Adds its arguments.
    pub(crate) arguments: fn(Command) -> Command,
    /// Does it.
    pub(crate) run: fn(&ArgMatches) -> Result<Outcome, Fault>,
}

/// All of them, in the order of `--help`.
pub(crate) static ALL: &[Subcommand] = &[
    new::SUBCOMMAND,
    check::SUBCOMMAND,
    fmt::SUBCOMMAND,
    graph::SUBCOMMAND,
    explain::SUBCOMMAND,
    test::SUBCOMMAND,
    build::SUBCOMMAND,
    run::SUBCOMMAND,
];

/// The argument of commands that take one topology.
fn file_argument() -> Arg {
    Arg::new("file").value_name("FILE").required(true).help("The topology; `-` is standard input")
}

/// The argument of commands that take several.
fn files_argument() -> Arg {
    file_argument().num_args(1..).help("The topologies; `-` is standard input")
}

/// A required argument or one with a default.
fn text<'a>(arguments: &'a ArgMatches, name: &str) -> &'a str {
    arguments.get_one::<String>(name).map_or("", String::as_str)
}
