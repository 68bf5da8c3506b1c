//! Tests that stand beside a topology.

use streamwright_values::{Timestamp, Value};

use super::Stream;
use crate::source::Span;

/// `test "name" { given … expect … }`: what comes in, and what must come of it.
#[derive(Clone, Debug)]
pub struct Test {
    /// What it shows.
    pub name: String,
    /// Each param's value, in their order.
    pub params: Vec<Value>,
    /// What spouts are given, in the order written.
    pub given: Vec<Given>,
    /// The rows of each table, in their order.
    pub tables: Vec<Vec<Vec<Value>>>,
    /// What must come of it.
    pub expects: Vec<Expect>,
    /// Its name, as it is written.
    pub span: Span,
}

/// One tuple of a spout.
#[derive(Clone, Debug)]
pub struct Given {
    /// The spout's index.
    pub spout: super::NodeId,
    /// What the clock shows when it comes.
    pub clock: Timestamp,
    /// What comes.
    pub tuple: GivenTuple,
}

/// What a spout is given.
#[derive(Clone, Debug)]
pub enum GivenTuple {
    /// The fields of its record.
    Row(Vec<Value>),
    /// A line of what it reads.
    Line(String),
}

/// `expect NODE [ … ]`
#[derive(Clone, Debug)]
pub struct Expect {
    /// Whose rows; of a sink, those that it writes.
    pub stream: Stream,
    /// As it is written: `per_client.late`.
    pub name: String,
    /// Whether other rows may come before, between and behind them.
    pub contains: bool,
    /// The rows, in order: of each, some columns by their index in the stream's row.
    pub rows: Vec<Vec<(usize, Value)>>,
    /// All of it.
    pub span: Span,
}
