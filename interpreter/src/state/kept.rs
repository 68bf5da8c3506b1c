//! What lasts for a while, by key.

use std::collections::BTreeMap;

use streamwright_values::Timestamp;

use super::{Coming, Key};
use crate::watermark::Moment;

/// How many entries there are at least before those that are gone are looked for.
const SWEEP_MIN: usize = 64;

/// An entry a key and task.
pub(super) struct Kept<V> {
    pub(super) entries: BTreeMap<(Key, u32), V>,
    /// The number of entries at which those that are gone are looked for.
    sweep_at: usize,
}

impl<V> Kept<V> {
    pub(super) fn new() -> Kept<V> {
        Kept { entries: BTreeMap::new(), sweep_at: SWEEP_MIN }
    }

    /// Drops those that are gone by now for every row to come; now and then, so that it costs little a row.
    pub(super) fn sweep(&mut self, is_gone: impl Fn(&mut V) -> bool) {
        if self.entries.len() >= self.sweep_at {
            self.entries.retain(|_, entry| !is_gone(entry));
            self.sweep_at = SWEEP_MIN.max(2 * self.entries.len());
        }
    }
}

/// Whether an entry of event time `since` that lasts for this many nanoseconds is gone for a row. It is judged by the row and
/// the watermark alone, so nobody can tell when the memory was freed.
pub(super) fn is_over(since: Option<Timestamp>, lasts: Option<i64>, coming: &Coming<'_>) -> bool {
    let at = coming.row.at.map_or(Moment::Beginning, |at| Moment::At(at.0));
    is_over_at(since, lasts, coming.watermark.max(at))
}

/// The same, for all rows to come from this watermark on.
pub(super) fn is_over_at(since: Option<Timestamp>, lasts: Option<i64>, moment: Moment) -> bool {
    let (Some(since), Some(lasts)) = (since, lasts) else { return false };
    match moment {
        Moment::Beginning => false,
        Moment::At(at) => i128::from(at) >= i128::from(since.0) + i128::from(lasts),
        Moment::End => true,
    }
}

#[cfg(test)]
mod tests {
    use streamwright_values::Value;

    use super::*;

    #[test]
    fn what_is_gone_takes_no_more_room_than_what_is_not() {
        let mut kept: Kept<i64> = Kept::new();
        for at in 0..10_000 {
            kept.sweep(|since| is_over_at(Some(Timestamp(*since)), Some(100), Moment::At(at)));
            kept.entries.insert((Key(vec![Value::Int(at)]), 0), at);
            assert!(kept.entries.len() <= 2 * 100 + SWEEP_MIN);
        }
    }
}
