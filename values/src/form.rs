//! The wire forms that a field may declare with `as FORM`.

use crate::{Fault, Timestamp};

/// How a field's text is read. What a form gives for which type, and its messages, are defined here and nowhere else.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// The type's own text form; RFC 3339 for timestamps.
    Plain,
    /// A timestamp as seconds since 1970, with or without a fraction.
    UnixSeconds,
    /// A timestamp as whole milliseconds since 1970.
    UnixMillis,
    /// A timestamp as whole microseconds since 1970.
    UnixMicros,
    /// A timestamp as whole nanoseconds since 1970.
    UnixNanos,
    /// A timestamp in strftime's notation, such as `%d/%b/%Y:%H:%M:%S %z`. Without a zone it is UTC.
    Strftime(String),
}

impl Form {
    /// The form that `as "PATTERN"` declares.
    ///
    /// # Errors
    /// What is wrong with the pattern, or that it does not make a timestamp.
    pub fn strftime(pattern: &str) -> Result<Form, String> {
        todo!()
    }

    /// The timestamp that a text means in this form. A JSON number is given as it was written.
    ///
    /// # Errors
    /// `wrong-type`.
    pub fn parse_timestamp(&self, text: &str) -> Result<Timestamp, Fault> {
        todo!()
    }

    /// The timestamp that a whole number means in one of the unix forms.
    ///
    /// # Errors
    /// `overflow`; `wrong-type` where the form is not one of numbers.
    pub fn timestamp_from_int(&self, number: i64) -> Result<Timestamp, Fault> {
        todo!()
    }
}

/// The timestamp that a text means in strftime's notation: what [`Form::Strftime`] does, without a `Form`.
///
/// # Errors
/// `wrong-type`.
pub fn parse_strftime(pattern: &str, text: &str) -> Result<Timestamp, Fault> {
    todo!()
}
