//! The table of aggregates.

use streamwright_values::Type;

use super::{AggregateFunction, AggregateKind, Algebra};

/// All aggregates, in the order of the documentation.
pub static AGGREGATES: &[AggregateFunction] = &[
    AggregateFunction {
        kind: AggregateKind::Count,
        name: "count",
        algebra: Algebra::Commutative,
        result: |argument| {
            if argument.is_none() {
                Ok(Type::Int)
            } else {
                Err("no argument; a filter is `count(where …)`")
            }
        },
        may_be_absent: false,
        docs: "How many rows there are.",
        example: "count()",
    },
    AggregateFunction {
        kind: AggregateKind::Sum,
        name: "sum",
        algebra: Algebra::Commutative,
        result: |argument| match argument {
            Some(ty @ (Type::Int | Type::Float | Type::Duration)) => Ok(ty.clone()),
            _ => Err("an int, a float or a duration"),
        },
        may_be_absent: false,
        docs: "The exact sum, 0 of no rows. A sum of ints or durations that leaves its range is a fault of the row that \
               leaves; a sum of floats is rounded once, so it is the same in any order.",
        example: "sum(bytes ?? 0)",
    },
    AggregateFunction {
        kind: AggregateKind::Min,
        name: "min",
        algebra: Algebra::Commutative,
        result: ordered,
        may_be_absent: true,
        docs: "The smallest value.",
        example: "min(status)",
    },
    AggregateFunction {
        kind: AggregateKind::Max,
        name: "max",
        algebra: Algebra::Commutative,
        result: ordered,
        may_be_absent: true,
        docs: "The largest value.",
        example: "max(at)",
    },
    AggregateFunction {
        kind: AggregateKind::Avg,
        name: "avg",
        algebra: Algebra::Commutative,
        result: |argument| match argument {
            Some(Type::Int | Type::Float) => Ok(Type::Float),
            _ => Err("an int or a float"),
        },
        may_be_absent: true,
        docs: "The exact sum over the count, rounded once, as a float.",
        example: "avg(status)",
    },
    AggregateFunction {
        kind: AggregateKind::First,
        name: "first",
        algebra: Algebra::Ordered,
        result: any,
        may_be_absent: true,
        docs: "The value of the row with the smallest event time; of equals the first in input order.",
        example: "first(path)",
    },
    AggregateFunction {
        kind: AggregateKind::Last,
        name: "last",
        algebra: Algebra::Ordered,
        result: any,
        may_be_absent: true,
        docs: "The value of the row with the largest event time; of equals the last in input order.",
        example: "last(path)",
    },
];

fn ordered(argument: Option<&Type>) -> Result<Type, &'static str> {
    argument.filter(|ty| ty.is_ordered()).cloned().ok_or("one value that has an order")
}

fn any(argument: Option<&Type>) -> Result<Type, &'static str> {
    argument.cloned().ok_or("one value")
}
