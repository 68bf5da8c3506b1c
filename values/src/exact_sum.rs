//! The exact sum of floats, rounded once.
use crate::Fault;
/// The exact sum of floats, rounded once.
#[derive(Clone, Debug, Default)]
pub struct ExactSum {}
impl ExactSum {
    /// The empty sum.
    pub fn new() -> ExactSum {
        ExactSum {}
    }
    /// Adds a finite float.
    pub fn add(&mut self, value: f64) {
        todo!()
    }
    /// Adds another sum.
    pub fn merge(&mut self, other: &ExactSum) {
        todo!()
    }
    /// The float nearest to the sum (ties to even); 0.0 of nothing. `not-finite` where it is too large.
    pub fn finish(&self) -> Result<f64, Fault> {
        todo!()
    }
    /// The float nearest to sum / count, rounded once. A `count` of 0 is `not-finite`.
    pub fn average(&self, count: u64) -> Result<f64, Fault> {
        todo!()
    }
    /// Appends it for [`ExactSum::decode`].
    pub fn encode(&self, out: &mut Vec<u8>) {
        todo!()
    }
    /// Takes what `encode` wrote from the front of `input`; none where it is broken.
    pub fn decode(input: &mut &[u8]) -> Option<ExactSum> {
        todo!()
    }
}
/// The float nearest to sum / count, rounded once: `avg` of ints. 0.0 where count is 0.
pub fn average_int(sum: i128, count: u64) -> f64 {
    todo!()
}
