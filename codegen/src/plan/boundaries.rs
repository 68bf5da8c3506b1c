//! Boundaries: at which instants of a spout's watermark a window downstream may fire, so that roots are cut there.

use streamwright_dsl::topology::WindowKind;

use super::Plan;

/// Lists, for each spout, the windows that close by event time and have that spout behind them.
pub(super) fn apply(plan: &mut Plan) {
    let windows = |spout| {
        let fires = |index: &usize| {
            let node = plan.topology.node(plan.windows[*index].node);
            let by_time = node.window().is_some_and(|(_, window)| !matches!(window.kind, WindowKind::All));
            by_time && node.spouts.contains(spout)
        };
        (0..plan.windows.len()).filter(fires).collect()
    };
    plan.boundaries = plan.spouts.iter().map(windows).collect();
}
