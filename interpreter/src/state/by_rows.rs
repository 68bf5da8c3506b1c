//! Windows that go by rows: so many, or those up to each one.

use std::collections::BTreeMap;

use streamwright_values::{Timestamp, Value, dataflow};

use super::contents::{Contents, Held};
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
    /// All, until so long behind the last of them.
    Running(Option<i64>),
}

/// The rows of one bolt that some window may still be over, of each key and task in input order.
pub(super) struct ByRows<'r> {
    contents: Contents<'r>,
    reach: Reach,
    rows: BTreeMap<(Key, u32), Vec<Held>>,
}

impl<'r> ByRows<'r> {
    pub(super) fn new(contents: Contents<'r>, reach: Reach) -> ByRows<'r> {
        ByRows { contents, reach, rows: BTreeMap::new() }
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

/// Whether an entry that was last touched then is gone for a row.
fn is_gone(touched: Option<Timestamp>, lasts: i64, coming: &Coming<'_>) -> bool {
    let Some(end) = touched.map(|at| at.0.saturating_add(lasts)) else { return false };
    coming.watermark >= Moment::At(end) || coming.row.at.is_some_and(|at| at.0 >= end)
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
        let rows = self.rows.entry((key.clone(), coming.task)).or_default();
        if let (Reach::Running(Some(lasts)), Some(last)) = (self.reach, rows.last())
            && is_gone(last.row.at, lasts, &coming)
        {
            rows.clear();
        }
        rows.push(held);
        let own = |held: &&Held| match (self.reach, row.at, held.row.at) {
            (Reach::Trailing(length), Some(at), Some(other)) => at.0 - length < other.0 && other <= at,
            _ => true,
        };
        let first = match self.reach {
            Reach::TrailingRows(count) => rows.len().saturating_sub(count as usize),
            _ => 0,
        };
        let within: Vec<&Held> = rows[first..].iter().filter(own).collect();
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
        if !matches!(self.reach, Reach::Rows(_)) || watermark < Moment::End {
            return Vec::new();
        }
        let open = std::mem::take(&mut self.rows).into_iter().filter(|(_, rows)| !rows.is_empty());
        open.flat_map(|((key, _), rows)| {
            self.contents.rows(&key, &[], rows.last().and_then(|last| last.row.at), &rows)
        })
        .collect()
    }
}
