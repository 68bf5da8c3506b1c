//! Lists that are nearly always of one.

use std::ops::{Deref, DerefMut};

/// A list of which the only element stands in place: no memory is asked for, and none is looked at elsewhere.
#[derive(Debug, Default)]
pub(crate) enum Few<T> {
    #[default]
    None,
    One(T),
    /// Two at least.
    Many(Vec<T>),
}

impl<T> Few<T> {
    /// Puts an element before number `at`, or behind the last one.
    pub(crate) fn insert(&mut self, at: usize, element: T) {
        *self = match std::mem::take(self) {
            Few::None => Few::One(element),
            Few::One(other) if at == 0 => Few::Many(vec![element, other]),
            Few::One(other) => Few::Many(vec![other, element]),
            Few::Many(mut list) => {
                list.insert(at, element);
                Few::Many(list)
            }
        };
    }

    /// Drops the elements with these numbers.
    pub(crate) fn remove(&mut self, range: std::ops::Range<usize>) {
        match self {
            _ if range.is_empty() => {}
            Few::None | Few::One(_) => *self = Few::None,
            Few::Many(list) => {
                list.drain(range);
                if list.len() < 2 {
                    *self = list.pop().map_or(Few::None, Few::One);
                }
            }
        }
    }
}

impl<T> Deref for Few<T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        match self {
            Few::None => &[],
            Few::One(element) => std::slice::from_ref(element),
            Few::Many(list) => list,
        }
    }
}

impl<T> DerefMut for Few<T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [T] {
        match self {
            Few::None => &mut [],
            Few::One(element) => std::slice::from_mut(element),
            Few::Many(list) => list,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_is_a_list(steps in prop::collection::vec((any::<bool>(), 0..9_usize, 0..4_usize), 0..40)) {
            let (mut few, mut oracle) = (Few::default(), Vec::new());
            for (number, (insert, at, length)) in steps.into_iter().enumerate() {
                let at = at % (oracle.len() + 1);
                if insert {
                    few.insert(at, number);
                    oracle.insert(at, number);
                } else {
                    let range = at..oracle.len().min(at + length);
                    few.remove(range.clone());
                    oracle.drain(range);
                }
                prop_assert_eq!(&few[..], &oracle[..]);
                prop_assert_eq!(&mut few[..], &mut oracle[..]);
                prop_assert_eq!(matches!(few, Few::Many(_)), oracle.len() > 1);
            }
        }
    }
}
