//! Waiting: with one worker, rows wait until there are a few of them before each looks for its key.
//!
//! Where there are many keys, a look-up waits for memory; of rows that follow each other without anything between, the
//! processor looks for several keys at once. With more workers they come in parts anyway, and stand so already. A row may wait
//! where only how many there were shows, and where it stands on its own, without borrowing from its tuple.

use streamwright_dsl::topology::WindowKind;
use streamwright_values::Type;

use super::{Combine, KeyedPlan, Plan, Tags};

/// Decides for each node with state.
pub(super) fn apply(plan: &mut Plan) {
    for index in 0..plan.keyed.len() {
        plan.keyed[index].waits = waits(plan, &plan.keyed[index]);
    }
}

fn waits(plan: &Plan, keyed: &KeyedPlan) -> bool {
    let (node, decided) = (plan.topology.node(keyed.node), plan.node(keyed.node));
    let Some((step, window)) = node.window() else { return false };
    let on_a_grid =
        matches!(window.kind, WindowKind::Tumbling { .. } | WindowKind::Hopping { .. } | WindowKind::All);
    let keys = keyed.keys.iter().map(|key| &node.before(step)[*key].ty);
    let arguments = window.aggregates.iter().flat_map(|one| &one.arguments).map(|argument| &argument.ty);
    on_a_grid
        && window.top.is_none()
        && !window.is_revised()
        && decided.late_readers.is_empty()
        && decided.tags == Tags::Never
        && !keyed.counts_rows
        && matches!(keyed.combine, Combine::No(_))
        && !keys.chain(arguments).any(may_borrow)
}

/// Whether a value of the type may borrow from its tuple.
pub(crate) fn may_borrow(ty: &Type) -> bool {
    match ty.required() {
        Type::Record(record) => record.fields.iter().any(|field| may_borrow(&field.ty)),
        plain => matches!(plain, Type::String | Type::Bytes | Type::List(_)),
    }
}
