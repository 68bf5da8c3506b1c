//! `distinct`: the event time at which each key was first seen.

use streamwright_dsl::topology::Distinct;
use streamwright_values::Timestamp;

use super::kept::{Kept, is_over, is_over_at};
use super::{Coming, Entered, Key, State};
use crate::row::{Failure, Tuple};
use crate::watermark::Moment;

/// The keys that one bolt has seen.
pub(super) struct Seen<'r> {
    distinct: &'r Distinct,
    within: Option<i64>,
    seen: Kept<Option<Timestamp>>,
    dropped: u64,
}

impl<'r> Seen<'r> {
    pub(super) fn new(distinct: &'r Distinct, within: Option<i64>) -> Seen<'r> {
        Seen { distinct, within, seen: Kept::new(), dropped: 0 }
    }
}

impl State for Seen<'_> {
    /// The first row of its key passes.
    fn enter(&mut self, coming: Coming<'_>) -> Result<Entered, Failure> {
        let key = (Key::of(&self.distinct.keys, coming.row), coming.task);
        if let Some(first) = self.seen.entries.get(&key)
            && !is_over(*first, self.within, &coming)
        {
            self.dropped += 1;
            return Ok(Entered::default());
        }
        self.seen.entries.insert(key, coming.row.at);
        Ok(Entered::row(coming.row.clone()))
    }

    fn release(&mut self, watermark: Moment) -> Vec<Result<Tuple, Failure>> {
        self.seen.sweep(|first| is_over_at(*first, self.within, watermark));
        Vec::new()
    }

    fn dropped(&mut self) -> u64 {
        std::mem::take(&mut self.dropped)
    }
}
