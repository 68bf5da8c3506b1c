//! An expression as one line of text, spaced as the formatter spaces it, whatever it was written like.

use streamwright_values::{Duration, Value, text};

use super::operators::symbol;
use crate::ast::{Call, Expr, ExprKind, Literal, RangeEnd, UnaryOp};

/// A call: what letters show the result of an aggregate under, `first(n where ok)`.
pub(super) fn call(call: &Call) -> String {
    let mut inside = list(&call.arguments);
    if let Some(filter) = &call.filter {
        let space = if inside.is_empty() { "" } else { " " };
        inside += &format!("{space}where {}", expression(filter));
    }
    format!("{}({inside})", call.name.value)
}

fn list(exprs: &[Expr]) -> String {
    exprs.iter().map(expression).collect::<Vec<_>>().join(", ")
}

fn expression(expr: &Expr) -> String {
    match &expr.kind {
        ExprKind::Literal(value) => literal(value),
        ExprKind::Name(name) => name.value.clone(),
        ExprKind::Field(of, name) => format!("{}.{}", expression(of), name.value),
        ExprKind::OptionalField(of, name) => format!("{}?.{}", expression(of), name.value),
        ExprKind::Call(inner) => call(inner),
        ExprKind::Unary(op, inner) => {
            let sign = match op.value {
                UnaryOp::Negate => "-",
                UnaryOp::Not => "!",
            };
            format!("{sign}{}", expression(inner))
        }
        ExprKind::Binary(op, left, right) => {
            format!("{} {} {}", expression(left), symbol(op.value), expression(right))
        }
        ExprKind::If(condition, yes, no) => {
            format!("if {} {{ {} }} else {{ {} }}", expression(condition), expression(yes), expression(no))
        }
        ExprKind::Try(inner) => format!("try({})", expression(inner)),
        ExprKind::List(items) => format!("[{}]", list(items)),
        ExprKind::Range(low, high, RangeEnd::Excluded) => {
            format!("{}..{}", expression(low), expression(high))
        }
        ExprKind::Range(low, high, RangeEnd::Included) => {
            format!("{}..={}", expression(low), expression(high))
        }
        ExprKind::Paren(inner) => format!("({})", expression(inner)),
    }
}

/// A literal's value: its spelling is not kept.
fn literal(literal: &Literal) -> String {
    let value = match literal {
        Literal::Bool(value) => Value::Bool(*value),
        Literal::Int(Some(value)) | Literal::Size(Some(value)) => Value::Int(*value),
        Literal::Float(Some(value)) => Value::Float(*value),
        Literal::Duration(Some(value)) => Value::Duration(Duration(*value)),
        Literal::String(value) => return format!("{value:?}"),
        // Faulty literals do not get as far as a letter.
        Literal::None
        | Literal::Int(None)
        | Literal::Size(None)
        | Literal::Float(None)
        | Literal::Duration(None) => {
            return "none".to_owned();
        }
    };
    let mut shown = Vec::new();
    text::write_value(&mut shown, &value);
    String::from_utf8_lossy(&shown).into_owned()
}
