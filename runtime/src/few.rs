//! Lists that are nearly always of one.

use std::collections::VecDeque;

/// A list of which the only element stands in place: no memory is asked for, and none is looked at elsewhere.
///
/// Elements go in and out at both ends in a constant time, however long it is.
#[derive(Debug, Default)]
pub(crate) enum Few<T> {
    #[default]
    None,
    One(T),
    /// Two at least.
    Many(VecDeque<T>),
}

impl<T> Few<T> {
    /// How many elements there are.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        match self {
            Few::None => 0,
            Few::One(_) => 1,
            Few::Many(list) => list.len(),
        }
    }

    /// Element number `at`, if there is one.
    #[inline]
    pub(crate) fn get(&self, at: usize) -> Option<&T> {
        match self {
            Few::One(element) if at == 0 => Some(element),
            Few::None | Few::One(_) => None,
            Few::Many(list) => list.get(at),
        }
    }

    /// Element number `at`, if there is one.
    #[inline]
    pub(crate) fn get_mut(&mut self, at: usize) -> Option<&mut T> {
        match self {
            Few::One(element) if at == 0 => Some(element),
            Few::None | Few::One(_) => None,
            Few::Many(list) => list.get_mut(at),
        }
    }

    /// All of them, in their order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        let (one, many) = match self {
            Few::None => (None, None),
            Few::One(element) => (Some(element), None),
            Few::Many(list) => (None, Some(list)),
        };
        one.into_iter().chain(many.into_iter().flatten())
    }

    /// How many elements are `before` some point; those are the first ones.
    #[inline]
    pub(crate) fn partition_point(&self, mut before: impl FnMut(&T) -> bool) -> usize {
        match self {
            Few::None => 0,
            Few::One(element) => usize::from(before(element)),
            Few::Many(list) => list.partition_point(before),
        }
    }

    /// Puts an element before number `at`, or behind the last one.
    pub(crate) fn insert(&mut self, at: usize, element: T) {
        *self = match std::mem::take(self) {
            Few::None => Few::One(element),
            Few::One(other) if at == 0 => Few::Many([element, other].into()),
            Few::One(other) => Few::Many([other, element].into()),
            Few::Many(mut list) => {
                list.insert(at, element);
                Few::Many(list)
            }
        };
    }

    /// Takes out element number `at`, if there is one.
    pub(crate) fn remove(&mut self, at: usize) -> Option<T> {
        if let Few::Many(list) = self {
            let element = list.remove(at);
            self.settle();
            return element;
        }
        match std::mem::take(self) {
            Few::One(element) if at == 0 => Some(element),
            other => {
                *self = other;
                None
            }
        }
    }

    /// Drops so many of the first elements.
    pub(crate) fn drop_first(&mut self, count: usize) {
        match self {
            Few::Many(list) => {
                list.drain(..count);
                self.settle();
            }
            _ if count == 0 => {}
            Few::None | Few::One(_) => *self = Few::None,
        }
    }

    /// Puts the only element in place.
    fn settle(&mut self) {
        if let Few::Many(list) = self
            && list.len() < 2
        {
            *self = list.pop_front().map_or(Few::None, Few::One);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_is_a_list(steps in prop::collection::vec((0..6_u8, 0..9_usize), 0..40)) {
            let (mut few, mut oracle) = (Few::default(), Vec::new());
            for (number, (what, at)) in steps.into_iter().enumerate() {
                match what {
                    0..3 => {
                        few.insert(at % (oracle.len() + 1), number);
                        oracle.insert(at % (oracle.len() + 1), number);
                    }
                    3 => {
                        let known = (at < oracle.len()).then(|| oracle.remove(at));
                        prop_assert_eq!(few.remove(at), known);
                    }
                    4 => {
                        few.drop_first(at.min(oracle.len()));
                        oracle.drain(..at.min(oracle.len()));
                    }
                    _ => {
                        few.get_mut(at).into_iter().for_each(|element| *element += 100);
                        oracle.get_mut(at).into_iter().for_each(|element| *element += 100);
                    }
                }
                prop_assert_eq!(few.iter().collect::<Vec<_>>(), oracle.iter().collect::<Vec<_>>());
                prop_assert_eq!((few.len(), few.get(at)), (oracle.len(), oracle.get(at)));
                prop_assert_eq!(matches!(few, Few::Many(_)), oracle.len() > 1);
            }
        }

        #[test]
        fn what_is_before_a_point_is_counted(sorted in prop::collection::vec(0..9_u8, 0..6), point in 0..10_u8) {
            let mut few = Few::default();
            let mut sorted = sorted;
            sorted.sort_unstable();
            sorted.iter().enumerate().for_each(|(at, element)| few.insert(at, *element));
            prop_assert_eq!(few.partition_point(|element| *element < point), sorted.iter().filter(|element| **element < point).count());
        }
    }

    #[test]
    fn nothing_moves_when_the_first_ones_leave() {
        let mut few = Few::default();
        (0..1000).for_each(|number| few.insert(number, number));
        let place_of_last = |few: &Few<usize>| few.get(few.len() - 1).map(std::ptr::from_ref);
        let place = place_of_last(&few);
        while few.len() > 2 {
            few.drop_first(1);
            assert_eq!(place_of_last(&few), place);
        }
    }
}
