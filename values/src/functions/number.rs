//! Ints and floats. What leaves a type's range is a fault, as it is for the operators.

use super::{Duration, Fault, FaultCode, Timestamp, out_of_range};
use crate::ops::finite;

functions! { number:
    /// The value without its sign.
    #[language("abs", "abs(-3) == 3")]
    pub fn abs_int(x: i64) -> Result<i64, Fault> {
        x.checked_abs().ok_or_else(|| Fault::new(FaultCode::Overflow, format!("abs({x}) leaves the range of int")))
    }

    /// The value without its sign.
    #[language("abs", "abs(-2.5) == 2.5")]
    pub fn abs_float(x: f64) -> f64 {
        x.abs()
    }

    /// -1, 0 or 1: whether the value is negative, zero or positive.
    #[language("sign", "sign(-3) == -1")]
    pub fn sign_int(x: i64) -> i64 {
        x.signum()
    }

    /// -1, 0 or 1: whether the value is negative, zero or positive.
    #[language("sign", "sign(2.5) == 1")]
    pub fn sign_float(x: f64) -> i64 {
        i64::from(x > 0.0) - i64::from(x < 0.0)
    }

    /// The smaller of two values.
    #[language("least", "least(2, 3) == 2")]
    pub fn least_int(a: i64, b: i64) -> i64 {
        a.min(b)
    }

    /// The smaller of two values.
    #[language("least", "least(2.5, 3.5) == 2.5")]
    pub fn least_float(a: f64, b: f64) -> f64 {
        if b < a { b } else { a }
    }

    /// The earlier of two values.
    #[language("least", r#"least(timestamp("2015-05-17T10:05:00Z"), timestamp("2016-01-01T00:00:00Z")) == timestamp("2015-05-17T10:05:00Z")"#)]
    pub fn least_timestamp(a: Timestamp, b: Timestamp) -> Timestamp {
        a.min(b)
    }

    /// The shorter of two values.
    #[language("least", "least(90s, 1m) == 1m")]
    pub fn least_duration(a: Duration, b: Duration) -> Duration {
        a.min(b)
    }

    /// The larger of two values.
    #[language("greatest", "greatest(2, 3) == 3")]
    pub fn greatest_int(a: i64, b: i64) -> i64 {
        a.max(b)
    }

    /// The larger of two values.
    #[language("greatest", "greatest(2.5, 3.5) == 3.5")]
    pub fn greatest_float(a: f64, b: f64) -> f64 {
        if b > a { b } else { a }
    }

    /// The later of two values.
    #[language("greatest", r#"greatest(timestamp("2015-05-17T10:05:00Z"), timestamp("2016-01-01T00:00:00Z")) == timestamp("2016-01-01T00:00:00Z")"#)]
    pub fn greatest_timestamp(a: Timestamp, b: Timestamp) -> Timestamp {
        a.max(b)
    }

    /// The longer of two values.
    #[language("greatest", "greatest(90s, 1m) == 90s")]
    pub fn greatest_duration(a: Duration, b: Duration) -> Duration {
        a.max(b)
    }

    /// The value, or the bound that it has passed. `low` must not be above `high`.
    #[language("clamp", "clamp(120, 0, 100) == 100")]
    #[decided_by(low, high => clamp_int(0, low, high))]
    pub fn clamp_int(x: i64, low: i64, high: i64) -> Result<i64, Fault> {
        if low > high {
            return Err(out_of_range(format!("clamp between {low} and {high}")));
        }
        Ok(x.clamp(low, high))
    }

    /// The value, or the bound that it has passed. `low` must not be above `high`.
    #[language("clamp", "clamp(1.5, 0.0, 1.0) == 1.0")]
    #[decided_by(low, high => clamp_float(0.0, low, high))]
    pub fn clamp_float(x: f64, low: f64, high: f64) -> Result<f64, Fault> {
        if low > high {
            return Err(out_of_range(format!("clamp between {low:?} and {high:?}")));
        }
        Ok(x.clamp(low, high))
    }

    /// The nearest whole number; halves go away from zero.
    #[language("round", "round(2.5) == 3.0")]
    pub fn round(x: f64) -> f64 {
        x.round()
    }

    /// The nearest number with this many decimal places, 0 to 15; exact halves go to the even neighbour.
    #[language("round", "round(3.14159, 2) == 3.14")]
    #[decided_by(digits => round_to(0.0, digits))]
    pub fn round_to(x: f64, digits: i64) -> Result<f64, Fault> {
        let places = usize::try_from(digits).ok().filter(|places| *places <= 15);
        let places = places.ok_or_else(|| out_of_range(format!("round to {digits} decimal places")))?;
        // Through text, because no float is a power of ten's inverse: 1.005 * 100.0 is not 100.5.
        crate::text::parse_float(&format!("{x:.places$}"))
    }

    /// The largest whole number that is not above the value.
    #[language("floor", "floor(-2.5) == -3.0")]
    pub fn floor(x: f64) -> f64 {
        x.floor()
    }

    /// The smallest whole number that is not below the value.
    #[language("ceil", "ceil(2.1) == 3.0")]
    pub fn ceil(x: f64) -> f64 {
        x.ceil()
    }

    /// The square root.
    #[language("sqrt", "sqrt(9.0) == 3.0")]
    pub fn sqrt(x: f64) -> Result<f64, Fault> {
        finite(x.sqrt(), || format!("sqrt({x:?})"))
    }

    /// The first value to the power of the second.
    #[language("power", "power(2, 10) == 1024")]
    #[decided_by(exponent => power_int(1, exponent).map_err(|_| out_of_range(format!("the power {exponent} of an int is not an int"))))]
    pub fn power_int(x: i64, exponent: i64) -> Result<i64, Fault> {
        if exponent < 0 {
            return Err(out_of_range(format!("power({x}, {exponent}) is not an int")));
        }
        let power = match x {
            0 | 1 => Some(if exponent == 0 { 1 } else { x }),
            -1 => Some(if exponent % 2 == 0 { 1 } else { -1 }),
            _ => u32::try_from(exponent).ok().and_then(|exponent| x.checked_pow(exponent)),
        };
        power.ok_or_else(|| Fault::new(FaultCode::Overflow, format!("power({x}, {exponent}) leaves the range of int")))
    }

    /// The first value to the power of the second.
    #[language("power", "power(2.0, 0.5) == sqrt(2.0)")]
    pub fn power_float(x: f64, exponent: f64) -> Result<f64, Fault> {
        finite(x.powf(exponent), || format!("power({x:?}, {exponent:?})"))
    }

    /// e to the power of the value.
    #[language("exp", "exp(0.0) == 1.0")]
    pub fn exp(x: f64) -> Result<f64, Fault> {
        finite(x.exp(), || format!("exp({x:?})"))
    }

    /// The natural logarithm.
    #[language("ln", "ln(1.0) == 0.0")]
    pub fn ln(x: f64) -> Result<f64, Fault> {
        finite(x.ln(), || format!("ln({x:?})"))
    }

    /// The logarithm to base 10.
    #[language("log10", "log10(1000.0) == 3.0")]
    pub fn log10(x: f64) -> Result<f64, Fault> {
        finite(x.log10(), || format!("log10({x:?})"))
    }

    /// The logarithm to base 2.
    #[language("log2", "log2(8.0) == 3.0")]
    pub fn log2(x: f64) -> Result<f64, Fault> {
        finite(x.log2(), || format!("log2({x:?})"))
    }

    /// The remainder that is never negative: `modulo(-1, 4)` is 3 where `-1 % 4` is -1.
    #[language("modulo", "modulo(-1, 4) == 3")]
    #[decided_by(by => modulo(0, by).map_err(|fault| Fault::new(fault.code, "the divisor is 0")))]
    pub fn modulo(x: i64, by: i64) -> Result<i64, Fault> {
        if by == 0 {
            return Err(Fault::new(FaultCode::DivisionByZero, format!("modulo({x}, 0)")));
        }
        Ok(x.wrapping_rem_euclid(by))
    }

    /// Whether the value is even.
    #[language("is_even", "is_even(4)")]
    pub fn is_even(x: i64) -> bool {
        x % 2 == 0
    }

    /// The value without its fraction.
    #[language("trunc", "trunc(-2.9) == -2.0")]
    pub fn trunc(x: f64) -> f64 {
        x.trunc()
    }

    /// The quotient rounded down: `divide_floor(-1, 4)` is -1 where `-1 / 4` is 0.
    #[language("divide_floor", "divide_floor(-1, 4) == -1")]
    pub fn divide_floor(x: i64, by: i64) -> Result<i64, Fault> {
        if by == 0 {
            return Err(Fault::new(FaultCode::DivisionByZero, format!("divide_floor({x}, 0)")));
        }
        let (quotient, remainder) = (x.checked_div(by), x.wrapping_rem(by));
        let quotient = quotient.map(|quotient| quotient - i64::from(remainder != 0 && (remainder < 0) != (by < 0)));
        quotient.ok_or_else(|| Fault::new(FaultCode::Overflow, format!("divide_floor({x}, {by}) leaves the range of int")))
    }

    /// The logarithm to any base.
    #[language("log", "log(81.0, 3.0) == 4.0")]
    pub fn log(x: f64, base: f64) -> Result<f64, Fault> {
        finite(x.ln() / base.ln(), || format!("log({x:?}, {base:?})"))
    }

    /// The sine of an angle in radians.
    #[language("sin", "sin(0.0) == 0.0")]
    pub fn sin(x: f64) -> f64 {
        x.sin()
    }

    /// The cosine of an angle in radians.
    #[language("cos", "cos(0.0) == 1.0")]
    pub fn cos(x: f64) -> f64 {
        x.cos()
    }

    /// The angle, in radians, from the first axis to the point (x, y).
    #[language("atan2", "atan2(0.0, 1.0) == 0.0")]
    pub fn atan2(y: f64, x: f64) -> f64 {
        y.atan2(x)
    }

    /// An angle of degrees in radians.
    #[language("radians", "round(radians(180.0), 5) == 3.14159")]
    pub fn radians(degrees: f64) -> f64 {
        degrees.to_radians()
    }

    /// The metres between two places given by latitude and longitude in degrees, on a sphere of 6,371,008.8 m.
    #[language("geo_distance", "round(geo_distance(47.3769, 8.5417, 46.9480, 7.4474) / 1000.0) == 95.0")]
    pub fn geo_distance(latitude: f64, longitude: f64, other_latitude: f64, other_longitude: f64) -> f64 {
        const RADIUS: f64 = 6_371_008.8;
        let half = |from: f64, to: f64| ((to - from).to_radians() / 2.0).sin();
        let (north, east) = (half(latitude, other_latitude), half(longitude, other_longitude));
        let narrowed = latitude.to_radians().cos() * other_latitude.to_radians().cos();
        // The haversine; rounding may leave it a little above 1.
        let haversine = (north * north + narrowed * east * east).clamp(0.0, 1.0);
        2.0 * RADIUS * haversine.sqrt().asin()
    }

    /// The value with its bits moved to the left, 0 to 63 places; what leaves is lost.
    #[language("shift_left", "shift_left(3, 4) == 48")]
    pub fn shift_left(x: i64, places: i64) -> Result<i64, Fault> {
        Ok(x << places_of("shift_left", x, places)?)
    }

    /// The value with its bits moved to the right, 0 to 63 places; the sign stays.
    #[language("shift_right", "shift_right(48, 4) == 3")]
    pub fn shift_right(x: i64, places: i64) -> Result<i64, Fault> {
        Ok(x >> places_of("shift_right", x, places)?)
    }

    /// How many bits of the value are set.
    #[language("bit_count", "bit_count(255) == 8")]
    pub fn bit_count(x: i64) -> i64 {
        i64::from(x.count_ones())
    }

    /// The bits that both values have.
    #[language("bit_and", "bit_and(12, 10) == 8")]
    pub fn bit_and(a: i64, b: i64) -> i64 {
        a & b
    }

    /// The bits that one or both of the values have.
    #[language("bit_or", "bit_or(12, 10) == 14")]
    pub fn bit_or(a: i64, b: i64) -> i64 {
        a | b
    }

    /// The bits that exactly one of the values has.
    #[language("bit_xor", "bit_xor(12, 10) == 6")]
    pub fn bit_xor(a: i64, b: i64) -> i64 {
        a ^ b
    }
}

/// How far bits are moved.
fn places_of(function: &str, x: i64, places: i64) -> Result<u32, Fault> {
    let places_in_range = u32::try_from(places).ok().filter(|places| *places < 64);
    places_in_range.ok_or_else(|| out_of_range(format!("{function}({x}, {places})")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leaves_the_range_is_a_fault() {
        let message = |fault: Fault| fault.to_string();
        let abs = "overflow: abs(-9223372036854775808) leaves the range of int";
        assert_eq!(abs_int(i64::MIN).map_err(message), Err(abs.to_owned()));
        assert_eq!(
            sqrt(-1.0).map_err(message),
            Err("not-finite: sqrt(-1.0) is not a finite float".to_owned())
        );
        assert_eq!(ln(0.0).unwrap_err().code, FaultCode::NotFinite);
        assert_eq!(exp(1000.0).unwrap_err().code, FaultCode::NotFinite);
        assert_eq!(power_int(10, 19).unwrap_err().code, FaultCode::Overflow);
        assert_eq!(power_int(2, -1).unwrap_err().code, FaultCode::OutOfRange);
        assert_eq!(clamp_float(1.0, 2.0, 1.0).unwrap_err().code, FaultCode::OutOfRange);
        assert_eq!(modulo(1, 0).unwrap_err().code, FaultCode::DivisionByZero);
        assert_eq!(modulo(i64::MIN, -1), Ok(0));
        assert_eq!(divide_floor(i64::MIN, -1).unwrap_err().code, FaultCode::Overflow);
        assert_eq!(divide_floor(7, -2), Ok(-4));
        assert_eq!(divide_floor(-8, 2), Ok(-4));
        assert_eq!(log(-1.0, 2.0).unwrap_err().code, FaultCode::NotFinite);
        assert!(shift_left(1, 64).is_err() && shift_right(1, -1).is_err());
        assert!(geo_distance(90.0, 0.0, -90.0, 180.0).is_finite());
    }

    #[test]
    fn powers_of_one_do_not_count_to_their_exponent() {
        assert_eq!(power_int(-1, i64::MAX), Ok(-1));
        assert_eq!(power_int(1, i64::MAX), Ok(1));
        assert_eq!(power_int(0, i64::MAX), Ok(0));
        assert_eq!(power_int(0, 0), Ok(1));
        assert_eq!(power_int(-2, 63), Ok(i64::MIN));
    }

    #[test]
    fn rounding_to_places_is_decimal() {
        assert_eq!(round_to(2.675, 2), Ok(2.67));
        assert_eq!(round_to(-0.125, 2), Ok(-0.12));
        assert_eq!(round_to(1e300, 15), Ok(1e300));
        assert!(round_to(1.0, 16).is_err());
    }
}
