//! Expressions: from what was written to what it means, with a type. A part that has a mistake is nothing (`None`), and
//! so is everything round it: one mistake is one finding.

mod apply;
mod calls;
mod coerce;
mod constants;
mod facts;
mod format;
mod names;
mod operators;
mod prepared;
mod text;

use streamwright_values::{Duration, Type, Value};

use crate::ast;
use crate::check::columns::Columns;
use crate::check::context::Context;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::topology::{Aggregate, Expr, ExprKind};

pub(super) use constants::{constant_value, duration, folded, of_constants, of_constants_any};
pub(super) use facts::facts;
pub(super) use names::{ambiguous_column, unknown_column};

/// What aggregates in a `select` behind a window are gathered into.
pub(super) struct Gathered {
    /// The row before the window, which arguments see.
    pub(super) before: Columns,
    /// So far.
    pub(super) aggregates: Vec<Aggregate>,
    /// The text of each, as it was first written.
    pub(super) calls: Vec<String>,
    /// The column of the first one in the row that leaves the window.
    pub(super) first: usize,
}

/// What may be named where the expression stands.
pub(super) enum Place<'p> {
    /// A row's columns, and no aggregates. The columns are those of [`Typer::columns`].
    Row,
    /// A `select` behind a `top`, which stands here: a row's columns, and no aggregates.
    BehindTop(Span),
    /// A `select` behind a window.
    Select(&'p mut Gathered),
    /// An argument or filter of an aggregate; the call that it is in.
    Argument(Span),
    /// Constants and params only, and what the place is called.
    Constants(&'static str),
    /// The body of a function: its parameters are the columns.
    Body,
}

/// Types one expression.
pub(super) struct Typer<'t, 'c, 'a> {
    pub(super) context: &'t mut Context<'a>,
    columns: &'c Columns,
    place: Place<'t>,
    /// Optional columns that are known to hold a value here.
    present: Vec<usize>,
}

/// Types an expression over a row.
pub(super) fn over_row(context: &mut Context<'_>, columns: &Columns, written: &ast::Expr) -> Option<Expr> {
    typed(context, columns, Place::Row, written)
}

/// Types a condition over a row.
pub(super) fn condition(context: &mut Context<'_>, columns: &Columns, written: &ast::Expr) -> Option<Expr> {
    let expr = over_row(context, columns, written)?;
    let condition = coerce::to_type(context, expr, &Type::Bool)?;
    constants::report_conditions(context, &condition, true);
    Some(condition)
}

/// Types the body of a function over its parameters, as its result's type.
pub(super) fn body(
    context: &mut Context<'_>,
    parameters: &Columns,
    written: &ast::Expr,
    ty: &Type,
) -> Option<Expr> {
    let expr = typed(context, parameters, Place::Body, written)?;
    coerce::to_type(context, expr, ty)
}

/// Types an expression over a row, as this type.
pub(super) fn over_row_as(
    context: &mut Context<'_>,
    columns: &Columns,
    written: &ast::Expr,
    ty: &Type,
) -> Option<Expr> {
    let expr = over_row(context, columns, written)?;
    coerce::to_type(context, expr, ty)
}

/// Types an expression, and reports its constant parts that always fail.
pub(super) fn typed(
    context: &mut Context<'_>,
    columns: &Columns,
    place: Place<'_>,
    written: &ast::Expr,
) -> Option<Expr> {
    let expr = Typer { context, columns, place, present: Vec::new() }.infer(written)?;
    if !constants::report_faults(context, &expr) {
        return None;
    }
    constants::report_conditions(context, &expr, false);
    Some(expr)
}

impl<'t, 'c, 'a> Typer<'t, 'c, 'a> {
    /// The typed form of an expression. It recurses: the parser has seen to it that nothing is too deep.
    fn infer(&mut self, written: &ast::Expr) -> Option<Expr> {
        let span = written.span;
        match &written.kind {
            ast::ExprKind::Literal(literal) => self.literal(literal, span),
            ast::ExprKind::Name(name) => self.name(name),
            ast::ExprKind::Field(base, name) => self.field(base, name, span),
            ast::ExprKind::OptionalField(base, name) => {
                let base = self.infer(base)?;
                self.optional_field_of(base, name, span)
            }
            ast::ExprKind::Call(call) => self.call(call, span),
            ast::ExprKind::Unary(op, operand) => self.unary(op.value, operand, span),
            ast::ExprKind::Binary(op, left, right) => self.binary(op, left, right, span),
            ast::ExprKind::If(condition, yes, no) => self.branches(condition, yes, no, span),
            ast::ExprKind::Try(inner) => {
                let inner = self.infer(inner)?;
                let ty = self.some_type(&inner)?.optional();
                Some(Expr { kind: ExprKind::Try(Box::new(inner)), ty, span })
            }
            ast::ExprKind::List(_) | ast::ExprKind::Range(..) => {
                let help = "write `x in [a, b]` or `x in a..b`";
                self.context.error(Code::NotAValue, span, "a list or range stands only behind `in`", help);
                None
            }
            ast::ExprKind::Paren(inner) => self.infer(inner).map(|inner| Expr { span, ..inner }),
        }
    }

    fn literal(&mut self, literal: &ast::Literal, span: Span) -> Option<Expr> {
        let (value, range) = match literal {
            ast::Literal::None => (Some(Value::None), ""),
            ast::Literal::Bool(value) => (Some(Value::Bool(*value)), ""),
            ast::Literal::String(value) => (Some(Value::String(value.clone())), ""),
            ast::Literal::Float(value) => (value.map(Value::Float), "a float is finite"),
            ast::Literal::Int(value) | ast::Literal::Size(value) => {
                (value.map(Value::Int), "an int goes up to 9_223_372_036_854_775_807")
            }
            ast::Literal::Duration(value) => {
                (value.map(|nanos| Value::Duration(Duration(nanos))), "a duration goes up to 292 years")
            }
        };
        if value.is_none() {
            self.context.error(Code::BadConstant, span, "this number does not fit its type", range);
        }
        let value = value?;
        Some(Expr { ty: value.type_of(), kind: ExprKind::Constant(value), span })
    }

    /// The type of an expression that must have one; `none` alone has not.
    fn some_type(&mut self, expr: &Expr) -> Option<Type> {
        if expr.ty == Type::None {
            let help = "put a value of the type that is meant beside it, as in `if ok { x } else { none }`";
            self.context.error(Code::NotAValue, expr.span, "`none` alone has no type", help);
            return None;
        }
        Some(expr.ty.clone())
    }

    /// Types `inner` where these columns are known to be present.
    fn with_present(&mut self, present: &[usize], written: &ast::Expr) -> Option<Expr> {
        let before = self.present.len();
        self.present.extend_from_slice(present);
        let expr = self.infer(written);
        self.present.truncate(before);
        expr
    }

    fn as_condition(&mut self, expr: Option<Expr>) -> Option<Expr> {
        coerce::to_type(self.context, expr?, &Type::Bool)
    }

    fn branches(
        &mut self,
        condition: &ast::Expr,
        yes: &ast::Expr,
        no: &ast::Expr,
        span: Span,
    ) -> Option<Expr> {
        let condition = self.infer(condition);
        let condition = self.as_condition(condition);
        let known = condition.as_ref().map(facts).unwrap_or_default();
        let yes = self.with_present(&known.when_true, yes);
        let no = self.with_present(&known.when_false, no);
        let (condition, yes, no) = (condition?, yes?, no?);
        if yes.ty == Type::None && no.ty == Type::None {
            self.some_type(&no)?;
        }
        let (yes, no) = match coerce::unify(self.context, yes, no) {
            coerce::Unified::Both(yes, no) => (yes, no),
            coerce::Unified::Poisoned => return None,
            coerce::Unified::Apart(yes, no) => {
                let message = format!("one branch is `{}`, the other `{}`", yes.ty, no.ty);
                self.context.report(
                    Diagnostic::new(Code::TypeMismatch, no.span, message)
                        .label(yes.span, format!("this is `{}`", yes.ty))
                        .help("both branches of an `if` have one type; convert one of them"),
                );
                return None;
            }
        };
        let ty = yes.ty.clone();
        let kind = ExprKind::If(Box::new(condition), Box::new(yes), Box::new(no));
        Some(Expr { kind, ty, span })
    }
}

/// Where a `let` or `select` needs a column's type.
pub(super) fn column_type(context: &mut Context<'_>, expr: &Expr) -> Option<Type> {
    let columns = Columns::default();
    Typer { context, columns: &columns, place: Place::Row, present: Vec::new() }.some_type(expr)
}
