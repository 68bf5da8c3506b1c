//! Checked arithmetic: what the operators of the language do, each with the fault that it may end in.
//!
//! The table at the top says what combines with what. The checker reads it for types, code generation for the name of
//! the Rust function, and [`arithmetic`] dispatches by it for the interpreter. An `int` next to a `float` was widened
//! before it gets here.

use std::fmt::Display;

use crate::functions::fits;
use crate::{Duration, Fault, FaultCode, Timestamp, Type, Value};

/// An infix operator of arithmetic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operator {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Remainder,
}

impl Operator {
    /// As it is written.
    #[must_use]
    pub fn symbol(self) -> &'static str {
        match self {
            Operator::Add => "+",
            Operator::Subtract => "-",
            Operator::Multiply => "*",
            Operator::Divide => "/",
            Operator::Remainder => "%",
        }
    }
}

/// One line of the table: what an operator gives for operands of two types.
struct Combination {
    operator: Operator,
    left: Type,
    right: Type,
    result: Type,
    rust: &'static str,
}

macro_rules! combinations {
    ($($left:ident $operator:ident $right:ident = $result:ident by $rust:ident;)*) => {
        static TABLE: &[Combination] = &[$(Combination {
            operator: Operator::$operator,
            left: Type::$left,
            right: Type::$right,
            result: Type::$result,
            rust: stringify!($rust),
        }),*];

        /// What an operator gives for two values.
        ///
        /// # Errors
        /// Those of the typed function; `wrong-type` for operands that the table does not combine, which the checker
        /// lets nobody write.
        pub fn arithmetic(operator: Operator, left: Value, right: Value) -> Result<Value, Fault> {
            match (operator, left, right) {
                $((Operator::$operator, Value::$left(left), Value::$right(right)) => {
                    $rust(left, right).map(Value::$result)
                })*
                (_, left, right) => Err(undefined(operator, &left.type_of(), &right.type_of())),
            }
        }
    };
}

combinations! {
    Int Add Int = Int by add_int;
    Int Subtract Int = Int by subtract_int;
    Int Multiply Int = Int by multiply_int;
    Int Divide Int = Int by divide_int;
    Int Remainder Int = Int by remainder_int;
    Float Add Float = Float by add_float;
    Float Subtract Float = Float by subtract_float;
    Float Multiply Float = Float by multiply_float;
    Float Divide Float = Float by divide_float;
    Float Remainder Float = Float by remainder_float;
    String Add String = String by concat;
    Timestamp Add Duration = Timestamp by add_timestamp;
    Duration Add Timestamp = Timestamp by add_to_timestamp;
    Timestamp Subtract Duration = Timestamp by subtract_timestamp;
    Timestamp Subtract Timestamp = Duration by between;
    Duration Add Duration = Duration by add_duration;
    Duration Subtract Duration = Duration by subtract_duration;
    Duration Multiply Int = Duration by multiply_duration;
    Int Multiply Duration = Duration by multiply_by_duration;
    Duration Divide Int = Duration by divide_duration;
    Duration Divide Duration = Float by ratio;
    Duration Remainder Duration = Duration by remainder_duration;
}

fn combination(operator: Operator, left: &Type, right: &Type) -> Option<&'static Combination> {
    TABLE.iter().find(|line| line.operator == operator && line.left == *left && line.right == *right)
}

/// The type that an operator gives for operands of these types; none where it has no meaning.
#[must_use]
pub fn result_type(operator: Operator, left: &Type, right: &Type) -> Option<Type> {
    combination(operator, left, right).map(|line| line.result.clone())
}

/// The name of the function in this module that computes it. Each takes its operands by value (`concat`: anything that
/// is a `str`) and gives a `Result<_, Fault>`.
#[must_use]
pub fn rust_name(operator: Operator, left: &Type, right: &Type) -> Option<&'static str> {
    combination(operator, left, right).map(|line| line.rust)
}

/// `-a` of an int, float or duration.
///
/// # Errors
/// `overflow`; `wrong-type` for other types, which the checker lets nobody write.
pub fn negate(value: Value) -> Result<Value, Fault> {
    match value {
        Value::Int(value) => negate_int(value).map(Value::Int),
        Value::Float(value) => Ok(Value::Float(-value)),
        Value::Duration(value) => negate_duration(value).map(Value::Duration),
        other => Err(Fault::new(FaultCode::WrongType, format!("- has no meaning for {}", other.type_of()))),
    }
}

#[cold]
fn undefined(operator: Operator, left: &Type, right: &Type) -> Fault {
    Fault::new(FaultCode::WrongType, format!("{left} {} {right} has no meaning", operator.symbol()))
}

#[cold]
fn overflow(left: impl Display, symbol: &str, right: impl Display, ty: Type) -> Fault {
    Fault::new(FaultCode::Overflow, format!("{left} {symbol} {right} leaves the range of {ty}"))
}

#[cold]
fn negated(value: impl Display, ty: Type) -> Fault {
    Fault::new(FaultCode::Overflow, format!("-({value}) leaves the range of {ty}"))
}

#[cold]
fn by_zero(left: impl Display, symbol: &str) -> Fault {
    Fault::new(FaultCode::DivisionByZero, format!("{left} {symbol} 0"))
}

/// A float that a computation gave, if it is finite; `what` says which computation, for the message.
///
/// # Errors
/// `not-finite`.
#[inline]
pub fn finite(value: f64, what: impl FnOnce() -> String) -> Result<f64, Fault> {
    if value.is_finite() { Ok(value) } else { Err(not_finite(&what())) }
}

#[cold]
fn not_finite(what: &str) -> Fault {
    Fault::new(FaultCode::NotFinite, format!("{what} is not a finite float"))
}

macro_rules! checked {
    ($($(#[doc = $doc:literal])+ $name:ident($left:ty, $right:ty) -> $result:ident =
        $symbol:literal, |$l:ident, $r:ident| $body:expr;)*) => {
        $($(#[doc = $doc])+
        ///
        /// # Errors
        /// `overflow`.
        #[inline]
        pub fn $name(left: $left, right: $right) -> Result<rust_type!($result), Fault> {
            let ($l, $r) = (left, right);
            match $body {
                Some(result) => Ok(wrap!($result, result)),
                None => Err(overflow(left, $symbol, right, Type::$result)),
            }
        })*
    };
}

macro_rules! rust_type {
    (Int) => {
        i64
    };
    (Timestamp) => {
        Timestamp
    };
    (Duration) => {
        Duration
    };
}

macro_rules! wrap {
    (Int, $value:expr) => {
        $value
    };
    ($ty:ident, $value:expr) => {
        $ty($value)
    };
}

checked! {
    /// `int + int`
    add_int(i64, i64) -> Int = "+", |l, r| l.checked_add(r);
    /// `int - int`
    subtract_int(i64, i64) -> Int = "-", |l, r| l.checked_sub(r);
    /// `int * int`
    multiply_int(i64, i64) -> Int = "*", |l, r| l.checked_mul(r);
    /// `timestamp + duration`
    add_timestamp(Timestamp, Duration) -> Timestamp = "+", |l, r| l.0.checked_add(r.0);
    /// `duration + timestamp`
    add_to_timestamp(Duration, Timestamp) -> Timestamp = "+", |l, r| l.0.checked_add(r.0);
    /// `timestamp - duration`
    subtract_timestamp(Timestamp, Duration) -> Timestamp = "-", |l, r| l.0.checked_sub(r.0);
    /// `timestamp - timestamp`
    between(Timestamp, Timestamp) -> Duration = "-", |l, r| l.0.checked_sub(r.0);
    /// `duration + duration`
    add_duration(Duration, Duration) -> Duration = "+", |l, r| l.0.checked_add(r.0);
    /// `duration - duration`
    subtract_duration(Duration, Duration) -> Duration = "-", |l, r| l.0.checked_sub(r.0);
    /// `duration * int`
    multiply_duration(Duration, i64) -> Duration = "*", |l, r| l.0.checked_mul(r);
    /// `int * duration`
    multiply_by_duration(i64, Duration) -> Duration = "*", |l, r| l.checked_mul(r.0);
}

/// `int / int`, truncated towards zero.
///
/// # Errors
/// `division-by-zero`; `overflow` for the smallest int by -1.
#[inline]
pub fn divide_int(left: i64, right: i64) -> Result<i64, Fault> {
    if right == 0 {
        return Err(by_zero(left, "/"));
    }
    left.checked_div(right).ok_or_else(|| overflow(left, "/", right, Type::Int))
}

/// `int % int`, with the sign of the left operand.
///
/// # Errors
/// `division-by-zero`.
#[inline]
pub fn remainder_int(left: i64, right: i64) -> Result<i64, Fault> {
    if right == 0 {
        return Err(by_zero(left, "%"));
    }
    // The smallest int by -1 overflows in the machine's division only: its remainder is 0.
    Ok(left.wrapping_rem(right))
}

/// `-int`
///
/// # Errors
/// `overflow` for the smallest int.
#[inline]
pub fn negate_int(value: i64) -> Result<i64, Fault> {
    value.checked_neg().ok_or_else(|| negated(value, Type::Int))
}

/// `-duration`
///
/// # Errors
/// `overflow` for the smallest duration.
#[inline]
pub fn negate_duration(value: Duration) -> Result<Duration, Fault> {
    value.0.checked_neg().map(Duration).ok_or_else(|| negated(value, Type::Duration))
}

macro_rules! float_operators {
    ($($(#[doc = $doc:literal])+ $name:ident = $op:tt;)*) => {
        $($(#[doc = $doc])+
        ///
        /// # Errors
        /// `not-finite`.
        #[inline]
        pub fn $name(left: f64, right: f64) -> Result<f64, Fault> {
            finite(left $op right, || format!("{left:?} {} {right:?}", stringify!($op)))
        })*
    };
}

float_operators! {
    /// `float + float`
    add_float = +;
    /// `float - float`
    subtract_float = -;
    /// `float * float`
    multiply_float = *;
    /// `float / float`
    divide_float = /;
    /// `float % float`, with the sign of the left operand.
    remainder_float = %;
}

/// `string + string`.
///
/// # Errors
/// `out-of-range` where the result is longer than [`LONGEST_TEXT`](crate::functions::LONGEST_TEXT).
#[inline]
pub fn concat(left: impl AsRef<str>, right: impl AsRef<str>) -> Result<String, Fault> {
    let (left, right) = (left.as_ref(), right.as_ref());
    fits(left.len().saturating_add(right.len()))?;
    Ok([left, right].concat())
}

/// `duration / int`, truncated towards zero.
///
/// # Errors
/// `division-by-zero`; `overflow` for the smallest duration by -1.
#[inline]
pub fn divide_duration(left: Duration, right: i64) -> Result<Duration, Fault> {
    if right == 0 {
        return Err(by_zero(left, "/"));
    }
    left.0.checked_div(right).map(Duration).ok_or_else(|| overflow(left, "/", right, Type::Duration))
}

/// `duration / duration`: how often the right one goes into the left one.
///
/// # Errors
/// `division-by-zero`.
#[inline]
pub fn ratio(left: Duration, right: Duration) -> Result<f64, Fault> {
    if right.0 == 0 {
        return Err(by_zero(left, "/"));
    }
    Ok(left.0 as f64 / right.0 as f64)
}

/// `duration % duration`, with the sign of the left operand.
///
/// # Errors
/// `division-by-zero`.
#[inline]
pub fn remainder_duration(left: Duration, right: Duration) -> Result<Duration, Fault> {
    if right.0 == 0 {
        return Err(by_zero(left, "%"));
    }
    Ok(Duration(left.0.wrapping_rem(right.0)))
}

#[cfg(test)]
mod tests;
