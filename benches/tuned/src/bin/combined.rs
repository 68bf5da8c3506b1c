//! `combined.topo` by hand: cuts a line of a web server's log at its blanks, brackets and quotes.

use std::net::IpAddr;

use tuned::Done;
use tuned::cursor::Cursor;
use tuned::requests::{self, Request, ipv4};
use tuned::time::{self, Minute, SECOND};

#[inline(always)]
fn guess(line: &mut Cursor<'_>, minute: &mut Minute) -> Option<Request> {
    let ip = ipv4(line.ipv4()?);
    line.literal(b" ")?;
    line.plain(b' ')?;
    line.plain(b' ')?;
    line.literal(b"[")?;
    let at = at(line, minute)?;
    line.literal(b"] ")?;
    line.string()?;
    line.literal(b" ")?;
    let status = line.int()?;
    line.literal(b" ")?;
    let bytes =
        if line.rest.first() == Some(&b'-') { line.literal(b"-").map(|()| None)? } else { Some(line.int()?) };
    line.literal(b" ")?;
    line.string()?;
    line.literal(b" ")?;
    line.string()?;
    line.literal(b"\n")?;
    Some(Request { ip, at, status, bytes })
}

/// `06/Sep/2018:08:04:27 +0000`; the minute is remembered.
#[inline(always)]
fn at(line: &mut Cursor<'_>, minute: &mut Minute) -> Option<i64> {
    let (start, rest) = line.rest.split_first_chunk::<17>()?;
    let (seconds, rest) = rest.split_first_chunk::<3>()?;
    let (zone, rest) = rest.split_first_chunk::<6>()?;
    let at = minute.start(start, parse_minute)? + time::two(&[seconds[1], seconds[2]])? * SECOND;
    line.rest = rest;
    (seconds[0] == b':' && seconds[1] < b'6' && zone == b" +0000").then_some(at)
}

#[cold]
fn parse_minute(text: &[u8; 17]) -> Option<i64> {
    const MONTHS: &[u8] = b"JanFebMarAprMayJunJulAugSepOctNovDec";
    let number = |from: usize| time::two(&[text[from], text[from + 1]]);
    if (text[2], text[6], text[11], text[14]) != (b'/', b'/', b':', b':') {
        return None;
    }
    let month = MONTHS.chunks(3).position(|name| *name == text[3..6])? as i64 + 1;
    time::at_minute(number(7)? * 100 + number(9)?, month, number(0)?, number(12)?, number(15)?)
}

/// A line with escapes, with another zone, with an address of IPv6, or with more fields behind the agent.
#[cold]
fn by_parts(line: &[u8]) -> Option<Request> {
    let line = str::from_utf8(line).ok()?;
    let (ip, rest) = line.split_once(' ')?;
    let ip: IpAddr = ip.parse().ok()?;
    let (_ident, rest) = rest.split_once(' ')?;
    let (_user, rest) = rest.split_once(" [")?;
    let (at, rest) = rest.split_once("] ")?;
    let at = jiff::fmt::strtime::parse("%d/%b/%Y:%H:%M:%S %z", at).ok()?.to_timestamp().ok()?;
    let rest = quoted(rest)?.strip_prefix(' ')?;
    let (status, rest) = rest.split_once(' ')?;
    let (bytes, rest) = rest.split_once(' ')?;
    quoted(quoted(rest)?.strip_prefix(' ')?)?;
    let bytes = if bytes == "-" { None } else { Some(bytes.parse().ok()?) };
    Some(Request { ip, at: at.as_nanosecond().try_into().ok()?, status: status.parse().ok()?, bytes })
}

/// What stands behind a quoted field, in which a backslash escapes what follows.
fn quoted(text: &str) -> Option<&str> {
    let text = text.strip_prefix('"')?;
    let mut place = 0;
    loop {
        place += memchr::memchr2(b'"', b'\\', &text.as_bytes()[place..])?;
        if text.as_bytes()[place] == b'"' {
            return text.get(place + 1..);
        }
        place = (place + 2).min(text.len());
    }
}

fn main() -> Done {
    requests::run(guess, by_parts)
}
