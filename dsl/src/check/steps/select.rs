//! `select`: the row that leaves, of columns here or of what a window has made.

use streamwright_values::Type;

use super::Walk;
use crate::ast::{self, SelectItem};
use crate::check::columns::{Columns, Found};
use crate::check::context::Context;
use crate::check::expr::{self, Gathered, Place};
use crate::check::names::duplicate;
use crate::check::windows::OpenWindow;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Name, Span};
use crate::topology::{Expr, ExprKind, StepKind};

impl Walk {
    pub(super) fn select(&mut self, context: &mut Context<'_>, items: &[SelectItem], clause: &ast::Clause) {
        let (exprs, row) = match self.window.take() {
            Some(window) => self.select_window(context, window, items),
            // The window between them was forgotten: that is the finding.
            None if self.ungrouped() => (None, Columns::unknown()),
            None => self.select_row(context, items),
        };
        self.topped = None;
        self.columns = row;
        self.step(exprs.map(StepKind::Select), clause.span);
    }

    fn select_row(
        &mut self,
        context: &mut Context<'_>,
        items: &[SelectItem],
    ) -> (Option<Vec<Expr>>, Columns) {
        let mut selection = Selection::default();
        for item in items {
            match item {
                SelectItem::All(input, span) => selection.all(context, &self.columns, input.as_ref(), *span),
                SelectItem::Column(column, _) => {
                    let value = expr::over_row(context, &self.columns, &column_expr(column));
                    selection.add(context, &column.name, value);
                }
                SelectItem::Named(name, value, _) => {
                    let place = self.topped.map_or(Place::Row, Place::BehindTop);
                    let value = expr::typed(context, &self.columns, place, value);
                    selection.add(context, name, value);
                }
            }
        }
        selection.finish()
    }

    fn select_window(
        &mut self,
        context: &mut Context<'_>,
        window: OpenWindow,
        items: &[SelectItem],
    ) -> (Option<Vec<Expr>>, Columns) {
        let before = self.columns.clone();
        let mut leaving = window.leaving(&before, &self.keys);
        leaving.open |= self.unknown_key;
        let first = leaving.list.len();
        let mut gathered =
            Gathered { before: before.clone(), aggregates: Vec::new(), calls: Vec::new(), first };
        let mut selection = Selection::default();
        for item in items {
            match item {
                SelectItem::All(input, span) if window.written.is_a_row_a_tuple() => {
                    selection.all(context, &before, input.as_ref(), *span);
                }
                SelectItem::All(_, span) => {
                    let message = "behind a window there are keys, bounds and aggregates only";
                    let help = "name them: `select KEY, window_start, hits = count()`";
                    context.error(Code::NeitherKeyNorAggregate, *span, message, help);
                    selection.failed = true;
                    selection.columns.open = true;
                }
                SelectItem::Column(column, _) => {
                    let place = Place::Select(&mut gathered);
                    let value = expr::typed(context, &leaving, place, &column_expr(column));
                    selection.add(context, &column.name, value);
                }
                SelectItem::Named(name, value, _) => {
                    let value = expr::typed(context, &leaving, Place::Select(&mut gathered), value);
                    selection.add(context, name, value);
                }
            }
        }
        let span = window.span;
        let window = window.finish(&self.keys, gathered.aggregates);
        self.columns = leaving;
        if let Some(window) = &window {
            for (call, aggregate) in gathered.calls.iter().zip(&window.aggregates) {
                self.columns.push(call, Some(aggregate.ty.clone()));
            }
        }
        self.step(window.map(|window| StepKind::Window(Box::new(window))), span);
        selection.finish()
    }
}

/// A column as the expression that names it.
fn column_expr(column: &ast::Column) -> ast::Expr {
    let name = |name: &Name| ast::Expr { kind: ast::ExprKind::Name(name.clone()), span: name.span };
    match &column.qualifier {
        None => name(&column.name),
        Some(input) => {
            let kind = ast::ExprKind::Field(Box::new(name(input)), column.name.clone());
            ast::Expr { kind, span: column.span }
        }
    }
}

/// What a `select` has made so far.
#[derive(Default)]
struct Selection {
    exprs: Vec<Expr>,
    columns: Columns,
    names: Vec<(String, Span)>,
    failed: bool,
}

impl Selection {
    fn add(&mut self, context: &mut Context<'_>, name: &Name, value: Option<Expr>) {
        let first = self.names.iter().find(|(known, _)| *known == name.value).map(|(_, span)| *span);
        if let Some(first) = first {
            let finding = duplicate(name, first, &format!("a column `{}`", name.value));
            context.report(finding);
            self.failed = true;
            return;
        }
        self.names.push((name.value.clone(), name.span));
        let ty = value.as_ref().and_then(|value| expr::column_type(context, value));
        self.failed |= ty.is_none();
        self.columns.push(&name.value, ty);
        self.exprs.extend(value);
    }

    /// `*` or `a.*`
    fn all(&mut self, context: &mut Context<'_>, row: &Columns, input: Option<&Name>, span: Span) {
        if let Some(input) = input.filter(|input| !row.qualifiers.contains(&input.value)) {
            if let Found::Column(column) = row.plain(&input.value) {
                return self.fields(context, row, column, input);
            }
            if !row.open {
                let known = row.qualifiers.iter().map(String::as_str).chain(row.names());
                let message = format!("there is no input `{}` here", input.value);
                let finding = Diagnostic::new(Code::UnknownName, input.span, message)
                    .help("behind a `select` the inputs are gone: write `*`")
                    .did_you_mean(&input.value, known);
                context.report(finding);
            }
            self.failed = true;
            self.columns.open = true;
            return;
        }
        if let (None, Some(twice)) = (input, row.twice()) {
            let message = format!("`*` would have two columns `{twice}`");
            let help = format!("write `a.*` for one input, and name those of the other: `other = b.{twice}`");
            context.error(Code::DuplicateName, span, message, help);
            self.failed = true;
            self.columns.open = true;
            return;
        }
        self.columns.open |= row.open;
        self.failed |= row.open;
        for (index, known) in row.list.iter().enumerate() {
            if known.hidden || input.map_or(row.hides(known), |input| !known.is_of(&input.value)) {
                continue;
            }
            let Some(ty) = known.ty.clone() else {
                self.failed = true;
                self.columns.push(&known.name, None);
                continue;
            };
            let value = Expr { kind: ExprKind::Column(index), ty, span };
            let name = Name { value: known.name.clone(), span };
            self.add(context, &name, Some(value));
        }
    }

    /// `a.*` of a column that is a record: its fields.
    fn fields(&mut self, context: &mut Context<'_>, row: &Columns, column: usize, name: &Name) {
        let span = name.span;
        let Some(Type::Record(record)) = &row.list[column].ty else {
            if let Some(ty) = &row.list[column].ty {
                let message = format!("`{}` is `{ty}`, and has no fields to select", name.value);
                let help = match ty.required() {
                    Type::Record(_) => {
                        format!("test it before, `where {} != none`, or `unnest` it", name.value)
                    }
                    _ => "`a.*` stands for an input's columns, or a record's fields".to_owned(),
                };
                context.error(Code::NotAValue, span, message, help);
            }
            self.failed = true;
            self.columns.open = true;
            return;
        };
        for (index, field) in record.fields.iter().enumerate() {
            let base = Expr { kind: ExprKind::Column(column), ty: Type::Record(record.clone()), span };
            let value = Expr { kind: ExprKind::Field(Box::new(base), index), ty: field.ty.clone(), span };
            self.add(context, &Name { value: field.name.clone(), span }, Some(value));
        }
    }

    fn finish(self) -> (Option<Vec<Expr>>, Columns) {
        ((!self.failed).then_some(self.exprs), self.columns)
    }
}
