//! What the AST knows about tokens: which begin a line, which are calls, signs and ranges.

use std::collections::{HashMap, HashSet};

use super::tokens::Token;
use crate::ast::{
    Body, ClauseKind, Connector, ConnectorOption, Expr, ExprKind, File, Item, Node, OptionValue, SelectItem,
    TypeName,
};

/// What a token begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Start {
    /// A declaration.
    Item,
    /// A clause of a block.
    Clause,
    /// A field of a record.
    Field,
}

/// What is known of tokens, by their first byte.
#[derive(Default)]
pub(super) struct Marks {
    /// Declarations, clauses and fields.
    pub(super) starts: HashMap<u32, Start>,
    /// Names that a bracket follows without a space.
    pub(super) calls: HashSet<u32>,
    /// The brackets of types: `list<int>`.
    pub(super) types: HashSet<u32>,
    /// Signs, which nothing separates from what they stand before.
    pub(super) prefixes: HashSet<u32>,
}

/// The marks of a file.
pub(super) fn marks(file: &File, tokens: &[Token]) -> Marks {
    let mut marks = Marks::default();
    marks.starts.extend(file.language.map(|span| (span.lo, Start::Item)));
    if let Some(name) = &file.topology {
        let name = tokens.partition_point(|token| token.lo < name.span.lo);
        let word = tokens[..name].iter().rev().find(|token| !token.is_comment());
        marks.starts.extend(word.map(|word| (word.lo, Start::Item)));
    }
    marks.starts.extend(file.imports.iter().map(|import| (import.span.lo, Start::Item)));
    for item in &file.items {
        marks.item(item);
    }
    let types = file.items.iter().flat_map(types).map(|ty| ty.span);
    for span in types {
        let brackets = tokens[tokens.partition_point(|token| token.lo < span.lo)..].iter();
        let brackets =
            brackets.take_while(|token| token.lo < span.hi).filter(|token| token.is("<") || token.is(">"));
        marks.types.extend(brackets.map(|token| token.lo));
    }
    marks
}

/// The types that a declaration names.
fn types(item: &Item) -> Vec<&TypeName> {
    match item {
        Item::Param(param) => vec![&param.ty],
        Item::Function(function) => {
            function.parameters.iter().map(|parameter| &parameter.ty).chain([&function.result]).collect()
        }
        Item::Record(record) => record.fields.iter().map(|field| &field.ty).collect(),
        Item::Table(_) | Item::RustMod(_) | Item::RustDep(_) | Item::Test(_) => Vec::new(),
        Item::Node(node) => {
            let kept = node.clauses.iter().filter_map(|clause| match &clause.kind {
                ClauseKind::Keep(keep) => Some(&keep.ty),
                _ => None,
            });
            kept.collect()
        }
    }
}

impl Marks {
    fn item(&mut self, item: &Item) {
        let span = match item {
            Item::Param(param) => {
                param.default.iter().for_each(|default| self.expr(default));
                param.span
            }
            Item::Function(function) => {
                self.calls.insert(function.name.span.lo);
                if let Body::Expr(body) = &function.body {
                    self.expr(body);
                }
                function.span
            }
            Item::RustMod(module) => module.span,
            Item::RustDep(dependency) => dependency.span,
            Item::Record(record) => {
                self.starts.extend(record.fields.iter().map(|field| (field.span.lo, Start::Field)));
                record.span
            }
            Item::Table(table) => {
                // The word `read` before it begins the line.
                self.starts.insert(table.read_span.lo, Start::Clause);
                self.starts.insert(table.key_span.lo, Start::Clause);
                self.connector(&table.read);
                table.span
            }
            Item::Node(node) => {
                self.node(node);
                node.span
            }
            Item::Test(test) => {
                self.starts.extend(test.clauses.iter().map(|clause| (clause.span.lo, Start::Clause)));
                test.exprs().into_iter().for_each(|expr| self.expr(expr));
                test.span
            }
        };
        self.starts.insert(span.lo, Start::Item);
    }

    fn node(&mut self, node: &Node) {
        node.tasks.iter().for_each(|tasks| self.expr(tasks));
        for clause in &node.clauses {
            self.starts.insert(clause.span.lo, Start::Clause);
            self.clause(&clause.kind);
        }
    }

    fn clause(&mut self, clause: &ClauseKind) {
        match clause {
            ClauseKind::From(inputs) => {
                for grouping in inputs.iter().filter_map(|input| input.grouping.as_ref()) {
                    self.calls.insert(grouping.name.span.lo);
                    grouping.arguments.iter().for_each(|argument| self.expr(argument));
                }
            }
            ClauseKind::Join(partner) | ClauseKind::Lookup(partner) => {
                [Some(&partner.on), partner.within.as_ref(), partner.keep.as_ref()]
                    .into_iter()
                    .flatten()
                    .for_each(|expr| self.expr(expr));
            }
            ClauseKind::Read(connector) | ClauseKind::Write(connector) => self.connector(connector),
            ClauseKind::Where(expr) | ClauseKind::Let(_, expr) | ClauseKind::Unnest(expr, _) => {
                self.expr(expr);
            }
            ClauseKind::Time(time) => {
                [Some(&time.at), time.late_by.as_ref(), time.ahead_by.as_ref(), time.idle_after.as_ref()]
                    .into_iter()
                    .flatten()
                    .for_each(|expr| self.expr(expr));
            }
            ClauseKind::GroupBy(_) => {}
            ClauseKind::Run(run) => self.options(&run.options),
            ClauseKind::Distinct(_, within) => within.iter().for_each(|within| self.expr(within)),
            ClauseKind::Keep(keep) => {
                [&keep.first, &keep.then].into_iter().chain(&keep.lasts).for_each(|expr| self.expr(expr));
            }
            ClauseKind::Window(window) => window.exprs().for_each(|expr| self.expr(expr)),
            ClauseKind::Top(top) => {
                self.expr(&top.count);
                top.keys.iter().for_each(|key| self.expr(&key.by));
            }
            ClauseKind::Split(arms) => {
                arms.iter().filter_map(|arm| arm.condition.as_ref()).for_each(|expr| self.expr(expr));
            }
            ClauseKind::Select(items) => {
                for item in items {
                    if let SelectItem::Named(_, expr, _) = item {
                        self.expr(expr);
                    }
                }
            }
        }
    }

    fn connector(&mut self, connector: &Connector) {
        connector.operand.iter().for_each(|operand| self.expr(operand));
        self.options(&connector.options);
        connector.format.iter().for_each(|format| self.options(&format.options));
    }

    fn options(&mut self, options: &[ConnectorOption]) {
        for option in options {
            match &option.value {
                OptionValue::Expr(expr) => self.expr(expr),
                OptionValue::Map(options, _) => self.options(options),
            }
        }
    }

    fn expr(&mut self, expr: &Expr) {
        let mut parts: Vec<&Expr> = Vec::new();
        match &expr.kind {
            // The sign of the least int is a part of its literal.
            ExprKind::Literal(_) => {
                self.prefixes.insert(expr.span.lo);
            }
            ExprKind::Name(_) => {}
            ExprKind::Field(of, _) | ExprKind::OptionalField(of, _) | ExprKind::Paren(of) => parts.push(of),
            ExprKind::Try(of) => {
                self.calls.insert(expr.span.lo);
                parts.push(of);
            }
            ExprKind::Unary(operator, of) => {
                self.prefixes.insert(operator.span.lo);
                parts.push(of);
            }
            ExprKind::Call(call) => {
                // The word before the bracket, of `g::f` the last one.
                let imported =
                    call.name.value.rsplit_once("::").map(|(_, name)| call.name.span.hi - name.len() as u32);
                self.calls.insert(imported.unwrap_or(call.name.span.lo));
                parts.extend(call.arguments.iter().chain(call.filter.as_deref()));
            }
            ExprKind::Binary(_, left, right) | ExprKind::Range(left, right, _) => {
                parts.extend([&**left, right])
            }
            ExprKind::If(condition, value, otherwise) => parts.extend([&**condition, value, otherwise]),
            ExprKind::List(elements) => parts.extend(elements),
        }
        parts.into_iter().for_each(|part| self.expr(part));
    }
}
