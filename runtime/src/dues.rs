//! What falls due at an instant.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

/// So many places an entry may be out of order and still be put where it belongs.
const NEAR: usize = 64;

/// Entries that come nearly in the order in which they fall due, as event time does: such a one is put into a sorted queue
/// near its end, and taken from the front, in a few steps over neighbouring memory. The others are in a heap beside it.
#[derive(Debug)]
pub(crate) struct Dues<T> {
    sorted: VecDeque<(i64, T)>,
    heap: BinaryHeap<Reverse<(i64, T)>>,
}

impl<T: Copy + Ord> Default for Dues<T> {
    fn default() -> Dues<T> {
        Dues { sorted: VecDeque::new(), heap: BinaryHeap::new() }
    }
}

impl<T: Copy + Ord> Dues<T> {
    /// An entry that falls due then.
    #[inline]
    pub(crate) fn push(&mut self, due: i64, entry: T) {
        if self.sorted.back().is_none_or(|last| last.0 <= due) {
            self.sorted.push_back((due, entry));
        } else {
            self.push_before((due, entry));
        }
    }

    fn push_before(&mut self, new: (i64, T)) {
        let near = self.sorted.iter().rev().take(NEAR).take_while(|other| other.0 > new.0).count();
        if near == NEAR {
            self.heap.push(Reverse(new));
        } else {
            self.sorted.insert(self.sorted.len() - near, new);
        }
    }

    /// Takes out an entry that falls due up to then, if there is one: the first, or one of those at the same instant.
    #[inline]
    pub(crate) fn pop_to(&mut self, until: i64) -> Option<(i64, T)> {
        let (near, far) = (self.sorted.front(), self.heap.peek());
        let is_near = near.is_some_and(|near| far.is_none_or(|far| near.0 <= far.0.0));
        let due = if is_near { near?.0 } else { far?.0.0 };
        if due > until {
            return None;
        }
        if is_near { self.sorted.pop_front() } else { self.heap.pop().map(|far| far.0) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn entries_leave_in_order_whatever_order_they_came_in(steps in prop::collection::vec((0..500_i64, 0..60_i64), 0..400)) {
            let mut dues = Dues::default();
            let mut oracle: Vec<(i64, usize)> = Vec::new();
            for (number, (due, back)) in steps.into_iter().enumerate() {
                dues.push(due, number);
                oracle.push((due, number));
                let mut left = Vec::new();
                while let Some(entry) = dues.pop_to(back) {
                    left.push(entry);
                }
                prop_assert!(left.is_sorted_by_key(|entry| entry.0));
                left.sort_unstable();
                let mut due: Vec<_> = oracle.extract_if(.., |entry| entry.0 <= back).collect();
                due.sort_unstable();
                prop_assert_eq!(left, due);
            }
        }
    }
}
