//! What is read and written, and how.

use super::Expr;
use crate::source::{Name, Span, Spanned};

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
