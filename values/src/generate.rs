//! Seeded input: field `f` of tuple `i` is a pure function of (seed, i, f), so any worker can make any tuple.

use std::borrow::Cow;
use std::net::IpAddr;

use crate::{Duration, Fault, Timestamp, Type, Value};

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
    /// `sometimes(probability, of …)`: an optional field, absent otherwise.
    Sometimes,
}

/// A type whose values can be generated: `bool`, `i64`, `f64`, `String`, `Vec<u8>`, `Timestamp`, `Duration`, `IpAddr`.
pub trait Sampled: Sized {
    /// What a sample is: the type itself, or for text and bytes a `Cow` that borrows from the distribution.
    type Sample<'a>: Into<Value>
    where
        Self: 'a;
}
impl Sampled for bool {
    type Sample<'a> = bool;
}
impl Sampled for i64 {
    type Sample<'a> = i64;
}
impl Sampled for f64 {
    type Sample<'a> = f64;
}
impl Sampled for String {
    type Sample<'a> = Cow<'a, str>;
}
impl Sampled for Vec<u8> {
    type Sample<'a> = Cow<'a, [u8]>;
}
impl Sampled for Timestamp {
    type Sample<'a> = Timestamp;
}
impl Sampled for Duration {
    type Sample<'a> = Duration;
}
impl Sampled for IpAddr {
    type Sample<'a> = IpAddr;
}

/// A distribution with its arguments checked and its tables built, for a field of Rust type `T`.
#[derive(Clone, Debug)]
pub struct Prepared<T>(T);

impl<T: Sampled> Prepared<T> {
    /// Checks the arguments' values. `name` is the field's.
    ///
    /// # Errors
    /// One sentence that says which argument is out of range.
    pub fn new(kind: Kind, arguments: &[Value], name: &str) -> Result<Prepared<T>, String> {
        todo!()
    }

    /// Whether field `field` of tuple `index` is there: always, but for `sometimes`.
    pub fn present(&self, seed: u64, index: u64, field: u32) -> bool {
        todo!()
    }

    /// The value of field `field` of tuple `index`, given that it is present.
    ///
    /// # Errors
    /// `overflow` where a sequence leaves its type.
    pub fn sample(&self, seed: u64, index: u64, field: u32) -> Result<T::Sample<'_>, Fault> {
        todo!()
    }
}

/// A [`Prepared`] of a type known only at run time.
#[derive(Clone, Debug)]
pub struct Dynamic {}

impl Dynamic {
    /// As [`Prepared::new`]; `ty` is the field's type, and may be optional.
    pub fn new(kind: Kind, arguments: &[Value], ty: &Type, name: &str) -> Result<Dynamic, String> {
        todo!()
    }

    /// As [`Prepared::sample`]; `Value::None` where the value is not present.
    pub fn sample(&self, seed: u64, index: u64, field: u32) -> Result<Value, Fault> {
        todo!()
    }
}

impl Kind {
    /// The distribution of this name: `choose`, `uniform`, …
    pub fn named(name: &str) -> Option<Kind> {
        todo!()
    }
}

/// Whether a distribution takes arguments of these types for a field of this type.
///
/// # Errors
/// One sentence that says what it takes.
pub fn check(kind: Kind, arguments: &[Type], field: &Type) -> Result<(), String> {
    todo!()
}

/// The distribution of a field that names none.
pub fn default_for(ty: &Type, name: &str) -> (Kind, Vec<Value>) {
    todo!()
}
