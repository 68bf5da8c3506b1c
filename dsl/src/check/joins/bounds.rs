//! How far apart in time the rows of a join may be.

use streamwright_values::{Duration, Type, Value};

use crate::ast::{self, RangeEnd};
use crate::check::columns::Columns;
use crate::check::context::Context;
use crate::check::expr;
use crate::diagnostic::Code;
use crate::source::Span;
use crate::topology::{Expr, ExprKind};

/// `within D`, `within LOW..=HIGH`: both bounds, and whether the upper one is inside.
pub(super) fn bounds(
    context: &mut Context<'_>,
    left: &Columns,
    partner: &ast::Partner,
    head: Span,
) -> Option<(Expr, Expr, bool)> {
    let Some(written) = &partner.within else {
        let help = "write `within 10m`, or `within 0s..=1h` where the second one comes later";
        context.error(Code::BadJoin, head, "how far apart in time may two rows of this join be?", help);
        return None;
    };
    let mut inner = written;
    while let ast::ExprKind::Paren(behind) = &inner.kind {
        inner = behind;
    }
    let ast::ExprKind::Range(low, high, end) = &inner.kind else {
        let (high, nanos) = expr::duration(context, written, "the distance of a join")?;
        if nanos.is_some_and(|nanos| nanos < 0) {
            let help = "write a duration such as 10m, or a range: `within -10m..=0s`";
            context.error(Code::BadDuration, written.span, "a distance is not negative", help);
            return None;
        }
        return Some((negative(&high), high, true));
    };
    let (low, high) = (low_bound(context, left, low), high_bound(context, left, partner, high));
    let ((low, least), (high, most)) = (low?, high?);
    let inclusive = *end == RangeEnd::Included;
    if let (Some(least), Some(most)) = (least, most)
        && (least > most || least == most && !inclusive)
    {
        let help = "the smaller one stands first, as in `within -5m..=10m`";
        context.error(Code::BadDuration, written.span, "no two rows are this far apart", help);
        return None;
    }
    Some((low, high, inclusive))
}

/// A bound, and its value where that is known now.
type Bound = (Expr, Option<i64>);

/// Rows of the right side are dropped when no row of the left can reach back to them, so it must be known how far one can.
fn low_bound(context: &mut Context<'_>, left: &Columns, written: &ast::Expr) -> Option<Bound> {
    let bound = bound(context, left, written)?;
    if bound.0.columns().is_empty() {
        return Some(bound);
    }
    let message = "this bound depends on the row: rows of the other side could never be dropped";
    let help = "write a constant here, and what depends on the row behind `on`: `&& b.at - a.at >= a.wait`";
    context.error(Code::BadJoin, written.span, message, help);
    None
}

/// A row of a `left` join may wait for its partner to the end of its interval, and whoever reads it waits too.
fn high_bound(
    context: &mut Context<'_>,
    left: &Columns,
    partner: &ast::Partner,
    written: &ast::Expr,
) -> Option<Bound> {
    let bound = bound(context, left, written)?;
    if partner.left.is_none() || bound.0.columns().is_empty() {
        return Some(bound);
    }
    let message = "this bound depends on the row: nobody could say how long rows without a partner are held";
    let help = "write a constant here, and what depends on the row behind `on`: `&& b.at <= a.expires`";
    context.error(Code::BadJoin, written.span, message, help);
    None
}

fn bound(context: &mut Context<'_>, left: &Columns, written: &ast::Expr) -> Option<Bound> {
    let expr = expr::over_row_as(context, left, written, &Type::Duration)?;
    match expr::folded(&expr) {
        Some(Value::Duration(Duration(nanos))) => Some((constant(nanos, expr.span), Some(nanos))),
        _ => Some((expr, None)),
    }
}

fn constant(nanos: i64, span: Span) -> Expr {
    let kind = ExprKind::Constant(Value::Duration(Duration(nanos)));
    Expr { kind, ty: Type::Duration, span }
}

fn negative(duration: &Expr) -> Expr {
    match &duration.kind {
        ExprKind::Constant(Value::Duration(Duration(nanos))) => constant(-nanos, duration.span),
        _ => Expr { kind: ExprKind::Negate(Box::new(duration.clone())), ..duration.clone() },
    }
}
