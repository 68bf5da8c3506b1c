//! Lookups of a stream: its rows by key, as far as a lookup may still find them.

use std::collections::BTreeMap;

use streamwright_dsl::topology::Latest;
use streamwright_values::{Timestamp, Value};

use super::{Coming, Entered, Key, State, Step};
use crate::row::{Failure, Tuple};
use crate::watermark::Moment;

/// The state of one lookup.
pub(super) struct Versions<'r> {
    step: Step<'r>,
    latest: &'r Latest,
    /// How long a row holds, in nanoseconds.
    expiry: Option<i64>,
    /// In the order in which they came.
    rows: BTreeMap<Key, Vec<Version>>,
    dropped: u64,
}

struct Version {
    values: Vec<Value>,
    /// [`Moment::Beginning`] where rows are not told apart by time.
    at: Moment,
}

impl<'r> Versions<'r> {
    pub(super) fn new(step: Step<'r>, latest: &'r Latest, expiry: Option<i64>) -> Versions<'r> {
        Versions { step, latest, expiry, rows: BTreeMap::new(), dropped: 0 }
    }

    /// The time of a row, where rows are told apart by it.
    fn time(&self, row: &Tuple) -> Moment {
        match row.at {
            Some(Timestamp(at)) if self.latest.timed => Moment::At(at),
            _ => Moment::Beginning,
        }
    }

    /// A row of the stream has come.
    fn update(&mut self, row: &Tuple, watermark: Moment) {
        let version = Version { values: row.values.clone(), at: self.time(row) };
        let versions = self.rows.entry(Key::of(&self.latest.right_keys, row)).or_default();
        versions.push(version);
        // Nobody looks further back than the watermark.
        if let Some(oldest) = as_of(versions, watermark) {
            let mut index = 0..;
            versions.retain(|version| index.next() == Some(oldest) || version.at > watermark);
        }
    }

    /// The latest row at a point of event time.
    fn find(&self, key: &Key, at: Moment) -> Option<&Version> {
        let versions = self.rows.get(key)?;
        let found = &versions[as_of(versions, at)?];
        let gone = self.expiry.is_some_and(|expiry| found.at.more(expiry) <= at);
        (!gone).then_some(found)
    }
}

/// The index of the latest version at a point of event time: of equal times, the one that came last.
fn as_of(versions: &[Version], at: Moment) -> Option<usize> {
    let known = versions.iter().enumerate().filter(|(_, version)| version.at <= at);
    known.max_by_key(|(_, version)| version.at).map(|(index, _)| index)
}

impl State for Versions<'_> {
    fn enter(&mut self, coming: Coming<'_>) -> Result<Entered, Failure> {
        let mut entered = Entered::default();
        let row = coming.row;
        if coming.partner {
            self.update(row, coming.watermark);
            return Ok(entered);
        }
        // A row behind the watermark finds what holds there: what is older may be gone.
        let at = if self.latest.timed { self.time(row).max(coming.watermark) } else { Moment::Beginning };
        let key = Key::of(&self.latest.keys, row);
        let mut values = row.values.clone();
        let found = match self.find(&key, at) {
            Some(version) => {
                values.extend(version.values.iter().cloned());
                self.step.holds(self.latest.filter.as_ref(), &self.latest.right, &values)?
            }
            None => false,
        };
        if !found && !self.latest.outer {
            self.dropped += 1;
            return Ok(entered);
        }
        if !found {
            values.truncate(row.values.len());
            values.extend(self.latest.right.iter().map(|_| Value::None));
        }
        entered.leaves.push(Ok(Tuple { values, at: row.at }));
        Ok(entered)
    }

    fn release(&mut self, _watermark: Moment) -> Vec<Result<Tuple, Failure>> {
        Vec::new()
    }

    fn dropped(&mut self) -> u64 {
        std::mem::take(&mut self.dropped)
    }
}
