//! Functions and aggregates: what may be called in an expression.

mod aggregates;

use streamwright_values::Type;
pub use streamwright_values::functions::{Function, Parameter, all, lookup};

pub use aggregates::AGGREGATES;

/// What a plan may do with an aggregate (docs/language.md, "Aggregates and their algebra").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algebra {
    /// Partials merge in any order, with the same result: counts, exact sums, extremes.
    Commutative,
    /// Partials merge, but a tie is decided by position: `first`, `last`.
    Ordered,
}

/// Which aggregate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AggregateKind {
    /// Rows.
    Count,
    /// The exact sum: i128 inside for ints, rounded once for floats.
    Sum,
    /// The smallest.
    Min,
    /// The largest.
    Max,
    /// The exact sum over the count, rounded once, as a float.
    Avg,
    /// The value with the smallest event time; of equals the earliest in input order.
    First,
    /// The value with the largest event time; of equals the latest in input order.
    Last,
}

/// One aggregate of the language.
#[derive(Debug)]
pub struct AggregateFunction {
    /// Which.
    pub kind: AggregateKind,
    /// What the language calls it.
    pub name: &'static str,
    /// What a plan may do with it.
    pub algebra: Algebra,
    /// The result's type over an argument of this type (none for `count`); or which arguments it takes, for a message.
    pub result: fn(Option<&Type>) -> Result<Type, &'static str>,
    /// Whether it gives nothing where its filter lets no row in, so that a filtered call is a `T?`.
    pub may_be_absent: bool,
    /// What it does.
    pub docs: &'static str,
    /// A call in the language.
    pub example: &'static str,
}

/// The aggregate of a name.
#[must_use]
pub fn aggregate(name: &str) -> Option<&'static AggregateFunction> {
    AGGREGATES.iter().find(|function| function.name == name)
}
