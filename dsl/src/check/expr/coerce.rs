//! Conversions that need not be written: an int where a float is expected, a value where an optional is, and a string
//! literal where an address, time or length is, checked here and now.

use streamwright_values::{Type, Value, text};

use crate::check::context::Context;
use crate::diagnostic::{Code, Diagnostic};
use crate::topology::{Expr, ExprKind};

/// Two expressions made one type.
pub(super) enum Unified {
    /// They were, or are now.
    Both(Expr, Expr),
    /// They cannot be.
    Apart(Expr, Expr),
    /// They should be, but a literal is malformed; that was reported.
    Poisoned,
}

/// What an implicit conversion makes of an expression.
pub(super) enum Coerced {
    /// It has the type now.
    Done(Expr),
    /// No conversion gives that type.
    Misfit(Expr),
    /// A literal is malformed: what is wrong with it.
    Malformed(Expr, String),
}

/// Whether a string literal may stand for a value of this type.
fn from_literal(ty: &Type) -> bool {
    matches!(ty, Type::Ip | Type::Timestamp | Type::Duration | Type::Bytes)
}

fn string_literal(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::Constant(Value::String(text)) => Some(text),
        _ => None,
    }
}

/// Whether [`coerce`] may give this type.
pub(super) fn fits(expr: &Expr, ty: &Type) -> bool {
    let base = ty.required();
    expr.ty == *ty
        || (expr.ty == Type::None && ty.is_optional())
        || (*expr.ty.required() == Type::Int && *base == Type::Float || *expr.ty.required() == *base)
            && (ty.is_optional() || !expr.ty.is_optional())
        || (string_literal(expr).is_some() && from_literal(base))
}

/// Makes an expression one of this type, where an implicit conversion does.
pub(super) fn coerce(expr: Expr, ty: &Type) -> Coerced {
    if expr.ty == *ty {
        return Coerced::Done(expr);
    }
    if !fits(&expr, ty) {
        return Coerced::Misfit(expr);
    }
    let span = expr.span;
    let base = ty.required();
    if expr.ty == Type::None {
        return Coerced::Done(Expr { ty: ty.clone(), ..expr });
    }
    let mut result = expr;
    if let (Some(written), true) = (string_literal(&result), from_literal(base)) {
        match text::parse_value(base, written) {
            Ok(value) => result = Expr { kind: ExprKind::Constant(value), ty: base.clone(), span },
            Err(fault) => return Coerced::Malformed(result, fault.message.into()),
        }
    }
    if *result.ty.required() == Type::Int && *base == Type::Float {
        let widened = if result.ty.is_optional() { Type::Float.optional() } else { Type::Float };
        result = Expr { kind: ExprKind::Widen(Box::new(result)), ty: widened, span };
    }
    if ty.is_optional() && !result.ty.is_optional() {
        result = Expr { kind: ExprKind::Some(Box::new(result)), ty: ty.clone(), span };
    }
    Coerced::Done(result)
}

/// Like [`coerce`]; a misfit is a finding.
pub(super) fn to_type(context: &mut Context<'_>, expr: Expr, ty: &Type) -> Option<Expr> {
    match coerce(expr, ty) {
        Coerced::Done(expr) => Some(expr),
        Coerced::Misfit(expr) => {
            context.report(misfit(&expr, ty));
            None
        }
        Coerced::Malformed(expr, why) => {
            context.report(malformed(&expr, ty, why));
            None
        }
    }
}

/// The finding that an expression is not of the type that is expected.
pub(super) fn misfit(expr: &Expr, ty: &Type) -> Diagnostic {
    if expr.ty.is_optional() && *expr.ty.required() == *ty {
        return absent(expr);
    }
    let message = format!("this is `{}`, and `{ty}` is expected", expr.ty);
    let finding = Diagnostic::new(Code::TypeMismatch, expr.span, message);
    match (expr.ty.required(), ty.required()) {
        (Type::Float, Type::Int) => {
            finding.help("a float never becomes an int by itself: write `int(…)`, `round(…)` or `floor(…)`")
        }
        (Type::Int, Type::Duration) => match expr.kind {
            ExprKind::Constant(Value::Int(number)) => finding.help(format!("write its unit: `{number}s`")),
            _ => finding.help("multiply it by a unit: `1s * …`"),
        },
        (_, Type::Bool) => finding.help("write a comparison, such as `x != 0`"),
        (_, wanted) => {
            let article = if matches!(wanted, Type::Int | Type::Ip) { "an" } else { "a" };
            finding.help(format!("write {article} `{wanted}` here, or convert it with a function"))
        }
    }
}

/// The finding that a value may be absent where one is needed.
pub(super) fn absent(expr: &Expr) -> Diagnostic {
    absent_named(expr, "…")
}

/// Like [`absent`], of a part that is written like this.
pub(super) fn absent_named(expr: &Expr, name: &str) -> Diagnostic {
    let message = format!("this is `{}`: it may be absent, and a value is needed", expr.ty);
    let fallback = match expr.ty.required() {
        Type::Bool => "false",
        Type::Int => "0",
        Type::Float => "0.0",
        Type::String => "\"\"",
        _ => "…",
    };
    // A test holds for a column by its name, and not for a field.
    let test = match (&expr.kind, name.rsplit_once('.')) {
        (ExprKind::Field(..), Some((_, field))) => {
            format!("give it a name: `let {field} = {name}  where {field} != none`")
        }
        _ => format!("`where {name} != none` before"),
    };
    Diagnostic::new(Code::OptionalValue, expr.span, message)
        .help(format!("write `({name} ?? {fallback})`, or {test}"))
}

fn malformed(expr: &Expr, ty: &Type, why: String) -> Diagnostic {
    Diagnostic::new(Code::BadConstant, expr.span, why).help(match ty.required() {
        Type::Timestamp => "write a time such as \"2018-09-06T08:04:27Z\"",
        Type::Duration => "write a duration such as 10s or 1m30s",
        Type::Ip => "write an address such as \"8.8.8.8\" or \"2001:db8::1\"",
        _ => "write it in base64",
    })
}

/// The type that both have after implicit conversions.
fn common(left: &Expr, right: &Expr) -> Option<Type> {
    if left.ty == right.ty {
        return Some(left.ty.clone());
    }
    if left.ty == Type::None {
        return Some(right.ty.clone().optional());
    }
    if right.ty == Type::None {
        return Some(left.ty.clone().optional());
    }
    let base = match (left.ty.required(), right.ty.required()) {
        (l, r) if l == r => l.clone(),
        (Type::Int, Type::Float) | (Type::Float, Type::Int) => Type::Float,
        (l, r) if from_literal(l) && *r == Type::String && string_literal(right).is_some() => l.clone(),
        (l, r) if from_literal(r) && *l == Type::String && string_literal(left).is_some() => r.clone(),
        _ => return None,
    };
    Some(if left.ty.is_optional() || right.ty.is_optional() { base.optional() } else { base })
}

/// Makes two expressions one type.
pub(super) fn unify(context: &mut Context<'_>, left: Expr, right: Expr) -> Unified {
    let Some(ty) = common(&left, &right) else { return Unified::Apart(left, right) };
    let left = to_type(context, left, &ty);
    let right = to_type(context, right, &ty);
    match (left, right) {
        (Some(left), Some(right)) => Unified::Both(left, right),
        _ => Unified::Poisoned,
    }
}
