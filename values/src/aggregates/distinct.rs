//! `count_distinct`: exact, so it keeps every value once.

#[cfg(feature = "definition")]
use std::collections::BTreeSet;
use std::hash::Hash;

use hashbrown::HashTable;

use super::{Aggregate, Algebra, Held, Merge, Shape};
use crate::Type;
use crate::hash::hash;
use crate::wire::{self, Reader};

/// How many different values there are.
pub static COUNT_DISTINCT: Aggregate = Aggregate {
    name: "count_distinct",
    algebra: Algebra::Commutative,
    takes_time: false,
    may_be_absent: false,
    shape: |arguments| match arguments {
        [only] if only.ty.is_key() => Ok(Shape::holding(Type::Int, "distinct::CountDistinct")),
        _ => Err("one value of any type but float"),
    },
    docs: "How many different values there are, exactly. Each of them is kept until the window leaves; \
           `approx_count_distinct` needs four kilobytes for any number.",
    example: "count_distinct(path)",
    #[cfg(feature = "definition")]
    fold: |_, rows| {
        let values = rows.iter().flat_map(|row| row.values);
        let keys = values.map(|value| {
            let mut key = Vec::new();
            crate::order::append_value(&mut key, &value.type_of(), value);
            key
        });
        Ok((keys.collect::<BTreeSet<_>>().len() as i64).into())
    },
};

/// `count_distinct`
#[derive(Clone, Debug)]
pub struct CountDistinct<T>(HashTable<T>);

impl<T> Default for CountDistinct<T> {
    fn default() -> Self {
        CountDistinct(HashTable::new())
    }
}

impl<T: Held> CountDistinct<T>
where
    for<'a> T::View<'a>: Hash,
{
    /// A value.
    #[inline]
    pub fn add(&mut self, value: T::View<'_>) {
        let hashed = hash(&value).wide();
        if self.0.find(hashed, |known| T::order(known.view(), value).is_eq()).is_none() {
            self.0.insert_unique(hashed, T::hold(value), |known| hash(&known.view()).wide());
        }
    }

    /// How many there were.
    #[must_use]
    pub fn finish(&self) -> i64 {
        self.0.len() as i64
    }

    /// Appends it for `decode`.
    pub fn encode(&self, out: &mut Vec<u8>) {
        wire::put_u64(out, self.0.len() as u64);
        self.0.iter().for_each(|value| T::put(value.view(), out));
    }

    /// What `encode` wrote.
    pub fn decode(reader: &mut Reader<'_>) -> Self {
        let mut read = Self::default();
        for _ in 0..reader.u64() {
            read.add(T::get(reader).view());
        }
        read
    }
}

impl<T: Held> Merge for CountDistinct<T>
where
    for<'a> T::View<'a>: Hash,
{
    fn merge(&mut self, later: &Self) {
        later.0.iter().for_each(|value| self.add(value.view()));
    }
}
