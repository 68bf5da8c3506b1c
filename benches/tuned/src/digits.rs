//! Decimal digits, eight bytes at a time.

/// A byte of 1 in each place.
const ONES: u64 = u64::MAX / 255;
/// A byte of `0` in each place.
const ZEROS: u64 = ONES * 0x30;

/// The number that the first digits say, of one to seven of them, and how many they are.
#[inline(always)]
#[must_use]
pub fn few(text: &[u8]) -> Option<(i64, usize)> {
    let word = u64::from_le_bytes(*text.first_chunk()?);
    let digits = word ^ ZEROS;
    let others = (digits.wrapping_add(ONES * 0x76) | digits) & (ONES * 0x80);
    let length = (others.trailing_zeros() / 8) as usize;
    if length == 0 || length > 7 {
        return None;
    }
    Some((value(digits << (64 - 8 * length)), length))
}

/// The number that eight digits say.
#[inline(always)]
#[must_use]
pub fn eight(text: &[u8; 8]) -> Option<i64> {
    let digits = u64::from_le_bytes(*text) ^ ZEROS;
    let others = (digits.wrapping_add(ONES * 0x76) | digits) & (ONES * 0x80);
    (others == 0).then(|| value(digits))
}

/// Adds neighbours up, three times.
#[inline(always)]
fn value(digits: u64) -> i64 {
    let pairs = digits.wrapping_mul(10 * 256 + 1) >> 8;
    let fours = (pairs & 0x00FF_00FF_00FF_00FF).wrapping_mul(100 * 65_536 + 1) >> 16;
    ((fours & 0x0000_FFFF_0000_FFFF).wrapping_mul(10_000 * 4_294_967_296 + 1) >> 32) as i64
}
