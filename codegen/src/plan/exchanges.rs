//! Exchanges: one directly before each stateful step, from every stage that feeds its node.
//!
//! What stands before that step, and the arguments of a window's aggregates, are evaluated on the sending side; so what
//! crosses is keys, event time and arguments, and the columns that leave again.

use streamwright_dsl::topology::{GroupingKind, Node, NodeId, Stream};

use super::state::{self, State};
use super::{Exchange, Plan, Routing, prune};

/// Places the exchanges and says which worker gets what.
pub(super) fn apply(plan: &mut Plan) {
    for index in 0..plan.keyed.len() {
        let id = plan.keyed[index].node;
        let node = plan.topology.node(id);
        if let Some(state) = state::of(node) {
            let (routing, counts_rows) = (routing(node, &state), counts_rows(node));
            let carried = carried(plan, id, &state);
            let partner_carried = prune::partner_passes(plan, id);
            plan.keyed[index].routing = routing;
            plan.keyed[index].counts_rows = counts_rows;
            plan.keyed[index].carried = carried;
            plan.keyed[index].partner_carried = partner_carried;
        }
        let senders = plan.node(id).fed_by.clone();
        plan.exchanges.extend(senders.into_iter().map(|from| Exchange { from, to: index + 1 }));
    }
}

/// The columns before the step that are wanted behind it as they were.
fn carried(plan: &Plan, id: NodeId, state: &State<'_>) -> Vec<usize> {
    if plan.topology.node(id).partner().is_some() {
        return prune::left_passes(plan, id);
    }
    if state.passes_rows {
        let live = &plan.node(id).live[state.step];
        return (0..live.len()).filter(|column| live[*column]).collect();
    }
    let late = plan.live(Stream::Late(id));
    (0..late.len().saturating_sub(2)).filter(|column| late[*column]).collect()
}

fn routing(node: &Node, state: &State<'_>) -> Routing {
    if counts_rows(node) || (state.keys.is_empty() && node.tasks == 1) { Routing::One } else { Routing::Hash }
}

/// Whether the order of rows decides their task: a stateful `shuffle` over several tasks.
pub(crate) fn counts_rows(node: &Node) -> bool {
    let shuffled = |kind: &GroupingKind| matches!(kind, GroupingKind::Shuffle);
    node.tasks > 1
        && state::of(node).is_some()
        && node.inputs.iter().any(|input| shuffled(&input.grouping.kind))
}
