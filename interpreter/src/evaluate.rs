//! Expressions over a row, by recursion over dynamic values.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use streamwright_dsl::ast::BinaryOp;
use streamwright_dsl::topology::{Expr, ExprKind};
use streamwright_values::functions::Regex;
use streamwright_values::{Fault, FaultCode, Value, ops};

use crate::operators;
use crate::table::TableRows;

/// Evaluates expressions with the params' values.
#[derive(Debug)]
pub(crate) struct Evaluator {
    params: Vec<Value>,
    /// The bodies of the functions that the topology declares.
    functions: Vec<Expr>,
    /// Patterns of `matches`, each compiled once.
    patterns: RefCell<HashMap<String, Rc<Regex>>>,
    /// The tables as they are now, in their order.
    tables: RefCell<Vec<Rc<TableRows>>>,
}

impl Evaluator {
    pub(crate) fn new(params: Vec<Value>, functions: Vec<Expr>) -> Evaluator {
        Evaluator { params, functions, patterns: RefCell::default(), tables: RefCell::default() }
    }

    /// From now on, tables hold these rows.
    pub(crate) fn set_tables(&self, tables: Vec<Rc<TableRows>>) {
        *self.tables.borrow_mut() = tables;
    }

    pub(crate) fn table(&self, index: usize) -> Option<Rc<TableRows>> {
        self.tables.borrow().get(index).cloned()
    }

    /// The value of `expr` over the columns of `row`; operands from left to right, and no more of them than are needed.
    pub(crate) fn evaluate(&self, expr: &Expr, row: &[Value]) -> Result<Value, Fault> {
        let value = |expr: &Expr| self.evaluate(expr, row);
        Ok(match &expr.kind {
            ExprKind::Constant(constant) => constant.clone(),
            ExprKind::Param(index) => self.params[*index].clone(),
            ExprKind::Column(index) => row[*index].clone(),
            ExprKind::Present(inner) | ExprKind::Some(inner) => value(inner)?,
            ExprKind::Field(record, index) => match value(record)? {
                Value::Record(mut record) => record.values.swap_remove(*index),
                absent => absent,
            },
            ExprKind::Widen(inner) => operators::widen(value(inner)?),
            ExprKind::IsPresent(inner) => Value::Bool(value(inner)? != Value::None),
            ExprKind::Not(inner) => Value::Bool(!self.holds(inner, row)?),
            ExprKind::Negate(inner) => ops::negate(value(inner)?)?,
            ExprKind::And(left, right) => Value::Bool(self.holds(left, row)? && self.holds(right, row)?),
            ExprKind::Or(left, right) => Value::Bool(self.holds(left, row)? || self.holds(right, row)?),
            ExprKind::Coalesce(left, right) => match value(left)? {
                Value::None => value(right)?,
                present => present,
            },
            ExprKind::If(condition, yes, no) => value(if self.holds(condition, row)? { yes } else { no })?,
            ExprKind::Compare(op, left, right) => {
                Value::Bool(operators::compare(*op, &value(left)?, &value(right)?))
            }
            ExprKind::Arithmetic(op, left, right) => operators::arithmetic(*op, value(left)?, value(right)?)?,
            ExprKind::InList(item, list) => self.in_list(item, list, row)?,
            ExprKind::InRange { value: item, low, high, inclusive } => {
                let (item, low, high) = (value(item)?, value(low)?, value(high)?);
                let end = if *inclusive { BinaryOp::LessEqual } else { BinaryOp::Less };
                let inside = operators::compare(BinaryOp::LessEqual, &low, &item);
                Value::Bool(inside && operators::compare(end, &item, &high))
            }
            ExprKind::Matches(text, pattern) => self.matches(&value(text)?, pattern)?,
            ExprKind::Call(function, arguments) => {
                let arguments = arguments.iter().map(value).collect::<Result<Vec<_>, _>>()?;
                (function.call)(&arguments)?
            }
            ExprKind::Apply(index, arguments) => {
                let arguments = arguments.iter().map(value).collect::<Result<Vec<_>, _>>()?;
                self.evaluate(&self.functions[*index], &arguments)?
            }
            ExprKind::Try(inner) => value(inner).unwrap_or(Value::None),
        })
    }

    /// Whether a `bool` expression is true.
    pub(crate) fn holds(&self, expr: &Expr, row: &[Value]) -> Result<bool, Fault> {
        Ok(self.evaluate(expr, row)? == Value::Bool(true))
    }

    fn in_list(&self, item: &Expr, list: &[Expr], row: &[Value]) -> Result<Value, Fault> {
        let item = self.evaluate(item, row)?;
        for other in list {
            if self.evaluate(other, row)? == item {
                return Ok(Value::Bool(true));
            }
        }
        Ok(Value::Bool(false))
    }

    /// Whether the pattern is found anywhere in the text; an absent text does not match.
    fn matches(&self, text: &Value, pattern: &str) -> Result<Value, Fault> {
        let known = self.patterns.borrow().get(pattern).cloned();
        let regex = match known {
            Some(regex) => regex,
            None => {
                // The checker has compiled it before.
                let compiled = Regex::new(pattern);
                let fault = |error: String| Fault::new(FaultCode::Malformed, error);
                let regex = Rc::new(compiled.map_err(fault)?);
                self.patterns.borrow_mut().insert(pattern.to_owned(), Rc::clone(&regex));
                regex
            }
        };
        Ok(Value::Bool(matches!(text, Value::String(text) if regex.is_match(text))))
    }
}
