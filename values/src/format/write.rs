//! Rows as JSON and CSV, appended to a buffer.

use std::borrow::Cow;
use std::net::IpAddr;

use crate::{Duration, Timestamp, Value};

/// A value that can be written. JSON is what python's `json.dumps(…, separators=(",", ":"), ensure_ascii=False)`
/// writes; CSV fields are quoted where they must be.
pub trait WriteField {
    /// Appends the value as JSON: times, addresses and bytes (in base64) are strings, an absent value is `null`.
    fn write_json(&self, out: &mut Vec<u8>);
    /// Appends the value as a CSV field; an absent value is an empty field without quotes.
    fn write_csv(&self, delimiter: u8, out: &mut Vec<u8>);
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

/// Appends a row as a JSON object and a line end.
pub fn write_json_row<'n>(names: impl IntoIterator<Item = &'n str>, values: &[Value], out: &mut Vec<u8>) {
    write_json_object(names, values, out);
    out.push(b'\n');
}

/// Appends a row as a CSV record and a line end (`\n`).
pub fn write_csv_row<T: WriteField>(values: impl IntoIterator<Item = T>, delimiter: u8, out: &mut Vec<u8>) {
    for (at, value) in values.into_iter().enumerate() {
        if at > 0 {
            out.push(delimiter);
        }
        value.write_csv(delimiter, out);
    }
    out.push(b'\n');
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

macro_rules! unwritten {
    ($($ty:ty),*) => {$(
        impl WriteField for $ty {
            fn write_json(&self, _: &mut Vec<u8>) {}
            fn write_csv(&self, _: u8, _: &mut Vec<u8>) {}
        }
    )*};
}
unwritten!(bool, i64, f64, str, String, [u8], Vec<u8>, Timestamp, Duration, IpAddr, Value);
