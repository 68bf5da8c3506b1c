//! `sessions.topo` by hand: open sessions by user, and a heap of the times at which they may be over.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::io;

use smallvec::{SmallVec, smallvec};
use tuned::clicks::{self, Click};
use tuned::out::Out;
use tuned::time::SECOND;
use tuned::windows::Watermark;
use tuned::{Done, Table, paths};

const GAP: i64 = 30 * SECOND;

struct Session {
    start: i64,
    end: i64,
    clicks: i64,
    dwell: i128,
    /// When the heap asks for it; it may have grown since.
    due: i64,
}

#[derive(Default)]
struct Sessions {
    users: Table<i64, SmallVec<[Session; 1]>>,
    due: BinaryHeap<Reverse<(i64, i64)>>,
    late: u64,
}

impl Sessions {
    #[inline(always)]
    fn add(&mut self, click: &Click, watermark: i64) {
        let (start, end) = (click.at, click.at + GAP);
        let Some(open) = self.users.get_mut(&click.user) else {
            if end <= watermark {
                self.late += 1;
                return;
            }
            let session = Session { start, end, clicks: 1, dwell: click.dwell.into(), due: end };
            self.users.insert(click.user, smallvec![session]);
            self.due.push(Reverse((end, click.user)));
            return;
        };
        let touches = |session: &Session| start < session.end && session.start < end;
        let Some(place) = open.iter().position(touches) else {
            if end <= watermark {
                self.late += 1;
                return;
            }
            open.push(Session { start, end, clicks: 1, dwell: click.dwell.into(), due: end });
            self.due.push(Reverse((end, click.user)));
            return;
        };
        let mut others = place + 1;
        while let Some(other) = open[others..].iter().position(touches) {
            others += other;
            let other = open.swap_remove(others);
            let session = &mut open[place];
            session.start = session.start.min(other.start);
            session.end = session.end.max(other.end);
            session.clicks += other.clicks;
            session.dwell += other.dwell;
            session.due = session.due.min(other.due);
        }
        let session = &mut open[place];
        session.start = session.start.min(start);
        session.end = session.end.max(end);
        session.clicks += 1;
        session.dwell += i128::from(click.dwell);
    }

    #[inline(always)]
    fn close(&mut self, watermark: i64, out: &mut Out) -> io::Result<()> {
        while let Some(&Reverse((due, user))) = self.due.peek()
            && due <= watermark
        {
            self.due.pop();
            self.ask(due, user, out)?;
        }
        Ok(())
    }

    /// Closes the session that is due, or asks again when it may be over.
    #[inline(never)]
    fn ask(&mut self, due: i64, user: i64, out: &mut Out) -> io::Result<()> {
        let Some(open) = self.users.get_mut(&user) else { return Ok(()) };
        let Some(place) = open.iter().position(|session| session.due == due) else { return Ok(()) };
        if open[place].end > due {
            open[place].due = open[place].end;
            self.due.push(Reverse((open[place].end, user)));
            return Ok(());
        }
        let session = open.swap_remove(place);
        if open.is_empty() {
            self.users.remove(&user);
        }
        out.text(b"{\"user\":");
        out.int(user);
        out.text(b",\"window_start\":");
        out.timestamp(session.start);
        out.text(b",\"window_end\":");
        out.timestamp(session.end);
        out.text(b",\"clicks\":");
        out.int(session.clicks);
        out.text(b",\"dwell\":");
        out.int(session.dwell.try_into().map_err(io::Error::other)?);
        out.end_row()
    }
}

fn main() -> Done {
    let [input, output] = paths()?;
    let mut out = Out::create(&output)?;
    let mut watermark = Watermark::new(10 * SECOND);
    let mut sessions = Sessions::default();
    let malformed = clicks::for_each(&input, |click| {
        sessions.add(&click, watermark.at());
        if watermark.moves(click.at) {
            sessions.close(watermark.at(), &mut out)?;
        }
        Ok(())
    })?;
    sessions.close(i64::MAX, &mut out)?;
    out.flush()?;
    eprintln!("malformed {malformed}, late {}", sessions.late);
    Ok(())
}
