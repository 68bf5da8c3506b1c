//! Groupings: inferred from the keys, or written and checked against them.

use streamwright_values::{Type, Value};

use crate::ast;
use crate::check::columns::{Columns, Key};
use crate::check::context::Context;
use crate::check::expr;
use crate::check::steps::Held;
use crate::check::windows;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::topology::{Grouping, GroupingKind};

/// The groupings, for did-you-mean.
const KINDS: [&str; 7] = ["fields", "shuffle", "local", "global", "all", "partial", "direct"];

/// The largest `tasks N`: beyond it a bolt would be nothing but bookkeeping.
const TASKS_MAX: i64 = 4096;

/// What groupings are checked against.
pub(super) struct Stage<'s> {
    /// The row as it enters the node.
    pub(super) entry: &'s Columns,
    /// `group by`.
    pub(super) keys: &'s [Key],
    /// Its first stateful clause, if there is one.
    pub(super) state: Option<&'s Held>,
    /// Where that is a `join` or `lookup`: the stream whose rows are met.
    pub(super) met: Option<Met<'s>>,
    /// Whether a mistake hides what the state is.
    pub(super) unsure: bool,
}

/// The stream of a `join` or `lookup`.
#[derive(Clone)]
pub(super) struct Met<'s> {
    pub(super) written: Option<&'s ast::Grouping>,
    /// As of the row that meets it; nothing where there is a mistake.
    pub(super) grouping: Option<Grouping>,
}

/// The groupings of a node's inputs (nothing for one with a mistake), and how many tasks show.
pub(super) fn check(
    context: &mut Context<'_>,
    index: usize,
    stage: &Stage<'_>,
) -> (Vec<Option<Grouping>>, u32) {
    let node = context.nodes[index];
    let tasks = node.tasks.as_ref().map(|written| (tasks(context, node, written), written.span));
    let written: Vec<Option<&ast::Grouping>> = context.inputs[index]
        .iter()
        .filter(|input| !input.partner)
        .map(|input| input.ast.grouping.as_ref())
        .collect();
    let mut shows = false;
    let mut groupings = Vec::new();
    for grouping in &written {
        let kind = match grouping {
            None => Some(Grouping { kind: inferred(stage), inferred: true }),
            Some(grouping) if stage.met.is_some() && has_tasks(grouping) => {
                meets_by_task(context, grouping);
                None
            }
            Some(grouping) => written_kind(context, stage, grouping).map(|kind| {
                if needs_tasks(&kind, stage) {
                    shows = true;
                    tasks_required(context, node, grouping, tasks.is_some());
                }
                Grouping { kind, inferred: false }
            }),
        };
        groupings.push(kind);
    }
    if stage.state.is_some() {
        let met = stage.met.clone().map(|met| (met.written, met.grouping));
        let (met, theirs): (Vec<_>, Vec<_>) = met.into_iter().unzip();
        mixed(context, &[written, met].concat(), &[groupings.clone(), theirs].concat());
    }
    match tasks {
        Some((Some(count), _)) if shows => (groupings, count),
        Some((Some(_), span)) if groupings.iter().all(Option::is_some) => {
            let finding =
                Diagnostic::new(Code::UnusedTasks, span, "the number of tasks makes no difference here");
            context.report(finding.help(
                "it shows with `by all`, `by direct(…)`, and `by shuffle` before a window without keys",
            ));
            (groupings, 1)
        }
        _ => (groupings, 1),
    }
}

/// The grouping of a stream that is joined or looked up, in a node whose other rows meet its: `entry` are its columns, `keys`
/// those that are equal to some of the others'.
pub(super) fn partner(
    context: &mut Context<'_>,
    written: Option<&ast::Grouping>,
    entry: &Columns,
    (keys, head): (&[usize], Span),
    on: Span,
) -> Option<Grouping> {
    let Some(written) = written else {
        return Some(Grouping { kind: GroupingKind::Fields(keys.to_vec()), inferred: true });
    };
    if has_tasks(written) {
        meets_by_task(context, written);
        return None;
    }
    let keys: Vec<Key> = keys.iter().map(|column| Key { column: *column, span: on }).collect();
    let held = Held { word: "join", head, keys: Vec::new(), partner: None };
    let stage = Stage { entry, keys: &keys, state: Some(&held), met: None, unsure: entry.open };
    let kind = written_kind(context, &stage, written)?;
    Some(Grouping { kind, inferred: false })
}

/// Whether a grouping is one of numbered tasks, whatever the keys.
fn has_tasks(written: &ast::Grouping) -> bool {
    matches!(written.name.value.as_str(), "all" | "direct")
}

fn meets_by_task(context: &mut Context<'_>, written: &ast::Grouping) {
    let message =
        format!("`by {}` sends rows to tasks, and these meet rows of another stream", written.name.value);
    let help = "write `by fields(…)` of the columns that are equal, or leave the grouping out";
    context.error(Code::BadGrouping, written.span, message, help);
}

fn inferred(stage: &Stage<'_>) -> GroupingKind {
    match (stage.state, stage.keys) {
        (None, _) => GroupingKind::Local,
        (Some(_), []) => GroupingKind::Global,
        (Some(_), keys) => GroupingKind::Fields(keys.iter().map(|key| key.column).collect()),
    }
}

fn tasks(context: &mut Context<'_>, node: &ast::Node, written: &ast::Expr) -> Option<u32> {
    if node.kind.value != ast::NodeKind::Bolt {
        context.error(Code::BadTasks, written.span, "only a bolt has tasks", "leave `tasks` out");
        return None;
    }
    let Value::Int(count) = expr::constant_value(context, written, &Type::Int, "the number of tasks")? else {
        return None;
    };
    if !(1..=TASKS_MAX).contains(&count) {
        let message = format!("a bolt has 1 to {TASKS_MAX} tasks");
        context.error(Code::BadTasks, written.span, message, "write a number in this range");
        return None;
    }
    u32::try_from(count).ok()
}

fn tasks_required(context: &mut Context<'_>, node: &ast::Node, grouping: &ast::Grouping, given: bool) {
    let word = &grouping.name.value;
    if node.kind.value != ast::NodeKind::Bolt {
        let message = format!("`by {word}` needs tasks, and only a bolt has them");
        context.error(Code::BadGrouping, grouping.span, message, "put a bolt before the sink");
    } else if !given {
        let message = format!("the rows under `by {word}` depend on the number of tasks");
        let help = format!("write how many: `bolt {} tasks 4 {{`", node.name.value);
        context.report(
            Diagnostic::new(Code::TasksRequired, grouping.span, message)
                .label(node.name.span, "no `tasks` here")
                .help(help),
        );
    }
}

fn needs_tasks(kind: &GroupingKind, stage: &Stage<'_>) -> bool {
    match kind {
        GroupingKind::All | GroupingKind::Direct(_) => true,
        GroupingKind::Shuffle => stage.state.is_some(),
        _ => false,
    }
}

fn written_kind(
    context: &mut Context<'_>,
    stage: &Stage<'_>,
    grouping: &ast::Grouping,
) -> Option<GroupingKind> {
    let word = grouping.name.value.as_str();
    match word {
        "fields" | "partial" => {
            let columns = columns(context, stage, grouping)?;
            against_keys(context, stage, grouping, Some(&columns))?;
            if word == "fields" {
                return Some(GroupingKind::Fields(columns));
            }
            if stage.state.is_none_or(|state| state.word != "window") && !stage.unsure {
                let help = "it sends partial aggregates: leave it out, or write `fields(…)`";
                context.error(
                    Code::BadGrouping,
                    grouping.span,
                    "`partial` stands before a window only",
                    help,
                );
                return None;
            }
            Some(GroupingKind::Partial(columns))
        }
        "direct" => direct(context, stage, grouping),
        "shuffle" | "local" | "global" | "all" => {
            if let Some(argument) = grouping.arguments.first() {
                let message = format!("`{word}` takes no arguments");
                context.error(Code::BadGrouping, argument.span, message, format!("write `by {word}`"));
                return None;
            }
            match word {
                "global" => Some(GroupingKind::Global),
                "all" => Some(GroupingKind::All),
                "shuffle" if stage.keys.is_empty() => Some(GroupingKind::Shuffle),
                _ => {
                    against_keys(context, stage, grouping, None)?;
                    Some(if word == "shuffle" { GroupingKind::Shuffle } else { GroupingKind::Local })
                }
            }
        }
        _ => {
            let finding = Diagnostic::new(
                Code::UnknownGrouping,
                grouping.name.span,
                format!("there is no grouping `{word}`"),
            )
            .help("the groupings are fields(…), shuffle, local, global, all, partial(…) and direct(…)")
            .did_you_mean(word, KINDS);
            context.report(finding);
            None
        }
    }
}

fn columns(context: &mut Context<'_>, stage: &Stage<'_>, grouping: &ast::Grouping) -> Option<Vec<usize>> {
    let word = &grouping.name.value;
    if grouping.arguments.is_empty() {
        let message = format!("`{word}` needs the columns to group by");
        context.error(Code::BadGrouping, grouping.span, message, format!("write `by {word}(COLUMN)`"));
        return None;
    }
    let mut columns = Vec::new();
    let mut clean = true;
    for argument in &grouping.arguments {
        let Some(column) = as_column(argument) else {
            let message = format!("`{word}` takes columns");
            let help = "compute it with `let` in a bolt before";
            context.error(Code::BadGrouping, argument.span, message, help);
            clean = false;
            continue;
        };
        match windows::key(context, stage.entry, &column, "group by") {
            Some(index) => columns.push(index),
            None => clean = false,
        }
    }
    columns.sort_unstable();
    columns.dedup();
    clean.then_some(columns)
}

fn as_column(argument: &ast::Expr) -> Option<ast::Column> {
    match &argument.kind {
        ast::ExprKind::Name(name) => {
            Some(ast::Column { qualifier: None, name: name.clone(), span: argument.span })
        }
        ast::ExprKind::Field(base, name) => match &base.kind {
            ast::ExprKind::Name(input) => {
                Some(ast::Column { qualifier: Some(input.clone()), name: name.clone(), span: argument.span })
            }
            _ => None,
        },
        _ => None,
    }
}

/// All rows of a key must come to one place: the columns that they are sent by are among the keys.
fn against_keys(
    context: &mut Context<'_>,
    stage: &Stage<'_>,
    grouping: &ast::Grouping,
    columns: Option<&[usize]>,
) -> Option<()> {
    let Some(state) = stage.state.filter(|_| !stage.unsure) else { return Some(()) };
    let is_key = |column: &usize| stage.keys.iter().any(|key| key.column == *column);
    if columns.is_some_and(|columns| columns.iter().all(is_key)) {
        return Some(());
    }
    let name = |column: usize| stage.entry.list.get(column).map_or("…", |known| known.name.as_str());
    let keys: Vec<&str> = stage.keys.iter().map(|key| name(key.column)).collect();
    let stray = columns.and_then(|columns| columns.iter().find(|column| !is_key(column)));
    let (message, help) = match (keys.as_slice(), stray) {
        ([], _) => (
            format!(
                "this {} is one group, and `by {}` sends its rows to several places",
                state.word, grouping.name.value
            ),
            "write `by global`, or leave the grouping out".to_owned(),
        ),
        (keys, None) => (
            format!("`by {}` sends rows of one ({}) to several places", grouping.name.value, keys.join(", ")),
            format!("write `by fields({})`, or leave the grouping out", keys.join(", ")),
        ),
        (keys, Some(stray)) => (
            format!(
                "`{}` is not among the keys ({}): rows of one key would come to several places",
                name(*stray),
                keys.join(", ")
            ),
            format!("write `by fields({})`, or leave the grouping out", keys.join(", ")),
        ),
    };
    let label =
        stage.keys.first().map_or((state.head, "one group"), |key| (key.span, "the state is kept by this"));
    context.report(
        Diagnostic::new(Code::GroupingAgainstKeys, grouping.span, message).label(label.0, label.1).help(help),
    );
    None
}

fn direct(context: &mut Context<'_>, stage: &Stage<'_>, grouping: &ast::Grouping) -> Option<GroupingKind> {
    let [task] = grouping.arguments.as_slice() else {
        let help = "write `by direct(E)`, where E is a task from 0 on";
        context.error(Code::BadGrouping, grouping.span, "`direct` takes one expression", help);
        return None;
    };
    expr::over_row_as(context, stage.entry, task, &Type::Int).map(GroupingKind::Direct)
}

/// Inputs of a bolt with state are all grouped, or none is; and those of one key come to one place.
fn mixed(context: &mut Context<'_>, written: &[Option<&ast::Grouping>], groupings: &[Option<Grouping>]) {
    let Some(first) = written.iter().flatten().next() else { return };
    if written.iter().any(Option::is_none) {
        context.report(
            Diagnostic::new(
                Code::MixedGroupings,
                first.span,
                "some inputs have a grouping, and some have none",
            )
            .help("`by` binds to its own input only: write one for each, or for none"),
        );
        return;
    }
    let mut kinds =
        written.iter().zip(groupings).filter_map(|(written, kind)| Some(((*written)?, &kind.as_ref()?.kind)));
    let Some((written, kind)) = kinds.next() else { return };
    if let Some((other, _)) = kinds.find(|(_, other)| !together(kind, other)) {
        context.report(
            Diagnostic::new(Code::MixedGroupings, other.span, "this input is grouped in another way")
                .label(written.span, "than this one")
                .help("rows of one key must come to one place from all inputs: group them alike"),
        );
    }
}

/// Whether two groupings send rows of one key to one place, or both to numbered tasks.
fn together(left: &GroupingKind, right: &GroupingKind) -> bool {
    use GroupingKind::{All, Direct, Fields, Global, Local, Partial, Shuffle};
    match (left, right) {
        (Fields(left) | Partial(left), Fields(right) | Partial(right)) => left == right,
        (Global, Global) | (Local, Local) => true,
        (All | Direct(_) | Shuffle, All | Direct(_) | Shuffle) => true,
        _ => false,
    }
}
