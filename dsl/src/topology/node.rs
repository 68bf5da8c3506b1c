//! Nodes: what they are, what they read, and where their rows go.

use streamwright_values::Type;

use super::{Arm, Column, Expr, NodeId, Row, State, Step, StepKind, Window};
use crate::connectors::{SinkConnector, SourceConnector};
use crate::source::Span;

/// A node of the DAG.
#[derive(Clone, Debug)]
pub struct Node {
    /// Its name.
    pub name: String,
    /// Its `///` lines.
    pub docs: Vec<String>,
    /// The streams that it reads, in `from` order; none for a spout.
    pub inputs: Vec<Input>,
    /// Which part of its bolt it is, from 0. A bolt with several stateful steps is a chain of nodes of one name, each
    /// with one of them; they stand side by side in [`Topology::nodes`](super::Topology::nodes) and in
    /// [`Topology::order`](super::Topology::order).
    pub part: usize,
    /// What kind it is, and what only that kind has.
    pub kind: NodeKind,
    /// The row as it enters `steps`: the record's fields for a spout, else the first input's columns.
    pub entry: Row,
    /// What happens to a row, top to bottom. After the last step it leaves the node (or is written, in a sink).
    pub steps: Vec<Step>,
    /// How many tasks it has, where that shows (`tasks N` with `all`, `direct` or a stateful `shuffle`); else 1.
    pub tasks: u32,
    /// The spouts (in declaration order) that its event time comes from: its watermark is the smallest of theirs.
    /// Empty only in a sink of dead letters.
    pub spouts: Vec<NodeId>,
    /// Whether its rows have an event time that a window downstream may use.
    pub timed: bool,
    /// The name's place: what messages about the node point at.
    pub span: Span,
}

/// What only one kind of node has.
// There are few nodes, and nothing moves them: a box would only be in the way of patterns.
#[allow(clippy::large_enum_variant)]
#[derive(Clone, Debug)]
pub enum NodeKind {
    /// Makes tuples.
    Spout(Spout),
    /// Turns rows into rows.
    Bolt,
    /// Writes rows.
    Sink(SinkConnector),
}

/// A source of tuples.
#[derive(Clone, Debug)]
pub struct Spout {
    /// An index into [`Topology::records`](super::Topology::records).
    pub record: usize,
    /// Where its input comes from and how it is read.
    pub source: SourceConnector,
    /// Which fields some expression mentions or some sink writes. Only these are converted, and only their misfits are
    /// malformed; see "What is malformed" in `docs/language.md`.
    pub reads: Vec<bool>,
    /// `time …`, evaluated after the spout's steps on the row that leaves.
    pub time: Option<Time>,
}

/// `time E, late by D, ahead by D`
#[derive(Clone, Debug)]
pub struct Time {
    /// Of type `timestamp` or `timestamp?` (an absent one is a fault of that tuple), over the row after the last step;
    /// nothing for `time arrival`, the clock's reading in the tuple's root.
    pub at: Option<Expr>,
    /// A duration of constants and params; zero where it is not written.
    pub late_by: Expr,
    /// Likewise; measured from the clock's reading in the tuple's root.
    pub ahead_by: Option<Expr>,
    /// Likewise, and at least a millisecond: how long nothing comes until the watermark moves on with the clock.
    pub idle_after: Option<Expr>,
}

/// One stream that a node reads.
#[derive(Clone, Debug)]
pub struct Input {
    /// Which stream.
    pub stream: Stream,
    /// For each column of [`Node::entry`], its index in the stream's row. The identity but for unions.
    pub columns: Vec<usize>,
    /// Where its rows go.
    pub grouping: Grouping,
    /// Where it stands in `from`.
    pub span: Span,
}

/// A stream of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stream {
    /// What leaves a spout or a bolt.
    Main(NodeId),
    /// `bolt.late`: the row that reached the window, with `window_start` and `window_end` behind it, once a missed
    /// window.
    Late(NodeId),
    /// `bolt.name`: the rows that an arm of its `split` takes, by the arm's place.
    Named(NodeId, usize),
    /// The program's dead letters; see [`crate::check::dead_letter_row`].
    DeadLetters,
}

impl Stream {
    /// The node that makes its rows; none for dead letters, which every node may make.
    #[must_use]
    pub fn source(self) -> Option<NodeId> {
        match self {
            Stream::Main(id) | Stream::Late(id) | Stream::Named(id, _) => Some(id),
            Stream::DeadLetters => None,
        }
    }

    /// The same stream of the node that another numbering calls `id`.
    #[must_use]
    pub fn of(self, id: NodeId) -> Stream {
        match self {
            Stream::Main(_) => Stream::Main(id),
            Stream::Late(_) => Stream::Late(id),
            Stream::Named(_, arm) => Stream::Named(id, arm),
            Stream::DeadLetters => Stream::DeadLetters,
        }
    }
}

/// Which task of the reader a row goes to. The number of workers never shows in the rows; the number of tasks may.
#[derive(Clone, Debug)]
pub struct Grouping {
    /// The rule.
    pub kind: GroupingKind,
    /// Whether it was written or follows from the keys.
    pub inferred: bool,
}

/// The rules there are. Columns are indices into [`Node::entry`]; those of an inferred `Fields` are the keys of the
/// node's state, so indices into the row before that step ([`Node::grouped_row`]).
#[derive(Clone, Debug)]
pub enum GroupingKind {
    /// Equal values go to the same task.
    Fields(Vec<usize>),
    /// Like `Fields`, with a partial aggregate on the sending side.
    Partial(Vec<usize>),
    /// Anywhere for a stateless node. In a stateful one with `tasks N`: row by row round the tasks, counted for each
    /// input from task 0.
    Shuffle,
    /// Wherever it was made.
    Local,
    /// One task.
    Global,
    /// A copy to every task, in their order.
    All,
    /// The task that this `int` expression over [`Node::entry`] names; one outside `0..tasks` is a fault.
    Direct(Expr),
}

impl Node {
    /// The row that leaves the node.
    #[must_use]
    pub fn exit(&self) -> &Row {
        self.steps.last().map_or(&self.entry, |step| &step.row)
    }

    /// The row before step `index`.
    #[must_use]
    pub fn before(&self, index: usize) -> &Row {
        if index == 0 { &self.entry } else { &self.steps[index - 1].row }
    }

    /// Whether one row may become several: a list is unnested.
    #[must_use]
    pub fn multiplies(&self) -> bool {
        self.steps.iter().any(|step| step.kind.multiplies())
    }

    /// The arms of its `split`; none where it has none.
    #[must_use]
    pub fn arms(&self) -> &[Arm] {
        match self.steps.last().map(|step| &step.kind) {
            Some(StepKind::Split(arms)) => arms,
            _ => &[],
        }
    }

    /// The index of its stateful step, and what it keeps. There is at most one.
    #[must_use]
    pub fn state(&self) -> Option<(usize, State<'_>)> {
        self.steps.iter().enumerate().find_map(|(at, step)| Some((at, step.kind.state()?)))
    }

    /// Whether input number `index` is what a join or lookup names: its rows are those of [`State::partner`], all
    /// others enter as [`Node::entry`].
    #[must_use]
    pub fn is_partner(&self, index: usize) -> bool {
        index + 1 == self.inputs.len() && self.partner().is_some()
    }

    /// The row of its partner, where it has one, and the columns of that which are equal to its state's keys.
    #[must_use]
    pub fn partner(&self) -> Option<(&Row, &[usize])> {
        self.state()?.1.partner()
    }

    /// The row that the columns of an input's grouping are of.
    #[must_use]
    pub fn grouped_row(&self, input: &Input) -> &Row {
        let last = self.inputs.last().is_some_and(|last| std::ptr::eq(last, input));
        match self.state() {
            Some((_, state)) if last && let Some((right, _)) = state.partner() => right,
            Some((at, _)) if input.grouping.inferred => self.before(at),
            _ => &self.entry,
        }
    }

    /// The window of a windowed bolt, and the index of its step. There is at most one.
    #[must_use]
    pub fn window(&self) -> Option<(usize, &Window)> {
        self.steps.iter().enumerate().find_map(|(at, step)| match &step.kind {
            StepKind::Window(window) => Some((at, &**window)),
            _ => None,
        })
    }

    /// The row of `.late`: as it reached the window, with the missed window's bounds.
    #[must_use]
    pub fn late_row(&self) -> Row {
        let mut row = self.window().map_or_else(Vec::new, |(at, _)| self.before(at).clone());
        for name in ["window_start", "window_end"] {
            row.push(Column { name: name.to_owned(), ty: Type::Timestamp });
        }
        row
    }
}
