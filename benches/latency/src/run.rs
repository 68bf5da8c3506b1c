//! One run of a program under a load.

use std::io::{self, Read, Write};
use std::path::Path;
use std::process::Child;
use std::thread;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use memchr::{memchr, memmem};

use crate::ways::{Connected, Way};

/// Keys go round in this many steps.
const KEYS: u64 = 10_000;

/// Lines that are due go on their way in writes of about this size: what a pipe holds.
const WRITE_BYTES: usize = 64 << 10;

/// The longest latency that is told apart, in nanoseconds.
const LONGEST: u64 = 60_000_000_000;

/// What is sent.
#[derive(Clone, Copy)]
pub(crate) struct Load {
    /// Tuples a second.
    pub(crate) rate: u64,
    /// For how long rows are measured, and before that not.
    pub(crate) seconds: u64,
    pub(crate) warm_up: u64,
    /// A run is over when a hundredth of the rows has taken longer, in nanoseconds, or will: no other row can mend its p99.
    pub(crate) limit: u64,
}

/// What came of it.
pub(crate) struct Latencies {
    pub(crate) rate: u64,
    /// Nanoseconds; of the rows so far where the limit was not kept.
    pub(crate) histogram: Histogram<u64>,
    /// Whether the p99 is within the limit.
    pub(crate) is_within: bool,
}

impl Load {
    fn tuples(self) -> u64 {
        self.rate * (self.warm_up + self.seconds)
    }

    /// How many tuples are measured.
    fn measured(self) -> u64 {
        self.rate * self.seconds
    }

    /// How many tuples that are measured are due by then.
    fn measured_by(self, elapsed: u64) -> u64 {
        self.due_by(elapsed).saturating_sub(self.rate * self.warm_up)
    }

    /// When a tuple is due, in nanoseconds since the start.
    fn due(self, number: u64) -> u64 {
        (u128::from(number) * 1_000_000_000 / u128::from(self.rate)) as u64
    }

    /// How many tuples are due by then.
    fn due_by(self, elapsed: u64) -> u64 {
        let due = u128::from(elapsed) * u128::from(self.rate) / 1_000_000_000;
        (due as u64).saturating_add(1).min(self.tuples())
    }
}

/// Starts the program, sends it all tuples on time, and takes in its rows.
pub(crate) fn run(way: Way, program: &Path, arguments: &[String], load: Load) -> Result<Latencies, String> {
    let said = |error: io::Error| format!("{}: {error}", program.display());
    let Connected { mut child, lines, rows } = way.start(program, arguments).map_err(said)?;
    let latencies = exchange(&mut child, lines, rows, load);
    let status = child.wait().map_err(said)?;
    let latencies = latencies.map_err(said)?;
    let (rows, expected) = (latencies.histogram.len(), load.measured());
    if latencies.is_within && !(status.success() && rows == expected) {
        return Err(format!("{status}: {rows} rows of {expected}"));
    }
    Ok(latencies)
}

/// Sends and receives; a program that did not keep the limit is ended.
fn exchange(
    child: &mut Child,
    lines: impl Write + Send,
    rows: impl Read,
    load: Load,
) -> io::Result<Latencies> {
    let start = Instant::now();
    thread::scope(|scope| {
        let sender = scope.spawn(move || send(lines, load, start));
        let latencies = receive(rows, load, start);
        let gave_up = latencies.as_ref().is_ok_and(|latencies| !latencies.is_within);
        if gave_up {
            child.kill()?;
        }
        match sender.join() {
            // It could not send all to a program that was ended.
            Ok(sent) => {
                if gave_up {
                    latencies
                } else {
                    sent.and(latencies)
                }
            }
            Err(_) => Err(io::Error::other("the sender panicked")),
        }
    })
}

fn send(mut to: impl Write, load: Load, start: Instant) -> io::Result<()> {
    let mut lines = Vec::with_capacity(2 * WRITE_BYTES);
    let mut next = 0;
    while next < load.tuples() {
        let due = load.due_by(start.elapsed().as_nanos() as u64);
        if due == next {
            let wait = Duration::from_nanos(load.due(next)).saturating_sub(start.elapsed());
            thread::sleep(wait);
            continue;
        }
        lines.clear();
        while next < due && lines.len() < WRITE_BYTES {
            let (key, at) = (next * 7_919 % KEYS, load.due(next));
            writeln!(
                lines,
                r#"{{"key":{key},"due":{at},"status":200,"path":"/assets/style-{}.css?v=3"}}"#,
                key % 100
            )?;
            next += 1;
        }
        to.write_all(&lines)?;
    }
    Ok(())
}

fn receive(mut rows: impl Read, load: Load, start: Instant) -> io::Result<Latencies> {
    let mut histogram = Histogram::new_with_max(LONGEST, 3).map_err(io::Error::other)?;
    let due = memmem::Finder::new(br#""due":"#);
    let measured_from = load.warm_up * 1_000_000_000;
    let mut over = 0;
    let mut bytes = vec![0; 1 << 20];
    let mut held = 0;
    loop {
        let read = rows.read(&mut bytes[held..])?;
        let now = start.elapsed().as_nanos() as u64;
        let awaited = load.measured_by(now.saturating_sub(load.limit)).saturating_sub(histogram.len());
        let is_within = over + awaited <= load.measured() / 100;
        if read == 0 || !is_within {
            return Ok(Latencies { rate: load.rate, histogram, is_within });
        }
        let filled = held + read;
        let mut begin = 0;
        while let Some(length) = memchr(b'\n', &bytes[begin..filled]) {
            let row = &bytes[begin..begin + length];
            begin += length + 1;
            let at = due.find(row).map(|at| number(&row[at + due.needle().len()..]));
            let at = at.ok_or_else(|| io::Error::other("a row without `due`"))?;
            if at >= measured_from {
                let latency = now.saturating_sub(at).max(1);
                over += u64::from(latency > load.limit);
                histogram.saturating_record(latency);
            }
        }
        bytes.copy_within(begin..filled, 0);
        held = filled - begin;
    }
}

/// The digits at the beginning.
fn number(digits: &[u8]) -> u64 {
    let digits = digits.iter().take_while(|digit| digit.is_ascii_digit());
    digits.fold(0, |number, digit| number * 10 + u64::from(digit - b'0'))
}
