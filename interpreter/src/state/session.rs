//! `window session`

use std::collections::BTreeMap;

use streamwright_values::{Timestamp, Value, dataflow};

use super::contents::{Contents, Held};
use super::{Coming, Entered, Key, State};
use crate::row::{Failure, Tuple};
use crate::watermark::Moment;

/// The open sessions of one bolt.
pub(super) struct Sessions<'r> {
    contents: Contents<'r>,
    gap: i64,
    longest: Option<i64>,
    /// Of each key and task, in the order of time.
    open: BTreeMap<(Key, u32), Vec<Session>>,
}

/// A session: from its first row to a gap behind its last.
struct Session {
    first: i64,
    last: i64,
    /// In input order: each with its number.
    rows: Vec<(u64, Held)>,
}

impl<'r> Sessions<'r> {
    pub(super) fn new(contents: Contents<'r>, gap: i64, longest: Option<i64>) -> Sessions<'r> {
        Sessions { contents, gap, longest, open: BTreeMap::new() }
    }

    /// Makes one of two sessions that follow each other, where the second begins before the first is over (or in it) and
    /// the whole is not too long.
    fn join(&self, mut earlier: Session, later: Session) -> Result<Session, (Session, Session)> {
        let last = earlier.last.max(later.last);
        let length = i128::from(last) + i128::from(self.gap) - i128::from(earlier.first);
        let grows = last > earlier.last;
        let too_long = grows && self.longest.is_some_and(|longest| length > i128::from(longest));
        if i128::from(later.first) >= i128::from(earlier.last) + i128::from(self.gap) || too_long {
            return Err((earlier, later));
        }
        earlier.last = last;
        earlier.rows.extend(later.rows);
        earlier.rows.sort_by_key(|(number, _)| *number);
        Ok(earlier)
    }

    /// Puts a row into the sessions of its key, which are in the order of time: it joins the one before it, then what it is
    /// in by then joins the one behind it. Gives the place of its session.
    fn place(&self, sessions: &mut Vec<Session>, own: Session) -> usize {
        let mut place = sessions.iter().take_while(|session| session.first <= own.first).count();
        sessions.insert(place, own);
        for before in [place.checked_sub(1), Some(place)].into_iter().flatten() {
            let before = before.min(place);
            if before + 1 >= sessions.len() {
                continue;
            }
            let (later, earlier) = (sessions.remove(before + 1), sessions.remove(before));
            match self.join(earlier, later) {
                Ok(joined) => {
                    sessions.insert(before, joined);
                    place = before;
                }
                Err((earlier, later)) => {
                    sessions.insert(before, later);
                    sessions.insert(before, earlier);
                }
            }
        }
        place
    }
}

impl State for Sessions<'_> {
    fn enter(&mut self, coming: Coming<'_>) -> Result<Entered, Failure> {
        let row = coming.row;
        let held = self.contents.hold(row)?;
        let Some(at) = row.at else { return Ok(Entered::default()) };
        let overflow = || Failure { fault: dataflow::window_overflow(at), shown: None };
        let end = at.0.checked_add(self.gap).ok_or_else(overflow)?;
        let key = (Key::of(&self.contents.window.keys, row), coming.task);
        let mut sessions = self.open.remove(&key).unwrap_or_default();
        let number = sessions.iter().flat_map(|session| &session.rows).map(|(number, _)| number + 1).max();
        let own = Session { first: at.0, last: at.0, rows: vec![(number.unwrap_or(0), held)] };
        let place = self.place(&mut sessions, own);
        let mut entered = Entered::default();
        // What has joined an open session is not late: that one's end is behind the watermark.
        if Moment::At(sessions[place].last + self.gap) <= coming.watermark {
            sessions.remove(place);
            let mut late = row.clone();
            late.values.extend([Value::Timestamp(at), Value::Timestamp(Timestamp(end))]);
            entered.late.push(late);
        }
        if !sessions.is_empty() {
            self.open.insert(key, sessions);
        }
        Ok(entered)
    }

    fn release(&mut self, watermark: Moment) -> Vec<Result<Tuple, Failure>> {
        let mut due = Vec::new();
        for ((key, task), sessions) in &mut self.open {
            while sessions.first().is_some_and(|session| Moment::At(session.last + self.gap) <= watermark) {
                let session = sessions.remove(0);
                due.push((session.last + self.gap, key.clone(), *task, session));
            }
        }
        self.open.retain(|_, sessions| !sessions.is_empty());
        due.sort_by(|a, b| (a.0, &a.1, a.2).cmp(&(b.0, &b.1, b.2)));
        let leave = |(end, key, _, session): (i64, Key, u32, Session)| {
            let bounds = [session.first, end].map(|at| Value::Timestamp(Timestamp(at)));
            let rows: Vec<Held> = session.rows.into_iter().map(|(_, held)| held).collect();
            self.contents.rows(&key, &bounds, Some(Timestamp(end - 1)), &rows)
        };
        due.into_iter().flat_map(leave).collect()
    }
}
