//! What a literal's text is worth: Rust's strings, Rust's numbers, and numbers with units.

use streamwright_values::text::SIZES;

use crate::ast::Literal;

/// What is wrong in a literal, and where in it.
#[derive(Debug, PartialEq)]
pub(super) struct Fault {
    pub(super) at: usize,
    pub(super) len: usize,
    pub(super) message: String,
    pub(super) help: &'static str,
}

/// Durations, largest first, in nanoseconds.
const DURATIONS: &[(&str, i128)] = &[
    ("w", 7 * 86_400_000_000_000),
    ("d", 86_400_000_000_000),
    ("h", 3_600_000_000_000),
    ("m", 60_000_000_000),
    ("s", 1_000_000_000),
    ("ms", 1_000_000),
    ("us", 1_000),
    ("ns", 1),
];

const UNITS: &str = "units are w d h m s ms us ns (`5m30s`) and KiB MiB GiB TiB kB MB GB TB (`64KiB`)";

/// The value of a string or raw string, quotes included.
pub(super) fn string(text: &str) -> Result<String, Fault> {
    if let Some(raw) = text.strip_prefix('r') {
        let inner = raw.trim_matches('#');
        return Ok(inner
            .strip_prefix('"')
            .and_then(|rest| rest.strip_suffix('"'))
            .unwrap_or(inner)
            .to_owned());
    }
    let inner = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(text);
    let mut value = String::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(at) = rest.find('\\') {
        value.push_str(&rest[..at]);
        let escape = &rest[at..];
        match unescape(escape) {
            Some((character, len)) => {
                value.extend(character);
                rest = &escape[len..];
            }
            None => {
                let len = escape.chars().take(2).map(char::len_utf8).sum();
                return Err(Fault {
                    at: 1 + inner.len() - escape.len(),
                    len,
                    message: format!("`{}` is no escape", escape.chars().take(2).collect::<String>()),
                    help: r#"escapes are \n \r \t \0 \\ \" \' \x41 \u{1F600}; r"…" has none"#,
                });
            }
        }
    }
    value.push_str(rest);
    Ok(value)
}

/// The character behind an escape, none behind a line continuation, and the escape's length.
fn unescape(text: &str) -> Option<(Option<char>, usize)> {
    let simple = |character| Some((Some(character), 2));
    match text.as_bytes().get(1)? {
        b'n' => simple('\n'),
        b'r' => simple('\r'),
        b't' => simple('\t'),
        b'0' => simple('\0'),
        b'\\' => simple('\\'),
        b'"' => simple('"'),
        b'\'' => simple('\''),
        b'x' => {
            let value = u8::from_str_radix(text.get(2..4)?, 16).ok().filter(u8::is_ascii)?;
            Some((Some(value as char), 4))
        }
        b'u' => {
            let digits = text.get(2..)?.strip_prefix('{')?;
            let digits = &digits[..digits.find('}')?];
            let value = u32::from_str_radix(&digits.replace('_', ""), 16).ok()?;
            Some((Some(char::from_u32(value)?), digits.len() + 4))
        }
        b'\n' | b'\r' => {
            let rest = text[1..].trim_start_matches([' ', '\n', '\r', '\t']);
            Some((None, text.len() - rest.len()))
        }
        _ => None,
    }
}

/// The value of a number.
pub(super) fn number(text: &str) -> Result<Literal, Fault> {
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] {
        if let Some(digits) = text.strip_prefix(prefix) {
            let digits = digits.replace('_', "");
            return if !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(radix)) {
                Ok(Literal::Int(i64::from_str_radix(&digits, radix).ok()))
            } else {
                Err(whole(text, format!("`{text}` is no number of base {radix}"), UNITS))
            };
        }
    }
    let tail = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '_' || c == '.');
    let digits = &text[..text.len() - tail.len()];
    if tail.is_empty() && !digits.contains('.') {
        return Ok(Literal::Int(digits.replace('_', "").parse().ok()));
    }
    if tail.is_empty() || tail.starts_with(['e', 'E']) {
        return match text.replace('_', "").parse::<f64>() {
            Ok(value) => Ok(Literal::Float(value.is_finite().then_some(value))),
            Err(_) => Err(whole(text, format!("`{text}` is no number"), UNITS)),
        };
    }
    if let Some((_, unit)) = SIZES.iter().find(|(name, _)| *name == tail) {
        return scaled(digits, i128::from(*unit), text).map(|bytes| Literal::Size(i64::try_from(bytes).ok()));
    }
    duration(text)
}

/// `5m30s`: units from large to small, each once; a point in a lone one only.
fn duration(text: &str) -> Result<Literal, Fault> {
    let mut rest = text;
    let mut total: Option<i128> = Some(0);
    let mut units = DURATIONS;
    while !rest.is_empty() {
        let tail = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '_' || c == '.');
        let digits = &rest[..rest.len() - tail.len()];
        let after = tail.trim_start_matches(|c: char| c.is_ascii_alphabetic());
        let unit = &tail[..tail.len() - after.len()];
        let at = text.len() - tail.len();
        let fault = |message: String, help| Fault { at, len: unit.len().max(1), message, help };
        if !DURATIONS.iter().any(|(name, _)| *name == unit) {
            return Err(fault(format!("`{}` is no unit", if unit.is_empty() { rest } else { unit }), UNITS));
        }
        let Some(place) = units.iter().position(|(name, _)| *name == unit) else {
            let message = format!("`{unit}` is out of order in `{text}`");
            return Err(fault(message, "write each unit once, the largest first, as in `1h30m`"));
        };
        if digits.contains('.') && !(after.is_empty() && rest.len() == text.len()) {
            return Err(fault(format!("`{text}` has a point and several units"), "write `1h30m` or `1.5h`"));
        }
        let part = scaled(digits, units[place].1, text)?;
        total = total.and_then(|sum| sum.checked_add(part));
        units = &units[place + 1..];
        rest = after;
    }
    Ok(Literal::Duration(total.and_then(|sum| i64::try_from(sum).ok())))
}

/// `1.5` times a unit, exactly; saturated far above i64.
fn scaled(digits: &str, unit: i128, text: &str) -> Result<i128, Fault> {
    let digits = digits.replace('_', "");
    let (int, fraction) = digits.split_once('.').unwrap_or((&digits, ""));
    let fraction = fraction.trim_end_matches('0');
    let whole_part = int.parse::<i128>().unwrap_or(i128::MAX).saturating_mul(unit);
    if fraction.is_empty() {
        return Ok(whole_part);
    }
    let inexact = || whole(text, format!("`{text}` is no whole number of the smallest unit"), UNITS);
    let scale =
        10i128.checked_pow(fraction.len() as u32).filter(|_| fraction.len() < 20).ok_or_else(inexact)?;
    let scaled = fraction.parse::<i128>().map_err(|_| inexact())?.saturating_mul(unit);
    if scaled % scale == 0 { Ok(whole_part.saturating_add(scaled / scale)) } else { Err(inexact()) }
}

fn whole(text: &str, message: String, help: &'static str) -> Fault {
    Fault { at: 0, len: text.len(), message, help }
}

#[cfg(test)]
mod tests {
    use super::{number, string};
    use crate::ast::Literal;

    #[test]
    fn numbers_are_rusts_and_durations_and_sizes_have_units() {
        for (text, value) in [
            ("1_000", Literal::Int(Some(1000))),
            ("0xff", Literal::Int(Some(255))),
            ("9223372036854775808", Literal::Int(None)),
            ("1.5", Literal::Float(Some(1.5))),
            ("1e3", Literal::Float(Some(1000.0))),
            ("2.5e-1", Literal::Float(Some(0.25))),
            ("1e999", Literal::Float(None)),
            ("1m", Literal::Duration(Some(60_000_000_000))),
            ("5m30s", Literal::Duration(Some(330_000_000_000))),
            ("1.5h", Literal::Duration(Some(5_400_000_000_000))),
            ("10ms", Literal::Duration(Some(10_000_000))),
            ("1w", Literal::Duration(Some(604_800_000_000_000))),
            ("99999999999999999999999999999999999999999999w", Literal::Duration(None)),
            ("64KiB", Literal::Size(Some(65_536))),
            ("1.5MB", Literal::Size(Some(1_500_000))),
        ] {
            assert_eq!(number(text), Ok(value), "{text}");
        }
        for text in ["1x", "5s30m", "1.5h30m", "1.0000000001ns", "0b12", "1m5", "1e", "0x", "1i64", "1.5KIB"]
        {
            assert!(number(text).is_err(), "{text}");
        }
    }

    #[test]
    fn strings_are_rusts() {
        for (text, value) in [
            (r#""a\n\t\"\\\x41\u{e9}""#, "a\n\t\"\\A\u{e9}"),
            ("\"a\\\n   b\"", "ab"),
            (r##"r#"a\n"b"#"##, "a\\n\"b"),
            (r#"r"""#, ""),
            (r#""""#, ""),
        ] {
            assert_eq!(string(text).as_deref(), Ok(value), "{text}");
        }
        let fault = string(r#""é\q""#).unwrap_err();
        assert_eq!((fault.at, fault.len), (3, 2));
        for text in [r#""\x80""#, r#""\u{110000}""#, r#""\u{12""#, r#""\x4""#] {
            assert!(string(text).is_err(), "{text}");
        }
    }
}
