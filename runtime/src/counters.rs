//! What a run counts, and how it is told.

use std::fmt;

/// What happened in a run. The two equations: `read = acked + dead_lettered + in_flight`, and
/// `rows_made = rows_written + rows_dead_lettered` (where nothing is in flight).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Summary {
    /// Tuples that the spouts gave.
    pub read: u64,
    /// Tuples whose whole tree was processed, with every row handed to the operating system.
    pub acked: u64,
    /// Tuples with at least one dead letter.
    pub dead_lettered: u64,
    /// Tuples whose tree was not finished when the run stopped.
    pub in_flight: u64,
    /// Missed windows.
    pub late: u64,
    /// Rows that a `where` dropped.
    pub filtered: u64,
    /// Rows that reached a sink, and rows that failed when a window was released.
    pub rows_made: u64,
    /// Rows handed to the operating system, or discarded as declared.
    pub rows_written: u64,
    /// Rows that failed when a window was released.
    pub rows_dead_lettered: u64,
    /// Roots.
    pub roots: u64,
    /// From the start to the last row.
    pub seconds: f64,
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in", self.read)
    }
}
