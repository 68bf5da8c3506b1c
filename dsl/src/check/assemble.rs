//! The finished topology: nodes that run, renumbered, with their graph.

use petgraph::graph::{DiGraph, NodeIndex};

use crate::check::context::Context;
use crate::check::{liveness, names, unused};
use crate::topology::{Input, Node, NodeId, NodeKind, Param, Record, StepKind, Stream, Topology};

/// Puts together what the passes found. There is always something, for a check without errors.
pub(super) fn topology(context: Context<'_>, order: &[usize]) -> Option<Topology> {
    let live = unused::live(&context);
    let mut numbers: Vec<Option<usize>> = Vec::new();
    let mut count = 0;
    for live in &live {
        numbers.push(live.then_some(count));
        count += usize::from(*live);
    }
    let (records, record_numbers) = records(&context, &live)?;
    let mut nodes = Vec::new();
    for (node, live) in context.checked.into_iter().zip(&live) {
        if *live {
            nodes.push(renumber(node?, &numbers, &record_numbers)?);
        }
    }
    late_read(&mut nodes);
    let params = context.params.into_iter().map(|param| {
        Some(Param {
            name: names::outer(&param.ast.name.value),
            docs: param.ast.docs.clone(),
            ty: param.ty?,
            default: param.default,
            span: param.ast.span,
        })
    });
    let order = order.iter().filter_map(|node| numbers[*node].map(NodeId)).collect();
    let mut topology = Topology {
        name: context.file.topology.as_ref()?.value.clone(),
        docs: context.file.docs.clone(),
        params: params.collect::<Option<Vec<Param>>>()?,
        records,
        graph: graph(&nodes),
        nodes,
        order,
    };
    liveness::fill(&mut topology);
    Some(topology)
}

/// The records of spouts that run, and the new number of each.
fn records(context: &Context<'_>, live: &[bool]) -> Option<(Vec<Record>, Vec<usize>)> {
    let mut used = vec![false; context.records.len()];
    for (node, _) in context.checked.iter().zip(live).filter(|(_, live)| **live) {
        if let NodeKind::Spout(spout) = &node.as_ref()?.kind {
            used[spout.record] = true;
        }
    }
    let mut records = Vec::new();
    let mut numbers = Vec::new();
    for (record, used) in context.records.iter().zip(used) {
        numbers.push(records.len());
        if used {
            records.push(Record {
                name: names::outer(&record.ast.name.value),
                docs: record.ast.docs.clone(),
                fields: record.fields.iter().cloned().collect::<Option<Vec<_>>>()?,
                span: record.ast.span,
            });
        }
    }
    Some((records, numbers))
}

fn renumber(mut node: Node, numbers: &[Option<usize>], records: &[usize]) -> Option<Node> {
    for input in &mut node.inputs {
        input.stream = match input.stream {
            Stream::Main(id) => Stream::Main(NodeId(numbers[id.0]?)),
            Stream::Late(id) => Stream::Late(NodeId(numbers[id.0]?)),
            Stream::DeadLetters => Stream::DeadLetters,
        };
    }
    for spout in &mut node.spouts {
        *spout = NodeId(numbers[spout.0]?);
    }
    if let NodeKind::Spout(spout) = &mut node.kind {
        spout.record = records[spout.record];
    }
    Some(node)
}

fn source(input: &Input) -> Option<NodeId> {
    match input.stream {
        Stream::Main(id) | Stream::Late(id) => Some(id),
        Stream::DeadLetters => None,
    }
}

fn late_read(nodes: &mut [Node]) {
    let streams: std::collections::HashSet<Stream> =
        nodes.iter().flat_map(|node| node.inputs.iter().map(|input| input.stream)).collect();
    for (index, node) in nodes.iter_mut().enumerate() {
        for step in &mut node.steps {
            if let StepKind::Window(window) = &mut step.kind {
                window.late_read = streams.contains(&Stream::Late(NodeId(index)));
            }
        }
    }
}

fn graph(nodes: &[Node]) -> DiGraph<NodeId, usize> {
    let mut graph = DiGraph::new();
    for index in 0..nodes.len() {
        graph.add_node(NodeId(index));
    }
    for (reader, node) in nodes.iter().enumerate() {
        for (position, input) in node.inputs.iter().enumerate() {
            if let Some(source) = source(input) {
                graph.add_edge(NodeIndex::new(source.0), NodeIndex::new(reader), position);
            }
        }
    }
    graph
}
