//! Operators over dynamic values: arithmetic comes from [`streamwright_values::ops`], comparisons from the order of values.

use streamwright_dsl::ast::BinaryOp;
use streamwright_values::ops::{self, Operator};
use streamwright_values::{Fault, FaultCode, Value};

/// An `int` as a `float`; what is absent stays so.
pub(crate) fn widen(value: Value) -> Value {
    match value {
        Value::Int(int) => Value::Float(int as f64),
        other => other,
    }
}

/// A comparison of two values of one type; an absent one equals an absent one only.
pub(crate) fn compare(op: BinaryOp, left: &Value, right: &Value) -> bool {
    match op {
        BinaryOp::Equal => left == right,
        BinaryOp::NotEqual => left != right,
        BinaryOp::Less => left < right,
        BinaryOp::LessEqual => left <= right,
        BinaryOp::Greater => left > right,
        BinaryOp::GreaterEqual => left >= right,
        _ => false,
    }
}

/// `+ - * / %`
pub(crate) fn arithmetic(op: BinaryOp, left: Value, right: Value) -> Result<Value, Fault> {
    let operator = match op {
        BinaryOp::Add => Operator::Add,
        BinaryOp::Subtract => Operator::Subtract,
        BinaryOp::Multiply => Operator::Multiply,
        BinaryOp::Divide => Operator::Divide,
        BinaryOp::Remainder => Operator::Remainder,
        // The checker makes arithmetic of these five only.
        _ => return Err(Fault::new(FaultCode::WrongType, "no operator of arithmetic")),
    };
    ops::arithmetic(operator, left, right)
}
