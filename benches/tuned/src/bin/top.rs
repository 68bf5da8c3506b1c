//! `top.topo` by hand: the ten users with the most clicks in each ten seconds.

use std::cmp::Reverse;
use std::io;

use tuned::out::Out;
use tuned::time::SECOND;
use tuned::windows::{Tumbling, Watermark};
use tuned::{Done, Table, clicks, paths};

const MOST: usize = 10;

fn main() -> Done {
    let [input, output] = paths()?;
    let mut out = Out::create(&output)?;
    let mut watermark = Watermark::new(10 * SECOND);
    let mut windows = Tumbling::<Table<i64, i64>, { 10 * SECOND }>::default();
    let malformed = clicks::for_each(&input, |click| {
        if let Some(users) = windows.of(click.at, watermark.at()) {
            *users.entry(click.user).or_default() += 1;
        }
        if watermark.moves(click.at) {
            while let Some((start, users)) = windows.over(watermark.at()) {
                write(&mut out, start, users)?;
            }
        }
        Ok(())
    })?;
    while let Some((start, users)) = windows.over(i64::MAX) {
        write(&mut out, start, users)?;
    }
    out.flush()?;
    eprintln!("malformed {malformed}, late {}", windows.late);
    Ok(())
}

/// Equals stand in the order of their keys, in which the rows of a window leave.
fn write(out: &mut Out, start: i64, users: Table<i64, i64>) -> io::Result<()> {
    let mut users: Vec<_> = users.into_iter().collect();
    let order = |&(user, clicks): &(i64, i64)| (Reverse(clicks), user);
    if users.len() > MOST {
        users.select_nth_unstable_by_key(MOST, order);
        users.truncate(MOST);
    }
    users.sort_unstable_by_key(order);
    for (rank, (user, clicks)) in (1..).zip(users) {
        out.text(b"{\"user\":");
        out.int(user);
        out.text(b",\"window_start\":");
        out.timestamp(start);
        out.text(b",\"clicks\":");
        out.int(clicks);
        out.text(b",\"rank\":");
        out.int(rank);
        out.end_row()?;
    }
    Ok(())
}
