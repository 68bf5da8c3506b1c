//! Why a tuple or a row could not be computed. Every fault ends in a dead letter, so its words are part of the
//! language's output: interpreter and compiled program must give the same ones, and both take them from here.

use std::fmt;

/// What went wrong, as a stable word that a user can filter dead letters by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FaultCode {
    /// The input does not have the shape of its format: broken JSON, a quote that never closes, a pattern that does
    /// not fit.
    Malformed,
    /// The input is not UTF-8 where it must be.
    NotUtf8,
    /// A line is longer than the declared limit.
    LineTooLong,
    /// A required field is not there.
    MissingField,
    /// A field is there, but its text is not a value of the declared type.
    WrongType,
    /// The event time is absent, or too far ahead of the clock.
    BadTime,
    /// An integer, timestamp or duration left its range.
    Overflow,
    /// An integer division or remainder by zero.
    DivisionByZero,
    /// A float would have been NaN or infinite.
    NotFinite,
    /// A conversion such as `int("x")` failed.
    BadCast,
    /// An argument of a function, or the task of `by direct`, is outside what is allowed.
    OutOfRange,
    /// Own Rust gave an error.
    RustError,
    /// Own Rust panicked.
    RustPanic,
}

impl FaultCode {
    /// The word that stands in a dead letter's `code`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            FaultCode::Malformed => "malformed",
            FaultCode::NotUtf8 => "not-utf8",
            FaultCode::LineTooLong => "line-too-long",
            FaultCode::MissingField => "missing-field",
            FaultCode::WrongType => "wrong-type",
            FaultCode::BadTime => "bad-time",
            FaultCode::Overflow => "overflow",
            FaultCode::DivisionByZero => "division-by-zero",
            FaultCode::NotFinite => "not-finite",
            FaultCode::BadCast => "bad-cast",
            FaultCode::OutOfRange => "out-of-range",
            FaultCode::RustError => "rust-error",
            FaultCode::RustPanic => "rust-panic",
        }
    }
}

/// A failure of one tuple or row: a code, and one sentence for people.
///
/// The sentence is behind a box so that the `Ok` path of a checked operation stays two words wide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What went wrong.
    pub code: FaultCode,
    /// In the user's own terms, without a full stop.
    pub message: Box<str>,
}

impl Fault {
    /// A fault with its sentence. Marked cold: bad tuples are the exception.
    #[cold]
    pub fn new(code: FaultCode, message: impl Into<Box<str>>) -> Fault {
        Fault { code, message: message.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code.as_str(), self.message)
    }
}

impl std::error::Error for Fault {}
