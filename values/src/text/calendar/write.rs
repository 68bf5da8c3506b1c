//! Timestamps as text.

use std::cell::Cell;

use super::super::digits;
use super::{Civil, DAY_SECONDS, NANOS, civil, day_number};
use crate::Timestamp;

thread_local! {
    /// Most timestamps are of the day of the one before: its number, and how it is written.
    static LAST_DATE: Cell<(i64, [u8; 10])> = const { Cell::new((0, *b"1970-01-01")) };
}

/// The date of a timestamp as RFC 3339 has it.
#[inline]
fn date(at: Timestamp) -> [u8; 10] {
    match LAST_DATE.get() {
        (day, date) if day == day_number(at) => date,
        _ => another_date(at),
    }
}

/// A date that has to be computed. It is remembered.
#[cold]
fn another_date(at: Timestamp) -> [u8; 10] {
    let Civil { year, month, day, .. } = civil(at);
    let (digits, _) = digits::eight((year * 10_000 + month * 100 + day) as u64);
    let mut date = *b"yyyy-mm-dd";
    date[..4].copy_from_slice(&digits[..4]);
    date[5..7].copy_from_slice(&digits[4..6]);
    date[8..].copy_from_slice(&digits[6..]);
    LAST_DATE.set((day_number(at), date));
    date
}

/// Appends a timestamp in RFC 3339, in UTC, with a fraction only where it is not zero.
#[inline]
pub fn write_timestamp(out: &mut Vec<u8>, value: Timestamp) {
    let of_day = value.0.rem_euclid(DAY_SECONDS * NANOS);
    let (second, nanosecond) = (of_day / NANOS, of_day % NANOS);
    let (time, _) = digits::eight((second / 3_600 * 10_000 + second / 60 % 60 * 100 + second % 60) as u64);
    let mut text = *b"yyyy-mm-ddThh:mm:ss.nnnnnnnnnZ";
    text[..10].copy_from_slice(&date(value));
    text[11..13].copy_from_slice(&time[2..4]);
    text[14..16].copy_from_slice(&time[4..6]);
    text[17..19].copy_from_slice(&time[6..]);
    let mut end = 19;
    if nanosecond > 0 {
        let (fraction, zeros) = digits::eight(nanosecond as u64 % digits::EIGHT);
        text[20] = b'0' + (nanosecond as u64 / digits::EIGHT) as u8;
        text[21..29].copy_from_slice(&fraction);
        end = 29 - zeros;
    }
    text[end] = b'Z';
    digits::append_first(out, text, end + 1);
}
