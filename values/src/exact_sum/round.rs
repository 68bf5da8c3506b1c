//! From a large exact number to the nearest float.

/// Bits of a float's mantissa.
const PRECISION: i32 = 53;

/// The float nearest to a number, of two equally near the even one; none where that is infinite. Zero has
/// no sign.
///
/// The number is that of the limbs (64 bits each, least first) times two to the power of `exponent`, and a little more
/// where `more`, as after a division with a remainder.
pub(super) fn nearest(negative: bool, limbs: &[u64], exponent: i32, more: bool) -> Option<f64> {
    let Some(top) = limbs.iter().rposition(|limb| *limb != 0) else {
        return Some(0.0);
    };
    let length = 64 * top as i32 + 64 - limbs[top].leading_zeros() as i32;
    // How many bits are rounded off. The mantissa's unit is never below that of the subnormal floats.
    let cut = (length - PRECISION).max(super::LEAST - exponent);
    // The biased exponent less one: zero for subnormal floats and for the least normal ones alike.
    let field = u64::try_from(exponent + cut - super::LEAST).ok()?;
    if field > 2_045 {
        return None;
    }
    let mantissa = if cut <= 0 { bits(limbs, 0) << -cut } else { rounded(limbs, cut, more) };
    // A mantissa with its leading bit, or one that rounding made longer, adds one to the exponent by itself.
    let result = f64::from_bits((field << 52) + mantissa);
    result.is_finite().then_some(if negative && result != 0.0 { -result } else { result })
}

/// The number without its last `cut` bits, rounded to nearest, ties to even.
fn rounded(limbs: &[u64], cut: i32, more: bool) -> u64 {
    let half = cut as usize - 1;
    let mantissa = bits(limbs, half + 1);
    let below_half = more || limbs[..limbs.len().min(half / 64)].iter().any(|limb| *limb != 0) || {
        limbs.get(half / 64).is_some_and(|limb| limb & ((1 << (half % 64)) - 1) != 0)
    };
    let up = bits(limbs, half) & 1 == 1 && (below_half || mantissa & 1 == 1);
    mantissa + u64::from(up)
}

/// The 64 bits from bit `from` on.
fn bits(limbs: &[u64], from: usize) -> u64 {
    let limb = |index: usize| u128::from(limbs.get(index).copied().unwrap_or(0));
    ((limb(from / 64) | limb(from / 64 + 1) << 64) >> (from % 64)) as u64
}

/// As [`nearest`], of the number divided by `divisor`: also rounded once. None for a divisor of 0.
pub(super) fn nearest_quotient(negative: bool, limbs: &[u64], exponent: i32, divisor: u64) -> Option<f64> {
    // 128 more bits below, so that the quotient has more bits than a mantissa however large the divisor is.
    let mut quotient = [0; super::DIGITS / 2 + 2];
    let digits = &mut quotient[..limbs.len() + 2];
    digits[2..].copy_from_slice(limbs);
    let mut remainder = 0;
    for digit in digits.iter_mut().rev() {
        let dividend = u128::from(remainder) << 64 | u128::from(*digit);
        *digit = dividend.checked_div(u128::from(divisor))? as u64;
        remainder = (dividend % u128::from(divisor)) as u64;
    }
    nearest(negative, &quotient, exponent - 128, remainder != 0)
}
