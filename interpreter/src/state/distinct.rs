//! `distinct`: the event time at which each key was first seen.

use std::collections::BTreeMap;

use streamwright_dsl::topology::Distinct;
use streamwright_values::Timestamp;

use super::{Coming, Entered, Key, State, is_over};
use crate::row::{Failure, Tuple};
use crate::watermark::Moment;

/// The keys that one bolt has seen.
pub(super) struct Seen<'r> {
    distinct: &'r Distinct,
    within: Option<i64>,
    seen: BTreeMap<(Key, u32), Option<Timestamp>>,
    dropped: u64,
}

impl<'r> Seen<'r> {
    pub(super) fn new(distinct: &'r Distinct, within: Option<i64>) -> Seen<'r> {
        Seen { distinct, within, seen: BTreeMap::new(), dropped: 0 }
    }
}

impl State for Seen<'_> {
    /// The first row of its key passes.
    fn enter(&mut self, coming: Coming<'_>) -> Result<Entered, Failure> {
        let key = (Key::of(&self.distinct.keys, coming.row), coming.task);
        if let Some(first) = self.seen.get(&key)
            && !is_over(*first, self.within, &coming)
        {
            self.dropped += 1;
            return Ok(Entered::default());
        }
        self.seen.insert(key, coming.row.at);
        Ok(Entered::row(coming.row.clone()))
    }

    fn release(&mut self, _watermark: Moment) -> Vec<Result<Tuple, Failure>> {
        Vec::new()
    }

    fn dropped(&mut self) -> u64 {
        std::mem::take(&mut self.dropped)
    }
}
