//! The executable definition of the Streamwright language: a checked topology, run tuple by tuple and instant by
//! instant, sequentially, with no cleverness. `docs/design.md` ("Instants, exactly") is the same in words.
//!
//! It does no I/O: the caller gives the records, and takes the rows.
//!
//! ```text
//! merge      one sequence of items out of all spouts    spout, read
//! engine     an instant: two walks over the nodes       row, evaluate, operators
//! state      what a node keeps from row to row          aggregate
//! letter     what failed                                sink, summary
//! ```

mod aggregate;
mod engine;
mod error;
mod evaluate;
mod letter;
mod memory;
mod merge;
mod operators;
mod read;
mod row;
mod sink;
mod spout;
mod start;
mod state;
mod summary;
mod table;
mod test;
mod watermark;

use std::collections::HashMap;
use std::io;
use std::rc::Rc;

use streamwright_dsl::topology::{Body, NodeId, Topology};
use streamwright_values::{Timestamp, Value};

pub use error::{RunError, Stopped};
pub use letter::Letter;
pub use memory::Collected;
pub use read::{Content, Record, framing, framing_of};
pub use sink::Output;
pub use spout::{RecordSource, Records};
pub use start::StartError;
pub use summary::Summary;
pub use table::{TableError, TableRows};
pub use test::{Compared, TestError, Unmet, run_test};

use engine::Engine;
use evaluate::Evaluator;
use merge::Merge;
use spout::{Items, World};
use start::Settings;

/// A topology with its params' values, ready to run.
#[derive(Debug)]
pub struct Program<'t> {
    topology: &'t Topology,
    evaluator: Evaluator,
    settings: Settings,
    budget: usize,
}

/// What a run asks of the world.
pub struct Environment<'a> {
    /// The records of each spout that reads. One without is empty; one that generates makes its own, as fast as they
    /// are taken whatever its `rate`.
    pub records: HashMap<NodeId, Records<'a>>,
    /// The rows of each table, in their order; asked once an instant.
    pub tables: &'a dyn Fn() -> Vec<Rc<TableRows>>,
    /// The limit that `records` were cut with.
    pub record_max: usize,
    /// Reads the clock; asked once a tuple, and only by spouts with `ahead by`.
    pub clock: &'a dyn Fn() -> Timestamp,
    /// Whether generated input is to end now. (That of `records` ends where they do.)
    pub stop: &'a dyn Fn() -> bool,
}

impl<'t> Program<'t> {
    /// Gives each param its value, in their order and of their types, and checks all that follows from them.
    ///
    /// # Errors
    /// A constant that cannot be computed, or is outside its range.
    pub fn new(topology: &'t Topology, params: Vec<Value>) -> Result<Program<'t>, StartError> {
        if params.len() != topology.params.len() {
            return Err(StartError::Params { wanted: topology.params.len(), given: params.len() });
        }
        if let Some((name, _)) = topology.own_rust().first() {
            return Err(StartError::OwnRust { name: (*name).to_owned() });
        }
        let functions = topology.functions.iter().filter_map(|function| match &function.body {
            Body::Expr(body) => Some(body.clone()),
            Body::Rust(_) => None,
        });
        let functions = functions.collect();
        let evaluator = Evaluator::new(params, functions);
        let settings = start::settle(topology, &evaluator)?;
        Ok(Program { topology, evaluator, settings, budget: usize::MAX })
    }

    /// The same program, whose runs stop when all rows that their nodes have made took more than so many bytes.
    #[must_use]
    pub fn with_budget(self, bytes: usize) -> Program<'t> {
        Program { budget: bytes, ..self }
    }

    /// What stands behind the connector of a spout or sink, a path for one; empty where nothing does.
    #[must_use]
    pub fn operand(&self, node: NodeId) -> &str {
        self.settings.operands.get(&node).map(String::as_str).unwrap_or_default()
    }

    /// After how many nanoseconds without a record a spout is to be told of its silence, if it wants to be.
    #[must_use]
    pub fn idle_after(&self, node: NodeId) -> Option<i64> {
        self.settings.spouts.get(&node).and_then(|spout| spout.idle_after)
    }

    /// The path of a table, by its index.
    #[must_use]
    pub fn table_path(&self, table: usize) -> Option<&str> {
        self.settings.table_paths.get(table).map(String::as_str)
    }

    /// Reads a table, by its index, from the records of its file.
    ///
    /// # Errors
    /// What cannot be read, and the first line that does not fit: a table is whole, or there is none.
    pub fn table_rows(
        &self,
        table: usize,
        records: impl Iterator<Item = io::Result<Record>>,
        record_max: usize,
    ) -> Result<TableRows, TableError> {
        let table = &self.topology.tables[table];
        TableRows::read(table, &self.topology.records[table.record], records, record_max)
    }

    /// Runs to the end of the input.
    ///
    /// # Errors
    /// Input that cannot be read, or rows that cannot be written. What single tuples fail with are dead letters.
    pub fn run(
        &self,
        environment: Environment<'_>,
        output: &mut dyn Output,
    ) -> Result<Summary, Box<Stopped>> {
        let Environment { mut records, tables, record_max, clock, stop } = environment;
        let ids = (0..self.topology.nodes.len()).map(NodeId);
        let spouts = ids.filter_map(|id| {
            Items::new(self.topology, &self.evaluator, &self.settings, id, records.remove(&id))
        });
        let mut items = Merge::new(spouts.collect(), World { record_max, clock, stop });
        self.evaluator.set_budget(self.budget);
        let mut engine = Engine::new(self, output);
        let mut run = || {
            engine.begin()?;
            while let Some(item) = items.next()? {
                if !self.topology.tables.is_empty() {
                    self.evaluator.set_tables(tables());
                }
                engine.instant(item)?;
            }
            Ok(())
        };
        let ended = run();
        let summary = engine.summary();
        ended.map(|()| summary).map_err(|error| Box::new(Stopped { error, summary }))
    }
}
