//! Runs of decimal digits, eight bytes at a time: no branch depends on how many there are.

use std::net::Ipv4Addr;

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

/// What the first `count` bytes say, 1 to 8 of them, all digits.
#[inline]
pub(crate) fn value(word: u64, count: usize) -> u64 {
    sum((word ^ ZEROS) << (64 - 8 * count))
}

/// The same with zeros behind these bytes, so that there are eight digits.
#[inline]
pub(crate) fn padded_value(word: u64, count: usize) -> u64 {
    sum((word ^ ZEROS) & (u64::MAX >> (64 - 8 * count)))
}

/// What eight digits say, each a byte from 0 to 9. Three multiplications that add neighbours up: D. Lemire, "Quickly parsing
/// eight digits".
#[inline]
fn sum(digits: u64) -> u64 {
    let pairs = digits.wrapping_mul(10 * 256 + 1) >> 8;
    let fours = (pairs & 0x00FF_00FF_00FF_00FF).wrapping_mul(100 * 65_536 + 1) >> 16;
    (fours & 0x0000_FFFF_0000_FFFF).wrapping_mul(10_000 * 4_294_967_296 + 1) >> 32
}

/// The number that the first digits of `bytes` say, one to eight of them, and how many they are.
#[inline(always)]
pub(crate) fn natural_at(bytes: &[u8]) -> Option<(i64, usize)> {
    let word = match bytes.first_chunk() {
        Some(chunk) => u64::from_le_bytes(*chunk),
        None => bytes.iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte)),
    };
    let length = leading(word);
    (length > 0).then(|| (value(word, length) as i64, length))
}

/// Eight digits hold the numbers below this.
pub(crate) const EIGHT: u64 = 100_000_000;

/// The eight digits of a number below [`EIGHT`], each as a byte from 0 to 9, the first one lowest. Halves, pairs and digits
/// are cut off side by side, with divisions that are exact for what stands in a lane.
#[inline]
fn cut(number: u64) -> u64 {
    let fours = (number / 10_000) | (number % 10_000) << 32;
    let hundreds = ((fours * 10_486) >> 20) & 0x7F_0000_007F;
    let pairs = hundreds | (fours - hundreds * 100) << 16;
    let tens = ((pairs * 103) >> 10) & 0x000F_000F_000F_000F;
    tens | (pairs - tens * 10) << 8
}

/// The eight digits of a number below [`EIGHT`], and how many zeros they end with.
#[inline]
pub(crate) fn eight(number: u64) -> ([u8; 8], usize) {
    let digits = cut(number);
    ((digits + ZEROS).to_le_bytes(), digits.leading_zeros() as usize / 8)
}

/// Appends the first `length` of these bytes. A copy of a fixed size that is cut costs less than one of any size.
#[inline]
pub(crate) fn append_first<const N: usize>(out: &mut Vec<u8>, bytes: [u8; N], length: usize) {
    let start = out.len();
    out.extend_from_slice(&bytes);
    out.truncate(start + length);
}

/// Appends the digits of a number.
#[inline]
pub(crate) fn write_natural(out: &mut Vec<u8>, number: u64) {
    if number >= EIGHT {
        write_natural_behind(out, number / EIGHT);
        return out.extend_from_slice(&eight(number % EIGHT).0);
    }
    let digits = cut(number);
    // The last digit stays, also where it is a zero.
    let zeros = (digits | 1 << 56).trailing_zeros() as usize / 8;
    append_first(out, ((digits + ZEROS) >> (8 * zeros)).to_le_bytes(), 8 - zeros);
}

/// What stands before the last eight digits.
#[inline(never)]
fn write_natural_behind(out: &mut Vec<u8>, number: u64) {
    write_natural(out, number);
}

/// Appends an IPv4 address.
#[inline]
pub(crate) fn write_ipv4(out: &mut Vec<u8>, address: Ipv4Addr) {
    /// By octet: its digits and a point, and how many bytes these are.
    static OCTETS: [([u8; 4], u8); 256] = octets();
    let mut text = [0; 16];
    let mut at = 0;
    for octet in address.octets() {
        let (digits, length) = OCTETS[usize::from(octet)];
        text[at..at + 4].copy_from_slice(&digits);
        at += usize::from(length);
    }
    append_first(out, text, at - 1);
}

const fn octets() -> [([u8; 4], u8); 256] {
    let mut octets = [([b'.'; 4], 2); 256];
    let mut octet = 0;
    while octet < 256 {
        let digits = [b'0' + (octet / 100) as u8, b'0' + (octet / 10 % 10) as u8, b'0' + (octet % 10) as u8];
        octets[octet] = match octet {
            0..10 => ([digits[2], b'.', b'.', b'.'], 2),
            10..100 => ([digits[1], digits[2], b'.', b'.'], 3),
            _ => ([digits[0], digits[1], digits[2], b'.'], 4),
        };
        octet += 1;
    }
    octets
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = b"before".to_vec();
        write(&mut out);
        String::from_utf8(out.split_off(6)).unwrap()
    }

    proptest! {
        #[test]
        fn numbers_are_written_as_by_std(number in any::<u64>(), shift in 0..64) {
            for number in [number >> shift, 10_u64.pow(number as u32 % 20), 10_u64.pow(number as u32 % 20) - 1] {
                prop_assert_eq!(written(|out| write_natural(out, number)), number.to_string());
            }
        }

        #[test]
        fn eight_digits_are_written_with_their_zeros(number in 0..EIGHT) {
            let (text, zeros) = eight(number);
            let expected = format!("{number:08}");
            prop_assert_eq!(zeros, 8 - expected.trim_end_matches('0').len());
            prop_assert_eq!(text.as_slice(), expected.as_bytes());
        }

        #[test]
        fn addresses_are_written_as_by_std(address in any::<Ipv4Addr>(), small in any::<[bool; 4]>()) {
            let octets = address.octets();
            let octets = [0, 1, 2, 3].map(|at: usize| if small[at] { octets[at] % 12 } else { octets[at] });
            let address = Ipv4Addr::from(octets);
            prop_assert_eq!(written(|out| write_ipv4(out, address)), address.to_string());
        }

        #[test]
        fn digits_are_counted_and_read(digits in "[0-9]{0,8}", behind in any::<[u8; 8]>()) {
            let bytes = [digits.as_bytes(), &behind].concat();
            let word = u64::from_le_bytes(*bytes.first_chunk().unwrap());
            let count = bytes[..8].iter().take_while(|byte| byte.is_ascii_digit()).count();
            prop_assert_eq!(leading(word), count);
            if count > 0 {
                let number: u64 = std::str::from_utf8(&bytes[..count]).unwrap().parse().unwrap();
                prop_assert_eq!(value(word, count), number);
                prop_assert_eq!(padded_value(word, count), number * 10_u64.pow(8 - count as u32));
                let read = Some((number as i64, count));
                prop_assert_eq!((natural_at(&bytes), natural_at(&bytes[..count])), (read, read));
            }
        }
    }
}
