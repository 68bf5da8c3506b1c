//! `topo explain`: how a topology will run, or what a code means or a function does.

use clap::{Arg, ArgMatches, Command};
use streamwright_codegen::plan;
use streamwright_dsl::diagnostic::{Code, nearest};
use streamwright_dsl::functions;

use super::{Subcommand, text};
use crate::fault::Fault;
use crate::{Outcome, output, topology};

pub(super) const SUBCOMMAND: Subcommand = Subcommand {
    name: "explain",
    about: "Shows how a topology runs, what a code such as T0301 means, or what a function does",
    arguments,
    run,
};

fn arguments(command: Command) -> Command {
    let help = "The topology, whose physical plan is shown (`-` is standard input); the code of a finding; `functions`; or \
                the name of a function";
    command.arg(Arg::new("file").value_name("FILE | CODE | FUNCTION").required(true).help(help))
}

fn run(arguments: &ArgMatches) -> Result<Outcome, Fault> {
    let asked = text(arguments, "file");
    if looks_like_code(asked) {
        output::print(page(asked)?)?;
        return Ok(Outcome::Fine);
    }
    if asked == "functions" {
        output::print(functions::PAGE)?;
        return Ok(Outcome::Fine);
    }
    // A file of this name is reached by `./`.
    if let Some(page) = functions::page(asked) {
        output::print(&page)?;
        return Ok(Outcome::Fine);
    }
    if is_a_word(asked) && !std::path::Path::new(asked).exists() {
        let names = functions::PAGE.lines().filter_map(|line| line.strip_prefix("### `")?.strip_suffix('`'));
        let help = match nearest(asked, names) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`topo explain functions` lists them all; clauses are in docs/language.md".to_owned(),
        };
        return Err(Fault::new(format!("there is neither a function nor a file `{asked}`: {help}")));
    }
    let Some(checked) = topology::load(asked)? else { return Ok(Outcome::Findings) };
    output::print(&plan::plan(&checked.topology).to_string())?;
    Ok(Outcome::Fine)
}

/// Whether this can be a name: no path, no extension.
fn is_a_word(asked: &str) -> bool {
    asked.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// `T0301`, `t0301`
fn looks_like_code(asked: &str) -> bool {
    asked.len() == 5 && asked.starts_with(['T', 't']) && asked[1..].bytes().all(|byte| byte.is_ascii_digit())
}

fn page(asked: &str) -> Result<&'static str, Fault> {
    let asked = asked.to_ascii_uppercase();
    let code = Code::ALL.iter().find(|code| code.id() == asked);
    code.map(|code| code.page()).ok_or_else(|| Fault::new(format!("no finding has the code {asked}")))
}
