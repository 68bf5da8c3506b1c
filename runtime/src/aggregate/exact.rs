//! Sums and averages of ints and durations, in 128 bits.

use streamwright_values::exact_sum::average_int;
use streamwright_values::{Duration, Fault, dataflow};

use super::Merge;
use crate::wire::{self, Reader};

/// `sum` of ints. Cannot overflow on the way: 2^64 values of 64 bits fit 128.
#[derive(Clone, Debug, Default)]
pub struct SumInt(i128);

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
    #[inline]
    fn merge(&mut self, later: &SumInt) {
        self.0 += later.0;
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
    #[inline]
    fn merge(&mut self, later: &SumDuration) {
        self.0.merge(&later.0);
    }
}

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
    #[inline]
    fn merge(&mut self, later: &AvgInt) {
        self.sum.merge(&later.sum);
        self.count += later.count;
    }
}
