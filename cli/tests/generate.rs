//! Generated input, through the command.

#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may fail by a panic")]

mod common;

use std::collections::HashMap;
use std::path::Path;
use std::process::Command;

use common::{Done, Folder, summary};
use streamwright_values::{Timestamp, text};

/// Only `at` is read; a param decides about the others, or it does not.
const UNREAD: &str = r#"topology unread

param clients: int = 3

param often: float = 0.5

record Request {
    ip: ip,
    at: timestamp,
    path: string,
    bytes: int?,
}

spout requests: Request {
    read generate {
        count: 4,
        fields: {
            ip: zipf(clients),
            at: sequence("2026-01-01T00:00:00Z", 1s),
            bytes: sometimes(often, sequence(1, clients)),
        },
    }
}

sink out {
    from requests
    select at
    write stdout as json
}
"#;

#[test]
fn arguments_of_unread_fields_are_checked_at_start() {
    let folder = Folder::new();
    folder.write("unread.topo", UNREAD);
    folder.topo(["build", "unread.topo", "-o", "program"]).expect(0);
    for compiled in [false, true] {
        let run = |arguments: &[&str]| {
            let mut command = match compiled {
                true => Command::new(folder.path().join("program")),
                false => folder.command(["run", "--interpret", "unread.topo", "--"]),
            };
            command.args(["--summary", "json"]).args(arguments);
            Done::of(command)
        };
        let made = run(&[]).expect(0);
        assert_eq!(summary(&made.err)["acked"], 4);
        assert_eq!(made.out.lines().last(), Some(r#"{"at":"2026-01-01T00:00:03Z"}"#));
        let clients = run(&["--clients", "0"]).expect(2);
        assert!(clients.err.contains("requests: zipf of 0 values"), "{}", clients.err);
        let often = run(&["--often", "2"]).expect(2);
        assert!(often.err.contains("requests: the probability 2.0 is not between"), "{}", often.err);
    }
}

/// What the benches say of the log that they read.
#[test]
fn the_log_of_the_benches_is_spread_as_it_says() {
    let definition = Path::new(env!("CARGO_MANIFEST_DIR")).join("../benches/make_log.topo");
    let definition = definition.to_str().unwrap();
    let folder = Folder::new();
    folder.topo(["check", "--deny-warnings", definition]).expect(0);
    let lines = 20_000;
    let count = lines.to_string();
    let made = ["run", "--interpret", definition, "--", "--lines", &count, "--output", "log"];
    folder.topo(made).expect(0);
    let log = folder.read("log");
    let length = log.len() / lines;
    assert!((180..220).contains(&length), "{length} bytes a line");

    let mut clients: HashMap<String, usize> = HashMap::new();
    let (mut without, mut latest, mut disorder) = (0, Timestamp(i64::MIN), 0);
    for line in log.lines() {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        *clients.entry(row["ip"].as_str().unwrap().to_owned()).or_default() += 1;
        without += usize::from(row["bytes"].is_null());
        let at = text::parse_timestamp(row["at"].as_str().unwrap()).unwrap();
        latest = latest.max(at);
        disorder = disorder.max(latest.0 - at.0);
    }
    // One line in twenty is without `bytes`; six standard deviations either way.
    assert!((815..1_185).contains(&without), "{without} lines without bytes");
    assert!((4_900_000_000..5_000_000_000).contains(&disorder), "{disorder} ns out of order");
    // The weight of rank r is (r + 1)^-1.1 of a sum of 6.6 over ten thousand ranks.
    let first = clients["10.0.0.0"];
    assert!((2_700..3_350).contains(&first), "{first} lines of the first client");
    assert!((2_000..10_000).contains(&clients.len()), "{} clients", clients.len());
}
