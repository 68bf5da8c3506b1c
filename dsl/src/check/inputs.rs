//! Inputs: which stream each entry of a `from` means, and what a node that reads several sees.

use streamwright_values::Type;

use crate::ast::{self, ClauseKind, NodeKind};
use crate::check::columns::{Columns, Known};
use crate::check::context::{Context, Exit, Input};
use crate::check::dead_letter_row;
use crate::check::names::DEAD_LETTERS;
use crate::check::split;
use crate::check::steps::EventTime;
use crate::check::windows;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Name;
use crate::topology::{NodeId, Stream};

/// Finds the stream of every input.
pub(super) fn resolve(context: &mut Context<'_>) {
    for index in 0..context.nodes.len() {
        let node = context.nodes[index];
        let mut inputs: Vec<Input<'_>> = Vec::new();
        // Of several `from`, the first counts; the others are findings of their own.
        let from = node.clauses.iter().find_map(|clause| match &clause.kind {
            ClauseKind::From(inputs) => Some(inputs),
            _ => None,
        });
        for ast in from.into_iter().flatten() {
            let stream = stream(context, node, ast);
            let twice = inputs.iter().find(|other| stream.is_some() && other.stream == stream);
            if let Some(first) = twice {
                let first = first.ast.span;
                context.report(
                    Diagnostic::new(Code::BadInput, ast.span, "this stream is read already")
                        .label(first, "here")
                        .help("leave one of the two out"),
                );
            }
            inputs.push(Input { ast, partner: false, stream });
        }
        alone(context, &inputs);
        qualifiers_differ(context, &inputs);
        for clause in &node.clauses {
            inputs.extend(partner_input(context, node, clause));
        }
        context.inputs.push(inputs);
    }
}

/// The stream that a `join` or `lookup` names; nothing for a table.
fn partner_input<'a>(
    context: &mut Context<'a>,
    node: &ast::Node,
    clause: &'a ast::Clause,
) -> Option<Input<'a>> {
    let (partner, joins) = match &clause.kind {
        ClauseKind::Join(partner) => (partner, true),
        ClauseKind::Lookup(partner) => (partner, false),
        _ => return None,
    };
    let ast = &partner.input;
    if let Some(table) = context.table_names.get(ast.node.value.as_str()).copied() {
        if joins || ast.port.is_some() {
            let help = format!("write `lookup {} on …`", ast.node.value);
            report_table(context, ast, table, &help);
        }
        return None;
    }
    let stream = stream(context, node, ast);
    Some(Input { ast, partner: true, stream })
}

fn report_table(context: &mut Context<'_>, input: &ast::Input, table: usize, help: &str) {
    let declared = context.tables[table].ast.name.span;
    context.tables[table].used = true;
    let message = format!("`{}` is a table, and has no rows that come in", input.node.value);
    context.report(
        Diagnostic::new(Code::BadInput, input.span, message).label(declared, "declared here").help(help),
    );
}

fn stream(context: &mut Context<'_>, node: &ast::Node, input: &ast::Input) -> Option<Stream> {
    let word = input.node.value.as_str();
    if word == DEAD_LETTERS {
        return dead_letters(context, node, input);
    }
    if let Some(table) = context.table_names.get(word).copied() {
        report_table(
            context,
            input,
            table,
            &format!("read a stream, and write `lookup {word} on …` behind it"),
        );
        return None;
    }
    let Some(index) = context.node_names.get(word).copied() else {
        let message = format!("there is no spout or bolt `{word}`");
        let known = context.nodes.iter().filter(|other| other.kind.value != NodeKind::Sink);
        let known = known.map(|other| other.name.value.as_str()).filter(|name| *name != node.name.value);
        let known: Vec<&str> = known.collect();
        let help = match known.as_slice() {
            [] => "declare one".to_owned(),
            known => format!("there are {}", known.iter().take(20).copied().collect::<Vec<_>>().join(", ")),
        };
        let finding = Diagnostic::new(Code::UnknownName, input.node.span, message).help(help);
        let finding = finding.did_you_mean(word, known);
        context.report(finding);
        return None;
    };
    let read = context.nodes[index];
    if read.kind.value == NodeKind::Sink {
        context.report(
            Diagnostic::new(
                Code::BadInput,
                input.node.span,
                format!("`{word}` is a sink: nothing leaves it"),
            )
            .label(read.name.span, "declared here")
            .help("read what the sink reads"),
        );
        return None;
    }
    let Some(port) = &input.port else { return own_stream(context, input, index) };
    let arms = split::arms(read);
    if let Some(arm) = arms.iter().position(|arm| arm.name.value == port.value) {
        return Some(Stream::Named(NodeId(index), arm));
    }
    if port.value != "late" {
        let names = || arms.iter().map(|arm| arm.name.value.as_str());
        let help = match arms {
            [] => "the streams of a bolt are its own and `.late`".to_owned(),
            _ => format!(
                "its streams are {}",
                names().map(|name| format!("`{word}.{name}`")).collect::<Vec<_>>().join(", ")
            ),
        };
        let message = format!("`{word}` has no stream `{}`", port.value);
        let finding = Diagnostic::new(Code::BadInput, port.span, message).help(help);
        let finding = finding.did_you_mean(&port.value, names().chain(["late"]));
        context.report(finding);
        return None;
    }
    if !windows_in_time(read) {
        context.report(without_late(read, port));
        return None;
    }
    Some(Stream::Late(NodeId(index)))
}

/// `.late` of a node without a window in time.
fn without_late(read: &ast::Node, port: &Name) -> Diagnostic {
    let word = &read.name.value;
    let join = read.clauses.iter().find(|clause| matches!(clause.kind, ClauseKind::Join(_)));
    let (message, (span, label)) = match join {
        None => (format!("nothing is late in `{word}`"), (read.name.span, "it has no window in time")),
        Some(join) => (
            format!("the rows that are late in `{word}` are counted, and no stream"),
            (join.head, "those of either side of a join have columns of their own"),
        ),
    };
    Diagnostic::new(Code::BadInput, port.span, message)
        .label(span, label)
        .help("`.late` is a stream of bolts with a window in time")
}

/// What is meant by a node's name alone. A split leaves nothing there.
fn own_stream(context: &mut Context<'_>, input: &ast::Input, index: usize) -> Option<Stream> {
    let read = context.nodes[index];
    let Some(split) = read.clauses.iter().find(|clause| matches!(clause.kind, ClauseKind::Split(_))) else {
        return Some(Stream::Main(NodeId(index)));
    };
    let word = &read.name.value;
    let names: Vec<String> =
        split::arms(read).iter().map(|arm| format!("`{word}.{}`", arm.name.value)).take(8).collect();
    // A split without arms is a finding of its own.
    if !names.is_empty() {
        let message = format!("the rows of `{word}` leave by the arms of its `split`");
        let finding = Diagnostic::new(Code::BadInput, input.span, message).label(split.head, "here");
        context.report(finding.help(format!("read {}", names.join(" or "))));
    }
    None
}

fn windows_in_time(node: &ast::Node) -> bool {
    node.kind.value == NodeKind::Bolt
        && node.clauses.iter().any(|clause| match &clause.kind {
            ClauseKind::Window(window) => windows::Written::of(window).has_late(),
            _ => false,
        })
}

fn dead_letters(context: &mut Context<'_>, node: &ast::Node, input: &ast::Input) -> Option<Stream> {
    if let Some(port) = &input.port {
        context.error(Code::BadInput, port.span, "`dead_letters` is one stream", "leave the port out");
        return None;
    }
    if node.kind.value != NodeKind::Sink {
        let help = "read it in a sink, which may have `where`, `let` and `select`";
        context.error(Code::BadInput, input.node.span, "only a sink reads `dead_letters`", help);
        return None;
    }
    Some(Stream::DeadLetters)
}

/// `dead_letters` stands alone in its `from`.
fn alone(context: &mut Context<'_>, inputs: &[Input<'_>]) {
    let letters = inputs.iter().find(|input| input.stream == Some(Stream::DeadLetters));
    if let (Some(letters), true) = (letters, inputs.len() > 1) {
        let help = "give the dead letters a sink of their own";
        context.error(Code::BadInput, letters.ast.span, "`dead_letters` stands alone in its `from`", help);
    }
}

fn qualifiers_differ(context: &mut Context<'_>, inputs: &[Input<'_>]) {
    for (index, input) in inputs.iter().enumerate() {
        let Some(alias) = &input.ast.alias else { continue };
        let before = inputs[..index].iter().filter_map(|other| other.ast.alias.as_ref());
        if let Some(first) = before.into_iter().find(|other| other.value == alias.value) {
            let finding = super::names::duplicate(alias, first.span, &format!("an input `{}`", alias.value));
            context.report(finding);
        }
    }
}

/// A row of `.late` has the missed window's bounds behind its columns, so those have other names.
pub(super) fn late_names(context: &mut Context<'_>, index: usize) {
    let mut findings = Vec::new();
    for position in 0..context.inputs[index].len() {
        let input = &context.inputs[index][position];
        let Some(Stream::Late(read)) = input.stream else { continue };
        if let Some(twice) = context.exits[read.0].late.as_ref().and_then(Columns::twice) {
            let message =
                format!("a late row of `{}` would have two columns `{twice}`", input.ast.node.value);
            let read = context.nodes[read.0];
            let help = if read
                .clauses
                .iter()
                .any(|clause| matches!(clause.kind, ClauseKind::Join(_) | ClauseKind::Lookup(_)))
            {
                format!(
                    "let a bolt before it join or look up, and give it another name: `select a.*, earlier = b.{twice}`"
                )
            } else {
                format!("give it another name before: `select …, earlier = {twice}`")
            };
            findings.push(
                Diagnostic::new(Code::DuplicateName, input.ast.span, message)
                    .label(read.name.span, "its rows have one before the window")
                    .help(help),
            );
            context.inputs[index][position].stream = None;
        }
    }
    findings.into_iter().for_each(|finding| context.report(finding));
}

/// What a node sees of its inputs: the columns of the first, and for each input where those stand in it.
pub(super) struct Entry {
    pub(super) columns: Columns,
    /// Nothing for an input that does not fit; that was reported.
    pub(super) mappings: Vec<Option<Vec<usize>>>,
    pub(super) time: EventTime,
    /// The window whose rows it has that may leave more than once.
    pub(super) revised: Option<crate::source::Span>,
    pub(super) spouts: Vec<usize>,
}

/// Joins the inputs of a node.
pub(super) fn entry(context: &mut Context<'_>, index: usize) -> Entry {
    let inputs = || context.inputs[index].iter().filter(|input| !input.partner);
    let exits: Vec<Exit> = inputs().map(|input| exit(context, input.stream)).collect();
    let spans: Vec<_> = inputs().map(|input| input.ast.span).collect();
    let mut columns = exits.first().map_or_else(Columns::unknown, |first| first.columns.clone());
    let mut mappings = Vec::new();
    for (exit, span) in exits.iter().zip(&spans) {
        mappings.push(mapping(context, &columns, &exit.columns, (spans[0], *span)));
    }
    columns.qualifiers.clear();
    for input in context.inputs[index].iter().filter(|input| !input.partner) {
        columns.qualifiers.push(own_name(input.ast.alias.as_ref().unwrap_or(&input.ast.node)));
        if input.ast.alias.is_some() {
            columns.qualifiers.push(own_name(&input.ast.node));
        }
    }
    for known in &mut columns.list {
        known.plain = true;
        known.inputs.clone_from(&columns.qualifiers);
    }
    let mut spouts: Vec<usize> = exits.iter().flat_map(|exit| exit.spouts.iter().copied()).collect();
    spouts.sort_unstable();
    spouts.dedup();
    let untimed = exits.iter().find(|exit| !exit.time.known);
    let mut time = untimed.map_or(EventTime::known(), |exit| exit.time.clone());
    time.left_over = exits.iter().find_map(|exit| exit.time.left_over);
    let revised = exits.iter().find_map(|exit| exit.revised);
    Entry { columns, mappings, time, revised, spouts }
}

/// A name as expressions have it, without the prefix of an imported file.
pub(super) fn own_name(name: &crate::source::Name) -> String {
    name.value.rsplit("::").next().unwrap_or_default().to_owned()
}

/// What a `join` or `lookup` sees of its partner, in node number `index`.
pub(super) fn partner(context: &Context<'_>, index: usize, partner: &ast::Partner) -> Exit {
    let mut inputs = context.inputs[index].iter().filter(|input| input.partner);
    let input = inputs.find(|input| input.ast.span == partner.input.span);
    exit(context, input.and_then(|input| input.stream))
}

fn exit(context: &Context<'_>, stream: Option<Stream>) -> Exit {
    match stream {
        Some(Stream::Main(id) | Stream::Named(id, _)) => context.exits[id.0].clone(),
        Some(Stream::Late(id)) => {
            let exit = context.exits[id.0].clone();
            let time = EventTime::known();
            let columns = exit.late.clone().unwrap_or_else(Columns::unknown);
            Exit { columns, time, revised: None, ..exit }
        }
        Some(Stream::DeadLetters) => Exit { columns: Columns::of(&dead_letter_row()), ..Exit::default() },
        None => Exit { columns: Columns::unknown(), ..Exit::default() },
    }
}

/// Where the columns of the first input stand in another one.
fn mapping(
    context: &mut Context<'_>,
    first: &Columns,
    other: &Columns,
    spans: (crate::source::Span, crate::source::Span),
) -> Option<Vec<usize>> {
    let open = first.open || other.open;
    let mut indices = Vec::new();
    for known in &first.list {
        let found = other.list.iter().position(|column| column.name == known.name);
        match found {
            Some(index) => {
                let (ours, theirs) = (&known.ty, &other.list[index].ty);
                if let (Some(ours), Some(theirs)) = (ours, theirs)
                    && !same_type(context, &known.name, (ours, theirs), spans)
                {
                    return None;
                }
                indices.push(index);
            }
            None if open => return None,
            None => return columns_differ(context, known, "is missing here", spans),
        }
    }
    let extra = other.list.iter().find(|column| !first.list.iter().any(|known| known.name == column.name));
    match extra {
        Some(extra) if !open => columns_differ(context, extra, "is in this input only", spans),
        _ => Some(indices),
    }
}

/// Whether a column has one type in two inputs; else that is a finding.
fn same_type(
    context: &mut Context<'_>,
    name: &str,
    types: (&Type, &Type),
    spans: (crate::source::Span, crate::source::Span),
) -> bool {
    if types.0 == types.1 {
        return true;
    }
    context.report(
        Diagnostic::new(Code::UnionMismatch, spans.1, format!("column `{name}` is `{}` here", types.1))
            .label(spans.0, format!("and `{}` here", types.0))
            .help("inputs of one node have the same names and types: convert it in a bolt before"),
    );
    false
}

fn columns_differ(
    context: &mut Context<'_>,
    column: &Known,
    what: &str,
    spans: (crate::source::Span, crate::source::Span),
) -> Option<Vec<usize>> {
    context.report(
        Diagnostic::new(Code::UnionMismatch, spans.1, format!("column `{}` {what}", column.name))
            .label(spans.0, "the columns are those of the first input")
            .help("inputs of one node have the same names and types: `select` them in a bolt before"),
    );
    None
}
