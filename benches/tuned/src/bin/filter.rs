//! `filter.topo` by hand: texts are borrowed from the line that they came in.

use std::borrow::Cow;
use std::io;
use std::net::IpAddr;

use serde::Deserialize;
use tuned::blocks;
use tuned::cursor::Cursor;
use tuned::out::Out;
use tuned::time::{self, Minute};
use tuned::{Done, paths};

/// A line: its address of kind `I`, its texts as `T`.
struct Request<I, T> {
    ip: I,
    at: i64,
    method: T,
    path: T,
    status: i64,
    bytes: Option<i64>,
    referrer: Option<T>,
    agent: Option<T>,
}

#[inline(always)]
fn guess<'a>(line: &mut Cursor<'a>, minute: &mut Minute) -> Option<Request<u32, &'a [u8]>> {
    line.literal(b"{\"ip\":\"")?;
    let ip = line.ipv4()?;
    line.literal(b"\",\"at\":\"")?;
    let at = line.timestamp(minute)?;
    line.literal(b"\",\"method\":")?;
    let method = line.string()?;
    line.literal(b",\"path\":")?;
    let path = line.string()?;
    line.literal(b",\"status\":")?;
    let status = line.int()?;
    line.literal(b",\"bytes\":")?;
    let bytes = line.optional_int()?;
    line.literal(b",\"referrer\":")?;
    let referrer = line.optional_string()?;
    line.literal(b",\"agent\":")?;
    let agent = line.optional_string()?;
    line.literal(b"}\n")?;
    Some(Request { ip, at, method, path, status, bytes, referrer, agent })
}

#[inline(always)]
fn write<I: Copy, T>(
    out: &mut Out,
    request: &Request<I, T>,
    ip: impl Fn(&mut Out, I),
    text: impl Fn(&mut Out, &T) -> io::Result<()>,
) -> io::Result<()> {
    out.text(b"{\"ip\":");
    ip(out, request.ip);
    out.text(b",\"at\":");
    out.timestamp(request.at);
    out.text(b",\"method\":");
    text(out, &request.method)?;
    out.text(b",\"path\":");
    text(out, &request.path)?;
    out.text(b",\"status\":");
    out.int(request.status);
    out.text(b",\"bytes\":");
    match request.bytes {
        Some(bytes) => out.int(bytes),
        None => out.text(b"null"),
    }
    for (name, value) in [(b",\"referrer\":".as_slice(), &request.referrer), (b",\"agent\":", &request.agent)]
    {
        out.text(name);
        match value {
            Some(value) => text(out, value)?,
            None => out.text(b"null"),
        }
    }
    out.end_row()
}

#[derive(Deserialize)]
struct Named<'a> {
    ip: IpAddr,
    #[serde(borrow)]
    at: Cow<'a, str>,
    #[serde(borrow)]
    method: Cow<'a, str>,
    #[serde(borrow)]
    path: Cow<'a, str>,
    status: i64,
    bytes: Option<i64>,
    #[serde(borrow)]
    referrer: Option<Cow<'a, str>>,
    #[serde(borrow)]
    agent: Option<Cow<'a, str>>,
}

/// Reads and writes any line; false if it is malformed.
#[cold]
fn by_name(line: &[u8], out: &mut Out) -> io::Result<bool> {
    let Ok(named) = serde_json::from_slice::<Named>(line) else { return Ok(false) };
    let Some(at) = time::parse(&named.at) else { return Ok(false) };
    let Named { ip, at: _, method, path, status, bytes, referrer, agent } = named;
    let request = Request { ip, at, method, path, status, bytes, referrer, agent };
    if request.status < 500 {
        write(out, &request, |out, ip| out.plain(ip.to_string().as_bytes()), |out, text| out.string(text))?;
    }
    Ok(true)
}

fn main() -> Done {
    let [input, output] = paths()?;
    let mut out = Out::create(&output)?;
    let mut minute = Minute::default();
    let mut malformed = 0u64;
    blocks::for_each(&input, |lines| {
        let mut cursor = Cursor { rest: lines };
        if let Some(request) = guess(&mut cursor, &mut minute) {
            if request.status < 500 {
                let text = |out: &mut Out, text: &&[u8]| {
                    out.plain(text);
                    Ok(())
                };
                write(&mut out, &request, Out::ipv4, text)?;
            }
            return Ok(lines.len() - cursor.rest.len());
        }
        let line = blocks::first_line(lines);
        malformed += u64::from(!by_name(line, &mut out)? && !line.trim_ascii().is_empty());
        Ok(line.len() + 1)
    })?;
    out.flush()?;
    eprintln!("malformed {malformed}");
    Ok(())
}
