//! Against the format's definition as a regular expression, and on a real server's log where it is at hand.

use std::sync::LazyLock;

use proptest::prelude::*;
use regex::Regex;

use super::*;
use crate::format::lines::{Content, Framing, RECORD_MAX, Records};

const LINE: &str = r#"83.149.9.216 - frank [17/May/2015:10:05:03 +0000] "GET /a?b=\"c HTTP/1.1" 200 - "-" "Mozilla \"5.0\" \\""#;

/// The definition, with a request of three words, and with any other.
static DEFINITION: LazyLock<[Regex; 2]> = LazyLock::new(|| {
    [r#""(\S+) (\S+) (\S+)""#, r#""(?s:[^"\\]|\\.)*"()()()"#].map(|request| {
        let head = r#"^(\S+) (\S+) (\S+) \[([^\]]+)\]"#;
        let tail = r#"([0-9]{3}) ([0-9]+|-) "((?s:[^"\\]|\\.)*)" "((?s:[^"\\]|\\.)*)"(?s: .*)?$"#;
        Regex::new(&format!("{head} {request} {tail}")).unwrap()
    })
});

fn place_of(name: &[u8]) -> Option<usize> {
    FIELDS.iter().position(|field| field.as_bytes() == name)
}

fn read(line: &str) -> Result<[Raw<'_>; 11], Fault> {
    let mut fields = [Raw::Missing; 11];
    Combined.scan(line.as_bytes(), place_of, &mut fields).map(|()| fields)
}

fn agrees(line: &str) -> Result<(), TestCaseError> {
    let [three_words, any] = &*DEFINITION;
    let (expected, other) = match three_words.captures(line) {
        Some(found) => (Some(found), false),
        None => (any.captures(line), true),
    };
    match (read(line), expected) {
        (Ok(fields), Some(expected)) => {
            for (at, (field, expected)) in fields.into_iter().zip(expected.iter().skip(1)).enumerate() {
                let absent = other && (4..7).contains(&at);
                let expected = if absent { "-" } else { expected.unwrap().as_str() };
                let shown = if field == Raw::Missing { "-".into() } else { field.text().unwrap() };
                prop_assert_eq!(shown, expected);
            }
        }
        (Err(_), None) => {}
        (Ok(_), None) => prop_assert!(false, "accepted {line:?}"),
        (Err(fault), Some(_)) => prop_assert!(false, "refused {line:?}: {fault}"),
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2048))]

    #[test]
    fn a_line_fits_where_the_definition_fits(
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0..3_u8, "[ \"\\\\\\]\\[a0\\-:.é\u{a0}\t]"), 0..4),
        v6 in any::<bool>(),
    ) {
        let mut line = if v6 { LINE.replace("83.149.9.216", "2001:db8::1") } else { LINE.to_owned() };
        for (index, change, text) in changes {
            let places: Vec<_> = line.char_indices().map(|(at, found)| at..at + found.len_utf8()).collect();
            let place = index.get(&places).clone();
            match change {
                0 => line.insert_str(place.start, &text),
                1 => line.replace_range(place, &text),
                _ => line.replace_range(place, ""),
            }
        }
        agrees(&line)?;
    }
}

#[test]
fn a_hyphen_is_absent() {
    let fields = read(LINE).unwrap();
    assert_eq!((fields[1], fields[8], fields[9]), (Raw::Missing, Raw::Missing, Raw::Missing));
    assert_eq!(fields[10], Raw::Text(r#"Mozilla \"5.0\" \\"#));
}

/// What servers log of clients that do not speak HTTP/1, or not at all.
#[test]
fn a_request_of_other_than_three_words_is_absent() {
    for request in ["-", "", r"\x16\x03\x01", "GET /", "GET /a b HTTP/1.1", r#"GET / x\" zz"#] {
        let line = LINE.replacen(r#"GET /a?b=\"c HTTP/1.1"#, request, 1);
        let fields = read(&line).unwrap();
        assert_eq!(fields[4..7], [Raw::Missing; 3], "{line}");
        assert_eq!((fields[0], fields[7]), (Raw::Text("83.149.9.216"), Raw::Text("200")), "{line}");
    }
}

#[test]
fn a_host_has_a_name_and_fields_behind_the_agent_are_left_aside() {
    let line = format!(r#"{} "10.0.0.1" 0.005"#, LINE.replacen("83.149.9.216", "localhost", 1));
    let fields = read(&line).unwrap();
    assert_eq!(fields[0], Raw::Text("localhost"));
    assert_eq!(fields[1..], read(LINE).unwrap()[1..]);
}

#[test]
fn a_fault_says_what_was_expected_and_where() {
    let message = |from: &str, to: &str| read(&LINE.replacen(from, to, 1)).unwrap_err().message;
    let expected = |what: &str| format!("not in the combined format: expected {what}").into_boxed_str();
    assert_eq!(message("83.149.9.216 ", " "), expected("an ip and a space in column 1"));
    assert_eq!(message("[17", "17"), expected("a time in brackets in column 22"));
    assert_eq!(message("200", "20"), expected("a status of three digits and a space in column 75"));
    assert_eq!(message(r#"\\""#, r#"\\"#), expected("an agent in quotes in column 85"));
    assert_eq!(message(r#"\\""#, r#"\\"7"#), expected("a space or the end of the line in column 105"));
    assert_eq!(message("HTTP/1.1\"", "HTTP/1.1"), expected("a space behind the request in column 81"));
    assert_eq!(&*read("").unwrap_err().message, &*expected("an ip and a space in column 1"));
}

#[test]
#[allow(clippy::disallowed_methods, reason = "a test may read a file")]
fn a_real_log_has_one_malformed_line() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/apache_access.log");
    let Ok(log) = std::fs::read(path) else { return };
    let mut well_formed = 0;
    let mut malformed = Vec::new();
    for record in Records::new(Framing::Lines { keep_blank: false }, &log, RECORD_MAX) {
        let Content::Whole(line) = record.content else { panic!("line {} is too long", record.line) };
        agrees(std::str::from_utf8(line).unwrap()).unwrap();
        match Combined.scan(line, place_of, &mut [Raw::Missing; 11]) {
            Ok(()) => well_formed += 1,
            Err(fault) => malformed.push((record.line, fault)),
        }
    }
    assert_eq!(well_formed, 9_999);
    let [(8899, fault)] = malformed.as_slice() else { panic!("{malformed:?}") };
    assert!(fault.message.contains("expected an agent in quotes"), "{fault}");
}
