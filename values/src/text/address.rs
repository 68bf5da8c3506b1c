//! IPv4 addresses: four numbers below 256 without leading zeros, which is what `std` reads.

use std::net::Ipv4Addr;

use super::chunk::{CHUNK, Chunk, padded};

/// The address that `bytes` begin with, and its length. What follows may not be a digit or a point.
#[inline]
pub(crate) fn ipv4_at(bytes: &[u8]) -> Option<(Ipv4Addr, usize)> {
    match bytes.first_chunk() {
        Some(bytes) => of_first(bytes),
        None => of_few(bytes),
    }
}

/// The longest address, what tells that it ends, and what is read with its last number.
const FIRST: usize = CHUNK + 4;

/// That of less bytes.
#[inline(never)]
fn of_few(bytes: &[u8]) -> Option<(Ipv4Addr, usize)> {
    of_first(&padded(bytes))
}

/// All four numbers are checked at once, by masks, and each is read by the same few steps however many digits it has: what
/// varies from address to address is no branch.
#[inline(always)]
fn of_first(bytes: &[u8; FIRST]) -> Option<(Ipv4Addr, usize)> {
    let chunk = Chunk::new(bytes.first_chunk()?);
    let (digits, points, zeros) = (chunk.digits(), chunk.are(b'.'), chunk.are(b'0'));
    let end = (!(digits | points)).trailing_zeros();
    let inside = (1_u32 << end) - 1;
    let (digits, points) = (digits & inside, points & inside);
    let starts = points << 1 | 1;
    let too_long = digits & digits >> 1 & digits >> 2 & digits >> 3;
    let leading_zero = starts & zeros & digits >> 1;
    let second = points & points.wrapping_sub(1);
    let third = second & second.wrapping_sub(1);
    if too_long | leading_zero | (starts & !digits) != 0 || !third.is_power_of_two() {
        return None;
    }
    let (first, second, third) = (points.trailing_zeros(), second.trailing_zeros(), third.trailing_zeros());
    let a = Number::new(bytes, 0, first);
    let b = Number::new(bytes, first + 1, second);
    let c = Number::new(bytes, second + 1, third);
    let d = Number::new(bytes, third + 1, end);
    let fit = a.is_octet() & b.is_octet() & c.is_octet() & d.is_octet();
    // In one piece: what is written byte by byte, and read whole right behind, makes the processor wait.
    let bits = a.octet() << 24 | b.octet() << 16 | c.octet() << 8 | d.octet();
    fit.then(|| (Ipv4Addr::from_bits(bits), end as usize))
}

/// One to three digits. The last is the highest byte, and behind the first are zeros.
#[derive(Clone, Copy)]
struct Number(u32);

impl Number {
    #[inline(always)]
    fn new(bytes: &[u8; FIRST], start: u32, end: u32) -> Number {
        let at = start as usize % CHUNK;
        let word = u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        // Moved up, so that what is behind the last digit is out.
        Number((word & 0x0F0F_0F0F) << ((32 - 8 * (end - start)) & 31))
    }

    #[inline(always)]
    fn is_octet(self) -> bool {
        self.0.swap_bytes() <= 0x02_05_05
    }

    /// By one multiplication, in whose highest byte the digits meet: the first a hundred times, the second ten times.
    #[inline(always)]
    fn octet(self) -> u32 {
        (u64::from(self.0).wrapping_mul(100 << 48 | 10 << 40 | 1 << 32) >> 56) as u32
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn addresses_are_those_of_std(
            text in "(0|1|25|255|256|00|01|\\.|a|:| ){0,9}",
            address in any::<Ipv4Addr>(),
            behind in "[\" ,a]{0,9}",
        ) {
            let length = text.find(|other: char| !other.is_ascii_digit() && other != '.').unwrap_or(text.len());
            let expected = text[..length].parse().ok().map(|address: Ipv4Addr| (address, length));
            prop_assert_eq!(ipv4_at(text.as_bytes()), expected);
            let written = address.to_string();
            prop_assert_eq!(ipv4_at((written.clone() + &behind).as_bytes()), Some((address, written.len())));
        }
    }
}
