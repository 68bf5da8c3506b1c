//! Cycles: a topology flows one way. The order in which nodes are checked comes from here too.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use crate::ast::NodeKind;
use crate::check::context::Context;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::topology::Stream;

/// Reports each cycle, cuts it, and gives the nodes in topological order: among those that are ready, in declaration
/// order, and sinks of dead letters last.
pub(super) fn order(context: &mut Context<'_>) -> Vec<usize> {
    let graph = graph(context);
    let mut rings: Vec<Vec<usize>> = tarjan_scc(&graph)
        .into_iter()
        .filter(|ring| ring.len() > 1 || graph.contains_edge(ring[0], ring[0]))
        .map(|ring| ring.into_iter().map(NodeIndex::index).collect())
        .collect();
    rings.iter_mut().for_each(|ring| ring.sort_unstable());
    rings.sort_unstable();
    for ring in &rings {
        report(context, ring);
        let inside = ring.iter().copied().collect();
        ring.iter().for_each(|node| cut(context, *node, &inside));
    }
    topological(context)
}

fn graph(context: &Context<'_>) -> DiGraph<(), ()> {
    let mut graph = DiGraph::new();
    context.nodes.iter().for_each(|_| {
        graph.add_node(());
    });
    for reader in 0..context.nodes.len() {
        for source in sources(context, reader) {
            graph.add_edge(NodeIndex::new(source), NodeIndex::new(reader), ());
        }
    }
    graph
}

/// The nodes that a node reads.
fn sources(context: &Context<'_>, reader: usize) -> impl Iterator<Item = usize> {
    context.inputs[reader].iter().filter_map(|input| source(input.stream))
}

fn source(stream: Option<Stream>) -> Option<usize> {
    stream?.source().map(|id| id.0)
}

/// One shortest walk round a ring, edge by edge: from the ring's first node back to it.
fn report(context: &mut Context<'_>, ring: &[usize]) {
    let walk = walk(context, ring);
    let name = |node: usize| context.nodes[node].name.value.as_str();
    let mut finding: Option<Diagnostic> = None;
    for (reader, read, span) in walk {
        let text = format!("`{}` reads `{}`", name(reader), name(read));
        finding = Some(match finding {
            None => {
                let message = format!("`{}` reads its own rows, by way of a cycle", name(ring[0]));
                let message =
                    if ring.len() == 1 { format!("`{}` reads itself", name(ring[0])) } else { message };
                Diagnostic::new(Code::Cycle, span, message)
                    .label(span, text)
                    .help("a topology flows one way: take one of these inputs out")
            }
            Some(finding) => finding.label(span, text),
        });
    }
    if let Some(finding) = finding {
        context.report(finding);
    }
}

/// Breadth first through what each node reads, inside the ring.
fn walk(context: &Context<'_>, ring: &[usize]) -> Vec<(usize, usize, Span)> {
    let start = ring[0];
    let inside: BTreeSet<usize> = ring.iter().copied().collect();
    // How each node was reached: its reader, and where that says so.
    let mut reached: BTreeMap<usize, (usize, Span)> = BTreeMap::new();
    let mut open = VecDeque::from([start]);
    while let Some(reader) = open.pop_front().filter(|_| !reached.contains_key(&start)) {
        for input in &context.inputs[reader] {
            let Some(read) = source(input.stream).filter(|read| inside.contains(read)) else { continue };
            reached.entry(read).or_insert_with(|| {
                open.push_back(read);
                (reader, input.ast.span)
            });
        }
    }
    let mut walk = Vec::new();
    let mut read = start;
    while let Some((reader, span)) = reached.get(&read).copied() {
        walk.push((reader, read, span));
        read = reader;
        if read == start {
            break;
        }
    }
    walk.reverse();
    walk
}

/// Makes the inputs inside a ring unknown, so that the rest can be checked.
fn cut(context: &mut Context<'_>, node: usize, ring: &BTreeSet<usize>) {
    for input in &mut context.inputs[node] {
        if source(input.stream).is_some_and(|read| ring.contains(&read)) {
            input.stream = None;
        }
    }
}

fn topological(context: &Context<'_>) -> Vec<usize> {
    let letters = |node: usize| {
        context.nodes[node].kind.value == NodeKind::Sink
            && context.inputs[node].iter().any(|input| input.stream == Some(Stream::DeadLetters))
    };
    let count = context.nodes.len();
    let mut readers: Vec<Vec<usize>> = vec![Vec::new(); count];
    let mut waiting: Vec<usize> = vec![0; count];
    for (reader, waiting) in waiting.iter_mut().enumerate() {
        for source in sources(context, reader) {
            readers[source].push(reader);
            *waiting += 1;
        }
    }
    let mut ready: BTreeSet<(bool, usize)> =
        (0..count).filter(|node| waiting[*node] == 0).map(|node| (letters(node), node)).collect();
    let mut order = Vec::with_capacity(count);
    while let Some((_, node)) = ready.pop_first() {
        order.push(node);
        for reader in &readers[node] {
            waiting[*reader] -= 1;
            if waiting[*reader] == 0 {
                ready.insert((letters(*reader), *reader));
            }
        }
    }
    order
}
