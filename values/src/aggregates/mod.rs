//! The aggregates: one table that checking, documentation, interpreter and code generation share.
//!
//! An aggregate is one file: its entry in the table, the accumulator that compiled programs keep for each window, and,
//! behind the feature `definition`, what it *is*: a fold over the list of all rows, with which the interpreter
//! computes. The two are written independently of each other, and the tests hold one against the other.
//!
//! An accumulator takes values in one by one (`add`), joins a later partial ([`Merge`]), crosses an exchange (`encode`,
//! `decode`), and gives its result (`finish`). All but the ordered ones give the same in any order.

mod held;

pub mod approx_distinct;
pub mod arg_extremes;
pub mod avg;
pub mod collect;
pub mod count;
pub mod distinct;
pub mod ends;
pub mod extremes;
pub mod quantile;
pub mod spread;
pub mod sum;

#[cfg(feature = "definition")]
mod plain;

#[cfg(feature = "definition")]
use crate::{Fault, Timestamp};
use crate::{Type, Value};

pub use held::Held;

/// One aggregate of the language.
#[derive(Debug)]
pub struct Aggregate {
    /// What the language calls it.
    pub name: &'static str,
    /// What a plan may do with it.
    pub algebra: Algebra,
    /// Whether `add` takes the row's event time before the values.
    pub takes_time: bool,
    /// Whether it gives nothing where its filter lets no row in, so that a filtered call is a `T?`: `finish` gives an
    /// `Option` then.
    pub may_be_absent: bool,
    /// What a call with these arguments is; or which arguments it takes, for a message.
    pub shape: fn(&[Argument<'_>]) -> Result<Shape, &'static str>,
    /// What it does: the first sentence says it all.
    pub docs: &'static str,
    /// A call in the language.
    pub example: &'static str,
    /// What it is, over the rows that it takes in, in input order.
    #[cfg(feature = "definition")]
    pub fold: fn(&Shape, &[Row<'_>]) -> Result<Value, Fault>,
}

/// What a plan may do with an aggregate (docs/language.md, "Aggregates and their algebra").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algebra {
    /// Partials merge in any order, with the same result: counts, exact sums, extremes, sketches.
    Commutative,
    /// Partials merge, but a tie is decided by position: `first`, `last`.
    Ordered,
}

/// One argument of a call.
#[derive(Clone, Copy, Debug)]
pub struct Argument<'a> {
    /// Its type, never optional.
    pub ty: &'a Type,
    /// Its value, where it is a constant.
    pub constant: Option<&'a Value>,
}

/// What a call of an aggregate is, once the types of its arguments are known.
#[derive(Clone, Debug, PartialEq)]
pub struct Shape {
    /// What it gives.
    pub result: Type,
    /// The accumulator, as a path below `streamwright_values::aggregates`: `sum::SumInt`.
    pub accumulator: &'static str,
    /// Whether the accumulator keeps values, so that it has the arguments' types as type parameters.
    pub holds: bool,
    /// Whether `finish` returns a `Result<_, Fault>`.
    pub fallible: bool,
    /// How many of the last arguments are constants, which `add` does not take.
    pub constants: usize,
    /// What `finish` takes, from those constants or fixed.
    pub settings: Vec<Value>,
}

impl Shape {
    /// A call whose accumulator has no type parameters.
    fn of(result: Type, accumulator: &'static str) -> Shape {
        Shape { result, accumulator, holds: false, fallible: false, constants: 0, settings: Vec::new() }
    }

    /// A call whose accumulator keeps values.
    fn holding(result: Type, accumulator: &'static str) -> Shape {
        Shape { holds: true, ..Shape::of(result, accumulator) }
    }

    /// The same, with a result that may be a fault.
    fn fallible(self) -> Shape {
        Shape { fallible: true, ..self }
    }
}

/// A row that an aggregate takes in, for its definition.
#[cfg(feature = "definition")]
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// The row's event time.
    pub at: Option<Timestamp>,
    /// The arguments that are no settings.
    pub values: &'a [Value],
}

/// Joins a partial result with a later one.
pub trait Merge {
    /// Whether what many rows accumulate may take much more room than what few do. It is not kept for every row then.
    const GROWS: bool = true;

    /// Whether what was taken in can be taken out again, and nothing shows of it.
    const SUBTRACTS: bool = false;

    /// Takes in `later`, whose rows came after this one's.
    fn merge(&mut self, later: &Self);

    /// Takes out what was taken in before. Not called but where [`Merge::SUBTRACTS`].
    fn subtract(&mut self, merged: &Self) {
        let _ = merged;
        unreachable!("it does not subtract")
    }
}

/// All aggregates, in the order of the documentation.
#[rustfmt::skip] // One a line.
pub static TABLE: &[&Aggregate] = &[
    &count::COUNT,
    &sum::SUM,
    &avg::AVG,
    &spread::VARIANCE,
    &spread::STDDEV,
    &extremes::MIN,
    &extremes::MAX,
    &ends::FIRST,
    &ends::LAST,
    &arg_extremes::ARG_MIN,
    &arg_extremes::ARG_MAX,
    &distinct::COUNT_DISTINCT,
    &approx_distinct::APPROX_COUNT_DISTINCT,
    &quantile::QUANTILE,
    &quantile::MEDIAN,
    &collect::COLLECT,
];

/// The aggregate of a name.
#[must_use]
pub fn lookup(name: &str) -> Option<&'static Aggregate> {
    TABLE.iter().copied().find(|aggregate| aggregate.name == name)
}
