//! One run of a program under a load.

use std::io::{self, Read, Write};
use std::path::Path;
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
}

/// What came of it.
pub(crate) struct Latencies {
    pub(crate) rate: u64,
    /// Nanoseconds.
    pub(crate) histogram: Histogram<u64>,
}

impl Load {
    fn tuples(self) -> u64 {
        self.rate * (self.warm_up + self.seconds)
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
    let histogram = exchange(lines, rows, load);
    let status = child.wait().map_err(said)?;
    let histogram = histogram.map_err(said)?;
    let expected = load.rate * load.seconds;
    if !status.success() || histogram.len() != expected {
        return Err(format!("{status}: {} rows of {expected}", histogram.len()));
    }
    Ok(Latencies { rate: load.rate, histogram })
}

fn exchange(lines: impl Write + Send, rows: impl Read, load: Load) -> io::Result<Histogram<u64>> {
    let start = Instant::now();
    thread::scope(|scope| {
        let sender = scope.spawn(move || send(lines, load, start));
        let histogram = receive(rows, load, start);
        match sender.join() {
            Ok(sent) => sent.and(histogram),
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

fn receive(mut rows: impl Read, load: Load, start: Instant) -> io::Result<Histogram<u64>> {
    let mut histogram = Histogram::new_with_max(LONGEST, 3).map_err(io::Error::other)?;
    let due = memmem::Finder::new(br#""due":"#);
    let measured_from = load.warm_up * 1_000_000_000;
    let mut bytes = vec![0; 1 << 20];
    let mut held = 0;
    loop {
        let read = rows.read(&mut bytes[held..])?;
        if read == 0 {
            return Ok(histogram);
        }
        let now = start.elapsed().as_nanos() as u64;
        let filled = held + read;
        let mut begin = 0;
        while let Some(length) = memchr(b'\n', &bytes[begin..filled]) {
            let row = &bytes[begin..begin + length];
            begin += length + 1;
            let at = due.find(row).map(|at| number(&row[at + due.needle().len()..]));
            let at = at.ok_or_else(|| io::Error::other("a row without `due`"))?;
            if at >= measured_from {
                histogram.saturating_record(now.saturating_sub(at).max(1));
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
