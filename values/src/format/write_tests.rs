//! Strings against `serde_json`, which writes as python's `json.dumps` does, and CSV read back.

use proptest::prelude::*;

use super::*;
use crate::format::Raw;
use crate::format::Write;
use crate::format::csv::{Columns, Csv};
use crate::format::json::Json;
use crate::format::lines::{Content, Framing, RECORD_MAX, Records};

fn write_csv_row<T: WriteField>(values: impl IntoIterator<Item = T>, delimiter: char, out: &mut Vec<u8>) {
    let csv = Csv::writer(&[Value::from(false), Value::from(delimiter.to_string())]);
    let mut columns = 0;
    for value in values {
        out.extend(csv.before(columns, "name"));
        csv.value(&value, out);
        columns += 1;
    }
    out.extend(csv.end(columns));
}

proptest! {
    #[test]
    fn strings_are_escaped_as_serde_escapes_them(text in any::<String>(), special in "[\"\\\\\x00-\x20\x7fü]{0,20}") {
        for text in [&text, &special, &(text.clone() + &special)] {
            let mut out = Vec::new();
            text.write_json(&mut out);
            prop_assert_eq!(String::from_utf8(out).unwrap(), serde_json::to_string(text).unwrap());
        }
    }

    #[test]
    fn csv_is_read_back(rows in prop::collection::vec(prop::collection::vec(prop::option::of("[a\"; ,\r\n\tü]{0,4}"), 3), 0..5)) {
        let mut out = Vec::new();
        for row in &rows {
            write_csv_row(row, ';', &mut out);
        }
        let columns = Columns::in_order(b';', vec![Some(0), Some(1), Some(2)]);
        let mut back = Vec::new();
        for record in Records::new(Framing::Csv { delimiter: b';' }, &out, RECORD_MAX) {
            let Content::Whole(bytes) = record.content else { unreachable!("nothing is that long") };
            let mut fields = [Raw::Missing; 3];
            columns.scan(bytes, &mut fields).unwrap();
            let fields = fields.map(|raw| (raw != Raw::Text("")).then(|| raw.text().unwrap().into_owned()));
            back.push(fields.to_vec());
        }
        prop_assert_eq!(&back, &rows);
        let mut theirs = ::csv::ReaderBuilder::new().has_headers(false).delimiter(b';').from_reader(out.as_slice());
        for (row, record) in rows.iter().zip(theirs.records()) {
            prop_assert!(record.unwrap().iter().eq(row.iter().map(|field| field.as_deref().unwrap_or(""))));
        }
    }
}

#[test]
fn a_row_is_written_as_python_writes_it() {
    let row = [
        Value::Int(-3),
        Value::Float(0.5),
        Value::None,
        Value::Bool(true),
        Value::String("a/\u{8}\u{c}\n\r\t\u{1f}\u{7f}é\"\\".to_owned()),
        Value::Bytes(vec![1]),
        Value::Timestamp(Timestamp(1_431_857_100_000_000_000)),
        Value::Duration(Duration(90_000_000_000)),
        Value::Ip(IpAddr::from([8, 8, 8, 8])),
    ];
    let mut out = Vec::new();
    <dyn Write>::row(&Json, ["i", "f", "n", "b", "s\"", "y", "at", "d", "ip"], &row, &mut out);
    let expected = concat!(
        r#"{"i":-3,"f":0.5,"n":null,"b":true,"s\"":"a/\b\f\n\r\t\u001f"#,
        "\u{7f}",
        r#"é\"\\","y":"AQ==","at":"2015-05-17T10:05:00Z","d":"1m30s","ip":"8.8.8.8"}"#,
        "\n"
    );
    assert_eq!(String::from_utf8(out).unwrap(), expected);

    let mut out = Vec::new();
    write_csv_row(&row, ',', &mut out);
    let expected =
        "-3,0.5,,true,\"a/\u{8}\u{c}\n\r\t\u{1f}\u{7f}é\"\"\\\",AQ==,2015-05-17T10:05:00Z,1m30s,8.8.8.8\n";
    assert_eq!(String::from_utf8(out).unwrap(), expected);
}

#[test]
fn the_pieces_of_a_row_make_the_row() {
    let mut pieces = json_key("a", true);
    7_i64.write_json(&mut pieces);
    pieces.extend(json_key("ü\"", false));
    None::<i64>.write_json(&mut pieces);
    pieces.push(b'}');
    let mut row = Vec::new();
    write_json_object(["a", "ü\""], &[Value::Int(7), Value::None], &mut row);
    assert_eq!(pieces, row);
    row.clear();
    write_json_object([], &[], &mut row);
    assert_eq!(row, b"{}");
}

#[test]
fn numbers_are_quoted_in_csv_where_the_delimiter_is_in_them() {
    let mut out = Vec::new();
    write_csv_row([0.5, 2.0], '.', &mut out);
    assert_eq!(out, b"\"0.5\".\"2.0\"\n");
}
