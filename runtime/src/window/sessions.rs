//! Sessions: rows of a key that follow each other closely.

use streamwright_values::aggregates::Merge;

use super::revisions::{Revision, ticks};
use super::{Key, KeyRef};
use crate::dues::Dues;
use crate::few::Few;
use crate::order::by_time;
use crate::places::Places;

/// The open sessions of a bolt: an accumulator a session. All times in nanoseconds.
///
/// A session is `[first, last + gap)`. A row joins the session that it lies in, or the one before it where that is still
/// open at its time; what has come to touch the next session is one session with it. Neither is done where a session
/// would become longer than the longest: such a row starts a new one.
#[derive(Debug)]
pub struct Sessions<K, A> {
    gap: i64,
    /// The length that no session exceeds.
    longest: i64,
    /// From one early row to the next, on a grid that begins with 1970.
    every: Option<i64>,
    watermark: i64,
    keys: Places<K, Slot<A>>,
    /// Where there may be early rows: places with sessions that have changed since they left.
    changed: Vec<usize>,
    /// When some session of a key may end, and the key's place. An entry counts if it is what its slot says.
    due: Dues<usize>,
}

#[derive(Debug)]
struct Slot<A> {
    /// In the order of time; their rows are apart, though their ends may overlap the next one's start where they were cut.
    sessions: Few<Session<A>>,
    /// At or before the end of the first session.
    scheduled: i64,
    /// Whether its place is in `changed`.
    listed: bool,
}

#[derive(Debug)]
struct Session<A> {
    first: i64,
    last: i64,
    accumulator: A,
    /// How many rows it has sent, or those have that it was made of.
    sent: i64,
    /// Whether it has taken in something since.
    changed: bool,
}

/// A session of which a row leaves.
struct Due {
    end: i64,
    /// Its key's place, and its number there.
    place: usize,
    number: usize,
    is_over: bool,
}

impl<A> Session<A> {
    fn end(&self, gap: i64) -> i64 {
        self.last.saturating_add(gap)
    }

    fn send(&mut self, end: i64, is_final: bool) -> Revision {
        let number = self.sent;
        self.sent += 1;
        self.changed = false;
        Revision { start: self.first, end, number, is_final }
    }
}

impl<K: Key, A: Default + Merge> Sessions<K, A> {
    /// Without any rows, at the watermark −∞. `gap` is greater than 0, and `longest` at least that; [`i64::MAX`] where
    /// sessions may have any length. `every` is greater than 0.
    #[must_use]
    pub fn new(gap: i64, longest: i64, every: Option<i64>) -> Sessions<K, A> {
        let (keys, changed, due) = (Places::default(), Vec::new(), Dues::default());
        Sessions { gap, longest, every, watermark: i64::MIN, keys, changed, due }
    }

    /// Takes everything out, and leaves nothing but the memory of the watermark behind.
    #[must_use]
    pub fn take(&mut self) -> Sessions<K, A> {
        let empty =
            Sessions { watermark: self.watermark, ..Sessions::new(self.gap, self.longest, self.every) };
        std::mem::replace(self, empty)
    }

    /// Whether the session of a row at `at` alone ends within the range of timestamps. A row for which it does not is a
    /// fault, and must not be added.
    #[inline]
    #[must_use]
    pub fn fits(&self, at: i64) -> bool {
        at.checked_add(self.gap).is_some()
    }

    /// A row at `at`: `update` is called once if its session is open, else `late` with what would have been the bounds
    /// of its session. Returns how many sessions it missed.
    pub fn add<Q: KeyRef<K>>(
        &mut self,
        key: &Q,
        at: i64,
        update: impl FnOnce(&mut A),
        late: impl FnOnce(i64, i64),
    ) -> u64 {
        let own_end = at.saturating_add(self.gap);
        let (gap, longest) = (self.gap, self.longest);
        let (place, slot) =
            self.keys.entry(key, |_| Slot { sessions: Few::None, scheduled: i64::MAX, listed: false });
        // Only what has changed: the place of a late row alone is free again at once.
        let early = self.every.is_some();
        let changed = &mut self.changed;
        let mut list = |listed: &mut bool| {
            if early && !std::mem::replace(listed, true) {
                changed.push(place);
            }
        };
        let next = slot.sessions.partition_point(|session| session.first <= at);
        if let Some(before) = next.checked_sub(1)
            && let Some(session) = slot.sessions.get_mut(before)
            && session.takes_in(at, gap, longest)
        {
            session.last = session.last.max(at);
            session.changed = true;
            update(&mut session.accumulator);
            slot.join(before, gap, longest);
            list(&mut slot.listed);
            return 0;
        }
        let mut alone = Session { first: at, last: at, accumulator: A::default(), sent: 0, changed: true };
        if let Some(after) = slot.sessions.get_mut(next)
            && alone.reaches(after, gap, longest)
        {
            after.first = at;
            after.changed = true;
            update(&mut after.accumulator);
            list(&mut slot.listed);
            return 0;
        }
        if own_end <= self.watermark {
            late(at, own_end);
            self.leave_if_empty(place);
            return 1;
        }
        list(&mut slot.listed);
        update(&mut alone.accumulator);
        slot.sessions.insert(next, alone);
        if own_end < slot.scheduled {
            slot.scheduled = own_end;
            self.due.push(own_end, place);
        }
        0
    }

    /// Sends every session that ends at or before `watermark`, and those for which it is time for an early row: `each` is
    /// given what leaves, the key and what was accumulated, in the order of (end, key).
    pub fn release(&mut self, watermark: i64, mut each: impl FnMut(Revision, &K, &A)) {
        let before = self.watermark;
        self.watermark = before.max(watermark);
        let mut due = self.over();
        if let Some(every) = self.every {
            self.early(every, (before, self.watermark), &mut due);
        }
        let key = |number: usize| self.keys.get(due[number].place).map(|(key, _)| key);
        let order = by_time(due.iter().map(|due| due.end), |one, other| key(one).cmp(&key(other)));
        for number in order.collect::<Vec<_>>() {
            let Due { end, place, number, is_over } = due[number];
            if let Some((key, slot)) = self.keys.get_mut(place)
                && let Some(session) = slot.sessions.get_mut(number)
            {
                each(session.send(end, is_over), key, &session.accumulator);
            }
        }
        for due in due.into_iter().filter(|due| due.is_over) {
            self.drop_over(due.place);
        }
    }

    /// Finds the sessions that are over.
    fn over(&mut self) -> Vec<Due> {
        let (mut due, gap) = (Vec::new(), self.gap);
        while let Some((end, place)) = self.due.pop_to(self.watermark) {
            let slot = self.keys.get_mut(place).filter(|(_, slot)| slot.scheduled == end);
            let Some((_, slot)) = slot else { continue };
            let over = slot.over(gap, self.watermark);
            let ends = slot.sessions.iter().take(over).map(|session| session.end(gap));
            due.extend(ends.enumerate().map(|(number, end)| Due { end, place, number, is_over: true }));
            slot.scheduled = i64::MAX;
            if let Some(next) = slot.sessions.get(over) {
                slot.scheduled = next.end(gap);
                self.due.push(slot.scheduled, place);
            }
        }
        due
    }

    /// Drops the sessions of a key that are over.
    fn drop_over(&mut self, place: usize) {
        let Some((_, slot)) = self.keys.get_mut(place) else { return };
        let over = slot.over(self.gap, self.watermark);
        slot.sessions.drop_first(over);
        self.leave_if_empty(place);
    }

    /// Finds the sessions for which it is time for an early row, as the watermark `moves` from one instant to another.
    fn early(&mut self, every: i64, moves: (i64, i64), due: &mut Vec<Due>) {
        if moves.0.div_euclid(every) >= moves.1.div_euclid(every) {
            return;
        }
        // A place that another key has taken over may stand there twice.
        self.changed.sort_unstable();
        self.changed.dedup();
        let (gap, keys) = (self.gap, &mut self.keys);
        self.changed.retain(|place| {
            let Some((_, slot)) = keys.get_mut(*place) else { return false };
            slot.listed = false;
            let over = slot.over(gap, moves.1);
            let open = slot.sessions.iter().enumerate().skip(over);
            for (number, session) in open.filter(|(_, session)| session.changed) {
                let end = session.end(gap);
                if ticks((session.first, end), moves, every) {
                    due.push(Due { end, place: *place, number, is_over: false });
                } else {
                    slot.listed = true;
                }
            }
            slot.listed
        });
    }

    fn leave_if_empty(&mut self, place: usize) {
        if self.keys.get(place).is_some_and(|(_, slot)| slot.sessions.len() == 0) {
            self.keys.remove(place);
        }
    }
}

impl<A> Slot<A> {
    /// How many sessions are over, which are the first ones.
    fn over(&self, gap: i64, watermark: i64) -> usize {
        self.sessions.partition_point(|session| session.end(gap) <= watermark)
    }
}

impl<A: Merge> Slot<A> {
    /// Makes one of a session and the next, where they have come to touch.
    fn join(&mut self, at: usize, gap: i64, longest: i64) {
        let (session, next) = (self.sessions.get(at), self.sessions.get(at + 1));
        if session.zip(next).is_some_and(|(session, next)| session.reaches(next, gap, longest))
            && let Some(next) = self.sessions.remove(at + 1)
            && let Some(session) = self.sessions.get_mut(at)
        {
            session.last = next.last;
            session.accumulator.merge(&next.accumulator);
            session.sent += next.sent;
            session.changed |= next.changed;
        }
    }
}

impl<A> Session<A> {
    /// Whether a row behind its first one is in it.
    fn takes_in(&self, at: i64, gap: i64, longest: i64) -> bool {
        at <= self.last || at < self.end(gap) && length(self.first, at, gap) <= i128::from(longest)
    }

    /// Whether it is one with a later session.
    fn reaches(&self, next: &Session<A>, gap: i64, longest: i64) -> bool {
        next.first < self.end(gap) && length(self.first, next.last, gap) <= i128::from(longest)
    }
}

/// How long a session is.
fn length(first: i64, last: i64, gap: i64) -> i128 {
    i128::from(last) + i128::from(gap) - i128::from(first)
}

#[cfg(test)]
mod tests {
    use streamwright_values::aggregates::count::Count;

    use super::*;
    use crate::window::Only;

    #[test]
    fn late_rows_are_not_remembered_for_early_ones() {
        let mut sessions = Sessions::<Only, Count>::new(10, i64::MAX, Some(5));
        sessions.release(1_000_000, |_, _, _| {});
        for at in 0..1000 {
            assert_eq!(sessions.add(&Only, at, Count::add, |_, _| {}), 1);
        }
        assert_eq!((sessions.changed.len(), sessions.add(&Only, 1_000_000, Count::add, |_, _| {})), (0, 0));
        assert_eq!(sessions.changed.len(), 1);
    }
}
