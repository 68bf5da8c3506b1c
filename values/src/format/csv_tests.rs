//! Against the csv crate, record by record, and known corners.

use proptest::prelude::*;

use super::*;
use crate::form::Form;
use crate::format::lines::{Content, Framing, Records};

fn fields_of(record: &str) -> Result<Vec<String>, Fault> {
    let mut fields = Vec::new();
    split(record.as_bytes(), b',', |_, raw| fields.push(raw.text().unwrap().into_owned()))?;
    Ok(fields)
}

fn spec(wire_name: &str, optional: bool) -> FieldSpec {
    let name = wire_name.to_owned();
    FieldSpec {
        name: name.clone(),
        wire_name: name,
        form: Form::Plain,
        absent: None,
        optional,
        inner: Vec::new(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2048))]

    /// Blank lines are left out of the alphabet: the csv crate passes over empty lines only, we over white space too.
    /// Up to the first stray quote that crosses a line end: the csv crate goes on there.
    #[test]
    fn files_are_read_as_the_csv_crate_reads_them(file in "([ab\"]|\"\"|,|ü|\n|\r\n){0,40}") {
        let framing = Framing::Csv { delimiter: b',' };
        let ours: Vec<_> = Records::new(framing, file.as_bytes(), usize::MAX)
            .map(|record| match record.content {
                Content::Whole(bytes) => fields_of(std::str::from_utf8(bytes).unwrap()),
                Content::TooLong(_) | Content::Unfinished(_) => unreachable!("there is no limit"),
            })
            .collect();
        let mut reader = ::csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(file.as_bytes());
        let theirs: Vec<_> = reader.records().map(|record| record.unwrap()).collect();
        let good = ours.iter().take_while(|fields| fields.is_ok()).count();
        prop_assert!(good < ours.len() || good == theirs.len());
        for (fields, record) in ours[..good].iter().flatten().zip(&theirs) {
            prop_assert!(record.iter().eq(fields), "{:?}, not {:?}", fields, record);
        }
    }
}

#[test]
fn fields_borrow_unless_quotes_have_to_be_taken_out() {
    let columns = Columns::in_order(b';', vec![Some(2), None, Some(0), Some(1)]);
    let mut fields = [Raw::Missing; 3];
    columns.scan(br#""a;b";unread;"say ""hi""";"#, &mut fields).unwrap();
    assert_eq!(fields, [Raw::QuotedParts(r#""say ""hi""""#), Raw::Text(""), Raw::Quoted("a;b")]);
    assert_eq!(fields[0].text().unwrap(), r#"say "hi""#);
}

#[test]
fn what_follows_a_closing_quote_belongs_to_the_field() {
    assert_eq!(fields_of(r#""a"b"c,d"e""#).unwrap(), [r#"ab"c"#, r#"d"e""#]);
    assert_eq!(fields_of(r#""""#).unwrap(), [""]);
    assert_eq!(fields_of(r#","""""#).unwrap(), ["", "\""]);
}

#[test]
fn a_quote_that_never_closes_is_malformed() {
    for record in [r#"ü,"b"#, r#"ü,"b"""#, r#"ü,""#] {
        let fault = fields_of(record).unwrap_err();
        assert_eq!(fault.to_string(), "malformed: not CSV: the quote in column 3 does not close");
    }
}

#[test]
fn the_number_of_fields_has_to_fit() {
    let columns = Columns::in_order(b',', vec![Some(0), None]);
    let scan = |record: &str| columns.scan(record.as_bytes(), &mut [Raw::Missing]).unwrap_err().to_string();
    assert_eq!(scan("a"), "malformed: expected 2 fields, found 1");
    assert_eq!(scan("a,b,c"), "malformed: expected 2 fields, found 3");
    let fault = columns.scan(b"a,\xff", &mut [Raw::Missing]).unwrap_err();
    assert_eq!(fault.code, FaultCode::NotUtf8);
}

#[test]
fn a_header_names_the_columns() {
    let wanted = [spec("status", false), spec("user name", true), spec("id", false)];
    let header = "\u{FEFF}id,\"user name\",unread,status".as_bytes();
    let columns = Columns::from_header(b',', header, &wanted).unwrap();
    let mut fields = [Raw::Missing; 3];
    columns.scan(b"7,,x,200", &mut fields).unwrap();
    assert_eq!(fields, [Raw::Text("200"), Raw::Text(""), Raw::Text("7")]);
}

#[test]
fn a_header_may_lack_what_is_optional_only() {
    let columns = Columns::from_header(b',', b"a", &[spec("a", false), spec("b", true)]).unwrap();
    let mut fields = [Raw::Null; 2];
    columns.scan(b"1", &mut fields).unwrap();
    assert_eq!(fields, [Raw::Text("1"), Raw::Missing]);
    let error = Columns::from_header(b',', b"a,c", &[spec("a", false), spec("b", false)]).unwrap_err();
    assert_eq!(error.to_string(), "the header line has no column `b`; it has a, c");
    let error = Columns::from_header(b',', b"c,a,c,a", &[spec("a", false)]).unwrap_err();
    assert_eq!(error.to_string(), "the header line has more than one column `a`");
    let error = Columns::from_header(b',', b"\"a", &[]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the header line is malformed: not CSV: the quote in column 1 does not close"
    );
}
