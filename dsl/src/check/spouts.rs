//! Spouts: their record, what they read, and their event time.

use streamwright_values::{Duration, Type, Value};

use crate::ast::{self, ClauseKind};
use crate::check::clauses::{self, Clauses};
use crate::check::columns::{Columns, Found};
use crate::check::connectors;
use crate::check::context::{Context, Exit};
use crate::check::expr;
use crate::check::names::outer;
use crate::check::run;
use crate::check::steps::{EventTime, Walk};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Name, Span};
use crate::topology::{Expr, ExprKind, Node, NodeId, NodeKind, Spout, Time};

pub(super) fn check(context: &mut Context<'_>, index: usize, clauses: &Clauses<'_>) {
    let node = context.nodes[index];
    if let Some(tasks) = &node.tasks {
        context.error(Code::BadTasks, tasks.span, "only a bolt has tasks", "leave `tasks` out");
    }
    let record = record(context, node);
    let entry = record.map_or_else(Columns::unknown, |record| columns(context, record));
    let mut walk = Walk::new(index, entry.clone(), (EventTime::default(), None));
    walk.columns.open |= clauses.open;
    let mut source = None;
    let mut time = None;
    for clause in &clauses.list {
        match &clause.kind {
            ClauseKind::Read(connector) => source = connectors::source(context, connector, record),
            ClauseKind::Run(written) => source = run::spout(context, index, written, clause, record),
            ClauseKind::Time(written) => {
                time = Some(check_time(context, &walk.columns, written, clause.head))
            }
            _ => walk.clause(context, clause),
        }
    }
    let timed = time.is_some();
    let why_not =
        (!clauses.open).then(|| (node.name.span, format!("spout `{}` has no `time`", node.name.value)));
    context.exits[index] = Exit {
        columns: walk.columns.clone(),
        late: None,
        time: EventTime { known: timed, why_not, left_over: None },
        revised: None,
        spouts: vec![index],
    };
    let time = match time {
        Some(Some(time)) => Some(Some(time)),
        Some(None) => None,
        None => Some(None),
    };
    context.checked[index] = (|| {
        let (record, time) = (record?, time?);
        let reads = vec![false; entry.list.len()];
        let kind = NodeKind::Spout(Spout { record, source: source?, reads, time });
        let node = Node {
            name: outer(&node.name.value),
            docs: node.docs.clone(),
            part: 0,
            inputs: Vec::new(),
            kind,
            entry: entry.row()?,
            steps: walk.steps,
            tasks: 1,
            spouts: vec![NodeId(index)],
            timed,
            span: node.name.span,
        };
        (!walk.broken).then_some(node)
    })();
}

/// The record that a node names.
pub(super) fn record(context: &mut Context<'_>, node: &ast::Node) -> Option<usize> {
    let Some(name) = &node.record else {
        let kind = clauses::noun(node.kind.value);
        let message = format!("{kind} `{}` has no record", node.name.value);
        let help = format!("write `{kind} {}: RECORD {{`", node.name.value);
        context.error(Code::BadRecord, node.name.span, message, help);
        return None;
    };
    record_named(context, name)
}

/// The record of this name; that there is none is a finding.
pub(super) fn record_named(context: &mut Context<'_>, name: &Name) -> Option<usize> {
    let found = context.record_names.get(name.value.as_str()).copied();
    match found {
        Some(record) => context.records[record].used = true,
        None => {
            let known = context.record_names.keys().copied();
            let finding =
                Diagnostic::new(Code::UnknownName, name.span, format!("there is no record `{}`", name.value))
                    .help(format!("declare it: `record {} {{ … }}`", name.value))
                    .did_you_mean(&name.value, known);
            context.report(finding);
        }
    }
    found
}

/// The columns of a record's rows.
pub(super) fn columns(context: &Context<'_>, record: usize) -> Columns {
    let record = &context.records[record];
    let mut columns = Columns::default();
    let twice =
        context.records.iter().filter(|other| other.ast.name.value == record.ast.name.value).count() > 1;
    if twice {
        // Which of the two was meant is unknown.
        return Columns::unknown();
    }
    for (written, field) in record.ast.fields.iter().zip(&record.fields) {
        if matches!(columns.plain(&written.name.value), Found::Column(_)) {
            continue;
        }
        columns.push(&written.name.value, field.as_ref().map(|field| field.ty.clone()));
    }
    columns
}

fn check_time(context: &mut Context<'_>, row: &Columns, written: &ast::Time, head: Span) -> Option<Time> {
    let at = if is_arrival(row, &written.at) {
        let message = "event time is the time of arrival: another run over the same input makes other rows";
        let help = "where a column says when something happened, write `time COLUMN, late by 10s`";
        context.report(Diagnostic::new(Code::ArrivalTime, written.at.span, message).help(help));
        Some(None)
    } else {
        column_time(context, row, &written.at).map(Some)
    };

    let late_by = match &written.late_by {
        Some(written) => not_negative(context, written, "`late by`"),
        None => Some(Expr {
            kind: ExprKind::Constant(Value::Duration(Duration(0))),
            ty: Type::Duration,
            span: head,
        }),
    };
    let ahead_by = match &written.ahead_by {
        Some(written) => Some(not_negative(context, written, "`ahead by`")?),
        None => None,
    };
    let idle_after = match &written.idle_after {
        Some(written) => Some(not_negative(context, written, "`idle after`")?),
        None => None,
    };
    Some(Time { at: at?, late_by: late_by?, ahead_by, idle_after })
}

/// `time arrival`, unless there is a column of that name.
fn is_arrival(row: &Columns, written: &ast::Expr) -> bool {
    matches!(&written.kind, ast::ExprKind::Name(name) if name.value == "arrival")
        && matches!(row.plain("arrival"), Found::Nothing)
}

/// An event time of what is in the row.
fn column_time(context: &mut Context<'_>, row: &Columns, written: &ast::Expr) -> Option<Expr> {
    let at = expr::over_row(context, row, written)?;
    if *at.ty.required() == Type::Timestamp {
        return Some(at);
    }
    let message = format!("an event time is a timestamp, and this is `{}`", at.ty);
    let help = "declare the field as `timestamp`, with its form: `at: timestamp as unix_ms`";
    context.error(Code::TypeMismatch, at.span, message, help);
    None
}

fn not_negative(context: &mut Context<'_>, written: &ast::Expr, what: &'static str) -> Option<Expr> {
    let (expr, nanos) = expr::duration(context, written, what)?;
    if nanos.is_some_and(|nanos| nanos < 0) {
        let message = format!("{what} is not negative");
        context.error(Code::BadDuration, written.span, message, "write a duration such as 10s");
        return None;
    }
    Some(expr)
}
