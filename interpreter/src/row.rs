//! Rows on their way, and how they pass a node's steps.

use streamwright_dsl::topology::{Column, Expr, Node, StepKind};
use streamwright_values::{Fault, Timestamp, Value};

use crate::evaluate::Evaluator;

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
    /// It stands before the window.
    AtWindow(Tuple),
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

/// Takes `tuple` through the steps of `node` from number `first` on, up to the window or the end.
pub(crate) fn pass(
    evaluator: &Evaluator,
    node: &Node,
    first: usize,
    mut tuple: Tuple,
) -> Result<Passed, Failure> {
    for (index, step) in node.steps.iter().enumerate().skip(first) {
        let evaluate = |expr: &Expr, values: &[Value]| {
            evaluator
                .evaluate(expr, values)
                .map_err(|fault| Failure::of(fault, expr, node.before(index), values))
        };
        match &step.kind {
            StepKind::Where(condition) => {
                if evaluate(condition, &tuple.values)? != Value::Bool(true) {
                    return Ok(Passed::Filtered);
                }
            }
            StepKind::Let(expr) => {
                let value = evaluate(expr, &tuple.values)?;
                tuple.values.push(value);
            }
            StepKind::Select(columns) => {
                let select = columns.iter().map(|expr| evaluate(expr, &tuple.values));
                tuple.values = select.collect::<Result<_, _>>()?;
            }
            StepKind::Window(_) => return Ok(Passed::AtWindow(tuple)),
        }
    }
    Ok(Passed::Through(tuple))
}
