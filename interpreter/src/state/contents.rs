//! What a window keeps of its rows, and the rows that it makes of them: one with the aggregates, or the first ones of a
//! `top`.

use std::cmp::Ordering;

use streamwright_dsl::topology::{Expr, Top, Window, WindowKind};
use streamwright_values::{Timestamp, Value};

use super::{Key, Step};
use crate::aggregate::{Taken, fold, take};
use crate::row::{Failure, Tuple};

/// What is kept of one row.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub(super) row: Tuple,
    taken: Taken,
    /// What `top` compares it by.
    by: Vec<Value>,
    /// What `until` says.
    pub(super) until: Option<Timestamp>,
}

/// A window's rows.
#[derive(Clone, Copy)]
pub(super) struct Contents<'r> {
    pub(super) step: Step<'r>,
    pub(super) window: &'r Window,
    /// How many rows `top` lets leave.
    top: i64,
}

impl<'r> Contents<'r> {
    pub(super) fn new(step: Step<'r>, window: &'r Window, top: i64) -> Contents<'r> {
        Contents { step, window, top }
    }

    /// Evaluates all that a row is asked for.
    pub(super) fn hold(&self, row: &Tuple) -> Result<Held, Failure> {
        let evaluator = &self.step.program.evaluator;
        let taken = take(evaluator, &self.window.aggregates, self.step.before(), row)?;
        let by = self.step.by(self.window.top.as_ref(), row)?;
        let until = match &self.window.kind {
            WindowKind::Until(end) => match self.step.evaluate(end, row)? {
                Value::Timestamp(end) => Some(end),
                _ => None,
            },
            _ => None,
        };
        Ok(Held { row: row.clone(), taken, by, until })
    }

    /// The rows of a window that is over, or leaves once more: `own` are its bounds, and which of its rows this is.
    pub(super) fn rows(
        &self,
        key: &Key,
        own: &[Value],
        at: Option<Timestamp>,
        rows: &[Held],
    ) -> Vec<Result<Tuple, Failure>> {
        match &self.window.top {
            Some(top) => {
                let ranked = ranked(top, self.top, rows, |held| (&held.by, held.row.at));
                ranked.into_iter().map(|(rank, held)| Ok(with_rank(&held.row, own, rank, at))).collect()
            }
            None => {
                let known: Vec<Value> = key.0.iter().chain(own).cloned().collect();
                let names = self.step.node.steps[self.step.at].row.iter().map(|column| column.name.clone());
                let shown = names.zip(known.clone()).collect();
                let rows: Vec<&Held> = rows.iter().collect();
                vec![self.aggregated(known, shown, at, &rows)]
            }
        }
    }

    /// The row of one tuple: its columns, and the aggregates over these rows.
    pub(super) fn row_of(&self, row: &Tuple, rows: &[&Held]) -> Result<Tuple, Failure> {
        let before = self.step.before();
        let keys = self.window.keys.iter();
        let shown = keys.map(|key| (before[*key].name.clone(), row.values[*key].clone())).collect();
        self.aggregated(row.values.clone(), shown, row.at, rows)
    }

    fn aggregated(
        &self,
        mut values: Vec<Value>,
        shown: Vec<(String, Value)>,
        at: Option<Timestamp>,
        rows: &[&Held],
    ) -> Result<Tuple, Failure> {
        for (index, aggregate) in self.window.aggregates.iter().enumerate() {
            let taken = rows.iter().map(|held| &held.taken);
            match fold(aggregate, index, taken) {
                Ok(value) => values.push(value),
                Err(fault) => return Err(Failure { fault, shown: Some(shown) }),
            }
        }
        Ok(Tuple { values, at })
    }
}

impl Step<'_> {
    pub(super) fn evaluate(&self, expr: &Expr, row: &Tuple) -> Result<Value, Failure> {
        let evaluator = &self.program.evaluator;
        evaluator
            .evaluate(expr, &row.values)
            .map_err(|fault| Failure::of(fault, expr, self.before(), &row.values))
    }

    /// What a `top` compares a row by.
    pub(super) fn by(&self, top: Option<&Top>, row: &Tuple) -> Result<Vec<Value>, Failure> {
        top.iter().flat_map(|top| &top.by).map(|key| self.evaluate(&key.value, row)).collect()
    }
}

/// The first rows of `rows`, which are in input order, with their ranks.
pub(super) fn ranked<'h, T>(
    top: &Top,
    count: i64,
    rows: &'h [T],
    of: impl Fn(&'h T) -> (&'h Vec<Value>, Option<Timestamp>),
) -> Vec<(i64, &'h T)> {
    let compare = |a: &[Value], b: &[Value]| {
        let keys = top.by.iter().zip(a.iter().zip(b));
        let mut orders = keys.map(|(key, (a, b))| {
            // As `<` has it: of floats the two zeros are equal.
            let order = a.partial_cmp(b).unwrap_or(Ordering::Equal);
            if key.ascending { order } else { order.reverse() }
        });
        orders.find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
    };
    let mut sorted: Vec<&T> = rows.iter().collect();
    // Stable: of equal rows the one that came first stays first.
    sorted.sort_by(|a, b| {
        let ((a, a_at), (b, b_at)) = (of(a), of(b));
        compare(a, b).then(a_at.cmp(&b_at))
    });
    let mut leaving: Vec<(i64, &T)> = Vec::new();
    for (number, row) in (1..).zip(sorted) {
        let equals_last = leaving.last().filter(|last| compare(of(last.1).0, of(row).0).is_eq());
        let rank = match equals_last {
            Some(last) if top.ties => last.0,
            _ => number,
        };
        if rank > count {
            break;
        }
        leaving.push((rank, row));
    }
    leaving
}

/// A row with what `top` adds.
pub(super) fn with_rank(row: &Tuple, own: &[Value], rank: i64, at: Option<Timestamp>) -> Tuple {
    let rank = Value::Int(rank);
    Tuple { values: row.values.iter().chain(own).chain([&rank]).cloned().collect(), at }
}
