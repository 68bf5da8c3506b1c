//! `topo test`: what passes, what fails and how it is shown, and what machines read.

#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may fail by a panic")]

mod common;

use common::Folder;

const TOPOLOGY: &str = r#"topology t

param least: int

record User { id: int, name: string? }
record Part { sku: string, count: int }
record Order { at: timestamp, id: int, parts: list<Part>, note: string? }

table users: User { read file "nowhere.csv" as csv  key id }
spout orders: Order { read stdin as json  time at, late by 1s, ahead by 1h }
spout made: Part { read generate { count: 1_000, fields: { sku: choose("a", "b") } } }

bolt parts { from orders  unnest parts as p  left lookup users as u on u.id == orders.id  select orders.id, u.name, p.*, each = 10 / p.count }
bolt sizes { from parts  where count >= least  split { many when count > 9, few otherwise } }
bolt minutes { from orders  group by id  window tumbling 1m  select id, n = count() }

sink a { from sizes.many  write file "a" as json }
sink b { from sizes.few  write file "b" as json }
sink c { from minutes  write file "c" as json }
sink d { from minutes.late  select missed = window_start  write file "d" as json }
sink e { from made  write file "e" as json }
sink f { from dead_letters  write file "f" as json }
"#;

const PASSES: &str = r#"
test "all kinds of streams" {
    param least = 2
    given users [{ id: 7, name: "ann" }]
    at "2026-01-05T00:00:00Z"
    given orders [
        { at: "2026-01-05T00:00:30Z", id: 7, parts: [{ sku: "x", count: 10 }, { sku: "y", count: 1 }] },
        { at: "2026-01-05T01:00:01Z", id: 7, parts: [] },
        "{\"at\": \"2026-01-05T00:02:30Z\", \"id\": 8, \"parts\": [{\"sku\": \"z\", \"count\": 2}], \"note\": \"unread\"}",
        "{"
    ]
    at 30s
    given orders [
        { at: "2026-01-05T01:00:01Z", id: 8, parts: [{ sku: "q", count: 0 }], note: "why" },
        { at: "2026-01-05T00:00:40Z", id: 8, parts: [], note: none }
    ]
    given made [{ sku: "z", count: 1 }]
    expect parts [
        { id: 7, name: "ann", sku: "x", each: 1 },
        { sku: "y", each: 10 },
        { id: 8, name: none, sku: "z" }
    ]
    expect sizes.many [{ sku: "x" }]
    expect b [{ sku: "z", count: 2 }]
    expect minutes contains [{ id: 7, n: 1 }, { id: 8 }]
    expect orders contains [{ id: 8, note: "unread" }, { id: 8, note: "why" }]
    expect minutes.late [{ id: 8, window_start: "2026-01-05T00:00:00Z" }]
    expect d [{ missed: "2026-01-05T00:00:00Z" }]
    expect made [{ sku: "z" }]
    expect dead_letters [
        { position: 2, code: "bad-time" },
        { position: 4, code: "malformed", input: "{" },
        { position: 5, bolt: "parts", code: "division-by-zero" }
    ]
}
"#;

const FAILS: &str = r#"
test "an order has <two> parts" {
    param least = 1
    at "2026-01-05T00:00:00Z"
    given orders [
        { at: "2026-01-05T00:00:01Z", id: 1, parts: [{ sku: "x", count: 1 }, { sku: "y", count: 2 }] }
    ]
    expect parts [{ sku: "x", each: 9 }, { sku: "y", each: 5 }, { sku: "z" }]
    expect sizes.few contains [{ sku: "y" }, { sku: "x" }]
    expect minutes [{ n: 1 }]
    expect dead_letters [{ code: "malformed" }]
}
"#;

#[test]
fn a_test_that_holds_passes() {
    let folder = Folder::new();
    folder.write("t.topo", format!("{TOPOLOGY}{PASSES}"));
    let done = folder.topo(["test", "t.topo"]).expect(0);
    assert_eq!(done.out, "ok     t.topo: all kinds of streams\n1 test, 0 failed\n", "{}", done.err);
    folder.write("none.topo", TOPOLOGY);
    assert_eq!(folder.topo(["test", "none.topo"]).expect(0).out, "0 tests, 0 failed\n");
}

#[test]
fn rows_that_differ_are_shown_beside_each_other() {
    let folder = Folder::new();
    folder.write("t.topo", format!("{TOPOLOGY}{PASSES}{FAILS}"));
    let done = folder.topo(["test", "t.topo"]).expect(1);
    insta::assert_snapshot!(done.out);
    let json = folder.topo(["test", "--format", "json", "t.topo"]).expect(1);
    let told: serde_json::Value = serde_json::from_str(&json.out).expect("JSON");
    assert_eq!(told[0]["passed"], true);
    assert_eq!((&told[1]["name"], &told[1]["passed"]), (&"an order has <two> parts".into(), &false.into()));
    assert!(told[1]["failure"].as_str().is_some_and(|why| why.contains("- {")), "{told}");
    insta::assert_snapshot!("junit", folder.topo(["test", "--format", "junit", "t.topo"]).expect(1).out);
}

#[test]
fn what_cannot_be_run_is_a_finding() {
    let folder = Folder::new();
    folder.write("t.topo", format!("{TOPOLOGY}{}", PASSES.replace("sku: \"q\"", "sku: 1")));
    folder.write("good.topo", format!("{TOPOLOGY}{PASSES}"));
    let done = folder.topo(["test", "t.topo", "good.topo"]).expect(1);
    assert!(done.err.contains("error[T0201 type-mismatch]"), "{}", done.err);
    assert!(done.out.ends_with("1 test, 0 failed\n"), "{}", done.out);
    folder.topo(["test", "nowhere.topo"]).expect(2);
    folder.topo(["test"]).expect(2);
}

#[test]
fn event_time_goes_by_in_silence() {
    let folder = Folder::new();
    folder.write(
        "t.topo",
        r#"topology t
record R { at: timestamp, id: int? }
spout s: R { read stdin as json  time at, late by 1s, idle after 5s }
bolt w { from s  window tumbling 10s  select window_start, n = count() }
sink out { from w  write stdout as json }
sink late { from w.late  write file "late" as json }

test "16 seconds of silence end the window, and 4 do not" {
    at 0s
    given s [{ at: "2026-01-05T00:00:05Z" }]
    at 4s
    given s [{ at: "2026-01-05T00:00:06Z" }, { at: "2026-01-05T00:00:02Z" }]
    at 20s
    given s [{ at: "2026-01-05T00:00:08Z", id: 4 }, { at: "2026-01-05T00:00:21Z" }]
    expect w.late [{ id: 4 }]
    expect w [{ n: 3 }, { n: 1 }]
}
"#,
    );
    let done = folder.topo(["test", "t.topo"]).expect(0);
    assert!(done.out.ends_with("1 test, 0 failed\n"), "{}", done.err);
}

#[test]
fn a_silence_has_its_place_among_the_tuples_of_other_spouts() {
    let folder = Folder::new();
    folder.write(
        "t.topo",
        r#"topology t
record R { at: timestamp, id: int? }
spout a: R { read stdin as json  time at, late by 1s, idle after 5s }
spout b: R { read file "b" as json  time at, late by 1s }
bolt w { from a, b  window tumbling 10s  select window_start, n = count() }
sink out { from w  write stdout as json }
sink late { from w.late  write file "late" as json }

test "20 seconds of silence make what comes behind them late" {
    at 0s
    given a [{ at: "2026-01-05T00:00:05Z" }]
    given b [{ at: "2026-01-05T00:00:06Z" }, { at: "2026-01-05T00:00:16Z" }, { at: "2026-01-05T00:00:27Z" }]
    at 20s
    given a [{ at: "2026-01-05T00:00:08Z", id: 4 }, { at: "2026-01-05T00:00:28Z" }]
    expect w.late [{ id: 4 }]
    expect w [{ n: 2 }, { n: 1 }, { n: 2 }]
}
"#,
    );
    let done = folder.topo(["test", "t.topo"]).expect(0);
    assert!(done.out.ends_with("1 test, 0 failed\n"), "{}", done.err);
}
