//! Chains: a bolt with several stateful steps becomes several nodes of its name, each with one of them. So whoever runs a
//! topology knows nodes with at most one state.

use crate::topology::{Grouping, GroupingKind, Input, Node, NodeId, NodeKind, Row, State, Step, Stream};

/// Where the parts of a node stand among those of the topology.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// The head, which has its inputs.
    pub(super) first: usize,
    /// How many parts it has.
    pub(super) parts: usize,
    /// The part that tells which rows are late.
    late: usize,
}

impl Place {
    /// The place of a node whose head is number `first`.
    pub(super) fn of(node: &Node, first: usize) -> Place {
        let lists = lists(node.steps.clone());
        let late = |steps: &Vec<Step>| {
            let mut states = steps.iter().filter_map(|step| step.kind.state());
            states.any(State::has_late)
        };
        Place { first, parts: lists.len(), late: first + lists.iter().position(late).unwrap_or(0) }
    }

    /// Its parts, in order.
    pub(super) fn ids(self) -> impl Iterator<Item = NodeId> {
        (self.first..self.first + self.parts).map(NodeId)
    }

    /// The part that its rows leave from.
    pub(super) fn main(self) -> NodeId {
        NodeId(self.first + self.parts - 1)
    }

    /// The part that its late rows leave from.
    pub(super) fn late(self) -> NodeId {
        NodeId(self.late)
    }
}

/// The steps of each part. One begins with each stateful step but the first, and with each that has a partner: the rows
/// of that go through no other step.
fn lists(steps: Vec<Step>) -> Vec<Vec<Step>> {
    let mut lists: Vec<Vec<Step>> = vec![Vec::new()];
    let mut stateful = false;
    for (at, step) in steps.into_iter().enumerate() {
        let state = step.kind.state();
        let alone = state.is_some_and(|state| state.partner().is_some()) && at > 0;
        // A list that is unnested begins one, too: what stands behind a state makes one row of one.
        if stateful && (state.is_some() || step.kind.multiplies()) || alone {
            lists.push(Vec::new());
            stateful = false;
        }
        stateful |= state.is_some();
        if let Some(list) = lists.last_mut() {
            list.push(step);
        }
    }
    lists
}

/// Cuts a node whose head is number `first` directly before each stateful step but the first. `timed` says whether the
/// rows that enter it have an event time.
pub(super) fn cut(mut node: Node, first: usize, mut timed: bool) -> Vec<Node> {
    let lists = lists(std::mem::take(&mut node.steps));
    let met = lists.iter().filter(|steps| has_partner(steps)).count();
    let mut partners = node.inputs.split_off(node.inputs.len() - met).into_iter();
    let mut parts: Vec<Node> = Vec::new();
    for (part, steps) in lists.into_iter().enumerate() {
        let mut next = match parts.last() {
            None => node.clone(),
            Some(before) => behind(before, &steps, NodeId(first + part - 1)),
        };
        if has_partner(&steps) {
            next.inputs.extend(partners.next());
        }
        next.part = part;
        next.steps = steps;
        timed = match (&next.kind, next.state()) {
            (NodeKind::Spout(_), _) => next.timed,
            (_, Some((_, state))) => state.leaves_timed(timed),
            (_, None) => timed,
        };
        next.timed = timed;
        parts.push(next);
    }
    parts
}

fn has_partner(steps: &[Step]) -> bool {
    steps.first().and_then(|step| step.kind.state()?.partner()).is_some()
}

/// The part that begins with `steps`, still without them.
fn behind(before: &Node, steps: &[Step], source: NodeId) -> Node {
    let entry: Row = before.exit().clone();
    let state = steps.iter().find_map(|step| step.kind.state());
    let kind = match state.map(State::keys) {
        None => GroupingKind::Local,
        Some([]) => GroupingKind::Global,
        Some(keys) => GroupingKind::Fields(keys.to_vec()),
    };
    let input = Input {
        stream: Stream::Main(source),
        columns: (0..entry.len()).collect(),
        grouping: Grouping { kind, inferred: true },
        span: steps[0].span,
    };
    Node { inputs: vec![input], entry, tasks: 1, steps: Vec::new(), ..before.clone() }
}
