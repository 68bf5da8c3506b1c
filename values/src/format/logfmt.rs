//! Logfmt: `at=info path=/ took=31ms msg="a sentence"`, as Heroku, Go's and many other programs log.

use memchr::{memchr, memchr2};

use super::entry::{Format, Frame, Read, Wanted, Write, any_record};
use super::text::{column, unescaped_quote, utf8};
use super::{Raw, WriteField, json};
use crate::{Fault, FaultCode, Value};

pub(super) static FORMAT: Format = Format {
    name: "logfmt",
    docs: "Pairs `key=value` with spaces between them. A value with a space or a quote stands in double quotes, with JSON's \
           escapes; a key without `=` is `true`, an empty value is missing. Unknown keys are ignored, the last duplicate \
           wins.",
    example: "read stdin as logfmt",
    rust: "logfmt::Logfmt",
    one_pass: None,
    operand: None,
    options: &[],
    nested: false,
    names_fields: true,
    tables: true,
    forms: None,
    fits: any_record,
    read: |operand, options, fields| Box::new(Logfmt::reader(operand, options, fields)),
    write: Some(|options| Box::new(Logfmt::writer(options))),
};

/// Reads and writes pairs.
#[derive(Clone, Copy, Debug)]
pub struct Logfmt;

impl Frame for Logfmt {}

impl Read for Logfmt {
    fn reader(_: &str, _: &[Value], _: &[Wanted<'_>]) -> Logfmt {
        Logfmt
    }

    fn scan<'a>(
        &self,
        line: &'a [u8],
        place_of: impl Fn(&[u8]) -> Option<usize>,
        fields: &mut [Raw<'a>],
    ) -> Result<(), Fault> {
        fields.fill(Raw::Missing);
        let mut pairs = Pairs { text: utf8(line)?, at: 0 };
        while let Some((key, value)) = pairs.next().map_err(|expected| pairs.fault(expected))? {
            if let Some(place) = place_of(key.as_bytes()).and_then(|place| fields.get_mut(place)) {
                *place = value;
            }
        }
        Ok(())
    }
}

impl Write for Logfmt {
    fn writer(_: &[Value]) -> Logfmt {
        Logfmt
    }

    fn before(&self, column: usize, name: &str) -> Vec<u8> {
        let between = if column == 0 { "" } else { " " };
        format!("{between}{name}=").into_bytes()
    }

    /// The value's JSON, without the quotes where it reads the same.
    fn value(&self, value: &dyn WriteField, line: &mut Vec<u8>) {
        let start = line.len();
        value.write_json(line);
        match &line[start..] {
            b"null" => line.truncate(start),
            [b'"', text @ .., b'"'] if is_plain(text) => {
                line.pop();
                line.remove(start);
            }
            _ => {}
        }
    }

    fn end(&self, _: usize) -> Vec<u8> {
        b"\n".to_vec()
    }
}

/// Whether a value may stand without quotes.
fn is_plain(text: &[u8]) -> bool {
    let may_stand = |byte: &u8| *byte > b' ' && !matches!(byte, b'"' | b'=' | b'\\' | 0x7F);
    !text.is_empty() && text.iter().all(may_stand)
}

/// What was expected at a place.
type Expected = &'static str;

struct Pairs<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Pairs<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// The next pair; none at the line's end.
    fn next(&mut self) -> Result<Option<(&'a str, Raw<'a>)>, Expected> {
        self.at = self.text.len() - self.rest().trim_start_matches([' ', '\t']).len();
        let rest = self.rest();
        let end = rest.find(['=', ' ', '\t']).unwrap_or(rest.len());
        let key = &rest[..end];
        if key.is_empty() && rest.is_empty() {
            return Ok(None);
        }
        if key.is_empty() || key.contains('"') {
            return Err("a key");
        }
        self.at += end;
        if !rest[end..].starts_with('=') {
            return Ok(Some((key, Raw::Text("true"))));
        }
        self.at += 1;
        let value = if self.rest().starts_with('"') { self.quoted()? } else { self.bare() };
        Ok(Some((key, value)))
    }

    fn bare(&mut self) -> Raw<'a> {
        let rest = self.rest();
        let end = memchr2(b' ', b'\t', rest.as_bytes()).unwrap_or(rest.len());
        self.at += end;
        if end == 0 { Raw::Missing } else { Raw::Text(&rest[..end]) }
    }

    /// A value in quotes, and what ends it.
    fn quoted(&mut self) -> Result<Raw<'a>, Expected> {
        let rest = self.rest();
        let end = 1 + unescaped_quote(&rest[1..]).ok_or("a value whose quote closes")?;
        let (inside, behind) = (&rest[1..end], &rest[end + 1..]);
        let value = match memchr(b'\\', inside.as_bytes()) {
            None => Raw::Quoted(inside),
            Some(_) => json::find(&rest[..=end], &[]).ok_or("a value with JSON's escapes")?,
        };
        self.at += end + 1;
        if behind.is_empty() || behind.starts_with([' ', '\t']) { Ok(value) } else { Err("a space") }
    }

    #[cold]
    fn fault(&self, expected: Expected) -> Fault {
        let column = column(self.text, self.at);
        Fault::new(FaultCode::Malformed, format!("not logfmt: expected {expected} in column {column}"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn scanned<'a>(line: &'a str, keys: &[&str]) -> Result<Vec<Raw<'a>>, String> {
        let mut fields = vec![Raw::Missing; keys.len()];
        let place_of = |key: &[u8]| keys.iter().position(|known| known.as_bytes() == key);
        let scanned = Logfmt.scan(line.as_bytes(), place_of, &mut fields);
        scanned.map(|()| fields).map_err(|fault| fault.to_string())
    }

    #[test]
    fn pairs_of_any_kind() {
        let line =
            r#"  level=info  flag path=/a?b=c empty= msg="two words" quote="a \"b\"" level=warn none="" "#;
        let keys = ["level", "flag", "path", "empty", "msg", "quote", "none", "absent"];
        let expected = vec![
            Raw::Text("warn"),
            Raw::Text("true"),
            Raw::Text("/a?b=c"),
            Raw::Missing,
            Raw::Quoted("two words"),
            Raw::Escaped(r#"a \"b\""#),
            Raw::Quoted(""),
            Raw::Missing,
        ];
        assert_eq!(scanned(line, &keys), Ok(expected));
    }

    #[test]
    fn what_is_wrong_is_named_by_its_column() {
        let why = |line| scanned(line, &[]).unwrap_err();
        assert_eq!(why("a=1 =2"), "malformed: not logfmt: expected a key in column 5");
        assert_eq!(why("ü=\"x"), "malformed: not logfmt: expected a value whose quote closes in column 3");
        assert_eq!(
            why(r#"a="\q""#),
            "malformed: not logfmt: expected a value with JSON's escapes in column 3"
        );
        assert_eq!(why(r#"a="b"c"#), "malformed: not logfmt: expected a space in column 6");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(texts in prop::collection::vec(prop::option::of("[a\"=\\\\ \n\tü]{0,4}"), 2)) {
            let values: Vec<Value> = texts.iter().cloned().map(Value::from).collect();
            let mut line = Vec::new();
            <dyn Write>::row(&Logfmt, ["a", "b"], &values, &mut line);
            let line = String::from_utf8(line).unwrap();
            let back = scanned(line.strip_suffix('\n').unwrap(), &["a", "b"]).unwrap();
            let back: Vec<Option<String>> = back.iter().map(|raw| Some(raw.text()?.into_owned())).collect();
            prop_assert_eq!(back, texts);
        }
    }
}
