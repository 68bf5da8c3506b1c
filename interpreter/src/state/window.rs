//! Windows that end in time, or with the input: for each (end, key, task) the list of rows that it took in.

use std::collections::BTreeMap;

use streamwright_values::{Fault, Timestamp, Value, dataflow};

use super::contents::{Contents, Held};
use super::{Coming, Entered, Key, State};
use crate::row::{Failure, Tuple};
use crate::watermark::Moment;

const DAY_NS: i64 = 86_400 * 1_000_000_000;

/// Which windows there are, in nanoseconds.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Grid {
    /// `[k·every + offset, k·every + offset + size)`; tumbling ones have `every` = `size`.
    Every { size: i64, every: i64, offset: i64 },
    /// Up to what the row says, from the earliest row on.
    Until,
    /// One window, up to the end of the input.
    All,
}

/// When windows leave, besides on time, in nanoseconds.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Revisions {
    /// `allow late`
    pub(crate) late: Option<i64>,
    /// `emit every`
    pub(crate) every: Option<i64>,
}

/// One window: where it begins (in `window all`, if anywhere, at its earliest row) and where it ends.
#[derive(Clone, Copy, Debug)]
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
    /// The windows that a row is in, earliest first.
    ///
    /// # Errors
    /// `overflow` if one of them leaves the range of timestamps.
    fn windows(self, held: &Held) -> Result<Vec<Bounds>, Fault> {
        let (size, every, offset, at) = match (self, held.row.at, held.until) {
            (Grid::Every { size, every, offset }, Some(at), _) => (size, every, offset, at),
            (Grid::Until, start, Some(end)) => return Ok(vec![Bounds { end: Moment::At(end.0), start }]),
            (_, start, _) => return Ok(vec![Bounds { end: Moment::End, start }]),
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

/// The windows of one bolt. The order of those that are open is the order of release.
pub(super) struct Windows<'r> {
    contents: Contents<'r>,
    grid: Grid,
    revisions: Revisions,
    watermark: Moment,
    open: BTreeMap<(Moment, Key, u32), Window>,
}

/// A window that is not closed.
struct Window {
    bounds: Bounds,
    rows: Vec<Held>,
    /// How often it has left.
    sent: i64,
    /// Whether it has taken in a row since.
    changed: bool,
}

impl<'r> Windows<'r> {
    pub(super) fn new(contents: Contents<'r>, grid: Grid, revisions: Revisions) -> Windows<'r> {
        Windows { contents, grid, revisions, watermark: Moment::Beginning, open: BTreeMap::new() }
    }
}

impl Revisions {
    /// Whether a window that ends here takes in no row any more.
    fn closed(self, end: Moment, watermark: Moment) -> bool {
        let closing = match end {
            Moment::At(end) => Moment::At(end.saturating_add(self.late.unwrap_or(0))),
            end => end,
        };
        closing <= watermark
    }

    /// Whether it is time for an early row: the watermark has come to a multiple of `every` that lies in the window.
    fn tick(self, window: &Window, before: Moment, after: Moment) -> bool {
        let (Some(every), Some(start)) = (self.every, window.bounds.start) else { return false };
        let end = if let Moment::At(end) = window.bounds.end { end } else { i64::MAX };
        window.changed && ticks(every, (start.0, end), before, after)
    }
}

/// Whether the watermark comes to a multiple of `every` inside a window.
pub(super) fn ticks(every: i64, (start, end): (i64, i64), before: Moment, after: Moment) -> bool {
    let Moment::At(after) = after else { return false };
    let before = if let Moment::At(before) = before { before.max(start) } else { start };
    // A multiple before all timestamps lies before every window, too.
    let last = after.min(end.saturating_sub(1)).div_euclid(every).saturating_mul(every);
    last > before
}

impl Window {
    fn leave(&mut self, contents: &Contents<'_>, key: &Key, is_final: bool) -> Vec<Result<Tuple, Failure>> {
        let mut own = self.bounds.values();
        if contents.window.is_revised() {
            own.extend([Value::Int(self.sent), Value::Bool(is_final)]);
        }
        self.sent += 1;
        self.changed = false;
        let at = match self.bounds.end {
            Moment::At(end) => Some(Timestamp(end.saturating_sub(1))),
            Moment::Beginning | Moment::End => None,
        };
        contents.rows(key, &own, at, &self.rows)
    }
}

impl State for Windows<'_> {
    /// Adds the row to the windows that it is in; those that it is too late for it leaves by `.late`.
    fn enter(&mut self, coming: Coming<'_>) -> Result<Entered, Failure> {
        let row = coming.row;
        let held = self.contents.hold(row)?;
        let key = Key::of(&self.contents.window.keys, row);
        let windows = self.grid.windows(&held).map_err(|fault| Failure { fault, shown: None })?;
        let mut entered = Entered::default();
        for bounds in windows {
            if self.revisions.closed(bounds.end, coming.watermark) {
                let mut late = row.clone();
                late.values.extend(bounds.values());
                entered.late.push(late);
                continue;
            }
            let place = (bounds.end, key.clone(), coming.task);
            let new = || Window { bounds, rows: Vec::new(), sent: 0, changed: false };
            let window = self.open.entry(place).or_insert_with(new);
            window.bounds.start = window.bounds.start.min(bounds.start);
            window.rows.push(held.clone());
            window.changed = true;
            if bounds.end <= coming.watermark {
                entered.leaves.extend(window.leave(&self.contents, &key, false));
            }
        }
        Ok(entered)
    }

    fn release(&mut self, watermark: Moment) -> Vec<Result<Tuple, Failure>> {
        let before = std::mem::replace(&mut self.watermark, watermark);
        let mut due = Vec::new();
        for ((end, key, _), window) in &mut self.open {
            let on_time = before < *end && *end <= watermark;
            if on_time || (*end > watermark && self.revisions.tick(window, before, watermark)) {
                let is_final = self.revisions.closed(*end, watermark);
                due.extend(window.leave(&self.contents, key, is_final));
            }
        }
        self.open.retain(|(end, ..), _| !self.revisions.closed(*end, watermark));
        due
    }
}
