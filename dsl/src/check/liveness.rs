//! Which fields a spout must convert: those that some expression mentions or some sink writes (docs/design.md, "Which
//! expressions run"). A column that a `select` merely passes on, under its own name or another, is not mentioned by it.

use crate::topology::{
    Distinct, Expr, ExprKind, GroupingKind, Join, Keep, Latest, Node, NodeKind, StepKind, Stream, Topology,
};

/// Fills in [`crate::topology::Spout::reads`].
pub(super) fn fill(topology: &mut Topology) {
    let mut exits: Vec<Vec<bool>> =
        topology.nodes.iter().map(|node| vec![false; node.exit().len()]).collect();
    let mut lates: Vec<Vec<bool>> =
        topology.nodes.iter().map(|node| vec![false; node.late_row().len()]).collect();
    for id in topology.order.clone().into_iter().rev() {
        let node = &mut topology.nodes[id.0];
        let (entry, partner) = entry_reads(node, &exits[id.0], &lates[id.0]);
        for (index, input) in node.inputs.iter().enumerate() {
            let stream = match input.stream {
                Stream::Main(source) | Stream::Named(source, _) => &mut exits[source.0],
                Stream::Late(source) => &mut lates[source.0],
                Stream::DeadLetters => continue,
            };
            let reads = if node.is_partner(index) { &partner } else { &entry };
            for (column, read) in input.columns.iter().zip(reads) {
                stream[*column] |= *read;
            }
        }
        if let NodeKind::Spout(spout) = &mut node.kind {
            spout.reads = entry;
        }
    }
}

/// Which columns of the entry row are read, and which of a partner's, given which of those that leave are.
fn entry_reads(node: &Node, exit: &[bool], late: &[bool]) -> (Vec<bool>, Vec<bool>) {
    let mut partner = Vec::new();
    let mut read = exit.to_vec();
    if matches!(node.kind, NodeKind::Sink(_)) {
        read.fill(true);
    }
    if let NodeKind::Spout(spout) = &node.kind {
        let at = spout.time.iter().filter_map(|time| time.at.as_ref());
        at.for_each(|at| mention(&mut read, at));
    }
    for (index, step) in node.steps.iter().enumerate().rev() {
        let width = node.before(index).len();
        read = before_step(&step.kind, width, read, late, &mut partner);
    }
    grouped(node, &mut read);
    (read, partner)
}

/// Written groupings read columns, too. (Those of a partner are among the keys, which are read anyway.)
fn grouped(node: &Node, read: &mut [bool]) {
    let own = node.inputs.iter().enumerate().filter(|(index, _)| !node.is_partner(*index));
    for (_, input) in own {
        match &input.grouping.kind {
            GroupingKind::Fields(columns) | GroupingKind::Partial(columns) if !input.grouping.inferred => {
                columns.iter().for_each(|column| read[*column] = true);
            }
            GroupingKind::Direct(task) => mention(read, task),
            _ => {}
        }
    }
}

/// Which columns before a step are read, given those behind it. Those of a partner go into `partner`.
fn before_step(
    step: &StepKind,
    width: usize,
    after: Vec<bool>,
    late: &[bool],
    partner: &mut Vec<bool>,
) -> Vec<bool> {
    let mut read = vec![false; width];
    match step {
        StepKind::Where(condition) => {
            read.copy_from_slice(&after[..width]);
            mention(&mut read, condition);
        }
        StepKind::Split(arms) => {
            read.copy_from_slice(&after[..width]);
            arms.iter().filter_map(|arm| arm.condition.as_ref()).for_each(|when| mention(&mut read, when));
        }
        StepKind::Top(top) => {
            read.copy_from_slice(&after[..width]);
            top.by.iter().for_each(|key| mention(&mut read, &key.value));
        }
        StepKind::Let(value) | StepKind::Unnest(value) => {
            read.copy_from_slice(&after[..width]);
            mention(&mut read, value);
        }
        StepKind::Lookup(lookup) => {
            let mut both = after;
            lookup.keys.iter().chain(&lookup.filter).for_each(|value| mention(&mut both, value));
            read.copy_from_slice(&both[..width]);
        }
        StepKind::Join(Join { keys, right_keys, filter, .. })
        | StepKind::Latest(Latest { keys, right_keys, filter, .. }) => {
            read = after;
            filter.iter().for_each(|filter| mention(&mut read, filter));
            if let StepKind::Join(join) = step {
                mention(&mut read, &join.high);
            }
            let right = right_keys.iter().map(|key| width + key);
            keys.iter().copied().chain(right).for_each(|key| read[key] = true);
            *partner = read.split_off(width);
        }
        StepKind::Run(_) => read.fill(true),
        StepKind::Distinct(Distinct { keys, .. }) | StepKind::Keep(Keep { keys, .. }) => {
            read.copy_from_slice(&after[..width]);
            keys.iter().for_each(|key| read[*key] = true);
            if let StepKind::Keep(keep) = step {
                keep.expressions().for_each(|value| mention(&mut read, value));
            }
        }
        StepKind::Select(values) => {
            for (value, used) in values.iter().zip(&after) {
                match value.kind {
                    ExprKind::Column(column) => read[column] |= *used,
                    _ => mention(&mut read, value),
                }
            }
        }
        StepKind::Window(window) => {
            window.keys.iter().for_each(|key| read[*key] = true);
            window.expressions().for_each(|value| mention(&mut read, value));
            let kept = if window.keeps_rows() { width } else { 0 };
            for (column, used) in after.iter().take(kept).enumerate() {
                read[column] |= *used;
            }
            for (column, used) in late.iter().take(width).enumerate() {
                read[column] |= *used;
            }
        }
    }
    read
}

fn mention(read: &mut [bool], expr: &Expr) {
    for column in expr.columns() {
        // `keep` mentions columns of its own, too, which the row before it has not.
        if let Some(read) = read.get_mut(column) {
            *read = true;
        }
    }
}
