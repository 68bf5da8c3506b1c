//! `run`: rows given to own Rust, and the rows that it answers with.

use std::sync::Arc;

use streamwright_values::RecordType;

use crate::ast::{self, ConnectorOption, OptionValue};
use crate::check::columns::Columns;
use crate::check::context::Context;
use crate::check::expr;
use crate::check::names::{duplicate, outer};
use crate::check::own::{self, BOLTS, RECORDS};
use crate::check::spouts;
use crate::check::steps::{Held, Walk};
use crate::connectors::{OwnRust, SinkConnector, SourceConnector};
use crate::diagnostic::Code;
use crate::own::struct_name;
use crate::topology::{Expr, Run, StepKind};

/// Checks a `run` of a bolt, and puts the columns of its record in the place of the row's.
pub(super) fn check(
    context: &mut Context<'_>,
    walk: &mut Walk,
    run: &ast::Run,
    clause: &ast::Clause,
) -> Option<StepKind> {
    if walk.window.is_some()
        || walk.steps.iter().any(|step| matches!(step.kind, StepKind::Select(_) | StepKind::Window(_)))
    {
        let help = "put it into a bolt of its own, which reads this one";
        context.error(Code::MisplacedClause, clause.head, "`run` does not stand behind `select`", help);
        walk.columns = Columns::unknown();
        return None;
    }
    let options = options(context, &run.options);
    let record = walk.record;
    let name = name_structs(context, walk.node);
    let keys = std::mem::take(&mut walk.keys);
    walk.hold(context, Held { word: "run", head: clause.head, keys: keys.clone(), partner: None });
    walk.columns = record.map_or_else(Columns::unknown, |record| spouts::columns(context, record));
    let record = record.map(|record| &context.records[record]);
    let output: Option<Arc<RecordType>> = record.and_then(|record| record.ty.clone());
    let types = match (&output, &options) {
        (Some(output), Some(options)) => {
            vec![
                ("Row<'a>", format!("{BOLTS}{name}Row<'a>")),
                ("Output", format!("{RECORDS}{}<'static>", output.name)),
                ("Options", told(&name, options)),
            ]
        }
        // A mistake has been told: what the types should be is unknown.
        _ => Vec::new(),
    };
    own::runs(context, &run.path, "Bolt", &types);
    let keys = keys.iter().map(|key| key.column).collect();
    Some(StepKind::Run(Run { path: run.path.value.clone(), name, keys, options: options?, output: output? }))
}

/// Checks a `run` of a spout of this record.
pub(super) fn spout(
    context: &mut Context<'_>,
    node: usize,
    run: &ast::Run,
    clause: &ast::Clause,
    record: Option<usize>,
) -> Option<SourceConnector> {
    let name = name_structs(context, node);
    let options = options(context, &run.options);
    let record = record.and_then(|record| context.records[record].ty.clone());
    let types = match (&record, &options) {
        (Some(record), Some(options)) => {
            vec![("Row", format!("{RECORDS}{}<'static>", record.name)), ("Options", told(&name, options))]
        }
        _ => Vec::new(),
    };
    own::runs(context, &run.path, "Spout", &types);
    let run = OwnRust { path: run.path.value.clone(), name, options: options?, span: clause.span };
    Some(SourceConnector::Own { run, record: record? })
}

/// Checks a `run` of a sink.
pub(super) fn sink(
    context: &mut Context<'_>,
    node: usize,
    run: &ast::Run,
    clause: &ast::Clause,
) -> Option<SinkConnector> {
    let name = name_structs(context, node);
    let options = options(context, &run.options);
    let types = options.iter().flat_map(|options| {
        [("Row<'a>", format!("{BOLTS}{name}Row<'a>")), ("Options", told(&name, options))]
    });
    let types: Vec<_> = types.collect();
    own::runs(context, &run.path, "Sink", &types);
    Some(SinkConnector::Own(OwnRust {
        path: run.path.value.clone(),
        name,
        options: options?,
        span: clause.span,
    }))
}

/// What the structs of a node are called after. Two nodes that differ by underscores or capitals only would share them.
fn name_structs(context: &mut Context<'_>, node: usize) -> String {
    let written = &context.nodes[node].name;
    let name = struct_name(&outer(&written.value));
    let first = *context.own_names.entry(name.clone()).or_insert(node);
    if first != node {
        let what = format!("a node with Rust of its own whose structs are called `{name}…`");
        context.report(duplicate(written, context.nodes[first].name.span, &what));
    }
    name
}

/// The type of the options.
fn told(name: &str, options: &[(String, Expr)]) -> String {
    if options.is_empty() { "()".to_owned() } else { format!("{BOLTS}{name}Options") }
}

/// What own Rust is told at the start.
fn options(context: &mut Context<'_>, written: &[ConnectorOption]) -> Option<Vec<(String, Expr)>> {
    let mut found: Vec<Option<(String, Expr)>> = Vec::new();
    for (at, option) in written.iter().enumerate() {
        let alike = |other: &&ConnectorOption| other.name.value == option.name.value;
        if let Some(first) = written[..at].iter().find(alike) {
            let what = format!("an option `{}`", option.name.value);
            context.report(duplicate(&option.name, first.name.span, &what));
        }
        found.push(match &option.value {
            OptionValue::Expr(value) => {
                let value = expr::of_constants_any(context, value, "an option of own Rust");
                value.map(|value| (option.name.value.clone(), value))
            }
            OptionValue::Map(_, span) => {
                context.error(
                    Code::NotConstant,
                    *span,
                    "an option of own Rust is one value",
                    "give each value a name",
                );
                None
            }
        });
    }
    found.into_iter().collect()
}
