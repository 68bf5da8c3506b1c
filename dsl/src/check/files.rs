//! Files: two nodes never write one file, and none writes what another reads. Paths that are known only at start are
//! compared as expressions.

use streamwright_connectors::{CONNECTORS, Connector};
use streamwright_values::Value;

use crate::check::context::Context;
use crate::connectors::{End, SinkConnector, SourceConnector};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::topology::{Expr, ExprKind, NodeKind};

pub(super) fn check(context: &mut Context<'_>) {
    standard_streams(context);
    let tables = context.tables.iter().filter_map(|table| Some((&table.file.as_ref()?.0, false)));
    let nodes = context.checked.iter().flatten().filter_map(|node| path(&node.kind));
    let paths: Vec<(&Expr, bool)> = tables.chain(nodes).collect();
    let mut known: std::collections::HashMap<Path<'_>, (&Expr, bool)> = std::collections::HashMap::new();
    let mut findings = Vec::new();
    for (expr, writes) in paths {
        let Some(path) = plain(expr) else { continue };
        let Some((first, written)) = known.get(&path).copied() else {
            known.insert(path, (expr, writes));
            continue;
        };
        if !writes && !written {
            continue;
        }
        let (message, label) = match (written, writes) {
            (true, true) => ("two sinks write this file", "the other one"),
            (false, _) => ("this file is read, too", "read here"),
            (true, false) => ("this file is written, too", "written here"),
        };
        findings.push(
            Diagnostic::new(Code::BadConnector, expr.span, message)
                .label(first.span, label)
                .help("give each its own file; one sink may read several streams, `from a, b`"),
        );
    }
    findings.into_iter().for_each(|finding| context.report(finding));
}

/// A path that can be compared.
#[derive(PartialEq, Eq, Hash)]
enum Path<'a> {
    Text(&'a str),
    Param(usize),
}

fn plain(expr: &Expr) -> Option<Path<'_>> {
    match &expr.kind {
        // Devices and pipes may be shared.
        ExprKind::Constant(Value::String(text)) => (!text.starts_with("/dev/")).then_some(Path::Text(text)),
        ExprKind::Param(param) => Some(Path::Param(*param)),
        _ => None,
    }
}

/// The path of a node, and whether it is written.
fn path(kind: &NodeKind) -> Option<(&Expr, bool)> {
    let (end, writes) = end(kind)?;
    Some((end.path()?, writes))
}

/// Where a node's bytes begin or end, and whether it writes them.
fn end(kind: &NodeKind) -> Option<(&End, bool)> {
    match kind {
        NodeKind::Spout(spout) => match &spout.source {
            SourceConnector::Bytes { end, .. } => Some((end, false)),
            SourceConnector::Generate(_) | SourceConnector::Own { .. } => None,
        },
        NodeKind::Sink(SinkConnector::Bytes { end, .. }) => Some((end, true)),
        NodeKind::Sink(SinkConnector::Own(_)) | NodeKind::Bolt => None,
    }
}

/// Standard input is read once, and standard output is written once: rows of two sinks would come as their writers get to
/// it.
fn standard_streams(context: &mut Context<'_>) {
    for connector in CONNECTORS {
        let Some(what) = connector.single else { continue };
        let help = "read a file in one of them";
        once(context, (connector, false), &format!("two spouts read {what}"), help);
        let help = "write a file in one of them; one sink may read several streams, `from a, b`";
        once(context, (connector, true), &format!("two sinks write {what}"), help);
    }
}

fn once(context: &mut Context<'_>, single: (&Connector, bool), message: &str, help: &str) {
    let is = |kind| {
        end(kind).is_some_and(|(end, writes)| (end.connector.name, writes) == (single.0.name, single.1))
    };
    let nodes = context.checked.iter().flatten().filter(|node| is(&node.kind));
    let spans: Vec<Span> = nodes.map(|node| node.span).collect();
    for second in spans.iter().skip(1) {
        context.report(
            Diagnostic::new(Code::BadConnector, *second, message).label(spans[0], "the other one").help(help),
        );
    }
}
