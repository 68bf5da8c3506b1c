//! Boundaries: at which instants of a spout's watermark something downstream may be due, so that roots are cut there, and
//! which stages such a cut is for.
//!
//! A stage needs the boundaries at which it decides something itself, and those of the stages upstream that release rows, so
//! that such rows come to it behind the tuples of their instant. What leaves it in between has to be in order where it
//! arrives; so then it needs, too, what the stages behind it need. Other stages' cuts, however fine, do not split its segments,
//! nor what is combined for it.

use std::collections::BTreeSet;

use streamwright_dsl::topology::{NodeId, Stream};

use super::{Cut, Plan, state};

/// There are so many classes at most: the runtime has a bit for each.
const CLASSES: usize = 64;

/// Lists the cuts of each spout, and gives each stage its class.
pub(super) fn apply(plan: &mut Plan) {
    let needed = needed(plan);
    let mut classes: Vec<&BTreeSet<usize>> = Vec::new();
    for (keyed, needs) in plan.keyed.iter_mut().zip(&needed) {
        keyed.class = classes.iter().position(|class| *class == needs).unwrap_or(classes.len());
        if keyed.class == classes.len() {
            classes.push(needs);
        }
        // Cuts of other classes do no harm.
        keyed.class = keyed.class.min(CLASSES - 1);
    }
    let cuts_of = |spout: &NodeId| {
        let own = (0..plan.keyed.len()).filter(|keyed| {
            decides(plan, *keyed) && plan.topology.node(plan.keyed[*keyed].node).spouts.contains(spout)
        });
        let cuts = own.map(|keyed| {
            let stages = plan.keyed.iter().zip(&needed).filter(|(_, needs)| needs.contains(&keyed));
            Cut { keyed, classes: stages.map(|(stage, _)| stage.class).collect() }
        });
        cuts.collect()
    };
    plan.cuts = plan.spouts.iter().map(cuts_of).collect();
}

/// For each node with state, those (indices into `keyed`) whose boundaries it has to be cut at.
fn needed(plan: &Plan) -> Vec<BTreeSet<usize>> {
    let before = before(plan);
    let by_itself: Vec<BTreeSet<usize>> = (0..plan.keyed.len())
        .map(|stage| {
            let releasing = before[stage].iter().copied().filter(|other| state_of(plan, *other).releases);
            releasing.chain([stage]).filter(|stage| decides(plan, *stage)).collect()
        })
        .collect();
    (0..plan.keyed.len())
        .map(|stage| {
            let at_once = state_of(plan, stage).at_once;
            let behind = (0..plan.keyed.len()).filter(|other| at_once && before[*other].contains(&stage));
            behind.chain([stage]).flat_map(|other| by_itself[other].iter().copied()).collect()
        })
        .collect()
}

/// For each node with state, those before it, directly or through others.
fn before(plan: &Plan) -> Vec<BTreeSet<usize>> {
    let mut before: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); plan.topology.nodes.len()];
    for id in &plan.topology.order {
        let froms = plan.topology.node(*id).inputs.iter().filter_map(|input| match input.stream {
            Stream::Main(from) | Stream::Late(from) | Stream::Named(from, _) => Some(from),
            Stream::DeadLetters => None,
        });
        let found: BTreeSet<usize> =
            froms.flat_map(|from| before[from.0].iter().copied().chain(plan.keyed_of(from))).collect();
        before[id.0] = found;
    }
    plan.keyed.iter().map(|keyed| before[keyed.node.0].clone()).collect()
}

fn state_of(plan: &Plan, keyed: usize) -> state::State<'_> {
    match state::of(plan.topology.node(plan.keyed[keyed].node)) {
        Some(state) => state,
        None => unreachable!("a node with state has one"),
    }
}

/// Whether the watermark decides something.
fn decides(plan: &Plan, keyed: usize) -> bool {
    state_of(plan, keyed).in_time
}
