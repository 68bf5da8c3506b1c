//! The reader against `serde_json::Value`: on random objects, on mutations of their bytes, and on known corners.
//!
//! Decided differences: half of a surrogate pair is malformed wherever it stands (`serde_json` lets it pass in values
//! that it skips); a number beyond the range of floats is a well-formed number, and `not-finite` only where it is read;
//! 128 levels of nesting are allowed, not 127.

use proptest::prelude::*;
use serde_json::Value as Json;

use super::string::plain_length;
use super::*;

const KEYS: [&str; 4] = ["a", "status", "grüße", "q\"\\\n/"];

fn read(line: &[u8]) -> Result<[Raw<'_>; KEYS.len()], Fault> {
    let mut fields = [Raw::Missing; KEYS.len()];
    scan(line, |key| KEYS.iter().position(|wanted| wanted.as_bytes() == key), &mut fields)?;
    Ok(fields)
}

fn message(line: &str) -> String {
    read(line.as_bytes()).unwrap_err().to_string()
}

/// A raw value as `serde_json` has it.
fn as_json(raw: Raw<'_>) -> Json {
    match raw {
        Raw::Missing | Raw::Null => Json::Null,
        Raw::Bool(value) => Json::Bool(value),
        Raw::Number(text) | Raw::Nested(text) => serde_json::from_str(text).unwrap(),
        _ => Json::String(raw.text().unwrap().into_owned()),
    }
}

/// Whether both accept the line, and see the same values.
fn agrees(line: &[u8]) -> Result<(), TestCaseError> {
    let ours = read(line);
    match serde_json::from_slice::<Json>(line) {
        Ok(Json::Object(object)) => {
            let ours = ours.map_err(|fault| TestCaseError::fail(format!("refused: {fault}")))?;
            for (key, raw) in KEYS.iter().zip(ours) {
                prop_assert_eq!(as_json(raw), object.get(*key).cloned().unwrap_or(Json::Null), "key {}", key);
            }
        }
        Ok(_) => prop_assert!(ours.is_err(), "accepted what is no object"),
        Err(error) if error.to_string().contains("number out of range") => {}
        Err(error) => prop_assert!(ours.is_err(), "accepted in spite of: {}", error),
    }
    Ok(())
}

fn space() -> impl Strategy<Value = String> {
    prop_oneof![6 => Just(String::new()), 1 => "[ \t\r\n]{1,3}"]
}

/// One character as it may stand in a string.
fn character() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => "[ -!#-\\[\\]-~]{1,9}",
        2 => "[ü€😀\u{7f}]",
        1 => prop::sample::select(vec![r#"\""#, r"\\", r"\/", r"\b", r"\f", r"\n", r"\r", r"\t"]).prop_map(str::to_owned),
        1 => any::<char>().prop_map(|character| {
            let mut units = [0; 2];
            character.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")).collect()
        }),
        1 => any::<u8>().prop_map(|byte| format!("\\u00{byte:02X}")),
    ]
}

fn string() -> impl Strategy<Value = String> {
    prop::collection::vec(character(), 0..5).prop_map(|parts| format!("\"{}\"", parts.concat()))
}

fn number() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<i64>().prop_map(|int| int.to_string()),
        any::<u64>().prop_map(|int| int.to_string()),
        prop::num::f64::NORMAL.prop_map(|float| float.to_string()),
        "-?(0|[1-9][0-9]{0,20})(\\.[0-9]{1,4})?([eE][+-]?[0-9]{1,2})?",
    ]
}

fn value() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        3 => string(),
        3 => number(),
        1 => prop::sample::select(vec!["true", "false", "null", "{}", "[]", "[ ]"]).prop_map(str::to_owned),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec((inner.clone(), space()), 1..4).prop_map(|items| {
                let items: Vec<_> =
                    items.iter().map(|(value, space)| format!("{space}{value}{space}")).collect();
                format!("[{}]", items.join(","))
            }),
            prop::collection::vec((string(), space(), inner), 1..4).prop_map(object_of),
        ]
    })
}

fn object_of(entries: Vec<(String, String, String)>) -> String {
    let entries: Vec<_> = entries
        .iter()
        .map(|(key, space, value)| format!("{space}{key}{space}:{space}{value}{space}"))
        .collect();
    format!("{{{}}}", entries.join(","))
}

fn key() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => prop::sample::select(KEYS.to_vec()).prop_map(|key| serde_json::to_string(key).unwrap()),
        1 => Just(r#""\u0061""#.to_owned()),
        1 => string(),
    ]
}

fn line() -> impl Strategy<Value = String> {
    let entries = prop::collection::vec((key(), space(), value()), 0..8).prop_map(object_of);
    (space(), entries, space()).prop_map(|(before, object, behind)| before + &object + &behind)
}

/// Bytes that have a meaning somewhere in JSON, and some that have none.
fn telling_byte() -> impl Strategy<Value = u8> {
    prop_oneof![
        prop::sample::select(b"{}[]\",:\\u0-+.eEtfn/ \n\x00\x1f\x7f\x80\xc3\xed\xff19Dd".to_vec()),
        any::<u8>()
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn objects_are_read_as_serde_reads_them(line in line()) {
        agrees(line.as_bytes())?;
    }

    #[test]
    fn what_serde_refuses_is_refused(
        line in line(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0..3_u8, telling_byte()), 1..3),
    ) {
        let mut line = line.into_bytes();
        for (index, change, byte) in changes {
            let at = index.index(line.len() + 1);
            match change {
                0 => line.insert(at, byte),
                1 if at < line.len() => line[at] = byte,
                _ if at < line.len() => { line.remove(at); }
                _ => {}
            }
        }
        agrees(&line)?;
    }

    #[test]
    fn a_cut_line_is_malformed(line in line(), end in any::<prop::sample::Index>()) {
        let line = line.trim_end();
        let cut = &line.as_bytes()[..end.index(line.len())];
        prop_assert!(read(cut).is_err());
    }

    #[test]
    fn plain_text_ends_at_the_first_special_byte(bytes in prop::collection::vec(telling_byte(), 0..40)) {
        let special = bytes.iter().position(|byte| matches!(byte, 0..=0x1f | b'"' | b'\\'));
        let plain = special.unwrap_or(bytes.len());
        prop_assert_eq!(plain_length(&bytes), plain);
        let mut out = b"before".to_vec();
        prop_assert_eq!(append_plain(&bytes, &mut out), plain);
        prop_assert_eq!(out.strip_prefix(b"before"), Some(&bytes[..plain]));
    }

    #[test]
    fn ints_are_those_of_the_standard_library(number in number()) {
        let expected = if number.contains(['.', 'e', 'E']) {
            Err(FaultCode::WrongType)
        } else {
            number.parse::<i64>().map_err(|_| FaultCode::Overflow)
        };
        prop_assert_eq!(int(&number), expected);
    }
}

#[test]
fn the_last_of_equal_keys_wins() {
    let fields = read(br#"{"a":1,"\u0061":2,"a":null,"b":3,"a":[4]}"#).unwrap();
    assert_eq!(fields, [Raw::Nested("[4]"), Raw::Missing, Raw::Missing, Raw::Missing]);
}

#[test]
fn strings_borrow_unless_they_have_escapes() {
    let line = br#"{"a":"\ud83d\ude00 \/","status":"200"}"#;
    let [escaped, plain, ..] = read(line).unwrap();
    assert!(matches!(plain.text(), Some(std::borrow::Cow::Borrowed("200"))));
    assert_eq!(escaped.text().as_deref(), Some("😀 /"));
}

#[test]
fn halves_of_surrogate_pairs_are_malformed_even_where_nobody_reads() {
    for half in [r"\ud800", r"\udc00", r"\ud800\ud800", r"\ud800x", r"\uDBFF\n"] {
        let fault = read(format!(r#"{{"unread":["{half}"]}}"#).as_bytes()).unwrap_err();
        assert!(fault.message.contains("surrogate"), "{half}: {fault}");
    }
}

#[test]
fn a_number_out_of_range_is_well_formed() {
    assert_eq!(read(br#"{"a":1e999,"b":-1e9999}"#).unwrap()[0], Raw::Number("1e999"));
    assert_eq!(float("1e999"), Err(FaultCode::NotFinite));
    assert_eq!(float("-1e-999"), Ok(-0.0));
}

#[test]
fn nesting_is_bounded() {
    let nested = |depth: usize| format!("{{\"a\":{}{}}}", "[".repeat(depth - 1), "]".repeat(depth - 1));
    assert!(read(nested(DEPTH_MAX).as_bytes()).is_ok());
    assert_eq!(
        message(&nested(DEPTH_MAX + 1)),
        "malformed: not a JSON object: nested more than 128 deep, in column 133"
    );
    assert!(read("[".repeat(10_000_000).as_bytes()).is_err());
    assert!(read(("{\"a\":".to_owned() + &"[".repeat(10_000_000)).as_bytes()).is_err());
}

#[test]
fn a_fault_says_what_was_expected_and_where() {
    let cases = [
        ("", "expected an object: `{`, found the end of the line"),
        ("[1]", "expected an object: `{`, found `[` in column 1"),
        ("{", "expected a key in quotes, found the end of the line"),
        (r#"{"a":1,}"#, "expected a key in quotes, found `}` in column 8"),
        (r#"{"ü" 1}"#, "expected `:` behind the key, found `1` in column 6"),
        (r#"{"a":}"#, "expected a value, found `}` in column 6"),
        (r#"{"a":nul}"#, "expected a value, found `n` in column 6"),
        (r#"{"a":1 "b":2}"#, "expected `,` or `}`, found `\"` in column 8"),
        (r#"{"a":[1 2]}"#, "expected `,` or `]`, found `2` in column 9"),
        (r#"{"a":01}"#, "expected `,` or `}`, found `1` in column 7"),
        (r#"{"a":-}"#, "expected a digit, found `}` in column 7"),
        (r#"{"a":1.}"#, "expected a digit, found `}` in column 8"),
        (r#"{"a":"b"#, "a string does not end"),
        (r#"{"a":"\"#, "a string does not end"),
        ("{\"a\":\"\t\"}", "a control character has to be escaped in a string, in column 7"),
        (r#"{"a":"\x"}"#, "no such escape in a string, in column 7"),
        (r#"{"a":"\u12g4"}"#, "no such escape in a string, in column 7"),
        (r#"{"a":1} x"#, "expected nothing behind the object, found `x` in column 9"),
    ];
    for (line, expected) in cases {
        assert_eq!(message(line), format!("malformed: not a JSON object: {expected}"), "{line}");
    }
}
