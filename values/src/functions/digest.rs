//! Numbers that depend on a value only: to sample, to spread, to compare with what others computed.

use super::string::fnv_1a;
use super::{Fault, IpAddr, out_of_range};

functions! { digest:
    /// A number that depends on the text only, never negative: 63 bits of FNV-1a, for sampling and for `by direct`.
    #[language("hash", r#"hash("a") == 6319093600277820998"#)]
    pub fn hash(text: &str) -> i64 {
        (fnv_1a(text.as_bytes()) >> 1) as i64
    }

    /// A number that depends on the bytes only, never negative: 63 bits of FNV-1a.
    #[language("hash", r#"hash(bytes("a")) == hash("a")"#)]
    pub fn hash_bytes(data: &[u8]) -> i64 {
        (fnv_1a(data) >> 1) as i64
    }

    /// A number that depends on the int only, never negative: 63 bits of FNV-1a of its eight bytes, least first.
    #[language("hash", "hash(0) == 6080981106521087202")]
    pub fn hash_int(x: i64) -> i64 {
        (fnv_1a(&x.to_le_bytes()) >> 1) as i64
    }

    /// A number that depends on the address only, never negative: 63 bits of FNV-1a of its four or sixteen bytes.
    #[language("hash", r#"hash(ip("10.1.2.3")) == hash(from_hex("0a010203"))"#)]
    pub fn hash_ip(address: IpAddr) -> i64 {
        match address {
            IpAddr::V4(address) => hash_bytes(&address.octets()),
            IpAddr::V6(address) => hash_bytes(&address.octets()),
        }
    }

    /// The checksum CRC-32 of ISO 3309, as in zip and Ethernet.
    #[language("crc32", r#"crc32("123456789") == 3421780262"#)]
    pub fn crc32(text: &str) -> i64 {
        crc32_bytes(text.as_bytes())
    }

    /// The checksum CRC-32 of ISO 3309, as in zip and Ethernet.
    #[language("crc32", r#"crc32(bytes("123456789")) == 3421780262"#)]
    pub fn crc32_bytes(data: &[u8]) -> i64 {
        let step = |crc: u32, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
        let crc = data.iter().fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), step));
        i64::from(!crc)
    }

    /// Whether the text is among this share of all texts, from 0 to 1: always the same ones.
    #[language("sampled", r#"sampled("user 17", 1.0) && !sampled("user 17", 0.0)"#)]
    pub fn sampled(text: &str, share: f64) -> Result<bool, Fault> {
        if !(0.0..=1.0).contains(&share) {
            return Err(out_of_range(format!("sampled with a share of {share:?}")));
        }
        // The low bits of FNV-1a spread better than the high ones; a multiplication brings them up.
        let spread = fnv_1a(text.as_bytes()).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        Ok(((spread >> 11) as f64) < share * (1_u64 << 53) as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_has_its_share() {
        let taken = (0..10_000).filter(|user| sampled(&format!("user {user}"), 0.1).unwrap()).count();
        assert!((900..1_100).contains(&taken), "{taken}");
        assert!(sampled("a", 1.5).is_err());
    }
}
