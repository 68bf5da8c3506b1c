//! Every Nexmark query of `examples/nexmark` through the real `topo`, interpreted and compiled, against SQL over the same
//! events in SQLite.

#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may fail by a panic")]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::{Done, Folder, summary};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, params_from_iter};
use serde_json::Value as Json;
use streamwright_values::generate::Generator;
use streamwright_values::{Duration, Value, text};

/// What every run is given: 90 seconds round midnight, and events that come out of order, 40 at a time.
const EVENTS: u64 = 6_000;
const VARIANT: u64 = 7;
const START: &str = "2015-07-14T23:59:15Z";
const STEP: Duration = Duration::milliseconds(15);
const SHUFFLED: i64 = 40;

fn flags() -> [String; 6] {
    [
        format!("--events={EVENTS}"),
        format!("--variant={VARIANT}"),
        format!("--start={START}"),
        format!("--step={STEP}"),
        format!("--shuffled={SHUFFLED}"),
        "--summary=json".to_owned(),
    ]
}

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/nexmark")
}

/// The names of the queries, in their order.
fn queries() -> Vec<String> {
    let folder = fs::read_dir(examples()).expect("the queries");
    let names = folder.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
    let mut numbers: Vec<u32> =
        names.filter_map(|name| name.strip_prefix('q')?.strip_suffix(".topo")?.parse().ok()).collect();
    numbers.sort_unstable();
    assert!(!numbers.is_empty());
    numbers.into_iter().map(|number| format!("q{number}")).collect()
}

/// A row: its columns by name, times as milliseconds, floats rounded.
type Row = BTreeMap<String, Json>;

/// Rows in an order that says nothing.
fn sorted(mut rows: Vec<Row>) -> Vec<Row> {
    rows.sort_by_cached_key(|row| serde_json::to_string(row).expect("a row"));
    rows
}

/// The events in tables, numbered as they come.
fn database() -> Connection {
    let database = Connection::open_in_memory().expect("a database");
    let columns = [
        ("person", "id name emailAddress:email creditCard:credit_card city state dateTime:at extra"),
        (
            "auction",
            "id itemName:item_name description initialBid:initial_bid reserve dateTime:at expires seller category extra",
        ),
        ("bid", "auction bidder price channel url dateTime:at extra"),
    ];
    let nexmark = Generator::named("nexmark").expect("the generator");
    let mut options: Vec<Value> = nexmark.options.iter().map(|option| (option.default)()).collect();
    let start = text::parse_timestamp(START).expect("a time");
    (options[0], options[1], options[2]) = (start.into(), STEP.into(), SHUFFLED.into());
    let events = (nexmark.dynamic)(VARIANT, &options).expect("options in range");
    for (table, columns) in columns {
        let columns = columns.split(' ').map(|column| column.split_once(':').unwrap_or((column, column)));
        let (fields, names): (Vec<&str>, Vec<&str>) = columns.unzip();
        database.execute(&format!("CREATE TABLE {table} (n, {})", names.join(", ")), []).expect("a table");
        let insert = format!("INSERT INTO {table} VALUES (?{})", ", ?".repeat(names.len()));
        let mut insert = database.prepare(&insert).expect("a statement");
        for number in 0..EVENTS {
            let Some(values) = events.part(number, table, &fields).expect("an event") else { continue };
            let values = values.into_iter().map(sql);
            let row = [rusqlite::types::Value::Integer(number.cast_signed())].into_iter().chain(values);
            insert.execute(params_from_iter(row)).expect("a row");
        }
    }
    let side = "CREATE TABLE side_input (key INTEGER, value TEXT);
        CREATE INDEX bids ON bid (auction);";
    database.execute_batch(side).expect("a table");
    for line in fs::read_to_string(examples().join("side_input.csv")).expect("a file").lines() {
        let (key, value) = line.split_once(',').expect("two columns");
        database.execute("INSERT INTO side_input VALUES (?, ?)", [key, value]).expect("a row");
    }
    database
}

fn sql(value: Value) -> rusqlite::types::Value {
    match value {
        Value::Int(value) => value.into(),
        Value::String(value) => value.into(),
        Value::Timestamp(value) => (value.0 / 1_000_000).into(),
        other => panic!("no event has {other:?}"),
    }
}

/// What the query's SQL says.
fn expected(database: &Connection, query: &str) -> Vec<Row> {
    let text = fs::read_to_string(examples().join(format!("{query}.sql"))).expect("the query in SQL");
    let mut statement = database.prepare(&text).unwrap_or_else(|error| panic!("{query}.sql: {error}"));
    let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let rows = statement.query_map([], |row| {
        let value = |at| {
            Ok::<Json, rusqlite::Error>(match row.get_ref(at)? {
                ValueRef::Null => Json::Null,
                ValueRef::Integer(value) => value.into(),
                ValueRef::Real(value) => rounded(value),
                ValueRef::Text(value) => String::from_utf8_lossy(value).into(),
                ValueRef::Blob(_) => panic!("no query has bytes"),
            })
        };
        names.iter().enumerate().map(|(at, name)| Ok((name.clone(), value(at)?))).collect()
    });
    sorted(rows.expect("rows").collect::<Result<_, _>>().expect("a row"))
}

/// The rows that a run has written.
fn written(done: &Done) -> Vec<Row> {
    let counts = summary(&done.err);
    assert_eq!((&counts["dead_lettered"], &counts["late"]), (&0.into(), &0.into()), "{}", done.err);
    let rows = done.out.lines().map(|line| {
        let row: Row = serde_json::from_str(line).expect("a row");
        row.into_iter().map(|(name, value)| (name, plain(value))).collect()
    });
    rows.collect()
}

/// Twelve digits of a float: SQLite does not read and add all sixteen.
fn rounded(value: f64) -> Json {
    format!("{value:.11e}").into()
}

/// A value as the SQL has it.
fn plain(value: Json) -> Json {
    if let Some(value) = value.as_f64().filter(|_| value.is_f64()) {
        return rounded(value);
    }
    let time = value.as_str().filter(|text| text.contains('T') && text.ends_with('Z'));
    match time.and_then(|time| text::parse_timestamp(time).ok()) {
        Some(time) => (time.0 / 1_000_000).into(),
        None => value,
    }
}

/// A folder with what the queries read beside the events.
fn with_side_input() -> Folder {
    let folder = Folder::new();
    folder.write("side_input.csv", fs::read(examples().join("side_input.csv")).expect("a file"));
    folder
}

/// Fails with the first row that only one side has.
fn compare(query: &str, how: &str, made: Vec<Row>, expected: &[Row]) {
    let made = sorted(made);
    if made == expected {
        return;
    }
    let lost = expected.iter().find(|row| !made.contains(row));
    let more = made.iter().find(|row| !expected.contains(row));
    panic!(
        "{query}, {how}: {} rows, SQL has {}\nonly in SQL: {lost:?}\nonly here: {more:?}",
        made.len(),
        expected.len()
    );
}

#[test]
fn every_query_says_what_its_sql_says() {
    let (database, folder) = (database(), with_side_input());
    for query in queries() {
        let expected = expected(&database, &query);
        assert!(!expected.is_empty(), "{query}.sql has no rows, so it shows nothing");
        let file = examples().join(format!("{query}.topo"));
        let interpreted = {
            let mut command = folder.command(["run", "--interpret"]);
            command.arg(&file).arg("--").args(flags());
            Done::of(command).expect(0)
        };
        compare(&query, "interpreted", written(&interpreted), &expected);
        folder.topo(["build".as_ref(), file.as_os_str(), "-o".as_ref(), query.as_ref()]).expect(0);
        for how in [&["--workers=1"][..], &["--workers=3"], &["--workers=3", "--root-size=7"]] {
            let mut command = Command::new(folder.path().join(&query));
            command.current_dir(folder.path()).args(flags()).args(how);
            let compiled = Done::of(command).expect(0);
            compare(&query, &how.join(" "), written(&compiled), &expected);
            assert_eq!(compiled.out, interpreted.out, "{query}, {}", how.join(" "));
        }
    }
}
