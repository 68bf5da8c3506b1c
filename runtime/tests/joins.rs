//! Joins and lookups of streams against their definitions: loops over lists of rows.

mod keys;

use std::collections::BTreeMap;

use proptest::prelude::*;
use streamwright::private::{Came, Joined, Latest};

use keys::Name;

#[derive(Clone, Debug)]
enum Event {
    /// A key, a time, and a left row's upper bound.
    Left(Name, i64, i64),
    Right(Name, i64),
    /// How far the watermark moves.
    Watermark(i64),
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let event = prop_oneof![
        4 => (0..4_u8, -20..60_i64, -5..25_i64).prop_map(|(key, at, high)| Event::Left(Name(key), at, high)),
        4 => (0..4_u8, -20..60_i64).prop_map(|(key, at)| Event::Right(Name(key), at)),
        3 => (1..9_i64).prop_map(Event::Watermark),
    ];
    proptest::collection::vec(event, 0..120)
}

/// The watermark behind the first that moves it.
fn moved(watermark: i64, by: i64) -> i64 {
    if watermark == i64::MIN { by - 25 } else { watermark + by }
}

/// A row as a join keeps it: its number.
fn put(row: usize) -> impl FnOnce(&mut Vec<u8>) {
    move |bytes| bytes.extend((row as u32).to_be_bytes())
}

fn number(bytes: &[u8]) -> usize {
    bytes.iter().fold(0, |number, byte| number << 8 | usize::from(*byte))
}

/// A row that was on time.
#[derive(Clone, Debug)]
struct Row {
    number: usize,
    left: bool,
    key: Name,
    at: i64,
    /// The times of the rows of the other side that it may meet.
    reach: (i64, i64),
    met: bool,
    kept: bool,
}

/// A join by its definition.
struct Oracle {
    watermark: i64,
    rows: Vec<Row>,
}

/// `on` says more than the keys: every third pair is none.
fn holds(one: usize, other: usize) -> bool {
    !(one + other).is_multiple_of(3)
}

impl Oracle {
    /// The rows that one is held against, by time and arrival, and whether it has met none and never will.
    fn enter(&mut self, mut row: Row) -> (Vec<usize>, bool) {
        let meets = |other: &&mut Row| {
            let (left, right) = if row.left { (&row, &**other) } else { (&**other, &row) };
            let near = left.reach.0 <= right.at && right.at <= left.reach.1;
            other.kept && left.left != right.left && left.key == right.key && near
        };
        let mut near: Vec<&mut Row> = self.rows.iter_mut().filter(meets).collect();
        near.sort_by_key(|other| (other.at, other.number));
        for other in near.iter_mut().filter(|other| holds(other.number, row.number)) {
            (row.met, other.met) = (true, true);
        }
        let tried = near.iter().map(|other| other.number).collect();
        row.kept = row.reach.1 >= self.watermark;
        let alone = !row.met && !row.kept;
        self.rows.push(row);
        (tried, alone)
    }

    /// The left rows that leave alone (last time, key, number, time), and how many right ones have met none.
    fn release(&mut self, watermark: i64) -> (Vec<(i64, Name, usize, i64)>, u64) {
        self.watermark = watermark;
        let (mut alone, mut unmet) = (Vec::new(), 0);
        for row in self.rows.iter_mut().filter(|row| row.kept && row.reach.1 < watermark) {
            row.kept = false;
            match row.left {
                _ if row.met => {}
                true => alone.push((row.reach.1, row.key, row.number, row.at)),
                false => unmet += 1,
            }
        }
        alone.sort_unstable();
        (alone, unmet)
    }
}

proptest! {
    #[test]
    fn joins_are_pairs_of_near_rows(
        events in events(),
        low in -8..8_i64,
        high in prop::option::of(-5..25_i64),
    ) {
        let mut joined: Joined<Name> = Joined::new(low);
        let mut oracle = Oracle { watermark: i64::MIN, rows: Vec::new() };
        for (row, event) in events.into_iter().chain([Event::Watermark(1000)]).enumerate() {
            let (Event::Left(key, at, _) | Event::Right(key, at)) = event else {
                let Event::Watermark(by) = event else { continue };
                let watermark = moved(oracle.watermark, by);
                let mut alone = Vec::new();
                let unmet = joined.release(watermark, |until, key, at, bytes| alone.push((until, *key, number(bytes), at)));
                prop_assert_eq!((alone, unmet), oracle.release(watermark));
                continue;
            };
            prop_assert_eq!(joined.is_late(at), at < oracle.watermark);
            if joined.is_late(at) {
                continue;
            }
            let mut tried = Vec::new();
            let meet = |bytes: &[u8], _: i64| {
                tried.push(number(bytes));
                holds(number(bytes), row)
            };
            let (left, reach) = match event {
                Event::Left(_, _, own) => (true, (at + low, at + high.unwrap_or(own))),
                _ => (false, (i64::MIN, at - low)),
            };
            let came = if left { joined.left(&key, at, reach, put(row), meet) } else { joined.right(&key, at, put(row), meet) };
            let (near, alone) = oracle.enter(Row { number: row, left, key, at, reach, met: false, kept: true });
            prop_assert_eq!((tried, came == Came::Alone), (near, alone));
        }
        prop_assert_eq!(joined.release(i64::MAX, |_, _, _, _| {}), 0);
    }

    #[test]
    fn lookups_find_the_latest_row_as_of_a_time(events in events(), expiry in prop::option::of(1..20_i64)) {
        let mut latest: Latest<Name> = Latest::new(expiry);
        let mut rows: BTreeMap<Name, Vec<(i64, usize)>> = BTreeMap::new();
        let mut watermark = i64::MIN;
        for (row, event) in events.into_iter().enumerate() {
            match event {
                Event::Right(key, at) => {
                    latest.update(&key, at, put(row));
                    rows.entry(key).or_default().push((at, row));
                }
                Event::Left(key, at, _) => {
                    let as_of = at.max(watermark);
                    let known = rows.get(&key).into_iter().flatten().filter(|known| known.0 <= as_of);
                    let found = known.max_by_key(|known| (known.0, known.1));
                    let holds = found.filter(|found| expiry.is_none_or(|expiry| as_of < found.0 + expiry));
                    prop_assert_eq!(latest.find(&key, at).map(number), holds.map(|found| found.1));
                }
                Event::Watermark(by) => {
                    watermark = moved(watermark, by);
                    latest.move_on(watermark);
                }
            }
        }
    }
}
