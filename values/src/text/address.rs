//! IPv4 addresses: four numbers below 256 without leading zeros, which is what `std` reads.

use std::net::Ipv4Addr;

use super::chunk::{CHUNK, Chunk};

/// The address that `bytes` begin with, and its length. What follows may not be a digit or a point.
#[inline]
pub(crate) fn ipv4_at(bytes: &[u8]) -> Option<(Ipv4Addr, usize)> {
    match bytes.first_chunk() {
        Some(chunk) => of_chunk(chunk),
        None => of_few(bytes),
    }
}

/// That of less bytes than a chunk has.
#[inline(never)]
fn of_few(bytes: &[u8]) -> Option<(Ipv4Addr, usize)> {
    let mut chunk = [0; CHUNK];
    chunk[..bytes.len()].copy_from_slice(bytes);
    of_chunk(&chunk)
}

/// All four numbers are checked at once, by masks, and each is read by the same few steps however many digits it has: what
/// varies from address to address is no branch.
#[inline(always)]
fn of_chunk(bytes: &[u8; CHUNK]) -> Option<(Ipv4Addr, usize)> {
    let chunk = Chunk::new(bytes);
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
    let [first, second, third] = [points, second, third].map(|points| points.trailing_zeros());
    let numbers = [(0, first), (first + 1, second), (second + 1, third), (third + 1, end)];
    let numbers = numbers.map(|(start, end)| number(bytes, start, end));
    let octets = numbers.map(|number| number as u8);
    let fit = numbers.into_iter().fold(0, |all, number| all | number) < 256;
    fit.then(|| (Ipv4Addr::from(octets), end as usize))
}

/// What the one to three digits from `start` to `end` say. A number beyond three digits for what is none.
#[inline(always)]
fn number(bytes: &[u8; CHUNK], start: u32, end: u32) -> u32 {
    // The last number of an address may begin four bytes before the end, and no address is longer.
    let Some(word) = bytes.get(start as usize..).and_then(|bytes| bytes.first_chunk()) else {
        return u32::MAX;
    };
    // Moved up, so that the last digit is the highest byte, and what is behind it is out.
    let digits = (u32::from_le_bytes(*word) & 0x0F0F_0F0F) << (32 - 8 * (end - start) & 31);
    (digits >> 8 & 0xFF) * 100 + (digits >> 16 & 0xFF) * 10 + (digits >> 24)
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
