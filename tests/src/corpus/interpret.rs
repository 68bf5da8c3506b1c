//! What the interpreter makes of a case: what a compiled program must make of it, too.

use std::collections::BTreeMap;

use streamwright_dsl::check::check as check_file;
use streamwright_dsl::diagnostic::{Colour, Diagnostic, Diagnostics, human};
use streamwright_dsl::import::{self, Loaded};
use streamwright_dsl::parse::parse;
use streamwright_dsl::source::{FileId, Source, Sources};
use streamwright_dsl::topology::{Param, Topology};
use streamwright_interpreter::{Collected, Program, RunError};
use streamwright_values::{Value, text};

use super::{CLOCK, Case, Inputs};

/// Checks the text of a topology that imports nothing.
///
/// # Errors
/// The findings, as they are shown to people, if one of them is an error.
pub fn check(text: &str) -> Result<Topology, String> {
    checked(&mut Sources::default(), "corpus.topo", text, None)
}

/// Checks a case. Its files are among the sources then.
///
/// # Errors
/// As [`check`].
pub fn check_case(sources: &mut Sources, case: &Case) -> Result<Topology, String> {
    checked(sources, &format!("{}.topo", case.name), &case.text, case.library.as_deref())
}

fn checked(sources: &mut Sources, path: &str, text: &str, library: Option<&str>) -> Result<Topology, String> {
    let file = sources.add(Source::new(path, text));
    let (mut ast, mut findings) = parse(file, text);
    let mut load = |name: &str, _: FileId| {
        let text = library.ok_or("there is no such file")?.to_owned();
        let file = sources.add(Source::new(name, text.clone()));
        Ok(Loaded { file, text, identity: name.to_owned() })
    };
    import::resolve(&mut ast, path, &mut load, &mut findings);
    let topology = check_file(&ast, file, &mut findings);
    topology.filter(|_| !findings.has_errors()).ok_or_else(|| shown(&findings, sources))
}

/// How many bytes of rows a run may make: random joins over joins and lists of lists make more than any machine has.
const BUDGET: usize = 64 << 20;

/// Runs the interpreter on one input; nothing for an input of which a topology makes more rows than are worth comparing.
///
/// # Errors
/// A sentence, if the program does not start or stops early.
pub fn interpret(topology: &Topology, case: &Case, inputs: &Inputs) -> Result<Option<Collected>, String> {
    let program = Program::new(topology, params(topology, case)?).map_err(|error| error.to_string())?;
    let program = program.with_budget(BUDGET);
    let clock = text::parse_timestamp(CLOCK).map_err(|fault| fault.to_string())?;
    let names = case.spouts.iter().chain(&case.tables).map(|one| one.name.clone());
    let bytes = inputs.spouts.iter().chain(&inputs.tables).cloned();
    let inputs: BTreeMap<String, Vec<u8>> = names.zip(bytes).collect();
    match program.run_in_memory(&inputs, clock) {
        Ok(collected) => Ok(Some(collected)),
        Err(RunError::TooMuch { .. }) => Ok(None),
        Err(error) => Err(error.to_string()),
    }
}

/// The params' values in their order; a path is its param's own name.
fn params(topology: &Topology, case: &Case) -> Result<Vec<Value>, String> {
    let value = |param: &Param| match case.params.iter().find(|(name, _)| *name == param.name) {
        Some((_, given)) => text::parse_value(&param.ty, given).map_err(|fault| fault.to_string()),
        None => Ok(Value::String(param.name.clone())),
    };
    topology.params.iter().map(value).collect()
}

fn shown(findings: &Diagnostics, sources: &Sources) -> String {
    let findings: Vec<Diagnostic> = findings.iter().cloned().collect();
    human(&findings, sources, Colour::Never)
}
