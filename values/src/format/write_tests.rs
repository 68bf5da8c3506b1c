//! Strings against `serde_json`, which writes as python's `json.dumps` does, and CSV read back.

use proptest::prelude::*;

use super::*;
use crate::format::Raw;
use crate::format::csv::Columns;
use crate::format::lines::{Content, Framing, RECORD_MAX, Records};

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
            write_csv_row(row, b';', &mut out);
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
