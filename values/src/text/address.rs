//! IPv4 addresses: four numbers below 256 without leading zeros, which is what `std` reads.

use std::net::Ipv4Addr;

use super::digits;

/// The longest address, `255.255.255.255`.
const LONGEST: usize = 15;

/// The address that `bytes` begin with, and its length. What follows may not be a digit or a point.
#[inline]
pub(crate) fn ipv4_at(bytes: &[u8]) -> Option<(Ipv4Addr, usize)> {
    if let Some(chunk) = bytes.first_chunk() {
        return of_chunk(chunk);
    }
    let mut chunk = [0; LONGEST + 1];
    let length = bytes.len().min(LONGEST);
    chunk[..length].copy_from_slice(&bytes[..length]);
    of_chunk(&chunk)
}

/// Octet by octet, each by the same few steps however many digits it has: what varies from address to address is no branch.
#[inline]
fn of_chunk(chunk: &[u8; LONGEST + 1]) -> Option<(Ipv4Addr, usize)> {
    let mut octets = [0; 4];
    let mut at = 0;
    for (index, octet) in octets.iter_mut().enumerate() {
        if index > 0 {
            if chunk[at] != b'.' {
                return None;
            }
            at += 1;
        }
        // The last octet may begin four bytes before the end, and no address is longer.
        let word = u32::from_le_bytes(*chunk.get(at..)?.first_chunk()?);
        let length = digits::leading(u64::from(word)).min(4);
        let number = octet_of(word, length)?;
        *octet = number;
        at += length;
    }
    (chunk.get(at) != Some(&b'.')).then(|| (Ipv4Addr::from(octets), at))
}

/// What one to three digits say, if it is below 256 and has no leading zero.
#[inline]
fn octet_of(word: u32, length: usize) -> Option<u8> {
    /// By the number of digits: the least number that needs so many.
    const LEAST: [u32; 4] = [u32::MAX, 0, 10, 100];
    let least = *LEAST.get(length)?;
    // Moved up, so that the last digit is always the third byte, and what is behind it is out.
    let digits = (word & 0x0F0F_0F0F) << (8 * (3 - length));
    let number = (digits & 0xFF) * 100 + (digits >> 8 & 0xFF) * 10 + (digits >> 16 & 0xFF);
    if number >= least { u8::try_from(number).ok() } else { None }
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
