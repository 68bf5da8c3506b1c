//! Windows: for each (end, key, task) the list of rows that it took in.

use std::collections::BTreeMap;

use streamwright_dsl::topology::Window;
use streamwright_values::{Fault, Timestamp, Value, dataflow};

use super::{Coming, Entered, Key, State, Step};
use crate::aggregate::{Taken, fold, take};
use crate::row::{Failure, Tuple};
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
struct Bounds {
    end: Moment,
    start: Option<Timestamp>,
}

impl Bounds {
    /// `window_start` and `window_end`; `window all` has neither.
    fn values(self) -> Vec<Value> {
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
    fn windows(self, at: Option<Timestamp>) -> Result<Vec<Bounds>, Fault> {
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

/// The windows of one bolt.
pub(super) struct Windows<'r> {
    step: Step<'r>,
    window: &'r Window,
    grid: Grid,
    open: Open,
}

impl<'r> Windows<'r> {
    pub(super) fn new(step: Step<'r>, window: &'r Window, grid: Grid) -> Windows<'r> {
        Windows { step, window, grid, open: Open::default() }
    }

    /// The row of a window: its keys, its bounds, its aggregates.
    fn fold(&self, due: Due) -> Result<Tuple, Failure> {
        let mut values = due.key.0;
        values.extend(due.bounds.values());
        let known = values.len();
        for (index, aggregate) in self.window.aggregates.iter().enumerate() {
            let value = fold(aggregate, index, &due.rows).map_err(|fault| {
                let names = self.step.node.steps[self.step.at].row.iter().map(|column| column.name.clone());
                Failure { fault, shown: Some(names.zip(values[..known].iter().cloned()).collect()) }
            })?;
            values.push(value);
        }
        let at = match due.bounds.end {
            Moment::At(end) => Some(Timestamp(end.saturating_sub(1))),
            Moment::Beginning | Moment::End => None,
        };
        Ok(Tuple { values, at })
    }
}

impl State for Windows<'_> {
    /// Adds the row to the windows that it is in; those that it is too late for it leaves by `.late`.
    fn enter(&mut self, coming: Coming<'_>) -> Result<Entered, Failure> {
        let row = coming.row;
        let evaluator = &self.step.program.evaluator;
        let taken = take(evaluator, &self.window.aggregates, self.step.before(), row)?;
        let key = Key::of(&self.window.keys, row);
        let windows = self.grid.windows(row.at).map_err(|fault| Failure { fault, shown: None })?;
        let mut entered = Entered::default();
        for bounds in windows {
            if bounds.end > coming.watermark {
                self.open.add(bounds, key.clone(), coming.task, taken.clone());
                continue;
            }
            let mut late = row.clone();
            late.values.extend(bounds.values());
            entered.late.push(late);
        }
        Ok(entered)
    }

    fn release(&mut self, watermark: Moment) -> Vec<Result<Tuple, Failure>> {
        self.open.release(watermark).into_iter().map(|due| self.fold(due)).collect()
    }
}

/// The open windows of one bolt. Their order is the order of release.
#[derive(Debug, Default)]
struct Open {
    windows: BTreeMap<(Bounds, Key, u32), Vec<Taken>>,
}

/// A window that is due.
struct Due {
    bounds: Bounds,
    key: Key,
    rows: Vec<Taken>,
}

impl Open {
    /// Adds a row to one window.
    fn add(&mut self, bounds: Bounds, key: Key, task: u32, taken: Taken) {
        self.windows.entry((bounds, key, task)).or_default().push(taken);
    }

    /// Takes out the windows that end at or before `watermark`.
    fn release(&mut self, watermark: Moment) -> Vec<Due> {
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
