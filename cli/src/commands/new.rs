//! `topo new`: a folder with a topology that works, and something for it to read.

use std::fs;
use std::path::Path;

use clap::{Arg, ArgMatches, Command};

use streamwright_dsl::diagnostic::Diagnostics;
use streamwright_dsl::source::{Source, Sources};

use super::{Subcommand, text};
use crate::fault::Fault;
use crate::{Outcome, output, topology};

pub(super) const SUBCOMMAND: Subcommand =
    Subcommand { name: "new", about: "Makes a folder with a topology to start from", arguments, run };

const TOPOLOGY: &str = include_str!("new/starter.topo");
const DATA: &str = include_str!("new/access.jsonl");

fn arguments(command: Command) -> Command {
    command.arg(
        Arg::new("name")
            .value_name("NAME")
            .required(true)
            .help("The folder to make; its last part names the topology"),
    )
}

fn run(arguments: &ArgMatches) -> Result<Outcome, Fault> {
    let folder = Path::new(text(arguments, "name"));
    let name = topology_name(folder)?;
    let topology = TOPOLOGY.replace("starter", &name);
    check(&topology).map_err(|why| Fault::new(format!("`{name}` cannot name a topology: {why}")))?;
    fs::create_dir(folder).map_err(|error| Fault::io("make", folder, &error))?;
    let file = format!("{name}.topo");
    for (path, text) in [(file.as_str(), topology.as_str()), ("access.jsonl", DATA)] {
        let path = folder.join(path);
        fs::write(&path, text).map_err(|error| Fault::io("write", &path, &error))?;
    }
    output::say(&format!(
        "made {}; now:\n\n    cd {}\n    topo run {file}\n",
        folder.display(),
        folder.display()
    ));
    Ok(Outcome::Fine)
}

/// Whether the checker accepts the name where it stands.
fn check(topology: &str) -> Result<(), String> {
    let mut sources = Sources::default();
    let file = sources.add(Source::new("", topology));
    let mut found = Diagnostics::new();
    let checked = topology::findings(&mut sources, file, &mut found);
    match found.into_sorted().into_iter().next() {
        Some(first) if checked.is_none() => Err(first.message),
        _ => Ok(()),
    }
}

/// The folder's own name, if a topology may have it.
fn topology_name(folder: &Path) -> Result<String, Fault> {
    let name = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default().replace('-', "_");
    let good = name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    if good {
        return Ok(name);
    }
    Err(Fault::new(format!(
        "`{}` cannot name a topology: use lower-case letters, digits and `_`, and begin with a letter",
        folder.display()
    )))
}
