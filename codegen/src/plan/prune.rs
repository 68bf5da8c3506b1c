//! Prune: only columns (and event times) that somebody uses further down are kept in rows.
//!
//! This never changes which lines are malformed: which fields are converted is fixed in the topology, and an expression
//! that can fail is evaluated whether its value is used or not.

use streamwright_dsl::topology::{Expr, Join, Latest, NodeId, NodeKind, Step, StepKind, Stream, Window};

use super::analysis::fallible;
use super::{Plan, mark, state};

/// Walks the nodes against the stream.
pub(super) fn apply(plan: &mut Plan) {
    for id in plan.topology.order.clone().into_iter().rev() {
        plan.nodes[id.0].leaves = leaves(plan, id);
        plan.nodes[id.0].live = live(plan, id);
        plan.nodes[id.0].partner = partner(plan, id);
        plan.nodes[id.0].takes_time = takes_time(plan, id);
    }
}

/// Whether the event time of the rows that enter a node is used: by its state, or by somebody behind it.
fn takes_time(plan: &Plan, id: NodeId) -> bool {
    let reader_does = |reader: &super::Reader| plan.node(reader.node).takes_time;
    match state::of(plan.topology.node(id)) {
        Some(state) => {
            let passed_on = state.passes_rows && plan.node(id).readers.iter().any(reader_does);
            state.in_time
                || state.reads_time
                || passed_on
                || plan.node(id).late_readers.iter().any(reader_does)
        }
        None => plan.node(id).readers.iter().any(reader_does),
    }
}

/// What is live in a node, step by step.
fn live(plan: &Plan, id: NodeId) -> Vec<Vec<bool>> {
    let node = plan.topology.node(id);
    let mut live = vec![plan.node(id).leaves.clone()];
    if let NodeKind::Spout(spout) = &node.kind
        && let Some(time) = &spout.time
    {
        time.at.iter().for_each(|at| need(&mut live[0], at.columns()));
    }
    for (index, step) in node.steps.iter().enumerate().rev() {
        let after = &live[live.len() - 1];
        let mut before = vec![false; node.before(index).len()];
        before_step(step, after, &mut before);
        if let StepKind::Window(_) = &step.kind {
            let late = plan.live(Stream::Late(id));
            need(&mut before, (0..late.len().saturating_sub(2)).filter(|column| late[*column]).collect());
        }
        live.push(before);
    }
    live.reverse();
    for input in &node.inputs {
        if let streamwright_dsl::topology::GroupingKind::Direct(task) = &input.grouping.kind {
            need(&mut live[0], task.columns());
        }
    }
    live
}

/// What is live of a partner's rows.
fn partner(plan: &Plan, id: NodeId) -> Vec<bool> {
    let node = plan.topology.node(id);
    let Some((right, keys)) = node.partner() else { return Vec::new() };
    let mut live = vec![false; right.len()];
    need(&mut live, keys.to_vec());
    need(&mut live, partner_passes(plan, id));
    live
}

/// The columns of a partner that leave its step, or that `on` says more about.
pub(super) fn partner_passes(plan: &Plan, id: NodeId) -> Vec<usize> {
    let node = plan.topology.node(id);
    let (width, live) = (node.entry.len(), &plan.node(id).live);
    let Some((right, _)) = node.partner() else { return Vec::new() };
    let filter = filter(&node.steps[0].kind);
    (0..right.len()).filter(|column| live[1][width + column] || filter.contains(&(width + column))).collect()
}

/// The columns of both sides that the rest of `on` mentions.
fn filter(step: &StepKind) -> Vec<usize> {
    match step {
        StepKind::Join(Join { filter, .. }) | StepKind::Latest(Latest { filter, .. }) => {
            filter.iter().flat_map(Expr::columns).collect()
        }
        _ => Vec::new(),
    }
}

/// The columns of the left row that leave a step with a partner, or that `on` says more about.
pub(super) fn left_passes(plan: &Plan, id: NodeId) -> Vec<usize> {
    let node = plan.topology.node(id);
    let live = &plan.node(id).live;
    let filter = filter(&node.steps[0].kind);
    (0..node.entry.len()).filter(|column| live[1][*column] || filter.contains(column)).collect()
}

/// What somebody uses of the row that leaves a node: all that a sink writes, else what its readers use.
fn leaves(plan: &Plan, id: NodeId) -> Vec<bool> {
    let node = plan.topology.node(id);
    let width = node.exit().len();
    if matches!(node.kind, NodeKind::Sink(_)) {
        return vec![true; width];
    }
    let mut live = vec![false; width];
    if let (false, Some(arm)) = (node.arms().is_empty(), live.last_mut()) {
        *arm = true;
    }
    for reader in &plan.node(id).readers {
        let input = &plan.topology.node(reader.node).inputs[reader.input];
        mark(&mut live, &input.columns, plan.enters(*reader));
    }
    live
}

fn before_step(step: &Step, after: &[bool], before: &mut [bool]) {
    let width = before.len();
    match &step.kind {
        StepKind::Where(condition) => {
            before.copy_from_slice(after);
            need(before, condition.columns());
        }
        StepKind::Let(value) => {
            before.copy_from_slice(&after[..width]);
            if after[width] || fallible(value) {
                need(before, value.columns());
            }
        }
        // It decides how many rows there are, whoever uses what is in them.
        StepKind::Unnest(value) => {
            before.copy_from_slice(&after[..width]);
            need(before, value.columns());
        }
        StepKind::Select(values) => {
            for (value, used) in values.iter().zip(after) {
                if *used || fallible(value) {
                    need(before, value.columns());
                }
            }
        }
        StepKind::Run(_) => before.fill(true),
        StepKind::Split(arms) => {
            before.copy_from_slice(&after[..width]);
            arms.iter()
                .filter_map(|arm| arm.condition.as_ref())
                .for_each(|when| need(before, when.columns()));
        }
        StepKind::Lookup(lookup) => {
            before.copy_from_slice(&after[..width]);
            let mentioned = lookup.keys.iter().chain(&lookup.filter).flat_map(Expr::columns);
            need(before, mentioned.filter(|column| *column < width).collect());
        }
        StepKind::Join(Join { keys, filter, .. }) | StepKind::Latest(Latest { keys, filter, .. }) => {
            before.copy_from_slice(&after[..width]);
            need(before, keys.clone());
            let mentioned = filter.iter().flat_map(Expr::columns);
            need(before, mentioned.filter(|column| *column < width).collect());
            if let StepKind::Join(join) = &step.kind {
                need(before, join.high.columns());
            }
        }
        StepKind::Distinct(distinct) => {
            before.copy_from_slice(after);
            need(before, distinct.keys.clone());
        }
        StepKind::Keep(keep) => {
            before.copy_from_slice(&after[..width]);
            need(before, keep.keys.clone());
            // The other columns that they mention are its own.
            let columns = keep.expressions().flat_map(Expr::columns).filter(|column| *column < width);
            need(before, columns.collect());
        }
        StepKind::Window(window) => {
            if window.keeps_rows() {
                before.copy_from_slice(&after[..width]);
            }
            need(before, taken_in(window));
        }
        StepKind::Top(top) => {
            before.copy_from_slice(&after[..width]);
            top.by.iter().for_each(|key| need(before, key.value.columns()));
        }
    }
}

/// The columns that a window takes in: keys, and what its expressions mention.
fn taken_in(window: &Window) -> Vec<usize> {
    window.keys.iter().copied().chain(window.expressions().flat_map(Expr::columns)).collect()
}

fn need(live: &mut [bool], columns: Vec<usize>) {
    for column in columns {
        live[column] = true;
    }
}
