//! `group by` and `window`.

use streamwright_values::{Duration, Type, dataflow};

use crate::ast;
use crate::check::columns::{Columns, Found, Key, Known};
use crate::check::context::Context;
use crate::check::expr::{ambiguous_column, duration, unknown_column};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::topology::{Aggregate, StepKind, Window, WindowKind};

/// A window whose `select` is still to come.
pub(super) struct OpenWindow {
    /// Nothing where it has mistakes.
    kind: Option<WindowKind>,
    /// Whether its windows begin and end in time.
    pub(super) in_time: bool,
    /// Its first words.
    pub(super) head: Span,
    /// The clause.
    pub(super) span: Span,
}

/// The kinds of windows, for did-you-mean.
const KINDS: [&str; 3] = ["tumbling", "hopping", "all"];

/// The kinds of a later version of the language.
const LATER: [&str; 4] = ["session", "until", "trailing", "running"];

/// Reads a `window` clause.
pub(super) fn open(context: &mut Context<'_>, window: &ast::Window, clause: &ast::Clause) -> OpenWindow {
    let kind = match window.name.value.as_str() {
        "tumbling" => tumbling(context, window),
        "hopping" => hopping(context, window),
        "all" => all(context, window),
        word => {
            let span = window.name.span;
            let finding = if LATER.contains(&word) {
                let message = format!("`window {word}` is not in this version of the language");
                Diagnostic::new(Code::NotInVersion, span, message)
            } else {
                Diagnostic::new(Code::BadWindow, span, format!("there is no window `{word}`"))
            };
            context
                .report(finding.help("the windows are tumbling, hopping and all").did_you_mean(word, KINDS));
            None
        }
    };
    let in_time = in_time(&window.name.value);
    OpenWindow { kind, in_time, head: clause.head, span: clause.span }
}

/// Whether windows of this name begin and end in time, as [`WindowKind::in_time`] has it; also of one with mistakes.
pub(super) fn in_time(word: &str) -> bool {
    word != "all"
}

fn tumbling(context: &mut Context<'_>, window: &ast::Window) -> Option<WindowKind> {
    let size = size(context, window, "1m");
    if let Some(every) = &window.every {
        let help = "write `window hopping SIZE every HOP`, or leave `every` out";
        context.error(Code::BadWindow, every.span, "a tumbling window has no `every`", help);
    }
    let size = size?;
    let offset = offset(context, window, size.1)?;
    window.every.is_none().then_some(WindowKind::Tumbling { size: size.0, offset })
}

fn hopping(context: &mut Context<'_>, window: &ast::Window) -> Option<WindowKind> {
    let size = size(context, window, "5m every 1m");
    let every = match &window.every {
        Some(every) => positive(context, every, "the hop of a window"),
        None => {
            let help = "write `window hopping 5m every 1m`";
            context.error(Code::BadWindow, window.name.span, "a hopping window needs `every`", help);
            None
        }
    };
    let (size, every) = (size?, every?);
    if let (Some(length), Some(hop), Some(written)) = (size.1, every.1, &window.every)
        && let Some(finding) = hop_misfit(Duration(length), Duration(hop), written.span)
    {
        context.report(finding.label(size.0.span, "the window"));
        return None;
    }
    let offset = offset(context, window, every.1)?;
    Some(WindowKind::Hopping { size: size.0, every: every.0, offset })
}

/// A hop that leaves gaps, or is so small that a row would be in too many windows.
fn hop_misfit(size: Duration, hop: Duration, written: Span) -> Option<Diagnostic> {
    if hop.0 > size.0 {
        return Some(
            Diagnostic::new(Code::HopLargerThanSize, written, "the hop is larger than the window")
                .help("tuples between two windows would be in none: make the hop as large or smaller"),
        );
    }
    let windows = dataflow::windows_of_a_row(size, hop);
    (windows > dataflow::WINDOWS_MAX).then(|| {
        let message = format!("a row would be in {windows} windows");
        let least = windows_apart(size);
        Diagnostic::new(Code::TooManyWindows, written, message)
            .help(format!("{} is the most: write `every {least}` or more", dataflow::WINDOWS_MAX))
    })
}

/// The smallest hop that windows of this size may have.
fn windows_apart(size: Duration) -> Duration {
    Duration(size.0 / dataflow::WINDOWS_MAX + i64::from(size.0 % dataflow::WINDOWS_MAX != 0))
}

fn all(context: &mut Context<'_>, window: &ast::Window) -> Option<WindowKind> {
    let parts = [&window.size, &window.every, &window.offset];
    let mut clean = true;
    for part in parts.into_iter().flatten() {
        let help = "write `window all`";
        context.error(Code::BadWindow, part.span, "`window all` takes in everything: it has no length", help);
        clean = false;
    }
    clean.then_some(WindowKind::All)
}

type Length = (crate::topology::Expr, Option<i64>);

fn size(context: &mut Context<'_>, window: &ast::Window, example: &str) -> Option<Length> {
    let Some(size) = &window.size else {
        let message = format!("how long is a {} window?", window.name.value);
        let help = format!("write `window {} {example}`", window.name.value);
        context.error(Code::BadWindow, window.name.span, message, help);
        return None;
    };
    positive(context, size, "the size of a window")
}

fn positive(context: &mut Context<'_>, written: &ast::Expr, what: &'static str) -> Option<Length> {
    let (expr, nanos) = duration(context, written, what)?;
    if nanos.is_some_and(|nanos| nanos <= 0) {
        let message = format!("{what} is longer than nothing");
        context.error(Code::BadDuration, written.span, message, "write a duration such as 1m");
        return None;
    }
    Some((expr, nanos))
}

/// `offset D`: not negative, and smaller than the hop. Nothing where it has a mistake.
fn offset(
    context: &mut Context<'_>,
    window: &ast::Window,
    hop: Option<i64>,
) -> Option<Option<crate::topology::Expr>> {
    let Some(written) = &window.offset else { return Some(None) };
    let (expr, nanos) = duration(context, written, "the offset of a window")?;
    let Some(nanos) = nanos else { return Some(Some(expr)) };
    if nanos < 0 || hop.is_some_and(|hop| nanos >= hop) {
        let message = "an offset is not negative, and smaller than from one window to the next";
        let help = "windows repeat: leave out the whole multiples";
        context.error(Code::BadDuration, written.span, message, help);
        return None;
    }
    Some(Some(expr))
}

impl OpenWindow {
    /// The columns that leave, but for the aggregates: the keys, then the bounds. The bolt's own bounds hide keys of
    /// the same name, which then need their input's name.
    pub(super) fn leaving(&self, before: &Columns, keys: &[Key]) -> Columns {
        let mut leaving =
            Columns { qualifiers: before.qualifiers.clone(), open: before.open, list: Vec::new() };
        for key in keys {
            let known = &before.list[key.column];
            let hidden = self.in_time && BOUNDS.contains(&known.name.as_str());
            leaving.list.push(Known { plain: known.plain && !hidden, ..known.clone() });
        }
        if self.in_time {
            for name in BOUNDS {
                leaving.push(name, Some(Type::Timestamp));
            }
        }
        leaving
    }

    /// The step, once the aggregates are known.
    pub(super) fn finish(self, keys: &[Key], aggregates: Vec<Aggregate>) -> Option<StepKind> {
        let keys = keys.iter().map(|key| key.column).collect();
        Some(StepKind::Window(Window { kind: self.kind?, keys, aggregates, late_read: false }))
    }
}

/// The columns of a window's bounds.
pub(super) const BOUNDS: [&str; 2] = ["window_start", "window_end"];

/// Reads `group by`: the keys, and whether one of them is not known.
pub(super) fn keys(context: &mut Context<'_>, row: &Columns, written: &[ast::Column]) -> (Vec<Key>, bool) {
    let mut keys: Vec<Key> = Vec::new();
    let mut unknown = false;
    for column in written {
        let Some(index) = key(context, row, column) else {
            unknown = true;
            continue;
        };
        if let Some(first) = keys.iter().find(|key| key.column == index) {
            context.report(
                Diagnostic::new(Code::DuplicateName, column.span, "this column is a key already")
                    .label(first.span, "here")
                    .help("leave one of the two out"),
            );
            continue;
        }
        keys.push(Key { column: index, span: column.span });
    }
    (keys, unknown)
}

/// Finds one column that rows are grouped by.
pub(super) fn key(context: &mut Context<'_>, row: &Columns, column: &ast::Column) -> Option<usize> {
    let name = &column.name;
    let found = match &column.qualifier {
        None => row.plain(&name.value),
        Some(input) if row.qualifiers.contains(&input.value) => row.qualified(&input.value, &name.value),
        Some(_) if row.open => Found::Hidden,
        Some(record) if !matches!(row.plain(&record.value), Found::Nothing) => {
            let message = format!("`{}` is a column, and a key is a whole column", record.value);
            let name = &name.value;
            let help = format!(
                "name the field before: `let {name} = {}.{name}`, then `group by {name}`",
                record.value
            );
            context.report(Diagnostic::new(Code::BadKey, column.span, message).help(help));
            return None;
        }
        Some(input) => {
            let known = row.qualifiers.iter().map(String::as_str);
            let message = format!("there is no input `{}` here", input.value);
            let finding = Diagnostic::new(Code::UnknownName, input.span, message);
            context.report(finding.did_you_mean(&input.value, known));
            return None;
        }
    };
    match found {
        Found::Column(index) => {
            fit_for_keys(context, row, index, column);
            Some(index)
        }
        Found::Hidden => None,
        Found::Nothing => {
            let finding = if context.param_names.contains_key(context.full(name).as_str()) {
                Diagnostic::new(
                    Code::NotAValue,
                    name.span,
                    format!("`{}` is a param, not a column", name.value),
                )
                .help("rows are grouped by columns")
            } else if let Some(finding) = ambiguous_column(row, name) {
                finding
            } else if let Some(input) = &column.qualifier {
                unknown_column(row, input, name)
            } else {
                let names: Vec<&str> = row.names().collect();
                Diagnostic::new(
                    Code::UnknownName,
                    name.span,
                    format!("there is no column `{}` here", name.value),
                )
                .help(format!("the columns here are {}", names.join(", ")))
                .did_you_mean(&name.value, row.names())
            };
            context.report(finding);
            None
        }
    }
}

/// Reports a column that cannot be a key; it counts as one all the same, so that its uses are not mistakes too.
fn fit_for_keys(context: &mut Context<'_>, row: &Columns, index: usize, column: &ast::Column) {
    if !row.list[index].ty.as_ref().is_none_or(Type::is_key) {
        let word = &column.name.value;
        let (message, help) = if row.list[index].ty.as_ref().is_some_and(Type::is_nested) {
            let message = format!("`{word}` is a list or a record, and keys are single values");
            (message, "name what you mean before: `let key = bid.auction`, then `group by key`")
        } else {
            let message = format!("`{word}` is a float, and floats are not keys");
            let help = "two floats that print alike may differ: make an int of it with `let`, such as \
                        `int(round(x))`, or a string";
            (message, help)
        };
        context.error(Code::BadKey, column.span, message, help);
    }
}
