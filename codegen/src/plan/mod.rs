//! How a topology runs: which nodes are fused into which stage, what is materialised, what crosses an exchange, what
//! needs tags. Every decision of the compiler is here, as plain data; `rust` prints it and `explain` says it.

use std::collections::BTreeSet;

use streamwright_dsl::topology::{Body, Expr, ExprKind, NodeId, NodeKind, Stream, Topology};

pub mod analysis;
mod boundaries;
mod combine;
mod exchanges;
pub mod explain;
mod fuse;
mod members;
mod pieces;
mod prepared;
mod prune;
pub mod state;
mod tags;
mod turns;
mod waiting;

pub use members::Members;
pub use prepared::Prepared;
pub(crate) use waiting::may_borrow;

/// A physical plan.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What it is the plan of.
    pub topology: Topology,
    /// The source stage first, then one stage a node with state, in topological order.
    pub stages: Vec<Stage>,
    /// By [`NodeId`].
    pub nodes: Vec<NodePlan>,
    /// The nodes with state, in topological order: number `k` runs in stage `k + 1`.
    pub keyed: Vec<KeyedPlan>,
    /// The ways rows take from one worker to another, by receiver, then by sender.
    pub exchanges: Vec<Exchange>,
    /// The sinks in declaration order.
    pub sinks: Vec<NodeId>,
    /// The spouts in declaration order.
    pub spouts: Vec<NodeId>,
    /// For each spout, where its roots are cut.
    pub cuts: Vec<Vec<Cut>>,
    /// Of the records inside rows, the fields that somebody reads.
    pub members: Members,
}

/// What runs together on one worker without a queue in between.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// The node whose state it keeps, as an index into [`Plan::keyed`]; none for the source stage.
    pub keyed: Option<usize>,
    /// The nodes that run in it, in topological order. A stateless node runs in each stage that feeds it, and what
    /// stands before a stateful step runs where its rows are made.
    pub nodes: Vec<NodeId>,
}

/// What is decided about a node.
#[derive(Clone, Debug, Default)]
pub struct NodePlan {
    /// Its place in the topological order, which is how letters name it.
    pub rank: usize,
    /// Its place in the order in which rows are handed on: of two ways to one node, the one to the earlier input is gone
    /// first.
    pub turn: usize,
    /// The stages whose rows enter it.
    pub fed_by: Vec<usize>,
    /// `live[i]`: the columns before step `i` that are materialised; the last one is behind the steps, where a spout's
    /// `time` is evaluated.
    pub live: Vec<Vec<bool>>,
    /// Of one that joins or looks up: the columns of its partner that are materialised.
    pub partner: Vec<bool>,
    /// By step: for an `unnest` that makes no list, the function that gives its pieces.
    pub pieces: Vec<Option<&'static str>>,
    /// The columns that leave.
    pub leaves: Vec<bool>,
    /// Who reads what leaves it.
    pub readers: Vec<Reader>,
    /// Who reads its `.late`.
    pub late_readers: Vec<Reader>,
    /// For a sink or a node with state: where the order of the rows that enter it has to be restored.
    pub tags: Tags,
    /// Whether somebody uses the event time of the rows that enter it.
    pub takes_time: bool,
}

/// One input of a node, seen from the stream that it reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reader {
    /// The node that reads.
    pub node: NodeId,
    /// Which of its inputs.
    pub input: usize,
}

/// When rows carry tags, so that their order can be restored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tags {
    /// They come in order, or their order does not show.
    #[default]
    Never,
    /// Only where several workers make them.
    WithWorkers,
    /// Also with one worker: they come on paths of different length.
    Always,
}

/// A node with state.
#[derive(Clone, Debug)]
pub struct KeyedPlan {
    /// The node.
    pub node: NodeId,
    /// The index of its stateful step.
    pub step: usize,
    /// The columns of the row before that step by which its state is kept.
    pub keys: Vec<usize>,
    /// Which worker a row goes to.
    pub routing: Routing,
    /// Columns of the row before that step that cross as they are, because they leave again: those that `.late` shows, or
    /// all that somebody reads behind a step that passes rows. Keys among them cross once.
    pub carried: Vec<usize>,
    /// Of a step with a partner: the columns of that one that cross so.
    pub partner_carried: Vec<usize>,
    /// Whether partial aggregates are made before the exchange, and why.
    pub combine: Combine,
    /// Whether the order of rows decides their tasks: a stateful `shuffle` over several tasks.
    pub counts_rows: bool,
    /// Whether, with one worker, rows wait for each other.
    pub waits: bool,
    /// Stages of one class are cut at the same instants.
    pub class: usize,
}

/// The boundaries of a node with state at which a spout's roots are cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// The node for which the spout's watermark decides, as an index into [`Plan::keyed`].
    pub keyed: usize,
    /// The classes of stages that it is for ([`KeyedPlan::class`]).
    pub classes: BTreeSet<usize>,
}

/// Which worker keeps a row's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Routing {
    /// By the hash of the keys, and of the task where there are several.
    Hash,
    /// All rows on the first worker: there is one group, or the rows' order decides their tasks.
    One,
}

/// Whether rows are aggregated on the sending side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Combine {
    /// Each row crosses.
    No(&'static str),
    /// Partials cross, one a key, pane and segment.
    Yes(&'static str),
}

/// A way of rows from one stage to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// The sending stage.
    pub from: usize,
    /// The receiving one.
    pub to: usize,
}

/// A rewrite of the plan.
struct Rewrite {
    /// What `explain` and traces call it.
    name: &'static str,
    apply: fn(&mut Plan),
}

/// In the order in which they run; each may rely on those before it.
const REWRITES: &[Rewrite] = &[
    Rewrite { name: "fuse", apply: fuse::apply },
    Rewrite { name: "turns", apply: turns::apply },
    Rewrite { name: "prune", apply: prune::apply },
    Rewrite { name: "members", apply: members::apply },
    Rewrite { name: "pieces", apply: pieces::apply },
    Rewrite { name: "exchanges", apply: exchanges::apply },
    Rewrite { name: "tags", apply: tags::apply },
    Rewrite { name: "combine", apply: combine::apply },
    Rewrite { name: "waiting", apply: waiting::apply },
    Rewrite { name: "boundaries", apply: boundaries::apply },
];

/// The names of the rewrites, in their order.
pub fn rewrites() -> impl Iterator<Item = &'static str> {
    REWRITES.iter().map(|rewrite| rewrite.name)
}

/// The plan of a checked topology.
#[must_use]
pub fn plan(topology: &Topology) -> Plan {
    let mut plan = Plan {
        topology: topology.clone(),
        stages: Vec::new(),
        nodes: vec![NodePlan::default(); topology.nodes.len()],
        keyed: Vec::new(),
        exchanges: Vec::new(),
        sinks: Vec::new(),
        spouts: Vec::new(),
        cuts: Vec::new(),
        members: Members::default(),
    };
    for rewrite in REWRITES {
        (rewrite.apply)(&mut plan);
    }
    plan
}

/// With so many keyed stages a program is compiled as one part, which makes the fastest code. One stage takes the compiler
/// a third of a second.
const STAGES_AT_ONCE: usize = 6;

/// The parts of a larger one.
const CODEGEN_UNITS: usize = 8;

impl Plan {
    /// The decisions about a node.
    #[must_use]
    pub fn node(&self, id: NodeId) -> &NodePlan {
        &self.nodes[id.0]
    }

    /// The index of a node with state in [`Plan::keyed`].
    #[must_use]
    pub fn keyed_of(&self, id: NodeId) -> Option<usize> {
        self.keyed.iter().position(|window| window.node == id)
    }

    /// The exchange from a stage to that of a node with state; none where that stage does not feed it.
    #[must_use]
    pub fn exchange(&self, from: usize, keyed: usize) -> Option<usize> {
        self.exchanges.iter().position(|exchange| *exchange == Exchange { from, to: keyed + 1 })
    }

    /// The columns of a stream that are materialised.
    #[must_use]
    pub fn live(&self, stream: Stream) -> Vec<bool> {
        match stream {
            Stream::Main(id) => self.node(id).leaves.clone(),
            Stream::Named(id, _) => {
                let leaves = &self.node(id).leaves;
                leaves[..leaves.len().saturating_sub(1)].to_vec()
            }
            Stream::Late(_) | Stream::DeadLetters => {
                let mut live = vec![false; self.topology.row(stream).len()];
                for reader in self.readers(stream) {
                    let input = &self.topology.node(reader.node).inputs[reader.input];
                    mark(&mut live, &input.columns, self.enters(reader));
                }
                live
            }
        }
    }

    /// The spouts whose tuples are read where spouts are merged, because their event times decide the order.
    #[must_use]
    pub fn merged(&self) -> Vec<NodeId> {
        let timed = |id: &NodeId| {
            let kind = &self.topology.node(*id).kind;
            matches!(kind, NodeKind::Spout(spout) if spout.time.is_some())
        };
        let several = self.spouts.len() > 1;
        self.spouts.iter().copied().filter(|id| several && timed(id)).collect()
    }

    /// Whether a worker is handed the rows of a spout instead of its tuples: those that were read there, one each.
    #[must_use]
    pub fn hands_rows(&self, id: NodeId) -> bool {
        !self.topology.node(id).multiplies() && self.merged().contains(&id)
    }

    /// All expressions that run for tuples and rows, in declaration order.
    pub fn expressions(&self) -> impl Iterator<Item = &Expr> {
        let functions = self.functions().into_iter().map(|index| &self.topology.functions[index].body);
        let bodies = functions.filter_map(|body| match body {
            Body::Expr(body) => Some(body),
            Body::Rust(_) => None,
        });
        self.topology.nodes.iter().flat_map(analysis::expressions).chain(bodies)
    }

    /// The declared functions that are called for tuples and rows, directly or by others, in declaration order.
    #[must_use]
    pub fn functions(&self) -> Vec<usize> {
        let mut called = BTreeSet::new();
        let mut open: Vec<&Expr> = self.topology.nodes.iter().flat_map(analysis::expressions).collect();
        while let Some(expr) = open.pop() {
            analysis::walk(expr, &mut |inner| {
                if let ExprKind::Apply(index, _) = inner.kind
                    && called.insert(index)
                    && let Body::Expr(body) = &self.topology.functions[index].body
                {
                    open.push(body);
                }
            });
        }
        called.into_iter().collect()
    }

    /// All expressions that run once, at the start.
    pub fn constants(&self) -> impl Iterator<Item = &Expr> {
        self.topology.nodes.iter().flat_map(analysis::constants)
    }

    /// What is made of constants before input is read.
    #[must_use]
    pub fn prepared(&self) -> Prepared {
        prepared::of(self)
    }

    /// The features of the runtime that the program needs.
    #[must_use]
    pub fn features(&self) -> Vec<&'static str> {
        self.prepared().features()
    }

    /// Into how many parts the compiler may cut the program, to work on them side by side.
    #[must_use]
    pub fn codegen_units(&self) -> usize {
        if self.keyed.len() > STAGES_AT_ONCE { CODEGEN_UNITS } else { 1 }
    }

    /// The columns that are live in the rows of an input.
    fn enters(&self, reader: Reader) -> Option<&Vec<bool>> {
        let node = self.node(reader.node);
        let partner = self.topology.node(reader.node).is_partner(reader.input);
        if partner { Some(&node.partner) } else { node.live.first() }
    }

    /// Who reads a stream, in the order in which its rows are handed on.
    #[must_use]
    pub fn readers(&self, stream: Stream) -> Vec<Reader> {
        let mut readers = readers(&self.topology, stream);
        readers.sort_by_key(|reader| self.node(reader.node).turn);
        readers
    }
}

/// Who reads a stream, in topological order.
fn readers(topology: &Topology, stream: Stream) -> Vec<Reader> {
    let reads = |node: &NodeId| {
        let node = *node;
        let inputs = topology.node(node).inputs.iter().enumerate();
        inputs.filter(move |(_, input)| input.stream == stream).map(move |(input, _)| Reader { node, input })
    };
    topology.order.iter().flat_map(reads).collect()
}

/// Marks the columns of a stream that are live in a reader's entry row.
fn mark(live: &mut [bool], columns: &[usize], entry: Option<&Vec<bool>>) {
    for (place, column) in columns.iter().enumerate() {
        live[*column] |= entry.is_some_and(|entry| entry[place]);
    }
}
