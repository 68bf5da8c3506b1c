//! `quantile` and `median`: a sketch with buckets of bounded relative width, after Masson, Rim and Lee, "DDSketch"
//! (VLDB 2019). The buckets are those of the floats' own exponents and first mantissa bits, so finding one takes no
//! logarithm, and every machine finds the same.

use std::collections::BTreeMap;

#[cfg(feature = "definition")]
use super::Row;
use super::{Aggregate, Algebra, Argument, Held, Merge, Shape};
use crate::wire::{self, Reader};
use crate::{Duration, Type, Value};

/// The value below which a share of all values lies.
pub static QUANTILE: Aggregate = Aggregate {
    name: "quantile",
    algebra: Algebra::Commutative,
    takes_time: false,
    may_be_absent: true,
    shape: |arguments| match arguments {
        [value, share] => Ok(Shape { constants: 1, ..of(value, share_of(share)?)? }),
        _ => Err(WANTED),
    },
    docs: "About the smallest value that at least this share of all values does not exceed: one of the values, and less \
           than 0.8 % from the exact one (exact for whole numbers below 256). The share is a constant from 0 to 1.",
    example: "quantile(status, 0.95)",
    #[cfg(feature = "definition")]
    fold: |shape, rows| Ok(defined(shape, rows)),
};

/// The value in the middle.
pub static MEDIAN: Aggregate = Aggregate {
    name: "median",
    algebra: Algebra::Commutative,
    takes_time: false,
    may_be_absent: true,
    shape: |arguments| match arguments {
        [value] => of(value, 0.5).map_err(|_| "an int, a float or a duration"),
        _ => Err("an int, a float or a duration"),
    },
    docs: "About the value in the middle, the smaller one of two: `quantile(x, 0.5)`.",
    example: "median(status)",
    #[cfg(feature = "definition")]
    fold: |shape, rows| Ok(defined(shape, rows)),
};

const WANTED: &str = "an int, a float or a duration, and a constant from 0.0 to 1.0";

fn share_of(share: &Argument<'_>) -> Result<f64, &'static str> {
    match share.constant {
        Some(Value::Float(share)) if (0.0..=1.0).contains(share) => Ok(*share),
        Some(Value::Int(share @ (0 | 1))) => Ok(*share as f64),
        _ => Err(WANTED),
    }
}

fn of(value: &Argument<'_>, share: f64) -> Result<Shape, &'static str> {
    match value.ty {
        Type::Int | Type::Float | Type::Duration => {
            let settings = vec![Value::Float(share)];
            Ok(Shape { settings, ..Shape::holding(value.ty.clone(), "quantile::Quantile") })
        }
        _ => Err(WANTED),
    }
}

/// A type that quantiles are taken of.
pub trait Measured: for<'a> Held<View<'a> = Self> + Copy {
    /// The nearest float, which is finite.
    fn float(self) -> f64;
}

impl Measured for f64 {
    #[inline]
    fn float(self) -> f64 {
        self
    }
}

impl Measured for i64 {
    #[inline]
    fn float(self) -> f64 {
        self as f64
    }
}

impl Measured for Duration {
    #[inline]
    fn float(self) -> f64 {
        self.0 as f64
    }
}

/// Bits of the mantissa that a bucket's number does not have: seven are left, so a bucket is 1/128 wide at most.
const DROPPED: u32 = 52 - 7;

/// The number of a value's bucket; they are ordered as the values are. The two zeros share one.
#[inline]
fn bucket(value: f64) -> i32 {
    let number = (value.abs().to_bits() >> DROPPED) as i32;
    if value < 0.0 { -number - 1 } else { number }
}

/// `quantile`: for each bucket its smallest value, and how many there are.
#[derive(Clone, Debug)]
pub struct Quantile<T> {
    buckets: BTreeMap<i32, (T, u64)>,
    count: u64,
}

impl<T> Default for Quantile<T> {
    fn default() -> Self {
        Quantile { buckets: BTreeMap::new(), count: 0 }
    }
}

impl<T: Measured> Quantile<T> {
    /// A value.
    #[inline]
    pub fn add(&mut self, value: T) {
        self.take(bucket(value.float()), value, 1);
    }

    fn take(&mut self, bucket: i32, least: T, count: u64) {
        let (known, taken) = self.buckets.entry(bucket).or_insert((least, 0));
        if T::order(least, *known).is_lt() {
            *known = least;
        }
        *taken += count;
        self.count += count;
    }

    /// The value at this share, from 0.0 to 1.0; absent where there was none.
    #[must_use]
    pub fn finish(&self, share: f64) -> Option<T> {
        let mut before = rank(share, self.count);
        for (least, count) in self.buckets.values() {
            if before < *count {
                return Some(*least);
            }
            before -= count;
        }
        None
    }

    /// Appends it for `decode`.
    pub fn encode(&self, out: &mut Vec<u8>) {
        wire::put_u32(out, self.buckets.len() as u32);
        for (least, count) in self.buckets.values() {
            T::put(*least, out);
            wire::put_u64(out, *count);
        }
    }

    /// What `encode` wrote.
    pub fn decode(reader: &mut Reader<'_>) -> Self {
        let mut read = Self::default();
        for _ in 0..reader.u32() {
            let least = T::get(reader);
            read.take(bucket(least.float()), least, reader.u64());
        }
        read
    }
}

impl<T: Measured> Merge for Quantile<T> {
    fn merge(&mut self, later: &Self) {
        for (bucket, (least, count)) in &later.buckets {
            self.take(*bucket, *least, *count);
        }
    }
}

/// How many of `count` sorted values stand before the one at this share. A share of 0.07 of 100 values is the seventh,
/// though the float is a little more than 0.07.
fn rank(share: f64, count: u64) -> u64 {
    let place = (share * count as f64 - 1e-9).ceil();
    (place.max(1.0) as u64).min(count).saturating_sub(1)
}

/// The exact one by sorting all values, then the smallest value in its bucket.
#[cfg(feature = "definition")]
fn defined(shape: &Shape, rows: &[Row<'_>]) -> Value {
    let mut values: Vec<&Value> = rows.iter().flat_map(|row| row.values).collect();
    values.sort_by(|a, b| super::plain::order(a, b));
    let [Value::Float(share)] = shape.settings[..] else { return Value::None };
    let measured = |value: &Value| match value {
        Value::Int(value) | Value::Duration(Duration(value)) => value.float(),
        Value::Float(value) => *value,
        _ => 0.0,
    };
    let Some(exact) = values.get(rank(share, values.len() as u64) as usize) else { return Value::None };
    let bucket_of_exact = bucket(measured(exact));
    let near = values.iter().find(|value| bucket(measured(value)) == bucket_of_exact);
    near.map_or(Value::None, |value| (**value).clone())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn quantile<T: Measured>(values: &[T], share: f64) -> Option<T> {
        let mut kept = Quantile::default();
        values.iter().for_each(|value| kept.add(*value));
        kept.finish(share)
    }

    #[test]
    fn whole_numbers_below_256_are_exact() {
        let values: Vec<i64> = (1..=100).collect();
        assert_eq!(quantile(&values, 0.07), Some(7));
        assert_eq!(quantile(&values, 0.0), Some(1));
        assert_eq!(quantile(&values, 0.5), Some(50));
        assert_eq!(quantile(&values, 0.951), Some(96));
        assert_eq!(quantile(&values, 1.0), Some(100));
        assert_eq!(quantile::<i64>(&[], 0.5), None);
        assert_eq!(quantile(&[-3_i64, -255, 0], 0.1), Some(-255));
    }

    proptest! {
        #[test]
        fn it_is_near_the_exact_one(
            mut values in proptest::collection::vec(-1e12..1e12_f64, 1..200),
            share in 0.0..=1.0_f64,
        ) {
            let told = quantile(&values, share).unwrap();
            values.sort_by(f64::total_cmp);
            let exact = values[((share * values.len() as f64 - 1e-9).ceil() as usize).max(1) - 1];
            prop_assert!((told - exact).abs() <= exact.abs() / 127.0, "{} for {}", told, exact);
            prop_assert!(values.contains(&told));
        }
    }
}
