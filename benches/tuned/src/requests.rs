//! The main job behind its reader, which `main_job`, `csv` and `combined` share: requests per client and minute.

use std::borrow::Cow;
use std::hash::Hash;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use serde::{Deserialize, Serialize};

use crate::cursor::Cursor;
use crate::out::Out;
use crate::time::{self, MINUTE, Minute, SECOND};
use crate::windows::{Tumbling, Watermark};
use crate::{Done, Table, blocks, paths};

/// What the job reads of a request; it has serde's traits because timely might send it to another process.
#[derive(Clone, Serialize, Deserialize)]
pub struct Request {
    pub ip: IpAddr,
    pub at: i64,
    pub status: i64,
    pub bytes: Option<i64>,
}

/// A request as serde reads it from JSON, whatever the order of its fields.
#[derive(Deserialize)]
pub struct Named<'a> {
    #[serde(borrow)]
    ip: Cow<'a, str>,
    #[serde(borrow)]
    at: Cow<'a, str>,
    status: i64,
    bytes: Option<i64>,
}

impl Named<'_> {
    /// Reads a line.
    #[inline]
    pub fn read(line: &[u8], minute: &mut Minute) -> Option<Request> {
        let named: Named = serde_json::from_slice(line).ok()?;
        let at = match time::read(named.at.as_bytes(), minute) {
            Some((at, b"")) => at,
            _ => time::parse(&named.at)?,
        };
        Some(Request { ip: named.ip.parse().ok()?, at, status: named.status, bytes: named.bytes })
    }
}

/// Hits and bytes of a client.
#[derive(Default)]
struct Counts {
    hits: i64,
    bytes: i64,
}

/// The clients of a minute, each kind of address by itself.
#[derive(Default)]
struct Clients {
    v4: Table<u32, Counts>,
    v6: Table<Ipv6Addr, Counts>,
}

/// The windows, and where their rows go.
pub struct PerClient {
    watermark: Watermark,
    windows: Tumbling<Clients, MINUTE>,
    out: Out,
}

impl PerClient {
    /// Makes the output.
    ///
    /// # Errors
    /// Fails as making a file does.
    pub fn create(output: &str) -> io::Result<Self> {
        let out = Out::create(output)?;
        Ok(Self { watermark: Watermark::new(10 * SECOND), windows: Tumbling::default(), out })
    }

    /// A request has come.
    ///
    /// # Errors
    /// Fails as writing does, and where a sum leaves its range.
    #[inline(always)]
    pub fn add(&mut self, request: Request) -> io::Result<()> {
        self.count(&request, self.watermark.at())?;
        if self.watermark.moves(request.at) { self.release(self.watermark.at()) } else { Ok(()) }
    }

    /// Counts a request, unless it is late by this watermark.
    ///
    /// # Errors
    /// Fails where a sum leaves its range.
    #[inline(always)]
    pub fn count(&mut self, request: &Request, watermark: i64) -> io::Result<()> {
        if request.status < 500
            && let Some(clients) = self.windows.of(request.at, watermark)
        {
            let counts = match request.ip {
                IpAddr::V4(ip) => clients.v4.entry(ip.to_bits()).or_default(),
                IpAddr::V6(ip) => clients.v6.entry(ip).or_default(),
            };
            counts.hits += 1;
            counts.bytes =
                counts.bytes.checked_add(request.bytes.unwrap_or(0)).ok_or(io::ErrorKind::InvalidData)?;
        }
        Ok(())
    }

    /// Writes the windows that are over.
    ///
    /// # Errors
    /// Fails as writing does.
    #[inline(always)]
    pub fn release(&mut self, watermark: i64) -> io::Result<()> {
        while let Some((start, clients)) = self.windows.over(watermark) {
            self.write(start, clients)?;
        }
        Ok(())
    }

    #[inline(never)]
    fn write(&mut self, start: i64, clients: Clients) -> io::Result<()> {
        for (ip, counts) in sorted(clients.v4) {
            self.out.text(b"{\"ip\":");
            self.out.ipv4(ip);
            self.row(start, &counts)?;
        }
        for (ip, counts) in sorted(clients.v6) {
            self.out.text(b"{\"ip\":");
            self.out.plain(ip.to_string().as_bytes());
            self.row(start, &counts)?;
        }
        Ok(())
    }

    fn row(&mut self, start: i64, counts: &Counts) -> io::Result<()> {
        self.out.text(b",\"window_start\":");
        self.out.timestamp(start);
        self.out.text(b",\"hits\":");
        self.out.int(counts.hits);
        self.out.text(b",\"bytes\":");
        self.out.int(counts.bytes);
        self.out.end_row()
    }

    /// Writes what is in the buffer.
    ///
    /// # Errors
    /// Fails as writing does.
    pub fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    /// The end of the input.
    ///
    /// # Errors
    /// Fails as writing does.
    pub fn end(mut self, malformed: u64) -> io::Result<()> {
        self.release(i64::MAX)?;
        self.flush()?;
        eprintln!("malformed {malformed}, late {}", self.windows.late);
        Ok(())
    }
}

/// The job on a file: each line as it is guessed to be or else, from the line, in any form.
///
/// # Errors
/// Fails without the two paths, as reading and writing files does, and where a sum leaves its range.
#[inline(always)]
pub fn run(
    guess: impl Fn(&mut Cursor<'_>, &mut Minute) -> Option<Request>,
    any: impl Fn(&[u8]) -> Option<Request>,
) -> Done {
    let [input, output] = paths()?;
    let mut job = PerClient::create(&output)?;
    let mut minute = Minute::default();
    let malformed =
        blocks::for_each_record(&input, |line| guess(line, &mut minute), any, |request| job.add(request))?;
    Ok(job.end(malformed)?)
}

/// The entries of a table, by key.
pub fn sorted<K: Ord + Hash + Copy, V>(table: Table<K, V>) -> Vec<(K, V)> {
    let mut entries: Vec<_> = table.into_iter().collect();
    entries.sort_unstable_by_key(|(key, _)| *key);
    entries
}

/// An address of the kind that is guessed.
#[must_use]
pub fn ipv4(bits: u32) -> IpAddr {
    IpAddr::V4(Ipv4Addr::from_bits(bits))
}
