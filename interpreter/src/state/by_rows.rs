//! Windows that go by rows: so many, or those up to each one.

use streamwright_values::{Timestamp, Value, dataflow};

use super::contents::{Contents, Held};
use super::kept::{Kept, is_over, is_over_at};
use super::{Coming, Entered, Key, State};
use crate::row::{Failure, Tuple};
use crate::watermark::Moment;

/// Which rows there are aggregates over.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Reach {
    /// So many, in input order; then from the beginning again.
    Rows(i64),
    /// Up to so many, in input order.
    TrailingRows(i64),
    /// Those of such a time.
    Trailing(i64),
    /// All, until so long behind the latest of them.
    Running(Option<i64>),
}

/// The rows of one bolt that some window may still be over, of each key and task in input order.
pub(super) struct ByRows<'r> {
    contents: Contents<'r>,
    reach: Reach,
    rows: Kept<Vec<Held>>,
}

impl<'r> ByRows<'r> {
    pub(super) fn new(contents: Contents<'r>, reach: Reach) -> ByRows<'r> {
        ByRows { contents, reach, rows: Kept::new() }
    }

    /// The bounds of the window of a row, if it is too late for it.
    fn missed(&self, coming: &Coming<'_>) -> Result<Option<[Value; 2]>, Failure> {
        let (Reach::Trailing(length), Some(at)) = (self.reach, coming.row.at) else { return Ok(None) };
        let overflow = || Failure { fault: dataflow::window_overflow(at), shown: None };
        let start = Timestamp(at.0.checked_sub(length).ok_or_else(overflow)?);
        let late = Moment::At(at.0) < coming.watermark;
        Ok(late.then_some([Value::Timestamp(start), Value::Timestamp(at)]))
    }
}

impl Reach {
    /// Drops the rows that no window is over any more, for this row and those behind it.
    fn forget(self, rows: &mut Vec<Held>, coming: &Coming<'_>) {
        match self {
            Reach::Running(lasts) if is_over(latest(rows), lasts, coming) => rows.clear(),
            Reach::TrailingRows(count) => {
                rows.drain(..(rows.len() + 1).saturating_sub(count as usize));
            }
            Reach::Trailing(_) => self.forget_at(rows, coming.watermark),
            Reach::Rows(_) | Reach::Running(_) => {}
        }
    }

    /// The same, for all rows to come from this watermark on.
    fn forget_at(self, rows: &mut Vec<Held>, watermark: Moment) {
        match self {
            Reach::Trailing(length) => rows.retain(|held| !is_over_at(held.row.at, Some(length), watermark)),
            Reach::Running(lasts) if is_over_at(latest(rows), lasts, watermark) => rows.clear(),
            Reach::Rows(_) | Reach::TrailingRows(_) | Reach::Running(_) => {}
        }
    }
}

/// The largest event time.
fn latest(rows: &[Held]) -> Option<Timestamp> {
    rows.iter().filter_map(|held| held.row.at).max()
}

impl State for ByRows<'_> {
    fn enter(&mut self, coming: Coming<'_>) -> Result<Entered, Failure> {
        let row = coming.row;
        let held = self.contents.hold(row)?;
        let mut entered = Entered::default();
        if let Some(bounds) = self.missed(&coming)? {
            let mut late = row.clone();
            late.values.extend(bounds);
            entered.late.push(late);
            return Ok(entered);
        }
        let key = Key::of(&self.contents.window.keys, row);
        let rows = self.rows.entries.entry((key.clone(), coming.task)).or_default();
        self.reach.forget(rows, &coming);
        rows.push(held);
        let own = |held: &&Held| match (self.reach, row.at, held.row.at) {
            (Reach::Trailing(length), Some(at), Some(other)) => at.0 - length < other.0 && other <= at,
            _ => true,
        };
        let within: Vec<&Held> = rows.iter().filter(own).collect();
        match self.reach {
            Reach::Rows(count) if within.len() < count as usize => {}
            Reach::Rows(_) => {
                entered.leaves = self.contents.rows(&key, &[], row.at, rows);
                rows.clear();
            }
            _ => entered.leaves.push(self.contents.row_of(row, &within)),
        }
        Ok(entered)
    }

    /// What is not full leaves at the end of the input.
    fn release(&mut self, watermark: Moment) -> Vec<Result<Tuple, Failure>> {
        self.rows.sweep(|rows| {
            self.reach.forget_at(rows, watermark);
            rows.is_empty()
        });
        if !matches!(self.reach, Reach::Rows(_)) || watermark < Moment::End {
            return Vec::new();
        }
        let open = std::mem::take(&mut self.rows.entries).into_iter().filter(|(_, rows)| !rows.is_empty());
        open.flat_map(|((key, _), rows)| {
            self.contents.rows(&key, &[], rows.last().and_then(|last| last.row.at), &rows)
        })
        .collect()
    }
}
