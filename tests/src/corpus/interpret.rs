//! What the interpreter makes of a case: what a compiled program must make of it, too.

use std::collections::HashMap;
use std::io;

use streamwright_dsl::check::check as check_file;
use streamwright_dsl::diagnostic::{Colour, Diagnostic, Diagnostics, human};
use streamwright_dsl::parse::parse;
use streamwright_dsl::source::{Source, Sources};
use streamwright_dsl::topology::{NodeId, NodeKind, Topology};
use streamwright_interpreter::{Environment, Letter, Output, Program, Records, Summary, framing};
use streamwright_values::format::lines;
use streamwright_values::{Value, text};

use super::{CLOCK, Case, Inputs};

/// What a run has put out.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Each sink's bytes, by its name, in declaration order; without those that discard.
    pub sinks: Vec<(String, Vec<u8>)>,
    /// The dead letters that no sink has taken.
    pub unread: Vec<Letter>,
    /// The counters.
    pub summary: Summary,
}

/// Checks a topology's text.
///
/// # Errors
/// The findings, as they are shown to people, if one of them is an error.
pub fn check(text: &str) -> Result<Topology, String> {
    let mut sources = Sources::default();
    let file = sources.add(Source::new("corpus.topo", text));
    let (ast, mut findings) = parse(file, text);
    let topology = check_file(&ast, file, &mut findings);
    topology.filter(|_| !findings.has_errors()).ok_or_else(|| shown(&findings, &sources))
}

/// Runs the interpreter on one input.
///
/// # Errors
/// A sentence, if the program does not start or stops early.
pub fn interpret(topology: &Topology, case: &Case, inputs: &Inputs) -> Result<Outcome, String> {
    let program = Program::new(topology, params(topology, case)?).map_err(|error| error.to_string())?;
    let clock = text::parse_timestamp(CLOCK).map_err(|fault| fault.to_string())?;
    let records = records(topology, case, inputs);
    let environment = Environment { records, clock: &|| clock, stop: &|| false };
    let mut collected = Collected::default();
    let summary = program.run(environment, &mut collected).map_err(|error| error.to_string())?;
    let writes = |id: &NodeId| case.sinks.contains(&topology.node(*id).name) && program.path(*id).is_some();
    let ids = (0..topology.nodes.len()).map(NodeId).filter(writes);
    let sinks =
        ids.map(|id| (topology.node(id).name.clone(), collected.sinks.remove(&id).unwrap_or_default()));
    Ok(Outcome { sinks: sinks.collect(), unread: collected.unread, summary })
}

#[derive(Default)]
struct Collected {
    sinks: HashMap<NodeId, Vec<u8>>,
    unread: Vec<Letter>,
}

impl Output for Collected {
    fn write(&mut self, sink: NodeId, line: &[u8]) -> io::Result<()> {
        self.sinks.entry(sink).or_default().extend_from_slice(line);
        Ok(())
    }

    fn unread(&mut self, letter: &Letter) {
        self.unread.push(letter.clone());
    }
}

/// The params' values in their order; a path is its param's own name.
fn params(topology: &Topology, case: &Case) -> Result<Vec<Value>, String> {
    let value = |param: &streamwright_dsl::topology::Param| match case
        .params
        .iter()
        .find(|(name, _)| *name == param.name)
    {
        Some((_, given)) => text::parse_value(&param.ty, given).map_err(|fault| fault.to_string()),
        None => Ok(Value::String(param.name.clone())),
    };
    topology.params.iter().map(value).collect()
}

fn records<'a>(topology: &Topology, case: &Case, inputs: &'a Inputs) -> HashMap<NodeId, Records<'a>> {
    let mut records: HashMap<NodeId, Records<'a>> = HashMap::new();
    for (index, node) in topology.nodes.iter().enumerate() {
        let NodeKind::Spout(spout) = &node.kind else { continue };
        let input = case.spouts.iter().position(|shape| shape.name == node.name);
        if let (Some(framing), Some(input)) = (framing(spout), input) {
            let lines = lines::Records::new(framing, &inputs.spouts[input], lines::RECORD_MAX);
            records.insert(NodeId(index), Box::new(lines.map(|record| Ok(record.into()))));
        }
    }
    records
}

fn shown(findings: &Diagnostics, sources: &Sources) -> String {
    let findings: Vec<Diagnostic> = findings.iter().cloned().collect();
    human(&findings, sources, Colour::Never)
}
