//! What falls due at an instant.

/// Bits of a digit, and digits of an instant.
const BITS: u32 = 6;
const DIGITS: usize = 64_usize.div_ceil(BITS as usize);

/// A slot keeps room for so many entries when it is emptied.
const FEW: usize = 64;

/// Entries by when they fall due: a hierarchical timing wheel (Varghese, Lauck: *Hashed and hierarchical timing wheels*, 1987)
/// of 64 slots a level, one level for each digit of an instant.
///
/// An entry is in the level of the first digit in which it differs from the instant that was come to, and goes down as that
/// digit is reached, together with its neighbours: a few moves through memory in order, in whatever order entries came, where a
/// heap takes a step all over memory for each doubling of their number.
#[derive(Debug)]
pub(crate) struct Dues<T> {
    /// What was come to: no entry falls due before it.
    now: u64,
    /// None before the first entry: an empty wheel, which stands in for one that is lent, is nothing.
    levels: Vec<Level<T>>,
}

#[derive(Debug)]
struct Level<T> {
    /// The slots that have entries, a bit each.
    taken: u64,
    /// None before the first entry.
    slots: Vec<Vec<(i64, T)>>,
}

/// The slot whose entries are the first to fall due.
struct First {
    /// Its level, and which one it is there.
    place: usize,
    slot: usize,
    /// The instants that it is for, both inside.
    start: u64,
    end: u64,
}

impl<T> Default for Dues<T> {
    fn default() -> Dues<T> {
        Dues { now: 0, levels: Vec::new() }
    }
}

impl<T> Dues<T> {
    /// An entry that falls due then.
    #[inline]
    pub(crate) fn push(&mut self, due: i64, entry: T) {
        let at = in_order(due).max(self.now);
        let level = (at ^ self.now).checked_ilog2().unwrap_or(0) / BITS;
        let slot = (at >> (level * BITS)) as usize % (1 << BITS);
        if self.levels.get(level as usize).is_none_or(|level| level.slots.is_empty()) {
            self.make(level as usize);
        }
        let level = &mut self.levels[level as usize];
        level.slots[slot].push((due, entry));
        level.taken |= 1 << slot;
    }

    /// Makes the slots of a level.
    #[cold]
    fn make(&mut self, level: usize) {
        self.levels.resize_with(DIGITS, || Level { taken: 0, slots: Vec::new() });
        self.levels[level].slots.resize_with(1 << BITS, Vec::new);
    }

    /// Takes out all entries that fall due up to then, in no order. `until` never goes back.
    pub(crate) fn drain_to(&mut self, until: i64, mut each: impl FnMut(i64, T)) {
        let until = in_order(until);
        while let Some(First { place, slot, start, end }) = self.first()
            && start <= until
        {
            let level = &mut self.levels[place];
            level.taken &= !(1 << slot);
            let mut entries = std::mem::take(&mut level.slots[slot]);
            // Behind a slot that is cut by `until`, what stays in it differs from that in a lower digit.
            self.now = end.min(until);
            for (due, entry) in entries.drain(..) {
                if in_order(due) <= until {
                    each(due, entry);
                } else {
                    self.push(due, entry);
                }
            }
            // To grow a few from nothing each time is what they would cost most.
            if entries.capacity() <= FEW {
                self.levels[place].slots[slot] = entries;
            }
        }
    }

    /// The first slot with entries.
    #[inline]
    fn first(&self) -> Option<First> {
        let place = self.levels.iter().position(|level| level.taken != 0)?;
        let (level, shift) = (&self.levels[place], place as u32 * BITS);
        let slot = level.taken.trailing_zeros() as usize;
        let above = self.now.checked_shr(shift + BITS).unwrap_or(0);
        let start = above.checked_shl(shift + BITS).unwrap_or(0) | (slot as u64) << shift;
        Some(First { place, slot, start, end: start | ((1 << shift) - 1) })
    }

    /// Takes out an entry that falls due up to then, if there is one: the first, or one of those at the same instant. `until`
    /// never goes back.
    #[inline]
    pub(crate) fn pop_to(&mut self, until: i64) -> Option<(i64, T)> {
        loop {
            let First { place, slot, start, .. } = self.first()?;
            if start > in_order(until) {
                return None;
            }
            let level = &mut self.levels[place];
            let entries = &mut level.slots[slot];
            if let [(due, _)] = entries[..]
                && due > until
            {
                return None;
            }
            self.now = start;
            if place == 0 || entries.len() == 1 {
                let entry = entries.pop();
                if entries.is_empty() {
                    level.taken &= !(1 << slot);
                }
                return entry;
            }
            level.taken &= !(1 << slot);
            for (due, entry) in std::mem::take(entries) {
                self.push(due, entry);
            }
        }
    }
}

/// An instant as a number without a sign, in the same order.
fn in_order(instant: i64) -> u64 {
    instant.cast_unsigned() ^ 1 << 63
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn entries_leave_in_order_whatever_order_they_came_in(
            scale in prop::sample::select(vec![1, 1_000_000_007, i64::MAX / 1000]),
            steps in prop::collection::vec((-500..500_i64, 0..20_i64), 0..400),
        ) {
            let (mut dues, mut drained) = (Dues::default(), Dues::default());
            let mut oracle: Vec<(i64, usize)> = Vec::new();
            let mut now = -500 * scale;
            for (number, (due, on)) in steps.into_iter().enumerate() {
                let due = due * scale;
                dues.push(due, number);
                drained.push(due, number);
                oracle.push((due, number));
                now += on * scale / 4;
                let mut left: Vec<(i64, usize)> = std::iter::from_fn(|| dues.pop_to(now)).collect();
                prop_assert!(left.is_sorted_by_key(|entry| entry.0));
                left.sort_unstable();
                let mut due: Vec<_> = oracle.extract_if(.., |entry| entry.0 <= now).collect();
                due.sort_unstable();
                prop_assert_eq!(&left, &due);
                let mut together = Vec::new();
                drained.drain_to(now, |due, number| together.push((due, number)));
                together.sort_unstable();
                prop_assert_eq!(together, due);
            }
            prop_assert_eq!(std::iter::from_fn(|| dues.pop_to(i64::MAX)).count(), oracle.len());
        }
    }
}
