//! Sums and averages of floats, exact and rounded once.

use streamwright_values::Fault;
use streamwright_values::exact_sum::ExactSum;

use super::Merge;
use crate::wire::{self, Reader};

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
    #[inline]
    fn merge(&mut self, later: &SumFloat) {
        self.0.merge(&later.0);
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
    #[inline]
    fn merge(&mut self, later: &AvgFloat) {
        self.sum.merge(&later.sum);
        self.count += later.count;
    }
}

/// With its length before it, so that a reader need not know the form of a sum.
fn encode_sum(sum: &ExactSum, out: &mut Vec<u8>) {
    let start = out.len();
    wire::put_u32(out, 0);
    sum.encode(out);
    let len = (out.len() - start - 4) as u32;
    out[start..start + 4].copy_from_slice(&len.to_le_bytes());
}

fn decode_sum(reader: &mut Reader<'_>) -> ExactSum {
    let mut bytes = reader.bytes();
    ExactSum::decode(&mut bytes).unwrap_or_else(|| unreachable!("a sum is read as it was written"))
}
