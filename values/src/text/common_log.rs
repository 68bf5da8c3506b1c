//! The time in the logs of web servers: `17/May/2015:10:05:03 +0000`.

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
    let date = START.fits(text, 0) & YEAR.fits(text, 7);
    let time = MINUTE.fits(text, 14) & ZONE.fits(text, 18);
    if !(date & time) {
        return None;
    }
    let number = |at: usize| i64::from(text[at] & 0x0F) * 10 + i64::from(text[at + 1] & 0x0F);
    let (hour, minute, second) = (number(12), number(15), number(18));
    let (east_hours, east_minutes) = (number(22), number(24));
    if hour.max(east_hours) >= 24 || minute.max(second).max(east_minutes) >= 60 {
        return None;
    }
    let east = east_hours * 3_600 + east_minutes * 60;
    from_civil(Civil {
        year: number(7) * 100 + number(9),
        month: month([text[3], text[4], text[5]])?,
        day: number(0),
        second: hour * 3_600 + minute * 60 + second
            - match text[21] {
                b'+' => east,
                b'-' => -east,
                _ => return None,
            },
        nanosecond: 0,
    })
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

    proptest! {
        #[test]
        fn it_is_strftimes(
            text in "[0-3][0-9]/(Jan|Feb|May|Sep|Dec|Foo)/(19|20)[0-9]{2}:[0-2][0-9]:[0-6][0-9]:[0-6][0-9] [-+][0-2][0-9][0-6][0-9]",
            change in prop::option::of((0..26_usize, any::<u8>())),
        ) {
            let mut bytes = text.into_bytes();
            if let Some((at, byte)) = change {
                bytes[at] = byte;
            }
            if let Some(at) = common_log(&bytes) {
                let text = std::str::from_utf8(&bytes).unwrap();
                let theirs = jiff::fmt::strtime::parse("%d/%b/%Y:%H:%M:%S %z", text);
                let theirs = theirs.and_then(|parts| parts.to_timestamp()).unwrap();
                prop_assert_eq!(i128::from(at.0), theirs.as_nanosecond());
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
