//! Exchanges: one directly before each window, from every stage that feeds it.
//!
//! What stands before the window, and the arguments of its aggregates, are evaluated on the sending side; so what crosses
//! is keys, event time and arguments, and the columns that `.late` shows.

use streamwright_dsl::topology::{GroupingKind, Node, Stream, Window};

use super::{Exchange, Plan, Routing};

/// Places the exchanges and says which worker gets what.
pub(super) fn apply(plan: &mut Plan) {
    for index in 0..plan.windows.len() {
        let id = plan.windows[index].node;
        let node = plan.topology.node(id);
        if let Some((_, window)) = node.window() {
            let (routing, counts_rows) = (routing(node, window), counts_rows(node));
            plan.windows[index].routing = routing;
            plan.windows[index].counts_rows = counts_rows;
        }
        let late = plan.live(Stream::Late(id));
        plan.windows[index].late_columns =
            (0..late.len().saturating_sub(2)).filter(|column| late[*column]).collect();
        let senders = plan.node(id).fed_by.clone();
        plan.exchanges.extend(senders.into_iter().map(|from| Exchange { from, to: index + 1 }));
    }
}

fn routing(node: &Node, window: &Window) -> Routing {
    if counts_rows(node) || (window.keys.is_empty() && node.tasks == 1) {
        Routing::One
    } else {
        Routing::Hash
    }
}

/// Whether the order of rows decides their task: a stateful `shuffle` over several tasks.
pub(crate) fn counts_rows(node: &Node) -> bool {
    let shuffled = |kind: &GroupingKind| matches!(kind, GroupingKind::Shuffle);
    node.tasks > 1
        && node.window().is_some()
        && node.inputs.iter().any(|input| shuffled(&input.grouping.kind))
}
