//! Why a run stops before the end of its input.

use std::{fmt, io};

use streamwright_values::format::csv::HeaderError;

use crate::summary::Summary;
use crate::table::TableError;

/// Why a run stopped. What single tuples and rows fail with ends in dead letters instead.
#[derive(Debug)]
pub enum RunError {
    /// A source could not be read.
    Read {
        /// Whose.
        spout: String,
        /// Why.
        error: io::Error,
    },
    /// The header of a CSV file cannot be used.
    Header {
        /// Whose.
        spout: String,
        /// Why.
        error: HeaderError,
    },
    /// A table could not be used.
    Table {
        /// Which.
        table: String,
        /// Why.
        error: TableError,
    },
    /// The rows of this run take more than [`Program::with_budget`](crate::Program::with_budget) allows.
    TooMuch {
        /// The node at which it was noticed.
        node: String,
    },
    /// A row could not be written.
    Write {
        /// Whose.
        sink: String,
        /// Why.
        error: io::Error,
    },
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RunError::Read { spout, error } => write!(f, "{spout}: cannot read: {error}"),
            RunError::Header { spout, error } => write!(f, "{spout}: {error}"),
            RunError::Table { table, error } => write!(f, "{table}: {error}"),
            RunError::TooMuch { node } => write!(f, "{node}: the rows of this run take too much memory"),
            RunError::Write { sink, error } => write!(f, "{sink}: cannot write: {error}"),
        }
    }
}

impl std::error::Error for RunError {}

/// A run that stopped before the end of its input.
#[derive(Debug)]
pub struct Stopped {
    /// Why.
    pub error: RunError,
    /// How far it had come.
    pub summary: Summary,
}
