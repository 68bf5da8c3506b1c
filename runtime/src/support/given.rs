//! Tuples of spouts in Rust, on their way from the spout's thread to the worker that takes them.

use streamwright_values::format::WriteField;
use streamwright_values::format::letter_input;
use streamwright_values::wire::{self, Reader};
use streamwright_values::{Fault, FaultCode, dataflow};

use super::{Finite, Put, Take, finite};
use crate::source::Payload;

/// What a tuple begins with: it is a row, is none, or would be too long.
const ROW: u8 = 0;
const BAD: u8 = 1;
const TOO_LONG: u8 = 2;

/// Appends a row.
pub(crate) fn put_row<R: Put>(row: &R, out: &mut Vec<u8>) {
    wire::put_u8(out, ROW);
    row.put(out);
}

/// Appends what is no row, and why.
pub(crate) fn put_bad(why: &str, input: Option<&str>, out: &mut Vec<u8>) {
    wire::put_u8(out, BAD);
    wire::put_str(out, why);
    wire::put_bool(out, input.is_some());
    let input = input.map(|input| letter_input(input.as_bytes()));
    input.iter().for_each(|input| wire::put_str(out, input));
}

/// Appends that a row is longer than so many bytes.
pub(crate) fn put_too_long(limit: usize, out: &mut Vec<u8>) {
    wire::put_u8(out, TOO_LONG);
    wire::put_u64(out, limit as u64);
}

/// The row of a tuple that a spout in Rust has given.
///
/// # Errors
/// `rust-error` where it is none, `not-finite`, `line-too-long`.
#[inline]
pub fn given<'a, R: Take<'a> + Finite>(payload: &Payload<'a>) -> Result<R, Fault> {
    let Payload::Line(tuple) = *payload else { return Err(not_given("")) };
    let mut reader = Reader::new(tuple);
    match reader.u8() {
        ROW => {
            let row = R::take(&mut reader);
            finite(&row)?;
            Ok(row)
        }
        TOO_LONG => Err(dataflow::line_too_long(reader.u64() as usize)),
        _ => Err(not_given(reader.str())),
    }
}

#[cold]
fn not_given(why: &str) -> Fault {
    Fault::new(FaultCode::RustError, why)
}

/// What its letter shows: the row as JSON, or what the spout shows of it.
#[must_use]
pub fn given_shown<'a, R: Take<'a> + WriteField>(payload: &Payload<'a>) -> Option<String> {
    let Payload::Line(tuple) = *payload else { return None };
    let mut reader = Reader::new(tuple);
    match reader.u8() {
        ROW => {
            let mut json = Vec::new();
            R::take(&mut reader).write_json(&mut json);
            Some(letter_input(&json))
        }
        TOO_LONG => None,
        _ => {
            reader.str();
            reader.bool().then(|| reader.str().to_owned())
        }
    }
}
