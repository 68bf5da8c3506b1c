//! The few operations on whole numbers of many limbs (64 bits each, least first) that a variance takes once a window.

/// Limbs below a number before it is divided, so that the quotient has more bits than a mantissa.
pub(super) const EXTRA: u32 = 4;

/// As in school.
pub(super) fn product(left: &[u64], right: &[u64]) -> Vec<u64> {
    let mut digits = vec![0; left.len() + right.len()];
    for (place, digit) in left.iter().enumerate() {
        let mut carry = 0;
        for (slot, other) in digits[place..].iter_mut().zip(right.iter().chain(std::iter::once(&0))) {
            let total = u128::from(*digit) * u128::from(*other) + u128::from(*slot) + carry;
            *slot = total as u64;
            carry = total >> 64;
        }
    }
    digits
}

/// `number · 2^by`
pub(super) fn shifted_left(number: &[u64], by: u32) -> Vec<u64> {
    let mut shifted = vec![0; by as usize / 64];
    let mut carry = 0;
    for digit in number {
        let wide = u128::from(*digit) << (by % 64) | carry;
        shifted.push(wide as u64);
        carry = wide >> 64;
    }
    shifted.push(carry as u64);
    shifted
}

/// `left - right`; none where that is negative.
pub(super) fn difference(left: &[u64], right: &[u64]) -> Option<Vec<u64>> {
    let mut digits = Vec::with_capacity(left.len().max(right.len()));
    let mut borrow = false;
    for place in 0..left.len().max(right.len()) {
        let digit = |number: &[u64]| number.get(place).copied().unwrap_or(0);
        let (once, first) = digit(left).overflowing_sub(digit(right));
        let (twice, second) = once.overflowing_sub(u64::from(borrow));
        digits.push(twice);
        borrow = first || second;
    }
    (!borrow).then_some(digits)
}

/// Leaves the quotient and gives the remainder; none for a divisor of 0.
pub(super) fn divide(number: &mut [u64], divisor: u64) -> Option<u64> {
    let mut remainder = 0;
    for digit in number.iter_mut().rev() {
        let dividend = u128::from(remainder) << 64 | u128::from(*digit);
        *digit = dividend.checked_div(u128::from(divisor))? as u64;
        remainder = (dividend % u128::from(divisor)) as u64;
    }
    Some(remainder)
}
