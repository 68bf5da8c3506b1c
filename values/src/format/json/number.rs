//! JSON's numbers, as ints and as floats.

use crate::FaultCode;

/// A number as an int: one with a fraction or an exponent is none, whatever its value.
#[inline]
pub(crate) fn int(number: &str) -> Result<i64, FaultCode> {
    /// As many digits fit an `i64` whatever they are.
    const SAFE_DIGITS: usize = 18;
    let (negative, digits) = match number.as_bytes() {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    if !digits.iter().all(u8::is_ascii_digit) {
        return Err(FaultCode::WrongType);
    }
    if digits.len() > SAFE_DIGITS {
        return number.parse().map_err(|_| FaultCode::Overflow);
    }
    let magnitude = digits.iter().fold(0, |value, digit| value * 10 + i64::from(digit - b'0'));
    Ok(if negative { -magnitude } else { magnitude })
}

/// A number as a float.
#[inline]
pub(crate) fn float(number: &str) -> Result<f64, FaultCode> {
    let value: f64 = number.parse().map_err(|_| FaultCode::WrongType)?;
    if value.is_finite() { Ok(value) } else { Err(FaultCode::NotFinite) }
}
