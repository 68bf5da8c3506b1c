//! What a bolt may ask for while it runs.

use streamwright_values::Timestamp;

use super::{Bolt, Random};

/// What a bolt is told of the instant in which it runs, and what it gives back.
pub struct Context<'c, B: Bolt> {
    pub(super) options: &'c B::Options,
    pub(super) time: Option<Timestamp>,
    pub(super) watermark: Option<Timestamp>,
    pub(super) now: Timestamp,
    pub(super) random: Random,
    pub(super) rows: Vec<B::Output>,
    pub(super) timers: Vec<i64>,
}

impl<B: Bolt> Context<'_, B> {
    /// Answers with a row. It has the event time of the row that is processed, or of the timer.
    pub fn emit(&mut self, row: B::Output) {
        self.rows.push(row);
    }

    /// Asks for [`Bolt::on_timer`] when the watermark reaches this time: once, however often it is asked for.
    ///
    /// A time that the watermark has reached already is due when it moves next, 1 ns behind where it is now. A timer that
    /// asks for a time behind its own is called for it in the same instant if the watermark is that far, so one that asks
    /// for `at` + 1 minute misses no minute; one that asks for its own time or one before it is called again when the
    /// watermark moves next. Before the first watermark no time is past. At the end of the input all timers are called,
    /// and what they ask for is dropped.
    pub fn at(&mut self, time: Timestamp) {
        self.timers.push(time.0);
    }

    /// What the topology says in braces behind `run`.
    #[must_use]
    pub fn options(&self) -> &B::Options {
        self.options
    }

    /// The event time of the row, or of the timer; none where the spout has no `time`.
    #[must_use]
    pub fn time(&self) -> Option<Timestamp> {
        self.time
    }

    /// The watermark before this instant: rows before it are late. None before the first.
    #[must_use]
    pub fn watermark(&self) -> Option<Timestamp> {
        self.watermark
    }

    /// The clock as it was read when the input that this row came with was taken in: never read it elsewhere.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Random numbers that are the same in each run: seeded by the key and by how many calls it has had.
    pub fn rng(&mut self) -> &mut Random {
        &mut self.random
    }
}
