//! `keep`: a few values for each key, which each row moves on.

use streamwright_dsl::topology::{Column, Expr, Keep};
use streamwright_values::{Timestamp, Value};

use super::kept::{Kept, is_over, is_over_at};
use super::{Coming, Entered, Key, State, Step};
use crate::row::{Failure, Tuple};
use crate::watermark::Moment;

/// What one bolt keeps.
pub(super) struct Keeps<'r> {
    step: Step<'r>,
    keep: &'r Keep,
    /// How long each value lasts, in nanoseconds.
    lasts: &'r [Option<i64>],
    kept: Kept<Entry>,
}

/// The values of one key.
struct Entry {
    values: Vec<Value>,
    /// The largest event time of the rows that moved them on.
    at: Option<Timestamp>,
}

impl<'r> Keeps<'r> {
    pub(super) fn new(step: Step<'r>, keep: &'r Keep, lasts: &'r [Option<i64>]) -> Keeps<'r> {
        Keeps { step, keep, lasts, kept: Kept::new() }
    }

    /// The row behind the step.
    fn moved_on(&self, found: Option<&Entry>, coming: &Coming<'_>) -> Result<Vec<Value>, Failure> {
        let columns = &self.step.node.steps[self.step.at].row;
        let mut row = coming.row.values.clone();
        for (index, kept) in self.keep.values.iter().enumerate() {
            let found = found.filter(|entry| !is_over(entry.at, self.lasts[index], coming));
            match found.map(|entry| &entry.values[index]) {
                None => {
                    let value = self.evaluate(&kept.first, columns, &row)?;
                    row.extend([value, Value::None]);
                }
                Some(found) => {
                    let own = row.len();
                    row.extend([found.clone(), found.clone()]);
                    row[own] = self.evaluate(&kept.then, columns, &row)?;
                }
            }
        }
        Ok(row)
    }

    fn evaluate(&self, expr: &Expr, columns: &[Column], row: &[Value]) -> Result<Value, Failure> {
        let evaluator = &self.step.program.evaluator;
        evaluator.evaluate(expr, row).map_err(|fault| Failure::of(fault, expr, columns, row))
    }
}

impl State for Keeps<'_> {
    fn enter(&mut self, coming: Coming<'_>) -> Result<Entered, Failure> {
        let key = (Key::of(&self.keep.keys, coming.row), coming.task);
        let found = self.kept.entries.get(&key);
        let row = self.moved_on(found, &coming)?;
        let before = coming.row.values.len();
        let values =
            (0..self.keep.values.len()).map(|index| row[Keep::column(before, index)].clone()).collect();
        let at = found.and_then(|entry| entry.at).max(coming.row.at);
        self.kept.entries.insert(key, Entry { values, at });
        Ok(Entered::row(Tuple { values: row, at: coming.row.at }))
    }

    fn release(&mut self, watermark: Moment) -> Vec<Result<Tuple, Failure>> {
        self.kept.sweep(|entry| self.lasts.iter().all(|lasts| is_over_at(entry.at, *lasts, watermark)));
        Vec::new()
    }
}
