//! Requests per client and minute from a JSON access log: `plain INPUT OUTPUT`.
//!
//! The baseline of the benches: serde_json with derive, chrono and a HashMap, one thread, one pass. It does the main
//! job of `main_job.topo`: it skips malformed lines (and counts them), drops server errors, keeps one-minute windows of
//! event time per client, drops tuples that come too late, writes each window when it is complete, in order of time and
//! client, and prints its counts.

use std::collections::{BTreeMap, HashMap};
use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::net::IpAddr;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

const MINUTE: i64 = 60;
const LATE_BY: i64 = 10;

#[derive(Deserialize)]
#[allow(dead_code, reason = "the plain program declares the whole record, as people do")]
struct Request {
    ip: IpAddr,
    at: DateTime<Utc>,
    method: String,
    path: String,
    status: i64,
    bytes: Option<i64>,
    referrer: Option<String>,
    agent: Option<String>,
}

#[derive(Serialize)]
struct Row {
    ip: IpAddr,
    window_start: String,
    hits: i64,
    bytes: i64,
}

type Windows = BTreeMap<i64, HashMap<IpAddr, (i64, i64)>>;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let (Some(input), Some(output)) = (args.next(), args.next()) else {
        return Err("usage: plain INPUT OUTPUT".into());
    };
    let mut out = BufWriter::new(File::create(output)?);
    let mut windows = Windows::new();
    let mut largest = i64::MIN;
    let (mut read, mut malformed, mut late) = (0u64, 0u64, 0u64);
    for line in BufReader::new(File::open(input)?).lines() {
        let Ok(request) = serde_json::from_str::<Request>(&line?) else {
            malformed += 1;
            continue;
        };
        read += 1;
        let nanos = request.at.timestamp_nanos_opt().ok_or("a time outside the range")?;
        let watermark = largest.saturating_sub(LATE_BY * 1_000_000_000);
        if request.status < 500 {
            let start = nanos.div_euclid(MINUTE * 1_000_000_000) * MINUTE;
            if (start + MINUTE) * 1_000_000_000 <= watermark {
                late += 1;
            } else {
                let (hits, bytes) = windows.entry(start).or_default().entry(request.ip).or_default();
                *hits += 1;
                *bytes += request.bytes.unwrap_or(0);
            }
        }
        if nanos > largest {
            largest = nanos;
            let watermark = largest.saturating_sub(LATE_BY * 1_000_000_000);
            while let Some(window) = windows.first_entry() {
                if (window.key() + MINUTE) * 1_000_000_000 > watermark {
                    break;
                }
                let (start, clients) = window.remove_entry();
                write_window(&mut out, start, clients)?;
            }
        }
    }
    for (start, clients) in windows {
        write_window(&mut out, start, clients)?;
    }
    out.flush()?;
    eprintln!("read {read}, malformed {malformed}, late {late}");
    Ok(())
}

fn write_window(
    out: &mut impl Write,
    start: i64,
    clients: HashMap<IpAddr, (i64, i64)>,
) -> Result<(), Box<dyn Error>> {
    let at = DateTime::from_timestamp(start, 0).ok_or("a time outside the range")?;
    let window_start = at.to_rfc3339_opts(SecondsFormat::Secs, true);
    let mut clients: Vec<_> = clients.into_iter().collect();
    clients.sort_unstable_by_key(|(ip, _)| *ip);
    for (ip, (hits, bytes)) in clients {
        serde_json::to_writer(&mut *out, &Row { ip, window_start: window_start.clone(), hits, bytes })?;
        out.write_all(b"\n")?;
    }
    Ok(())
}
