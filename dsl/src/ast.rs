//! What was written, with spans; nothing here is resolved or typed.

mod clause;
mod connector;
mod expr;
mod test;

use crate::own::RustFile;
use crate::source::{FileId, Name, Span, Spanned};

pub use clause::{
    Arm, Clause, ClauseKind, Column, Grouping, Input, Keep, Partner, Run, SelectItem, Time, Top, TopKey,
    Window,
};
pub use connector::{Connector, ConnectorOption, Format, OptionValue};
pub use expr::{BinaryOp, Call, Expr, ExprKind, Literal, RangeEnd, UnaryOp};
pub use test::{Expect, Test, TestClause, TestClauseKind, TestValue, TestValueKind};

/// One file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct File {
    /// `//!` lines at the top, without the marker and one leading space.
    pub docs: Vec<String>,
    /// Where `language 1` stands.
    pub language: Option<Span>,
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
    /// `test "name" { … }`
    Test(Test),
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
            Item::Test(test) => test.span,
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
