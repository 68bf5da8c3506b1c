//! Windows: for each (end, key, task) the list of rows that it took in.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use streamwright_values::{Fault, Timestamp, Value, dataflow};

use crate::aggregate::Taken;
use crate::watermark::Moment;

const DAY_NS: i64 = 86_400 * 1_000_000_000;

/// Which windows there are, in nanoseconds.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Grid {
    /// `[k·every + offset, k·every + offset + size)`; tumbling ones have `every` = `size`.
    Every { size: i64, every: i64, offset: i64 },
    /// One window, up to the end of the input.
    All,
}

/// One window: where it begins (absent in `window all`) and where it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Bounds {
    pub(crate) end: Moment,
    pub(crate) start: Option<Timestamp>,
}

impl Bounds {
    /// `window_start` and `window_end`; `window all` has neither.
    pub(crate) fn values(self) -> Vec<Value> {
        match (self.start, self.end) {
            (Some(start), Moment::At(end)) => vec![Value::Timestamp(start), Value::Timestamp(Timestamp(end))],
            _ => Vec::new(),
        }
    }
}

impl Grid {
    /// The windows that a row of this event time is in, earliest first.
    ///
    /// # Errors
    /// `overflow` if one of them leaves the range of timestamps.
    pub(crate) fn windows(self, at: Option<Timestamp>) -> Result<Vec<Bounds>, Fault> {
        let (Grid::Every { size, every, offset }, Some(at)) = (self, at) else {
            return Ok(vec![Bounds { end: Moment::End, start: None }]);
        };
        // Whole weeks begin on Mondays; the first one was four days after the beginning of 1970.
        let origin = if every % (7 * DAY_NS) == 0 { offset + 4 * DAY_NS } else { offset };
        let (size, every) = (i128::from(size), i128::from(every));
        let since = i128::from(at.0) - i128::from(origin);
        let last_start = i128::from(at.0) - since.rem_euclid(every);
        let mut windows = Vec::new();
        let mut start = last_start;
        while start + size > i128::from(at.0) {
            let (Ok(from), Ok(to)) = (i64::try_from(start), i64::try_from(start + size)) else {
                return Err(dataflow::window_overflow(at));
            };
            windows.push(Bounds { end: Moment::At(to), start: Some(Timestamp(from)) });
            start -= every;
        }
        windows.reverse();
        Ok(windows)
    }
}

/// Values of one type each, in the order of keys.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Key(pub(crate) Vec<Value>);

// Floats are not keys, so every two values of a column compare.
impl Eq for Key {}

impl Ord for Key {
    fn cmp(&self, other: &Key) -> Ordering {
        self.0.partial_cmp(&other.0).unwrap_or(Ordering::Equal)
    }
}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Key) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The open windows of one bolt. Their order is the order of release.
#[derive(Debug, Default)]
pub(crate) struct Open {
    windows: BTreeMap<(Bounds, Key, u32), Vec<Taken>>,
}

/// A window that is due.
pub(crate) struct Due {
    pub(crate) bounds: Bounds,
    pub(crate) key: Key,
    pub(crate) rows: Vec<Taken>,
}

impl Open {
    /// Adds a row to one window.
    pub(crate) fn add(&mut self, bounds: Bounds, key: Key, task: u32, taken: Taken) {
        self.windows.entry((bounds, key, task)).or_default().push(taken);
    }

    /// Takes out the windows that end at or before `watermark`.
    pub(crate) fn release(&mut self, watermark: Moment) -> Vec<Due> {
        let mut due = Vec::new();
        while let Some(first) = self.windows.first_entry() {
            if first.key().0.end > watermark {
                break;
            }
            let ((bounds, key, _), rows) = first.remove_entry();
            due.push(Due { bounds, key, rows });
        }
        due
    }
}
