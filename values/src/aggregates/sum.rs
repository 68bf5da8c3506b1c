//! `sum`

#[cfg(feature = "definition")]
use super::plain;
use super::{Aggregate, Algebra, Argument, Merge, Shape};
use crate::exact_sum::ExactSum;
use crate::wire::{self, Reader};
use crate::{Duration, Fault, Type, dataflow};
#[cfg(feature = "definition")]
use crate::{Value, ops};

/// The exact sum.
pub static SUM: Aggregate = Aggregate {
    name: "sum",
    algebra: Algebra::Commutative,
    takes_time: false,
    may_be_absent: false,
    shape: |arguments| match arguments {
        [Argument { ty: Type::Int, .. }] => Ok(Shape::of(Type::Int, "sum::SumInt").fallible()),
        [Argument { ty: Type::Float, .. }] => Ok(Shape::of(Type::Float, "sum::SumFloat").fallible()),
        [Argument { ty: Type::Duration, .. }] => Ok(Shape::of(Type::Duration, "sum::SumDuration").fallible()),
        _ => Err("an int, a float or a duration"),
    },
    docs: "The exact sum, 0 of no rows. A sum of ints or durations that leaves its range is a fault of the row that \
           leaves; a sum of floats is rounded once, so it is the same in any order.",
    example: "sum(bytes ?? 0)",
    #[cfg(feature = "definition")]
    fold: |shape, rows| {
        let ints = || plain::ints(rows).map(i128::from).sum();
        Ok(match shape.result {
            Type::Float => {
                Value::Float(ops::finite(plain::sum(plain::floats(rows)), || "the sum".to_owned())?)
            }
            Type::Duration => Value::Duration(dataflow::duration_sum(ints())?),
            _ => Value::Int(dataflow::int_sum(ints())?),
        })
    },
};

/// `sum` of ints. Cannot overflow on the way: 2^64 values of 64 bits fit 128.
// In an entry of a table, room is worth more than an alignment to sixteen bytes.
#[derive(Clone, Copy, Debug, Default)]
#[repr(Rust, packed(8))]
pub struct SumInt(pub(super) i128);

impl SumInt {
    /// A value.
    #[inline]
    pub fn add(&mut self, value: i64) {
        self.0 += i128::from(value);
    }

    /// The sum.
    ///
    /// # Errors
    /// `overflow` where it is no int.
    pub fn finish(&self) -> Result<i64, Fault> {
        dataflow::int_sum(self.0)
    }

    /// Appends it for [`SumInt::decode`].
    pub fn encode(&self, out: &mut Vec<u8>) {
        wire::put_i128(out, self.0);
    }

    /// What `encode` wrote.
    pub fn decode(reader: &mut Reader<'_>) -> SumInt {
        SumInt(reader.i128())
    }
}

impl Merge for SumInt {
    const GROWS: bool = false;
    const SUBTRACTS: bool = true;

    #[inline]
    fn merge(&mut self, later: &SumInt) {
        self.0 += later.0;
    }

    #[inline]
    fn subtract(&mut self, merged: &SumInt) {
        self.0 -= merged.0;
    }
}

/// `sum` of durations.
#[derive(Clone, Debug, Default)]
pub struct SumDuration(SumInt);

impl SumDuration {
    /// A value.
    #[inline]
    pub fn add(&mut self, value: Duration) {
        self.0.add(value.0);
    }

    /// The sum.
    ///
    /// # Errors
    /// `overflow` where it is no duration.
    pub fn finish(&self) -> Result<Duration, Fault> {
        dataflow::duration_sum(self.0.0)
    }

    /// Appends it for [`SumDuration::decode`].
    pub fn encode(&self, out: &mut Vec<u8>) {
        self.0.encode(out);
    }

    /// What `encode` wrote.
    pub fn decode(reader: &mut Reader<'_>) -> SumDuration {
        SumDuration(SumInt::decode(reader))
    }
}

impl Merge for SumDuration {
    const GROWS: bool = false;
    const SUBTRACTS: bool = true;

    #[inline]
    fn merge(&mut self, later: &SumDuration) {
        self.0.merge(&later.0);
    }

    #[inline]
    fn subtract(&mut self, merged: &SumDuration) {
        self.0.subtract(&merged.0);
    }
}

/// `sum` of floats: the exact sum, rounded once.
#[derive(Clone, Debug, Default)]
pub struct SumFloat(ExactSum);

impl SumFloat {
    /// A value.
    #[inline]
    pub fn add(&mut self, value: f64) {
        self.0.add(value);
    }

    /// The sum.
    ///
    /// # Errors
    /// `not-finite` where it is too large for a float.
    pub fn finish(&self) -> Result<f64, Fault> {
        self.0.finish()
    }

    /// Appends it for [`SumFloat::decode`].
    pub fn encode(&self, out: &mut Vec<u8>) {
        encode_sum(&self.0, out);
    }

    /// What `encode` wrote.
    pub fn decode(reader: &mut Reader<'_>) -> SumFloat {
        SumFloat(decode_sum(reader))
    }
}

impl Merge for SumFloat {
    const GROWS: bool = false;
    const SUBTRACTS: bool = true;

    #[inline]
    fn merge(&mut self, later: &SumFloat) {
        self.0.merge(&later.0);
    }

    #[inline]
    fn subtract(&mut self, merged: &SumFloat) {
        self.0.subtract(&merged.0);
    }
}

/// With its length before it, so that a reader need not know the form of a sum.
pub(super) fn encode_sum(sum: &ExactSum, out: &mut Vec<u8>) {
    let start = out.len();
    wire::put_u32(out, 0);
    sum.encode(out);
    let len = (out.len() - start - 4) as u32;
    out[start..start + 4].copy_from_slice(&len.to_le_bytes());
}

pub(super) fn decode_sum(reader: &mut Reader<'_>) -> ExactSum {
    let mut bytes = reader.bytes();
    ExactSum::decode(&mut bytes).unwrap_or_else(|| unreachable!("a sum is read as it was written"))
}
