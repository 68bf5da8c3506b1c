//! `distinct` and `keep` against loops that follow the language's page to the letter, on rows out of order and late.

#![allow(clippy::unwrap_used, reason = "a test may fail by a panic")]

mod common;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use proptest::prelude::*;

/// A row: key, value, event time in seconds.
type Row = (u8, i64, i64);

const LATE_BY: i64 = 5;

fn input(rows: &[Row]) -> String {
    let mut lines = String::new();
    for (key, value, at) in rows {
        let _ = writeln!(lines, "{{\"k\":{key},\"v\":{value},\"at\":{at}}}");
    }
    lines
}

fn run(bolt: &str, rows: &[Row]) -> String {
    let text = format!(
        "topology t
         record R {{ k: int, v: int, at: timestamp as unix_s }}
         spout s: R {{ read stdin as json  time at, late by {LATE_BY}s }}
         bolt b {{ from s  {bolt} }}
         sink out {{ from b write stdout as csv {{ header: false }} }}"
    );
    common::rows(&common::run(&text, Vec::new(), &[("s", &input(rows))]), "out")
}

/// Each row with the watermark before it.
fn with_watermarks(rows: &[Row]) -> impl Iterator<Item = (&Row, Option<i64>)> {
    let mut latest = None;
    rows.iter().map(move |row| {
        let before = latest.map(|at: i64| at - LATE_BY);
        latest = latest.max(Some(row.2));
        (row, before)
    })
}

fn is_over(since: i64, lasts: i64, at: i64, watermark: Option<i64>) -> bool {
    at >= since + lasts || watermark.is_some_and(|watermark| watermark >= since + lasts)
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    proptest::collection::vec((0..4u8, -3..4i64, 0..60i64), 0..60)
}

proptest! {
    #[test]
    fn the_first_row_of_a_period_passes(rows in rows(), within in 1..30i64) {
        let mut seen: BTreeMap<u8, i64> = BTreeMap::new();
        let mut expected = String::new();
        for ((key, value, at), watermark) in with_watermarks(&rows) {
            if seen.get(key).is_none_or(|first| is_over(*first, within, *at, watermark)) {
                seen.insert(*key, *at);
                let _ = writeln!(expected, "{key},{value}");
            }
        }
        prop_assert_eq!(run(&format!("distinct on k within {within}s select k, v"), &rows), expected);
    }

    #[test]
    fn values_move_on_together_or_not_at_all(rows in rows(), lasts in 1..30i64) {
        // By key: the sum, the number of rows, and the latest event time of the first.
        let mut kept: BTreeMap<u8, (i64, i64, i64)> = BTreeMap::new();
        let mut expected = String::new();
        for ((key, value, at), watermark) in with_watermarks(&rows) {
            let found = kept.get(key).copied();
            let lasting = found.filter(|(_, _, since)| !is_over(*since, lasts, *at, watermark));
            let sum = lasting.map_or(*value, |(sum, _, _)| sum + value);
            // `share` divides by the value, so it fails where that is 0.
            if *value == 0 {
                continue;
            }
            let number = found.map_or(1, |(_, number, _)| number + 1);
            let since = found.map_or(*at, |(_, _, since)| since.max(*at));
            kept.insert(*key, (sum, number, since));
            let before = lasting.map_or_else(String::new, |(sum, _, _)| sum.to_string());
            let _ = writeln!(expected, "{key},{sum},{number},{before},{}", sum / value);
        }
        let bolt = format!(
            "group by k
             keep sum: int = v then sum + v for {lasts}s
             keep n: int = 1 then n + 1
             keep share: int = sum / v then sum / v
             select k, sum, n, before = before(sum), share"
        );
        prop_assert_eq!(run(&bolt, &rows), expected);
    }

    #[test]
    fn states_of_one_bolt_follow_each_other(rows in rows()) {
        let chained = "distinct on k, v
             group by k
             keep n: int = 1 then n + 1
             window all
             select k, most = max(n)
             distinct on most";
        let mut pairs: Vec<(u8, i64)> = Vec::new();
        for (key, value, _) in &rows {
            if !pairs.contains(&(*key, *value)) {
                pairs.push((*key, *value));
            }
        }
        let mut seen = Vec::new();
        let mut expected = String::new();
        for key in 0..4u8 {
            let most = pairs.iter().filter(|pair| pair.0 == key).count();
            if most > 0 && !seen.contains(&most) {
                seen.push(most);
                let _ = writeln!(expected, "{key},{most}");
            }
        }
        prop_assert_eq!(run(chained, &rows), expected);
    }
}

#[test]
fn what_a_row_found_is_no_column_of_its_own() {
    let bolt = "group by k  keep n: int = v then n + v  where before(n) != none  select *";
    assert_eq!(run(bolt, &[(1, 2, 0), (1, 3, 1)]), "1,3,1970-01-01T00:00:01Z,5\n");
    let bolt = "keep n: int = v then n + v  where before(n) != none";
    assert_eq!(run(bolt, &[(1, 2, 0), (2, 3, 1)]), "2,3,1970-01-01T00:00:01Z,5\n");
}

#[test]
fn an_error_takes_back_its_own_step_and_none_before_it() {
    // The second `keep` fails on a zero: the first one, which is the same step, stays as it was.
    let step = "keep n: int = 1 then n + 1  keep q: int = 10 / v then 10 / v  select v, n, q";
    assert_eq!(run(step, &[(1, 5, 0), (1, 0, 1), (1, 2, 2)]), "5,1,2\n2,2,5\n");
    // The `select` behind fails: what was kept, and what was seen, stays.
    let behind = "keep n: int = 1 then n + 1  select v, n, q = 10 / v";
    assert_eq!(run(behind, &[(1, 5, 0), (1, 0, 1), (1, 2, 2)]), "5,1,2\n2,3,5\n");
    assert_eq!(run("distinct on k  select q = 10 / v", &[(1, 0, 0), (1, 5, 1)]), "");
}
