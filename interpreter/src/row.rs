//! Rows on their way, and how they pass a node's steps.

use std::collections::BTreeSet;

use streamwright_dsl::topology::{Column, Expr, ExprKind, Node, StepKind};
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
        let shown =
            mentioned(expr).into_iter().map(|at| (row[at].name.clone(), values[at].clone())).collect();
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

/// The columns that an expression mentions, in the order of the row.
fn mentioned(expr: &Expr) -> BTreeSet<usize> {
    let mut columns = BTreeSet::new();
    let mut todo = vec![expr];
    while let Some(expr) = todo.pop() {
        if let ExprKind::Column(index) = expr.kind {
            columns.insert(index);
        }
        todo.extend(operands(expr));
    }
    columns
}

fn operands(expr: &Expr) -> Vec<&Expr> {
    match &expr.kind {
        ExprKind::Constant(_) | ExprKind::Param(_) | ExprKind::Column(_) => Vec::new(),
        ExprKind::Present(inner)
        | ExprKind::Some(inner)
        | ExprKind::Widen(inner)
        | ExprKind::IsPresent(inner)
        | ExprKind::Not(inner)
        | ExprKind::Negate(inner)
        | ExprKind::Matches(inner, _)
        | ExprKind::Try(inner) => vec![inner],
        ExprKind::And(left, right)
        | ExprKind::Or(left, right)
        | ExprKind::Coalesce(left, right)
        | ExprKind::Compare(_, left, right)
        | ExprKind::Arithmetic(_, left, right) => vec![left, right],
        ExprKind::If(condition, yes, no) => vec![condition, yes, no],
        ExprKind::InList(item, list) => std::iter::once(&**item).chain(list).collect(),
        ExprKind::InRange { value, low, high, .. } => vec![value, low, high],
        ExprKind::Call(_, arguments) => arguments.iter().collect(),
    }
}
