//! Runs over input and output in memory: for tests, and for small inputs that are at hand.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::rc::Rc;

use streamwright_dsl::connectors::SinkConnector;
use streamwright_dsl::topology::{NodeId, NodeKind};
use streamwright_values::Timestamp;
use streamwright_values::format::lines;

use crate::{
    Environment, Letter, Output, Program, Records, RunError, Summary, TableRows, framing, framing_of,
};

/// What a run has put out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Collected {
    /// Each sink's bytes by its name; of those that discard, nothing.
    pub sinks: BTreeMap<String, Vec<u8>>,
    /// The dead letters that no sink has taken.
    pub unread: Vec<Letter>,
    /// The counters.
    pub summary: Summary,
}

impl Program<'_> {
    /// Runs over the bytes of each spout's source and each table's file, by their names; one without is empty. The clock
    /// stands still.
    ///
    /// # Errors
    /// As [`Program::run`].
    pub fn run_in_memory(
        &self,
        inputs: &BTreeMap<String, Vec<u8>>,
        clock: Timestamp,
    ) -> Result<Collected, RunError> {
        let mut records: HashMap<NodeId, Records<'_>> = HashMap::new();
        let mut collector = Collector { program: self, collected: Collected::default() };
        for (index, node) in self.topology.nodes.iter().enumerate() {
            match &node.kind {
                NodeKind::Spout(spout) => {
                    let Some((framing, input)) = framing(spout).zip(inputs.get(&node.name)) else { continue };
                    let lines = lines::Records::new(framing, input, lines::RECORD_MAX);
                    records.insert(NodeId(index), Box::new(lines.map(|record| Ok(record.into()))));
                }
                NodeKind::Sink(SinkConnector::Bytes { format: Some(_), .. }) => {
                    collector.collected.sinks.insert(node.name.clone(), Vec::new());
                }
                NodeKind::Sink(SinkConnector::Bytes { format: None, .. } | SinkConnector::Own(_))
                | NodeKind::Bolt => {}
            }
        }
        let tables = self.tables_in_memory(inputs)?;
        let tables = || tables.clone();
        let record_max = lines::RECORD_MAX;
        let environment =
            Environment { records, tables: &tables, record_max, clock: &|| clock, stop: &|| false };
        let summary = self.run(environment, &mut collector).map_err(|stopped| stopped.error)?;
        Ok(Collected { summary, ..collector.collected })
    }

    fn tables_in_memory(&self, inputs: &BTreeMap<String, Vec<u8>>) -> Result<Vec<Rc<TableRows>>, RunError> {
        let tables = self.topology.tables.iter().enumerate().map(|(index, table)| {
            let input = inputs.get(&table.name).map(Vec::as_slice).unwrap_or_default();
            let records = lines::Records::new(framing_of(&table.format), input, lines::RECORD_MAX);
            let records = Box::new(records.map(|record| Ok(record.into())));
            let rows = self.table_rows(index, records, lines::RECORD_MAX);
            rows.map(Rc::new).map_err(|error| RunError::Table { table: table.name.clone(), error })
        });
        tables.collect()
    }
}

struct Collector<'p> {
    program: &'p Program<'p>,
    collected: Collected,
}

impl Output for Collector<'_> {
    fn write(&mut self, sink: NodeId, line: &[u8]) -> io::Result<()> {
        let name = &self.program.topology.node(sink).name;
        self.collected.sinks.entry(name.clone()).or_default().extend_from_slice(line);
        Ok(())
    }

    fn unread(&mut self, letter: &Letter) {
        self.collected.unread.push(letter.clone());
    }
}
