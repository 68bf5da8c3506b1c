//! Accumulators: what a window keeps of the rows that fell into it.
//!
//! All take rows in one by one (`add`), join a later partial (`merge`), and cross an exchange (`encode`, `decode`). The
//! sums are exact, so their result does not depend on the order; of `First` and `Last` the earlier operand of `merge` is
//! the one whose rows came earlier in the input.

mod exact;
mod float;
mod held;
mod kept;

use crate::wire::{self, Reader};
pub use exact::{AvgInt, SumDuration, SumInt};
pub use float::{AvgFloat, SumFloat};
pub use held::Held;
pub use kept::{First, Last, Max, Min};

/// Joins a partial result with a later one.
pub trait Merge {
    /// Takes in `later`, whose rows came after this one's.
    fn merge(&mut self, later: &Self);
}

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
    #[inline]
    fn merge(&mut self, later: &Count) {
        self.0 += later.0;
    }
}
