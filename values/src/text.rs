//! The text forms of the types: what a field, a param or a cast reads, and what a row says.
//!
//! Writers append to a buffer of bytes, because rows are made by the million. What they write, the parsers read back.

use std::fmt;
use std::io::Write as _;
use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::format::WriteField;
use crate::{Duration, Fault, FaultCode, Timestamp, Type, Value};

mod address;
mod calendar;
pub(crate) mod chunk;
mod common_log;
pub(crate) mod digits;
mod float;
mod length;
mod size;

pub(crate) use address::ipv4_at;
pub(crate) use calendar::{
    Civil, civil, day_number, first_day, fraction, from_civil, in_range, timestamp_at,
};
pub use calendar::{parse_timestamp, write_timestamp};
pub use chunk::utf8;
pub(crate) use common_log::common_log;
pub(crate) use digits::{append_first, natural_at};
pub use float::write_float;
pub use length::{parse_duration, write_duration};
pub use size::{SIZES, parse_size};

/// How much of a faulty text a message quotes, in characters.
const QUOTED: usize = 64;

/// A text in double quotes for a message: escaped, and cut with `…` after 64 characters.
#[must_use]
pub fn quoted(text: &str) -> String {
    let cut = text.char_indices().nth(QUOTED).map_or(text, |(end, _)| &text[..end]);
    let mut quoted = format!("{cut:?}");
    if cut.len() < text.len() {
        quoted.insert(quoted.len() - 1, '…');
    }
    quoted
}

/// `"text" is not WHAT`
#[cold]
pub(crate) fn misfit(text: &str, what: &str) -> Fault {
    Fault::new(FaultCode::WrongType, format!("{} is not {what}", quoted(text)))
}

/// `"text" leaves the range of TYPE`
#[cold]
pub(crate) fn too_large(text: &str, ty: &Type) -> Fault {
    Fault::new(FaultCode::Overflow, format!("{} leaves the range of {ty}", quoted(text)))
}

/// `true` or `false`.
///
/// # Errors
/// `wrong-type`.
#[inline]
pub fn parse_bool(text: &str) -> Result<bool, Fault> {
    match text {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(misfit(text, "true or false")),
    }
}

/// Decimal digits, perhaps behind a sign.
///
/// # Errors
/// `wrong-type`, or `overflow` for digits beyond 64 bits.
#[inline]
pub fn parse_int(text: &str) -> Result<i64, Fault> {
    text.parse().map_err(|error: std::num::ParseIntError| match error.kind() {
        std::num::IntErrorKind::PosOverflow | std::num::IntErrorKind::NegOverflow => {
            too_large(text, &Type::Int)
        }
        _ => misfit(text, "an int"),
    })
}

/// A decimal number, perhaps with an exponent. `inf` and `nan` are not floats of the language.
///
/// # Errors
/// `wrong-type`, or `not-finite` for a number beyond the largest float.
#[inline]
pub fn parse_float(text: &str) -> Result<f64, Fault> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !digits.starts_with(|first: char| first.is_ascii_digit() || first == '.') {
        return Err(misfit(text, "a float"));
    }
    match text.parse::<f64>() {
        Ok(value) if value.is_finite() => Ok(value),
        Ok(_) => Err(Fault::new(FaultCode::NotFinite, format!("{} leaves the range of float", quoted(text)))),
        Err(_) => Err(misfit(text, "a float")),
    }
}

/// An IPv4 or IPv6 address.
///
/// # Errors
/// `wrong-type`.
#[inline]
pub fn parse_ip(text: &str) -> Result<IpAddr, Fault> {
    match ipv4_at(text.as_bytes()) {
        Some((address, length)) if length == text.len() => Ok(IpAddr::V4(address)),
        _ => text.parse().map_err(|_| misfit(text, "an ip address")),
    }
}

/// Base64 with padding.
///
/// # Errors
/// `wrong-type`.
pub fn parse_bytes(text: &str) -> Result<Vec<u8>, Fault> {
    STANDARD.decode(text).map_err(|_| misfit(text, "base64"))
}

/// The value of this type that a text means. Any text of an optional type is a value that is present.
///
/// # Errors
/// Those of the type's parser.
pub fn parse_value(ty: &Type, text: &str) -> Result<Value, Fault> {
    Ok(match ty {
        Type::Bool => Value::Bool(parse_bool(text)?),
        Type::Int => Value::Int(parse_int(text)?),
        Type::Float => Value::Float(parse_float(text)?),
        Type::String => Value::String(text.to_owned()),
        Type::Bytes => Value::Bytes(parse_bytes(text)?),
        Type::Timestamp => Value::Timestamp(parse_timestamp(text)?),
        Type::Duration => Value::Duration(parse_duration(text)?),
        Type::Ip => Value::Ip(parse_ip(text)?),
        Type::Optional(inner) => parse_value(inner, text)?,
        Type::None | Type::Element => return Err(misfit(text, "none")),
        Type::List(_) | Type::Record(_) => return Err(misfit(text, "a value in text")),
    })
}

/// Appends `true` or `false`.
#[inline]
pub fn write_bool(out: &mut Vec<u8>, value: bool) {
    out.extend_from_slice(if value { b"true" } else { b"false" });
}

/// Appends an int.
#[inline]
pub fn write_int(out: &mut Vec<u8>, value: i64) {
    if value < 0 {
        out.push(b'-');
    }
    digits::write_natural(out, value.unsigned_abs());
}

/// Appends an address.
#[inline]
pub fn write_ip(out: &mut Vec<u8>, value: IpAddr) {
    match value {
        IpAddr::V4(address) => digits::write_ipv4(out, address),
        IpAddr::V6(address) => append(out, format_args!("{address}")),
    }
}

/// Appends base64 with padding.
pub fn write_bytes(out: &mut Vec<u8>, value: &[u8]) {
    out.extend_from_slice(STANDARD.encode(value).as_bytes());
}

/// Appends a value in its type's text form, or as JSON where it has none; nothing for an absent one.
pub fn write_value(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::None => {}
        Value::Bool(value) => write_bool(out, *value),
        Value::Int(value) => write_int(out, *value),
        Value::Float(value) => write_float(out, *value),
        Value::String(value) => out.extend_from_slice(value.as_bytes()),
        Value::Bytes(value) => write_bytes(out, value),
        Value::Timestamp(value) => write_timestamp(out, *value),
        Value::Duration(value) => write_duration(out, *value),
        Value::Ip(value) => write_ip(out, *value),
        Value::List(_) | Value::Record(_) => value.write_json(out),
    }
}

/// What a writer gives, as a `String`.
pub(crate) fn written(write: impl FnOnce(&mut Vec<u8>)) -> String {
    let mut out = Vec::new();
    write(&mut out);
    String::from_utf8_lossy(&out).into_owned()
}

fn append(out: &mut Vec<u8>, text: fmt::Arguments<'_>) {
    // Writing to a vector cannot fail.
    let _ = out.write_fmt(text);
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&written(|out| write_timestamp(out, *self)))
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&written(|out| write_duration(out, *self)))
    }
}

/// The text form; `none` for an absent value.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::None => f.pad("none"),
            Value::String(text) => f.pad(text),
            value => f.pad(&written(|out| write_value(out, value))),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_value() -> impl Strategy<Value = (Type, Value)> {
        prop_oneof![
            any::<bool>().prop_map(|value| (Type::Bool, Value::Bool(value))),
            any::<i64>().prop_map(|value| (Type::Int, Value::Int(value))),
            any::<i64>().prop_map(|value| (Type::Timestamp, Value::Timestamp(Timestamp(value)))),
            any::<i64>().prop_map(|value| (Type::Duration, Value::Duration(Duration(value)))),
            any::<f64>().prop_map(|value| (Type::Float, Value::Float(value))),
            any::<String>().prop_map(|value| (Type::String, Value::String(value))),
            any::<Vec<u8>>().prop_map(|value| (Type::Bytes, Value::Bytes(value))),
            any::<IpAddr>().prop_map(|value| (Type::Ip, Value::Ip(value))),
        ]
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back((ty, value) in any_value()) {
            let text = written(|out| write_value(out, &value));
            prop_assert_eq!(parse_value(&ty, &text), Ok(value));
        }

        #[test]
        fn ints_and_addresses_are_written_as_std_does(number in any::<i64>(), address in any::<IpAddr>()) {
            prop_assert_eq!(written(|out| write_int(out, number)), number.to_string());
            prop_assert_eq!(written(|out| write_ip(out, address)), address.to_string());
        }

        #[test]
        fn addresses_are_those_of_std(text in "(0|1|25|255|256|00|01|:|\\.|a| ){0,9}", address in any::<IpAddr>()) {
            for text in [text, address.to_string()] {
                prop_assert_eq!(parse_ip(&text).ok(), text.parse().ok());
            }
        }

        #[test]
        fn no_text_panics(text in ".{0,80}") {
            let types = [Type::Bool, Type::Int, Type::Float, Type::Bytes, Type::Timestamp, Type::Duration, Type::Ip];
            for ty in types {
                if let Err(fault) = parse_value(&ty, &text) {
                    prop_assert!(fault.message.chars().count() < 800);
                }
            }
        }
    }

    #[test]
    fn messages_say_what_is_wrong() {
        let message = |ty: Type, text: &str| parse_value(&ty, text).unwrap_err().to_string();
        assert_eq!(message(Type::Int, "12a"), r#"wrong-type: "12a" is not an int"#);
        assert_eq!(
            message(Type::Int, "9223372036854775808"),
            r#"overflow: "9223372036854775808" leaves the range of int"#
        );
        assert_eq!(message(Type::Float, "nan"), r#"wrong-type: "nan" is not a float"#);
        assert_eq!(message(Type::Float, "-1e999"), r#"not-finite: "-1e999" leaves the range of float"#);
        assert_eq!(message(Type::Ip, "1.2.3"), r#"wrong-type: "1.2.3" is not an ip address"#);
        assert_eq!(message(Type::Bool, "yes"), r#"wrong-type: "yes" is not true or false"#);
        let long = message(Type::Int, &"é".repeat(70));
        assert_eq!(long, format!("wrong-type: \"{}…\" is not an int", "é".repeat(64)));
    }

    #[test]
    fn floats_are_the_shortest_that_reads_back() {
        let text = |value| written(|out| write_float(out, value));
        assert_eq!(
            [0.1, 1.0, -2.5e300, 1e-7, f64::MIN_POSITIVE].map(text),
            ["0.1", "1.0", "-2.5e300", "1e-7", "2.2250738585072014e-308"]
        );
    }
}
