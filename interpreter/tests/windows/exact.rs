//! Sums and means as they are defined: the exact number, rounded once to the nearest float, ties to the even one.

use num_bigint::{BigInt, BigUint, Sign};

/// Every finite float is a whole number of the smallest one, 2^-1074.
fn units(value: f64) -> BigInt {
    let bits = value.to_bits();
    let (exponent, fraction) = ((bits >> 52 & 0x7ff) as usize, bits & ((1 << 52) - 1));
    let magnitude = match exponent {
        0 => BigInt::from(fraction),
        _ => BigInt::from(fraction | 1 << 52) << (exponent - 1),
    };
    if value.is_sign_negative() { -magnitude } else { magnitude }
}

/// The sum of floats; none where it is too large for one.
pub(crate) fn sum(values: &[f64]) -> Option<f64> {
    rounded(&values.iter().copied().map(units).sum(), 1)
}

/// The mean of floats, of which there are some.
pub(crate) fn mean(values: &[f64]) -> Option<f64> {
    rounded(&values.iter().copied().map(units).sum(), values.len())
}

/// The mean of ints, of which there are some.
pub(crate) fn mean_of_ints(values: &[i64]) -> Option<f64> {
    let sum: BigInt = values.iter().copied().map(BigInt::from).sum();
    rounded(&(sum << 1074), values.len())
}

/// `units` / `count` smallest floats as a float. A zero, also one by rounding, has no sign.
fn rounded(units: &BigInt, count: usize) -> Option<f64> {
    let (sign, magnitude) = (units.sign(), units.magnitude());
    let count = BigUint::from(count);
    // Floats of 2^shift have 53 bits; the smallest ones have fewer.
    let shift = ((magnitude / &count).bits()).saturating_sub(53);
    let step = &count << shift;
    let (mut quotient, rest) = (magnitude / &step, magnitude % &step);
    let twice = rest * 2_u32;
    if twice > step || (twice == step && quotient.bit(0)) {
        quotient += 1_u32;
    }
    let quotient = quotient.iter_u64_digits().next().unwrap_or(0) as f64;
    // Multiplied twice, since 2^-1074 times 2^shift may be no float in between.
    let value = (0..shift).fold(quotient * f64::from_bits(1), |value, _| value * 2.0);
    let value = if sign == Sign::Minus && value != 0.0 { -value } else { value };
    value.is_finite().then_some(value)
}

#[test]
fn sums_are_rounded_once() {
    assert_eq!(sum(&[0.1; 10]), Some(1.0));
    assert_eq!(sum(&[1e308, 1e308, -1e308]), Some(1e308));
    assert_eq!(sum(&[1e308, 1e308]), None);
    assert_eq!(sum(&[f64::MAX, 1.0]), Some(f64::MAX));
    assert_eq!(sum(&[1.0, 1e-16, 1e-16]), Some(1.000_000_000_000_000_2));
    assert_eq!(sum(&[-0.0]).map(f64::to_bits), Some(0));
    assert_eq!(mean(&[f64::MAX, f64::MAX]), Some(f64::MAX));
    assert_eq!(mean(&[5e-324, 0.0]), Some(0.0));
    assert_eq!(mean(&[1.0, 2.0, -2.5]), Some(1.0 / 6.0));
    assert_eq!(mean_of_ints(&[i64::MAX, i64::MAX]), Some(i64::MAX as f64));
}
