//! What is declared and not used: warnings. Nodes from which no sink can be reached do not run.

use crate::ast::NodeKind;
use crate::check::context::Context;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::topology::{NodeId, Stream};

pub(super) fn find(context: &mut Context<'_>) {
    let live = live(context);
    // Without a sink, or where one reads a name that is not there, a finding says so already.
    let sinks = context.nodes.iter().any(|node| node.kind.value == NodeKind::Sink);
    let cut = context.inputs.iter().flatten().any(|input| input.stream.is_none());
    let told = !sinks || cut || reads_nothing(context);
    if !told && !context.failed && !runs(context, &live) {
        let message = "no sink is reached by a spout: nothing runs";
        let span = context.file.topology.as_ref().map(|name| name.span);
        let help = "read a spout, or a bolt behind one, in a sink";
        span.into_iter().for_each(|span| context.error(Code::NothingToRun, span, message, help));
        return;
    }
    // A library may hold more than this topology uses.
    let own = |span: Span| context.file.scopes.iter().all(|(file, _)| *file != span.file);
    let dead = context.nodes.iter().zip(&live).filter(|(node, live)| !told && !**live && own(node.span));
    let nodes: Vec<Diagnostic> = dead
        .map(|(node, _)| {
            let message =
                format!("no sink is reached by the rows of `{}`, so it does not run", node.name.value);
            Diagnostic::new(Code::UnusedNode, node.name.span, message)
                .help("read it in a sink, or take it out")
        })
        .collect();
    // Behind a mistake it is unknown what would have been used.
    let sure = !context.failed;
    let params =
        context.params.iter().filter(|param| sure && !param.used && own(param.ast.span)).map(|param| {
            let message = format!("param `{}` is never used", param.ast.name.value);
            Diagnostic::new(Code::UnusedDeclaration, param.ast.name.span, message).help("take it out")
        });
    let records =
        context.records.iter().filter(|record| sure && !record.used && own(record.ast.span)).map(|record| {
            let message = format!("record `{}` is never used", record.ast.name.value);
            Diagnostic::new(Code::UnusedDeclaration, record.ast.name.span, message).help("take it out")
        });
    let functions =
        context.functions.iter().filter(|function| sure && !function.used && own(function.ast.span)).map(
            |function| {
                let message = format!("function `{}` is never called", function.ast.name.value);
                Diagnostic::new(Code::UnusedDeclaration, function.ast.name.span, message).help("take it out")
            },
        );
    let tables =
        context.tables.iter().filter(|table| sure && !table.used && own(table.ast.span)).map(|table| {
            let message = format!("table `{}` is never used", table.ast.name.value);
            Diagnostic::new(Code::UnusedDeclaration, table.ast.name.span, message).help("take it out")
        });
    let arms = if sure && !told { unread_arms(context, &live) } else { Vec::new() };
    let findings: Vec<Diagnostic> = nodes
        .into_iter()
        .chain(arms)
        .chain(params)
        .chain(functions)
        .chain(tables)
        .chain(records)
        .filter(|found| own(found.span))
        .collect();
    findings.into_iter().for_each(|finding| context.report(finding));
}

/// The arms of splits that no node reads.
fn unread_arms(context: &Context<'_>, live: &[bool]) -> Vec<Diagnostic> {
    let read: Vec<Stream> = context.inputs.iter().flatten().filter_map(|input| input.stream).collect();
    let mut found = Vec::new();
    for (index, node) in context.nodes.iter().enumerate().filter(|(index, _)| live[*index]) {
        for (arm, written) in super::split::arms(node).iter().enumerate() {
            if !read.contains(&Stream::Named(NodeId(index), arm)) {
                let message = format!("nobody reads `{}.{}`", node.name.value, written.name.value);
                found.push(Diagnostic::new(Code::UnreadStream, written.name.span, message).help(
                    "read it in a bolt or sink; without an arm, rows that no other takes count as filtered",
                ));
            }
        }
    }
    found
}

/// Whether a spout is among the nodes that run.
fn runs(context: &Context<'_>, live: &[bool]) -> bool {
    context.nodes.iter().zip(live).any(|(node, live)| *live && node.kind.value == NodeKind::Spout)
}

/// Whether a bolt or sink has no input.
fn reads_nothing(context: &Context<'_>) -> bool {
    let nodes = context.nodes.iter().zip(&context.inputs);
    nodes.into_iter().any(|(node, inputs)| node.kind.value != NodeKind::Spout && inputs.is_empty())
}

/// Which nodes lead to a sink, by index in the file.
pub(super) fn live(context: &Context<'_>) -> Vec<bool> {
    let mut live: Vec<bool> = context.nodes.iter().map(|node| node.kind.value == NodeKind::Sink).collect();
    let mut open: Vec<usize> = (0..live.len()).filter(|node| live[*node]).collect();
    while let Some(reader) = open.pop() {
        // By name, not by stream: a cycle that was cut is no reason to call its nodes unused.
        for input in &context.inputs[reader] {
            let source = match input.stream {
                Some(stream) => stream.source().map(|id| id.0),
                None => context.node_names.get(input.ast.node.value.as_str()).copied(),
            };
            if let Some(source) = source.filter(|source| !live[*source]) {
                live[source] = true;
                open.push(source);
            }
        }
    }
    live
}
