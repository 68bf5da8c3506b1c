//! Typed expressions.

use streamwright_values::extract::{ExtractError, Extractor};
use streamwright_values::{Type, Value};

use crate::ast::BinaryOp;
use crate::functions::Function;
use crate::source::Span;

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
    /// An index into [`Topology::params`](super::Topology::params).
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
    /// A function of [`Topology::functions`](super::Topology::functions) by its index; arguments have exactly its
    /// parameters' types, and are evaluated all, left to right.
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
