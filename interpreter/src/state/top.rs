//! `top` behind `select`: the rows of each window, over all keys.

use std::collections::BTreeMap;

use streamwright_dsl::topology::Top;
use streamwright_values::Value;

use super::contents::{ranked, with_rank};
use super::{Coming, Entered, State, Step};
use crate::row::{Failure, Tuple};
use crate::watermark::Moment;

/// The rows of windows that have not left whole.
pub(super) struct Tops<'r> {
    step: Step<'r>,
    top: &'r Top,
    count: i64,
    /// By the window's end: each with what it is compared by.
    windows: BTreeMap<Moment, Vec<(Vec<Value>, Tuple)>>,
}

impl<'r> Tops<'r> {
    pub(super) fn new(step: Step<'r>, top: &'r Top, count: i64) -> Tops<'r> {
        Tops { step, top, count, windows: BTreeMap::new() }
    }
}

impl State for Tops<'_> {
    fn enter(&mut self, coming: Coming<'_>) -> Result<Entered, Failure> {
        let by = self.step.by(Some(self.top), coming.row)?;
        let end = coming.row.at.map_or(Moment::End, |at| Moment::At(at.0.saturating_add(1)));
        self.windows.entry(end).or_default().push((by, coming.row.clone()));
        Ok(Entered::default())
    }

    fn release(&mut self, watermark: Moment) -> Vec<Result<Tuple, Failure>> {
        let mut due = Vec::new();
        while let Some(first) = self.windows.first_entry().filter(|first| *first.key() <= watermark) {
            let rows = first.remove();
            let leaving = ranked(self.top, self.count, &rows, |(by, row)| (by, row.at));
            due.extend(leaving.into_iter().map(|(rank, (_, row))| Ok(with_rank(row, &[], rank, row.at))));
        }
        due
    }
}
