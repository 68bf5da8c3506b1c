//! Sorting by keys. What sorts is compiled once, with the runtime, and not again for each type of key.

use std::cmp::Ordering;

use crate::window::Key;

/// A row by its number, and what orders it before all else.
#[derive(Clone, Copy, Debug)]
struct Place {
    first: u64,
    number: usize,
}

/// Sorts rows by their keys; those of one key stay in their order.
pub(crate) fn sort_by_key<K: Key, T: Copy>(rows: &mut Vec<(&K, T)>) {
    let mut bytes = Vec::new();
    let mut places = Vec::with_capacity(rows.len());
    for (number, (key, _)) in rows.iter().enumerate() {
        bytes.clear();
        key.key_bytes(&mut bytes);
        places.push(Place { first: prefix(&bytes), number });
    }
    sort(&mut places, &|one, other| rows[one].0.cmp(rows[other].0));
    *rows = places.iter().map(|place| rows[place.number]).collect();
}

/// The numbers of rows in the order of their times, in nanoseconds; `equal` orders two of one time.
pub(crate) fn by_time(
    times: impl Iterator<Item = i64>,
    equal: impl Fn(usize, usize) -> Ordering,
) -> impl Iterator<Item = usize> {
    let place = |(number, time): (usize, i64)| Place { first: (time as u64) ^ (1 << 63), number };
    let mut places: Vec<Place> = times.enumerate().map(place).collect();
    sort(&mut places, &equal);
    places.into_iter().map(|place| place.number)
}

/// Few rows are compared by more than a number: no key is looked at where its beginning tells it from the others.
#[inline(never)]
fn sort(places: &mut [Place], equal: &dyn Fn(usize, usize) -> Ordering) {
    places.sort_unstable_by(|one, other| {
        let first = one.first.cmp(&other.first).then_with(|| equal(one.number, other.number));
        first.then(one.number.cmp(&other.number))
    });
}

/// What begins bytes, as a number that orders as they do.
fn prefix(bytes: &[u8]) -> u64 {
    match bytes.first_chunk::<8>() {
        Some(first) => u64::from_be_bytes(*first),
        None => bytes.iter().rev().fold(0, |number, byte| number >> 8 | u64::from(*byte) << 56),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::tag::KeyBytes;

    #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
    struct Bytes(Vec<u8>);

    impl KeyBytes for Bytes {
        fn key_bytes(&self, out: &mut Vec<u8>) {
            out.extend_from_slice(&self.0);
        }
    }

    proptest! {
        #[test]
        fn rows_stand_in_the_order_of_their_keys(keys in prop::collection::vec("[\0a\u{7f}]{0,10}", 0..60)) {
            let keys: Vec<Bytes> = keys.into_iter().map(|key| Bytes(key.into_bytes())).collect();
            let mut rows: Vec<(&Bytes, usize)> = keys.iter().zip(0..).collect();
            let mut expected = rows.clone();
            expected.sort();
            sort_by_key(&mut rows);
            prop_assert_eq!(rows, expected);
        }

        #[test]
        fn numbers_stand_in_the_order_of_times(rows in prop::collection::vec((-2..3_i64, 0..3), 0..60)) {
            let mut expected: Vec<usize> = (0..rows.len()).collect();
            expected.sort_by_key(|number| rows[*number]);
            let times = rows.iter().map(|row: &(i64, i32)| row.0);
            let numbers = by_time(times, |one, other| rows[one].1.cmp(&rows[other].1));
            prop_assert!(numbers.eq(expected));
        }
    }
}
