//! Clauses, and what stands in them.

use super::{Connector, ConnectorOption, Expr, TypeName};
use crate::source::{Name, Span};

/// One clause.
#[derive(Clone, Debug, PartialEq)]
pub struct Clause {
    /// `///` lines before it.
    pub docs: Vec<String>,
    /// What it says.
    pub kind: ClauseKind,
    /// Its first word (or words): what a message about its place points at.
    pub head: Span,
    /// All of it.
    pub span: Span,
}

/// What a clause says.
#[derive(Clone, Debug, PartialEq)]
pub enum ClauseKind {
    /// `from a as x by fields(ip), b`
    From(Vec<Input>),
    /// `left join b as y on x.id == y.id within 10m`
    Join(Partner),
    /// `left lookup users as u on u.id == id for 1d`
    Lookup(Partner),
    /// `read file "x" as json`
    Read(Connector),
    /// `write stdout as json`
    Write(Connector),
    /// `where E`
    Where(Expr),
    /// `let n = E`
    Let(Name, Expr),
    /// `unnest E as n`
    Unnest(Expr, Name),
    /// `distinct on a, b within 1h`
    Distinct(Vec<Column>, Option<Expr>),
    /// `time E, late by D, ahead by D`
    Time(Time),
    /// `group by a, b`
    GroupBy(Vec<Column>),
    /// `keep avg: float = value then 0.9 * avg + 0.1 * value for 1h`
    Keep(Keep),
    /// `window tumbling 1m offset 6h`
    Window(Box<Window>),
    /// `select *, ip, hits = count()`
    Select(Vec<SelectItem>),
    /// `run triage::Scorer { threshold: 0.5 }`
    Run(Run),
    /// `split { hot when score > 0.9, cold otherwise }`
    Split(Vec<Arm>),
    /// `top 10 by hits, x asc with ties`
    Top(Top),
}

/// `run triage::Scorer { threshold: 0.5 }`
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// The type in Rust.
    pub path: Name,
    /// What it is told.
    pub options: Vec<ConnectorOption>,
}

/// An arm of `split`: a stream, and which rows it takes of those that no arm before it took.
#[derive(Clone, Debug, PartialEq)]
pub struct Arm {
    /// The stream: `from triage.hot`.
    pub name: Name,
    /// `when E`; nothing for `otherwise`.
    pub condition: Option<Expr>,
    /// From the name to the end.
    pub span: Span,
}

/// One input of `from`.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    /// The node, or `dead_letters`.
    pub node: Name,
    /// `.late`
    pub port: Option<Name>,
    /// `as x`
    pub alias: Option<Name>,
    /// `by fields(ip)`
    pub grouping: Option<Grouping>,
    /// From the node's name to its port.
    pub span: Span,
}

/// What `join` and `lookup` say.
#[derive(Clone, Debug, PartialEq)]
pub struct Partner {
    /// The word `left`.
    pub left: Option<Span>,
    /// The stream or table.
    pub input: Input,
    /// `on E`
    pub on: Expr,
    /// `within D`, `within LOW..=HIGH`
    pub within: Option<Expr>,
    /// `for D`
    pub keep: Option<Expr>,
}

/// `fields(a, b)`, `shuffle`, `direct(E)`: the word, and what stands in brackets.
#[derive(Clone, Debug, PartialEq)]
pub struct Grouping {
    /// `fields`, `shuffle`, …; the checker knows which there are.
    pub name: Name,
    /// Columns or one expression.
    pub arguments: Vec<Expr>,
    /// From the name to the closing bracket.
    pub span: Span,
}

/// `time E, late by D, ahead by D`
#[derive(Clone, Debug, PartialEq)]
pub struct Time {
    /// The event time.
    pub at: Expr,
    /// How far out of order tuples may come.
    pub late_by: Option<Expr>,
    /// How far ahead of the clock a time may be.
    pub ahead_by: Option<Expr>,
    /// How long nothing comes until the watermark moves on with the clock.
    pub idle_after: Option<Expr>,
}

/// `keep avg: float = value then 0.9 * avg + 0.1 * value for 1h`
#[derive(Clone, Debug, PartialEq)]
pub struct Keep {
    /// Its name, a column from here on.
    pub name: Name,
    /// Its type.
    pub ty: TypeName,
    /// Its value behind the first row of a key.
    pub first: Expr,
    /// Its value behind every other one.
    pub then: Expr,
    /// `for D`
    pub lasts: Option<Expr>,
}

/// `window hopping 5m every 1m offset 6h`. Which parts a kind has is the checker's business.
#[derive(Clone, Debug, PartialEq)]
pub struct Window {
    /// `tumbling`, `hopping`, `all`; the checker knows which there are.
    pub name: Name,
    /// What follows the name.
    pub size: Option<Expr>,
    /// `rows`, behind the size.
    pub rows: Option<Span>,
    /// `every D`
    pub every: Option<Expr>,
    /// `offset D`
    pub offset: Option<Expr>,
    /// `max D`
    pub longest: Option<Expr>,
    /// `for D`
    pub lasting: Option<Expr>,
    /// `allow late D`
    pub allow_late: Option<Expr>,
    /// `emit every D`
    pub emit_every: Option<Expr>,
}

impl Window {
    /// Its expressions.
    pub fn exprs(&self) -> impl Iterator<Item = &Expr> {
        let parts = [
            &self.size,
            &self.every,
            &self.offset,
            &self.longest,
            &self.lasting,
            &self.allow_late,
            &self.emit_every,
        ];
        parts.into_iter().flatten()
    }
}

/// `top 10 by hits, x asc with ties`
#[derive(Clone, Debug, PartialEq)]
pub struct Top {
    /// How many rows.
    pub count: Expr,
    /// What they are compared by, the first one first.
    pub keys: Vec<TopKey>,
    /// `with ties`
    pub ties: Option<Span>,
}

/// `x asc`
#[derive(Clone, Debug, PartialEq)]
pub struct TopKey {
    /// The value.
    pub by: Expr,
    /// `asc`; without it the largest come first.
    pub ascending: Option<Span>,
}

/// A column, perhaps of one input: `ip`, `per_client.window_start`.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// The input or alias before the point.
    pub qualifier: Option<Name>,
    /// The column.
    pub name: Name,
    /// All of it.
    pub span: Span,
}

/// One item of `select`.
#[derive(Clone, Debug, PartialEq)]
pub enum SelectItem {
    /// `*`, or `a.*`
    All(Option<Name>, Span),
    /// `ip`, `a.ip`: leaves under its own name.
    Column(Column, Vec<String>),
    /// `hits = count()`, with its `///` lines.
    Named(Name, Expr, Vec<String>),
}
