//! Joins: the rows of both sides that may still meet.

use std::collections::BTreeMap;

use streamwright_dsl::topology::Join;
use streamwright_values::{Duration, Timestamp, Value, dataflow};

use super::{Coming, Entered, Key, State, Step};
use crate::row::{Failure, Tuple};
use crate::watermark::Moment;

/// The constants of a join, in nanoseconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// The lower one.
    pub(crate) low: i64,
    /// How far behind the watermark a row that met none may leave.
    pub(crate) hold: i64,
}

/// The state of one join.
pub(super) struct Joined<'r> {
    step: Step<'r>,
    join: &'r Join,
    low: i64,
    /// In the order in which they came.
    left: BTreeMap<Key, Vec<Waiting>>,
    right: BTreeMap<Key, Vec<Waiting>>,
    dropped: u64,
}

/// A row that may meet others.
struct Waiting {
    values: Vec<Value>,
    at: i64,
    /// The times of those that it may meet, both inside.
    reach: (i64, i64),
    met: bool,
}

impl Waiting {
    /// The watermark has reached a time at which no row on time can meet it.
    fn gone(&self, watermark: Moment) -> bool {
        Moment::At(self.reach.1) < watermark
    }
}

impl<'r> Joined<'r> {
    pub(super) fn new(step: Step<'r>, join: &'r Join, bounds: Bounds) -> Joined<'r> {
        let (left, right, dropped) = Default::default();
        Joined { step, join, low: bounds.low, left, right, dropped }
    }

    /// Which rows of the right side a left one may meet.
    fn left_reach(&self, row: &Tuple, at: i64) -> Result<(i64, i64), Failure> {
        let high = &self.join.high;
        let value = self.step.program.evaluator.evaluate(high, &row.values);
        let value = value.map_err(|fault| Failure::of(fault, high, self.step.before(), &row.values))?;
        let Value::Duration(high) = value else { return Ok((at, at)) };
        Ok(dataflow::join_reach(Timestamp(at), Duration(self.low), high, self.join.inclusive))
    }

    /// The pairs of a row that has come with those that wait for it.
    fn meet(&mut self, key: &Key, coming: &mut Waiting, partner: bool) -> Vec<Result<Tuple, Failure>> {
        let others = if partner { self.left.get_mut(key) } else { self.right.get_mut(key) };
        let mut near: Vec<&mut Waiting> = others
            .into_iter()
            .flatten()
            .filter(|other| {
                let (left, right) = if partner { (&**other, &*coming) } else { (&*coming, &**other) };
                (left.reach.0..=left.reach.1).contains(&right.at)
            })
            .collect();
        // Stable: among equals in the order in which they came.
        near.sort_by_key(|other| other.at);
        let mut leaves = Vec::new();
        for other in near {
            let (left, right) = if partner { (&*other, &*coming) } else { (&*coming, &*other) };
            let values: Vec<Value> = left.values.iter().chain(&right.values).cloned().collect();
            let holds = self.step.holds(self.join.filter.as_ref(), &self.join.right, &values);
            if matches!(holds, Ok(false)) {
                continue;
            }
            let at = Some(Timestamp(left.at.max(right.at)));
            leaves.push(holds.map(|_| Tuple { values, at }));
            (coming.met, other.met) = (true, true);
        }
        leaves
    }

    /// A left row that met none.
    fn alone(&mut self, row: Waiting) -> Option<Tuple> {
        if !self.join.outer {
            self.dropped += 1;
            return None;
        }
        let mut values = row.values;
        values.extend(self.join.right.iter().map(|_| Value::None));
        Some(Tuple { values, at: Some(Timestamp(row.at)) })
    }
}

impl State for Joined<'_> {
    fn enter(&mut self, coming: Coming<'_>) -> Result<Entered, Failure> {
        let mut entered = Entered::default();
        let Some(Timestamp(at)) = coming.row.at else { return Ok(entered) };
        let (keys, reach) = match coming.partner {
            // Left rows that are on time are not before the watermark.
            true => (&self.join.right_keys, (i64::MIN, at.saturating_sub(self.low))),
            false => (&self.join.keys, self.left_reach(coming.row, at)?),
        };
        if Moment::At(at) < coming.watermark {
            entered.late.push(coming.row.clone());
            return Ok(entered);
        }
        let key = Key::of(keys, coming.row);
        let mut row = Waiting { values: coming.row.values.clone(), at, reach, met: false };
        entered.leaves = self.meet(&key, &mut row, coming.partner);
        if !row.gone(coming.watermark) {
            let side = if coming.partner { &mut self.right } else { &mut self.left };
            side.entry(key).or_default().push(row);
        } else if !row.met && coming.partner {
            self.dropped += 1;
        } else if !row.met {
            entered.leaves.extend(self.alone(row).map(Ok));
        }
        Ok(entered)
    }

    fn release(&mut self, watermark: Moment) -> Vec<Result<Tuple, Failure>> {
        let mut due = Vec::new();
        for (key, rows) in &mut self.left {
            due.extend(
                rows.extract_if(.., |row| row.gone(watermark)).map(|row| (row.reach.1, key.clone(), row)),
            );
        }
        for rows in self.right.values_mut() {
            let gone = rows.extract_if(.., |row| row.gone(watermark));
            self.dropped += gone.filter(|row| !row.met).count() as u64;
        }
        self.left.retain(|_, rows| !rows.is_empty());
        self.right.retain(|_, rows| !rows.is_empty());
        due.sort_by(|one, other| (one.0, &one.1).cmp(&(other.0, &other.1)));
        let alone = due.into_iter().filter(|(_, _, row)| !row.met);
        alone.filter_map(|(_, _, row)| self.alone(row).map(Ok)).collect()
    }

    fn dropped(&mut self) -> u64 {
        std::mem::take(&mut self.dropped)
    }
}
