//! Reads the clicks of `hopping`, `sessions` and `top`.

use std::borrow::Cow;
use std::io;

use serde::Deserialize;

use crate::blocks;
use crate::cursor::Cursor;
use crate::time::{self, Minute};

/// A click.
pub struct Click {
    pub user: i64,
    pub page: i64,
    pub at: i64,
    pub dwell: i64,
}

/// Hands on the clicks of a file, and counts the lines that are none.
///
/// # Errors
/// Fails as reading a file does, and as `each` does.
#[inline(always)]
pub fn for_each(path: &str, each: impl FnMut(Click) -> io::Result<()>) -> io::Result<u64> {
    let mut minute = Minute::default();
    blocks::for_each_record(path, |line| guess(line, &mut minute), by_name, each)
}

#[inline(always)]
fn guess(line: &mut Cursor<'_>, minute: &mut Minute) -> Option<Click> {
    line.literal(b"{\"user\":")?;
    let user = line.int()?;
    line.literal(b",\"page\":")?;
    let page = line.int()?;
    line.literal(b",\"at\":\"")?;
    let at = line.timestamp(minute)?;
    line.literal(b"\",\"dwell\":")?;
    let dwell = line.int()?;
    line.literal(b"}\n")?;
    Some(Click { user, page, at, dwell })
}

#[derive(Deserialize)]
struct Named<'a> {
    user: i64,
    page: i64,
    #[serde(borrow)]
    at: Cow<'a, str>,
    dwell: i64,
}

#[cold]
fn by_name(line: &[u8]) -> Option<Click> {
    let named: Named = serde_json::from_slice(line).ok()?;
    Some(Click { user: named.user, page: named.page, at: time::parse(&named.at)?, dwell: named.dwell })
}
