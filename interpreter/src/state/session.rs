//! `window session`

use std::collections::BTreeMap;

use streamwright_values::{Timestamp, Value, dataflow};

use super::contents::{Contents, Held};
use super::window::ticks;
use super::{Coming, Entered, Key, State};
use crate::row::{Failure, Tuple};
use crate::watermark::Moment;

/// The open sessions of one bolt.
pub(super) struct Sessions<'r> {
    contents: Contents<'r>,
    gap: i64,
    longest: Option<i64>,
    /// `emit every`
    every: Option<i64>,
    watermark: Moment,
    /// Of each key and task, in the order of time.
    open: BTreeMap<(Key, u32), Vec<Session>>,
}

/// A session: from its first row to a gap behind its last.
struct Session {
    first: i64,
    last: i64,
    /// In input order: each with its number.
    rows: Vec<(u64, Held)>,
    /// How often it has left, or those have that it was made of.
    sent: i64,
    /// Whether it has taken in a row since.
    changed: bool,
}

impl<'r> Sessions<'r> {
    pub(super) fn new(
        contents: Contents<'r>,
        (gap, longest): (i64, Option<i64>),
        every: Option<i64>,
    ) -> Sessions<'r> {
        Sessions { contents, gap, longest, every, watermark: Moment::Beginning, open: BTreeMap::new() }
    }

    /// Its rows as it leaves.
    fn leave(&self, key: &Key, session: &Session, is_final: bool) -> Vec<Result<Tuple, Failure>> {
        let end = session.last + self.gap;
        let mut own: Vec<Value> =
            [session.first, end].map(|at| Value::Timestamp(Timestamp(at))).into_iter().collect();
        if self.contents.window.is_revised() {
            own.extend([Value::Int(session.sent), Value::Bool(is_final)]);
        }
        let rows: Vec<Held> = session.rows.iter().map(|(_, held)| held.clone()).collect();
        self.contents.rows(key, &own, Some(Timestamp(end - 1)), &rows)
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
        earlier.sent += later.sent;
        earlier.changed |= later.changed;
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
        let own = Session {
            first: at.0,
            last: at.0,
            rows: vec![(number.unwrap_or(0), held)],
            sent: 0,
            changed: true,
        };
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
        let before = std::mem::replace(&mut self.watermark, watermark);
        let mut due = Vec::new();
        for ((key, task), sessions) in &self.open {
            for (place, session) in sessions.iter().enumerate() {
                let end = session.last + self.gap;
                let ticks = |every| ticks(every, (session.first, end), before, watermark);
                let is_over = Moment::At(end) <= watermark;
                if is_over || session.changed && self.every.is_some_and(ticks) {
                    due.push((end, key.clone(), *task, place, is_over));
                }
            }
        }
        due.sort();
        let mut rows = Vec::new();
        for (_, key, task, place, is_over) in due {
            let of_key = (key, task);
            let Some(mut sessions) = self.open.remove(&of_key) else { continue };
            rows.extend(self.leave(&of_key.0, &sessions[place], is_over));
            sessions[place].sent += 1;
            sessions[place].changed = false;
            self.open.insert(of_key, sessions);
        }
        for sessions in self.open.values_mut() {
            sessions.retain(|session| Moment::At(session.last + self.gap) > watermark);
        }
        self.open.retain(|_, sessions| !sessions.is_empty());
        rows
    }
}
