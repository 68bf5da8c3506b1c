//! What a run counted.

/// The counters of a run. Two equations hold at its end: [`Summary::adds_up`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Tuples: lines that were not blank, and generated ones.
    pub tuples: u64,
    /// Tuples without a dead letter.
    pub acked: u64,
    /// Tuples with at least one dead letter.
    pub dead_lettered: u64,
    /// Rows that a `where` dropped, in any node.
    pub filtered: u64,
    /// Rows that came too late, once for each window they missed.
    pub late: u64,
    /// Rows that reached a sink's `write`, and those of windows that failed on their way.
    pub rows_made: u64,
    /// Rows that sinks took.
    pub rows_written: u64,
    /// Rows that failed: behind a window, or on their way through a sink of dead letters.
    pub rows_dead_lettered: u64,
}

impl Summary {
    /// Whether nothing was lost: tuples = acked + dead-lettered, and rows made = written + dead-lettered.
    #[must_use]
    pub fn adds_up(&self) -> bool {
        self.tuples == self.acked + self.dead_lettered
            && self.rows_made == self.rows_written + self.rows_dead_lettered
    }
}
