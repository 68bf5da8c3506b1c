//! A checked topology: every name resolved, every expression typed, every default filled in, a petgraph DAG behind it.
//!
//! Only [`crate::check`] makes one. Everything after it (interpreter, plan, graph, explain) takes it as the truth and
//! reports no mistakes of the user's. Nodes keep their declaration order, and all iteration follows it.

mod windows;

use std::sync::Arc;

use petgraph::graph::DiGraph;
use streamwright_values::extract::{ExtractError, Extractor};
use streamwright_values::{RecordType, Type, Value};

use crate::ast::BinaryOp;
use crate::connectors::{ReadFormat, SinkConnector, SourceConnector};
use crate::functions::{AggregateFunction, Function, Shape};
use crate::source::Span;

pub use windows::{Top, TopKey, Window, WindowKind};

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
    pub format: ReadFormat,
    /// The fields that a row is found by. Of several rows with one key the last one counts.
    pub keys: Vec<usize>,
    /// The name's place.
    pub span: Span,
}

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
    /// with one of them; they stand side by side in [`Topology::nodes`] and in [`Topology::order`].
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
    /// An index into [`Topology::records`].
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
    /// `bolt.late`: the row that reached the window, with `window_start` and `window_end` behind it, once a missed window.
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

/// The rules there are. Columns are indices into [`Node::entry`]; those of an inferred `Fields` are the keys of the node's
/// state, so indices into the row before that step ([`Node::grouped_row`]).
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

/// Something that happens to a row. Expressions see the row before the step.
#[derive(Clone, Debug)]
pub struct Step {
    /// What.
    pub kind: StepKind,
    /// The row after it.
    pub row: Row,
    /// The clause it comes from.
    pub span: Span,
}

/// What happens to a row.
#[derive(Clone, Debug)]
pub enum StepKind {
    /// A row for which it is false is dropped. Columns that the condition proves present change their type in `row` from
    /// `T?` to `T`, and later steps read them as `T`: [`ExprKind::Column`] always has its column's type. Inside the
    /// condition itself they are read by [`ExprKind::Present`].
    Where(Expr),
    /// A column is added at the end.
    Let(Expr),
    /// A column is added at the end. Of a list: a row for each element, in their order. Of an optional: its value, and
    /// the row is dropped where there is none. Stands before a window and a `select` only.
    Unnest(Expr),
    /// The row is replaced by these, one a column.
    Select(Vec<Expr>),
    /// A column of type `int` is added at the end: the place of the first arm that takes the row. One that none takes is
    /// dropped. The last step of a bolt, whose own stream nobody reads; the rows of [`Stream::Named`] lack that column.
    Split(Vec<Arm>),
    /// The row of a table with this key is put behind it.
    Lookup(TableLookup),
    /// The row is kept, and leaves once for each row of its partner that it meets. The first step of its node, whose last
    /// input is the partner.
    Join(Join),
    /// The latest row of its partner with this key is put behind it. The first step of its node, whose last input is the
    /// partner.
    Latest(Latest),
    /// The row is given to own Rust, which answers with any number of rows of a record.
    Run(Run),
    /// The row enters a window; what leaves are rows of its keys, bounds and aggregates.
    Window(Box<Window>),
    /// `top` behind the `select` of a window: of the rows of each window, over all keys, the first ones leave, with a column
    /// `rank` at the end. A window's end is 1 ns behind the event time of its rows, or that of the input.
    Top(Top),
    /// The first row of its key passes, and the others are dropped.
    Distinct(Distinct),
    /// The values kept for the row's key move on, and are added at its end.
    Keep(Keep),
}

/// `distinct on a, b within 1h`
#[derive(Clone, Debug)]
pub struct Distinct {
    /// Columns of the row before.
    pub keys: Vec<usize>,
    /// For how long a key counts as seen, from the event time of its first row on: checked at start to be positive. For
    /// ever where it is absent.
    pub within: Option<Expr>,
}

/// The `keep` clauses that stand together.
///
/// The row behind it is the row before, and then two columns a value: what is kept now, of its type, and what this row
/// found (`before(n)`), of that type as an optional.
#[derive(Clone, Debug)]
pub struct Keep {
    /// Columns of the row before.
    pub keys: Vec<usize>,
    /// In the order written.
    pub values: Vec<Kept>,
}

/// `keep avg: float = value then 0.9 * avg + 0.1 * value for 1h`
#[derive(Clone, Debug)]
pub struct Kept {
    /// Its value where nothing is kept: over the row before and both columns of each value before this one.
    pub first: Expr,
    /// Its value where something is: over these, its own column, which holds what was kept, and `before` of it.
    pub then: Expr,
    /// For how long it is kept, from the largest event time on that it was moved on by: checked at start to be positive.
    /// For ever where it is absent.
    pub lasts: Option<Expr>,
    /// Its clause.
    pub span: Span,
}

impl Keep {
    /// The column of value number `index` behind the step; the next one is what the row found.
    #[must_use]
    pub fn column(width_before: usize, index: usize) -> usize {
        width_before + 2 * index
    }

    /// All that may be evaluated for a row, in the order written.
    pub fn expressions(&self) -> impl Iterator<Item = &Expr> {
        self.values.iter().flat_map(|kept| [&kept.first, &kept.then])
    }
}

/// What a node keeps from row to row: its stateful step.
#[derive(Clone, Copy, Debug)]
pub enum State<'t> {
    /// The open windows.
    Window(&'t Window),
    /// The rows of a window that has not left whole.
    Top(&'t Top),
    /// The rows of both sides that may still meet.
    Join(&'t Join),
    /// The latest rows of the partner.
    Latest(&'t Latest),
    /// Whatever own Rust keeps.
    Run(&'t Run),
    /// The keys that it has seen.
    Distinct(&'t Distinct),
    /// A few values for each key.
    Keep(&'t Keep),
}

/// `run triage::Scorer { threshold: 0.5 }`: a value of the Rust type for each key.
#[derive(Clone, Debug)]
pub struct Run {
    /// The type, as the program's crate has it: `triage::Scorer`.
    pub path: String,
    /// What the structs of its row and options are called after, by [`crate::own::struct_name`].
    pub name: String,
    /// Columns of the row before.
    pub keys: Vec<usize>,
    /// What it is told when the program starts, in written order.
    pub options: Vec<(String, Expr)>,
    /// What it answers with.
    pub output: Arc<RecordType>,
}

/// `lookup` in a table.
///
/// The row behind it is the row before, and the table's. Where `outer`, the table's columns are optional, and absent where
/// there is no row with the key; otherwise such a row is dropped.
#[derive(Clone, Debug)]
pub struct TableLookup {
    /// `left lookup`
    pub outer: bool,
    /// An index into [`Topology::tables`].
    pub table: usize,
    /// The columns of the table.
    pub right: Row,
    /// What is looked up, for each of [`Table::keys`], over the row before; each of the key's type, or optional, and
    /// found nowhere where it is absent.
    pub keys: Vec<Expr>,
    /// Over the row before and `right`: whether the row that is found counts.
    pub filter: Option<Expr>,
}

/// `join … within`: pairs of rows that are near in event time.
///
/// A left row of time `a` and a right one of time `b` meet where their keys are equal, `low <= b - a <= high` (`<` where it
/// is not `inclusive`), and `filter` is true. What leaves is the left row and the right one, at the later of their times.
/// Where `outer`, the right columns are optional, and a left row without partner leaves when its interval has passed.
#[derive(Clone, Debug)]
pub struct Join {
    /// `left join`
    pub outer: bool,
    /// The rows of the partner.
    pub right: Row,
    /// Columns of the left row.
    pub keys: Vec<usize>,
    /// Columns of the right one that are equal to them, of the same types.
    pub right_keys: Vec<usize>,
    /// Over the row before and `right`.
    pub filter: Option<Expr>,
    /// A duration of constants and params.
    pub low: Expr,
    /// A duration over the left row; where `outer`, of constants and params.
    pub high: Expr,
    /// Whether `high` itself is near enough.
    pub inclusive: bool,
}

/// `lookup` of a stream: its latest row as of the left row's time.
///
/// The row behind it is the left row, and the partner's. Where `outer`, the partner's columns are optional, and absent
/// where there is no row with the key; otherwise such a row is dropped.
#[derive(Clone, Debug)]
pub struct Latest {
    /// `left lookup`
    pub outer: bool,
    /// The rows of the partner.
    pub right: Row,
    /// Columns of the left row.
    pub keys: Vec<usize>,
    /// Columns of the partner's that are equal to them, of the same types.
    pub right_keys: Vec<usize>,
    /// Over the row before and `right`: whether the row that is found counts.
    pub filter: Option<Expr>,
    /// `for D`, a duration of constants and params: how long a row holds.
    pub expiry: Option<Expr>,
    /// Whether both sides have event times; without, the latest row is the last that came.
    pub timed: bool,
}

/// A named stream of a `split`.
#[derive(Clone, Debug)]
pub struct Arm {
    /// Its name.
    pub name: String,
    /// Which rows it takes; nothing for `otherwise`.
    pub condition: Option<Expr>,
}

/// One aggregate: `sum(bytes where status < 400)`.
#[derive(Clone, Debug)]
pub struct Aggregate {
    /// Which.
    pub function: &'static AggregateFunction,
    /// What the types of its arguments make of it.
    pub shape: Shape,
    /// What it takes in of each row; none for `count`. Over the row before the window, never optional.
    pub arguments: Vec<Expr>,
    /// Which rows it takes in.
    pub filter: Option<Expr>,
    /// What it gives.
    pub ty: Type,
    /// Its call.
    pub span: Span,
}

/// A typed expression.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Its type.
    pub ty: Type,
    /// Where it was written.
    pub span: Span,
}

/// What an expression is. Conversions are explicit, so both operands of every operator have one type.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// A constant of type `ty`; `Value::None` where `ty` is optional.
    Constant(Value),
    /// An index into [`Topology::params`].
    Param(usize),
    /// A column of the row before the step.
    Column(usize),
    /// A `T?` that is known to hold a value, as `T`.
    Present(Box<Expr>),
    /// A `T` as a `T?`.
    Some(Box<Expr>),
    /// A field of a record by its index, `a.b`; of an optional one, `a?.b`, which is absent where that is.
    Field(Box<Expr>, usize),
    /// An `int` as a `float`, or an `int?` as a `float?`.
    Widen(Box<Expr>),
    /// Whether a `T?` holds a value: `x != none`. (`x == none` is its `Not`.)
    IsPresent(Box<Expr>),
    /// `!a`
    Not(Box<Expr>),
    /// `-a` of an int, float or duration.
    Negate(Box<Expr>),
    /// `a && b`, lazily.
    And(Box<Expr>, Box<Expr>),
    /// `a || b`, lazily.
    Or(Box<Expr>, Box<Expr>),
    /// `a ?? b`, lazily; `a` is optional, and `ty` is `b`'s.
    Coalesce(Box<Expr>, Box<Expr>),
    /// `if c { a } else { b }`
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    /// A comparison: operands of one type, which for `==` and `!=` may be optional.
    Compare(BinaryOp, Box<Expr>, Box<Expr>),
    /// `+ - * / %`, by the operands' types: int, float, string `+`; and those of times in [`streamwright_values::ops`].
    Arithmetic(BinaryOp, Box<Expr>, Box<Expr>),
    /// `x in [a, b]`; items of `x`'s type, evaluated left to right until one is equal.
    InList(Box<Expr>, Vec<Expr>),
    /// `x in a..b`: all three are evaluated.
    InRange {
        /// `x`
        value: Box<Expr>,
        /// `a`
        low: Box<Expr>,
        /// `b`
        high: Box<Expr>,
        /// Whether `b` is in it.
        inclusive: bool,
    },
    /// `x matches "regex"`: the pattern is a constant, already compiled once by the checker.
    Matches(Box<Expr>, String),
    /// `scan(text, "…")`, `capture(text, r"…")`: a record of the text's parts, absent where the text does not fit.
    Extract(Box<Expr>, Extraction),
    /// A built-in function; arguments have exactly its parameter types. One that it takes prepared is a constant.
    Call(&'static Function, Vec<Expr>),
    /// A function of [`Topology::functions`] by its index; arguments have exactly its parameters' types, and are evaluated
    /// all, left to right.
    Apply(usize, Vec<Expr>),
    /// `try(E)`: a fault becomes `none`. `ty` is `E`'s as an optional.
    Try(Box<Expr>),
}

/// What parts a text is taken apart into.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Extraction {
    /// The fields of the first form that fits.
    Forms(Vec<String>),
    /// The named groups of a regular expression.
    Groups(String),
}

impl Extraction {
    /// What does it.
    ///
    /// # Errors
    /// What is wrong with a form or pattern; the checker has found nothing.
    pub fn extractor(&self) -> Result<Extractor, ExtractError> {
        match self {
            Extraction::Forms(forms) => {
                Extractor::forms(&forms.iter().map(String::as_str).collect::<Vec<&str>>())
            }
            Extraction::Groups(pattern) => Extractor::groups(pattern),
        }
    }
}

impl Expr {
    /// The expressions that it is directly made of, in the order of evaluation.
    #[must_use]
    pub fn children(&self) -> Vec<&Expr> {
        match &self.kind {
            ExprKind::Constant(_) | ExprKind::Param(_) | ExprKind::Column(_) => Vec::new(),
            ExprKind::Present(inner)
            | ExprKind::Some(inner)
            | ExprKind::Field(inner, _)
            | ExprKind::Widen(inner)
            | ExprKind::IsPresent(inner)
            | ExprKind::Not(inner)
            | ExprKind::Negate(inner)
            | ExprKind::Matches(inner, _)
            | ExprKind::Extract(inner, _)
            | ExprKind::Try(inner) => vec![inner],
            ExprKind::And(left, right)
            | ExprKind::Or(left, right)
            | ExprKind::Coalesce(left, right)
            | ExprKind::Compare(_, left, right)
            | ExprKind::Arithmetic(_, left, right) => vec![left, right],
            ExprKind::If(condition, yes, no) => vec![condition, yes, no],
            ExprKind::InRange { value, low, high, .. } => vec![value, low, high],
            ExprKind::InList(value, items) => std::iter::once(&**value).chain(items).collect(),
            ExprKind::Call(_, arguments) | ExprKind::Apply(_, arguments) => arguments.iter().collect(),
        }
    }

    /// The columns that it mentions, each once, in ascending order.
    #[must_use]
    pub fn columns(&self) -> Vec<usize> {
        let mut found = std::collections::BTreeSet::new();
        let mut open = vec![self];
        while let Some(expr) = open.pop() {
            if let ExprKind::Column(index) = expr.kind {
                found.insert(index);
            }
            open.extend(expr.children());
        }
        found.into_iter().collect()
    }

    /// Whether both mean the same, wherever they were written.
    #[must_use]
    pub fn same(&self, other: &Expr) -> bool {
        let own = match (&self.kind, &other.kind) {
            (ExprKind::Constant(a), ExprKind::Constant(b)) => a == b,
            (ExprKind::Param(a), ExprKind::Param(b)) | (ExprKind::Column(a), ExprKind::Column(b)) => a == b,
            (ExprKind::Compare(a, ..), ExprKind::Compare(b, ..))
            | (ExprKind::Arithmetic(a, ..), ExprKind::Arithmetic(b, ..)) => a == b,
            (ExprKind::InRange { inclusive: a, .. }, ExprKind::InRange { inclusive: b, .. }) => a == b,
            (ExprKind::Matches(_, a), ExprKind::Matches(_, b)) => a == b,
            (ExprKind::Extract(_, a), ExprKind::Extract(_, b)) => a == b,
            (ExprKind::Field(_, a), ExprKind::Field(_, b)) => a == b,
            (ExprKind::Apply(a, _), ExprKind::Apply(b, _)) => a == b,
            (ExprKind::Call(a, _), ExprKind::Call(b, _)) => std::ptr::eq(*a, *b),
            (a, b) => std::mem::discriminant(a) == std::mem::discriminant(b),
        };
        let (mine, theirs) = (self.children(), other.children());
        own && self.ty == other.ty
            && mine.len() == theirs.len()
            && mine.iter().zip(&theirs).all(|(mine, theirs)| mine.same(theirs))
    }
}

impl Aggregate {
    /// All that is evaluated for a row, in this order: the filter, and the arguments where it lets the row in.
    pub fn expressions(&self) -> impl Iterator<Item = &Expr> {
        self.filter.iter().chain(&self.arguments)
    }

    /// Whether both give the same for the same rows.
    #[must_use]
    pub fn same(&self, other: &Aggregate) -> bool {
        let filters = match (&self.filter, &other.filter) {
            (Some(mine), Some(theirs)) => mine.same(theirs),
            (None, None) => true,
            _ => false,
        };
        let arguments = self.arguments.iter().zip(&other.arguments);
        std::ptr::eq(self.function, other.function)
            && self.shape == other.shape
            && self.arguments.len() == other.arguments.len()
            && arguments.into_iter().all(|(mine, theirs)| mine.same(theirs))
            && filters
    }
}

impl StepKind {
    /// Whether it may make several rows of one: a list is unnested.
    #[must_use]
    pub fn multiplies(&self) -> bool {
        matches!(self, StepKind::Unnest(list) if !list.ty.is_optional())
    }

    /// What it keeps from row to row.
    #[must_use]
    pub fn state(&self) -> Option<State<'_>> {
        match self {
            StepKind::Window(window) => Some(State::Window(window)),
            StepKind::Join(join) => Some(State::Join(join)),
            StepKind::Latest(latest) => Some(State::Latest(latest)),
            StepKind::Top(top) => Some(State::Top(top)),
            StepKind::Run(run) => Some(State::Run(run)),
            StepKind::Distinct(distinct) => Some(State::Distinct(distinct)),
            StepKind::Keep(keep) => Some(State::Keep(keep)),
            StepKind::Where(_)
            | StepKind::Let(_)
            | StepKind::Unnest(_)
            | StepKind::Lookup(_)
            | StepKind::Select(_)
            | StepKind::Split(_) => None,
        }
    }
}

impl<'t> State<'t> {
    /// The columns of the row before the step that the state is kept by.
    #[must_use]
    pub fn keys(self) -> &'t [usize] {
        match self {
            State::Window(window) => &window.keys,
            State::Join(join) => &join.keys,
            State::Latest(latest) => &latest.keys,
            State::Top(_) => &[],
            State::Run(run) => &run.keys,
            State::Distinct(distinct) => &distinct.keys,
            State::Keep(keep) => &keep.keys,
        }
    }

    /// Whether it goes by the rows' event time, so that they must have one.
    #[must_use]
    pub fn in_time(self) -> bool {
        match self {
            State::Window(window) => window.kind.in_time(),
            State::Join(_) => true,
            State::Latest(latest) => latest.timed,
            State::Top(_) | State::Run(_) => false,
            State::Distinct(distinct) => distinct.within.is_some(),
            State::Keep(keep) => keep.values.iter().any(|kept| kept.lasts.is_some()),
        }
    }

    /// Whether a row may be too late for it.
    #[must_use]
    pub fn has_late(self) -> bool {
        match self {
            State::Window(window) => window.kind.has_late(),
            State::Top(_)
            | State::Run(_)
            | State::Join(_)
            | State::Latest(_)
            | State::Distinct(_)
            | State::Keep(_) => false,
        }
    }

    /// Whether its node's last input is a partner, whose rows do not go through the steps: their row, and the columns of
    /// it that are equal to [`State::keys`].
    #[must_use]
    pub fn partner(self) -> Option<(&'t Row, &'t [usize])> {
        match self {
            State::Window(_) | State::Top(_) | State::Run(_) | State::Distinct(_) | State::Keep(_) => None,
            State::Join(join) => Some((&join.right, &join.right_keys)),
            State::Latest(latest) => Some((&latest.right, &latest.right_keys)),
        }
    }

    /// Whether the rows that leave have an event time, given whether those that enter have.
    #[must_use]
    pub fn leaves_timed(self, enters: bool) -> bool {
        match self {
            State::Window(window) => window.kind.leaves_timed(enters),
            State::Join(_) => true,
            State::Latest(_) | State::Top(_) | State::Run(_) | State::Distinct(_) | State::Keep(_) => enters,
        }
    }
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
            (NodeKind::Sink(SinkConnector::Own(own)), _) => Some((node.name.as_str(), own.span)),
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

    /// Whether input number `index` is what a join or lookup names: its rows are those of [`State::partner`], all others
    /// enter as [`Node::entry`].
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
