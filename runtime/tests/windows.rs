//! Windows against the definition: a list of rows for each window.

mod keys;

use std::collections::BTreeMap;

use proptest::prelude::*;
use streamwright::private::aggregate::Merge;
use streamwright::private::{Panes, Shape};

use keys::Name;

/// Which rows came in.
#[derive(Debug, Default)]
struct Rows(Vec<usize>);

impl Merge for Rows {
    fn merge(&mut self, later: &Rows) {
        self.0.extend(&later.0);
    }
}

/// The same where they can be taken out again.
#[derive(Debug, Default)]
struct Taken(Rows);

impl Merge for Taken {
    const SUBTRACTS: bool = true;

    fn merge(&mut self, later: &Taken) {
        self.0.merge(&later.0);
    }

    fn subtract(&mut self, merged: &Taken) {
        let known = self.0.0.len();
        self.0.0.retain(|row| !merged.0.0.contains(row));
        assert_eq!(self.0.0.len() + merged.0.0.len(), known, "only what was merged is taken out");
    }
}

/// What the test keeps of a row.
trait Takes: Default + Merge {
    fn rows(&mut self) -> &mut Vec<usize>;
    fn known(&self) -> &[usize];
}

impl Takes for Rows {
    fn rows(&mut self) -> &mut Vec<usize> {
        &mut self.0
    }
    fn known(&self) -> &[usize] {
        &self.0
    }
}

impl Takes for Taken {
    fn rows(&mut self) -> &mut Vec<usize> {
        &mut self.0.0
    }
    fn known(&self) -> &[usize] {
        &self.0.0
    }
}

#[derive(Clone, Debug)]
enum Event {
    Row(Name, i64),
    Watermark(i64),
}

/// The windows as they are defined, and what left them.
struct Oracle {
    watermark: i64,
    windows: BTreeMap<(i64, Name), Vec<usize>>,
}

impl Oracle {
    /// Gives the ends of the windows that were missed.
    fn add(&mut self, ends: impl Iterator<Item = i64>, key: Name, row: usize) -> Vec<i64> {
        let (missed, open): (Vec<i64>, Vec<i64>) = ends.partition(|&end| end <= self.watermark);
        for end in open {
            self.windows.entry((end, key)).or_default().push(row);
        }
        missed
    }

    fn release(&mut self, watermark: i64) -> Vec<(i64, Name, Vec<usize>)> {
        self.watermark = self.watermark.max(watermark);
        let kept = self.windows.split_off(&(self.watermark.saturating_add(1), Name(0)));
        let due = std::mem::replace(&mut self.windows, kept);
        due.into_iter().map(|((end, key), rows)| (end, key, rows)).collect()
    }
}

/// The ends of all windows over `at`, in order.
fn ends(size: i64, every: i64, offset: i64, at: i64) -> impl Iterator<Item = i64> {
    (at - size + 1..=at)
        .filter(move |start| (start - offset).rem_euclid(every) == 0)
        .map(move |start| start + size)
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let event = prop_oneof![
        5 => (0..5_u8, -40..60_i64).prop_map(|(key, at)| Event::Row(Name(key), at)),
        1 => (-45..90_i64).prop_map(Event::Watermark),
    ];
    proptest::collection::vec(event, 0..60)
}

fn check_panes<A: Takes>(
    events: &[Event],
    (size, every, offset): (i64, i64, i64),
) -> Result<(), TestCaseError> {
    let mut panes: Panes<Name, A> = Panes::new(Shape::Hopping { size, every, offset });
    let mut oracle = Oracle { watermark: i64::MIN, windows: BTreeMap::new() };
    for (row, event) in events.iter().chain([&Event::Watermark(i64::MAX - 1)]).enumerate() {
        match *event {
            Event::Row(key, at) => {
                let mut late = Vec::new();
                let missed = panes.add(&key, at, |rows| rows.rows().push(row), |end| late.push(end));
                prop_assert_eq!(&late, &oracle.add(ends(size, every, offset, at), key, row));
                prop_assert_eq!(missed, late.len() as u64);
            }
            Event::Watermark(watermark) => {
                let mut released = Vec::new();
                panes.release(watermark, |end, key, rows| {
                    // Rows of a window come pane by pane.
                    let mut rows = rows.known().to_vec();
                    rows.sort_unstable();
                    released.push((end, *key, rows));
                });
                prop_assert_eq!(released, oracle.release(watermark));
            }
        }
    }
    prop_assert_eq!(panes.entries(), 0);
    Ok(())
}

proptest! {
    #[test]
    fn panes_are_windows_of_rows(
        events in events(),
        (size, every) in (1..14_i64).prop_flat_map(|size| (Just(size), 1..=size)),
        offset in -20..20_i64,
    ) {
        check_panes::<Rows>(&events, (size, every, offset))?;
        check_panes::<Taken>(&events, (size, every, offset))?;
    }
}
