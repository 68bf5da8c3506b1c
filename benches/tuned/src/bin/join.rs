//! `join.topo` by hand: two files, merged by event time, and a table for each.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::io;

use serde::Deserialize;
use smallvec::SmallVec;
use tuned::blocks::{Blocks, first_line};
use tuned::cursor::Cursor;
use tuned::out::Out;
use tuned::time::{self, Minute, SECOND};
use tuned::windows::Watermark;
use tuned::{Done, Table, paths};

const WITHIN: i64 = 10 * SECOND;

#[derive(Clone, Copy)]
struct Shown {
    ad: i64,
    user: i64,
    at: i64,
    cost: i64,
}

#[derive(Clone, Copy)]
struct Click {
    ad: i64,
    at: i64,
}

#[inline(always)]
fn guess_shown(line: &mut Cursor<'_>, minute: &mut Minute) -> Option<Shown> {
    line.literal(b"{\"ad\":")?;
    let ad = line.int()?;
    line.literal(b",\"user\":")?;
    let user = line.int()?;
    line.literal(b",\"at\":\"")?;
    let at = line.timestamp(minute)?;
    line.literal(b"\",\"cost\":")?;
    let cost = line.int()?;
    line.literal(b"}\n")?;
    Some(Shown { ad, user, at, cost })
}

#[inline(always)]
fn guess_click(line: &mut Cursor<'_>, minute: &mut Minute) -> Option<Click> {
    line.literal(b"{\"ad\":")?;
    let ad = line.int()?;
    line.literal(b",\"at\":\"")?;
    let at = line.timestamp(minute)?;
    line.literal(b"\"}\n")?;
    Some(Click { ad, at })
}

#[derive(Deserialize)]
struct NamedShown<'a> {
    ad: i64,
    user: i64,
    #[serde(borrow)]
    at: Cow<'a, str>,
    cost: i64,
}

#[cold]
fn shown_by_name(line: &[u8]) -> Option<Shown> {
    let named: NamedShown = serde_json::from_slice(line).ok()?;
    Some(Shown { ad: named.ad, user: named.user, at: time::parse(&named.at)?, cost: named.cost })
}

#[derive(Deserialize)]
struct NamedClick<'a> {
    ad: i64,
    #[serde(borrow)]
    at: Cow<'a, str>,
}

#[cold]
fn click_by_name(line: &[u8]) -> Option<Click> {
    let named: NamedClick = serde_json::from_slice(line).ok()?;
    Some(Click { ad: named.ad, at: time::parse(&named.at)? })
}

/// The tuples of a file, one by one, each with the largest event time up to it.
struct Side<T> {
    blocks: Blocks,
    minute: Minute,
    guess: fn(&mut Cursor<'_>, &mut Minute) -> Option<T>,
    by_name: fn(&[u8]) -> Option<T>,
    at: fn(&T) -> i64,
    next: Option<(i64, T)>,
    largest: i64,
    malformed: u64,
}

impl<T: Copy> Side<T> {
    fn open(
        path: &str,
        guess: fn(&mut Cursor<'_>, &mut Minute) -> Option<T>,
        by_name: fn(&[u8]) -> Option<T>,
        at: fn(&T) -> i64,
    ) -> io::Result<Self> {
        let blocks = Blocks::open(path)?;
        let mut side = Self {
            blocks,
            minute: Minute::default(),
            guess,
            by_name,
            at,
            next: None,
            largest: i64::MIN,
            malformed: 0,
        };
        side.advance()?;
        Ok(side)
    }

    #[inline(always)]
    fn advance(&mut self) -> io::Result<()> {
        self.next = None;
        loop {
            let lines = self.blocks.rest()?;
            if lines.is_empty() {
                return Ok(());
            }
            let mut cursor = Cursor { rest: lines };
            let guessed = (self.guess)(&mut cursor, &mut self.minute);
            let (tuple, taken) = match guessed {
                Some(tuple) => (Some(tuple), lines.len() - cursor.rest.len()),
                None => {
                    let line = first_line(lines);
                    ((self.by_name)(line), line.len() + 1)
                }
            };
            self.blocks.take(taken);
            if let Some(tuple) = tuple {
                self.largest = self.largest.max((self.at)(&tuple));
                self.next = Some((self.largest, tuple));
                return Ok(());
            }
            self.malformed += 1;
        }
    }
}

/// What is kept of the rows of a key, by event time and then in the order of the input.
fn keep<T>(kept: &mut SmallVec<[(i64, T); 1]>, at: i64, row: T) {
    let place = kept.partition_point(|(other, _)| *other <= at);
    kept.insert(place, (at, row));
}

#[derive(Default)]
struct Join {
    shown: Table<i64, SmallVec<[(i64, Shown); 1]>>,
    clicks: Table<i64, SmallVec<[(i64, ()); 1]>>,
    /// What was kept, in the order in which it came: when it may be dropped, and its key.
    shown_until: VecDeque<(i64, i64)>,
    clicks_until: VecDeque<(i64, i64)>,
    late: u64,
}

impl Join {
    #[inline(always)]
    fn left(&mut self, shown: Shown, watermark: i64, out: &mut Out) -> io::Result<()> {
        if shown.at < watermark {
            self.late += 1;
            return Ok(());
        }
        if let Some(clicks) = self.clicks.get(&shown.ad) {
            for &(at, ()) in clicks {
                pair(&shown, at, out)?;
            }
        }
        keep(self.shown.entry(shown.ad).or_default(), shown.at, shown);
        self.shown_until.push_back((shown.at + WITHIN, shown.ad));
        Ok(())
    }

    #[inline(always)]
    fn right(&mut self, click: Click, watermark: i64, out: &mut Out) -> io::Result<()> {
        if click.at < watermark {
            self.late += 1;
            return Ok(());
        }
        if let Some(shown) = self.shown.get(&click.ad) {
            for (_, shown) in shown {
                pair(shown, click.at, out)?;
            }
        }
        keep(self.clicks.entry(click.ad).or_default(), click.at, ());
        self.clicks_until.push_back((click.at, click.ad));
        Ok(())
    }

    /// Drops what nothing on time can meet any more; a row may stay while one before it in its queue does.
    #[inline(always)]
    fn drop_before(&mut self, watermark: i64) {
        while let Some(&(until, ad)) = self.shown_until.front()
            && until < watermark
        {
            self.shown_until.pop_front();
            drop_row(&mut self.shown, ad, until - WITHIN);
        }
        while let Some(&(until, ad)) = self.clicks_until.front()
            && until < watermark
        {
            self.clicks_until.pop_front();
            drop_row(&mut self.clicks, ad, until);
        }
    }
}

#[inline(always)]
fn drop_row<T>(table: &mut Table<i64, SmallVec<[(i64, T); 1]>>, ad: i64, at: i64) {
    let hashbrown::hash_map::Entry::Occupied(mut kept) = table.entry(ad) else { return };
    if kept.get().len() == 1 {
        kept.remove();
    } else if let Some(place) = kept.get().iter().position(|(other, _)| *other == at) {
        kept.get_mut().remove(place);
    }
}

#[inline(always)]
fn pair(shown: &Shown, clicked: i64, out: &mut Out) -> io::Result<()> {
    let took = clicked - shown.at;
    if !(0..=WITHIN).contains(&took) {
        return Ok(());
    }
    out.text(b"{\"ad\":");
    out.int(shown.ad);
    out.text(b",\"user\":");
    out.int(shown.user);
    out.text(b",\"cost\":");
    out.int(shown.cost);
    out.text(b",\"took\":");
    out.duration(took);
    out.end_row()
}

fn main() -> Done {
    let [shown, clicks, output] = paths()?;
    let mut shown = Side::open(&shown, guess_shown, shown_by_name, |shown: &Shown| shown.at)?;
    let mut clicks = Side::open(&clicks, guess_click, click_by_name, |click: &Click| click.at)?;
    let mut out = Out::create(&output)?;
    let (mut left, mut right) = (Watermark::new(10 * SECOND), Watermark::new(30 * SECOND));
    let mut join = Join::default();
    loop {
        let watermark = left.at().min(right.at());
        match (shown.next, clicks.next) {
            (Some((first, tuple)), other) if other.is_none_or(|(second, _)| first <= second) => {
                join.left(tuple, watermark, &mut out)?;
                left.moves(tuple.at);
                shown.advance()?;
                if shown.next.is_none() {
                    left.moves(i64::MAX);
                }
            }
            (_, Some((_, tuple))) => {
                join.right(tuple, watermark, &mut out)?;
                right.moves(tuple.at);
                clicks.advance()?;
                if clicks.next.is_none() {
                    right.moves(i64::MAX);
                }
            }
            (_, None) => break,
        }
        join.drop_before(left.at().min(right.at()));
    }
    out.flush()?;
    eprintln!("malformed {}, late {}", shown.malformed + clicks.malformed, join.late);
    Ok(())
}
