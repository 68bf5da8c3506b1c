//! Combine: partial aggregates before an exchange, where the algebra and the cost allow.
//!
//! It costs a look-up a row on the sending side and saves the row's way to the other worker. Measured on two cores: with
//! 10,000 keys it lost 2 to 7 %, with 100 it won 10 %. So it is done where the keys are few by their type, or where the
//! author asks for it with `by partial`.

use streamwright_dsl::functions::Algebra;
use streamwright_dsl::topology::{GroupingKind, Node, Window, WindowKind};
use streamwright_values::Type;

use super::{Combine, Plan, Tags};

/// Decides for each window.
pub(super) fn apply(plan: &mut Plan) {
    for index in 0..plan.keyed.len() {
        let id = plan.keyed[index].node;
        let node = plan.topology.node(id);
        plan.keyed[index].combine = match node.window() {
            Some((step, window)) => combine(node, window, step, plan.node(id).tags),
            None => Combine::No("each row is judged by those before it"),
        };
    }
}

fn combine(node: &Node, window: &Window, step: usize, tags: Tags) -> Combine {
    let asked = node.inputs.iter().any(|input| matches!(input.grouping.kind, GroupingKind::Partial(_)));
    let few = window.keys.iter().all(|key| matches!(node.before(step)[*key].ty, Type::Bool));
    if !matches!(window.kind, WindowKind::Tumbling { .. } | WindowKind::Hopping { .. } | WindowKind::All) {
        Combine::No("the rows say which windows there are")
    } else if window.is_revised() || window.top.is_some() {
        Combine::No("what it keeps is no partial aggregate")
    } else if window.late_read {
        Combine::No("`.late` is read, so each row crosses as it is")
    } else if tags != Tags::Never
        || window.aggregates.iter().any(|one| one.function.algebra == Algebra::Ordered)
    {
        Combine::No("the order of rows decides")
    } else if node.tasks > 1 {
        Combine::No("tasks share no state")
    } else if asked {
        Combine::Yes("`by partial` asks for it")
    } else if window.keys.is_empty() {
        Combine::Yes("there is one group")
    } else if few {
        Combine::Yes("the keys are few by their type")
    } else {
        Combine::No("the keys may be many")
    }
}
