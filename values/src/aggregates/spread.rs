//! `variance` and `stddev`, of all the values there are (not of a sample): from the exact sums of values and squares, so no
//! digit is lost however far the values lie from zero.

use super::sum::{decode_sum, encode_sum};
use super::{Aggregate, Algebra, Argument, Held, Merge, Shape};
#[cfg(feature = "definition")]
use super::{Row, plain};
#[cfg(feature = "definition")]
use crate::Value;
use crate::exact_sum::{self, ExactSum};
use crate::wire::{self, Reader};
use crate::{Fault, FaultCode, Type};

/// The mean square of the distances from the mean.
pub static VARIANCE: Aggregate = Aggregate {
    name: "variance",
    algebra: Algebra::Commutative,
    takes_time: false,
    may_be_absent: true,
    shape: |arguments| shape(arguments, "spread::Variance"),
    docs: "The mean square of the distances from the mean, as a float: exact, and rounded once. It is that of the values \
           themselves, divided by their number and not by one less, so 0 of one value. A float of 2^511 and beyond is a \
           fault of the row that leaves.",
    example: "variance(status)",
    #[cfg(feature = "definition")]
    fold: |_, rows| defined(rows).map(Value::from),
};

/// The square root of the variance.
pub static STDDEV: Aggregate = Aggregate {
    name: "stddev",
    algebra: Algebra::Commutative,
    takes_time: false,
    may_be_absent: true,
    shape: |arguments| shape(arguments, "spread::StdDev"),
    docs: "The standard deviation: the square root of `variance`.",
    example: "stddev(status)",
    #[cfg(feature = "definition")]
    fold: |_, rows| Ok(defined(rows)?.map(f64::sqrt).into()),
};

fn shape(arguments: &[Argument<'_>], accumulator: &'static str) -> Result<Shape, &'static str> {
    match arguments {
        [Argument { ty: Type::Int | Type::Float, .. }] => {
            Ok(Shape::holding(Type::Float, accumulator).fallible())
        }
        _ => Err("an int or a float"),
    }
}

/// From here on the squares of floats leave the range that sums have.
const TOO_LARGE: f64 = f64::from_bits((1_023 + 511) << 52);

#[cold]
fn too_large() -> Fault {
    Fault::new(FaultCode::NotFinite, "the variance of values so large is not a finite float")
}

/// A number that is a whole one times a power of two.
pub trait Exact: for<'a> Held<View<'a> = Self> + Copy {
    /// Both of them.
    fn split(self) -> (i64, i32);

    /// Whether its square is too large.
    fn is_too_large(self) -> bool;
}

impl Exact for i64 {
    #[inline]
    fn split(self) -> (i64, i32) {
        (self, 0)
    }

    #[inline]
    fn is_too_large(self) -> bool {
        false
    }
}

impl Exact for f64 {
    #[inline]
    fn split(self) -> (i64, i32) {
        exact_sum::split(self)
    }

    #[inline]
    fn is_too_large(self) -> bool {
        self.abs() >= TOO_LARGE
    }
}

/// `variance`
#[derive(Clone, Debug)]
pub struct Variance<T> {
    sum: ExactSum,
    squares: ExactSum,
    count: u64,
    too_large: bool,
    of: std::marker::PhantomData<T>,
}

impl<T> Default for Variance<T> {
    fn default() -> Self {
        let (sum, squares) = (ExactSum::new(), ExactSum::new());
        Variance { sum, squares, count: 0, too_large: false, of: std::marker::PhantomData }
    }
}

impl<T: Exact> Variance<T> {
    /// A value.
    #[inline]
    pub fn add(&mut self, value: T) {
        self.count += 1;
        if value.is_too_large() {
            self.too_large = true;
            return;
        }
        let (mantissa, exponent) = value.split();
        let mantissa = i128::from(mantissa);
        self.sum.add_scaled(mantissa, exponent);
        self.squares.add_scaled(mantissa * mantissa, 2 * exponent);
    }

    /// The variance; absent where there was no value.
    ///
    /// # Errors
    /// `not-finite` where a value was too large.
    pub fn finish(&self) -> Result<Option<f64>, Fault> {
        if self.too_large {
            return Err(too_large());
        }
        if self.count == 0 {
            return Ok(None);
        }
        exact_sum::variance(&self.sum, &self.squares, self.count).map(Some).ok_or_else(too_large)
    }

    /// Appends it for `decode`.
    pub fn encode(&self, out: &mut Vec<u8>) {
        encode_sum(&self.sum, out);
        encode_sum(&self.squares, out);
        wire::put_u64(out, self.count);
        wire::put_bool(out, self.too_large);
    }

    /// What `encode` wrote.
    pub fn decode(reader: &mut Reader<'_>) -> Self {
        let (sum, squares) = (decode_sum(reader), decode_sum(reader));
        Variance { sum, squares, count: reader.u64(), too_large: reader.bool(), ..Self::default() }
    }
}

impl<T: Exact> Merge for Variance<T> {
    const GROWS: bool = false;

    fn merge(&mut self, later: &Self) {
        self.sum.merge(&later.sum);
        self.squares.merge(&later.squares);
        self.count += later.count;
        self.too_large |= later.too_large;
    }
}

/// `stddev`
#[derive(Clone, Debug)]
pub struct StdDev<T>(Variance<T>);

impl<T> Default for StdDev<T> {
    fn default() -> Self {
        StdDev(Variance::default())
    }
}

impl<T: Exact> StdDev<T> {
    /// A value.
    #[inline]
    pub fn add(&mut self, value: T) {
        self.0.add(value);
    }

    /// The standard deviation; absent where there was no value.
    ///
    /// # Errors
    /// `not-finite` where a value was too large.
    pub fn finish(&self) -> Result<Option<f64>, Fault> {
        Ok(self.0.finish()?.map(f64::sqrt))
    }

    /// Appends it for `decode`.
    pub fn encode(&self, out: &mut Vec<u8>) {
        self.0.encode(out);
    }

    /// What `encode` wrote.
    pub fn decode(reader: &mut Reader<'_>) -> Self {
        StdDev(Variance::decode(reader))
    }
}

impl<T: Exact> Merge for StdDev<T> {
    const GROWS: bool = false;

    fn merge(&mut self, later: &Self) {
        self.0.merge(&later.0);
    }
}

/// `Σ x² / n − (Σ x / n)²` in whole numbers of any size; a square is cut at the least bit of any float.
#[cfg(feature = "definition")]
fn defined(rows: &[Row<'_>]) -> Result<Option<f64>, Fault> {
    use num_bigint::{BigInt, BigUint};

    if rows.is_empty() {
        return Ok(None);
    }
    if plain::floats(rows).any(|value| value.abs() >= 2.0_f64.powi(511)) {
        return Err(too_large());
    }
    let ints = plain::ints(rows).map(|value| BigInt::from(value) << plain::UNIT);
    let values: Vec<BigInt> = plain::floats(rows).map(plain::in_smallest_units).chain(ints).collect();
    let count = BigInt::from(rows.len());
    let sum: BigInt = values.iter().sum();
    let squares: BigInt = values.iter().map(|value| (value * value) >> plain::UNIT).sum();
    let spread: BigInt = ((count * squares) << plain::UNIT) - &sum * &sum;
    let divisor = BigUint::from(rows.len()).pow(2) << plain::UNIT;
    Ok(Some(plain::round(&spread.max(BigInt::ZERO), &divisor)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variance<T: Exact>(values: &[T]) -> Option<f64> {
        let mut kept = Variance::default();
        values.iter().for_each(|value| kept.add(*value));
        kept.finish().unwrap()
    }

    #[test]
    fn nothing_cancels() {
        assert_eq!(variance(&[1e9 + 4.0, 1e9 + 7.0, 1e9 + 13.0, 1e9 + 16.0]), Some(22.5));
        assert_eq!(variance(&[0.1, 0.1, 0.1]), Some(0.0));
        assert_eq!(variance(&[i64::MIN, i64::MAX]), Some(2.0_f64.powi(126)));
        assert_eq!(variance::<i64>(&[]), None);
        assert_eq!(variance(&[2_i64, 4, 4, 4, 5, 5, 7, 9]), Some(4.0));
    }

    #[test]
    fn values_too_large_are_a_fault() {
        let mut kept = StdDev::<f64>::default();
        kept.add(1e200);
        assert_eq!(kept.finish().unwrap_err().code, FaultCode::NotFinite);
    }
}
