//! Drawings of a topology: one model, one layout, and a file for each thing that it is drawn as.

mod layout;
mod markup;
mod svg;
mod text;
mod windows;

use std::collections::BTreeSet;

use streamwright_dsl::connectors::{Dialect, End, SinkConnector, SourceConnector, Tuples};
use streamwright_dsl::topology::{
    self, GroupingKind, Input, Node, NodeId, NodeKind, Row, State, Stream, Topology,
};

pub(crate) use markup::{dot, mermaid};
pub(crate) use svg::svg;
pub(crate) use text::text;

/// What is to be drawn.
#[derive(Debug)]
pub(crate) struct Drawing {
    /// The topology's name.
    pub(crate) name: String,
    /// In declaration order; the dead letters, where somebody reads them, are last.
    pub(crate) vertices: Vec<Vertex>,
    /// Each once.
    pub(crate) edges: Vec<Edge>,
}

/// A box.
#[derive(Debug)]
pub(crate) struct Vertex {
    /// The node's name.
    pub(crate) name: String,
    /// `spout`, `bolt`, `sink` or, for the dead letters, `stream`.
    pub(crate) kind: &'static str,
    /// What is worth knowing at a glance: `file as json`, `tumbling 1m by ip`.
    pub(crate) detail: String,
}

/// An arrow.
#[derive(Debug)]
pub(crate) struct Edge {
    pub(crate) from: usize,
    pub(crate) to: usize,
    /// `.late`, `fields(ip)`; empty for a plain one.
    pub(crate) label: String,
}

impl Drawing {
    pub(crate) fn of(topology: &Topology) -> Drawing {
        // A bolt with several states is a chain of nodes, and one box.
        let heads: Vec<usize> =
            (0..topology.nodes.len()).filter(|at| topology.nodes[*at].part == 0).collect();
        let parts = |head: usize| {
            let chain = topology.nodes[head..].iter().enumerate();
            chain.take_while(|(part, node)| node.part == *part).map(|(_, node)| node)
        };
        let mut vertices: Vec<Vertex> =
            heads.iter().map(|head| vertex(&topology.nodes[*head], parts(*head), topology)).collect();
        let letters = vertices.len();
        let boxed = |id: NodeId| heads.partition_point(|head| *head <= id.0) - 1;
        let mut edges = Vec::new();
        for (to, head) in heads.iter().enumerate() {
            let inputs = parts(*head).flat_map(|node| node.inputs.iter().map(move |input| (node, input)));
            for (node, input) in inputs {
                // What links the parts of a bolt is inside it.
                if node.part > 0 && input.stream == Stream::Main(NodeId(*head + node.part - 1)) {
                    continue;
                }
                let from = input.stream.source().map_or(letters, boxed);
                edges.push(Edge { from, to, label: label(topology, input, node) });
            }
        }
        if edges.iter().any(|edge| edge.from == letters) {
            let detail = "of every node".to_owned();
            vertices.push(Vertex { name: "dead_letters".to_owned(), kind: "stream", detail });
        }
        let mut seen = BTreeSet::new();
        edges.retain(|edge| seen.insert((edge.from, edge.to, edge.label.clone())));
        Drawing { name: topology.name.clone(), vertices, edges }
    }
}

fn vertex<'t>(node: &Node, parts: impl Iterator<Item = &'t Node>, topology: &Topology) -> Vertex {
    let (kind, detail) = match &node.kind {
        NodeKind::Spout(spout) => ("spout", source(&spout.source)),
        NodeKind::Bolt => ("bolt", states(parts, topology)),
        NodeKind::Sink(sink) => ("sink", target(sink)),
    };
    let detail = if node.tasks > 1 { format!("{detail} ({} tasks)", node.tasks) } else { detail };
    Vertex { name: node.name.clone(), kind, detail: detail.trim().to_owned() }
}

fn source(source: &SourceConnector) -> String {
    match source {
        SourceConnector::Bytes { end, format } => bytes(end, Some(format)),
        SourceConnector::Generate(generate) => match generate.tuples {
            Tuples::Fields(_) => "generate".to_owned(),
            Tuples::Events(generator, _) => format!("generate {}", generator.name),
        },
        SourceConnector::Own { run, .. } => format!("run {}", run.path),
    }
}

fn target(sink: &SinkConnector) -> String {
    match sink {
        SinkConnector::Bytes { end, format } => bytes(end, format.as_ref()),
        SinkConnector::Own(own) => format!("run {}", own.path),
    }
}

fn bytes(end: &End, format: Option<&Dialect>) -> String {
    let format = format.map(|format| format!(" as {}", format.format.name)).unwrap_or_default();
    format!("{}{format}", end.connector.name)
}

/// What a bolt keeps, one after the other.
fn states<'t>(parts: impl Iterator<Item = &'t Node>, topology: &Topology) -> String {
    let states = parts.filter_map(|node| {
        node.state().map(|(at, kept)| state((node.before(at), &node.steps[at].row), kept, topology))
    });
    states.collect::<Vec<_>>().join(", then ")
}

fn state((row, after): (&Row, &Row), state: State<'_>, topology: &Topology) -> String {
    let text = match state {
        State::Join(join) if join.outer => "left join".to_owned(),
        State::Join(_) => "join".to_owned(),
        State::Latest(latest) if latest.outer => "left lookup".to_owned(),
        State::Latest(_) => "lookup".to_owned(),
        State::Window(window) => windows::shown(window, topology),
        State::Top(top) => windows::top(top, topology),
        State::Run(run) => format!("run {}", run.path),
        State::Distinct(distinct) => match &distinct.within {
            Some(within) => format!("distinct within {}", windows::constant(within, topology)),
            None => "distinct".to_owned(),
        },
        State::Keep(keep) => {
            let names = keep
                .values
                .iter()
                .enumerate()
                .map(|(index, _)| after[topology::Keep::column(row.len(), index)].name.as_str());
            format!("keep {}", names.collect::<Vec<_>>().join(", "))
        }
    };
    let keys: Vec<&str> = state.keys().iter().map(|key| row[*key].name.as_str()).collect();
    if keys.is_empty() { text } else { format!("{text} by {}", keys.join(", ")) }
}

/// A plain forward of rows needs no words.
fn label(topology: &Topology, input: &Input, node: &Node) -> String {
    let columns = |keys: &[usize]| {
        let row = node.grouped_row(input);
        let names: Vec<&str> = keys.iter().map(|key| row[*key].name.as_str()).collect();
        names.join(", ")
    };
    let grouping = match &input.grouping.kind {
        GroupingKind::Fields(keys) => format!("fields({})", columns(keys)),
        GroupingKind::Partial(keys) => format!("partial({})", columns(keys)),
        GroupingKind::Global => "global".to_owned(),
        GroupingKind::All => "all".to_owned(),
        GroupingKind::Direct(_) => "direct".to_owned(),
        GroupingKind::Shuffle if !input.grouping.inferred => "shuffle".to_owned(),
        GroupingKind::Shuffle | GroupingKind::Local => String::new(),
    };
    let port = match input.stream {
        Stream::Late(_) => ".late".to_owned(),
        Stream::Named(id, arm) => format!(".{}", topology.node(id).arms()[arm].name),
        Stream::Main(_) | Stream::DeadLetters => String::new(),
    };
    format!("{port} {grouping}").trim().to_owned()
}
