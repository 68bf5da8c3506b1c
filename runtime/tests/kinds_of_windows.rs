//! The kinds of windows against their definitions: loops over lists of rows.

mod keys;

use std::collections::BTreeMap;

use proptest::prelude::*;
use streamwright::private::aggregate::Merge;
use streamwright::private::{Batches, Ends, Last, Revision, Revisions, Running, Sessions, Trailing};

use keys::Name;

/// Which rows came in: their times and numbers.
#[derive(Clone, Debug, Default, PartialEq)]
struct Rows(Vec<(i64, usize)>);

impl Rows {
    fn sorted(&self) -> Vec<(i64, usize)> {
        let mut rows = self.0.clone();
        rows.sort_unstable();
        rows
    }
}

impl Merge for Rows {
    fn merge(&mut self, later: &Rows) {
        self.0.extend(&later.0);
    }
}

#[derive(Clone, Debug)]
enum Event {
    /// A key, a time, and a number for what a kind needs besides.
    Row(Name, i64, i64),
    /// How far the watermark moves.
    Watermark(i64),
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let event = prop_oneof![
        5 => (0..4_u8, -20..30_i64, 1..40_i64).prop_map(|(key, at, more)| Event::Row(Name(key), at, more)),
        2 => (1..9_i64).prop_map(Event::Watermark),
    ];
    proptest::collection::vec(event, 0..80)
}

/// The watermark begins here.
const BEFORE: i64 = -25;

/// What has left: a window's bounds, its key, its rows.
type Left = Vec<(i64, i64, Name, Vec<(i64, usize)>)>;

/// How many rows of a window were sent, whether there was something new since, and the rows.
type Sent = (i64, bool, Vec<(i64, usize)>);

proptest! {
    #[test]
    fn sessions_are_rows_that_follow_closely(events in events(), gap in 1..9_i64, more in prop::option::of(0..20_i64)) {
        let longest = more.map_or(i64::MAX, |more| gap + more);
        let mut sessions: Sessions<Name, Rows> = Sessions::new(gap, longest, None);
        let mut lists: Vec<(Name, Vec<(i64, usize)>)> = Vec::new();
        let mut watermark = BEFORE;
        let end = |rows: &[(i64, usize)]| rows[rows.len() - 1].0 + gap;
        let ends = events.into_iter().chain([Event::Watermark(1000)]);
        for (row, event) in ends.enumerate() {
            match event {
                Event::Row(key, at, _) => {
                    let mut late = None;
                    let missed = sessions.add(&key, at, |rows| rows.0.push((at, row)), |start, end| late = Some((start, end)));
                    // The row alone, then one with the session before it, then with the one behind it.
                    let mut own = vec![(at, row)];
                    for before in [true, false] {
                        let found = lists.iter().position(|(other, rows)| {
                            let (first, last) = (rows[0].0, rows[rows.len() - 1].0);
                            let inside = first <= at && at <= last;
                            let touches = if before { first <= at && at < last + gap } else { first > at && first < end(&own) };
                            let length = (last.max(end(&own) - gap) + gap) - first.min(own[0].0);
                            *other == key && touches && (inside || length <= longest)
                                // The latest of those before, the earliest of those behind.
                                && !lists.iter().any(|(third, others)| {
                                    let between = if before { first < others[0].0 && others[0].0 <= at } else { at < others[0].0 && others[0].0 < first };
                                    *third == key && between
                                })
                        });
                        if let Some(found) = found {
                            own.extend(lists.remove(found).1);
                            own.sort_unstable();
                        }
                    }
                    let is_late = end(&own) <= watermark;
                    prop_assert_eq!(late, is_late.then_some((at, at + gap)));
                    prop_assert_eq!(missed, u64::from(is_late));
                    if !is_late {
                        lists.push((key, own));
                    }
                }
                Event::Watermark(by) => {
                    watermark += by;
                    let mut released: Left = Vec::new();
                    sessions.release(watermark, |session, key, rows| released.push((session.start, session.end, *key, rows.sorted())));
                    let (due, open): (Vec<_>, Vec<_>) = lists.into_iter().partition(|(_, rows)| end(rows) <= watermark);
                    lists = open;
                    let mut due: Left = due.into_iter().map(|(key, rows)| (rows[0].0, end(&rows), key, rows)).collect();
                    due.sort_by_key(|(_, end, key, _)| (*end, *key));
                    prop_assert_eq!(released, due);
                }
            }
        }
    }

    #[test]
    fn ends_are_windows_by_a_column(events in events()) {
        let mut ends: Ends<Name, Rows> = Ends::new();
        let mut lists: BTreeMap<(i64, Name), Vec<(i64, usize)>> = BTreeMap::new();
        let mut watermark = BEFORE;
        for (row, event) in events.into_iter().chain([Event::Watermark(1000)]).enumerate() {
            match event {
                Event::Row(key, at, end) => {
                    let mut late = None;
                    let missed = ends.add(&key, (at, end), |rows| rows.0.push((at, row)), |start, end| late = Some((start, end)));
                    let is_late = end <= watermark;
                    prop_assert_eq!((late, missed), (is_late.then_some((at, end)), u64::from(is_late)));
                    if !is_late {
                        lists.entry((end, key)).or_default().push((at, row));
                    }
                }
                Event::Watermark(by) => {
                    watermark += by;
                    let mut released: Left = Vec::new();
                    ends.release(watermark, |start, end, key, rows| released.push((start, end, *key, rows.0.clone())));
                    let open = lists.split_off(&(watermark + 1, Name(0)));
                    let due = std::mem::replace(&mut lists, open).into_iter();
                    let start = |rows: &Vec<(i64, usize)>| rows.iter().map(|row| row.0).min().unwrap_or(0);
                    let due: Left = due.map(|((end, key), rows)| (start(&rows), end, key, rows)).collect();
                    prop_assert_eq!(released, due);
                }
            }
        }
    }

    #[test]
    fn revisions_are_windows_that_leave_again(events in events(), size in 1..12_i64, late in 0..9_i64, every in prop::option::of(1..7_i64)) {
        let mut kept: Revisions<Name, Rows> = Revisions::new(late, every);
        let mut lists: BTreeMap<(i64, Name), Sent> = BTreeMap::new();
        let mut watermark = i64::MIN;
        for (row, event) in events.into_iter().chain([Event::Watermark(1000)]).enumerate() {
            match event {
                Event::Row(key, at, _) => {
                    let start = at.div_euclid(size) * size;
                    let mut sent = None;
                    let missed = kept.add(&key, (start, start + size), |rows| rows.0.push((at, row)), |revision, _, rows| sent = Some((revision, rows.0.clone())));
                    let is_late = start + size + late <= watermark;
                    prop_assert_eq!(missed, u64::from(is_late));
                    let mut expected = None;
                    if !is_late {
                        let (number, changed, rows) = lists.entry((start + size, key)).or_default();
                        rows.push((at, row));
                        *changed = true;
                        if start + size <= watermark {
                            expected = Some((Revision { start, end: start + size, number: *number, is_final: false }, rows.clone()));
                            *number += 1;
                        }
                    }
                    prop_assert_eq!(sent, expected);
                }
                Event::Watermark(by) => {
                    let before = watermark;
                    watermark = if watermark == i64::MIN { BEFORE + by } else { watermark + by };
                    let mut released = Vec::new();
                    kept.release(watermark, |revision, key, rows| released.push((revision, *key, rows.0.clone())));
                    let mut expected = Vec::new();
                    for ((end, key), (number, changed, rows)) in &mut lists {
                        let on_time = before < *end && *end <= watermark;
                        let tick = |every: i64| (end.saturating_sub(size) + 1..*end).any(|at| at % every == 0 && before < at && at <= watermark);
                        let early = *end > watermark && *changed && every.is_some_and(tick);
                        if on_time || early {
                            let revision = Revision { start: *end - size, end: *end, number: *number, is_final: *end + late <= watermark };
                            expected.push((revision, *key, rows.clone()));
                            *number += 1;
                            *changed = false;
                        }
                    }
                    prop_assert_eq!(released, expected);
                    lists.retain(|(end, _), _| *end + late > watermark);
                }
            }
        }
    }

    #[test]
    fn trailing_windows_reach_back_from_each_row(events in events(), length in 1..20_i64) {
        let mut trailing: Trailing<Name, Rows> = Trailing::new(length);
        let mut list: Vec<(Name, i64, usize)> = Vec::new();
        let mut watermark = BEFORE;
        trailing.release(watermark);
        for (row, event) in events.into_iter().enumerate() {
            match event {
                Event::Row(key, at, _) => {
                    let (mut left, mut late) = (None, None);
                    let missed = trailing.add(&key, at, |rows| rows.0.push((at, row)), |_, rows| left = Some(rows.0.clone()), |start, end| late = Some((start, end)));
                    let is_late = at < watermark;
                    prop_assert_eq!((late, missed), (is_late.then_some((at - length, at)), u64::from(is_late)));
                    if !is_late {
                        list.push((key, at, row));
                    }
                    let in_window = list.iter().filter(|(other, time, _)| *other == key && at - length < *time && *time <= at);
                    let mut expected: Vec<(i64, usize)> = in_window.map(|(_, at, row)| (*at, *row)).collect();
                    expected.sort_unstable();
                    prop_assert_eq!(left, (!is_late).then_some(expected));
                }
                Event::Watermark(by) => {
                    watermark += by;
                    trailing.release(watermark);
                }
            }
        }
    }

    #[test]
    fn windows_by_rows_go_by_input_order(events in events(), rows in 1..6_u64) {
        let mut last: Last<Name, Rows> = Last::new(rows as usize);
        let mut batches: Batches<Name, Rows> = Batches::new(rows);
        let mut lists: BTreeMap<Name, Vec<(i64, usize)>> = BTreeMap::new();
        for (row, event) in events.into_iter().enumerate() {
            let Event::Row(key, at, _) = event else { continue };
            let list = lists.entry(key).or_default();
            list.push((at, row));
            let (mut left, mut full) = (None, None);
            last.add(&key, |rows| rows.0.push((at, row)), |_, rows| left = Some(rows.0.clone()));
            batches.add(&key, at, |rows| rows.0.push((at, row)), |_, rows| full = Some(rows.0.clone()));
            let rows = rows as usize;
            prop_assert_eq!(left, Some(list[list.len().saturating_sub(rows)..].to_vec()));
            prop_assert_eq!(full, list.len().is_multiple_of(rows).then(|| list[list.len() - rows..].to_vec()));
        }
        let mut rest = Vec::new();
        batches.release(i64::MAX - 1, |at, key, rows| rest.push((*key, at, rows.0.clone())));
        prop_assert!(rest.is_empty());
        batches.release(i64::MAX, |at, key, rows| rest.push((*key, at, rows.0.clone())));
        let open = lists.into_iter().filter_map(|(key, list)| {
            let part = list.chunks(rows as usize).last().filter(|part| part.len() < rows as usize)?;
            Some((key, part[part.len() - 1].0, part.to_vec()))
        });
        prop_assert_eq!(rest, open.collect::<Vec<_>>());
    }

    #[test]
    fn running_totals_last_so_long(events in events(), lasts in prop::option::of(1..20_i64)) {
        let mut running: Running<Name, Rows> = Running::new(lasts.unwrap_or(i64::MAX));
        let mut lists: BTreeMap<Name, Vec<(i64, usize)>> = BTreeMap::new();
        let mut watermark = BEFORE;
        running.release(watermark);
        for (row, event) in events.into_iter().enumerate() {
            match event {
                Event::Row(key, at, _) => {
                    let list = lists.entry(key).or_default();
                    if let (Some(lasts), Some(latest)) = (lasts, list.iter().map(|row| row.0).max())
                        && (at >= latest + lasts || watermark >= latest + lasts)
                    {
                        list.clear();
                    }
                    list.push((at, row));
                    let mut left = None;
                    running.add(&key, at, |rows| rows.0.push((at, row)), |_, rows| left = Some(rows.0.clone()));
                    prop_assert_eq!(left.as_ref(), Some(&*list));
                }
                Event::Watermark(by) => {
                    watermark += by;
                    running.release(watermark);
                }
            }
        }
    }
}
