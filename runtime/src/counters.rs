//! What a run counts, and how it is told.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::costs;

/// What happened in a run. The two equations: `read = acked + dead_lettered + in_flight`, and
/// `rows_made = rows_written + rows_dead_lettered + rows_in_flight`. Each number is counted where its event happens, none
/// from the others. Nothing is in flight at the end of a run that was not stopped by a failure.
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
    /// Rows that the operating system took, or that were discarded as declared.
    pub rows_written: u64,
    /// Rows that failed when a window was released.
    pub rows_dead_lettered: u64,
    /// Rows that no output had taken when the run stopped. Rows of one root are written together: where a write stops in
    /// the middle of them, all of them count here.
    pub rows_in_flight: u64,
    /// Runs of tuples that travelled together. An interpreted run has none: tuple goes by tuple.
    pub roots: u64,
    /// From the start to the last row.
    pub seconds: f64,
}

/// The counters of a run while it runs. Added to once a root, so threads do not meet here.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub(crate) read: Counter,
    pub(crate) acked: Counter,
    pub(crate) dead_lettered: Counter,
    pub(crate) late: Counter,
    pub(crate) filtered: Counter,
    pub(crate) rows_made: Counter,
    pub(crate) rows_written: Counter,
    pub(crate) rows_dead_lettered: Counter,
    pub(crate) roots: Counter,
}

/// What was not finished when a run stopped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct InFlight {
    pub(crate) tuples: u64,
    pub(crate) rows: u64,
}

/// One number.
#[derive(Debug, Default)]
pub(crate) struct Counter(AtomicU64);

impl Counter {
    pub(crate) fn add(&self, count: u64) {
        if costs::COUNTERS && count > 0 {
            self.0.fetch_add(count, Ordering::Relaxed);
        }
    }

    pub(crate) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Counters {
    /// As they stand now.
    pub(crate) fn summary(&self, in_flight: InFlight, elapsed: Duration) -> Summary {
        Summary {
            read: self.read.get(),
            acked: self.acked.get(),
            dead_lettered: self.dead_lettered.get(),
            in_flight: in_flight.tuples,
            late: self.late.get(),
            filtered: self.filtered.get(),
            rows_made: self.rows_made.get(),
            rows_written: self.rows_written.get(),
            rows_dead_lettered: self.rows_dead_lettered.get(),
            rows_in_flight: in_flight.rows,
            roots: self.roots.get(),
            seconds: elapsed.as_secs_f64(),
        }
    }
}

impl Summary {
    /// Tuples a second.
    #[must_use]
    pub fn rate(&self) -> f64 {
        if self.seconds > 0.0 { self.read as f64 / self.seconds } else { 0.0 }
    }

    /// One JSON object, with the fields' names. `rows_in_flight` stands there only where it is not 0.
    #[must_use]
    pub fn json(&self) -> String {
        let counts: Vec<String> =
            self.lines().map(|(_, name, count)| format!("\"{name}\":{count}")).collect();
        format!(
            "{{{},\"seconds\":{:.6},\"tuples_per_second\":{:.0}}}",
            counts.join(","),
            self.seconds,
            self.rate()
        )
    }

    fn lines(&self) -> impl Iterator<Item = (&'static str, &'static str, u64)> {
        let lines = [
            ("in", "in", self.read),
            ("acked", "acked", self.acked),
            ("dead-lettered", "dead_lettered", self.dead_lettered),
            ("in flight", "in_flight", self.in_flight),
            ("late", "late", self.late),
            ("filtered", "filtered", self.filtered),
            ("rows made", "rows_made", self.rows_made),
            ("rows written", "rows_written", self.rows_written),
            ("rows dead-lettered", "rows_dead_lettered", self.rows_dead_lettered),
            ("rows in flight", "rows_in_flight", self.rows_in_flight),
            ("roots", "roots", self.roots),
        ];
        lines.into_iter().filter(|(_, name, count)| *name != "rows_in_flight" || *count > 0)
    }
}

/// What the end of a run prints: a name and a number a line; with `{:#}` for people, thousands apart.
impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = if f.alternate() { grouped } else { |number: u64| number.to_string() };
        for (name, _, count) in self.lines() {
            writeln!(f, "{name:<18} {:>15}", number(count))?;
        }
        writeln!(f, "{:<18} {:>15.3}", "seconds", self.seconds)?;
        write!(f, "{:<18} {:>15}", "tuples per second", number(self.rate().round() as u64))
    }
}

/// A number with a thin space between its thousands.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3 * 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push('\u{2009}');
        }
        text.push(digit);
    }
    text
}
