//! Random input for a topology: times out of order, late tuples, equal keys, and all kinds of bad lines.

use std::fmt::Write as _;

use streamwright_values::Type;

use super::Case;
use super::nested;
use super::random::Random;
use super::spout::{FieldShape, SpoutShape, Wire};

/// What each spout reads, in declaration order; nothing for one that generates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inputs {
    /// The bytes of each spout's file.
    pub spouts: Vec<Vec<u8>>,
    /// The bytes of each table's file. They fit, as a program does not start otherwise.
    pub tables: Vec<Vec<u8>>,
}

/// The first `count` inputs of a seed for a topology.
#[must_use]
pub fn inputs(case: &Case, seed: u64, count: usize) -> Vec<Inputs> {
    let input = |number: usize| {
        let mut random = Random::new(seed, number as u64);
        let lines = *random.choose(&[0, 1, 2, 8, 20, 20, 40, 60]);
        // Some inputs are clean, so that rows get far; some are mostly bad.
        let bad = *random.choose(&[0, 0, 2, 5, 5, 20, 60]);
        let start_s = *random.choose(&STARTS_S);
        let mut file = |spout| file(&mut random, spout, start_s, lines, bad);
        let spouts = case.spouts.iter().map(&mut file).collect();
        let rows = *random.choose(&[0, 3, 10, 25]);
        let mut table = |table| self::file(&mut random, table, MONDAY_S, rows, 0);
        Inputs { spouts, tables: case.tables.iter().map(&mut table).collect() }
    };
    (0..count).map(input).collect()
}

/// 2026-01-05T00:00:00Z, a Monday, in seconds since 1970.
const MONDAY_S: i64 = 1_767_571_200;

/// Most inputs begin on a Monday; some lie round 1970, some leave the range of timestamps.
const STARTS_S: [i64; 12] = [
    MONDAY_S,
    MONDAY_S,
    MONDAY_S,
    MONDAY_S,
    MONDAY_S,
    MONDAY_S,
    MONDAY_S,
    MONDAY_S,
    -20,
    -20,
    i64::MAX / 1_000_000_000 - 40,
    i64::MIN / 1_000_000_000 + 20,
];

fn file(random: &mut Random, spout: &SpoutShape, start_s: i64, lines: usize, bad: usize) -> Vec<u8> {
    let Some(wire) = &spout.wire else { return Vec::new() };
    let lines = if random.chance(8) { 0 } else { lines + random.below(4) };
    let mut out = Vec::new();
    let end: &[u8] = if random.chance(15) { b"\r\n" } else { b"\n" };
    if let (Wire::Csv { header: true, delimiter }, true) = (wire, lines > 0) {
        let names: Vec<&str> = spout.fields.iter().map(|field| field.wire_name.as_str()).collect();
        out.extend_from_slice(names.join(&delimiter.to_string()).as_bytes());
        out.extend_from_slice(end);
    }
    let mut now_ms = start_s * 1000;
    for _ in 0..lines {
        now_ms += *random.choose(&[0, 0, 500, 1000, 1000, 2000, 7000]);
        let mut line = line(random, wire, &spout.fields, now_ms, bad);
        if random.chance(bad) {
            spoil(random, &mut line);
        }
        out.extend_from_slice(&line);
        out.extend_from_slice(end);
        if random.chance(3) {
            out.extend_from_slice(if random.chance(50) { b"\n" } else { b"  \t\n" });
        }
    }
    // What is left of `\r\n` is a part of the last line.
    let whole = bad > 0 || end.len() == 1;
    if whole && random.chance(20) && out.ends_with(b"\n") {
        out.pop();
    }
    out
}

/// Breaks a line.
fn spoil(random: &mut Random, line: &mut Vec<u8>) {
    match random.below(5) {
        0 => line.truncate(random.below(line.len() + 1)),
        1 => line.insert(random.below(line.len() + 1), 0xff),
        2 => line.extend_from_slice(b"}\"x"),
        3 => {
            let at = random.below(line.len() + 1);
            line.splice(at..at, "\u{e9}{,;".bytes());
        }
        _ => *line = b"not a line of any format".to_vec(),
    }
}

/// A field's text, without what its format puts round it; none where it is absent.
pub(super) fn value(random: &mut Random, field: &FieldShape, now_ms: i64, bad: usize) -> Option<String> {
    if field.ty.is_optional() && random.chance(30) || random.chance(bad / 8) {
        return None;
    }
    if random.chance(bad / 8) {
        return Some((*random.choose(&["x", "", "99999999999999999999", "1.5", "NaN", "-"])).to_owned());
    }
    if let (Some(absent), true) = (field.absent, random.chance(15)) {
        return Some(absent.to_owned());
    }
    let pick = |random: &mut Random, words: &[&str]| (*random.choose(words)).to_owned();
    Some(match field.ty.required() {
        Type::List(_) | Type::Record(_) => nested::json(random, field, now_ms, bad),
        Type::Bool => pick(random, &["true", "false"]),
        Type::Int if field.name == "status" => pick(random, &["200", "404", "503"]),
        Type::Int => match random.chance(3) {
            true => pick(random, &["9223372036854775807", "-9223372036854775808"]),
            false => random.between(-2, 12).to_string(),
        },
        Type::Float => match random.chance(5) {
            true => pick(random, &["1e308", "-1e308", "-0.0", "5e-324"]),
            false => pick(random, &["0.1", "0.2", "0.3", "1.5", "-2.25", "1e16", "3", "0.0"]),
        },
        Type::String if field.name == "line" => time_text(random, None, now_ms),
        Type::String => {
            pick(random, &["a", "b", "GET", "/", "/a b", "12", "\u{e9}", "A,B;c", "tab\there", "say \"x\""])
        }
        Type::Bytes => pick(random, &["AAEC", "", "/w==", "aGk="]),
        Type::Timestamp => time_text(random, field.form, now_ms),
        Type::Duration => pick(random, &["1s", "250ms", "1m30s", "0s", "2h"]),
        _ => pick(random, &["10.0.0.1", "10.0.0.2", "192.168.1.9", "2001:db8::1", "::1"]),
    })
}

/// A time near `now_ms`: in order, out of order, far behind, or far ahead.
fn time_text(random: &mut Random, form: Option<&str>, now_ms: i64) -> String {
    let at_ms = now_ms
        + match random.below(20) {
            0..=9 => 0,
            10..=15 => -1000 * random.between(0, 6),
            16 | 17 => -1000 * random.between(0, 40),
            18 => -300_000,
            _ if random.chance(10) => 7_200_000,
            _ => 4_000,
        };
    let (seconds, millis) = (at_ms.div_euclid(1000), at_ms.rem_euclid(1000));
    let (day, clock) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let (year, month, date) = civil(day);
    let name = MONTHS[month as usize - 1];
    let (h, m, s) = (clock / 3600, clock / 60 % 60, clock % 60);
    match form {
        Some("unix_s") => {
            format!("{}{}.{:03}", if at_ms < 0 { "-" } else { "" }, at_ms.abs() / 1000, at_ms.abs() % 1000)
        }
        Some("unix_ms") => at_ms.to_string(),
        Some("unix_us") => format!("{at_ms}000"),
        Some("unix_ns") => format!("{at_ms}000000"),
        Some(text) if text.contains("%b") => format!("{date:02}/{name}/{year}:{h:02}:{m:02}:{s:02} +0000"),
        Some(_) => format!("{year}-{month:02}-{date:02} {h:02}:{m:02}:{s:02}"),
        None if millis == 0 => format!("{year}-{month:02}-{date:02}T{h:02}:{m:02}:{s:02}Z"),
        None => format!("{year}-{month:02}-{date:02}T{h:02}:{m:02}:{s:02}.{millis:03}Z"),
    }
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Year, month and day of a day since 1970 (Howard Hinnant's `civil_from_days`).
fn civil(day: i64) -> (i64, i64, i64) {
    let day = day + 719_468;
    let (era, day) = (day.div_euclid(146_097), day.rem_euclid(146_097));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let of_year = day - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let date = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (era * 400 + year + i64::from(month <= 2), month, date)
}

fn line(random: &mut Random, wire: &Wire, fields: &[FieldShape], now_ms: i64, bad: usize) -> Vec<u8> {
    let values: Vec<Option<String>> = fields.iter().map(|field| value(random, field, now_ms, bad)).collect();
    let text = match wire {
        Wire::Json => json(random, fields, &values),
        Wire::Csv { delimiter, .. } => {
            let cells: Vec<String> =
                values.into_iter().map(|value| cell(random, value, *delimiter, bad)).collect();
            cells.join(&delimiter.to_string())
        }
        Wire::Logfmt => logfmt(random, fields, &values),
        Wire::Text => values.into_iter().next().flatten().unwrap_or_default(),
        Wire::Combined => combined(random, fields, &values, now_ms),
        Wire::Pattern(literals) => {
            let mut line = literals[0].clone();
            for (value, literal) in values.iter().zip(&literals[1..]) {
                let _ = write!(line, "{}{literal}", value.as_deref().unwrap_or("-"));
            }
            line
        }
    };
    text.into_bytes()
}

fn json(random: &mut Random, fields: &[FieldShape], values: &[Option<String>]) -> String {
    let mut members = Vec::new();
    for (field, value) in fields.iter().zip(values) {
        let key = quoted(&field.wire_name);
        members.push(match value {
            None if random.chance(50) => continue,
            None => format!("{key}:null"),
            Some(text) => format!("{key}:{}", member(field, text)),
        });
    }
    if random.chance(10) {
        members.push("\"unknown\":[1,{\"x\":null}]".to_owned());
    }
    let doubles = random.chance(5) && !members.is_empty();
    if doubles {
        members.push(random.choose(&members).clone());
    }
    random.shuffle(&mut members);
    let separator = *random.choose(&[",", ",", " , "]);
    format!("{{{}}}", members.join(separator))
}

fn logfmt(random: &mut Random, fields: &[FieldShape], values: &[Option<String>]) -> String {
    let mut pairs = vec!["unknown".to_owned()];
    for (field, value) in fields.iter().zip(values) {
        let key = &field.wire_name;
        pairs.push(match value {
            None if random.chance(50) => continue,
            None => format!("{key}="),
            Some(text) if text.contains([' ', '\t', '"', '\\']) || random.chance(20) => {
                format!("{key}={}", quoted(text))
            }
            Some(text) => format!("{key}={text}"),
        });
    }
    if random.chance(5) {
        pairs.push(random.choose(&pairs).clone());
    }
    random.shuffle(&mut pairs);
    pairs.join(" ")
}

/// A text as JSON has a value of the field.
pub(super) fn member(field: &FieldShape, text: &str) -> String {
    let plain = matches!(field.ty.required(), Type::Bool | Type::Int | Type::Float)
        || field.form.is_some_and(|form| form.starts_with("unix"));
    let bare = field.ty.is_nested() || plain && !text.starts_with(['x', 'n', 'N']) && text != "-";
    if bare && !text.is_empty() { text.to_owned() } else { quoted(text) }
}

fn quoted(text: &str) -> String {
    let escape = |character: char| match character {
        '"' => "\\\"".to_owned(),
        '\\' => "\\\\".to_owned(),
        '\t' => "\\t".to_owned(),
        '\u{e9}' => "\\u00e9".to_owned(),
        other => other.to_string(),
    };
    format!("\"{}\"", text.chars().map(escape).collect::<String>())
}

fn cell(random: &mut Random, value: Option<String>, delimiter: char, bad: usize) -> String {
    let Some(text) = value else { return String::new() };
    if text.contains([delimiter, '"']) || random.chance(10) {
        let broken = if bad > 0 && random.chance(5) { "\n" } else { "" };
        return format!("\"{}{broken}\"", text.replace('"', "\"\""));
    }
    text
}

fn combined(random: &mut Random, fields: &[FieldShape], values: &[Option<String>], now_ms: i64) -> String {
    let of = |name: &str| {
        let at = fields.iter().position(|field| field.name == name)?;
        values[at].clone().filter(|text| !text.contains(['"', ' ', '\t']))
    };
    let at = time_text(random, Some("\"%d/%b/%Y\""), now_ms);
    let plain = |name: &str, other: &str| of(name).unwrap_or_else(|| other.to_owned());
    format!(
        "{} - {} [{at}] \"{} {} {}\" {} {} \"{}\" \"{}\"",
        plain("ip", "10.0.0.9"),
        plain("user", "-"),
        plain("method", "GET"),
        plain("path", "/"),
        plain("protocol", "HTTP/1.1"),
        plain("status", "200"),
        plain("bytes", "-"),
        plain("referrer", "-"),
        plain("agent", "curl/8.5.0"),
    )
}
