//! Nodes, one at a time and in topological order: clauses, inputs, groupings, steps, and what goes in or out.

use crate::ast::{ClauseKind, NodeKind};
use crate::check::clauses::{self, Clauses};
use crate::check::columns::Columns;
use crate::check::connectors;
use crate::check::context::{Context, Exit};
use crate::check::formats;
use crate::check::groupings::{self, Stage};
use crate::check::inputs;
use crate::check::names::outer;
use crate::check::spouts;
use crate::check::steps::Walk;
use crate::diagnostic::{Code, Diagnostic};
use crate::topology::{Grouping, Input, Node, NodeId, NodeKind as Kind};

pub(super) fn check(context: &mut Context<'_>, order: &[usize]) {
    for index in order.iter().copied() {
        let clauses = clauses::check(context, context.nodes[index]);
        if context.nodes[index].kind.value == NodeKind::Spout {
            spouts::check(context, index, &clauses);
        } else {
            check_reader(context, index, &clauses);
        }
    }
}

/// A bolt or sink.
fn check_reader(context: &mut Context<'_>, index: usize, clauses: &Clauses<'_>) {
    let node = context.nodes[index];
    if let Some(record) = &node.record {
        let help = "leave it out: the columns follow from the clauses";
        context.error(Code::BadRecord, record.span, "only a spout has a record", help);
    }
    inputs::late_names(context, index);
    let mut entry = inputs::entry(context, index);
    entry.columns.open |= clauses.open;
    let mut walk = Walk::new(entry.columns.clone());
    let mut window = None;
    for clause in &clauses.list {
        walk.clause(context, clause);
        if let (ClauseKind::Window(_), Some(open)) = (&clause.kind, &walk.window) {
            window = Some((open.head, open.in_time));
        }
    }
    whole_window(context, &mut walk, clauses, window.is_some());
    if let Some((head, true)) = window {
        timed(context, head, &entry);
    }
    let stage = Stage {
        entry: &entry.columns,
        keys: &walk.keys,
        window: window.map(|(head, _)| head),
        unsure: clauses.open || entry.columns.open,
    };
    let (groupings, tasks) = groupings::check(context, index, &stage);
    let sink = clauses.list.iter().find_map(|clause| match &clause.kind {
        ClauseKind::Write(connector) => Some(connector),
        _ => None,
    });
    let sink = sink.map(|connector| {
        let fits = formats::fits_row(context, connector, &walk.columns);
        connectors::sink(context, connector).filter(|_| fits)
    });
    let late =
        walk.before_window.as_ref().filter(|_| window.is_some_and(|(_, in_time)| in_time)).map(late_columns);
    let (is_timed, untimed) = match window {
        None => (entry.timed, entry.untimed.clone()),
        Some((head, in_time)) => {
            (in_time, (!in_time).then(|| (head, "rows of a `window all` have no event time".to_owned())))
        }
    };
    let exit = Exit { columns: leaving(&walk), late, timed: is_timed, untimed, spouts: entry.spouts.clone() };
    context.exits[index] = exit;
    let kind = match (node.kind.value, sink) {
        (NodeKind::Sink, Some(sink)) => sink.map(Kind::Sink),
        (NodeKind::Bolt, _) => Some(Kind::Bolt),
        _ => None,
    };
    context.checked[index] = finish(context, index, entry, walk, (groupings, tasks), kind, is_timed);
}

/// What the readers of a node see: plain columns.
fn leaving(walk: &Walk) -> Columns {
    let mut columns = walk.columns.clone();
    columns.qualifiers.clear();
    columns.list.iter_mut().for_each(|known| known.qualified = false);
    columns
}

fn late_columns(before: &Columns) -> Columns {
    let mut columns = before.clone();
    columns.qualifiers.clear();
    for name in crate::check::windows::BOUNDS {
        columns.push(name, Some(streamwright_values::Type::Timestamp));
    }
    columns
}

/// `group by` has a window, and a window a `select`.
fn whole_window(context: &mut Context<'_>, walk: &mut Walk, clauses: &Clauses<'_>, windowed: bool) {
    if let Some(window) = walk.window.take() {
        if !clauses.open {
            let help = "write what leaves: `select KEY, window_start, hits = count()`";
            context.error(Code::WindowWithoutSelect, window.head, "no row leaves this window", help);
        }
        walk.broken = true;
        walk.before_window = Some(std::mem::replace(&mut walk.columns, Columns::unknown()));
    }
    let group = clauses.list.iter().find(|clause| matches!(clause.kind, ClauseKind::GroupBy(_)));
    if let (Some(group), false, false) = (group, windowed, clauses.open) {
        let help = "add a window behind it, such as `window tumbling 1m` or `window all`";
        context.error(
            Code::GroupWithoutWindow,
            group.head,
            "nothing is grouped here: there is no window",
            help,
        );
        walk.broken = true;
    }
}

/// A window in time needs rows with an event time.
fn timed(context: &mut Context<'_>, head: crate::source::Span, entry: &inputs::Entry) {
    if let (false, Some((span, why))) = (entry.timed, &entry.untimed) {
        let of_spout =
            context.nodes.iter().any(|node| node.kind.value == NodeKind::Spout && node.span.contains(*span));
        let help = if of_spout {
            "add `time COLUMN, late by 10s` to the spout, or write `window all`"
        } else {
            "write `window all` here, or a window in time there"
        };
        context.report(
            Diagnostic::new(Code::WindowWithoutTime, head, "this window is in time, and its rows have none")
                .label(*span, why.clone())
                .help(help),
        );
    }
}

fn finish(
    context: &Context<'_>,
    index: usize,
    entry: inputs::Entry,
    walk: Walk,
    (groupings, tasks): (Vec<Option<Grouping>>, u32),
    kind: Option<Kind>,
    timed: bool,
) -> Option<Node> {
    let ast = context.nodes[index];
    let parts = context.inputs[index].iter().zip(entry.mappings).zip(groupings);
    let inputs: Option<Vec<Input>> = parts
        .map(|((input, columns), grouping)| {
            Some(Input {
                stream: input.stream?,
                columns: columns?,
                grouping: grouping?,
                span: input.ast.span,
            })
        })
        .collect();
    let node = Node {
        name: outer(&ast.name.value),
        docs: ast.docs.clone(),
        inputs: inputs?,
        kind: kind?,
        entry: entry.columns.row()?,
        steps: walk.steps,
        tasks,
        spouts: entry.spouts.into_iter().map(NodeId).collect(),
        timed,
        span: ast.name.span,
    };
    (!walk.broken).then_some(node)
}
