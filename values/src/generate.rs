//! Seeded input: field `f` of tuple `i` is a pure function of (seed, i, f), so any worker can make any tuple.
//!
//! The checker reads [`DISTRIBUTIONS`]; a program makes a [`Prepared`] of each field when it starts, which checks the
//! arguments' values and builds the tables; then [`Prepared::sample`] costs some nanoseconds.

use std::borrow::Cow;
use std::net::IpAddr;

use crate::{Duration, Fault, Timestamp, Type, Value};

mod defaults;
mod dynamic;
mod named;
mod nexmark;
mod random;
mod sampled;
mod signature;
mod zipf;

pub use defaults::{PRESENCE, default_for};
pub use dynamic::Dynamic;
pub use named::{GENERATORS, Generator, Makes, New, Part};
pub use nexmark::Nexmark;
pub use sampled::Sampled;
pub use signature::{DISTRIBUTIONS, Signature};

use random::{Draw, below, draw, unit};
use zipf::Zipf;

/// How a generated field is spread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `choose(a, b, …)`: one of the values, each as often as it is listed.
    Choose,
    /// `uniform(low, high)`: ints, floats, durations or timestamps; high excluded.
    Uniform,
    /// `zipf(n [, exponent])`: a rank from 0 to n − 1 made a value of the field's type: an int, `10.0.0.0` + rank, or
    /// the field's name and the rank.
    Zipf,
    /// `sequence([start [, step]])`: start + i·step, of an int, timestamp or duration.
    Sequence,
    /// `clock(start, step, disorder)`: a timestamp start + i·step, less a uniform part of `disorder`.
    Clock,
}

/// A distribution with its arguments checked and its tables built, for a field of Rust type `T`.
#[derive(Clone, Debug)]
pub struct Prepared<T> {
    /// How often the field is there, of 2^64; none for always.
    presence: Option<u64>,
    shape: Shape<T>,
    /// The field's name.
    name: String,
}

/// How the values that are there are spread.
#[derive(Clone, Debug)]
enum Shape<T> {
    Choose(Vec<T>),
    Uniform(T, T),
    Zipf(Zipf),
    Sequence(i64, i64),
    Clock { start: i64, step: i64, disorder: u64 },
}

impl<T: Sampled> Prepared<T> {
    /// Checks the arguments' values; their types are those of [`Signature::parameters`]. `presence` is how often an
    /// optional field is there, always without it; `name` is the field's.
    ///
    /// # Errors
    /// One sentence that says which argument is out of range.
    pub fn new(
        presence: Option<f64>,
        kind: Kind,
        arguments: &[Value],
        name: &str,
    ) -> Result<Prepared<T>, String> {
        if let Some(probability) = presence.filter(|probability| !(0.0..=1.0).contains(probability)) {
            return Err(format!("the probability {probability:?} is not between 0.0 and 1.0"));
        }
        // The product is at most 2^64, which the cast brings down to the largest u64; that one is "always".
        let presence = presence.map(|probability| (probability * 18_446_744_073_709_551_616.0) as u64);
        let presence = presence.filter(|often| *often < u64::MAX);
        Ok(Prepared { presence, shape: Shape::new(kind, arguments)?, name: name.to_owned() })
    }

    /// Whether field `field` of tuple `index` is there.
    #[inline]
    #[must_use]
    pub fn present(&self, seed: u64, index: u64, field: u32) -> bool {
        self.presence.is_none_or(|often| draw(seed, index, field, Draw::Presence) < often)
    }

    /// The value of field `field` of tuple `index`, given that it is present.
    ///
    /// # Errors
    /// `overflow` where a sequence leaves its type.
    #[inline]
    pub fn sample(&self, seed: u64, index: u64, field: u32) -> Result<T::Sample<'_>, Fault> {
        match &self.shape {
            Shape::Choose(values) => {
                let chosen = below(draw(seed, index, field, Draw::Value), values.len() as u64);
                Ok(T::lend(&values[chosen as usize]))
            }
            Shape::Uniform(low, high) => Ok(T::between(low, high, draw(seed, index, field, Draw::Value))),
            Shape::Zipf(zipf) => {
                let rank = zipf.rank(draw(seed, index, field, Draw::Value));
                Ok(T::counted(&self.name, rank as i64))
            }
            Shape::Sequence(start, step) => {
                sequence(*start, *step, index).map(|number| T::counted(&self.name, number))
            }
            Shape::Clock { start, step, disorder } => {
                let late = below(draw(seed, index, field, Draw::Value), *disorder);
                let at = sequence(*start, *step, index)?;
                Ok(T::counted(&self.name, at.saturating_sub_unsigned(late)))
            }
        }
    }
}

/// start + index · step
#[inline]
fn sequence(start: i64, step: i64, index: u64) -> Result<i64, Fault> {
    let value = i128::from(start) + i128::from(step) * i128::from(index);
    i64::try_from(value).map_err(|_| {
        let message = format!("{start} + {index} * {step} leaves the range of the sequence");
        Fault::new(crate::FaultCode::Overflow, message)
    })
}

impl<T: Sampled> Shape<T> {
    fn new(kind: Kind, arguments: &[Value]) -> Result<Shape<T>, String> {
        match kind {
            Kind::Choose => {
                let values: Option<Vec<T>> = arguments.iter().map(T::from_value).collect();
                let values = values.filter(|values| !values.is_empty());
                values.map(Shape::Choose).ok_or_else(|| format!("choose() takes values of type {}", T::ty()))
            }
            Kind::Uniform => {
                let [low, high] = arguments else {
                    return Err("uniform() takes a low and a high bound".to_owned());
                };
                let bounds = T::from_value(low).zip(T::from_value(high));
                let bounds = bounds.filter(|(low, high)| T::is_range(low, high));
                let (low, high) = bounds.ok_or_else(|| format!("uniform: {low} is not below {high}"))?;
                Ok(Shape::Uniform(low, high))
            }
            Kind::Zipf => Zipf::new(arguments).map(Shape::Zipf),
            Kind::Sequence => {
                let start = arguments
                    .first()
                    .map_or(Some(0), number)
                    .ok_or("sequence() starts at a number or time")?;
                let step = arguments.get(1).map_or(Some(T::STEP), number).ok_or("sequence() takes a step")?;
                Ok(Shape::Sequence(start, step))
            }
            Kind::Clock => clock(arguments),
        }
    }
}

fn clock<T>(arguments: &[Value]) -> Result<Shape<T>, String> {
    let [Value::Timestamp(start), Value::Duration(step), Value::Duration(disorder)] = arguments else {
        return Err("clock() takes a start, a step and a disorder".to_owned());
    };
    let disorder = u64::try_from(disorder.0).map_err(|_| format!("the disorder {disorder} is negative"))?;
    if step.0 < 0 {
        return Err(format!("the clock's step {step} is negative"));
    }
    Ok(Shape::Clock { start: start.0, step: step.0, disorder })
}

/// What an int, timestamp or duration counts.
fn number(value: &Value) -> Option<i64> {
    match value {
        Value::Int(number) | Value::Timestamp(Timestamp(number)) | Value::Duration(Duration(number)) => {
            Some(*number)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
