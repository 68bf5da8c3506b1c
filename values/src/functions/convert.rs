//! Casts. Each is a call: `int(x)`, `string(at)`. What does not fit is a `bad-cast`, never a wrong value.

use super::{Cow, Duration, Fault, FaultCode, IpAddr, Timestamp};
use crate::text;

functions! { convert:
    /// The text as an int.
    #[language("int", r#"int("42") == 42"#)]
    pub fn int_from_string(text: &str) -> Result<i64, Fault> {
        cast(text::parse_int(text))
    }

    /// The float as an int, without its fraction.
    #[language("int", "int(-2.9) == -2")]
    pub fn int_from_float(x: f64) -> Result<i64, Fault> {
        // Both bounds are floats: -2^63 is an int, 2^63 is the first float that is none.
        if (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&x) {
            Ok(x as i64)
        } else {
            Err(Fault::new(FaultCode::BadCast, format!("{x:?} leaves the range of int")))
        }
    }

    /// 1 for `true`, 0 for `false`.
    #[language("int", "int(true) == 1")]
    pub fn int_from_bool(x: bool) -> i64 {
        i64::from(x)
    }

    /// The text as a float.
    #[language("float", r#"float("2.5") == 2.5"#)]
    pub fn float_from_string(text: &str) -> Result<f64, Fault> {
        cast(text::parse_float(text))
    }

    /// The nearest float to an int.
    #[language("float", "float(2) == 2.0")]
    pub fn float_from_int(x: i64) -> f64 {
        x as f64
    }

    /// `true` of `"true"`, `false` of `"false"`.
    #[language("bool", r#"bool("true")"#)]
    pub fn bool_from_string(text: &str) -> Result<bool, Fault> {
        cast(text::parse_bool(text))
    }

    /// The int in decimal digits.
    #[language("string", r#"string(42) == "42""#)]
    pub fn string_from_int(x: i64) -> String {
        text::written(|out| text::write_int(out, x))
    }

    /// The shortest text that reads back as the float.
    #[language("string", r#"string(0.1) == "0.1""#)]
    pub fn string_from_float(x: f64) -> String {
        text::written(|out| text::write_float(out, x))
    }

    /// `"true"` or `"false"`.
    #[language("string", r#"string(1 < 2) == "true""#)]
    pub fn string_from_bool(x: bool) -> String {
        x.to_string()
    }

    /// The timestamp in RFC 3339.
    #[language("string", r#"string(from_unix_seconds(60)) == "1970-01-01T00:01:00Z""#)]
    pub fn string_from_timestamp(at: Timestamp) -> String {
        text::written(|out| text::write_timestamp(out, at))
    }

    /// The duration as its literal.
    #[language("string", r#"string(90m) == "1h30m""#)]
    pub fn string_from_duration(length: Duration) -> String {
        text::written(|out| text::write_duration(out, length))
    }

    /// The address as text.
    #[language("string", r#"string(network(ip("10.1.2.3"), 8)) == "10.0.0.0""#)]
    pub fn string_from_ip(address: IpAddr) -> String {
        text::written(|out| text::write_ip(out, address))
    }

    /// The bytes as the text that they are in UTF-8.
    #[language("string", r#"string(from_hex("6869")) == "hi""#)]
    pub fn string_from_bytes(data: &[u8]) -> Result<String, Fault> {
        match std::str::from_utf8(data) {
            Ok(text) => Ok(text.to_owned()),
            Err(error) => Err(Fault::new(
                FaultCode::BadCast,
                format!("the bytes are not UTF-8 from byte {} on", error.valid_up_to()),
            )),
        }
    }

    /// The text itself.
    #[language("string", r#"string("a") == "a""#)]
    pub fn string_from_string<'a>(text: Cow<'a, str>) -> Cow<'a, str> {
        text
    }

    /// The text as an address.
    #[language("ip", r#"is_private(ip("10.1.2.3"))"#)]
    pub fn ip_from_string(text: &str) -> Result<IpAddr, Fault> {
        cast(text::parse_ip(text))
    }

    /// The text, in RFC 3339, as a timestamp.
    #[language("timestamp", r#"unix_seconds(timestamp("1970-01-01T00:01:00Z")) == 60"#)]
    pub fn timestamp_from_string(text: &str) -> Result<Timestamp, Fault> {
        cast(text::parse_timestamp(text))
    }

    /// The text, written as the literal, as a duration.
    #[language("duration", r#"duration("1.5h") == 90m"#)]
    pub fn duration_from_string(text: &str) -> Result<Duration, Fault> {
        cast(text::parse_duration(text))
    }

    /// The bytes of the text in UTF-8.
    #[language("bytes", r#"hex(bytes("hi")) == "6869""#)]
    pub fn bytes_from_string(text: &str) -> Vec<u8> {
        text.as_bytes().to_vec()
    }
}

/// A parser's fault as that of a cast.
#[inline]
fn cast<T>(parsed: Result<T, Fault>) -> Result<T, Fault> {
    parsed.map_err(|fault| Fault { code: FaultCode::BadCast, ..fault })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_beyond_the_ints_are_refused() {
        assert_eq!(int_from_float(-9_223_372_036_854_775_808.0), Ok(i64::MIN));
        for x in [9_223_372_036_854_775_808.0, 1e300, -1e300] {
            assert_eq!(int_from_float(x).unwrap_err().code, FaultCode::BadCast, "{x}");
        }
    }

    #[test]
    fn a_failed_cast_says_what_was_cast() {
        let fault = int_from_string("x1").unwrap_err().to_string();
        assert_eq!(fault, r#"bad-cast: "x1" is not an int"#);
        let fault = string_from_bytes(b"ab\xff").unwrap_err().to_string();
        assert_eq!(fault, "bad-cast: the bytes are not UTF-8 from byte 2 on");
    }
}
