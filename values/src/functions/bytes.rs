//! Bytes.

use super::{Fault, FaultCode, fits};
use crate::text::{self, quoted};

functions! { bytes:
    /// How many bytes there are.
    #[language("length", r#"length(bytes("Zürich")) == 7"#)]
    pub fn length(data: &[u8]) -> i64 {
        data.len() as i64
    }

    /// The bytes as base64, with padding; of at most a mebibyte.
    #[language("base64", r#"base64(bytes("hello")) == "aGVsbG8=""#)]
    pub fn base64(data: &[u8]) -> Result<String, Fault> {
        fits(data.len().div_ceil(3).saturating_mul(4))?;
        Ok(text::written(|out| text::write_bytes(out, data)))
    }

    /// The bytes that a base64 text stands for.
    #[language("from_base64", r#"from_base64("aGVsbG8=") == bytes("hello")"#)]
    pub fn from_base64(text: &str) -> Result<Vec<u8>, Fault> {
        text::parse_bytes(text).map_err(|fault| Fault { code: FaultCode::BadCast, ..fault })
    }

    /// The bytes as hexadecimal digits; of at most a mebibyte.
    #[language("hex", r#"hex(bytes("hi")) == "6869""#)]
    pub fn hex(data: &[u8]) -> Result<String, Fault> {
        fits(data.len().saturating_mul(2))?;
        let digit = |half: u8| char::from(b"0123456789abcdef"[usize::from(half & 15)]);
        Ok(data.iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]).collect())
    }

    /// The bytes that hexadecimal digits stand for.
    #[language("from_hex", r#"from_hex("6869") == bytes("hi")"#)]
    pub fn from_hex(text: &str) -> Result<Vec<u8>, Fault> {
        let half = |digit: u8| char::from(digit).to_digit(16).map(|half| half as u8);
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        let bytes = pairs.iter().map(|[high, low]| Some(half(*high)? << 4 | half(*low)?)).collect::<Option<_>>();
        bytes.filter(|_| rest.is_empty()).ok_or_else(|| {
            Fault::new(FaultCode::BadCast, format!("{} is not pairs of hexadecimal digits", quoted(text)))
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn bytes_come_back(data in any::<Vec<u8>>()) {
            prop_assert_eq!(from_hex(&hex(&data).unwrap()), Ok(data.clone()));
            prop_assert_eq!(from_base64(&base64(&data).unwrap()), Ok(data));
        }
    }

    #[test]
    fn what_is_no_text_of_bytes_is_a_bad_cast() {
        for fault in [from_hex("abc"), from_hex("zz"), from_hex("é"), from_base64("abc")] {
            assert_eq!(fault.unwrap_err().code, FaultCode::BadCast);
        }
    }
}
