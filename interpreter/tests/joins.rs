//! Joins and lookups, against what they are by definition: every pair of rows looked at.

#![allow(clippy::unwrap_used, reason = "a test may fail by a panic")]

mod common;

use std::fmt::Write;

use common::{rows, run};
use proptest::prelude::*;
use streamwright_values::Value;

/// A row of the one spout, which both sides come from.
#[derive(Clone, Copy, Debug)]
struct Row {
    left: bool,
    key: i64,
    at: i64,
    n: usize,
}

impl Row {
    fn all(given: &[(bool, i64, i64)]) -> Vec<Row> {
        given
            .iter()
            .enumerate()
            .map(|(n, (left, key, at))| Row { left: *left, key: *key, at: *at, n })
            .collect()
    }
}

fn topology(join: &str, select: &str) -> String {
    format!(
        "topology t
        record R {{ l: bool, k: int, at: timestamp as unix_s, n: int }}
        spout s: R {{ read stdin as json  time at, late by 3s }}
        bolt a {{ from s  where l }}
        bolt b {{ from s  where !l }}
        bolt j {{ from a  {join}  select {select} }}
        sink out {{ from j  write stdout as json }}"
    )
}

fn given(rows: &[Row]) -> String {
    rows.iter().fold(String::new(), |mut text, row| {
        let _ = writeln!(text, "{{\"l\":{},\"k\":{},\"at\":{},\"n\":{}}}", row.left, row.key, row.at, row.n);
        text
    })
}

/// Which rows are not before the watermark that they meet.
fn on_time(rows: &[Row]) -> Vec<Row> {
    let mut latest = i64::MIN;
    let mut kept = Vec::new();
    for row in rows {
        if latest == i64::MIN || row.at >= latest - 3 {
            kept.push(*row);
        }
        latest = latest.max(row.at);
    }
    kept
}

/// Left and right row of each pair, in the order in which they are complete.
fn pairs(rows: &[Row], low: i64, high: i64) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for (place, row) in rows.iter().enumerate() {
        let mut others: Vec<&Row> = rows[..place].iter().filter(|other| other.left != row.left).collect();
        others.sort_by_key(|other| other.at);
        for other in others {
            let (left, right) = if row.left { (row, other) } else { (other, row) };
            if left.key == right.key && (low..=high).contains(&(right.at - left.at)) {
                found.push((left.n, right.n));
            }
        }
    }
    found
}

fn input() -> impl Strategy<Value = Vec<(bool, i64, i64)>> {
    prop::collection::vec((any::<bool>(), 0i64..3, 0i64..25), 0..40)
}

proptest! {
    #[test]
    fn a_join_is_all_pairs_on_time(input in input(), low in -6i64..4, length in 0i64..8) {
        let (rows_in, high) = (Row::all(&input), low + length);
        let join = format!("join b as y on a.k == y.k within {low}s..={high}s");
        let collected = run(&topology(&join, "l = a.n, r = y.n"), vec![], &[("s", &given(&rows_in))]);
        let kept = on_time(&rows_in);
        let mut expected = String::new();
        for (left, right) in pairs(&kept, low, high) {
            let _ = writeln!(expected, "{{\"l\":{left},\"r\":{right}}}");
        }
        prop_assert_eq!(rows(&collected, "out"), expected);
        prop_assert_eq!(collected.summary.late as usize, rows_in.len() - kept.len());
    }

    #[test]
    fn a_left_join_has_each_row_on_time(input in input(), low in -6i64..4, length in 0i64..8) {
        let (rows_in, high) = (Row::all(&input), low + length);
        let join = format!("left join b as y on a.k == y.k within {low}s..={high}s");
        let collected = run(&topology(&join, "l = a.n, r = y.n"), vec![], &[("s", &given(&rows_in))]);
        let kept = on_time(&rows_in);
        let pairs = pairs(&kept, low, high);
        let alone = kept.iter().filter(|row| row.left && !pairs.iter().any(|(left, _)| *left == row.n));
        let mut expected: Vec<String> = alone.map(|row| format!("{{\"l\":{},\"r\":null}}", row.n)).collect();
        expected.extend(pairs.iter().map(|(left, right)| format!("{{\"l\":{left},\"r\":{right}}}")));
        expected.sort();
        let found = rows(&collected, "out");
        let mut found: Vec<&str> = found.lines().collect();
        found.sort_unstable();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn a_window_behind_a_left_join_misses_nothing(input in input(), high in 0i64..8) {
        let rows_in = Row::all(&input);
        let text = topology(&format!("left join b as y on a.k == y.k within 0s..={high}s"), "l = a.n, r = y.n")
            .replace("sink out { from j", "bolt w { from j  window tumbling 5s  select window_start, n = count() }
                sink out { from w");
        let collected = run(&text, vec![], &[("s", &given(&rows_in))]);
        let kept = on_time(&rows_in);
        let pairs = pairs(&kept, 0, high);
        let alone = kept.iter().filter(|row| row.left && !pairs.iter().any(|(left, _)| *left == row.n)).count();
        let found = rows(&collected, "out");
        let counted = found.lines().filter_map(|line| line.rsplit_once(':')?.1.trim_end_matches('}').parse::<usize>().ok());
        prop_assert_eq!(counted.sum::<usize>(), pairs.len() + alone, "{}", found);
        prop_assert_eq!(collected.summary.late as usize, rows_in.len() - kept.len());
    }

    #[test]
    fn a_lookup_finds_the_latest_row(input in input(), holds in prop::option::of(1i64..10)) {
        let rows_in = Row::all(&input);
        let lasts = holds.map_or(String::new(), |holds| format!("for {holds}s"));
        let join = format!("left lookup b as y on a.k == y.k {lasts}");
        let collected = run(&topology(&join, "l = a.n, r = y.n"), vec![], &[("s", &given(&rows_in))]);
        let mut expected = String::new();
        for (place, row) in rows_in.iter().enumerate().filter(|(_, row)| row.left) {
            let latest = rows_in[..place].iter().map(|other| other.at).max();
            let at = latest.map_or(row.at, |latest| row.at.max(latest - 3));
            let before = rows_in[..place].iter().filter(|other| !other.left && other.key == row.key && other.at <= at);
            let found = before.max_by_key(|other| (other.at, other.n));
            let found = found.filter(|found| holds.is_none_or(|holds| at < found.at + holds));
            let right = found.map_or("null".to_owned(), |found| found.n.to_string());
            let _ = writeln!(expected, "{{\"l\":{},\"r\":{right}}}", row.n);
        }
        prop_assert_eq!(rows(&collected, "out"), expected);
    }
}

#[test]
fn the_bound_may_depend_on_the_row_and_the_rest_filters() {
    let text = "topology t
        record A { id: int, at: timestamp as unix_s, ends: timestamp as unix_s }
        record B { id: int, at: timestamp as unix_s, price: int }
        spout a: A { read file \"a\" as json  time at }
        spout b: B { read file \"b\" as json  time at }
        bolt j {
            from a
            join b as y on y.id == a.id && y.price > 1 within 0s..(a.ends - a.at)
            select a.*, y.price, y_at = y.at
        }
        sink out { from j  write stdout as json }";
    let a = "{\"id\":1,\"at\":0,\"ends\":5}\n{\"id\":2,\"at\":0,\"ends\":9}\n";
    let b = "{\"id\":1,\"at\":0,\"price\":2}\n{\"id\":1,\"at\":1,\"price\":1}\n{\"id\":1,\"at\":5,\"price\":3}\n\
        {\"id\":2,\"at\":5,\"price\":4}\n";
    let collected = run(text, vec![], &[("a", a), ("b", b)]);
    let expected = "{\"id\":1,\"at\":\"1970-01-01T00:00:00Z\",\"ends\":\"1970-01-01T00:00:05Z\",\"price\":2,\"y_at\":\"1970-01-01T00:00:00Z\"}\n\
        {\"id\":2,\"at\":\"1970-01-01T00:00:00Z\",\"ends\":\"1970-01-01T00:00:09Z\",\"price\":4,\"y_at\":\"1970-01-01T00:00:05Z\"}\n";
    assert_eq!(rows(&collected, "out"), expected);
    // Two right rows met none.
    assert_eq!(collected.summary.filtered, 2);
}

#[test]
fn windows_of_the_same_minute_meet() {
    let text = "topology t
        record R { l: bool, at: timestamp as unix_s }
        spout s: R { read stdin as json  time at }
        bolt a { from s  where l  window tumbling 1m  select window_start, n = count() }
        bolt b { from s  where !l  window tumbling 1m  select window_start, n = count() }
        bolt j { from a  join b as y on a.window_start == y.window_start within 0s  select a.window_start, a = a.n, b = y.n }
        bolt w { from j  window tumbling 1h  select n = count() }
        sink out { from j  write stdout as json }
        sink hours { from w  write file \"w\" as json }";
    let input = "{\"l\":true,\"at\":0}\n{\"l\":false,\"at\":59}\n{\"l\":false,\"at\":60}\n{\"l\":true,\"at\":119}\n{\"l\":true,\"at\":7200}\n";
    let collected = run(text, vec![], &[("s", input)]);
    let expected = "{\"window_start\":\"1970-01-01T00:00:00Z\",\"a\":1,\"b\":1}\n{\"window_start\":\"1970-01-01T00:01:00Z\",\"a\":1,\"b\":1}\n";
    assert_eq!(rows(&collected, "out"), expected);
    assert_eq!(rows(&collected, "hours"), "{\"n\":2}\n");
    assert_eq!(collected.summary.late, 0);
}

#[test]
fn a_chain_of_joins_and_lookups() {
    let text = "topology t
        param least: int
        record R { k: int, at: timestamp as unix_s, id: int? }
        record User { id: int, name: string? }
        table users: User { read file \"users\" as csv  key id }
        spout s: R { read stdin as json  time at, late by 1s }
        bolt j {
            from s
            join s as y on s.k == y.k && y.at > s.at within 5s
            join s as z on y.k == z.k && z.at > y.at within 5s
            left lookup users as u on u.id == y.id && u.id >= least
            select s.k, one = s.at, two = y.at, three = z.at, u.name
        }
        sink out { from j  write stdout as csv }";
    let input = "{\"k\":1,\"at\":1}\n{\"k\":1,\"at\":3,\"id\":7}\n{\"k\":2,\"at\":4}\n{\"k\":1,\"at\":5,\"id\":3}\n{\"k\":1,\"at\":20}\n";
    let users = "id,name\n7,ann\n3,bob\n7,zoe\n";
    let collected = run(text, vec![Value::Int(5)], &[("s", input), ("users", users)]);
    let expected =
        "k,one,two,three,name\n1,1970-01-01T00:00:01Z,1970-01-01T00:00:03Z,1970-01-01T00:00:05Z,zoe\n";
    assert_eq!(rows(&collected, "out"), expected);
}

#[test]
fn lookups_before_a_join_and_in_a_sink() {
    let text = "topology t
        record R { k: int, at: timestamp as unix_s }
        record Home { city: string, zips: list<int> }
        record User { id: int, again: int, home: Home?, tags: list<string> }
        table users: User { read file \"users\" as json  key id, again }
        spout s: R { read stdin as json  time at, late by 1s }
        bolt j {
            from s
            left lookup users as u on u.id == s.k && s.k == u.again
            join s as y on s.k == y.k && y.at > s.at within 5s
            select s.k, one = s.at, two = y.at, u.home, u.tags
        }
        sink out { from j as j  lookup users as u on u.id == j.k && u.again == j.k  select j.k, city = u.home?.city  write stdout as json }
        sink all_of { from j  select k, city = home?.city, tags  write file \"f\" as json }";
    let input = "{\"k\":1,\"at\":1}\n{\"k\":2,\"at\":1}\n{\"k\":1,\"at\":3}\n{\"k\":2,\"at\":4}\n";
    let users = "{\"id\":1,\"again\":1,\"home\":{\"city\":\"Bern\",\"zips\":[3000]},\"tags\":[\"a\"]}\n\
                 {\"id\":2,\"again\":3,\"tags\":[]}\n";
    let collected = run(text, vec![], &[("s", input), ("users", users)]);
    assert_eq!(rows(&collected, "out"), "{\"k\":1,\"city\":\"Bern\"}\n");
    let all = "{\"k\":1,\"city\":\"Bern\",\"tags\":[\"a\"]}\n{\"k\":2,\"city\":null,\"tags\":null}\n";
    assert_eq!(rows(&collected, "all_of"), all);
}

#[test]
fn a_table_that_does_not_fit_is_an_error() {
    let text = "topology t
        record User { id: int, name: string }
        record R { id: int }
        table users: User { read file \"users\" as json  key id }
        spout s: R { read stdin as json }
        bolt j { from s  lookup users as u on u.id == s.id  select u.* }
        sink out { from j  write stdout as json }";
    let topology = common::topology(text);
    let program = streamwright_interpreter::Program::new(&topology, vec![]).unwrap();
    let inputs = [("users".to_owned(), b"{\"id\":1,\"name\":\"a\"}\n{\"id\":2}\n".to_vec())];
    let error = program.run_in_memory(&inputs.into(), streamwright_values::Timestamp(0)).unwrap_err();
    assert!(error.to_string().starts_with("users: line 2: "), "{error}");
}

#[test]
fn a_row_keeps_its_time_beside_one_without() {
    let text = "topology t
        record R { at: timestamp as unix_s, k: int }
        record U { k: int, name: string }
        spout s: R { read file \"in\" as json  time at }
        spout u: U { read file \"users\" as json }
        bolt known { from s  left lookup u as u on u.k == s.k  select s.k, u.name }
        bolt b { from known  group by name  window tumbling 10s  select name, window_end, n = count() }
        sink out { from b  write stdout as csv { header: false } }";
    let given = [
        ("s", "{\"at\":1,\"k\":1}\n{\"at\":12,\"k\":1}\n{\"at\":13,\"k\":2}\n"),
        ("u", "{\"k\":1,\"name\":\"ada\"}\n"),
    ];
    let out = rows(&run(text, Vec::new(), &given), "out");
    assert_eq!(out, "ada,1970-01-01T00:00:10Z,1\n,1970-01-01T00:00:20Z,1\nada,1970-01-01T00:00:20Z,1\n");
}

#[test]
fn one_column_may_stand_for_two_of_a_table_s_key() {
    let text = "topology t
        record Fare { a: string, b: string, price: int }
        record R { at: string }
        table fares: Fare { read file \"fares\" as csv  key a, b }
        spout s: R { read stdin as json }
        bolt j { from s  lookup fares as f on f.a == s.at && f.b == s.at  select f.price }
        sink out { from j  write stdout as csv }";
    let fares = "a,b,price\nx,y,1\nx,x,2\n";
    let collected = run(text, vec![], &[("s", "{\"at\":\"x\"}\n"), ("fares", fares)]);
    assert_eq!(rows(&collected, "out"), "price\n2\n");
}
