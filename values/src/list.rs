//! Lists, borrowed or owned.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use std::ops::Deref;

/// A `list<T>`. Like a `Cow`, but it may be shortened to any lifetime within its own, its elements too.
#[derive(Clone, Debug)]
pub enum List<'a, T> {
    /// Of another row.
    Borrowed(&'a [T]),
    /// Its own.
    Owned(Vec<T>),
}

impl<T: Clone> List<'_, T> {
    /// The elements, copied where they are borrowed.
    pub fn into_vec(self) -> Vec<T> {
        match self {
            List::Borrowed(elements) => elements.to_vec(),
            List::Owned(elements) => elements,
        }
    }
}

impl<T> Deref for List<'_, T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        match self {
            List::Borrowed(elements) => elements,
            List::Owned(elements) => elements,
        }
    }
}

impl<T> From<Vec<T>> for List<'_, T> {
    fn from(elements: Vec<T>) -> Self {
        List::Owned(elements)
    }
}

impl<T> FromIterator<T> for List<'_, T> {
    fn from_iter<I: IntoIterator<Item = T>>(elements: I) -> Self {
        List::Owned(elements.into_iter().collect())
    }
}

impl<T: PartialEq> PartialEq for List<'_, T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T: Eq> Eq for List<'_, T> {}

impl<T: PartialOrd> PartialOrd for List<'_, T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        (**self).partial_cmp(&**other)
    }
}

impl<T: Ord> Ord for List<'_, T> {
    fn cmp(&self, other: &Self) -> Ordering {
        (**self).cmp(&**other)
    }
}

impl<T: Hash> Hash for List<'_, T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (**self).hash(state);
    }
}
