//! Constants: expressions without columns, computed here by the same functions that compute them at run time, so that
//! what can only fail is a finding.

use streamwright_values::functions::Store;
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

/// An expression that is made of constants and params, of whatever type it has.
pub(in crate::check) fn of_constants_any(
    context: &mut Context<'_>,
    written: &ast::Expr,
    what: &'static str,
) -> Option<Expr> {
    let expr = typed(context, &Columns::default(), Place::Constants(what), written)?;
    super::column_type(context, &expr).map(|_| expr)
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
    for (position, child) in expr.children().into_iter().enumerate() {
        match fold(child) {
            Fold::Value(value) => values.push(Some(value)),
            // Only what comes first is computed for every tuple.
            Fold::Fails(..) if position > 0 && is_lazy(&expr.kind) => values.push(None),
            Fold::Varies => values.push(None),
            fails @ Fold::Fails(..) => return fails,
        }
    }
    if let Some((span, why)) = decided(&expr.kind, &values) {
        return Fold::Fails(span, why);
    }
    let Some(values) = values.into_iter().collect::<Option<Vec<Value>>>() else { return Fold::Varies };
    let result = match (&expr.kind, values.as_slice()) {
        (ExprKind::Constant(value), _) => Ok(Some(value.clone())),
        (ExprKind::Arithmetic(op, ..), [left, right]) => match operators::arithmetic(*op) {
            Some(operator) => ops::arithmetic(operator, left.clone(), right.clone()).map(Some),
            None => Ok(None),
        },
        (ExprKind::Negate(_), [value]) => ops::negate(value.clone()).map(Some),
        (ExprKind::Call(function, _), values) => Store::default().call(function, values).map(Some),
        (kind, values) => Ok(infallible(kind, values)),
    };
    match result {
        Ok(Some(value)) => Fold::Value(value),
        Ok(None) => Fold::Varies,
        Err(fault) => Fold::Fails(expr.span, fault.message.into()),
    }
}

/// Whether a kind may do without some of its operands.
fn is_lazy(kind: &ExprKind) -> bool {
    matches!(
        kind,
        ExprKind::And(..)
            | ExprKind::Or(..)
            | ExprKind::Coalesce(..)
            | ExprKind::If(..)
            | ExprKind::InList(..)
    )
}

/// Where and why an operator or function fails by those of its operands that are known, whatever the others are.
fn decided(kind: &ExprKind, values: &[Option<Value>]) -> Option<(Span, String)> {
    match kind {
        ExprKind::Arithmetic(BinaryOp::Divide | BinaryOp::Remainder, _, right) => {
            let divisor = values.get(1)?.as_ref()?;
            is_zero(divisor).then(|| (right.span, "the divisor is 0".to_owned()))
        }
        ExprKind::Call(function, arguments) => function.decided_by.iter().find_map(|probe| {
            let is_probed = |position: &usize| {
                let name = function.parameters[*position].name;
                probe.parameters.contains(&name)
            };
            let positions: Vec<usize> = (0..arguments.len()).filter(is_probed).collect();
            let known: Option<Vec<Value>> =
                positions.iter().map(|position| values[*position].clone()).collect();
            let fault = (probe.call)(&known?).err()?;
            let (first, last) = (positions.first()?, positions.last()?);
            Some((arguments[*first].span.to(arguments[*last].span), fault.message.into()))
        }),
        _ => None,
    }
}

fn is_zero(value: &Value) -> bool {
    match value {
        Value::Int(value) | Value::Duration(Duration(value)) => *value == 0,
        Value::Float(value) => *value == 0.0,
        _ => false,
    }
}

/// Warns of the conditions in an expression that are the same for every row; `is_condition` says that it is one itself.
pub(super) fn report_conditions(context: &mut Context<'_>, expr: &Expr, is_condition: bool) {
    if let (true, Some(truth)) = (is_condition, truth(expr)) {
        let message = format!("this is {truth} for every row");
        context.report(
            Diagnostic::new(Code::ConstantCondition, expr.span, message)
                .help("compare with a column, or leave the condition out"),
        );
        return;
    }
    let joins = is_condition && matches!(expr.kind, ExprKind::And(..) | ExprKind::Or(..) | ExprKind::Not(_));
    for (position, child) in expr.children().into_iter().enumerate() {
        let decides = joins || position == 0 && matches!(expr.kind, ExprKind::If(..));
        report_conditions(context, child, decides);
    }
}

/// What a condition is whatever the row is, as long as computing it does not fail.
fn truth(expr: &Expr) -> Option<bool> {
    let sides = |left, right, sought| {
        let (left, right) = (truth(left), truth(right));
        let found = left == Some(sought) || right == Some(sought);
        if found { Some(sought) } else { left.and(right) }
    };
    match &expr.kind {
        ExprKind::And(left, right) => sides(left, right, false),
        ExprKind::Or(left, right) => sides(left, right, true),
        ExprKind::Not(inner) => truth(inner).map(|inner| !inner),
        ExprKind::InList(_, items) if items.is_empty() => Some(false),
        ExprKind::InRange { low, high, inclusive, .. } => {
            let (low, high) = (folded(low)?, folded(high)?);
            let is_empty = if *inclusive { low > high } else { low >= high };
            is_empty.then_some(false)
        }
        _ => match folded(expr)? {
            Value::Bool(truth) => Some(truth),
            _ => None,
        },
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
