//! Expressions.

use crate::source::{Name, Span, Spanned};

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
