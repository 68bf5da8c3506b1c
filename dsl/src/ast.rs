//! What was written, with spans; nothing here is resolved or typed.

use crate::own::RustFile;
use crate::source::{FileId, Name, Span, Spanned};

/// One file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct File {
    /// `//!` lines at the top, without the marker and one leading space.
    pub docs: Vec<String>,
    /// `topology NAME`; a file without one is a library.
    pub topology: Option<Name>,
    /// `import "x.topo" as c`, until [`crate::import::resolve`] has put in what they stand for.
    pub imports: Vec<Import>,
    /// Everything else, in the order written; behind it, what is imported.
    pub items: Vec<Item>,
    /// The imported files, and what stands before their names: `c::`, or nothing.
    pub scopes: Vec<(FileId, String)>,
    /// Whether it stands in a Rust program, whose own modules and crates it then sees: in `topology!`.
    pub embedded: bool,
}

/// `import "x.topo" as c`
#[derive(Clone, Debug, PartialEq)]
pub struct Import {
    /// The file, relative to the one that this stands in.
    pub path: Spanned<String>,
    /// What stands before its names: `c::Request`.
    pub alias: Option<Name>,
    /// The whole line.
    pub span: Span,
}

/// A declaration.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// `param NAME: type = default`
    Param(Param),
    /// `fn NAME(…) -> type = E`
    Function(Function),
    /// `rust mod "geo.rs"`
    RustMod(RustMod),
    /// `rust dep "maxminddb" = "0.24"`
    RustDep(RustDep),
    /// `record NAME { … }`
    Record(Record),
    /// `table NAME: Record { read … key … }`
    Table(Box<Table>),
    /// `spout NAME: Record { … }`, `bolt NAME { … }`, `sink NAME { … }`
    Node(Node),
}

impl Item {
    /// All of it.
    #[must_use]
    pub fn span(&self) -> Span {
        match self {
            Item::Param(param) => param.span,
            Item::Function(function) => function.span,
            Item::RustMod(module) => module.span,
            Item::RustDep(dependency) => dependency.span,
            Item::Record(record) => record.span,
            Item::Table(table) => table.span,
            Item::Node(node) => node.span,
        }
    }
}

/// `param threshold: int = 100`
#[derive(Clone, Debug, PartialEq)]
pub struct Param {
    /// `///` lines.
    pub docs: Vec<String>,
    /// Its name, also its flag.
    pub name: Name,
    /// Its type.
    pub ty: TypeName,
    /// Used where the program is started without it.
    pub default: Option<Expr>,
    /// The whole declaration.
    pub span: Span,
}

/// `fn score(x: float) -> float = clamp(x / 10.0, 0.0, 1.0)`
#[derive(Clone, Debug, PartialEq)]
pub struct Function {
    /// `///` lines.
    pub docs: Vec<String>,
    /// Its name.
    pub name: Name,
    /// What it takes, in order.
    pub parameters: Vec<Parameter>,
    /// What it gives.
    pub result: TypeName,
    /// How that is computed.
    pub body: Body,
    /// The whole declaration.
    pub span: Span,
}

/// How a function computes its result.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// `clamp(x / 10.0, 0.0, 1.0)`
    Expr(Expr),
    /// `rust geo::country`: the path.
    Rust(Name),
}

/// `rust mod "geo.rs"`: a file of Rust, as a module of the program.
#[derive(Clone, Debug, PartialEq)]
pub struct RustMod {
    /// The file, relative to the one that this stands in.
    pub path: Spanned<String>,
    /// What is in it, where somebody has read it: [`crate::own::read`].
    pub file: Option<RustFile>,
    /// The whole line.
    pub span: Span,
}

/// `rust dep "maxminddb" = "0.24"`: a crate that files of Rust use.
#[derive(Clone, Debug, PartialEq)]
pub struct RustDep {
    /// Its name.
    pub name: Spanned<String>,
    /// Which versions.
    pub version: Spanned<String>,
    /// The whole line.
    pub span: Span,
}

/// `x: float`
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Its name.
    pub name: Name,
    /// Its type.
    pub ty: TypeName,
}

/// A type as written: `int`, `string?`, `list<int>`.
#[derive(Clone, Debug, PartialEq)]
pub struct TypeName {
    /// The word.
    pub name: Name,
    /// What stands in `<…>` behind it.
    pub argument: Option<Box<TypeName>>,
    /// Whether a `?` follows.
    pub optional: bool,
    /// With the `?`.
    pub span: Span,
}

/// `record Request { … }`
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// `///` lines.
    pub docs: Vec<String>,
    /// Its name.
    pub name: Name,
    /// Its fields, in order.
    pub fields: Vec<Field>,
    /// The whole declaration.
    pub span: Span,
}

/// `at: timestamp from "@timestamp" as unix_ms absent "-"`
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// `///` lines.
    pub docs: Vec<String>,
    /// Its name.
    pub name: Name,
    /// Its type.
    pub ty: TypeName,
    /// `from "…"`: its name on the wire.
    pub wire_name: Option<Spanned<String>>,
    /// `as …`: its form on the wire.
    pub form: Option<Form>,
    /// `absent "…"`: the text that stands for no value.
    pub absent: Option<Spanned<String>>,
    /// The whole field.
    pub span: Span,
}

/// A field's form on the wire.
#[derive(Clone, Debug, PartialEq)]
pub enum Form {
    /// `as unix_ms`
    Named(Name),
    /// `as "%d/%b/%Y:%H:%M:%S %z"`
    Pattern(Spanned<String>),
}

/// `table users: User { read file "users.csv" as csv  key user_id }`
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// `///` lines.
    pub docs: Vec<String>,
    /// Its name.
    pub name: Name,
    /// What its rows are.
    pub record: Name,
    /// What it is read from.
    pub read: Connector,
    /// All of its `read` clause.
    pub read_span: Span,
    /// The fields that a row is found by.
    pub keys: Vec<Name>,
    /// `key a, b`
    pub key_span: Span,
    /// The whole declaration.
    pub span: Span,
}

/// What kind of node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeKind {
    /// Makes tuples.
    Spout,
    /// Turns tuples into tuples.
    Bolt,
    /// Writes tuples.
    Sink,
}

/// A spout, bolt or sink: a name and clauses in the order written. Which clauses it may have, and where, is the
/// checker's business, so that a clause out of place gets a message of its own.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// `///` lines.
    pub docs: Vec<String>,
    /// The word `spout`, `bolt` or `sink`.
    pub kind: Spanned<NodeKind>,
    /// Its name.
    pub name: Name,
    /// `: Record`
    pub record: Option<Name>,
    /// `tasks N`, between name and brace.
    pub tasks: Option<Expr>,
    /// Its clauses.
    pub clauses: Vec<Clause>,
    /// The whole declaration.
    pub span: Span,
}

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
    /// The stream or table; without a grouping.
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

/// `file input { compression: "none" } as csv { header: true }`
#[derive(Clone, Debug, PartialEq)]
pub struct Connector {
    /// `file`, `stdin`, …
    pub name: Name,
    /// `"access.jsonl"`, `input`, `(input + ".gz")`
    pub operand: Option<Expr>,
    /// `{ … }` after the operand.
    pub options: Vec<ConnectorOption>,
    /// `as json …`
    pub format: Option<Format>,
    /// All of it.
    pub span: Span,
}

/// `as pattern "{ip} …" { key: value }`
#[derive(Clone, Debug, PartialEq)]
pub struct Format {
    /// `json`, `csv`, …
    pub name: Name,
    /// The text after it.
    pub operand: Option<Spanned<String>>,
    /// `{ … }` after it.
    pub options: Vec<ConnectorOption>,
    /// All of it, without `as`.
    pub span: Span,
}

/// `key: value`
#[derive(Clone, Debug, PartialEq)]
pub struct ConnectorOption {
    /// The key.
    pub name: Name,
    /// The value.
    pub value: OptionValue,
}

/// What an option is set to.
#[derive(Clone, Debug, PartialEq)]
pub enum OptionValue {
    /// An expression of constants and params. A call such as `zipf(10_000)` is one too.
    Expr(Expr),
    /// `{ key: value, … }`, as in `fields: { ip: zipf(10_000) }`.
    Map(Vec<ConnectorOption>, Span),
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

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where.
    pub span: Span,
}

/// What an expression is.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// A literal.
    Literal(Literal),
    /// A column, param, or an alias before a point.
    Name(Name),
    /// `a.b`
    Field(Box<Expr>, Name),
    /// `a?.b`
    OptionalField(Box<Expr>, Name),
    /// `f(a, b where c)`
    Call(Call),
    /// `-a`, `!a`
    Unary(Spanned<UnaryOp>, Box<Expr>),
    /// `a + b`
    Binary(Spanned<BinaryOp>, Box<Expr>, Box<Expr>),
    /// `if c { a } else { b }`
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `try(E)`
    Try(Box<Expr>),
    /// `[a, b]`
    List(Vec<Expr>),
    /// `a..b`, `a..=b`
    Range(Box<Expr>, Box<Expr>, RangeEnd),
    /// `( E )`: kept, so that the formatter prints what was written.
    Paren(Box<Expr>),
}

/// Whether a range holds its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RangeEnd {
    /// `..`
    Excluded,
    /// `..=`
    Included,
}

/// A call of a function or an aggregate.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// What is called.
    pub name: Name,
    /// Its arguments.
    pub arguments: Vec<Expr>,
    /// `count(where E)`, `sum(x where E)`
    pub filter: Option<Box<Expr>>,
}

/// A literal, already decoded; `None` in numbers that do not fit (the checker says so at the span).
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// `none`
    None,
    /// `true`, `false`
    Bool(bool),
    /// `1_000`, `0xff`
    Int(Option<i64>),
    /// `1.5`
    Float(Option<f64>),
    /// `"text"`, `r"text"`
    String(String),
    /// `1m`, `5m30s`, `1.5h`: nanoseconds.
    Duration(Option<i64>),
    /// `64KiB`: bytes, an int.
    Size(Option<i64>),
}

/// Prefix operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnaryOp {
    /// `-`
    Negate,
    /// `!`
    Not,
}

/// Infix operators, loosest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BinaryOp {
    /// `||`
    Or,
    /// `&&`
    And,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
    /// `in`
    In,
    /// `matches`
    Matches,
    /// `??`
    Coalesce,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Remainder,
}
