//! When bolts are called again.

use std::collections::{BTreeMap, BTreeSet};

use super::{BadState, State};

/// By time, the places of those that asked for it. Compiled once, and not for each bolt.
#[derive(Debug, Default)]
pub(super) struct Timers(BTreeMap<i64, BTreeSet<usize>>);

impl Timers {
    /// Asks for a time, once for each place.
    #[inline(never)]
    pub(super) fn set(&mut self, at: i64, place: usize) {
        self.0.entry(at).or_default().insert(place);
    }

    /// Takes out the earliest time, if the watermark has reached it, and who asked for it.
    #[inline(never)]
    pub(super) fn due(&mut self, watermark: i64) -> Option<(i64, Vec<usize>)> {
        let first = self.0.first_entry().filter(|first| *first.key() <= watermark)?;
        let (at, places) = first.remove_entry();
        Some((at, places.into_iter().collect()))
    }

    /// Whether only places below `end` have asked for something.
    pub(super) fn are_below(&self, end: usize) -> bool {
        self.0.values().all(|places| places.last().is_none_or(|last| *last < end))
    }
}

impl State for Timers {
    #[inline(never)]
    fn encode(&self, out: &mut Vec<u8>) {
        self.0.encode(out);
    }

    #[inline(never)]
    fn decode(input: &mut &[u8]) -> Result<Self, BadState> {
        BTreeMap::decode(input).map(Timers)
    }
}
