//! Expressions: precedence for the grammar's flat list of operators, with two stacks and no recursion but for brackets.

use super::{Builder, Node, Rule, literals};
use crate::ast::{BinaryOp, Call, Expr, ExprKind, Literal, RangeEnd, UnaryOp};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Span, Spanned};

/// How many operators, calls and brackets may be inside one another, so that whoever walks an expression may recurse.
const DEEPEST: u32 = 200;

/// The depth of a tree that was cut.
const CUT: u32 = u32::MAX;

/// An expression and the depth of its tree.
pub(super) struct Built {
    pub(super) expr: Expr,
    depth: u32,
}

#[derive(Clone, Copy, PartialEq)]
enum Infix {
    Binary(BinaryOp),
    Range(RangeEnd),
}

/// How tightly operators bind, loosest first.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Level {
    Or,
    And,
    Comparison,
    Range,
    Coalesce,
    Sum,
    Product,
}

impl Infix {
    fn level(self) -> Level {
        match self {
            Infix::Range(_) => Level::Range,
            Infix::Binary(operator) => match operator {
                BinaryOp::Or => Level::Or,
                BinaryOp::And => Level::And,
                BinaryOp::Coalesce => Level::Coalesce,
                BinaryOp::Add | BinaryOp::Subtract => Level::Sum,
                BinaryOp::Multiply | BinaryOp::Divide | BinaryOp::Remainder => Level::Product,
                _ => Level::Comparison,
            },
        }
    }

    fn of(text: &str) -> Infix {
        Infix::Binary(match text {
            ".." => return Infix::Range(RangeEnd::Excluded),
            "..=" => return Infix::Range(RangeEnd::Included),
            "||" => BinaryOp::Or,
            "&&" => BinaryOp::And,
            "==" => BinaryOp::Equal,
            "!=" => BinaryOp::NotEqual,
            "<" => BinaryOp::Less,
            "<=" => BinaryOp::LessEqual,
            ">" => BinaryOp::Greater,
            ">=" => BinaryOp::GreaterEqual,
            "in" => BinaryOp::In,
            "matches" => BinaryOp::Matches,
            "??" => BinaryOp::Coalesce,
            "+" => BinaryOp::Add,
            "-" => BinaryOp::Subtract,
            "*" => BinaryOp::Multiply,
            "/" => BinaryOp::Divide,
            _ => BinaryOp::Remainder,
        })
    }
}

impl<'t> Builder<'t> {
    /// An `expr`.
    pub(super) fn expr(&mut self, pair: Node<'t>) -> Expr {
        self.built(pair).expr
    }

    fn built(&mut self, pair: Node<'t>) -> Built {
        let span = self.span_of(&pair);
        let mut operands: Vec<Built> = Vec::new();
        let mut operators: Vec<Spanned<Infix>> = Vec::new();
        let mut prefixes: Vec<Node<'t>> = Vec::new();
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::prefix => prefixes.push(part),
                Rule::infix => {
                    self.prefixed(&mut operands, &mut prefixes);
                    let operator = Spanned { value: Infix::of(part.as_str()), span: self.token(&part) };
                    let level = operator.value.level();
                    self.reduce(&mut operands, &mut operators, |top| top > level);
                    self.check_chain(operators.last(), &operator);
                    self.reduce(&mut operands, &mut operators, |top| top == level);
                    operators.push(operator);
                }
                Rule::field_access | Rule::optional_access | Rule::arguments => {
                    if let Some(operand) = operands.pop() {
                        let built = self.postfixed(operand, part);
                        operands.push(built);
                    }
                }
                _ => {
                    let primary = self.primary(part);
                    operands.push(primary);
                }
            }
        }
        self.prefixed(&mut operands, &mut prefixes);
        self.reduce(&mut operands, &mut operators, |_| true);
        operands.pop().unwrap_or_else(|| leaf(ExprKind::Literal(Literal::None), span))
    }

    /// Puts the prefix operators, innermost last, round the operand just read.
    fn prefixed(&mut self, operands: &mut Vec<Built>, prefixes: &mut Vec<Node<'t>>) {
        while let (Some(prefix), true) = (prefixes.pop(), !operands.is_empty()) {
            let Some(operand) = operands.pop() else { return };
            let negate = prefix.as_str() == "-";
            let operator = Spanned {
                value: if negate { UnaryOp::Negate } else { UnaryOp::Not },
                span: self.token(&prefix),
            };
            let span = operator.span.to(operand.expr.span);
            let built = if negate && self.is_two_to_the_63(&operand.expr) {
                leaf(ExprKind::Literal(Literal::Int(Some(i64::MIN))), span)
            } else {
                let depth = operand.depth;
                self.grown(ExprKind::Unary(operator, Box::new(operand.expr)), span, depth)
            };
            operands.push(built);
        }
    }

    /// The one number that fits only with its sign.
    fn is_two_to_the_63(&self, expr: &Expr) -> bool {
        let text = self.text.get(expr.span.lo as usize..expr.span.hi as usize).unwrap_or_default();
        expr.kind == ExprKind::Literal(Literal::Int(None)) && text.replace('_', "") == "9223372036854775808"
    }

    /// Applies the operators on top of the stack, as long as they are of such a level.
    fn reduce(
        &mut self,
        operands: &mut Vec<Built>,
        operators: &mut Vec<Spanned<Infix>>,
        such: impl Fn(Level) -> bool,
    ) {
        while operators.last().is_some_and(|top| such(top.value.level())) {
            let (Some(operator), Some(right), Some(left)) = (operators.pop(), operands.pop(), operands.pop())
            else {
                return;
            };
            let span = left.expr.span.to(right.expr.span);
            let depth = left.depth.max(right.depth);
            let (left, right) = (Box::new(left.expr), Box::new(right.expr));
            let kind = match operator.value {
                Infix::Binary(value) => ExprKind::Binary(Spanned { value, span: operator.span }, left, right),
                Infix::Range(end) => ExprKind::Range(left, right, end),
            };
            let built = self.grown(kind, span, depth);
            operands.push(built);
        }
    }

    fn postfixed(&mut self, operand: Built, part: Node<'t>) -> Built {
        let span = operand.expr.span.to(self.span_of(&part));
        let rule = part.as_rule();
        if rule == Rule::arguments {
            return self.called(operand, part, span);
        }
        let Some(name) = part.into_inner().find(|pair| pair.as_rule() == Rule::name) else { return operand };
        let name = self.name(&name);
        let of = Box::new(operand.expr);
        let kind = if rule == Rule::field_access {
            ExprKind::Field(of, name)
        } else {
            ExprKind::OptionalField(of, name)
        };
        self.grown(kind, span, operand.depth)
    }

    fn called(&mut self, operand: Built, part: Node<'t>, span: Span) -> Built {
        let (arguments, filter, depth) = self.deep_arguments(part);
        let ExprKind::Name(name) = operand.expr.kind else {
            if operand.depth != CUT {
                let message = "only functions can be called";
                let finding = Diagnostic::new(Code::Syntax, operand.expr.span, message);
                self.push(match &operand.expr.kind {
                    ExprKind::Field(_, method) => finding
                        .help(format!("write `{}(…)`, with the value as its first argument", method.value)),
                    _ => finding,
                });
            }
            return cut(span);
        };
        self.grown(ExprKind::Call(Call { name, arguments, filter: filter.map(Box::new) }), span, depth)
    }

    /// What stands in the brackets of a call, and its filter.
    pub(super) fn arguments(&mut self, pair: Node<'t>) -> (Vec<Expr>, Option<Expr>) {
        let (arguments, filter, _) = self.deep_arguments(pair);
        (arguments, filter)
    }

    fn deep_arguments(&mut self, pair: Node<'t>) -> (Vec<Expr>, Option<Expr>, u32) {
        let mut arguments = Vec::new();
        let mut filter = None;
        let mut depth = 0;
        for part in pair.into_inner() {
            let built = match part.as_rule() {
                Rule::expr => Some((self.built(part), false)),
                Rule::filter => part.into_inner().nth(1).map(|expr| (self.built(expr), true)),
                _ => None,
            };
            if let Some((built, is_filter)) = built {
                depth = depth.max(built.depth);
                if is_filter { filter = Some(built.expr) } else { arguments.push(built.expr) }
            }
        }
        (arguments, filter, depth)
    }

    /// A primary: a literal, a name, or something in brackets.
    pub(super) fn primary(&mut self, pair: Node<'t>) -> Built {
        let span = self.span_of(&pair);
        match pair.as_rule() {
            Rule::number => self.number(&pair),
            Rule::string | Rule::raw_string => {
                leaf(ExprKind::Literal(Literal::String(self.string(&pair).value)), span)
            }
            Rule::kw_true => leaf(ExprKind::Literal(Literal::Bool(true)), span),
            Rule::kw_false => leaf(ExprKind::Literal(Literal::Bool(false)), span),
            Rule::path => {
                self.check_value_name(&pair);
                leaf(ExprKind::Name(self.name(&pair)), span)
            }
            Rule::paren => self.wrapped(pair, span, ExprKind::Paren),
            Rule::try_ => self.wrapped(pair, span, ExprKind::Try),
            Rule::list => {
                let (elements, _, depth) = self.deep_arguments(pair);
                self.grown(ExprKind::List(elements), span, depth)
            }
            Rule::if_ => self.conditional(pair, span),
            _ => leaf(ExprKind::Literal(Literal::None), span),
        }
    }

    fn wrapped(&mut self, pair: Node<'t>, span: Span, make: fn(Box<Expr>) -> ExprKind) -> Built {
        match pair.into_inner().find(|part| part.as_rule() == Rule::expr) {
            Some(inner) => {
                let inner = self.built(inner);
                self.grown(make(Box::new(inner.expr)), span, inner.depth)
            }
            None => leaf(ExprKind::Literal(Literal::None), span),
        }
    }

    fn number(&mut self, pair: &Node<'t>) -> Built {
        let span = self.token(pair);
        let literal = literals::number(pair.as_str()).unwrap_or_else(|fault| {
            let lo = pair.as_span().start() + fault.at;
            let span = self.span(lo, lo + fault.len);
            self.push(Diagnostic::new(Code::BadLiteral, span, fault.message).help(fault.help));
            Literal::Int(Some(0))
        });
        leaf(ExprKind::Literal(literal), span)
    }

    /// `if a { b } else if c { d } else { e }`, folded from its end.
    fn conditional(&mut self, pair: Node<'t>, span: Span) -> Built {
        let mut inner = pair.into_inner();
        let mut arms: Vec<(Span, Built, Built)> = Vec::new();
        let mut last = None;
        while let Some(part) = inner.next() {
            if part.as_rule() == Rule::kw_if {
                let start = self.token(&part);
                let condition = inner.next().map(|expr| self.built(expr));
                let value = inner.find(|part| part.as_rule() == Rule::expr).map(|expr| self.built(expr));
                arms.extend(condition.zip(value).map(|(condition, value)| (start, condition, value)));
            } else if part.as_rule() == Rule::expr {
                last = Some(self.built(part));
            }
        }
        let otherwise = last.unwrap_or_else(|| leaf(ExprKind::Literal(Literal::None), span));
        arms.into_iter().rev().fold(otherwise, |otherwise, (start, condition, value)| {
            let depth = condition.depth.max(value.depth).max(otherwise.depth);
            let kind = ExprKind::If(Box::new(condition.expr), Box::new(value.expr), Box::new(otherwise.expr));
            self.grown(kind, start.to(span), depth)
        })
    }

    /// A tree one deeper than its deepest part. Too deep a tree is cut here, while it can still be dropped; what would grow
    /// on from there is dropped in silence.
    fn grown(&mut self, kind: ExprKind, span: Span, depth: u32) -> Built {
        if depth <= DEEPEST {
            return Built { expr: Expr { kind, span }, depth: depth + 1 };
        }
        if depth == CUT {
            return cut(span);
        }
        let message = format!("this expression is more than {DEEPEST} operators, calls and brackets deep");
        let help = "name a part of it with `let`, or write `x in [a, b, …]`";
        self.push(Diagnostic::new(Code::TooDeep, Span { hi: span.lo + 1, ..span }, message).help(help));
        cut(span)
    }

    /// Comparisons and ranges do not chain: `a < b < c` would compare a bool.
    fn check_chain(&mut self, first: Option<&Spanned<Infix>>, second: &Spanned<Infix>) {
        let level = second.value.level();
        let Some(first) = first.filter(|first| first.value.level() == level) else { return };
        let found = match level {
            Level::Comparison => {
                Diagnostic::new(Code::ChainedComparison, second.span, "comparisons do not chain")
                    .help("write `a < b && b < c`, or put one of them in brackets")
            }
            Level::Range => Diagnostic::new(Code::ChainedComparison, second.span, "a range has two ends"),
            _ => return,
        };
        self.push(found.label(first.span, "the first one"));
    }

    /// `null` and its like are `none` here.
    fn check_value_name(&mut self, pair: &Node<'t>) {
        let text = pair.as_str().trim_end();
        if matches!(text, "null" | "NULL" | "nil" | "None") {
            let span = self.span_of(pair);
            let message = format!("`{text}` is no value");
            self.push(
                Diagnostic::new(Code::BadLiteral, span, message).help("an absent value is written `none`"),
            );
        }
    }
}

/// Stands for an expression with a mistake, in which no more is looked for.
fn cut(span: Span) -> Built {
    Built { expr: Expr { kind: ExprKind::Literal(Literal::None), span }, depth: CUT }
}

fn leaf(kind: ExprKind, span: Span) -> Built {
    Built { expr: Expr { kind, span }, depth: 1 }
}
