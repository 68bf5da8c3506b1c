//! `csv.topo` by hand: the header says where the fields are, and a line without a quote is cut at its commas.

use std::borrow::Cow;
use std::io;

use tuned::cursor::Cursor;
use tuned::requests::{PerClient, Request, ipv4};
use tuned::time::{self, Minute};
use tuned::{Done, blocks, paths};

const USUAL: &[u8] = b"ip,at,method,path,status,bytes,referrer,agent";

/// A line of the usual columns, with plain text in all of them.
#[inline(always)]
fn guess(line: &mut Cursor<'_>, minute: &mut Minute) -> Option<Request> {
    let ip = ipv4(line.ipv4()?);
    line.literal(b",")?;
    let at = line.timestamp(minute)?;
    line.literal(b",")?;
    line.plain(b',')?;
    line.plain(b',')?;
    let status = line.int()?;
    line.literal(b",")?;
    let bytes = if line.rest.first() == Some(&b',') { None } else { Some(line.int()?) };
    line.literal(b",")?;
    line.plain(b',')?;
    line.plain(b'\n')?;
    Some(Request { ip, at, status, bytes })
}

/// Cuts a record at its commas, also one with quotes and with line ends inside them; how long it is, with its end.
fn cut(lines: &[u8]) -> (Option<Vec<Cow<'_, [u8]>>>, usize) {
    let (mut fields, mut place) = (Vec::new(), 0);
    loop {
        let rest = &lines[place..];
        let (field, length) = if rest.first() == Some(&b'"') {
            match quoted(rest) {
                Some((field, length)) => (Cow::Owned(field), length),
                None => return (None, place + blocks::first_line(rest).len() + 1),
            }
        } else {
            let length = memchr::memchr2(b',', b'\n', rest).unwrap_or(rest.len());
            (Cow::Borrowed(without_cr(&rest[..length])), length)
        };
        fields.push(field);
        place += length;
        match lines.get(place) {
            Some(b',') => place += 1,
            Some(b'\n') | None => return (Some(fields), place + 1),
            _ => return (None, place + blocks::first_line(&lines[place..]).len() + 1),
        }
    }
}

/// A quoted field, and how long it is with its quotes.
fn quoted(text: &[u8]) -> Option<(Vec<u8>, usize)> {
    let (mut field, mut place) = (Vec::new(), 1);
    loop {
        let length = memchr::memchr(b'"', &text[place..])?;
        field.extend_from_slice(&text[place..place + length]);
        place += length + 1;
        if text.get(place) != Some(&b'"') {
            return Some((field, place));
        }
        field.push(b'"');
        place += 1;
    }
}

/// The text without the first half of a line end of Windows.
fn without_cr(text: &[u8]) -> &[u8] {
    text.strip_suffix(b"\r").unwrap_or(text)
}

/// Where the columns are that the job reads, by the header.
struct Columns {
    count: usize,
    ip: usize,
    at: usize,
    status: usize,
    bytes: usize,
}

impl Columns {
    fn find(header: &[u8]) -> Option<Self> {
        let names: Vec<_> = header.split(|&byte| byte == b',').collect();
        let place = |name: &[u8]| names.iter().position(|&other| other == name);
        let (ip, at, status, bytes) = (place(b"ip")?, place(b"at")?, place(b"status")?, place(b"bytes")?);
        Some(Self { count: names.len(), ip, at, status, bytes })
    }

    #[cold]
    fn read(&self, fields: &[Cow<'_, [u8]>]) -> Option<Request> {
        if fields.len() != self.count || fields.iter().any(|field| str::from_utf8(field).is_err()) {
            return None;
        }
        let text = |place: usize| str::from_utf8(&fields[place]).unwrap_or_default();
        let bytes = match text(self.bytes) {
            "" => None,
            bytes => Some(bytes.parse().ok()?),
        };
        let (ip, at) = (text(self.ip).parse().ok()?, time::parse(text(self.at))?);
        Some(Request { ip, at, status: text(self.status).parse().ok()?, bytes })
    }
}

fn main() -> Done {
    let [input, output] = paths()?;
    let mut job = PerClient::create(&output)?;
    let mut minute = Minute::default();
    let mut columns = None;
    let mut usual = false;
    let mut malformed = 0u64;
    blocks::for_each(&input, |lines| {
        let Some(columns) = &columns else {
            let header = blocks::first_line(lines);
            usual = without_cr(header) == USUAL;
            columns = Some(Columns::find(without_cr(header)).ok_or(io::ErrorKind::InvalidData)?);
            return Ok(header.len() + 1);
        };
        let mut cursor = Cursor { rest: lines };
        if usual && let Some(request) = guess(&mut cursor, &mut minute) {
            job.add(request)?;
            return Ok(lines.len() - cursor.rest.len());
        }
        let (fields, length) = cut(lines);
        match fields.and_then(|fields| columns.read(&fields)) {
            Some(request) => job.add(request)?,
            None => malformed += u64::from(!lines[..length.min(lines.len())].trim_ascii().is_empty()),
        }
        Ok(length.min(lines.len()))
    })?;
    Ok(job.end(malformed)?)
}
