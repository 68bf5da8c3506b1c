//! The time in the logs of web servers: `17/May/2015:10:05:03 +0000`.

use std::cell::Cell;

use super::calendar::{NANOS, SAFE_YEARS, second_at};
use super::{Civil, from_civil};
use crate::Timestamp;

const START: Layout = Layout::new(b"00/???/0");
const YEAR: Layout = Layout::new(b"0000:00:");
const MINUTE: Layout = Layout::new(b":00:00 ?");
const ZONE: Layout = Layout::new(b"00 ?0000");

/// `%d/%b/%Y:%H:%M:%S %z` as servers write it; none for any other layout.
#[inline]
pub(crate) fn common_log(text: &[u8]) -> Option<Timestamp> {
    let text: &[u8; 26] = text.try_into().ok()?;
    let (minute, rest) = text.split_first_chunk()?;
    let (second, zone) = rest.split_first_chunk()?;
    let last = LAST_MINUTE.get();
    let start =
        if *minute == last.written && *zone == last.zone { last.start } else { another_minute(text)? };
    let [colon, ten, one] = *second;
    Some(Timestamp(start + second_at(u32::from_le_bytes([colon, ten, one, 0]))? * NANOS))
}

/// A minute as it is written, with its zone, and the nanosecond at which it begins.
#[derive(Clone, Copy)]
struct Minute {
    written: [u8; 17],
    zone: [u8; 6],
    start: i64,
}

thread_local! {
    /// Most lines are of the minute of the one before; before any, the first one of 1970.
    static LAST_MINUTE: Cell<Minute> =
        const { Cell::new(Minute { written: *b"01/Jan/1970:00:00", zone: *b" +0000", start: 0 }) };
}

/// The nanosecond at which a time's minute begins, in the years in which no second leaves the range of timestamps.
#[inline(never)]
fn another_minute(text: &[u8; 26]) -> Option<i64> {
    let date = START.fits(text, 0) & YEAR.fits(text, 7);
    let time = MINUTE.fits(text, 14) & ZONE.fits(text, 18);
    if !(date & time) {
        return None;
    }
    let number = |at: usize| i64::from(text[at] & 0x0F) * 10 + i64::from(text[at + 1] & 0x0F);
    let (year, hour, minute) = (number(7) * 100 + number(9), number(12), number(15));
    let (east_hours, east_minutes) = (number(22), number(24));
    if hour.max(east_hours) >= 24 || minute.max(east_minutes) >= 60 || !SAFE_YEARS.contains(&year) {
        return None;
    }
    let east = east_hours * 3_600 + east_minutes * 60;
    let second = hour * 3_600 + minute * 60
        - match text[21] {
            b'+' => east,
            b'-' => -east,
            _ => return None,
        };
    let (month, day) = (month([text[3], text[4], text[5]])?, number(0));
    let start = from_civil(Civil { year, month, day, second, nanosecond: 0 })?.0;
    if let (Some(written), Some(zone)) = (text.first_chunk(), text.last_chunk()) {
        LAST_MINUTE.set(Minute { written: *written, zone: *zone, start });
    }
    Some(start)
}

/// Eight bytes of the layout: what stands in them where they are digits, and elsewhere.
struct Layout {
    bytes: u64,
    /// What is looked at.
    mask: u64,
    /// Takes a byte that is too large for its place into its highest bit.
    too_large: u64,
}

impl Layout {
    /// A `0` is any digit, a `?` is looked at elsewhere.
    const fn new(text: &[u8; 8]) -> Layout {
        let (mut mask, mut too_large) = ([0xFF; 8], [127; 8]);
        let mut at = 0;
        while at < 8 {
            match text[at] {
                b'0' => too_large[at] = 118,
                b'?' => mask[at] = 0,
                _ => {}
            }
            at += 1;
        }
        let (mask, too_large) = (u64::from_le_bytes(mask), u64::from_le_bytes(too_large));
        Layout { bytes: u64::from_le_bytes(*text) & mask, mask, too_large }
    }

    /// Whether it is that of the bytes at a place.
    #[inline(always)]
    fn fits(&self, text: &[u8; 26], at: usize) -> bool {
        const HIGH: u64 = u64::MAX / 255 * 0x80;
        let found = u64::from_le_bytes(std::array::from_fn(|byte| text[at + byte]));
        // Digits become numbers, and all else has to become zero.
        let found = (found & self.mask) ^ self.bytes;
        (((found & !HIGH) + self.too_large) | found) & HIGH == 0
    }
}

/// The number of a month, from 1.
#[inline(always)]
fn month(name: [u8; 3]) -> Option<i64> {
    Some(match &name {
        b"Jan" => 1,
        b"Feb" => 2,
        b"Mar" => 3,
        b"Apr" => 4,
        b"May" => 5,
        b"Jun" => 6,
        b"Jul" => 7,
        b"Aug" => 8,
        b"Sep" => 9,
        b"Oct" => 10,
        b"Nov" => 11,
        b"Dec" => 12,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

    /// What a general parser reads.
    fn strftime(text: &str) -> Option<Timestamp> {
        let parts = jiff::fmt::strtime::parse("%d/%b/%Y:%H:%M:%S %z", text).ok()?;
        Some(Timestamp(parts.to_timestamp().ok()?.as_nanosecond().try_into().ok()?))
    }

    proptest! {
        #[test]
        fn a_time_of_any_minute_is_read_behind_that_of_any_other(
            (day, year, hour) in (1..=28, 1900..2100, 0..24),
            zones in prop::array::uniform2(("[-+]", 0..24, 0..60)),
            minutes in prop::array::uniform2(0..60),
            // Of two minutes and two zones: those of the time before come again, alone and together.
            run in prop::collection::vec((0..2_usize, 0..2_usize, 0..60), 1..12),
        ) {
            for month in MONTHS {
                for &(minute, zone, second) in &run {
                    let (minute, (sign, east_hours, east_minutes)) = (minutes[minute], &zones[zone]);
                    let text = format!(
                        "{day:02}/{month}/{year}:{hour:02}:{minute:02}:{second:02} {sign}{east_hours:02}{east_minutes:02}"
                    );
                    let read = common_log(text.as_bytes());
                    prop_assert!(read.is_some(), "{}", text);
                    prop_assert_eq!(read, strftime(&text), "{}", text);
                }
            }
        }

        #[test]
        fn what_is_read_is_strftimes(
            text in "[0-3][0-9]/(Jan|Feb|May|Sep|Dec|Foo)/(19|20)[0-9]{2}:[0-2][0-9]:[0-6][0-9]:[0-6][0-9] [-+][0-2][0-9][0-6][0-9]",
            changes in prop::collection::vec((0..26_usize, prop_oneof![any::<u8>(), b'0'..=b'9']), 0..4),
        ) {
            // What has changed little is likely to be of the minute before, or nearly.
            let mut bytes = text.into_bytes();
            let mut times = vec![bytes.clone()];
            for (at, byte) in changes {
                bytes[at] = byte;
                times.push(bytes.clone());
            }
            for bytes in times {
                let read = common_log(&bytes);
                let theirs = std::str::from_utf8(&bytes).ok().and_then(strftime);
                prop_assert!(read.is_none() || read == theirs, "{:?} {:?}", read, theirs);
            }
        }
    }

    #[test]
    fn a_time_as_servers_write_it_is_read() {
        let at = Some(Timestamp(1_431_857_103_000_000_000));
        assert_eq!(common_log(b"17/May/2015:10:05:03 +0000"), at);
        assert_eq!(common_log(b"17/May/2015:12:35:03 +0230"), at);
        assert_eq!(common_log(b"17/May/2015:10:05:03 Z0000"), None);
        assert_eq!(common_log(b"17/May/2015:24:05:03 +0000"), None);
    }
}
