//! Pieces: an `unnest` of a list that a function makes of a text looks at each element once, so the list is not made.

use streamwright_dsl::topology::{ExprKind, StepKind};
use streamwright_values::functions::pieces::PIECEWISE;

use super::Plan;

pub(super) fn apply(plan: &mut Plan) {
    for (node, decided) in plan.topology.nodes.iter().zip(&mut plan.nodes) {
        decided.pieces = node.steps.iter().map(|step| of(&step.kind)).collect();
    }
}

/// The function that gives the pieces.
fn of(step: &StepKind) -> Option<&'static str> {
    let StepKind::Unnest(list) = step else { return None };
    let ExprKind::Call(function, _) = &list.kind else { return None };
    PIECEWISE.iter().find(|(list, _)| *list == function.rust).map(|(_, pieces)| *pieces)
}
