//! A real web server's log against what an independent program made of it, byte for byte. The log and the expected rows
//! lie beside the repository; without them there is nothing to compare.

#![allow(clippy::disallowed_methods, reason = "a test may read a file")]

mod common;

use std::fs;
use std::path::PathBuf;

use common::rows;

/// The topology of a case: what it keeps, how it groups, and how the spout's time runs.
fn text(late_by: &str, filter: &str, key: &str, window: &str) -> String {
    format!(
        "topology log_case
         record Request {{ ip: ip, at: timestamp, method: string, path: string, status: int, bytes: int? }}
         spout requests: Request {{
             read file \"access.log\" as combined
             time at, late by {late_by}
         }}
         bolt counts {{
             from requests
             {filter}
             group by {key}
             window {window}
             select {key}, window_start, hits = count(), bytes = sum(bytes ?? 0)
         }}
         sink rows {{ from counts write stdout as json }}"
    )
}

/// Compares rows and counters: malformed, filtered, late.
fn compare(expected: &str, topology: &str, counters: (u64, u64, u64)) {
    let shared = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared");
    let (Ok(log), Ok(expected)) = (
        fs::read_to_string(shared.join("data/apache_access.log")),
        fs::read_to_string(shared.join("cases").join(expected)),
    ) else {
        return;
    };
    let collected = common::run(topology, Vec::new(), &[("requests", &log)]);
    let summary = collected.summary;
    assert_eq!((summary.dead_lettered, summary.filtered, summary.late), counters);
    assert_eq!(summary.acked, 9_999);
    assert_eq!(summary.rows_written, expected.lines().count() as u64);
    assert_eq!(collected.unread.len(), 1);
    assert_eq!(collected.unread[0].position, Some(8_899));
    assert!(rows(&collected, "rows") == expected, "the rows differ");
}

#[test]
fn one_minute_by_client() {
    compare("tumbling_1m_by_ip.jsonl", &text("60s", "where status < 500", "ip", "tumbling 1m"), (1, 3, 0));
}

#[test]
fn ten_seconds_with_most_tuples_late() {
    compare(
        "tumbling_10s_late.jsonl",
        &text("5s", "where status < 500", "ip", "tumbling 10s"),
        (1, 3, 8_030),
    );
}

#[test]
fn hopping_windows() {
    compare("hopping_30s_every_10s.jsonl", &text("20s", "", "ip", "hopping 30s every 10s"), (1, 0, 9_545));
}

#[test]
fn one_hour_by_path() {
    compare("hourly_by_path.jsonl", &text("30s", "", "path", "tumbling 1h"), (1, 0, 0));
}
