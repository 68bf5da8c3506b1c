//! Clauses that may fail, and what their letters show.

use streamwright_values::format::letter_input;
use streamwright_values::format::write::{WriteField, json_key};
use streamwright_values::wire::Reader;
use streamwright_values::{Fault, FaultCode, Timestamp, dataflow};

use crate::layout::Foreseen;
use crate::source::Payload;
use crate::window::Shape;

/// A row that failed, and what its letter shows.
#[derive(Debug)]
pub struct Failed {
    /// How.
    pub fault: Fault,
    /// The columns that the failing expression mentions, as a JSON object.
    pub input: Option<String>,
}

/// Without anything to show.
impl From<Fault> for Failed {
    fn from(fault: Fault) -> Failed {
        Failed { fault, input: None }
    }
}

/// The columns of a letter, on their way to JSON.
#[derive(Debug, Default)]
pub struct Shown(Vec<u8>);

impl Shown {
    /// Adds a column.
    pub fn column(&mut self, name: &str, value: &impl WriteField) {
        let key = json_key(name, self.0.is_empty());
        self.0.extend_from_slice(&key);
        value.write_json(&mut self.0);
    }

    fn finish(mut self) -> String {
        if self.0.is_empty() {
            self.0.push(b'{');
        }
        self.0.push(b'}');
        letter_input(&self.0)
    }
}

/// What a clause computes; `show` is asked for its columns only where it fails.
///
/// # Errors
/// The clause's fault.
#[inline]
pub fn clause<T>(compute: impl FnOnce() -> Result<T, Fault>, show: impl Fn(&mut Shown)) -> Result<T, Failed> {
    compute().map_err(|fault| failed(fault, &show))
}

/// Compiled once, and not for each clause.
#[cold]
fn failed(fault: Fault, show: &dyn Fn(&mut Shown)) -> Failed {
    let mut shown = Shown::default();
    show(&mut shown);
    Failed { fault, input: Some(shown.finish()) }
}

/// `try(…)`: a fault is an absent value.
#[inline]
pub fn attempt<T>(compute: impl FnOnce() -> Result<T, Fault>) -> Option<T> {
    compute().ok()
}

/// The inside of an optional that the checker knows to be there.
///
/// # Errors
/// None, as long as the checker is right.
#[inline]
pub fn present<T>(value: Option<T>) -> Result<T, Fault> {
    value.ok_or_else(absent)
}

#[cold]
fn absent() -> Fault {
    Fault::new(FaultCode::MissingField, "a value that is known to be there is absent")
}

/// The time of a tuple, by an expression that may be absent.
///
/// # Errors
/// `bad-time` where it is.
#[inline]
pub fn event_time(at: Option<Timestamp>) -> Result<Timestamp, Fault> {
    at.ok_or_else(dataflow::absent_time)
}

/// Whether all windows over `at` lie within the range of timestamps.
///
/// # Errors
/// `overflow`, without anything to show.
#[inline]
pub fn check_windows(shape: &Shape, at: i64) -> Result<(), Failed> {
    if shape.fits(at) { Ok(()) } else { Err(dataflow::window_overflow(Timestamp(at)).into()) }
}

/// Whether the window of a row at `at` leaves the range of timestamps: `fits` says that it does not.
///
/// # Errors
/// `overflow`, without anything to show.
#[inline]
pub fn check_fits(fits: bool, at: i64) -> Result<(), Failed> {
    if fits { Ok(()) } else { Err(dataflow::window_overflow(Timestamp(at)).into()) }
}

/// The line of a tuple.
///
/// # Errors
/// `line-too-long`, or `malformed` where the program was stopped within the line.
#[inline]
pub fn line<'a>(payload: &Payload<'a>) -> Result<&'a [u8], Fault> {
    match *payload {
        Payload::Line(line) => Ok(line),
        Payload::TooLong { limit, .. } => Err(dataflow::line_too_long(limit)),
        Payload::Unfinished(_) => Err(dataflow::line_unfinished()),
        Payload::Number(_) | Payload::Row(_) | Payload::End => Ok(b""),
    }
}

/// What `read` makes of a line, where it reads it to its end: it gives what it has read and how far it came.
#[inline]
pub fn read_whole<'a, T>(
    payload: &Payload<'a>,
    read: impl FnOnce(&'a [u8]) -> Option<(T, usize)>,
) -> Option<T> {
    let Payload::Line(line) = *payload else { return None };
    let (value, length) = read(line)?;
    (length == line.len()).then_some(value)
}

/// What leaves a spout of a tuple that may have been read where spouts are merged: its row by `take`; by `read` where not.
///
/// # Errors
/// Those of `read`.
#[inline]
pub fn foreseen<'a, R>(
    payload: &Payload<'a>,
    take: impl FnOnce(&mut Reader<'a>) -> R,
    read: impl FnOnce() -> Result<Option<(R, i64)>, Fault>,
) -> Result<Option<(R, i64)>, Fault> {
    match *payload {
        Payload::Row(row) => Ok(row.map(|(bytes, at)| (take(&mut Reader::new(bytes)), at))),
        _ => read(),
    }
}

/// What is foreseen of a tuple by what would leave its spout: `put` writes the row.
#[inline(always)]
pub fn foresee<R>(
    left: Result<Option<(R, i64)>, Fault>,
    row: &mut Vec<u8>,
    put: impl FnOnce(&R, &mut Vec<u8>),
) -> Foreseen {
    match left {
        Ok(Some((left, at))) => {
            put(&left, row);
            Foreseen::Row(at)
        }
        Ok(None) => Foreseen::Dropped,
        Err(_) => Foreseen::Unread(None),
    }
}

/// What the letter of a tuple shows.
#[must_use]
pub fn line_shown(payload: &Payload<'_>) -> Option<String> {
    match payload {
        Payload::Line(line) | Payload::TooLong { start: line, .. } | Payload::Unfinished(line) => {
            Some(letter_input(line))
        }
        Payload::Number(_) | Payload::Row(_) | Payload::End => None,
    }
}
