//! Boundaries: at which instants of a spout's watermark something downstream may be due, so that roots are cut there.

use super::{Plan, state};

/// Lists, for each spout, the nodes whose state goes by event time and that have this spout behind them.
pub(super) fn apply(plan: &mut Plan) {
    let keyed = |spout| {
        let decides = |index: &usize| {
            let node = plan.topology.node(plan.keyed[*index].node);
            state::of(node).is_some_and(|state| state.in_time) && node.spouts.contains(spout)
        };
        (0..plan.keyed.len()).filter(decides).collect()
    };
    plan.boundaries = plan.spouts.iter().map(keyed).collect();
}
