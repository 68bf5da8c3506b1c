//! The exact sum of floats, rounded once: what `sum` and `avg` of floats are defined as, so that neither order nor the
//! number of workers shows in a bit of the result.
//!
//! A sum begins as one 128-bit integer in units of a power of two, which holds what is summed in practice: numbers
//! within some twenty decimal orders of each other. Where that is not enough it becomes a superaccumulator after
//! Radford M. Neal, "Fast exact summation using small and large superaccumulators" (arXiv:1505.05571, 2015): one digit
//! of 32 bits for each 32 bits of the whole range of floats, with carries put off.

use crate::{Fault, FaultCode};

mod round;
mod wide;

/// Digits of the superaccumulator: 2,098 bits from the least to the greatest float, and 64 for the number of addends.
const DIGITS: usize = 68;

/// The exponent of the least bit of any float: of the least subnormal one.
const LEAST: i32 = -1_074;

/// The exact sum of floats.
#[derive(Clone, Debug)]
pub struct ExactSum(Sum);

#[derive(Clone, Debug)]
enum Sum {
    /// `sum` times two to the power of `exponent`.
    Small {
        exponent: i32,
        sum: i128,
    },
    Large(Box<Large>),
}

/// `digits[i]` counts 2^(32·i − 1074).
#[derive(Clone, Debug)]
struct Large {
    digits: [i64; DIGITS],
    /// Additions since the digits but the last were last in 0..2^32. Each changes a digit by less than 2^32.
    pending: u32,
}

impl Default for ExactSum {
    fn default() -> ExactSum {
        ExactSum::new()
    }
}

impl ExactSum {
    /// The sum of nothing.
    #[inline]
    #[must_use]
    pub const fn new() -> ExactSum {
        ExactSum(Sum::Small { exponent: 0, sum: 0 })
    }

    /// Adds a float, which must be finite as all floats of the language are.
    #[inline]
    pub fn add(&mut self, value: f64) {
        let (mantissa, exponent) = split(value);
        self.add_wide(i128::from(mantissa), exponent);
    }

    /// Adds `mantissa · 2^exponent`; bits below the least of any float are cut off.
    pub(crate) fn add_scaled(&mut self, mantissa: i128, exponent: i32) {
        let below = (LEAST - exponent).max(0);
        // (To the right a negative number would be rounded away from zero.)
        let magnitude = mantissa.unsigned_abs().checked_shr(below.unsigned_abs()).unwrap_or(0).cast_signed();
        self.add_wide(if mantissa < 0 { -magnitude } else { magnitude }, exponent + below);
    }

    /// Adds what another sum holds.
    pub fn merge(&mut self, other: &ExactSum) {
        match &other.0 {
            Sum::Small { exponent, sum } => self.add_wide(*sum, *exponent),
            Sum::Large(other) => self.large().combine(other, |mine, theirs| mine + theirs),
        }
    }

    /// Takes away what another sum holds.
    pub(crate) fn subtract(&mut self, other: &ExactSum) {
        match &other.0 {
            // −x is !x + 1, also for the least number, whose negative does not fit.
            Sum::Small { exponent, sum } => {
                self.add_wide(!*sum, *exponent);
                self.add_wide(1, *exponent);
            }
            Sum::Large(other) => self.large().combine(other, |mine, theirs| mine - theirs),
        }
    }

    #[inline]
    fn add_wide(&mut self, addend: i128, exponent: i32) {
        if let Sum::Small { exponent: base, sum } = &mut self.0
            && add_small(base, sum, addend, exponent)
        {
            return;
        }
        self.large().add(addend, exponent);
    }

    /// The float nearest to the sum, of two equally near the even one. Zero has no sign.
    ///
    /// # Errors
    /// `not-finite` where that would be infinite.
    pub fn finish(&self) -> Result<f64, Fault> {
        self.with_magnitude(|negative, limbs, exponent| round::nearest(negative, limbs, exponent, false))
            .ok_or_else(|| Fault::new(FaultCode::NotFinite, "the sum is not a finite float"))
    }

    /// The float nearest to the sum divided by `count`: rounded once, not twice.
    ///
    /// # Errors
    /// `not-finite` where that would be infinite, or `count` is 0.
    pub fn average(&self, count: u64) -> Result<f64, Fault> {
        self.with_magnitude(|negative, limbs, exponent| {
            round::nearest_quotient(negative, limbs, exponent, count)
        })
        .ok_or_else(|| Fault::new(FaultCode::NotFinite, "the average is not a finite float"))
    }

    /// Appends the sum for [`ExactSum::decode`].
    pub fn encode(&self, out: &mut Vec<u8>) {
        match &self.0 {
            Sum::Small { exponent, sum } => {
                out.push(0);
                out.extend_from_slice(&exponent.to_le_bytes());
                out.extend_from_slice(&sum.to_le_bytes());
            }
            Sum::Large(large) => {
                out.push(1);
                let mut large = large.clone();
                large.carry();
                large.digits.iter().for_each(|digit| out.extend_from_slice(&digit.to_le_bytes()));
            }
        }
    }

    /// Takes what [`ExactSum::encode`] wrote off the front of `input`; none where it is broken.
    #[must_use]
    pub fn decode(input: &mut &[u8]) -> Option<ExactSum> {
        let (kind, rest) = input.split_first()?;
        *input = rest;
        if *kind == 0 {
            let exponent = i32::from_le_bytes(*take(input)?);
            let sum = i128::from_le_bytes(*take(input)?);
            let valid = (LEAST..=971).contains(&exponent);
            return valid.then_some(ExactSum(Sum::Small { exponent, sum }));
        }
        let mut digits = [0; DIGITS];
        for digit in &mut digits {
            *digit = i64::from_le_bytes(*take(input)?);
        }
        let (top, lower) = digits.split_last()?;
        let valid = i32::try_from(*top).is_ok() && lower.iter().all(|digit| u32::try_from(*digit).is_ok());
        valid.then(|| ExactSum(Sum::Large(Box::new(Large { digits, pending: 0 }))))
    }

    /// The superaccumulator, made from the small form where there is none yet.
    #[cold]
    #[inline(never)]
    fn large(&mut self) -> &mut Large {
        if let Sum::Small { exponent, sum } = self.0 {
            let mut large = Box::new(Large { digits: [0; DIGITS], pending: 0 });
            large.add(sum, exponent);
            self.0 = Sum::Large(large);
        }
        match &mut self.0 {
            Sum::Large(large) => large,
            Sum::Small { .. } => unreachable!("it has just become large"),
        }
    }

    /// Gives the sum as a sign, and limbs of 64 bits, least first, in units of two to the power of an exponent.
    fn with_magnitude<R>(&self, then: impl FnOnce(bool, &[u64], i32) -> R) -> R {
        match &self.0 {
            Sum::Small { exponent, sum } => then(*sum < 0, &limbs(*sum), *exponent),
            Sum::Large(large) => {
                let mut large = large.clone();
                large.carry();
                let negative = large.digits[DIGITS - 1] < 0;
                if negative {
                    large.digits.iter_mut().for_each(|digit| *digit = -*digit);
                    large.carry();
                }
                let (pairs, _) = large.digits.as_chunks::<2>();
                let mut limbs = [0; DIGITS / 2];
                for (limb, [low, high]) in limbs.iter_mut().zip(pairs) {
                    *limb = *low as u64 | (*high as u64) << 32;
                }
                then(negative, &limbs, LEAST)
            }
        }
    }
}

/// The magnitude of an integer, least limb first.
fn limbs(sum: i128) -> [u64; 2] {
    let magnitude = sum.unsigned_abs();
    [magnitude as u64, (magnitude >> 64) as u64]
}

/// The float nearest to `sum / count`, rounded once: the `avg` of ints. 0.0 where there are none.
#[must_use]
pub fn average_int(sum: i128, count: u64) -> f64 {
    round::nearest_quotient(sum < 0, &limbs(sum), 0, count).unwrap_or(0.0)
}

/// The variance of `count` numbers from their sum and that of their squares: exact up to one rounding. None where it is
/// infinite, or there are no numbers.
pub(crate) fn variance(sum: &ExactSum, squares: &ExactSum, count: u64) -> Option<f64> {
    let taken = |sum: &ExactSum| sum.with_magnitude(|_, limbs, exponent| (limbs.to_vec(), exponent));
    let ((sum, sum_exponent), (squares, squares_exponent)) = (taken(sum), taken(squares));
    // (count · squares − sum²) / count², in units of the lesser power of two.
    let exponent = squares_exponent.min(2 * sum_exponent);
    let scaled = |product: Vec<u64>, own: i32| wide::shifted_left(&product, (own - exponent).unsigned_abs());
    let minuend = scaled(wide::product(&squares, &[count]), squares_exponent);
    let subtrahend = scaled(wide::product(&sum, &sum), 2 * sum_exponent);
    // Squares that were cut off may leave it a little below zero.
    let spread = wide::difference(&minuend, &subtrahend).unwrap_or_default();
    let mut quotient = wide::shifted_left(&spread, 64 * wide::EXTRA);
    let once = wide::divide(&mut quotient, count)?;
    let twice = wide::divide(&mut quotient, count)?;
    round::nearest(false, &quotient, exponent - 64 * wide::EXTRA as i32, once | twice != 0)
}

/// A finite float as a mantissa of at most 53 bits and a sign, times two to the power of an exponent.
#[inline]
pub(crate) fn split(value: f64) -> (i64, i32) {
    let bits = value.to_bits();
    let biased = (bits >> 52 & 0x7ff) as i32;
    let fraction = (bits & ((1 << 52) - 1)) as i64;
    let magnitude = if biased == 0 { fraction } else { fraction | 1 << 52 };
    (if value < 0.0 { -magnitude } else { magnitude }, biased.max(1) - 1 + LEAST)
}

/// Adds `addend · 2^exponent` to the small form; false, and nothing is changed, where 128 bits do not hold it.
#[inline]
fn add_small(base: &mut i32, sum: &mut i128, addend: i128, exponent: i32) -> bool {
    if addend == 0 {
        return true;
    }
    if *sum == 0 {
        (*base, *sum) = (exponent, addend);
        return true;
    }
    let (low, high) = if exponent < *base { (addend, *sum) } else { (*sum, addend) };
    let Some(high) = shift_left(high, (exponent - *base).unsigned_abs()) else {
        return false;
    };
    let Some(total) = high.checked_add(low) else {
        return false;
    };
    (*base, *sum) = (exponent.min(*base), total);
    true
}

/// `value · 2^by` if 128 bits hold it.
#[inline]
fn shift_left(value: i128, by: u32) -> Option<i128> {
    (by < value.unsigned_abs().leading_zeros()).then(|| value << by)
}

impl Large {
    /// Adds `addend · 2^exponent`: its bits, cut at the digits' bounds.
    fn add(&mut self, addend: i128, exponent: i32) {
        if self.pending >= 1 << 29 {
            self.carry();
        }
        self.pending += 1;
        let position = (exponent - LEAST) as usize;
        let (first, shift) = (position / 32, position % 32);
        let magnitude = addend.unsigned_abs();
        // 128 bits and a shift of up to 31: the lowest digit alone, the others from what is left.
        let low = (magnitude as u32 as u64) << shift;
        let mut rest = (magnitude >> 32 << shift) + u128::from(low >> 32);
        let mut digit = i64::from(low as u32);
        for slot in &mut self.digits[first..] {
            *slot += if addend < 0 { -digit } else { digit };
            if rest == 0 {
                break;
            }
            digit = i64::from(rest as u32);
            rest >>= 32;
        }
    }

    fn combine(&mut self, other: &Large, by: impl Fn(i64, i64) -> i64) {
        self.carry();
        let mut other = other.clone();
        other.carry();
        for (mine, theirs) in self.digits.iter_mut().zip(other.digits) {
            *mine = by(*mine, theirs);
        }
        self.pending = 1;
    }

    /// Brings every digit but the last, which keeps the sign, into 0..2^32.
    fn carry(&mut self) {
        let mut carry = 0;
        for digit in &mut self.digits[..DIGITS - 1] {
            let total = *digit + carry;
            *digit = i64::from(total as u32);
            carry = total >> 32;
        }
        self.digits[DIGITS - 1] += carry;
        self.pending = 0;
    }
}

fn take<'a, const N: usize>(input: &mut &'a [u8]) -> Option<&'a [u8; N]> {
    let (taken, rest) = input.split_first_chunk()?;
    *input = rest;
    Some(taken)
}

#[cfg(test)]
mod tests;
