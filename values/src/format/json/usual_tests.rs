use std::borrow::Cow;
use std::net::IpAddr;

use proptest::prelude::*;

use super::*;
use crate::form::Form;
use crate::format::json::scan;
use crate::format::{FieldSpec, Raw, field};
use crate::{Fault, Timestamp};

/// The fields of a record with one field of each kind that the cursor knows, and one that it does not.
type Row<'a> = (IpAddr, Timestamp, Option<i64>, Cow<'a, str>, Option<Cow<'a, str>>, f64);

const NAMES: [&str; 6] = ["ip", "at", "status", "path", "agent", "score"];

fn specs() -> [FieldSpec; 6] {
    NAMES.map(|name| FieldSpec {
        name: name.to_owned(),
        wire_name: name.to_owned(),
        form: Form::Plain,
        absent: (name == "agent").then(|| "-".to_owned()),
        optional: matches!(name, "status" | "agent"),
        inner: Vec::new(),
    })
}

fn index_of(key: &[u8]) -> Option<usize> {
    NAMES.iter().position(|name| name.as_bytes() == key)
}

fn scanned<'a>(line: &'a [u8], specs: &[FieldSpec; 6]) -> Result<Row<'a>, Fault> {
    let mut fields = [Raw::Missing; 6];
    scan(line, index_of, &mut fields)?;
    Ok((
        field::required(fields[0], &specs[0])?,
        field::required(fields[1], &specs[1])?,
        field::optional(fields[2], &specs[2])?,
        field::required(fields[3], &specs[3])?,
        field::optional(fields[4], &specs[4])?,
        field::required(fields[5], &specs[5])?,
    ))
}

/// The row of the line that `bytes` begin with, and its length, by what has been learned.
fn learned<'a>(usual: &mut Usual, bytes: &'a [u8], specs: &[FieldSpec; 6]) -> Option<(Row<'a>, usize)> {
    let (mut ip, mut at, mut status, mut path, mut agent, mut score) = (None, None, None, None, None, None);
    let length = usual.read(bytes, index_of, |field, cursor| match field {
        Some(0) => cursor.take(&mut ip, &specs[0]),
        Some(1) => cursor.take(&mut at, &specs[1]),
        Some(2) => cursor.take(&mut status, &specs[2]),
        Some(3) => cursor.take(&mut path, &specs[3]),
        Some(4) => cursor.take(&mut agent, &specs[4]),
        Some(5) => cursor.take(&mut score, &specs[5]),
        _ => cursor.skip(),
    })?;
    Some(((ip?, at?, status.flatten(), path?, agent.flatten(), score?), length))
}

/// The same with the fields in one order, and two among them that nobody reads.
fn in_order<'a>(usual: &mut Usual, bytes: &'a [u8], specs: &[FieldSpec; 6]) -> Option<(Row<'a>, usize)> {
    usual.in_order(bytes, |line| {
        line.literal(b"{\"ip\":")?;
        let ip = line.value(&specs[0])?;
        line.literal(b",\"at\":")?;
        let at = line.value(&specs[1])?;
        line.literal(b",\"method\":")?;
        line.skip()?;
        line.literal(b",\"status\":")?;
        let status = line.value(&specs[2])?;
        line.literal(b",\"a longer name than sixteen bytes\":")?;
        line.skip_optional()?;
        line.literal(b",\"path\":")?;
        let path = line.value(&specs[3])?;
        line.literal(b",\"agent\":")?;
        let agent = line.value(&specs[4])?;
        line.literal(b",\"score\":")?;
        let score = line.value(&specs[5])?;
        Some((ip, at, status, path, agent, score))
    })
}

/// The row of a line that is read whole.
fn usually<'a>(usual: &mut Usual, line: &'a [u8], specs: &[FieldSpec; 6]) -> Option<Row<'a>> {
    learned(usual, line, specs).filter(|(_, length)| *length == line.len()).map(|(row, _)| row)
}

fn value_of(name: &str) -> BoxedStrategy<String> {
    let usual: BoxedStrategy<String> = match name {
        "ip" => any::<std::net::Ipv4Addr>().prop_map(|ip| format!("\"{ip}\"")).boxed(),
        "at" => "\"2018-0[1-9]-[0-2][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,10})?Z\"".boxed(),
        "status" => prop_oneof!["-?[0-9]{1,9}", Just("null".to_owned()), "[1-9][0-9]{0,20}"].boxed(),
        "score" => "-?[0-9]{1,3}(\\.[0-9]{1,3})?(e[0-9])?".boxed(),
        _ => "\"(-|[ -!#-\\[\\]-~]{0,40})\"".boxed(),
    };
    let odd = prop_oneof![
        any::<std::net::Ipv6Addr>().prop_map(|ip| format!("\"{ip}\"")),
        Just("null".to_owned()),
        Just("true".to_owned()),
        Just(r#"{"ip":[1,{"at":"x"}]}"#.to_owned()),
        Just("\"2018-09-06T08:04:27+02:00\"".to_owned()),
        Just("\"2018-02-30T08:04:27Z\"".to_owned()),
        "\"[a-z](ü|\\\\\\\\|\\\\n|\\\\u00e9|\\\\u00g){0,3}\"",
        "[0-9.eE+-]{1,6}",
    ];
    prop_oneof![12 => usual, 1 => odd].boxed()
}

/// The fields in their order.
const ORDER: [&str; 8] =
    ["ip", "at", "method", "status", "a longer name than sixteen bytes", "path", "agent", "score"];

/// Lines of one producer, mostly: the same keys in the same order, now and then one more, less, twice, or elsewhere.
fn lines() -> impl Strategy<Value = Vec<String>> {
    let separators = prop::sample::select(vec![("", ""), (" ", " "), ("", " ")]);
    let order = prop_oneof![
        2 => (Just(ORDER.to_vec()).prop_shuffle(), separators),
        1 => Just((ORDER.to_vec(), ("", ""))),
    ];
    let line = |names: Vec<&'static str>, (comma, colon): (&'static str, &'static str)| {
        let values: Vec<_> = names.iter().map(|name| value_of(name)).collect();
        (values, 0..16_usize, any::<prop::sample::Index>()).prop_map(move |(values, change, index)| {
            let mut entries: Vec<_> =
                names.iter().zip(values).map(|(name, value)| format!("\"{name}\":{colon}{value}")).collect();
            let at = index.index(entries.len());
            match change {
                0 => drop(entries.remove(at)),
                1 => entries.push(entries[at].clone()),
                2 => entries.swap(0, at),
                3 => entries.insert(at, format!("\"new{at}\":[true, 1.5]")),
                _ => {}
            }
            format!("{{{}}}", entries.join(&format!(",{comma}")))
        })
    };
    order.prop_flat_map(move |(names, separators)| prop::collection::vec(line(names, separators), 1..20))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn what_is_read_is_what_a_scan_reads(
        lines in lines(),
        cuts in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), prop_oneof![any::<u8>(), 0..7_u8], 0..8_u8), 20),
    ) {
        let (mut usual, specs) = (Usual::default(), specs());
        for (line, (at, other, byte, change)) in lines.iter().zip(cuts) {
            let mut line = line.clone().into_bytes();
            let at = at.index(line.len());
            // White space and what looks like it, more often than other bytes.
            let byte = *b" \t\n\r\x0b\x0c}".get(usize::from(byte)).unwrap_or(&byte);
            match change {
                0 => line[at] = byte,
                1 => line[at] = line[other.index(line.len())],
                2 => line.truncate(at),
                3 => line.push(byte),
                4 => line.insert(line.len() - 1, byte),
                _ => {}
            }
            let length = first_line(&line).len();
            let ends = if change % 2 == 0 { "" } else if change % 4 == 1 { "\n{\"ip\":" } else { "\r\n}" };
            line.extend_from_slice(ends.as_bytes());
            for (row, read) in [learned(&mut usual, &line, &specs), in_order(&mut usual, &line, &specs)].into_iter().flatten() {
                prop_assert_eq!(Ok(row), scanned(&line[..read], &specs), "{}", String::from_utf8_lossy(&line));
                // Whoever asks has to look what follows: behind what has been read there may be more.
                if matches!(line[read..], [] | [b'\n', ..] | [b'\r', b'\n', ..]) {
                    prop_assert_eq!(read, length, "{}", String::from_utf8_lossy(&line));
                }
            }
        }
        prop_assert!(usual.keys.len() <= KEYS_MAX);
    }
}

#[test]
fn lines_of_one_producer_are_read_without_a_scan() {
    let (mut usual, specs) = (Usual::default(), specs());
    let line = |status: &str, agent: &str| {
        format!(
            r#"{{"ip":"10.0.0.7","at":"2018-09-06T08:04:27.5Z", "method":"GET","path":"/","more":[1,2],"agent":{agent}{status},"score":0.5}}"#
        )
    };
    for (status, agent) in
        [("", "null"), (r#","status":200"#, r#""-""#), ("", r#""curl \"8\"""#), (r#","status":-5"#, r#""é""#)]
    {
        let line = line(status, agent);
        let row = usually(&mut usual, line.as_bytes(), &specs);
        assert_eq!(row, Some(scanned(line.as_bytes(), &specs).unwrap()), "{line}");
    }
}

#[test]
fn lines_in_the_records_order_are_read_up_to_their_end() {
    let (mut usual, specs) = (Usual::default(), specs());
    let line = r#"{"ip":"10.0.0.7","at":"2018-09-06T08:04:27.5Z","method":null,"status":200,"a longer name than sixteen bytes":"","path":"/ü","agent":"-","score":0.5}"#;
    for (end, whole) in
        [("", true), ("\n", true), ("\r\n{", true), ("\r", true), (" \n", false), ("}\n", false)]
    {
        let bytes = format!("{line}{end}");
        let read = in_order(&mut usual, bytes.as_bytes(), &specs);
        assert_eq!(read, whole.then(|| (scanned(line.as_bytes(), &specs).unwrap(), line.len())), "{end:?}");
    }
    assert!(usual.keys.is_empty());
}

#[test]
fn blank_lines_cost_no_patience() {
    let (mut usual, specs) = (Usual::default(), specs());
    for _ in 0..2 * PATIENCE {
        assert_eq!(learned(&mut usual, b" \r\n{}", &specs), None);
        assert_eq!(in_order(&mut usual, b"\n", &specs), None);
    }
    assert_eq!((usual.patience, usual.order), (Patience(PATIENCE), Patience(PATIENCE)));
}

proptest! {
    #[test]
    fn what_nobody_reads_is_passed_as_a_scan_passes_it(
        value in prop_oneof!["\"[a-z]{0,90}(\\\\\"|\"|ü)?[a-z]{0,40}\"", "-?[0-9]{1,20}", "-?[0-9]{0,2}\\.?[0-9]{0,20}([eE][-+]?[0-9]{0,2})?", "(true|false|null)[a-z,]{0,3}", "[0-9.eE+-]{1,40}"],
        behind in "[ ,}]{0,90}",
        optional in any::<bool>(),
    ) {
        let line = format!("{value}{behind}");
        let text = LineText::default();
        let mut cursor = Cursor::new(line.as_bytes(), &text);
        let mut reader = Reader { text: &line, at: 0 };
        let scanned = reader.value(1, &mut Raw::Missing);
        if (if optional { cursor.skip_optional() } else { cursor.skip() }).is_some() {
            prop_assert!(scanned.is_ok(), "{}", line);
            prop_assert_eq!(cursor.passed(), reader.at, "{}", line);
        } else {
            prop_assert!(scanned.is_err(), "{}", line);
        }
    }
}

#[test]
fn a_key_that_has_opened_an_object_stands_nowhere_else() {
    let (mut usual, specs) = (Usual::default(), specs());
    for line in [
        r#"{"ip":1}"#,
        r#"{"at":1,"ip":1}"#,
        r#"{"ip":"10.0.0.7"{"at":"2018-09-06T08:04:27Z","path":"/","score":0.5}"#,
    ] {
        assert_eq!(learned(&mut usual, line.as_bytes(), &specs), None, "{line}");
    }
}

#[test]
fn what_is_no_white_space_of_json_is_none_at_the_end() {
    let (mut usual, specs) = (Usual::default(), specs());
    let object = r#"{"ip":"10.0.0.7","at":"2018-09-06T08:04:27Z","path":"/","score":0.5}"#;
    for (end, whole) in [(" \t\r", true), ("\x0c", false), ("\x0b", false), ("}", false)] {
        assert_eq!(
            usually(&mut usual, format!("{object}{end}").as_bytes(), &specs).is_some(),
            whole,
            "{end:?}"
        );
    }
}

#[test]
fn it_gives_up_on_lines_with_names_in_their_keys() {
    let (mut usual, specs) = (Usual::default(), specs());
    for number in 0..10 * KEYS_MAX {
        assert_eq!(usually(&mut usual, format!("{{\"key{number}\":1}}").as_bytes(), &specs), None);
    }
    assert_eq!((usual.keys.len(), usual.patience), (KEYS_MAX, Patience(0)));
}

#[test]
fn long_keys_are_not_remembered() {
    let mut usual = Usual::default();
    for length in [WRITTEN_MAX - 4, WRITTEN_MAX] {
        let line = format!("{{\"{}\":1}}", "k".repeat(length));
        let whole = usual.read(line.as_bytes(), |_| None, |_, value| value.skip());
        assert_eq!((whole.is_some(), usual.keys.len()), (length < WRITTEN_MAX, 1));
    }
}

#[test]
fn a_line_of_surprises_is_given_up() {
    let (mut usual, specs) = (Usual::default(), specs());
    // Runs of one key and of the other get longer, so that what follows a key is never what followed it last, for long.
    let other = |runs: usize| {
        (0..runs).flat_map(|run| ["\"a\":1", "\"b\":1"].map(|key| vec![key; run % 2 + 1])).flatten()
    };
    let line = |runs: usize| {
        let known = r#""ip":"10.0.0.7","at":"2018-09-06T08:04:27.5Z","path":"/","score":0.5"#;
        format!("{{{known},{}}}", other(runs).collect::<Vec<_>>().join(","))
    };
    let few = line(10);
    assert!(learned(&mut usual, few.as_bytes(), &specs).is_some());
    assert_eq!(learned(&mut usual, line(SURPRISES_MAX).as_bytes(), &specs), None);
}
