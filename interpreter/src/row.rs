//! Rows on their way, and how they pass a node's steps.

use streamwright_dsl::topology::{Arm, Column, Expr, Node, StepKind, TableLookup};
use streamwright_values::{Fault, Timestamp, Value};

use crate::evaluate::Evaluator;
use crate::state::Key;

/// A row, and the event time that travels beside it.
#[derive(Clone, Debug)]
pub(crate) struct Tuple {
    pub(crate) values: Vec<Value>,
    pub(crate) at: Option<Timestamp>,
}

/// Where a row has got to.
pub(crate) enum Passed {
    /// It is behind the last step.
    Through(Tuple),
    /// It stands before the stateful step.
    AtState(Tuple),
    /// A `where` dropped it.
    Filtered,
}

/// A fault, and what its letter shows of the row.
pub(crate) struct Failure {
    pub(crate) fault: Fault,
    /// Names and values of the columns that the failing expression mentions; absent where no expression failed.
    pub(crate) shown: Option<Vec<(String, Value)>>,
}

impl Failure {
    /// `expr` failed over the columns of `row`.
    pub(crate) fn of(fault: Fault, expr: &Expr, row: &[Column], values: &[Value]) -> Failure {
        let shown = expr.columns().into_iter().map(|at| (row[at].name.clone(), values[at].clone())).collect();
        Failure { fault, shown: Some(shown) }
    }
}

/// Takes `tuple` through the steps of `node` from number `first` on, up to the stateful one or the end. What becomes of it, in
/// order: several rows where a list is unnested.
pub(crate) fn pass(
    evaluator: &Evaluator,
    node: &Node,
    first: usize,
    tuple: Tuple,
) -> Vec<Result<Passed, Failure>> {
    let mut outcomes = Vec::new();
    if let Err(failure) = go_on(evaluator, node, first, tuple, &mut outcomes) {
        outcomes.push(Err(failure));
    }
    outcomes
}

/// The row of a table that a `lookup` finds, if that counts.
fn look_up(
    evaluator: &Evaluator,
    lookup: &TableLookup,
    before: &[Column],
    values: &[Value],
) -> Result<Option<Vec<Value>>, Failure> {
    let key = lookup.keys.iter().map(|expr| {
        evaluator.evaluate(expr, values).map_err(|fault| Failure::of(fault, expr, before, values))
    });
    let key = Key(key.collect::<Result<_, _>>()?);
    let found = evaluator.table(lookup.table).and_then(|table| table.row(&key).cloned());
    let Some(row) = found else { return Ok(None) };
    let Some(filter) = &lookup.filter else { return Ok(Some(row)) };
    let pair: Vec<Value> = values.iter().chain(&row).cloned().collect();
    let holds = evaluator.holds(filter, &pair).map_err(|fault| {
        let columns: Vec<Column> = before.iter().chain(&lookup.right).cloned().collect();
        Failure::of(fault, filter, &columns, &pair)
    })?;
    Ok(holds.then_some(row))
}

/// What is inside a value that is unnested.
fn inside(value: Value, expr: &Expr) -> Vec<Value> {
    match (value, expr.ty.is_optional()) {
        (Value::None, true) => Vec::new(),
        (Value::List(elements), false) => elements,
        (value, _) => vec![value],
    }
}

fn go_on(
    evaluator: &Evaluator,
    node: &Node,
    first: usize,
    mut tuple: Tuple,
    outcomes: &mut Vec<Result<Passed, Failure>>,
) -> Result<(), Failure> {
    for (index, step) in node.steps.iter().enumerate().skip(first) {
        let evaluate = |expr: &Expr, values: &[Value]| {
            evaluator
                .evaluate(expr, values)
                .map_err(|fault| Failure::of(fault, expr, node.before(index), values))
        };
        match &step.kind {
            StepKind::Where(condition) => {
                if evaluate(condition, &tuple.values)? != Value::Bool(true) {
                    outcomes.push(Ok(Passed::Filtered));
                    return Ok(());
                }
            }
            StepKind::Let(expr) => {
                let value = evaluate(expr, &tuple.values)?;
                tuple.values.push(value);
            }
            StepKind::Unnest(expr) => {
                let elements = inside(evaluate(expr, &tuple.values)?, expr);
                each_on(evaluator, node, index + 1, &tuple, elements, outcomes);
                return Ok(());
            }
            StepKind::Select(columns) => {
                let select = columns.iter().map(|expr| evaluate(expr, &tuple.values));
                tuple.values = select.collect::<Result<_, _>>()?;
            }
            StepKind::Split(arms) => {
                let taken = first_arm(arms, |condition| evaluate(condition, &tuple.values))?;
                let Some(place) = taken else {
                    outcomes.push(Ok(Passed::Filtered));
                    return Ok(());
                };
                tuple.values.push(Value::Int(place as i64));
            }
            StepKind::Lookup(lookup) => {
                let found = look_up(evaluator, lookup, node.before(index), &tuple.values)?;
                let absent = || lookup.outer.then(|| vec![Value::None; lookup.right.len()]);
                let Some(row) = found.or_else(absent) else {
                    outcomes.push(Ok(Passed::Filtered));
                    return Ok(());
                };
                tuple.values.extend(row);
            }
            StepKind::Window(_)
            | StepKind::Join(_)
            | StepKind::Latest(_)
            | StepKind::Top(_)
            | StepKind::Run(_)
            | StepKind::Distinct(_)
            | StepKind::Keep(_) => {
                outcomes.push(Ok(Passed::AtState(tuple)));
                return Ok(());
            }
        }
    }
    outcomes.push(Ok(Passed::Through(tuple)));
    Ok(())
}

/// Takes a row for each of the elements on from step `next`.
fn each_on(
    evaluator: &Evaluator,
    node: &Node,
    next: usize,
    tuple: &Tuple,
    elements: Vec<Value>,
    outcomes: &mut Vec<Result<Passed, Failure>>,
) {
    if elements.is_empty() {
        outcomes.push(Ok(Passed::Filtered));
    }
    for element in elements {
        // The engine stops where a row cannot be afforded.
        if !evaluator.afford(&tuple.values) {
            break;
        }
        let values = tuple.values.iter().cloned().chain([element]).collect();
        outcomes.extend(pass(evaluator, node, next, Tuple { values, at: tuple.at }));
    }
}

/// The place of the first arm that takes a row; conditions behind it are not evaluated.
fn first_arm(
    arms: &[Arm],
    evaluate: impl Fn(&Expr) -> Result<Value, Failure>,
) -> Result<Option<usize>, Failure> {
    for (place, arm) in arms.iter().enumerate() {
        let takes = arm.condition.as_ref().map_or(Ok(Value::Bool(true)), &evaluate)?;
        if takes == Value::Bool(true) {
            return Ok(Some(place));
        }
    }
    Ok(None)
}
