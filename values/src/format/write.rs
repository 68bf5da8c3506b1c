//! Rows as JSON and CSV, appended to a buffer.

use std::borrow::Cow;
use std::net::IpAddr;

use memchr::{memchr, memchr3};

use super::json;
use crate::text;
use crate::{Duration, List, Timestamp, Value};

/// A value that can be written. JSON is what python's `json.dumps(…, separators=(",", ":"), ensure_ascii=False)`
/// writes; CSV fields are quoted where they must be.
pub trait WriteField {
    /// Appends the value as JSON: times, addresses and bytes (in base64) are strings, an absent value is `null`.
    fn write_json(&self, out: &mut Vec<u8>);
    /// Appends the value as a CSV field; an absent value is an empty field without quotes. A nested value is its JSON,
    /// but the checker lets nobody write one.
    fn write_csv(&self, delimiter: u8, out: &mut Vec<u8>) {
        let start = out.len();
        self.write_json(out);
        quote_csv_from(start, delimiter, out);
    }
}

/// What stands before a column's value: `{"name":` for the first, `,"name":` for the others.
#[must_use]
pub fn json_key(name: &str, first: bool) -> Vec<u8> {
    let mut out = vec![if first { b'{' } else { b',' }];
    name.write_json(&mut out);
    out.push(b':');
    out
}

/// Appends a row as a JSON object without a line end.
pub fn write_json_object<'n>(names: impl IntoIterator<Item = &'n str>, values: &[Value], out: &mut Vec<u8>) {
    let mut before = b'{';
    for (name, value) in names.into_iter().zip(values) {
        out.push(before);
        before = b',';
        name.write_json(out);
        out.push(b':');
        value.write_json(out);
    }
    if before == b'{' {
        out.push(b'{');
    }
    out.push(b'}');
}

impl<T: WriteField + ?Sized> WriteField for &T {
    fn write_json(&self, out: &mut Vec<u8>) {
        (**self).write_json(out);
    }

    fn write_csv(&self, delimiter: u8, out: &mut Vec<u8>) {
        (**self).write_csv(delimiter, out);
    }
}

impl<T: WriteField> WriteField for Option<T> {
    fn write_json(&self, out: &mut Vec<u8>) {
        match self {
            Some(value) => value.write_json(out),
            None => out.extend_from_slice(b"null"),
        }
    }

    fn write_csv(&self, delimiter: u8, out: &mut Vec<u8>) {
        if let Some(value) = self {
            value.write_csv(delimiter, out);
        }
    }
}

impl<T: WriteField + ToOwned + ?Sized> WriteField for Cow<'_, T> {
    fn write_json(&self, out: &mut Vec<u8>) {
        (**self).write_json(out);
    }

    fn write_csv(&self, delimiter: u8, out: &mut Vec<u8>) {
        (**self).write_csv(delimiter, out);
    }
}

/// Types whose text form is their number or word in JSON, and never needs quotes in CSV (unless the delimiter is one of
/// its characters).
macro_rules! write_bare {
    ($($ty:ty => $write:path),*) => {$(
        impl WriteField for $ty {
            #[inline]
            fn write_json(&self, out: &mut Vec<u8>) {
                $write(out, *self);
            }

            fn write_csv(&self, delimiter: u8, out: &mut Vec<u8>) {
                let start = out.len();
                $write(out, *self);
                quote_csv_from(start, delimiter, out);
            }
        }
    )*};
}
write_bare!(bool => text::write_bool, i64 => text::write_int, f64 => text::write_float);

/// Types whose text form is a string in JSON, and needs no escapes there.
macro_rules! write_quoted {
    ($($ty:ty => $write:path),*) => {$(
        impl WriteField for $ty {
            #[inline]
            fn write_json(&self, out: &mut Vec<u8>) {
                out.push(b'"');
                $write(out, *self);
                out.push(b'"');
            }

            fn write_csv(&self, delimiter: u8, out: &mut Vec<u8>) {
                let start = out.len();
                $write(out, *self);
                quote_csv_from(start, delimiter, out);
            }
        }
    )*};
}
write_quoted!(Timestamp => text::write_timestamp, Duration => text::write_duration, IpAddr => text::write_ip);

impl WriteField for [u8] {
    fn write_json(&self, out: &mut Vec<u8>) {
        out.push(b'"');
        text::write_bytes(out, self);
        out.push(b'"');
    }

    fn write_csv(&self, delimiter: u8, out: &mut Vec<u8>) {
        let start = out.len();
        text::write_bytes(out, self);
        quote_csv_from(start, delimiter, out);
    }
}

impl WriteField for str {
    #[inline]
    fn write_json(&self, out: &mut Vec<u8>) {
        out.push(b'"');
        let plain = json::append_plain(self.as_bytes(), out);
        if plain < self.len() {
            write_escaped(&self.as_bytes()[plain..], out);
        }
        out.push(b'"');
    }

    fn write_csv(&self, delimiter: u8, out: &mut Vec<u8>) {
        let start = out.len();
        out.extend_from_slice(self.as_bytes());
        quote_csv_from(start, delimiter, out);
    }
}

impl WriteField for String {
    fn write_json(&self, out: &mut Vec<u8>) {
        self.as_str().write_json(out);
    }

    fn write_csv(&self, delimiter: u8, out: &mut Vec<u8>) {
        self.as_str().write_csv(delimiter, out);
    }
}

impl WriteField for Vec<u8> {
    fn write_json(&self, out: &mut Vec<u8>) {
        self.as_slice().write_json(out);
    }

    fn write_csv(&self, delimiter: u8, out: &mut Vec<u8>) {
        self.as_slice().write_csv(delimiter, out);
    }
}

impl<T: WriteField> WriteField for List<'_, T> {
    fn write_json(&self, out: &mut Vec<u8>) {
        write_json_list(self.iter(), out);
    }
}

/// Appends values as a JSON array.
fn write_json_list<T: WriteField>(values: impl IntoIterator<Item = T>, out: &mut Vec<u8>) {
    out.push(b'[');
    for (at, value) in values.into_iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        value.write_json(out);
    }
    out.push(b']');
}

impl WriteField for Value {
    fn write_json(&self, out: &mut Vec<u8>) {
        match self {
            Value::None => out.extend_from_slice(b"null"),
            Value::Bool(value) => value.write_json(out),
            Value::Int(value) => value.write_json(out),
            Value::Float(value) => value.write_json(out),
            Value::String(value) => value.write_json(out),
            Value::Bytes(value) => value.write_json(out),
            Value::Timestamp(value) => value.write_json(out),
            Value::Duration(value) => value.write_json(out),
            Value::Ip(value) => value.write_json(out),
            Value::List(values) => write_json_list(values, out),
            Value::Record(record) => {
                let names = record.ty.fields.iter().map(|field| field.name.as_str());
                write_json_object(names, &record.values, out);
            }
        }
    }

    fn write_csv(&self, delimiter: u8, out: &mut Vec<u8>) {
        match self {
            Value::None => {}
            Value::Bool(value) => value.write_csv(delimiter, out),
            Value::Int(value) => value.write_csv(delimiter, out),
            Value::Float(value) => value.write_csv(delimiter, out),
            Value::String(value) => value.write_csv(delimiter, out),
            Value::Bytes(value) => value.write_csv(delimiter, out),
            Value::Timestamp(value) => value.write_csv(delimiter, out),
            Value::Duration(value) => value.write_csv(delimiter, out),
            Value::Ip(value) => value.write_csv(delimiter, out),
            Value::List(_) | Value::Record(_) => {
                let start = out.len();
                self.write_json(out);
                quote_csv_from(start, delimiter, out);
            }
        }
    }
}

/// Appends a text that begins with a character which needs an escape.
#[inline(never)]
fn write_escaped(mut rest: &[u8], out: &mut Vec<u8>) {
    while let Some((&byte, behind)) = rest.split_first() {
        write_escape(byte, out);
        rest = &behind[json::append_plain(behind, out)..];
    }
}

/// A character that cannot stand for itself in a JSON string.
fn write_escape(byte: u8, out: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let short = match byte {
        b'"' | b'\\' => byte,
        b'\n' => b'n',
        b'\r' => b'r',
        b'\t' => b't',
        0x08 => b'b',
        0x0C => b'f',
        _ => {
            let digits = [HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]];
            out.extend_from_slice(b"\\u00");
            out.extend_from_slice(&digits);
            return;
        }
    };
    out.extend_from_slice(&[b'\\', short]);
}

/// Puts what was written from `start` on in quotes, if it would else not be read back as it is: if it holds a delimiter,
/// a quote or a line end (for some readers, `\r` is one); if it is empty, which is absent; if white space stands at one end, for a row of white space
/// is a blank line.
fn quote_csv_from(start: usize, delimiter: u8, out: &mut Vec<u8>) {
    let field = &out[start..];
    let ends_plain =
        [field.first(), field.last()].iter().all(|end| end.is_some_and(|end| !end.is_ascii_whitespace()));
    if ends_plain && memchr3(b'"', b'\n', delimiter, field).is_none() && memchr(b'\r', field).is_none() {
        return;
    }
    let field = out.split_off(start);
    out.push(b'"');
    for &byte in &field {
        if byte == b'"' {
            out.push(b'"');
        }
        out.push(byte);
    }
    out.push(b'"');
}

#[cfg(test)]
#[path = "write_tests.rs"]
mod tests;
