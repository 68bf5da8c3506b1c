//! Floats as text.

use super::append;
use super::digits::{append_first, eight, write_natural};

/// So many places behind the point are tried before the general way.
const MILLION: u64 = 1_000_000;

/// Below this many millionths a float is written with an exponent.
const LEAST: u64 = MILLION / 10_000;

/// Two decimals of fifteen digits are never the same float: so one of them that is this float is the shortest there is.
const FIFTEEN_DIGITS: u64 = 1_000_000_000_000_000;

/// Appends the shortest text that reads back as this float. It always has a point or an exponent.
///
/// Most floats of rows are amounts and measures with a few decimals. Such a one is a whole number of millionths, and a
/// division, which is rounded as the reading of a decimal is, tells: this takes a tenth of what a search for the digits does.
#[inline]
pub fn write_float(out: &mut Vec<u8>, value: f64) {
    let magnitude = value.abs();
    let millionths = (magnitude * MILLION as f64 + 0.5) as u64;
    let exact = millionths as f64 / MILLION as f64 == magnitude;
    if !exact || (!(LEAST..FIFTEEN_DIGITS).contains(&millionths) && millionths > 0) {
        return write_any(out, value);
    }
    if value.is_sign_negative() {
        out.push(b'-');
    }
    write_natural(out, millionths / MILLION);
    let (decimals, zeros) = eight(millionths % MILLION * 100);
    let mut text = [b'.'; 9];
    text[1..].copy_from_slice(&decimals);
    // One digit stays behind the point, also where it is a zero.
    append_first(out, text, 9 - zeros.min(7));
}

#[inline(never)]
fn write_any(out: &mut Vec<u8>, value: f64) {
    append(out, format_args!("{value:?}"));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::written;

    fn assert_as_by_std(value: f64) {
        for value in [value, -value] {
            assert_eq!(written(|out| write_float(out, value)), format!("{value:?}"));
        }
    }

    proptest! {
        #[test]
        fn decimals_are_written_as_by_std(digits in any::<u64>(), shift in 0..64, power in 0..12) {
            let decimal = (digits >> shift) as f64 / 10_f64.powi(power);
            for neighbour in [decimal, decimal.next_up(), decimal.next_down()] {
                assert_as_by_std(neighbour);
            }
        }

        #[test]
        fn floats_are_written_as_by_std(value in any::<f64>()) {
            assert_as_by_std(value);
        }
    }

    #[test]
    fn limits_are_written_as_by_std() {
        let limits = [0.0, 1e-7, 9.9e-5, 1e-4, 1.0, 1e9 - 1e-6, 1e9, 1e15, 1e16];
        for value in limits.into_iter().chain([f64::MAX, f64::INFINITY, f64::NAN]) {
            assert_as_by_std(value);
        }
    }
}
