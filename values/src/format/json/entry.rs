//! What the table of formats says of `json`.

use super::super::entry::{Format, Frame, OnePass, Read, Wanted, Write, any_record};
use super::super::write::{WriteField, json_key};
use super::{Raw, scan};
use crate::{Fault, Value};

pub(in super::super) static FORMAT: Format = Format {
    name: "json",
    docs: "One JSON object a line, in UTF-8. Unknown keys are ignored, `null` is missing, the last duplicate wins. No \
           number is read from a string, and `1.0` is no int. Written columns stand in their order, without spaces.",
    example: "read file \"access.jsonl\" as json",
    rust: "json::Json",
    one_pass: Some(OnePass::Learned("json::Usual")),
    operand: None,
    options: &[],
    nested: true,
    names_fields: true,
    tables: true,
    forms: None,
    fits: any_record,
    read: |operand, options, fields| Box::new(Json::reader(operand, options, fields)),
    write: Some(|options| Box::new(Json::writer(options))),
};

/// Reads and writes an object a line.
#[derive(Clone, Copy, Debug)]
pub struct Json;

impl Frame for Json {}

impl Read for Json {
    fn reader(_: &str, _: &[Value], _: &[Wanted<'_>]) -> Json {
        Json
    }

    #[inline]
    fn scan<'a>(
        &self,
        line: &'a [u8],
        place_of: impl Fn(&[u8]) -> Option<usize>,
        fields: &mut [Raw<'a>],
    ) -> Result<(), Fault> {
        scan(line, place_of, fields)
    }
}

impl Write for Json {
    fn writer(_: &[Value]) -> Json {
        Json
    }

    fn before(&self, column: usize, name: &str) -> Vec<u8> {
        json_key(name, column == 0)
    }

    #[inline]
    fn value(&self, value: &dyn WriteField, line: &mut Vec<u8>) {
        value.write_json(line);
    }

    fn end(&self, columns: usize) -> Vec<u8> {
        if columns == 0 { b"{}\n".to_vec() } else { b"}\n".to_vec() }
    }
}
