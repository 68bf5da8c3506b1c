//! Timestamps in RFC 3339, and the days of the Gregorian calendar behind them.

use std::borrow::Cow;
use std::cell::Cell;

use super::chunk::{CHUNK, Chunk, padded};
use super::{digits, misfit, too_large};
use crate::{Fault, Timestamp, Type};

mod write;

pub use write::write_timestamp;

pub(super) const NANOS: i64 = 1_000_000_000;
const DAY_SECONDS: i64 = 86_400;

/// A date and a time of day in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Civil {
    pub(crate) year: i64,
    /// From 1.
    pub(crate) month: i64,
    /// From 1.
    pub(crate) day: i64,
    /// Seconds since midnight.
    pub(crate) second: i64,
    pub(crate) nanosecond: i64,
}

/// The number of a year's first day, from 1970-01-01, for years from 1.
#[inline]
pub(crate) fn first_day(year: i64) -> i64 {
    let before = year - 1;
    365 * before + before / 4 - before / 100 + before / 400 - 719_162
}

/// The number of the day that a timestamp is in, from 1970-01-01.
#[inline]
pub(crate) fn day_number(at: Timestamp) -> i64 {
    at.0.div_euclid(DAY_SECONDS * NANOS)
}

/// The date and time of a timestamp: `civil_from_days` of Howard Hinnant, "chrono-compatible low-level date algorithms".
#[inline]
pub(crate) fn civil(at: Timestamp) -> Civil {
    let days = day_number(at) + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let of_day = at.0.rem_euclid(DAY_SECONDS * NANOS);
    Civil {
        year: year_of_era + era * 400 + i64::from(month <= 2),
        month,
        day: day_of_year - (153 * shifted + 2) / 5 + 1,
        second: of_day / NANOS,
        nanosecond: of_day % NANOS,
    }
}

/// Any second of these years, and a day before or behind, is within the range of timestamps.
pub(super) const SAFE_YEARS: std::ops::Range<i64> = 1678..2262;

/// By month: its days in a common year, and the days before it.
const MONTHS: [(u8, u16); 13] = [
    (0, 0),
    (31, 0),
    (28, 31),
    (31, 59),
    (30, 90),
    (31, 120),
    (30, 151),
    (31, 181),
    (31, 212),
    (30, 243),
    (31, 273),
    (30, 304),
    (31, 334),
];

/// A date and time in UTC as a timestamp; none where there is no such day, or it leaves the range.
#[inline]
pub(crate) fn from_civil(civil: Civil) -> Option<Timestamp> {
    let Civil { year, month, day, second, nanosecond } = civil;
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let &(longest, before) = MONTHS.get(usize::try_from(month).ok()?)?;
    if day < 1 || day > i64::from(longest) + i64::from(leap && month == 2) || year < 1 {
        return None;
    }
    let days = first_day(year) + i64::from(before) + i64::from(leap && month > 2) + day - 1;
    let seconds = days * DAY_SECONDS + second;
    if SAFE_YEARS.contains(&year) {
        return Some(Timestamp(seconds * NANOS + nanosecond));
    }
    // In i128, because the first second of the range starts before the range does.
    let nanoseconds = i128::from(seconds) * i128::from(NANOS) + i128::from(nanosecond);
    i64::try_from(nanoseconds).ok().map(Timestamp)
}

/// A timestamp in RFC 3339 with any offset, such as `2015-05-17T10:05:00Z`.
///
/// # Errors
/// `wrong-type`, or `overflow` outside 1677 to 2262.
#[inline]
pub fn parse_timestamp(text: &str) -> Result<Timestamp, Fault> {
    match timestamp_at(text.as_bytes()) {
        Some((at, length)) if length == text.len() => Ok(at),
        _ => parse_any_layout(text),
    }
}

/// Everything that RFC 3339 allows beside the fixed layout: offsets, small letters, leap seconds, fractions of any length,
/// of which nanoseconds count.
#[cold]
fn parse_any_layout(text: &str) -> Result<Timestamp, Fault> {
    let parsed = has_layout(text).then(|| nanoseconds(text).parse::<jiff::Timestamp>().ok()).flatten();
    match parsed {
        Some(at) => in_range(at).ok_or_else(|| too_large(text, &Type::Timestamp)),
        None => Err(misfit(text, "a timestamp such as 2015-05-17T10:05:00Z")),
    }
}

/// Whether a text is laid out as RFC 3339 has it, which is less than jiff takes; in place of the `T` there may be a blank.
fn has_layout(text: &str) -> bool {
    let fits = |layout: &str, text: &str| {
        layout.len() == text.len()
            && layout.bytes().zip(text.bytes()).all(|(layout, byte)| match layout {
                b'0' => byte.is_ascii_digit(),
                b'T' => matches!(byte, b'T' | b't' | b' '),
                b'Z' => matches!(byte, b'Z' | b'z'),
                b'+' => matches!(byte, b'+' | b'-'),
                _ => byte == layout,
            })
    };
    let Some((time, behind)) = text.split_at_checked("0000-00-00T00:00:00".len()) else { return false };
    let zone = behind.strip_prefix('.').map_or(behind, |fraction| {
        let zone = fraction.trim_start_matches(|digit: char| digit.is_ascii_digit());
        if zone.len() < fraction.len() { zone } else { "" }
    });
    let within_a_day = || zone[1..3] <= *"23" && zone[4..] <= *"59";
    fits("0000-00-00T00:00:00", time) && (fits("Z", zone) || fits("+00:00", zone) && within_a_day())
}

/// The text without the digits behind the ninth of its fraction.
fn nanoseconds(text: &str) -> Cow<'_, str> {
    let Some((before, behind)) = text.split_once('.') else { return Cow::Borrowed(text) };
    let digits = behind.bytes().take_while(u8::is_ascii_digit).count();
    match digits {
        0..=9 => Cow::Borrowed(text),
        _ => Cow::Owned(format!("{before}.{}{}", &behind[..9], &behind[digits..])),
    }
}

/// The timestamp of jiff's wider range, if ours holds it.
pub(crate) fn in_range(at: jiff::Timestamp) -> Option<Timestamp> {
    i64::try_from(at.as_nanosecond()).ok().map(Timestamp)
}

/// The timestamp that `bytes` begin with, and its length, where it is `YYYY-MM-DDTHH:MM:SSZ`, or with a fraction of one to
/// nine digits before the `Z`; nearly every timestamp is one.
#[inline(always)]
pub(crate) fn timestamp_at(bytes: &[u8]) -> Option<(Timestamp, usize)> {
    match bytes.first_chunk() {
        Some(bytes) => of_first(bytes),
        None => of_few(bytes),
    }
}

/// Up to a second, and what is looked at for its fraction.
const FIRST: usize = 20 + CHUNK;

/// That of less bytes.
#[inline(never)]
fn of_few(bytes: &[u8]) -> Option<(Timestamp, usize)> {
    of_first(&padded(bytes))
}

#[inline(always)]
fn of_first(bytes: &[u8; FIRST]) -> Option<(Timestamp, usize)> {
    let (minute, rest) = bytes.split_first_chunk()?;
    let (second, rest) = rest.split_first_chunk()?;
    let start = minute_at(minute)?;
    let nanoseconds = second_at(u32::from_le_bytes(*second))? * NANOS;
    let (fraction, length) = match second[3] {
        b'Z' => (0, 20),
        b'.' => {
            let (fraction, digits) = fraction_at(rest.first_chunk()?)?;
            if rest[digits] != b'Z' {
                return None;
            }
            (fraction, 21 + digits)
        }
        _ => return None,
    };
    Some((Timestamp(start + nanoseconds + fraction), length))
}

/// A minute as it is written, and the nanosecond at which it begins.
#[derive(Clone, Copy)]
struct Minute {
    written: u128,
    start: i64,
}

thread_local! {
    /// Most timestamps are of the minute of the one before; before any, the first one of 1970.
    static LAST_MINUTE: Cell<Minute> =
        const { Cell::new(Minute { written: u128::from_le_bytes(*b"1970-01-01T00:00"), start: 0 }) };
}

/// The nanosecond at which a minute begins that is written as `YYYY-MM-DDTHH:MM`, in the years in which no second leaves the
/// range of timestamps.
#[inline(always)]
fn minute_at(bytes: &[u8; 16]) -> Option<i64> {
    let (written, last) = (u128::from_le_bytes(*bytes), LAST_MINUTE.get());
    if written == last.written { Some(last.start) } else { another_minute(written) }
}

/// What stands where digits do not, and what takes a byte that is too large for its place into its highest bit. A sum carries
/// into the next byte only where its own byte is beyond ASCII, and so seen as wrong.
const DATE: [u64; 2] = [word(*b"0000-00-"), word([118, 118, 118, 118, 127, 118, 118, 127])];
const TIME: [u64; 2] = [word(*b"00T00:00"), word([118, 118, 127, 118, 118, 127, 122, 118])];
const SECOND: [u32; 2] = [0x0030_303A, 0x0076_7A7F];

#[inline(never)]
fn another_minute(written: u128) -> Option<i64> {
    // Digits become numbers, and all else has to become zero.
    let (date, time) = (written as u64 ^ DATE[0], (written >> 64) as u64 ^ TIME[0]);
    let wrong = date | date.wrapping_add(DATE[1]) | time | time.wrapping_add(TIME[1]);
    let (year, hour) = (pair_at(date, 0) * 100 + pair_at(date, 2), pair_at(time, 3));
    if wrong & HIGH != 0 || hour >= 24 || !SAFE_YEARS.contains(&year) {
        return None;
    }
    let second = hour * 3_600 + pair_at(time, 6) * 60;
    let civil = Civil { year, month: pair_at(date, 5), day: pair_at(time, 0), second, nanosecond: 0 };
    let start = from_civil(civil)?.0;
    LAST_MINUTE.set(Minute { written, start });
    Some(start)
}

/// The second that four bytes begin with, written as `:SS`.
#[inline(always)]
pub(super) fn second_at(written: u32) -> Option<i64> {
    let second = (written & 0x00FF_FFFF) ^ SECOND[0];
    let wrong = second | second.wrapping_add(SECOND[1]);
    (wrong & HIGH as u32 == 0).then_some(i64::from(second >> 8 & 0xFF) * 10 + i64::from(second >> 16))
}

/// The two digits from a byte on, as one number.
#[inline(always)]
fn pair_at(word: u64, byte: u32) -> i64 {
    let pairs = word.wrapping_mul(10).wrapping_add(word >> 8);
    i64::from((pairs >> (8 * byte)) as u8)
}

/// The highest bit of each byte.
const HIGH: u64 = 0x8080_8080_8080_8080;

const fn word(bytes: [u8; 8]) -> u64 {
    u64::from_le_bytes(bytes)
}

/// One to nine digits behind a point, in nanoseconds.
#[inline]
pub(crate) fn fraction(text: &[u8]) -> Option<i64> {
    let (nanoseconds, length) = fraction_at(&padded(text))?;
    (length == text.len()).then_some(nanoseconds)
}

/// The nanoseconds that the digits at the beginning of `bytes` say behind a point, one to nine of them, and how many they
/// are. Digits that are not written are zeros, so how many there are is no branch.
#[inline(always)]
fn fraction_at(bytes: &[u8; CHUNK]) -> Option<(i64, usize)> {
    let length = (!Chunk::new(bytes).digits()).trailing_zeros() as usize;
    if !(1..10).contains(&length) {
        return None;
    }
    let eight = digits::padded_value(u64::from_le_bytes(*bytes.first_chunk()?), length.min(8));
    let ninth = if length == 9 { bytes[8] - b'0' } else { 0 };
    Some((eight as i64 * 10 + i64::from(ninth), length))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::written;
    use super::*;
    use crate::FaultCode;

    fn text(value: i64) -> String {
        written(|out| write_timestamp(out, Timestamp(value)))
    }

    #[test]
    fn a_fraction_is_written_only_where_it_is_not_zero() {
        assert_eq!(text(1_431_857_100_000_000_000), "2015-05-17T10:05:00Z");
        assert_eq!(text(1_431_857_100_050_000_000), "2015-05-17T10:05:00.05Z");
        assert_eq!(text(-1), "1969-12-31T23:59:59.999999999Z");
        assert_eq!(text(i64::MIN), "1677-09-21T00:12:43.145224192Z");
        assert_eq!(text(i64::MAX), "2262-04-11T23:47:16.854775807Z");
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "2015-05-17",
            "2015-05-17T10:05:00",
            "2015-02-29T10:05:00Z",
            "2015-13-01T10:05:00Z",
            "2015-00-01T10:05:00Z",
            "2015-05-00T10:05:00Z",
            "2015-05-17T24:05:00Z",
            "2015-05-17T10:60:00Z",
            "2015-05-17T10:05:00.Z",
            "2015-05-17T10:05:00.1234567890",
            "2015-05-17T10:05:0/Z",
            "1431857100",
        ] {
            let fault = parse_timestamp(text).unwrap_err();
            assert_eq!(fault.code, crate::FaultCode::WrongType, "{text}");
        }
        let fault = parse_timestamp("2300-01-01T00:00:00Z").unwrap_err();
        assert_eq!(fault.to_string(), r#"overflow: "2300-01-01T00:00:00Z" leaves the range of timestamp"#);
    }

    #[test]
    fn offsets_and_small_letters_are_read() {
        let expected = Ok(Timestamp(1_431_857_100_000_000_000));
        assert_eq!(parse_timestamp("2015-05-17T12:05:00+02:00"), expected);
        assert_eq!(parse_timestamp("2015-05-17t10:05:00z"), expected);
    }

    #[test]
    fn what_rfc_3339_does_not_have_is_no_timestamp() {
        let fits = ["2026-01-01T00:00:00+23:59", "2026-01-01t00:00:00z", "2026-01-01 00:00:00.5-00:00"];
        assert!(fits.iter().all(|text| parse_timestamp(text).is_ok()));
        let others = [
            "2026-01-01T00:00:00+24:00",
            "2026-01-01T00:00:00-25:59",
            "2026-01-01T00:00:00+00:60",
            "2026-01-01T00:00:00,5Z",
            "2026-01-01T00:00:00.Z",
            "2026-01-01T00:00:00+00",
            "2026-01-01T00:00:00+0000",
            "2026-01-01T00:00:00+01:00:00",
            "2026-01-01T00:00:00Z[UTC]",
            "2026-01-01T00:00:00",
            "20260101T000000Z",
            "2026-01-01T0000Z",
            "2026-01-01T00Z",
            "+002026-01-01T00:00:00Z",
            "2026-01-01T00:00:00é",
        ];
        let codes = others.map(|text| parse_timestamp(text).unwrap_err().code);
        assert_eq!(codes, [FaultCode::WrongType; 15]);
    }

    #[test]
    fn what_is_finer_than_nanoseconds_is_cut_and_a_leap_second_is_the_one_before() {
        let fine = Ok(Timestamp(1_431_857_100_123_456_789));
        assert_eq!(parse_timestamp("2015-05-17T10:05:00.1234567899Z"), fine);
        assert_eq!(parse_timestamp("2015-05-17T12:05:00.123456789123456+02:00"), fine);
        assert_eq!(parse_timestamp("2016-12-31T23:59:60Z"), parse_timestamp("2016-12-31T23:59:59Z"));
    }

    proptest! {
        #[test]
        fn jiff_writes_and_reads_the_same(value in any::<i64>()) {
            let theirs = jiff::Timestamp::from_nanosecond(i128::from(value)).unwrap();
            prop_assert_eq!(text(value), theirs.to_string());
            let text = theirs.to_string();
            prop_assert_eq!(parse_timestamp(&text), Ok(Timestamp(value)));
            let is_safe = SAFE_YEARS.contains(&civil(Timestamp(value)).year);
            let expected = is_safe.then_some((Timestamp(value), text.len()));
            prop_assert_eq!(timestamp_at(text.as_bytes()), expected);
            let followed = text.clone() + "\", \"b\"";
            prop_assert_eq!(timestamp_at(followed.as_bytes()), expected);
        }

        #[test]
        fn the_fixed_layout_takes_nothing_that_jiff_refuses(
            text in "(19|20)[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-6][0-9]:[0-6][0-9](\\.[0-9]{0,10})?Z",
            change in any::<prop::sample::Index>(),
            byte in any::<u8>(),
        ) {
            let mut changed = text.clone().into_bytes();
            changed[change.index(text.len())] = byte;
            if let Some((at, length)) = timestamp_at(&changed) {
                let text = std::str::from_utf8(&changed[..length]).unwrap();
                let theirs = text.parse::<jiff::Timestamp>().unwrap();
                prop_assert_eq!(i128::from(at.0), theirs.as_nanosecond());
            }
            if let Some((at, _)) = timestamp_at(text.as_bytes()) {
                let theirs = text.parse::<jiff::Timestamp>().unwrap();
                prop_assert_eq!(i128::from(at.0), theirs.as_nanosecond());
            }
        }

        #[test]
        fn the_minute_before_does_not_show(
            minutes in prop::collection::vec("(0000|1677|1970|2018|2262)-(01|02|09)-(01|29|30)T0[01]:(00|12)", 1..6),
        ) {
            for minute in minutes {
                let text = minute + ":50.5Z";
                let theirs = text.parse::<jiff::Timestamp>().ok().and_then(in_range);
                prop_assert_eq!(parse_timestamp(&text).ok(), theirs);
            }
        }
    }
}
