//! `topo graph`: draws a topology.

use clap::{Arg, ArgMatches, Command};

use super::{Subcommand, file_argument, text};
use crate::fault::Fault;
use crate::graph::{self, Drawing};
use crate::{Outcome, output, topology};

pub(super) const SUBCOMMAND: Subcommand =
    Subcommand { name: "graph", about: "Draws a topology", arguments, run };

fn arguments(command: Command) -> Command {
    command.arg(file_argument()).arg(
        Arg::new("format")
            .long("format")
            .value_parser(["text", "dot", "mermaid", "svg"])
            .default_value("text")
            .help("What to draw it as"),
    )
}

fn run(arguments: &ArgMatches) -> Result<Outcome, Fault> {
    let Some(checked) = topology::load(text(arguments, "file"))? else { return Ok(Outcome::Findings) };
    let drawing = Drawing::of(&checked.topology);
    output::print(&match text(arguments, "format") {
        "dot" => graph::dot(&drawing),
        "mermaid" => graph::mermaid(&drawing),
        "svg" => graph::svg(&drawing),
        _ => graph::text(&drawing),
    })?;
    Ok(Outcome::Fine)
}
