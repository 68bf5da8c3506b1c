//! Durations as the language writes them: `5m30s`, `1.5h`, `10ms`.

use super::digits::write_natural;
use super::{misfit, quoted, too_large};
use crate::{Duration, Fault, FaultCode, Type};

/// The units, largest first, in nanoseconds.
const UNITS: [(&str, i64); 8] = [
    ("w", 604_800_000_000_000),
    ("d", 86_400_000_000_000),
    ("h", 3_600_000_000_000),
    ("m", 60_000_000_000),
    ("s", 1_000_000_000),
    ("ms", 1_000_000),
    ("us", 1_000),
    ("ns", 1),
];

/// A duration as its literal: numbers with units `w d h m s ms us ns`, larger units first, perhaps behind a `-`.
///
/// # Errors
/// `wrong-type`, also for what is finer than a nanosecond; `overflow` beyond 292 years.
pub fn parse_duration(text: &str) -> Result<Duration, Fault> {
    let (negative, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let mut units = &UNITS[..];
    let mut total = 0_i128;
    while !rest.is_empty() || units.len() == UNITS.len() {
        let part = Part::split(rest).ok_or_else(|| not_a_duration(text))?;
        let at = units.iter().position(|(name, _)| *name == part.unit).ok_or_else(|| not_a_duration(text))?;
        total += part.nanoseconds(units[at].1, text)?;
        units = &units[at + 1..];
        rest = part.rest;
    }
    let total = if negative { -total } else { total };
    i64::try_from(total).map(Duration).map_err(|_| too_large(text, &Type::Duration))
}

#[cold]
fn not_a_duration(text: &str) -> Fault {
    misfit(text, "a duration such as 5m30s or 10ms")
}

#[cold]
fn too_fine(text: &str) -> Fault {
    Fault::new(FaultCode::WrongType, format!("{} is finer than a nanosecond", quoted(text)))
}

/// A number and its unit at the start of a text.
struct Part<'a> {
    whole: &'a str,
    /// The digits behind the point, without zeros at the end.
    fraction: &'a str,
    unit: &'a str,
    rest: &'a str,
}

impl<'a> Part<'a> {
    fn split(text: &'a str) -> Option<Part<'a>> {
        let (whole, text) = split_while(text, |byte| byte.is_ascii_digit());
        let (fraction, text) = match text.strip_prefix('.') {
            Some(text) => Some(split_while(text, |byte| byte.is_ascii_digit()))
                .filter(|(digits, _)| !digits.is_empty())?,
            None => ("", text),
        };
        let (unit, rest) = split_while(text, |byte| byte.is_ascii_alphabetic());
        (!whole.is_empty()).then_some(Part { whole, fraction: fraction.trim_end_matches('0'), unit, rest })
    }

    /// A fault where it is not a whole number of nanoseconds; `text` is for the message.
    fn nanoseconds(&self, unit: i64, text: &str) -> Result<i128, Fault> {
        let whole = self.whole.parse::<u64>().map_err(|_| too_large(text, &Type::Duration))?;
        let whole = i128::from(whole) * i128::from(unit);
        if self.fraction.is_empty() {
            return Ok(whole);
        }
        // No unit has more than 18 decimal places above a nanosecond, and 18 digits times a week fit.
        let digits = self.fraction.parse::<i64>().map_err(|_| too_fine(text))?;
        let scale = 10_i128.checked_pow(self.fraction.len() as u32).ok_or_else(|| too_fine(text))?;
        let part = i128::from(digits) * i128::from(unit);
        if part % scale == 0 { Ok(whole + part / scale) } else { Err(too_fine(text)) }
    }
}

fn split_while(text: &str, accept: impl Fn(u8) -> bool) -> (&str, &str) {
    let end = text.bytes().position(|byte| !accept(byte)).unwrap_or(text.len());
    // Only ASCII is accepted, so this is a character's start.
    text.split_at(end)
}

/// Appends a duration in whole parts from days down, such as `1h30m`, `-5s`, `1s500ms` or `0s`.
#[inline]
pub fn write_duration(out: &mut Vec<u8>, value: Duration) {
    if value.0 == 0 {
        return out.extend_from_slice(b"0s");
    }
    if value.0 < 0 {
        out.push(b'-');
    }
    let mut rest = value.0.unsigned_abs();
    for (name, unit) in &UNITS[1..] {
        let unit = unit.unsigned_abs();
        if rest >= unit {
            write_natural(out, rest / unit);
            out.extend_from_slice(name.as_bytes());
            rest %= unit;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_read_as_they_are_meant() {
        let nanoseconds = |text| parse_duration(text).unwrap().0;
        assert_eq!(nanoseconds("5m30s"), 330_000_000_000);
        assert_eq!(nanoseconds("1.5h"), 5_400_000_000_000);
        assert_eq!(nanoseconds("10ms"), 10_000_000);
        assert_eq!(nanoseconds("-1w"), -604_800_000_000_000);
        assert_eq!(nanoseconds("0.000000001s"), 1);
        assert_eq!(nanoseconds("-9223372036854775808ns"), i64::MIN);
    }

    #[test]
    fn they_are_written_in_whole_parts() {
        let text = |value: &str| parse_duration(value).unwrap().to_string();
        let given = ["90m", "-5000ms", "0h", "1.5s", "10d", "1w", "36h"];
        assert_eq!(given.map(text), ["1h30m", "-5s", "0s", "1s500ms", "10d", "7d", "1d12h"]);
    }

    #[test]
    fn what_is_no_duration_is_refused() {
        for text in
            ["", "-", "5", "m", "5x", "5m5m", "30s5m", "1.5", ".5s", "1.s", "5 m", "--5s", "1.5ns", "5é"]
        {
            let fault = parse_duration(text).unwrap_err();
            assert_eq!(fault.code, FaultCode::WrongType, "{text}");
        }
        for text in ["300000d", "9223372036854775808ns", "99999999999999999999s"] {
            let fault = parse_duration(text).unwrap_err();
            assert_eq!(fault.code, FaultCode::Overflow, "{text}");
        }
    }
}
