//! Nodes, one at a time and in topological order: clauses, inputs, groupings, steps, and what goes in or out.

use crate::ast::{ClauseKind, NodeKind};
use crate::check::clauses::{self, Clauses};
use crate::check::columns::Columns;
use crate::check::connectors;
use crate::check::context::{Context, Exit};
use crate::check::formats;
use crate::check::groupings::{self, Met, Stage};
use crate::check::inputs;
use crate::check::names::outer;
use crate::check::run;
use crate::check::spouts;
use crate::check::steps::{Held, Walk};
use crate::diagnostic::{Code, Diagnostic};
use crate::topology::{Grouping, GroupingKind, Input, Node, NodeId, NodeKind as Kind, StepKind};

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
    let is_bolt = node.kind.value == NodeKind::Bolt;
    let runs = is_bolt && node.clauses.iter().any(|clause| matches!(clause.kind, ClauseKind::Run(_)));
    if let Some(record) = node.record.as_ref().filter(|_| !runs) {
        let help = "leave it out: the columns follow from the clauses";
        context.error(
            Code::BadRecord,
            record.span,
            "only a spout, and a bolt that runs own Rust, have a record",
            help,
        );
    }
    inputs::late_names(context, index);
    let mut entry = inputs::entry(context, index);
    entry.columns.open |= clauses.open;
    let mut walk = Walk::new(index, entry.columns.clone(), (entry.time.clone(), entry.revised));
    if runs {
        walk.record = spouts::record(context, node);
    }
    clauses.list.iter().for_each(|clause| walk.clause(context, clause));
    whole_window(context, &mut walk, clauses);
    walk.drop_hidden(node.name.span);
    walk.forget_hidden(node.name.span);
    twice(context, &mut walk, clauses);
    // A partner behind other steps is met in a part of its own.
    let first = walk.states.first().filter(|state| state.partner.is_none_or(|before| before == 0));
    let stage = Stage {
        entry: &entry.columns,
        keys: first.map_or(walk.keys.as_slice(), |state| &state.keys),
        state: first,
        met: first.filter(|state| state.partner.is_some()).map(|_| met(context, index, &walk)),
        unsure: clauses.open || entry.columns.open,
    };
    let (groupings, tasks) = groupings::check(context, index, &stage);
    one_state_of_tasks(context, index, tasks, &walk.states);
    let sink = clauses.list.iter().find_map(|clause| match &clause.kind {
        ClauseKind::Write(connector) => Some(connector),
        _ => None,
    });
    let sink = sink.map(|connector| {
        let fits = formats::fits_row(context, connector, &walk.columns);
        connectors::sink(context, connector).filter(|_| fits)
    });
    let own = clauses.list.iter().find_map(|clause| match &clause.kind {
        ClauseKind::Run(run) if !is_bolt => Some((run, clause)),
        _ => None,
    });
    let sink = sink.or_else(|| own.map(|(run, clause)| run::sink(context, index, run, clause)));
    let late = walk.late.as_ref().map(late_columns);
    let time = walk.time.clone();
    entry.spouts.append(&mut walk.spouts);
    entry.spouts.sort_unstable();
    entry.spouts.dedup();
    context.exits[index] =
        Exit { columns: leaving(&walk), late, time, revised: walk.revised, spouts: entry.spouts.clone() };
    let kind = match (node.kind.value, sink) {
        (NodeKind::Sink, Some(sink)) => sink.map(Kind::Sink),
        (NodeKind::Bolt, _) => Some(Kind::Bolt),
        _ => None,
    };
    context.checked[index] = finish(context, index, entry, walk, (groupings, tasks), kind);
}

/// What a node's first step meets, grouped as its own rows are by the columns that are equal.
fn met<'a>(context: &Context<'a>, index: usize, walk: &Walk) -> Met<'a> {
    let written = context.inputs[index].iter().find(|input| input.partner);
    let keys = walk.steps.first().and_then(|step| match &step.kind {
        StepKind::Join(join) => Some((&join.keys, &join.right_keys)),
        StepKind::Latest(latest) => Some((&latest.keys, &latest.right_keys)),
        _ => None,
    });
    let of_own = |(own, right): (&Vec<usize>, &Vec<usize>), columns: &[usize]| -> Option<Vec<usize>> {
        let place = |column: &usize| right.iter().position(|key| key == column);
        let mut columns: Vec<usize> =
            columns.iter().map(|column| own.get(place(column)?).copied()).collect::<Option<_>>()?;
        columns.sort_unstable();
        Some(columns)
    };
    let grouping = walk.partners.first().zip(keys).and_then(|(input, keys)| {
        let kind = match &input.grouping.kind {
            GroupingKind::Fields(columns) => GroupingKind::Fields(of_own(keys, columns)?),
            kind => kind.clone(),
        };
        Some(Grouping { kind, ..input.grouping.clone() })
    });
    Met { written: written.and_then(|input| input.ast.grouping.as_ref()), grouping }
}

/// Rows of one task are not told from those of another behind its first state.
fn one_state_of_tasks(context: &mut Context<'_>, index: usize, tasks: u32, states: &[Held]) {
    if let ([first, second, ..], Some(written), true) = (states, &context.nodes[index].tasks, tasks > 1) {
        let help = "put the second one into a bolt of its own, which reads this one";
        context.report(
            Diagnostic::new(
                Code::BadTasks,
                written.span,
                "a bolt with tasks keeps one state, and here are two",
            )
            .label(first.head, "the first")
            .label(second.head, "the second")
            .help(help),
        );
    }
}

/// Two columns of one name do not leave a bolt: nobody could say which is meant.
fn twice(context: &mut Context<'_>, walk: &mut Walk, clauses: &Clauses<'_>) {
    let Some(word) = walk.columns.twice() else { return };
    let joins =
        |clause: &&&crate::ast::Clause| matches!(clause.kind, ClauseKind::Join(_) | ClauseKind::Lookup(_));
    let Some(clause) = clauses.list.iter().rev().find(joins) else { return };
    let message = format!("two columns `{word}` leave this bolt");
    let help = format!("write what leaves: `select a.*, other = b.{word}`");
    context.report(Diagnostic::new(Code::DuplicateName, clause.head, message).help(help));
    walk.broken = true;
}

/// What the readers of a node see: plain columns.
fn leaving(walk: &Walk) -> Columns {
    let mut columns = walk.columns.clone();
    columns.qualifiers.clear();
    // Which arm took a row is not a column for others.
    if walk.is_split {
        columns.list.pop();
    }
    for known in &mut columns.list {
        known.inputs.clear();
        known.plain = true;
    }
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
fn whole_window(context: &mut Context<'_>, walk: &mut Walk, clauses: &Clauses<'_>) {
    if let Some(window) = walk.window.take() {
        if !clauses.open {
            let help = "write what leaves: `select KEY, window_start, hits = count()`";
            context.error(Code::WindowWithoutSelect, window.head, "no row leaves this window", help);
        }
        walk.broken = true;
        walk.columns = Columns::unknown();
    }
    let group = clauses.list.iter().find(|clause| matches!(clause.kind, ClauseKind::GroupBy(_)));
    if let (Some(group), true, false) = (group, walk.ungrouped(), clauses.open) {
        let help = "add a window behind it, such as `window tumbling 1m` or `window all`";
        context.error(
            Code::GroupWithoutWindow,
            group.head,
            "nothing is grouped here: there is no window or `keep`",
            help,
        );
        walk.broken = true;
    }
}

fn finish(
    context: &Context<'_>,
    index: usize,
    entry: inputs::Entry,
    walk: Walk,
    (groupings, tasks): (Vec<Option<Grouping>>, u32),
    kind: Option<Kind>,
) -> Option<Node> {
    let ast = context.nodes[index];
    let own = context.inputs[index].iter().filter(|input| !input.partner);
    let parts = own.zip(entry.mappings).zip(groupings);
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
        part: 0,
        inputs: inputs?.into_iter().chain(walk.partners).collect(),
        kind: kind?,
        entry: entry.columns.row()?,
        steps: walk.steps,
        tasks,
        spouts: entry.spouts.into_iter().map(NodeId).collect(),
        timed: walk.time.known,
        span: ast.name.span,
    };
    (!walk.broken).then_some(node)
}
