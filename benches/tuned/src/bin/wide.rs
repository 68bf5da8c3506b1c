//! `wide.topo` by hand: two of thirty fields are converted, the others are only looked at.

use serde::Deserialize;
use tuned::cursor::Cursor;
use tuned::out::Out;
use tuned::requests::sorted;
use tuned::{Done, Table, blocks, paths};

struct Reading {
    sensor: i64,
    value: i64,
}

/// Passes over fields that nobody reads.
macro_rules! skip {
    ($line:ident, $($name:literal),*) => { $($line.literal($name)?; $line.skip()?;)* };
}

#[inline(always)]
fn guess(line: &mut Cursor<'_>) -> Option<Reading> {
    skip!(line, b"{\"id\":", b",\"at\":", b",\"site\":", b",\"building\":", b",\"floor\":", b",\"room\":");
    line.literal(b",\"sensor\":")?;
    let sensor = line.int()?;
    skip!(line, b",\"kind\":", b",\"vendor\":", b",\"firmware\":", b",\"battery\":", b",\"signal\":");
    line.literal(b",\"value\":")?;
    let value = line.int()?;
    skip!(
        line,
        b",\"unit\":",
        b",\"low\":",
        b",\"high\":",
        b",\"mean\":",
        b",\"deviation\":",
        b",\"samples\":",
        b",\"errors\":",
        b",\"retries\":",
        b",\"gateway\":",
        b",\"address\":",
        b",\"latitude\":",
        b",\"longitude\":",
        b",\"tags\":",
        b",\"operator\":",
        b",\"note\":",
        b",\"alarm\":",
        b",\"checksum\":"
    );
    line.literal(b"}\n")?;
    Some(Reading { sensor, value })
}

#[derive(Deserialize)]
struct Named {
    sensor: i64,
    value: i64,
}

#[cold]
fn by_name(line: &[u8]) -> Option<Reading> {
    let Named { sensor, value } = serde_json::from_slice(line).ok()?;
    Some(Reading { sensor, value })
}

#[derive(Default)]
struct Totals {
    readings: i64,
    total: i128,
}

fn main() -> Done {
    let [input, output] = paths()?;
    let mut sensors = Table::<i64, Totals>::default();
    let malformed = blocks::for_each_record(&input, guess, by_name, |reading| {
        let totals = sensors.entry(reading.sensor).or_default();
        totals.readings += 1;
        totals.total += i128::from(reading.value);
        Ok(())
    })?;
    let mut out = Out::create(&output)?;
    for (sensor, totals) in sorted(sensors) {
        out.text(b"{\"sensor\":");
        out.int(sensor);
        out.text(b",\"readings\":");
        out.int(totals.readings);
        out.text(b",\"total\":");
        out.int(totals.total.try_into()?);
        out.end_row()?;
    }
    out.flush()?;
    eprintln!("malformed {malformed}");
    Ok(())
}
