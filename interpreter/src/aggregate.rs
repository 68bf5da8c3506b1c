//! Aggregates: what a window takes in of each row, and the fold over the list of it.

use streamwright_dsl::topology::{Aggregate, Column, Expr};
use streamwright_values::{Fault, Timestamp, Value, aggregates};

use crate::evaluate::Evaluator;
use crate::row::{Failure, Tuple};

/// What a window keeps of one row, in the order of the window's aggregates.
#[derive(Clone, Debug)]
pub(crate) struct Taken {
    pub(crate) at: Option<Timestamp>,
    /// Absent where the aggregate's filter did not let the row in.
    pub(crate) arguments: Vec<Option<Vec<Value>>>,
}

/// Evaluates the aggregates' filters and arguments over a row.
pub(crate) fn take(
    evaluator: &Evaluator,
    called: &[Aggregate],
    columns: &[Column],
    row: &Tuple,
) -> Result<Taken, Failure> {
    let values = &row.values;
    let evaluate = |expr: &Expr| {
        evaluator.evaluate(expr, values).map_err(|fault| Failure::of(fault, expr, columns, values))
    };
    let mut arguments = Vec::new();
    for aggregate in called {
        let wanted = match &aggregate.filter {
            Some(filter) => evaluate(filter)? == Value::Bool(true),
            None => true,
        };
        let values = || aggregate.arguments.iter().map(evaluate).collect::<Result<_, _>>();
        arguments.push(if wanted { Some(values()?) } else { None });
    }
    Ok(Taken { at: row.at, arguments })
}

/// The result of aggregate number `index` over the rows of one window, in input order.
pub(crate) fn fold<'t>(
    aggregate: &Aggregate,
    index: usize,
    rows: impl Iterator<Item = &'t Taken>,
) -> Result<Value, Fault> {
    let taken = rows.filter_map(|row| {
        row.arguments[index].as_deref().map(|values| aggregates::Row { at: row.at, values })
    });
    let taken: Vec<aggregates::Row<'_>> = taken.collect();
    (aggregate.function.fold)(&aggregate.shape, &taken)
}
