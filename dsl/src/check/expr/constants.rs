//! Constants: expressions without columns, computed here by the same functions that compute them at run time, so that
//! what can only fail is a finding.

use streamwright_values::{Duration, Type, Value, ops};

use super::{Place, coerce, operators, typed};
use crate::ast::{self, BinaryOp};
use crate::check::columns::Columns;
use crate::check::context::Context;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::topology::{Expr, ExprKind};

/// What is known of an expression's value.
enum Fold {
    /// It is this, always.
    Value(Value),
    /// It depends on a column or param.
    Varies,
    /// It always fails: where and why.
    Fails(Span, String),
}

/// The value of an expression that has one without columns and params.
pub(in crate::check) fn folded(expr: &Expr) -> Option<Value> {
    match fold(expr) {
        Fold::Value(value) => Some(value),
        Fold::Varies | Fold::Fails(..) => None,
    }
}

/// Reports the parts that always fail; whether there are none.
pub(super) fn report_faults(context: &mut Context<'_>, expr: &Expr) -> bool {
    if matches!(expr.kind, ExprKind::Try(_)) {
        return true;
    }
    let guilty = expr.children().into_iter().filter(|child| !report_faults(context, child)).count();
    if guilty > 0 {
        return false;
    }
    match fold(expr) {
        Fold::Fails(span, why) => {
            let message = format!("this always fails: {why}");
            context.report(
                Diagnostic::new(Code::AlwaysFails, span, message)
                    .help("every tuple would become a dead letter; change the constants"),
            );
            false
        }
        Fold::Value(_) | Fold::Varies => true,
    }
}

/// An expression that is made of constants and params, of this type; `what` names the place, for messages.
pub(in crate::check) fn of_constants(
    context: &mut Context<'_>,
    written: &ast::Expr,
    ty: &Type,
    what: &'static str,
) -> Option<Expr> {
    let expr = typed(context, &Columns::default(), Place::Constants(what), written)?;
    coerce::to_type(context, expr, ty)
}

/// The value of an expression that must be known now, so without params.
pub(in crate::check) fn constant_value(
    context: &mut Context<'_>,
    written: &ast::Expr,
    ty: &Type,
    what: &'static str,
) -> Option<Value> {
    let expr = of_constants(context, written, ty, what)?;
    let value = folded(&expr);
    if value.is_none() {
        let message = format!("{what} must be known before the program starts");
        context.error(Code::NotConstant, written.span, message, "write a constant here");
    }
    value
}

/// A duration of constants and params, and its value where that is known now. A known one becomes a constant.
pub(in crate::check) fn duration(
    context: &mut Context<'_>,
    written: &ast::Expr,
    what: &'static str,
) -> Option<(Expr, Option<i64>)> {
    let expr = of_constants(context, written, &Type::Duration, what)?;
    match folded(&expr) {
        Some(Value::Duration(Duration(nanos))) => {
            let kind = ExprKind::Constant(Value::Duration(Duration(nanos)));
            Some((Expr { kind, ..expr }, Some(nanos)))
        }
        _ => Some((expr, None)),
    }
}

fn fold(expr: &Expr) -> Fold {
    let mut values = Vec::new();
    if let ExprKind::Try(inner) = &expr.kind {
        return match fold(inner) {
            Fold::Fails(..) => Fold::Value(Value::None),
            other => other,
        };
    }
    for child in expr.children() {
        match fold(child) {
            Fold::Value(value) => values.push(value),
            other => return other,
        }
    }
    let result = match (&expr.kind, values.as_slice()) {
        (ExprKind::Constant(value), _) => Ok(Some(value.clone())),
        (ExprKind::Arithmetic(op, ..), [left, right]) => match operators::arithmetic(*op) {
            Some(operator) => ops::arithmetic(operator, left.clone(), right.clone()).map(Some),
            None => Ok(None),
        },
        (ExprKind::Negate(_), [value]) => ops::negate(value.clone()).map(Some),
        (ExprKind::Call(function, _), values) => (function.call)(values).map(Some),
        (kind, values) => Ok(infallible(kind, values)),
    };
    match result {
        Ok(Some(value)) => Fold::Value(value),
        Ok(None) => Fold::Varies,
        Err(fault) => Fold::Fails(expr.span, fault.message.into()),
    }
}

/// Operators that never fail, over known operands.
fn infallible(kind: &ExprKind, values: &[Value]) -> Option<Value> {
    match (kind, values) {
        (ExprKind::Present(_) | ExprKind::Some(_), [value]) => Some(value.clone()),
        (ExprKind::Widen(_), [Value::Int(value)]) => Some(Value::Float(*value as f64)),
        (ExprKind::Widen(_), [Value::None]) => Some(Value::None),
        (ExprKind::IsPresent(_), [value]) => Some(Value::Bool(*value != Value::None)),
        (ExprKind::Not(_), [Value::Bool(value)]) => Some(Value::Bool(!value)),
        (ExprKind::And(..), [Value::Bool(left), Value::Bool(right)]) => Some(Value::Bool(*left && *right)),
        (ExprKind::Or(..), [Value::Bool(left), Value::Bool(right)]) => Some(Value::Bool(*left || *right)),
        (ExprKind::Coalesce(..), [left, right]) => {
            Some(if *left == Value::None { right.clone() } else { left.clone() })
        }
        (ExprKind::If(..), [Value::Bool(condition), yes, no]) => {
            Some(if *condition { yes.clone() } else { no.clone() })
        }
        (ExprKind::Compare(op, ..), [left, right]) => Some(Value::Bool(match op {
            BinaryOp::Equal => left == right,
            BinaryOp::NotEqual => left != right,
            BinaryOp::Less => left < right,
            BinaryOp::LessEqual => left <= right,
            BinaryOp::Greater => left > right,
            BinaryOp::GreaterEqual => left >= right,
            _ => return None,
        })),
        _ => None,
    }
}
