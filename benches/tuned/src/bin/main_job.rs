//! `main_job.topo` by hand: guesses the order of the fields, checks each literal, falls back to by-name.

use tuned::Done;
use tuned::cursor::Cursor;
use tuned::requests::{self, Named, Request, ipv4};
use tuned::time::Minute;

#[inline(always)]
fn guess(line: &mut Cursor<'_>, minute: &mut Minute) -> Option<Request> {
    line.literal(b"{\"ip\":\"")?;
    let ip = ipv4(line.ipv4()?);
    line.literal(b"\",\"at\":\"")?;
    let at = line.timestamp(minute)?;
    line.literal(b"\",\"method\":")?;
    line.string()?;
    line.literal(b",\"path\":")?;
    line.string()?;
    line.literal(b",\"status\":")?;
    let status = line.int()?;
    line.literal(b",\"bytes\":")?;
    let bytes = line.optional_int()?;
    line.literal(b",\"referrer\":")?;
    line.skip()?;
    line.literal(b",\"agent\":")?;
    line.skip()?;
    line.literal(b"}\n")?;
    Some(Request { ip, at, status, bytes })
}

fn main() -> Done {
    requests::run(guess, |line| Named::read(line, &mut Minute::default()))
}
