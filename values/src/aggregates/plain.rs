//! What the definitions of several aggregates need. The exact sum of floats and their mean, rounded once, are taken with
//! whole numbers of any size, which is slow and plain.

use std::cmp::Ordering;

use num_bigint::{BigInt, BigUint, Sign};

use super::Row;
use crate::{Duration, Value};

/// The first arguments, ints and durations.
pub(super) fn ints(rows: &[Row<'_>]) -> impl Iterator<Item = i64> {
    rows.iter().filter_map(|row| match row.values.first() {
        Some(Value::Int(int) | Value::Duration(Duration(int))) => Some(*int),
        _ => None,
    })
}

/// The first arguments, floats.
pub(super) fn floats(rows: &[Row<'_>]) -> impl Iterator<Item = f64> {
    rows.iter().filter_map(|row| match row.values.first() {
        Some(Value::Float(float)) => Some(*float),
        _ => None,
    })
}

/// The order of values of one type. -0.0 is smaller than 0.0, so that the order of rows does not show.
pub(super) fn order(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Float(a), Value::Float(b)) => a.total_cmp(b),
        _ => a.partial_cmp(b).unwrap_or(Ordering::Equal),
    }
}

/// The least bit of any float is 2^-1074.
pub(super) const UNIT: u32 = 1074;
const MANTISSA_BITS: u64 = 52;
const EXPONENT_MASK: u64 = 0x7ff;

/// The sum divided by `count`, rounded to the nearest float, ties to even. Infinite where it is too large for one.
/// `count` is not zero.
pub(super) fn mean(values: impl Iterator<Item = f64>, count: u64) -> f64 {
    let sum: BigInt = values.map(in_smallest_units).sum();
    round(&sum, &BigUint::from(count))
}

/// The exact sum, rounded once. Infinite where it is too large.
pub(super) fn sum(values: impl Iterator<Item = f64>) -> f64 {
    mean(values, 1)
}

/// The mean of whole numbers, rounded once.
pub(super) fn mean_of_ints(values: impl Iterator<Item = i64>, count: u64) -> f64 {
    let sum: BigInt = values.map(BigInt::from).sum();
    round(&(sum << UNIT), &BigUint::from(count))
}

/// A float as a whole number of 2^-1074, which every float is.
pub(super) fn in_smallest_units(value: f64) -> BigInt {
    let bits = value.to_bits();
    let exponent = (bits >> MANTISSA_BITS) & EXPONENT_MASK;
    let fraction = bits & ((1 << MANTISSA_BITS) - 1);
    let magnitude = match exponent {
        0 => BigInt::from(fraction),
        _ => BigInt::from(fraction | (1 << MANTISSA_BITS)) << (exponent - 1),
    };
    if value.is_sign_negative() { -magnitude } else { magnitude }
}

/// `units / divisor`, where a unit is 2^-1074. Zero has no sign.
pub(super) fn round(units: &BigInt, divisor: &BigUint) -> f64 {
    let magnitude = units.magnitude();
    let whole_bits = (magnitude / divisor).bits();
    let dropped = whole_bits.saturating_sub(MANTISSA_BITS + 1);
    let divisor = divisor << dropped;
    let quotient = magnitude / &divisor;
    let twice_the_rest = (magnitude - &quotient * &divisor) << 1u8;
    let kept = quotient.iter_u64_digits().next().unwrap_or(0);
    let up = twice_the_rest > divisor || (twice_the_rest == divisor && kept % 2 == 1);
    // A carry out of the mantissa runs into the exponent, as it should.
    let bits = (dropped << MANTISSA_BITS) + kept + u64::from(up);
    let value = f64::from_bits(bits.min(EXPONENT_MASK << MANTISSA_BITS));
    if units.sign() == Sign::Minus && value != 0.0 { -value } else { value }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cancels_leaves_the_small_part() {
        assert_eq!(sum([1e100, 1.0, -1e100].into_iter()), 1.0);
        assert_eq!(sum([0.1; 10].into_iter()), 1.0);
        assert_eq!(sum([f64::MAX, f64::MAX, -f64::MAX].into_iter()), f64::MAX);
    }

    #[test]
    fn ties_go_to_even() {
        let one_and_a_half_ulp = 1.0 + f64::EPSILON;
        assert_eq!(sum([1.0, f64::EPSILON / 2.0].into_iter()), 1.0);
        assert_eq!(sum([one_and_a_half_ulp, f64::EPSILON / 2.0].into_iter()), 1.0 + 2.0 * f64::EPSILON);
        assert_eq!(sum([5e-324, 5e-324].into_iter()), 1e-323);
    }

    #[test]
    fn too_large_is_infinite() {
        assert_eq!(sum([f64::MAX, f64::MAX].into_iter()), f64::INFINITY);
        assert_eq!(mean([f64::MAX, f64::MAX].into_iter(), 2), f64::MAX);
    }

    #[test]
    fn means_are_rounded_once() {
        assert_eq!(mean([0.1, 0.2, 0.3].into_iter(), 3), 0.2);
        assert_eq!(mean_of_ints([1, 2].into_iter(), 2), 1.5);
        assert_eq!(mean_of_ints([i64::MAX, i64::MAX].into_iter(), 2), i64::MAX as f64);
        assert_eq!(mean_of_ints([-1, 0, 0].into_iter(), 3), -1.0 / 3.0);
    }
}
