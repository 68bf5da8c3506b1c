//! Declarations: which there are, and which of them are declared twice.

use std::collections::BTreeMap;

use crate::ast::{Item, NodeKind};
use crate::check::context::{Context, Exit, Function, Param, Record};
use crate::check::tables::Table;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{FileId, Name, Span};

/// The stream that is there without a declaration.
pub const DEAD_LETTERS: &str = "dead_letters";

pub(super) fn collect(context: &mut Context<'_>, file: FileId) {
    for item in &context.file.items {
        match item {
            Item::Param(ast) => {
                context.params.push(Param { ast, ty: None, default: None, used: false });
            }
            Item::Function(ast) => {
                context.functions.push(Function { ast, signature: None, body: None, used: false });
            }
            Item::RustMod(_) | Item::RustDep(_) | Item::Test(_) => {}
            Item::Record(ast) => {
                context.records.push(Record::new(ast));
            }
            Item::Table(ast) => context.tables.push(Table::new(ast)),
            Item::Node(ast) => {
                context.nodes.push(ast);
                context.checked.push(None);
                context.exits.push(Exit::default());
            }
        }
    }
    let params: Vec<&Name> = context.params.iter().map(|param| &param.ast.name).collect();
    let functions: Vec<&Name> = context.functions.iter().map(|function| &function.ast.name).collect();
    let records: Vec<&Name> = context.records.iter().map(|record| &record.ast.name).collect();
    let nodes: Vec<&Name> = context.nodes.iter().map(|node| &node.name).collect();
    context.param_names = unique(context, "param", &params);
    context.function_names = unique(context, "function", &functions);
    context.record_names = unique(context, "record", &records);
    context.node_names = unique(context, "spout, bolt or sink", &nodes);
    let tables: Vec<&Name> = context.tables.iter().map(|table| &table.ast.name).collect();
    context.table_names = unique(context, "table", &tables);
    apart(context, &nodes, &tables);
    reserved(context, &nodes);
    something_to_run(context, file);
}

fn unique<'a>(context: &mut Context<'_>, what: &str, names: &[&'a Name]) -> BTreeMap<&'a str, usize> {
    let mut known = BTreeMap::new();
    let mut outside: BTreeMap<String, usize> = BTreeMap::new();
    for (index, name) in names.iter().enumerate() {
        if let Some(first) = outside.get(&outer(&name.value)) {
            let (first, what) = (names[*first], format!("a {what} `{}`", names[*first].value));
            context.report(duplicate(name, first.span, &what));
        } else {
            outside.insert(outer(&name.value), index);
            known.insert(name.value.as_str(), index);
        }
    }
    known
}

/// `lookup` takes tables and nodes, so a name is one of the two.
fn apart(context: &mut Context<'_>, nodes: &[&Name], tables: &[&Name]) {
    for table in tables {
        if let Some(node) = nodes.iter().find(|node| node.value == table.value) {
            let what = format!("a spout, bolt or sink `{}`", node.value);
            context.report(duplicate(table, node.span, &what));
        }
    }
}

/// A name as flags, letters and Rust have it: that of an imported declaration, `c::limit`, is `c_limit` there.
pub(super) fn outer(name: &str) -> String {
    name.replace("::", "_")
}

/// The finding that a name is declared twice.
pub(super) fn duplicate(name: &Name, first: Span, what: &str) -> Diagnostic {
    Diagnostic::new(Code::DuplicateName, name.span, format!("there is {what} already"))
        .label(first, "first declared here")
        .help("give one of the two another name")
}

fn reserved(context: &mut Context<'_>, nodes: &[&Name]) {
    for name in nodes.iter().filter(|name| name.value == DEAD_LETTERS) {
        context.error(
            Code::ReservedName,
            name.span,
            format!("`{DEAD_LETTERS}` is the stream of tuples that failed"),
            "give it another name",
        );
    }
}

fn something_to_run(context: &mut Context<'_>, file: FileId) {
    let start = Span { file, lo: 0, hi: 0 };
    let Some(name) = &context.file.topology else {
        let message = "this file declares no topology";
        context.error(Code::NothingToRun, start, message, "begin it with `topology NAME`");
        return;
    };
    let count = |kind| context.nodes.iter().filter(|node| node.kind.value == kind).count();
    if count(NodeKind::Spout) == 0 {
        let help = "add `spout NAME: Record { read … }`";
        context.error(Code::NothingToRun, name.span, "this topology has no spout: nothing comes in", help);
    } else if count(NodeKind::Sink) == 0 {
        let help = "add `sink NAME { from … write stdout as json }`";
        context.error(Code::NothingToRun, name.span, "this topology has no sink: nothing comes out", help);
    }
}
