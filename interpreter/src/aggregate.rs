//! Aggregates, each a fold over the list of what a window took in.

use std::cmp::Ordering;

use streamwright_dsl::functions::AggregateKind;
use streamwright_dsl::topology::{Aggregate, Column, Expr};
use streamwright_values::{Duration, Fault, Timestamp, Type, Value, dataflow, ops};

use crate::evaluate::Evaluator;
use crate::row::{Failure, Tuple};
use crate::sum;

/// What a window keeps of one row, in the order of the window's aggregates.
#[derive(Clone, Debug)]
pub(crate) struct Taken {
    pub(crate) at: Option<Timestamp>,
    /// Absent where the aggregate's filter did not let the row in. `count` takes in `Value::None`.
    pub(crate) arguments: Vec<Option<Value>>,
}

/// Evaluates the aggregates' filters and arguments over a row.
pub(crate) fn take(
    evaluator: &Evaluator,
    aggregates: &[Aggregate],
    columns: &[Column],
    row: &Tuple,
) -> Result<Taken, Failure> {
    let values = &row.values;
    let evaluate = |expr: &Expr| {
        evaluator.evaluate(expr, values).map_err(|fault| Failure::of(fault, expr, columns, values))
    };
    let mut arguments = Vec::new();
    for aggregate in aggregates {
        let wanted = match &aggregate.filter {
            Some(filter) => evaluate(filter)? == Value::Bool(true),
            None => true,
        };
        arguments.push(match &aggregate.argument {
            _ if !wanted => None,
            Some(argument) => Some(evaluate(argument)?),
            None => Some(Value::None),
        });
    }
    Ok(Taken { at: row.at, arguments })
}

/// The result of aggregate number `index` over the rows of one window, in input order.
pub(crate) fn fold(aggregate: &Aggregate, index: usize, rows: &[Taken]) -> Result<Value, Fault> {
    let taken = || rows.iter().filter_map(|row| row.arguments[index].as_ref().map(|value| (row.at, value)));
    let values: Vec<&Value> = taken().map(|(_, value)| value).collect();
    Ok(match aggregate.function.kind {
        AggregateKind::Count => Value::Int(values.len() as i64),
        AggregateKind::Sum => total(&values, aggregate.ty.required())?,
        AggregateKind::Avg => average(&values),
        AggregateKind::Min => extreme(&values, Ordering::Less),
        AggregateKind::Max => extreme(&values, Ordering::Greater),
        AggregateKind::First => at_the_end(taken(), |at, best| at < best),
        AggregateKind::Last => at_the_end(taken(), |at, best| at >= best),
    })
}

fn total(values: &[&Value], ty: &Type) -> Result<Value, Fault> {
    Ok(match ty {
        Type::Float => Value::Float(ops::finite(sum::sum(floats(values)), || "the sum".to_owned())?),
        Type::Duration => Value::Duration(dataflow::duration_sum(ints(values).map(i128::from).sum())?),
        _ => Value::Int(dataflow::int_sum(ints(values).map(i128::from).sum())?),
    })
}

/// Never too large: it lies between the smallest and the largest value.
fn average(values: &[&Value]) -> Value {
    let count = values.len() as u64;
    match values.first() {
        None => Value::None,
        Some(Value::Float(_)) => Value::Float(sum::mean(floats(values), count)),
        Some(_) => Value::Float(sum::mean_of_ints(ints(values), count)),
    }
}

fn ints(values: &[&Value]) -> impl Iterator<Item = i64> {
    values.iter().filter_map(|value| match value {
        Value::Int(int) | Value::Duration(Duration(int)) => Some(*int),
        _ => None,
    })
}

fn floats(values: &[&Value]) -> impl Iterator<Item = f64> {
    values.iter().filter_map(|value| if let Value::Float(float) = value { Some(*float) } else { None })
}

/// The smallest value or the largest. -0.0 is smaller than 0.0 here, so that the order of rows does not show.
fn extreme(values: &[&Value], wanted: Ordering) -> Value {
    let mut values = values.iter();
    let Some(mut best) = values.next() else { return Value::None };
    for value in values {
        let order = match (value, best) {
            (Value::Float(value), Value::Float(best)) => value.total_cmp(best),
            _ => value.partial_cmp(best).unwrap_or(Ordering::Equal),
        };
        if order == wanted {
            best = value;
        }
    }
    (*best).clone()
}

/// The value whose event time `wins` over those before it.
fn at_the_end<'a>(
    mut taken: impl Iterator<Item = (Option<Timestamp>, &'a Value)>,
    wins: impl Fn(Option<Timestamp>, Option<Timestamp>) -> bool,
) -> Value {
    let Some(first) = taken.next() else { return Value::None };
    let best = taken.fold(first, |best, next| if wins(next.0, best.0) { next } else { best });
    best.1.clone()
}
