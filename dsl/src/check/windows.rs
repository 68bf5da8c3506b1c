//! `group by` and `window`.

mod kinds;
mod top;

use streamwright_values::Type;

use crate::ast;
use crate::check::columns::{Columns, Found, Key};
use crate::check::context::Context;
use crate::check::expr::{ambiguous_column, unknown_column};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::topology::{Aggregate, Expr, Top, Window, WindowKind};

pub(super) use kinds::{Written, positive};
pub(super) use top::{rank, read as read_top};

/// A window whose `select` or `top` is still to come.
pub(super) struct OpenWindow {
    /// Nothing where it has mistakes.
    kind: Option<WindowKind>,
    /// As it was written, with mistakes or without.
    pub(super) written: Written,
    /// `allow late` and `emit every`; nothing where they have mistakes.
    revisions: Option<(Option<Expr>, Option<Expr>)>,
    /// Whether one of them is there.
    pub(super) is_revised: bool,
    /// Its first words.
    pub(super) head: Span,
    /// The clause.
    pub(super) span: Span,
}

/// Reads a `window` clause over a row.
pub(super) fn open(
    context: &mut Context<'_>,
    row: &Columns,
    window: &ast::Window,
    clause: &ast::Clause,
) -> OpenWindow {
    OpenWindow {
        kind: kinds::kind(context, row, window),
        written: Written::of(window),
        revisions: kinds::revisions(context, window),
        is_revised: window.allow_late.is_some() || window.emit_every.is_some(),
        head: clause.head,
        span: clause.span,
    }
}

impl OpenWindow {
    /// The columns that leave, but for the aggregates: the keys, or all of the row where each tuple has one, then the
    /// window's own. Those hide others of the same name, which then need their input's name.
    pub(super) fn leaving(&self, before: &Columns, keys: &[Key]) -> Columns {
        if self.written.is_a_row_a_tuple() {
            return before.clone();
        }
        let list = keys.iter().map(|key| before.list[key.column].clone()).collect();
        let mut leaving = Columns { list, ..before.clone() };
        self.own_columns(&mut leaving);
        leaving
    }

    /// Adds the bounds and, where the window leaves more than once, which of its rows it is.
    fn own_columns(&self, columns: &mut Columns) {
        let bounds = BOUNDS.iter().filter(|_| self.written.has_bounds()).map(|name| (*name, Type::Timestamp));
        let revision = REVISION.into_iter().filter(|_| self.is_revised);
        for (name, ty) in bounds.chain(revision) {
            columns.list.iter_mut().filter(|known| known.name == name).for_each(|known| known.plain = false);
            columns.push(name, Some(ty));
        }
    }

    /// The window, once the aggregates are known.
    pub(super) fn finish(self, keys: &[Key], aggregates: Vec<Aggregate>) -> Option<Window> {
        let (allow_late, emit_every) = self.revisions?;
        let keys = keys.iter().map(|key| key.column).collect();
        let (top, late_read) = (None, false);
        let kind = self.kind?;
        Some(Window { kind, keys, aggregates, top, allow_late, emit_every, late_read })
    }

    /// The columns behind a `top`, and the window.
    pub(super) fn finish_top(
        self,
        context: &mut Context<'_>,
        before: &Columns,
        (keys, top, head): (&[Key], Option<Top>, Span),
    ) -> (Columns, Option<Window>) {
        let mut leaving = before.clone();
        self.own_columns(&mut leaving);
        rank(context, &mut leaving, head);
        let window = self.finish(keys, Vec::new());
        (leaving, window.zip(top).map(|(window, top)| Window { top: Some(top), ..window }))
    }
}

/// The columns of a window that leaves more than once.
const REVISION: [(&str, Type); 2] = [("revision", Type::Int), ("is_final", Type::Bool)];

/// The columns of a window's bounds.
pub(super) const BOUNDS: [&str; 2] = ["window_start", "window_end"];

/// Reads the columns of `group by` or `distinct on` (the `clause`): the keys, and whether one of them is not known.
pub(super) fn keys(
    context: &mut Context<'_>,
    row: &Columns,
    written: &[ast::Column],
    clause: &str,
) -> (Vec<Key>, bool) {
    let mut keys: Vec<Key> = Vec::new();
    let mut unknown = false;
    for column in written {
        let Some(index) = key(context, row, column, clause) else {
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

/// Finds one column that `clause` names as a key.
pub(super) fn key(
    context: &mut Context<'_>,
    row: &Columns,
    column: &ast::Column,
    clause: &str,
) -> Option<usize> {
    let name = &column.name;
    let found = match &column.qualifier {
        None => row.plain(&name.value),
        Some(input) if row.qualifiers.contains(&input.value) => row.qualified(&input.value, &name.value),
        Some(_) if row.open => Found::Hidden,
        Some(record) if !matches!(row.plain(&record.value), Found::Nothing) => {
            let message = format!("`{}` is a column, and a key is a whole column", record.value);
            let name = &name.value;
            let help = format!(
                "name the field before: `let {name} = {}.{name}`, then `{clause} {name}`",
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
            fit_for_keys(context, row, index, column, clause);
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
                .help("keys are columns")
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
fn fit_for_keys(context: &mut Context<'_>, row: &Columns, index: usize, column: &ast::Column, clause: &str) {
    if !row.list[index].ty.as_ref().is_none_or(Type::is_key) {
        let word = &column.name.value;
        let (message, help) = if row.list[index].ty.as_ref().is_some_and(Type::is_nested) {
            let message = format!("`{word}` is a list or a record, and keys are single values");
            let help = format!("name what you mean before: `let key = bid.auction`, then `{clause} key`");
            (message, help)
        } else {
            let message = format!("`{word}` is a float, and floats are not keys");
            let help = "two floats that print alike may differ: make an int of it with `let`, such as \
                        `int(round(x))`, or a string";
            (message, help.to_owned())
        };
        context.error(Code::BadKey, column.span, message, help);
    }
}
