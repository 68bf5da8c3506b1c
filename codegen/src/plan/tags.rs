//! Tags: where the order of rows shows and the way that they take does not keep it.
//!
//! Rows on a single route come in order: one stage makes them, and no union lies on the way whose inputs an item may reach
//! at once. With several workers only the source stage keeps order, because a root has one owner there.

use std::collections::BTreeSet;

use streamwright_dsl::topology::{Input, NodeId, NodeKind, Stream};

use super::exchanges::counts_rows;
use super::turns::in_turn;
use super::{Plan, Tags, state};

/// Decides for each sink and each node with state.
pub(super) fn apply(plan: &mut Plan) {
    for id in plan.topology.order.clone() {
        plan.nodes[id.0].tags = tags(plan, id);
    }
}

fn tags(plan: &Plan, id: NodeId) -> Tags {
    let node = plan.topology.node(id);
    match &node.kind {
        NodeKind::Spout(_) => Tags::Never,
        NodeKind::Sink(_) => needed(plan, id),
        NodeKind::Bolt => match state::of(node) {
            // The tag of a row that leaves at once goes on with it to where its order shows.
            Some(state) if state.at_once => needed(plan, id).max(Tags::WithWorkers),
            Some(state) if state.ordered || counts_rows(node) => needed(plan, id),
            _ => Tags::Never,
        },
    }
}

/// What it takes to have the rows that enter a node in order.
fn needed(plan: &Plan, id: NodeId) -> Tags {
    let feeders = &plan.node(id).fed_by;
    if !enters_in_order(plan, id) {
        Tags::Always
    } else if feeders.iter().all(|stage| *stage == 0) {
        Tags::Never
    } else {
        Tags::WithWorkers
    }
}

/// Whether, with one worker, rows enter a node in their order.
fn enters_in_order(plan: &Plan, id: NodeId) -> bool {
    let inputs = &plan.topology.node(id).inputs;
    match inputs.as_slice() {
        [] => true,
        [input] => match input.stream {
            Stream::DeadLetters => true,
            Stream::Main(from) | Stream::Named(from, _) => {
                plan.keyed_of(from).is_some() || enters_in_order(plan, from)
            }
            Stream::Late(from) => plan.node(from).tags == Tags::Always || enters_in_order(plan, from),
        },
        several => one_at_a_time(plan, several) || one_by_one(plan, id),
    }
}

/// Whether each item reaches the inputs of a union in their order.
fn one_by_one(plan: &Plan, id: NodeId) -> bool {
    let inputs = 0..plan.topology.node(id).inputs.len();
    inputs.clone().all(|later| (0..later).all(|earlier| in_turn(plan, id, earlier, later)))
}

/// Whether each item reaches only one input of a union: they come from different spouts, and no window lies between.
fn one_at_a_time(plan: &Plan, inputs: &[Input]) -> bool {
    let mut spouts = BTreeSet::new();
    inputs.iter().all(|input| match input.stream {
        Stream::Main(from) | Stream::Named(from, _) => {
            plan.keyed_of(from).is_none()
                && plan.node(from).fed_by == [0]
                && enters_in_order(plan, from)
                && plan.topology.node(from).spouts.iter().all(|spout| spouts.insert(*spout))
        }
        Stream::Late(_) | Stream::DeadLetters => false,
    })
}
