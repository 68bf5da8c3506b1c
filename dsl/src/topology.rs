//! A checked topology: every name resolved, every expression typed, every default filled in, a petgraph DAG behind it.
//!
//! Only [`crate::check`] makes one. Everything after it (interpreter, plan, graph, explain) takes it as the truth and
//! reports no mistakes of the user's. Nodes keep their declaration order, and all iteration follows it.

mod expr;
mod node;
mod state;
mod step;
mod test;
mod windows;

use petgraph::graph::DiGraph;
use streamwright_values::{Type, Value};

use crate::connectors::{Dialect, SinkConnector, SourceConnector};
use crate::source::Span;

pub use expr::{Expr, ExprKind, Extraction};
pub use node::{Grouping, GroupingKind, Input, Node, NodeKind, Spout, Stream, Time};
pub use state::{Distinct, Join, Keep, Kept, Latest, Run, State};
pub use step::{Arm, Step, StepKind, TableLookup};
pub use test::{Expect, Given, GivenTuple, Test};
pub use windows::{Aggregate, Top, TopKey, Window, WindowKind};

/// A checked topology.
///
/// Non-exhaustive, so that no other crate builds one.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Topology {
    /// Its name.
    pub name: String,
    /// Its `//!` lines.
    pub docs: Vec<String>,
    /// In declaration order.
    pub params: Vec<Param>,
    /// The records of the spouts, in declaration order; unused ones are left out.
    pub records: Vec<Record>,
    /// The functions that the topology declares, in declaration order, those that nothing calls among them.
    pub functions: Vec<DeclaredFunction>,
    /// The files of own Rust, in declaration order, each once.
    pub rust_mods: Vec<RustMod>,
    /// The crates that they use, likewise.
    pub rust_deps: Vec<RustDep>,
    /// What `lookup` finds rows in, in declaration order; unused ones are left out.
    pub tables: Vec<Table>,
    /// What is written beside it of what it does, in declaration order. It makes no difference to any program.
    pub tests: Vec<Test>,
    /// Spouts, bolts and sinks in declaration order. Nodes from which no sink can be reached are left out (the checker
    /// warns of them), so what is here runs.
    pub nodes: Vec<Node>,
    /// The nodes' indices in topological order; among those that are ready, declaration order. Sinks of dead letters come
    /// last: every node before them may make one.
    pub order: Vec<NodeId>,
    /// One vertex a node, in the order of `nodes`; one edge an input, with the input's index in the `from` list.
    pub graph: DiGraph<NodeId, usize>,
}

/// An index into [`Topology::nodes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub usize);

/// A value that the program is given when it starts.
#[derive(Clone, Debug)]
pub struct Param {
    /// Its name.
    pub name: String,
    /// Its `///` lines: its `--help`.
    pub docs: Vec<String>,
    /// Its type.
    pub ty: Type,
    /// Used where the program is started without it. Of type `ty`.
    pub default: Option<Value>,
    /// Its declaration.
    pub span: Span,
}

/// `fn score(x: float) -> float = …`. No function calls itself, directly or through others.
#[derive(Clone, Debug)]
pub struct DeclaredFunction {
    /// Its name.
    pub name: String,
    /// Its `///` lines.
    pub docs: Vec<String>,
    /// What it takes: the row that its body reads.
    pub parameters: Row,
    /// What it gives.
    pub result: Type,
    /// How that is computed.
    pub body: Body,
    /// Its declaration.
    pub span: Span,
}

/// How a declared function computes its result.
#[derive(Clone, Debug)]
pub enum Body {
    /// Of the result's type; over the parameters and the params.
    Expr(Expr),
    /// By a Rust function of this path, as the program's crate has it: `geo::country`. It may fail, too.
    Rust(String),
}

/// `rust mod "geo.rs"`
#[derive(Clone, Debug)]
pub struct RustMod {
    /// The module's name.
    pub name: String,
    /// Where its file lies.
    pub path: String,
}

/// `rust dep "maxminddb" = "0.24"`
#[derive(Clone, Debug)]
pub struct RustDep {
    /// The crate's name.
    pub name: String,
    /// Which versions.
    pub version: String,
}

/// What a spout reads.
#[derive(Clone, Debug)]
pub struct Record {
    /// Its name.
    pub name: String,
    /// Its `///` lines.
    pub docs: Vec<String>,
    /// In declaration order.
    pub fields: Vec<Field>,
    /// Its declaration.
    pub span: Span,
}

/// A field of a record; the definition is [`streamwright_values::RecordField`].
pub use streamwright_values::RecordField as Field;

/// How a field's text is read; the definition is [`streamwright_values::form`].
pub use streamwright_values::form::Form;

/// Rows that are found by their key. All of its fields are read.
#[derive(Clone, Debug)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Its `///` lines.
    pub docs: Vec<String>,
    /// An index into [`Topology::records`]: what its rows are.
    pub record: usize,
    /// The file that it is read from.
    pub path: Expr,
    /// How its lines are read.
    pub format: Dialect,
    /// The fields that a row is found by. Of several rows with one key the last one counts.
    pub keys: Vec<usize>,
    /// The name's place.
    pub span: Span,
}

/// The columns of a row.
pub type Row = Vec<Column>;

/// A column of a row.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Its name; that of an aggregate's column, which no expression can name, is the text of its call.
    pub name: String,
    /// Its type.
    pub ty: Type,
}

impl Topology {
    /// The node behind an id.
    #[must_use]
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0]
    }

    /// The head of the bolt that a node is a part of; the node itself where it is no part of a longer chain.
    #[must_use]
    pub fn head(&self, id: NodeId) -> NodeId {
        NodeId(id.0 - self.node(id).part)
    }

    /// Where own Rust stands: functions, and what nodes run. Only a compiled program has it.
    #[must_use]
    pub fn own_rust(&self) -> Vec<(&str, Span)> {
        let functions = self.functions.iter().filter(|function| matches!(function.body, Body::Rust(_)));
        let functions = functions.map(|function| (function.name.as_str(), function.span));
        let runs = self.nodes.iter().filter_map(|node| match (&node.kind, node.state()) {
            (NodeKind::Sink(SinkConnector::Own(own)), _)
            | (NodeKind::Spout(Spout { source: SourceConnector::Own { run: own, .. }, .. }), _) => {
                Some((node.name.as_str(), own.span))
            }
            (_, Some((at, State::Run(_)))) => Some((node.name.as_str(), node.steps[at].span)),
            _ => None,
        });
        functions.chain(runs).collect()
    }

    /// The columns of a stream.
    #[must_use]
    pub fn row(&self, stream: Stream) -> Row {
        match stream {
            Stream::Main(id) => self.node(id).exit().clone(),
            Stream::Late(id) => self.node(id).late_row(),
            Stream::Named(id, _) => {
                let row = self.node(id).exit();
                row[..row.len().saturating_sub(1)].to_vec()
            }
            Stream::DeadLetters => crate::check::dead_letter_row(),
        }
    }

    /// The streams of the rows that leave a node: its own, or those of its arms.
    #[must_use]
    pub fn leaving(&self, id: NodeId) -> Vec<Stream> {
        match self.node(id).arms() {
            [] => vec![Stream::Main(id)],
            arms => (0..arms.len()).map(|arm| Stream::Named(id, arm)).collect(),
        }
    }
}
