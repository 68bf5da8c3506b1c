//! `avg`

#[cfg(feature = "definition")]
use super::plain;
use super::sum::{SumInt, decode_sum, encode_sum};
use super::{Aggregate, Algebra, Argument, Merge, Shape};
#[cfg(feature = "definition")]
use crate::Value;
use crate::exact_sum::{ExactSum, average_int};
use crate::wire::{self, Reader};
use crate::{Fault, Type};

/// The exact sum over the count.
pub static AVG: Aggregate = Aggregate {
    name: "avg",
    algebra: Algebra::Commutative,
    takes_time: false,
    may_be_absent: true,
    shape: |arguments| match arguments {
        [Argument { ty: Type::Int, .. }] => Ok(Shape::of(Type::Float, "avg::AvgInt")),
        [Argument { ty: Type::Float, .. }] => Ok(Shape::of(Type::Float, "avg::AvgFloat").fallible()),
        _ => Err("an int or a float"),
    },
    docs: "The exact sum over the count, rounded once, as a float.",
    example: "avg(status)",
    // Never too large: it lies between the smallest and the largest value.
    #[cfg(feature = "definition")]
    fold: |_, rows| {
        let count = rows.len() as u64;
        Ok(match rows.first().and_then(|row| row.values.first()) {
            None => Value::None,
            Some(Value::Float(_)) => Value::Float(plain::mean(plain::floats(rows), count)),
            Some(_) => Value::Float(plain::mean_of_ints(plain::ints(rows), count)),
        })
    },
};

/// `avg` of ints: the exact sum over the count, rounded once.
#[derive(Clone, Debug, Default)]
pub struct AvgInt {
    sum: SumInt,
    count: u64,
}

impl AvgInt {
    /// A value.
    #[inline]
    pub fn add(&mut self, value: i64) {
        self.sum.add(value);
        self.count += 1;
    }

    /// The average; absent where there was no value.
    #[must_use]
    pub fn finish(&self) -> Option<f64> {
        (self.count > 0).then(|| average_int(self.sum.0, self.count))
    }

    /// Appends it for [`AvgInt::decode`].
    pub fn encode(&self, out: &mut Vec<u8>) {
        self.sum.encode(out);
        wire::put_u64(out, self.count);
    }

    /// What `encode` wrote.
    pub fn decode(reader: &mut Reader<'_>) -> AvgInt {
        AvgInt { sum: SumInt::decode(reader), count: reader.u64() }
    }
}

impl Merge for AvgInt {
    const GROWS: bool = false;
    const SUBTRACTS: bool = true;

    #[inline]
    fn merge(&mut self, later: &AvgInt) {
        self.sum.merge(&later.sum);
        self.count += later.count;
    }

    #[inline]
    fn subtract(&mut self, merged: &AvgInt) {
        self.sum.subtract(&merged.sum);
        self.count -= merged.count;
    }
}

/// `avg` of floats: the exact sum over the count, rounded once.
#[derive(Clone, Debug, Default)]
pub struct AvgFloat {
    sum: ExactSum,
    count: u64,
}

impl AvgFloat {
    /// A value.
    #[inline]
    pub fn add(&mut self, value: f64) {
        self.sum.add(value);
        self.count += 1;
    }

    /// The average; absent where there was no value.
    ///
    /// # Errors
    /// `not-finite` where it is too large for a float.
    pub fn finish(&self) -> Result<Option<f64>, Fault> {
        if self.count == 0 { Ok(None) } else { self.sum.average(self.count).map(Some) }
    }

    /// Appends it for [`AvgFloat::decode`].
    pub fn encode(&self, out: &mut Vec<u8>) {
        encode_sum(&self.sum, out);
        wire::put_u64(out, self.count);
    }

    /// What `encode` wrote.
    pub fn decode(reader: &mut Reader<'_>) -> AvgFloat {
        AvgFloat { sum: decode_sum(reader), count: reader.u64() }
    }
}

impl Merge for AvgFloat {
    const GROWS: bool = false;
    const SUBTRACTS: bool = true;

    #[inline]
    fn merge(&mut self, later: &AvgFloat) {
        self.sum.merge(&later.sum);
        self.count += later.count;
    }

    #[inline]
    fn subtract(&mut self, merged: &AvgFloat) {
        self.sum.subtract(&merged.sum);
        self.count -= merged.count;
    }
}
