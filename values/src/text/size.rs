//! Sizes: numbers of bytes with a unit.

use super::misfit;
use crate::Fault;

/// The units of sizes, in bytes.
pub const SIZES: &[(&str, i64)] = &[
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("TiB", 1 << 40),
    ("kB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("TB", 1_000_000_000_000),
];

/// Whole bytes, alone or in one of the [units](SIZES): `65536`, `64KiB`.
///
/// # Errors
/// `wrong-type`, also for more bytes than an int holds.
pub fn parse_size(text: &str) -> Result<i64, Fault> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match &text[digits.len()..] {
        "" => Some(1),
        unit => SIZES.iter().find(|(name, _)| *name == unit).map(|(_, bytes)| *bytes),
    };
    let number = if digits.starts_with(['+', '-']) { None } else { digits.parse::<i64>().ok() };
    let bytes = number.zip(unit).and_then(|(number, unit)| number.checked_mul(unit));
    bytes.ok_or_else(|| misfit(text, "a size such as 64KiB"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_whole_bytes_in_a_known_unit() {
        assert_eq!(parse_size("65536"), Ok(65_536));
        assert_eq!(parse_size("64KiB"), Ok(65_536));
        assert_eq!(parse_size("3kB"), Ok(3_000));
        for text in ["", "KiB", "1.5KiB", "-1KiB", "1K", "1 KiB", "1KiBs", "9000000TiB", "é"] {
            let fault = parse_size(text).unwrap_err();
            assert!(fault.message.ends_with("is not a size such as 64KiB"), "{fault}");
        }
    }
}
