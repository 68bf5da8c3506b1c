//! Expressions over a row, by recursion over dynamic values.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use streamwright_dsl::ast::BinaryOp;
use streamwright_dsl::topology::{Expr, ExprKind, Extraction};
use streamwright_values::extract::Extractor;
use streamwright_values::functions::{Preparation, Prepared, Store};
use streamwright_values::{Fault, FaultCode, Type, Value, ops};

use crate::operators;
use crate::table::TableRows;

/// Evaluates expressions with the params' values.
#[derive(Debug)]
pub(crate) struct Evaluator {
    params: Vec<Value>,
    /// The bodies of the functions that the topology declares.
    functions: Vec<Expr>,
    /// What is made of constants, each once.
    prepared: Store,
    extractors: RefCell<BTreeMap<Extraction, Rc<Extractor>>>,
    /// The tables as they are now, in their order.
    tables: RefCell<Vec<Rc<TableRows>>>,
    /// How many bytes of rows may still be made.
    budget: Cell<usize>,
}

impl Evaluator {
    pub(crate) fn new(params: Vec<Value>, functions: Vec<Expr>) -> Evaluator {
        Evaluator {
            params,
            functions,
            prepared: Store::default(),
            extractors: RefCell::default(),
            tables: RefCell::default(),
            budget: Cell::new(usize::MAX),
        }
    }

    /// From now on, rows of so many bytes may be made.
    pub(crate) fn set_budget(&self, bytes: usize) {
        self.budget.set(bytes);
    }

    /// Takes what a row costs; whether there was that much.
    pub(crate) fn afford(&self, row: &[Value]) -> bool {
        let left = self.budget.get();
        // Where nobody has set a budget, rows are not measured.
        if left == usize::MAX {
            return true;
        }
        let cost = row.iter().map(size).fold(0, usize::saturating_add);
        self.budget.set(left.saturating_sub(cost));
        cost < left
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
            ExprKind::Extract(text, extraction) => self.extract(&value(text)?, extraction, &expr.ty)?,
            ExprKind::Call(function, arguments) => {
                let arguments = arguments.iter().map(value).collect::<Result<Vec<_>, _>>()?;
                self.prepared.call(function, &arguments)?
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
        let prepared = self.prepared.get(Preparation::Regex, pattern)?;
        let found = |text: &str| matches!(&*prepared, Prepared::Regex(regex) if regex.is_match(text));
        Ok(Value::Bool(matches!(text, Value::String(text) if found(text))))
    }

    /// The parts of a text as a record.
    fn extract(&self, text: &Value, extraction: &Extraction, ty: &Type) -> Result<Value, Fault> {
        let known = self.extractors.borrow().get(extraction).cloned();
        let extractor = match known {
            Some(extractor) => extractor,
            None => {
                // The checker has made it before.
                let made = extraction.extractor();
                let made = Rc::new(made.map_err(|error| Fault::new(FaultCode::Malformed, error.message))?);
                self.extractors.borrow_mut().insert(extraction.clone(), Rc::clone(&made));
                made
            }
        };
        Ok(match (text, ty.required()) {
            (Value::String(text), Type::Record(record)) => extractor.value(text, record),
            _ => Value::None,
        })
    }
}

/// About how many bytes a value takes.
fn size(value: &Value) -> usize {
    let inner = match value {
        Value::String(text) => text.len(),
        Value::Bytes(bytes) => bytes.len(),
        Value::List(values) => values.iter().map(size).sum(),
        Value::Record(record) => record.values.iter().map(size).sum(),
        _ => 0,
    };
    inner + size_of::<Value>()
}
