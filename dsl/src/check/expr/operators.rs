//! Operators.

use streamwright_values::Type;
use streamwright_values::functions::Preparation;
use streamwright_values::ops::{self, Operator};

use super::coerce::{self, Unified, absent_named};
use super::{Expr, ExprKind, Typer, facts};
use crate::ast::{self, BinaryOp, UnaryOp};
use crate::diagnostic::{Code, Diagnostic};
use crate::functions::{self, Function};
use crate::source::{Span, Spanned};

/// How an operator is written.
pub(super) fn symbol(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Or => "||",
        BinaryOp::And => "&&",
        BinaryOp::Equal => "==",
        BinaryOp::NotEqual => "!=",
        BinaryOp::Less => "<",
        BinaryOp::LessEqual => "<=",
        BinaryOp::Greater => ">",
        BinaryOp::GreaterEqual => ">=",
        BinaryOp::In => "in",
        BinaryOp::Matches => "matches",
        BinaryOp::Coalesce => "??",
        BinaryOp::Add => "+",
        BinaryOp::Subtract => "-",
        BinaryOp::Multiply => "*",
        BinaryOp::Divide => "/",
        BinaryOp::Remainder => "%",
    }
}

/// The arithmetic that an operator does, if it does any.
pub(super) fn arithmetic(op: BinaryOp) -> Option<Operator> {
    match op {
        BinaryOp::Add => Some(Operator::Add),
        BinaryOp::Subtract => Some(Operator::Subtract),
        BinaryOp::Multiply => Some(Operator::Multiply),
        BinaryOp::Divide => Some(Operator::Divide),
        BinaryOp::Remainder => Some(Operator::Remainder),
        _ => None,
    }
}

fn is_time(ty: &Type) -> bool {
    matches!(ty, Type::Timestamp | Type::Duration)
}

impl Typer<'_, '_, '_> {
    pub(super) fn unary(&mut self, op: UnaryOp, operand: &ast::Expr, span: Span) -> Option<Expr> {
        let operand = self.infer(operand)?;
        match op {
            UnaryOp::Not => {
                let operand = self.as_condition(Some(operand))?;
                Some(Expr { kind: ExprKind::Not(Box::new(operand)), ty: Type::Bool, span })
            }
            UnaryOp::Negate => {
                if operand.ty.is_optional() {
                    self.absent(&operand);
                    return None;
                }
                if !matches!(operand.ty, Type::Int | Type::Float | Type::Duration) {
                    let message = format!("`-` has no meaning for `{}`", operand.ty);
                    let help = "it negates an int, a float or a duration";
                    self.context.error(Code::BadOperands, span, message, help);
                    return None;
                }
                let ty = operand.ty.clone();
                Some(Expr { kind: ExprKind::Negate(Box::new(operand)), ty, span })
            }
        }
    }

    pub(super) fn binary(
        &mut self,
        op: &Spanned<BinaryOp>,
        left: &ast::Expr,
        right: &ast::Expr,
        span: Span,
    ) -> Option<Expr> {
        match op.value {
            BinaryOp::And | BinaryOp::Or => self.logic(op.value, left, right, span),
            BinaryOp::In => self.contained(left, right, span),
            BinaryOp::Matches => self.matches(left, right, span),
            _ => {
                let left = self.infer(left);
                let right = self.infer(right);
                let (left, right) = (left?, right?);
                match op.value {
                    BinaryOp::Coalesce => self.coalesce(op, left, right, span),
                    BinaryOp::Equal | BinaryOp::NotEqual => self.equality(op, left, right, span),
                    _ => self.values_needed(op, left, right, span),
                }
            }
        }
    }

    fn absent(&mut self, expr: &Expr) {
        let finding = absent_named(expr, &self.name_of(expr));
        self.context.report(finding);
    }

    /// How a column, or a field of one, is written; `…` for anything else.
    fn name_of(&self, expr: &Expr) -> String {
        match &expr.kind {
            ExprKind::Column(index) => self.columns.list[*index].name.clone(),
            ExprKind::Present(inner) => self.name_of(inner),
            ExprKind::Field(base, index) => match base.ty.required() {
                Type::Record(record) => {
                    let point = if base.ty.is_optional() { "?." } else { "." };
                    format!("{}{point}{}", self.name_of(base), record.fields[*index].name)
                }
                _ => "…".to_owned(),
            },
            _ => "…".to_owned(),
        }
    }

    /// `&&`, `||`: what the left side proves holds on the right.
    fn logic(&mut self, op: BinaryOp, left: &ast::Expr, right: &ast::Expr, span: Span) -> Option<Expr> {
        let left = self.infer(left);
        if op == BinaryOp::Or && left.as_ref().is_some_and(|left| left.ty == Type::String) {
            let message = "`||` is the `or` of conditions, and this is `string`";
            self.context.error(Code::BadOperands, left?.span, message, "write `+`: it joins texts");
            return None;
        }
        let left = self.as_condition(left);
        let known = left.as_ref().map(facts).unwrap_or_default();
        let present = if op == BinaryOp::And { known.when_true } else { known.when_false };
        let right = self.with_present(&present, right);
        let right = self.as_condition(right);
        let (left, right) = (Box::new(left?), Box::new(right?));
        let kind = if op == BinaryOp::And { ExprKind::And(left, right) } else { ExprKind::Or(left, right) };
        Some(Expr { kind, ty: Type::Bool, span })
    }

    fn equality(&mut self, op: &Spanned<BinaryOp>, left: Expr, right: Expr, span: Span) -> Option<Expr> {
        let (tested, none) = match (&left.ty, &right.ty) {
            (_, Type::None) => (left, Some(right.span)),
            (Type::None, _) => (right, Some(left.span)),
            _ => return self.comparison(op, left, right, span),
        };
        if !matches!(tested.ty, Type::Optional(_)) {
            let message = match tested.ty {
                Type::None => "`none` is compared with itself".to_owned(),
                _ => format!("this is `{}`: it is never absent", tested.ty),
            };
            self.context.report(
                Diagnostic::new(Code::BadOperands, tested.span, message)
                    .label(none.unwrap_or(span), "compared with none")
                    .help("leave the comparison out"),
            );
            return None;
        }
        let present = Expr { kind: ExprKind::IsPresent(Box::new(tested)), ty: Type::Bool, span };
        if op.value == BinaryOp::NotEqual {
            return Some(present);
        }
        Some(Expr { kind: ExprKind::Not(Box::new(present)), ty: Type::Bool, span })
    }

    fn comparison(&mut self, op: &Spanned<BinaryOp>, left: Expr, right: Expr, span: Span) -> Option<Expr> {
        match coerce::unify(self.context, left, right) {
            Unified::Both(left, right) => {
                let kind = ExprKind::Compare(op.value, Box::new(left), Box::new(right));
                Some(Expr { kind, ty: Type::Bool, span })
            }
            Unified::Apart(left, right) => self.no_meaning(op, &left, &right),
            Unified::Poisoned => None,
        }
    }

    /// `a ?? b`
    fn coalesce(&mut self, op: &Spanned<BinaryOp>, left: Expr, right: Expr, span: Span) -> Option<Expr> {
        if !matches!(left.ty, Type::Optional(_)) {
            let message = format!("this is `{}`: it is never absent", left.ty);
            let help = "leave out the `??` and what stands behind it";
            self.context.error(Code::BadOperands, left.span, message, help);
            return None;
        }
        if right.ty == Type::None {
            let help = "leave out the `?? none`";
            self.context.error(Code::BadOperands, right.span, "`none` is no fallback", help);
            return None;
        }
        let required = !right.ty.is_optional();
        match coerce::unify(self.context, left, right) {
            Unified::Both(left, right) => {
                // Unifying made the fallback an optional like the left side; where it has a value, take that.
                let right = match (required, right) {
                    (true, Expr { kind: ExprKind::Some(inner), .. }) => *inner,
                    (_, right) => right,
                };
                let ty = right.ty.clone();
                Some(Expr { kind: ExprKind::Coalesce(Box::new(left), Box::new(right)), ty, span })
            }
            Unified::Apart(left, right) => self.no_meaning(op, &left, &right),
            Unified::Poisoned => None,
        }
    }

    /// `<` and its like, and arithmetic: both sides must be there.
    fn values_needed(&mut self, op: &Spanned<BinaryOp>, left: Expr, right: Expr, span: Span) -> Option<Expr> {
        if left.ty.is_optional() || right.ty.is_optional() {
            for side in [&left, &right].into_iter().filter(|side| side.ty.is_optional()) {
                self.absent(side);
            }
            return None;
        }
        let Some(operator) = arithmetic(op.value) else {
            if left.ty.is_nested() || right.ty.is_nested() {
                return self.no_meaning(op, &left, &right);
            }
            return self.comparison(op, left, right, span);
        };
        let (left, right) = match (&left.ty, &right.ty) {
            (Type::Int, Type::Float) | (Type::Float, Type::Int) => (
                coerce::to_type(self.context, left, &Type::Float)?,
                coerce::to_type(self.context, right, &Type::Float)?,
            ),
            _ => (left, right),
        };
        let Some(ty) = ops::result_type(operator, &left.ty, &right.ty) else {
            return self.no_meaning(op, &left, &right);
        };
        Some(Expr { kind: ExprKind::Arithmetic(op.value, Box::new(left), Box::new(right)), ty, span })
    }

    fn no_meaning(&mut self, op: &Spanned<BinaryOp>, left: &Expr, right: &Expr) -> Option<Expr> {
        let symbol = symbol(op.value);
        let message = format!("`{symbol}` has no meaning for `{}` and `{}`", left.ty, right.ty);
        let text = matches!((&left.ty, &right.ty), (Type::String, _) | (_, Type::String));
        let help = match (op.value, text) {
            (BinaryOp::Add, true) => "to join texts, convert the other side with `string(…)`",
            (_, true) => "convert one side, for instance with `int(…)` or `string(…)`",
            (BinaryOp::Add | BinaryOp::Subtract, _) if is_time(&left.ty) && right.ty == Type::Int => {
                "a duration has a unit, such as `60s`; multiply a column: `n * 1s`"
            }
            _ if left.ty == right.ty => "this operator is not for values of this type",
            _ => "convert one side to the type of the other",
        };
        self.context.report(
            Diagnostic::new(Code::BadOperands, op.span, message)
                .label(left.span, format!("`{}`", left.ty))
                .label(right.span, format!("`{}`", right.ty))
                .help(help),
        );
        None
    }

    /// `x in [a, b]`, `x in a..b`
    fn contained(&mut self, left: &ast::Expr, right: &ast::Expr, span: Span) -> Option<Expr> {
        let value = self.infer(left);
        let value = value.and_then(|value| {
            let optional = value.ty.is_optional();
            if optional {
                self.absent(&value);
            }
            (!optional).then_some(value)
        });
        let mut set = right;
        while let ast::ExprKind::Paren(inner) = &set.kind {
            set = inner;
        }
        let items: Vec<&ast::Expr> = match &set.kind {
            ast::ExprKind::List(items) => items.iter().collect(),
            ast::ExprKind::Range(low, high, _) => vec![low, high],
            _ => return self.contained_in_list(value, set, span),
        };
        let items: Vec<Option<Expr>> = items.into_iter().map(|item| self.infer(item)).collect();
        let items: Option<Vec<Expr>> = items.into_iter().collect();
        let (value, items) = self.one_type(value?, items?)?;
        let value = Box::new(value);
        let kind = match &set.kind {
            ast::ExprKind::Range(_, _, end) => {
                let mut bounds = items.into_iter().map(Box::new);
                let (low, high) = (bounds.next()?, bounds.next()?);
                ExprKind::InRange { value, low, high, inclusive: *end == ast::RangeEnd::Included }
            }
            _ => ExprKind::InList(value, items),
        };
        Some(Expr { kind, ty: Type::Bool, span })
    }

    /// `x in list`, which is `contains(list, x)`.
    fn contained_in_list(&mut self, value: Option<Expr>, list: &ast::Expr, span: Span) -> Option<Expr> {
        let list = self.infer(list)?;
        let of_lists = |function: &&Function| function.element(std::slice::from_ref(&list.ty)).is_some();
        match (functions::lookup("contains").find(of_lists), &list.ty) {
            (Some(contains), Type::List(element)) => {
                let value = coerce::to_type(self.context, value?, element)?;
                Some(Expr { kind: ExprKind::Call(contains, vec![list, value]), ty: Type::Bool, span })
            }
            _ if list.ty.is_optional() => {
                self.absent(&list);
                None
            }
            _ => {
                let help = "write `x in [a, b]`, `x in a..b`, or a list";
                self.context.error(Code::NotAValue, list.span, "`in` takes a list or a range", help);
                None
            }
        }
    }

    /// Makes `value` and all items one type: the value's, or float where one of them is.
    fn one_type(&mut self, value: Expr, items: Vec<Expr>) -> Option<(Expr, Vec<Expr>)> {
        let widen = value.ty == Type::Int && items.iter().any(|item| item.ty == Type::Float);
        let literal = match (&value.kind, items.iter().find(|item| item.ty != Type::String)) {
            (ExprKind::Constant(_), Some(item)) if value.ty == Type::String => Some(item.ty.clone()),
            _ => None,
        };
        let ty = if widen { Type::Float } else { literal.unwrap_or_else(|| value.ty.clone()) };
        let value = coerce::to_type(self.context, value, &ty);
        let items: Vec<Option<Expr>> =
            items.into_iter().map(|item| coerce::to_type(self.context, item, &ty)).collect();
        Some((value?, items.into_iter().collect::<Option<Vec<Expr>>>()?))
    }

    /// `x matches "regex"`
    fn matches(&mut self, left: &ast::Expr, right: &ast::Expr, span: Span) -> Option<Expr> {
        let text = self.infer(left);
        let text = text.and_then(|text| coerce::to_type(self.context, text, &Type::String));
        let pattern = self.infer(right);
        let pattern = pattern.and_then(|pattern| coerce::to_type(self.context, pattern, &Type::String))?;
        let pattern = self.prepared_for(&pattern, Preparation::Regex, "the pattern of `matches`")?;
        Some(Expr { kind: ExprKind::Matches(Box::new(text?), pattern), ty: Type::Bool, span })
    }
}
