//! `count`

use super::{Aggregate, Algebra, Merge, Shape};
use crate::Type;
use crate::wire::{self, Reader};

/// How many rows there are.
pub static COUNT: Aggregate = Aggregate {
    name: "count",
    algebra: Algebra::Commutative,
    takes_time: false,
    may_be_absent: false,
    shape: |arguments| match arguments {
        [] => Ok(Shape::of(Type::Int, "count::Count")),
        _ => Err("no argument; a filter is `count(where …)`"),
    },
    docs: "How many rows there are.",
    example: "count()",
    #[cfg(feature = "definition")]
    fold: |_, rows| Ok((rows.len() as i64).into()),
};

/// `count`
#[derive(Clone, Debug, Default)]
pub struct Count(u64);

impl Count {
    /// A row.
    #[inline]
    pub fn add(&mut self) {
        self.0 += 1;
    }

    /// How many rows there were.
    #[must_use]
    pub fn finish(&self) -> i64 {
        self.0.cast_signed()
    }

    /// Appends it for [`Count::decode`].
    pub fn encode(&self, out: &mut Vec<u8>) {
        wire::put_u64(out, self.0);
    }

    /// What `encode` wrote.
    pub fn decode(reader: &mut Reader<'_>) -> Count {
        Count(reader.u64())
    }
}

impl Merge for Count {
    const GROWS: bool = false;
    const SUBTRACTS: bool = true;

    #[inline]
    fn merge(&mut self, later: &Count) {
        self.0 += later.0;
    }

    #[inline]
    fn subtract(&mut self, merged: &Count) {
        self.0 -= merged.0;
    }
}
