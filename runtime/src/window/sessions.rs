//! Sessions: rows of a key that follow each other closely.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use streamwright_values::aggregates::Merge;

use super::{Key, KeyRef};
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
    watermark: i64,
    keys: Places<K, Slot<A>>,
    /// When some session of a key may end, and the key's place. An entry counts if it is what its slot says.
    due: BinaryHeap<Reverse<(i64, usize)>>,
}

#[derive(Debug)]
struct Slot<A> {
    /// In the order of time; their rows are apart, though their ends may overlap the next one's start where they were cut.
    sessions: Vec<Session<A>>,
    /// At or before the end of the first session.
    scheduled: i64,
}

#[derive(Debug)]
struct Session<A> {
    first: i64,
    last: i64,
    accumulator: A,
}

impl<A> Session<A> {
    fn end(&self, gap: i64) -> i64 {
        self.last.saturating_add(gap)
    }
}

impl<K: Key, A: Default + Merge> Sessions<K, A> {
    /// Without any rows, at the watermark −∞. `gap` is greater than 0, and `longest` at least that; [`i64::MAX`] where
    /// sessions may have any length.
    #[must_use]
    pub fn new(gap: i64, longest: i64) -> Sessions<K, A> {
        let (keys, due) = (Places::default(), BinaryHeap::new());
        Sessions { gap, longest, watermark: i64::MIN, keys, due }
    }

    /// Takes everything out, and leaves nothing but the memory of the watermark behind.
    #[must_use]
    pub fn take(&mut self) -> Sessions<K, A> {
        let empty = Sessions { watermark: self.watermark, ..Sessions::new(self.gap, self.longest) };
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
        let (place, slot) = self.keys.entry(key, || Slot { sessions: Vec::new(), scheduled: i64::MAX });
        let next = slot.sessions.partition_point(|session| session.first <= at);
        if let Some(before) = next.checked_sub(1)
            && slot.sessions[before].takes_in(at, gap, longest)
        {
            let session = &mut slot.sessions[before];
            session.last = session.last.max(at);
            update(&mut session.accumulator);
            slot.join(before, gap, longest);
            return 0;
        }
        let alone = Session { first: at, last: at, accumulator: A::default() };
        if slot.sessions.get(next).is_some_and(|after| alone.reaches(after, gap, longest)) {
            slot.sessions[next].first = at;
            update(&mut slot.sessions[next].accumulator);
            return 0;
        }
        if own_end <= self.watermark {
            late(at, own_end);
            self.leave_if_empty(place);
            return 1;
        }
        slot.sessions.insert(next, alone);
        update(&mut slot.sessions[next].accumulator);
        if own_end < slot.scheduled {
            slot.scheduled = own_end;
            self.due.push(Reverse((own_end, place)));
        }
        0
    }

    /// Releases every session that ends at or before `watermark`: `each` is given its bounds, the key and what was
    /// accumulated, in the order of (end, key).
    pub fn release(&mut self, watermark: i64, mut each: impl FnMut(i64, i64, &K, &A)) {
        self.watermark = self.watermark.max(watermark);
        let mut due: Vec<(i64, usize, Session<A>)> = Vec::new();
        while let Some(Reverse((end, place))) = self.due.peek().copied().filter(|next| next.0.0 <= watermark)
        {
            self.due.pop();
            let slot = self.keys.get_mut(place).filter(|(_, slot)| slot.scheduled == end);
            let Some((_, slot)) = slot else { continue };
            let over = slot.sessions.partition_point(|session| session.end(self.gap) <= watermark);
            due.extend(slot.sessions.drain(..over).map(|session| (session.end(self.gap), place, session)));
            slot.scheduled = i64::MAX;
            if let Some(first) = slot.sessions.first() {
                slot.scheduled = first.end(self.gap);
                self.due.push(Reverse((slot.scheduled, place)));
            }
        }
        let key = |place: usize| self.keys.get(place).map(|(key, _)| key);
        due.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| key(a.1).cmp(&key(b.1))));
        for (end, place, session) in &due {
            if let Some(key) = key(*place) {
                each(session.first, *end, key, &session.accumulator);
            }
        }
        for (_, place, _) in due {
            self.leave_if_empty(place);
        }
    }

    fn leave_if_empty(&mut self, place: usize) {
        if self.keys.get(place).is_some_and(|(_, slot)| slot.sessions.is_empty()) {
            self.keys.remove(place);
        }
    }
}

impl<A: Merge> Slot<A> {
    /// Makes one of a session and the next, where they have come to touch.
    fn join(&mut self, at: usize, gap: i64, longest: i64) {
        let Some([session, next]) = self.sessions.get_mut(at..at + 2) else { return };
        if session.reaches(next, gap, longest) {
            session.last = next.last;
            session.accumulator.merge(&next.accumulator);
            self.sessions.remove(at + 1);
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
