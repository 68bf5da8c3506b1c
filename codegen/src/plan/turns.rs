//! Turns: in which order the rows of an item are handed on, so that a union gets them in the order of its inputs by itself.

use streamwright_dsl::topology::{Input, Node, NodeId, Stream};

use super::{Plan, Reader};

/// Numbers the nodes as a walk from the ends to the spouts leaves them, that takes each node's inputs in their order. What
/// leads to an earlier input of a union comes before what leads to later ones only; this is a topological order, too.
pub(super) fn apply(plan: &mut Plan) {
    let mut seen = vec![false; plan.topology.nodes.len()];
    let mut turn = 0;
    let is_end = |id: &NodeId| plan.node(*id).readers.is_empty() && plan.node(*id).late_readers.is_empty();
    let ends: Vec<NodeId> = plan.topology.order.iter().copied().filter(is_end).collect();
    // Nodes with whether their inputs are done, the next one last.
    let mut open: Vec<(NodeId, bool)> = Vec::new();
    for end in ends {
        open.push((end, false));
        while let Some((id, done)) = open.pop() {
            if done {
                plan.nodes[id.0].turn = turn;
                turn += 1;
            } else if !std::mem::replace(&mut seen[id.0], true) {
                open.push((id, true));
                let inputs = plan.topology.node(id).inputs.iter().rev();
                open.extend(inputs.filter_map(|input| Some((from(input.stream)?, false))));
            }
        }
    }
}

/// Whether the rows that an item brings to one input of a node have all come before the first that it brings to a later
/// one: both ways part where there is one row of the item at most, which is handed to the earlier one first.
pub(super) fn in_turn(plan: &Plan, node: NodeId, earlier: usize, later: usize) -> bool {
    let ways = [earlier, later].map(|input| way(plan, Reader { node, input }));
    let [Some(one), Some(other)] = &ways else { return false };
    let common = one.iter().zip(other).take_while(|(one, other)| one == other).count();
    // Each way ends at the node itself, by another input.
    let (one_part, other_part) = (one[common], other[common]);
    let stream = |reader: Reader| input(plan, reader).stream;
    let mut before = one[..common].iter().map(|reader| reader.node).chain(from(stream(one[0])));
    if before.any(|node| multiplies(plan.topology.node(node))) {
        return false;
    }
    if stream(one_part) != stream(other_part) {
        // Arms of a split, of which a row takes one.
        return true;
    }
    let readers = plan.readers(stream(one_part));
    let place = |reader| readers.iter().position(|other| *other == reader);
    place(one_part) < place(other_part)
}

/// The only way of a spout's rows to an input, from the spout on, if nothing on it has state or several inputs.
fn way(plan: &Plan, end: Reader) -> Option<Vec<Reader>> {
    let mut way = vec![end];
    loop {
        let id = match input(plan, way[way.len() - 1]).stream {
            Stream::Main(id) | Stream::Named(id, _) => id,
            Stream::Late(_) | Stream::DeadLetters => return None,
        };
        let node = plan.topology.node(id);
        match node.inputs.len() {
            0 => break,
            1 if plan.keyed_of(id).is_none() => way.push(Reader { node: id, input: 0 }),
            _ => return None,
        }
    }
    way.reverse();
    Some(way)
}

/// Whether several rows may leave a node for one.
fn multiplies(node: &Node) -> bool {
    node.multiplies() || node.tasks > 1
}

fn input(plan: &Plan, reader: Reader) -> &Input {
    &plan.topology.node(reader.node).inputs[reader.input]
}

fn from(stream: Stream) -> Option<NodeId> {
    match stream {
        Stream::Main(id) | Stream::Named(id, _) | Stream::Late(id) => Some(id),
        Stream::DeadLetters => None,
    }
}
