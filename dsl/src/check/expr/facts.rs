//! What a condition proves: which optional columns hold a value where it is true, and where it is false.

use crate::topology::{Expr, ExprKind};

/// Columns that are known to hold a value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::check) struct Facts {
    pub(in crate::check) when_true: Vec<usize>,
    pub(in crate::check) when_false: Vec<usize>,
}

/// What a typed condition proves.
pub(in crate::check) fn facts(condition: &Expr) -> Facts {
    match &condition.kind {
        ExprKind::IsPresent(inner) => match inner.kind {
            ExprKind::Column(index) => Facts { when_true: vec![index], when_false: Vec::new() },
            _ => Facts::default(),
        },
        ExprKind::Not(inner) => {
            let inner = facts(inner);
            Facts { when_true: inner.when_false, when_false: inner.when_true }
        }
        ExprKind::And(left, right) => {
            let (left, right) = (facts(left), facts(right));
            Facts {
                when_true: either(left.when_true, right.when_true),
                when_false: both(left.when_false, &right.when_false),
            }
        }
        ExprKind::Or(left, right) => {
            let (left, right) = (facts(left), facts(right));
            Facts {
                when_true: both(left.when_true, &right.when_true),
                when_false: either(left.when_false, right.when_false),
            }
        }
        _ => Facts::default(),
    }
}

fn either(mut left: Vec<usize>, right: Vec<usize>) -> Vec<usize> {
    left.extend(right);
    left.sort_unstable();
    left.dedup();
    left
}

fn both(mut left: Vec<usize>, right: &[usize]) -> Vec<usize> {
    left.retain(|column| right.contains(column));
    left
}
