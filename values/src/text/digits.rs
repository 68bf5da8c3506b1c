//! Runs of decimal digits, eight bytes at a time: no branch depends on how many there are.

const ZEROS: u64 = u64::from_ne_bytes([b'0'; 8]);
const ONES: u64 = u64::MAX / 255;

/// How many of the first bytes are digits, the first byte being the lowest; 8 where all are.
#[inline]
pub(crate) fn leading(word: u64) -> usize {
    let digits = word ^ ZEROS;
    // Bytes above 9 reach their highest bit, and the first of them has nothing carried into it.
    let others = (digits.wrapping_add(ONES * 0x76) | digits) & (ONES * 0x80);
    others.trailing_zeros() as usize / 8
}

/// What the first `count` bytes say, 1 to 8 of them, all digits. Three multiplications that add neighbours up: D. Lemire,
/// "Quickly parsing eight digits".
#[inline]
pub(crate) fn value(word: u64, count: usize) -> u64 {
    let digits = (word ^ ZEROS) << (64 - 8 * count);
    let pairs = ((digits & (ONES * 0x0F)).wrapping_mul(10 * 256 + 1)) >> 8;
    let fours = (pairs & 0x00FF_00FF_00FF_00FF).wrapping_mul(100 * 65_536 + 1) >> 16;
    (fours & 0x0000_FFFF_0000_FFFF).wrapping_mul(10_000 * 4_294_967_296 + 1) >> 32
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn digits_are_counted_and_read(digits in "[0-9]{0,8}", behind in any::<[u8; 8]>()) {
            let bytes = [digits.as_bytes(), &behind].concat();
            let word = u64::from_le_bytes(*bytes.first_chunk().unwrap());
            let count = bytes[..8].iter().take_while(|byte| byte.is_ascii_digit()).count();
            prop_assert_eq!(leading(word), count);
            if count > 0 {
                let number: u64 = std::str::from_utf8(&bytes[..count]).unwrap().parse().unwrap();
                prop_assert_eq!(value(word, count), number);
            }
        }
    }
}
