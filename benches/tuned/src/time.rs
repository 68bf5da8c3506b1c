//! Timestamps: nanoseconds from 1970 on, read and written as RFC 3339 in UTC.

use crate::digits;

pub const SECOND: i64 = 1_000_000_000;
pub const MINUTE: i64 = 60 * SECOND;

/// The minute that was read last: most times lie in the same one.
#[derive(Default)]
pub struct Minute {
    text: [u8; 17],
    start: i64,
}

impl Minute {
    /// When the minute of this text starts; `parse` is asked where it is another one than last time.
    #[inline(always)]
    pub fn start(&mut self, text: &[u8; 17], parse: impl FnOnce(&[u8; 17]) -> Option<i64>) -> Option<i64> {
        if *text != self.text {
            self.start = parse(text)?;
            self.text = *text;
        }
        Some(self.start)
    }
}

/// Reads a time from the start of a text; gives what is behind it, too.
#[inline(always)]
pub fn read<'a>(text: &'a [u8], minute: &mut Minute) -> Option<(i64, &'a [u8])> {
    let (start, rest) = text.split_first_chunk::<17>()?;
    let (seconds, mut rest) = rest.split_first_chunk::<2>()?;
    let mut at = minute.start(start, parse_minute)? + two(seconds)? * SECOND;
    if seconds[0] > b'5' {
        return None;
    }
    if let Some((b'.', fraction)) = rest.split_first() {
        let (value, length) = nanoseconds(fraction)?;
        at += value;
        rest = &fraction[length..];
    }
    let (&zulu, rest) = rest.split_first()?;
    (zulu == b'Z').then_some((at, rest))
}

/// The nanoseconds of a fraction of one to nine digits, most often of nine, and how many they are.
#[inline(always)]
fn nanoseconds(fraction: &[u8]) -> Option<(i64, usize)> {
    if let Some(([eight @ .., ninth], rest)) = fraction.split_first_chunk::<9>()
        && let Some(value) = eight.first_chunk().and_then(digits::eight)
        && ninth.is_ascii_digit()
        && !rest.first().is_some_and(u8::is_ascii_digit)
    {
        return Some((value * 10 + i64::from(ninth - b'0'), 9));
    }
    const SCALE: [i64; 10] = [0, 100_000_000, 10_000_000, 1_000_000, 100_000, 10_000, 1_000, 100, 10, 1];
    let length = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let scale = *SCALE.get(length).filter(|_| length > 0)?;
    let value = fraction[..length].iter().fold(0, |value, digit| value * 10 + i64::from(digit - b'0'));
    Some((value * scale, length))
}

/// Two digits.
#[inline(always)]
pub fn two(text: &[u8; 2]) -> Option<i64> {
    let (tens, ones) = (text[0].wrapping_sub(b'0'), text[1].wrapping_sub(b'0'));
    (tens < 10 && ones < 10).then_some(i64::from(tens) * 10 + i64::from(ones))
}

#[cold]
fn parse_minute(text: &[u8; 17]) -> Option<i64> {
    let number = |from: usize| two(&[text[from], text[from + 1]]);
    if (text[4], text[7], text[10], text[13], text[16]) != (b'-', b'-', b'T', b':', b':') {
        return None;
    }
    at_minute(number(0)? * 100 + number(2)?, number(5)?, number(8)?, number(11)?, number(14)?)
}

/// The start of a minute.
pub fn at_minute(year: i64, month: i64, day: i64, hour: i64, minute: i64) -> Option<i64> {
    let date = jiff::civil::Date::new(year as i16, month as i8, day as i8).ok()?;
    let at = date.at(hour.try_into().ok()?, minute.try_into().ok()?, 0, 0);
    if hour > 23 || minute > 59 || !(1678..2262).contains(&year) {
        return None;
    }
    i64::try_from(at.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_nanosecond()).ok()
}

/// Any time of RFC 3339.
pub fn parse(text: &str) -> Option<i64> {
    i64::try_from(text.parse::<jiff::Timestamp>().ok()?.as_nanosecond()).ok()
}
