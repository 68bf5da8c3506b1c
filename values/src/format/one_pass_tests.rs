//! What is read in one pass is what a scan reads.

use std::borrow::Cow;
use std::net::IpAddr;

use proptest::prelude::*;
use proptest::sample::Index;

use super::combined::Combined;
use super::csv::Csv;
use super::pattern::Cut;
use super::*;
use crate::form::{COMMON_LOG, Form};
use crate::{Fault, Timestamp, Value};

/// A record with a field of each kind that a piece's text is looked at for, and two that are not.
type Row<'a> = (IpAddr, Timestamp, Option<i64>, Cow<'a, str>, Option<Cow<'a, str>>, Option<f64>);

/// Names that `combined` gives too; no real log has a float for its protocol.
const NAMES: [&str; 6] = ["ip", "at", "status", "path", "agent", "bytes"];

fn specs(form: &Form) -> [FieldSpec; 6] {
    NAMES.map(|name| FieldSpec {
        name: name.to_owned(),
        wire_name: name.to_owned(),
        form: if name == "at" { form.clone() } else { Form::Plain },
        absent: matches!(name, "agent" | "bytes").then(|| "-".to_owned()),
        optional: matches!(name, "status" | "agent" | "bytes"),
        inner: Vec::new(),
    })
}

fn place_of(name: &[u8]) -> Option<usize> {
    NAMES.iter().position(|known| known.as_bytes() == name)
}

fn scanned<'a>(format: &impl Read, line: &'a [u8], specs: &[FieldSpec; 6]) -> Result<Row<'a>, Fault> {
    let mut fields = [Raw::Missing; 6];
    format.scan(line, place_of, &mut fields)?;
    Ok((
        field::required(fields[0], &specs[0])?,
        field::required(fields[1], &specs[1])?,
        field::optional(fields[2], &specs[2])?,
        field::required(fields[3], &specs[3])?,
        field::optional(fields[4], &specs[4])?,
        field::optional(fields[5], &specs[5])?,
    ))
}

/// The row of a line, if `read` takes all of it.
macro_rules! passed {
    ($format:expr, $input:expr, $length:expr, $specs:expr) => {{
        let (mut ip, mut at, mut status, mut path, mut agent, mut bytes) =
            (None, None, None, None, None, None);
        let whole = $format.read($input, place_of, |field, piece| match field {
            Some(0) => piece.take(&mut ip, &$specs[0]),
            Some(1) => piece.take(&mut at, &$specs[1]),
            Some(2) => piece.take(&mut status, &$specs[2]),
            Some(3) => piece.take(&mut path, &$specs[3]),
            Some(4) => piece.take(&mut agent, &$specs[4]),
            Some(5) => piece.take(&mut bytes, &$specs[5]),
            _ => piece.skip(),
        });
        match (whole == Some($length), ip, at, path) {
            (true, Some(ip), Some(at), Some(path)) => {
                Some::<Row<'_>>((ip, at, status.flatten(), path, agent.flatten(), bytes.flatten()))
            }
            _ => None,
        }
    }};
}

/// The row of a line of `combined`, if all of it is read in one pass.
fn passed_by_name<'a>(input: &'a [u8], length: usize, specs: &[FieldSpec; 6]) -> Option<Row<'a>> {
    let (line, end) = Combined.line(input)?;
    let row = (
        line.value("ip", &specs[0])?,
        line.value("at", &specs[1])?,
        line.value("status", &specs[2])?,
        line.value("path", &specs[3])?,
        line.value("agent", &specs[4])?,
        line.value("bytes", &specs[5])?,
    );
    (end == length).then_some(row)
}

/// A line among others.
fn followed(line: &[u8]) -> Vec<u8> {
    [line, b"\nand another line"].concat()
}

fn time(form: &Form) -> BoxedStrategy<String> {
    match form {
        Form::Plain => "2018-0[1-9]-[0-2][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,10})?Z".boxed(),
        _ => {
            "[0-3][0-9]/(Jan|Feb|Sep|Dec)/20[0-9]{2}:[0-2][0-9]:[0-5][0-9]:[0-5][0-9] [-+]0[0-9][03]0".boxed()
        }
    }
}

/// The text of a field, mostly as its type wants it.
fn text(name: &str, form: &Form) -> BoxedStrategy<String> {
    let usual: BoxedStrategy<String> = match name {
        "ip" => any::<std::net::Ipv4Addr>().prop_map(|ip| ip.to_string()).boxed(),
        "at" => time(form),
        "status" => prop_oneof![6 => "[1-9][0-9]{2}", 1 => "[0-9]{1,4}", 1 => "-?[0-9]{0,20}"].boxed(),
        "bytes" => prop_oneof![3 => "[0-9]{1,9}", 1 => Just("-".to_owned()), 1 => "[0-9]\\.[0-9]{1,3}"].boxed(),
        _ => prop_oneof![12 => "[a-z/?=.]{0,40}", 2 => Just("-".to_owned()), 2 => Just(String::new()), 1 => ".{0,9}"]
            .boxed(),
    };
    let odd = prop_oneof![
        any::<std::net::Ipv6Addr>().prop_map(|ip| ip.to_string()),
        Just("2018-09-06T08:04:27+02:00".to_owned()),
        "[-+0-9.eE]{0,6}",
        "[a-zü \t\"\\\\,]{0,12}",
    ];
    prop_oneof![60 => usual, 1 => odd].boxed()
}

/// A field of CSV with such a text, in quotes or not.
fn csv_field(text: &str, quotes: u8) -> String {
    match quotes {
        0 => format!("\"{}\"", text.replace('"', "\"\"")),
        1 => format!("\"{text}\"{text}"),
        _ => text.to_owned(),
    }
}

/// Changes a line now and then: a byte, which is often a delimiter, becomes another one, comes, or goes.
fn changed(line: String, (at, other, byte, change): (Index, Index, u8, u8)) -> Vec<u8> {
    let mut line = line.into_bytes();
    let byte = *b" \t\"\\,]-\x0b\xC3".get(usize::from(byte)).unwrap_or(&byte);
    if line.is_empty() {
        return line;
    }
    let at = at.index(line.len());
    match change {
        0 => line[at] = byte,
        1 => line[at] = line[other.index(line.len())],
        2 => line.truncate(at),
        3 => line.push(byte),
        4 => line.insert(at, byte),
        5 => drop(line.remove(at)),
        _ => {}
    }
    line
}

fn change() -> impl Strategy<Value = (Index, Index, u8, u8)> {
    (any::<Index>(), any::<Index>(), prop_oneof![any::<u8>(), 0..9_u8], 0..20_u8)
}

fn texts(names: &[&str], form: &Form) -> Vec<BoxedStrategy<String>> {
    names.iter().map(|name| text(name, form)).collect()
}

/// The fields of the record, and others, in any order, with the texts of a line.
fn columns() -> impl Strategy<Value = (Vec<&'static str>, Vec<String>)> {
    let names: Vec<&str> = NAMES.into_iter().chain(["user", "referrer", "note"]).collect();
    Just(names).prop_shuffle().prop_flat_map(|names| {
        let texts = texts(&names, &Form::Plain);
        (Just(names), texts)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2048))]

    #[test]
    fn of_csv(
        (names, texts) in columns(),
        quotes in prop::collection::vec(0..12_u8, 9),
        delimiter in prop::sample::select(vec![",", ";", ".", "1"]),
        change in change(),
    ) {
        let wanted: Vec<Wanted<'_>> = names.iter().map(|name| (*name, place_of(name.as_bytes()))).collect();
        let csv = Csv::reader("", &[Value::from(false), Value::from(delimiter)], &wanted);
        let fields: Vec<_> = texts.iter().zip(quotes).map(|(text, quotes)| csv_field(text, quotes)).collect();
        let (line, specs) = (changed(fields.join(delimiter), change), specs(&Form::Plain));
        let input = followed(&line);
        if let Some(row) = passed!(csv, &input, line.len(), specs) {
            prop_assert_eq!(Ok(row), scanned(&csv, &line, &specs), "{}", String::from_utf8_lossy(&line));
        }
    }

    #[test]
    fn of_combined(
        texts in texts(&combined::FIELDS, &Form::Strftime(COMMON_LOG.to_owned())),
        more in prop::sample::select(vec!["", "", " ", " \"-\"", "x"]),
        change in change(),
    ) {
        let [ip, ident, user, at, method, path, protocol, status, bytes, referrer, agent] =
            texts.try_into().unwrap_or_default();
        let line = format!(
            "{ip} {ident} {user} [{at}] \"{method} {path} {protocol}\" {status} {bytes} \"{referrer}\" \"{agent}\"{more}"
        );
        let (line, specs) = (changed(line, change), specs(&Form::Strftime(COMMON_LOG.to_owned())));
        let input = followed(&line);
        if let Some(row) = passed_by_name(&input, line.len(), &specs) {
            prop_assert_eq!(Ok(row), scanned(&Combined, &line, &specs), "{}", String::from_utf8_lossy(&line));
        }
    }

    #[test]
    fn of_pattern(
        (names, texts) in columns(),
        literals in prop::collection::vec("[ ,;.:]|[a-z ]{1,3}|1|--|, | -> ", 9),
        prefix in "[<a ]{0,2}",
        at_end: bool,
        change in change(),
    ) {
        let mut literals = literals;
        if at_end {
            literals[8].clear();
        }
        let parts = |field: &dyn Fn(usize) -> String| {
            let parts = literals.iter().enumerate().map(|(at, literal)| field(at) + literal);
            prefix.clone() + &parts.collect::<String>()
        };
        let pattern = parts(&|at| format!("{{{}}}", names[at]));
        let wanted: Vec<Wanted<'_>> = names.iter().map(|name| (*name, place_of(name.as_bytes()))).collect();
        let (cut, specs) = (Cut::reader(&pattern, &[], &wanted), specs(&Form::Plain));
        let line = changed(parts(&|at| texts[at].clone()), change);
        let input = followed(&line);
        if let Some(row) = passed!(cut, &input, line.len(), specs) {
            prop_assert_eq!(Ok(row), scanned(&cut, &line, &specs), "{}", String::from_utf8_lossy(&line));
        }
    }
}

#[test]
fn lines_as_nearly_all_are_need_no_scan() {
    let plain = specs(&Form::Plain);
    let wanted = ["ip", "at", "method", "status", "path", "bytes", "agent", "referrer"];
    let wanted = wanted.map(|name| (name, place_of(name.as_bytes())));
    let csv = Csv::reader("", &[], &wanted);
    for line in [
        "10.0.0.7,2018-09-06T08:04:27.5Z,GET,200,/,512,curl/8,-",
        "10.0.0.7,2018-09-06T08:04:27.5Z,\"a \"\"b\"\", c\",,\"/a,b\",,-,\"\"",
        "10.0.0.7,2018-09-06T08:04:27Z,é,200,ü,1.5,\"curl\",",
    ] {
        let input = followed(line.as_bytes());
        let row = passed!(csv, &input, line.len(), plain);
        assert_eq!(row, Some(scanned(&csv, line.as_bytes(), &plain).unwrap()), "{line}");
    }
    let common = specs(&Form::Strftime(COMMON_LOG.to_owned()));
    for line in [
        r#"10.0.0.7 - - [17/May/2015:10:05:03 +0000] "GET /a?b=c HTTP/1.1" 200 512 "-" "Mozilla/5.0 (X11)""#,
        r#"10.0.0.7 - frank [17/May/2015:10:05:03 +0200] "GET / HTTP/1.1" 304 - "" "-" "10.0.0.8""#,
    ] {
        let input = followed(line.as_bytes());
        let row = passed_by_name(&input, line.len(), &common);
        assert_eq!(row, Some(scanned(&Combined, line.as_bytes(), &common).unwrap()), "{line}");
    }
    let cut = Cut::reader("<{ip}> {at}: {path} -> {status}, {bytes} {agent}!", &[], &wanted);
    let line = "<10.0.0.7> 2018-09-06T08:04:27Z: /a - b -> 200, 12345678901 curl!!";
    let input = followed(line.as_bytes());
    let row = passed!(cut, &input, line.len(), plain);
    assert_eq!(row, Some(scanned(&cut, line.as_bytes(), &plain).unwrap()));
}
