//! Fuse: neighbours that need no exchange run in one stage, as direct calls.

use streamwright_dsl::topology::{NodeId, NodeKind, Stream, Topology};

use super::{KeyedPlan, NodePlan, Plan, Reader, Routing, Stage, readers, state};

/// Makes the stages: the source stage, and one for each node with state with what follows it up to the next exchange.
pub(super) fn apply(plan: &mut Plan) {
    let topology = &plan.topology;
    let ids = || (0..topology.nodes.len()).map(NodeId);
    plan.spouts = ids().filter(|id| matches!(topology.node(*id).kind, NodeKind::Spout(_))).collect();
    plan.sinks = ids().filter(|id| matches!(topology.node(*id).kind, NodeKind::Sink(_))).collect();
    for id in &topology.order {
        if let Some(state) = state::of(topology.node(*id)) {
            plan.keyed.push(KeyedPlan {
                node: *id,
                step: state.step,
                keys: state.keys.to_vec(),
                routing: Routing::Hash,
                carried: Vec::new(),
                partner_carried: Vec::new(),
                combine: super::Combine::No(""),
                counts_rows: false,
                waits: false,
                class: 0,
            });
        }
    }
    plan.stages.push(Stage { keyed: None, nodes: Vec::new() });
    plan.stages.extend((0..plan.keyed.len()).map(|keyed| Stage { keyed: Some(keyed), nodes: Vec::new() }));
    for (rank, id) in plan.topology.order.clone().into_iter().enumerate() {
        let fed_by = fed_by(plan, id);
        for stage in runs_in(plan, id, &fed_by) {
            plan.stages[stage].nodes.push(id);
        }
        plan.nodes[id.0] = NodePlan {
            rank,
            fed_by,
            readers: leaving(&plan.topology, id),
            late_readers: readers(&plan.topology, Stream::Late(id)),
            ..NodePlan::default()
        };
    }
}

/// Who reads what leaves a node, be it by the arms of a split.
fn leaving(topology: &Topology, id: NodeId) -> Vec<Reader> {
    topology.leaving(id).into_iter().flat_map(|stream| readers(topology, stream)).collect()
}

/// The stages whose rows enter a node; the source stage for a spout, none for a sink of dead letters.
fn fed_by(plan: &Plan, id: NodeId) -> Vec<usize> {
    let node = plan.topology.node(id);
    if matches!(node.kind, NodeKind::Spout(_)) {
        return vec![0];
    }
    let mut stages: Vec<usize> = node.inputs.iter().flat_map(|input| made_in(plan, input.stream)).collect();
    stages.sort_unstable();
    stages.dedup();
    stages
}

/// The stages in which the rows of a stream are made.
fn made_in(plan: &Plan, stream: Stream) -> Vec<usize> {
    match stream {
        Stream::DeadLetters => Vec::new(),
        Stream::Main(id) | Stream::Late(id) | Stream::Named(id, _) => match plan.keyed_of(id) {
            Some(keyed) => vec![keyed + 1],
            None => plan.node(id).fed_by.clone(),
        },
    }
}

/// A node with state runs in its feeders' stages up to its stateful step, and from there in its own.
fn runs_in(plan: &Plan, id: NodeId, fed_by: &[usize]) -> Vec<usize> {
    let mut stages = fed_by.to_vec();
    stages.extend(plan.keyed_of(id).map(|keyed| keyed + 1));
    stages
}
