//! Dead letters: tuples and rows that could not be computed, with where and why.

use streamwright_values::{Fault, FaultCode};

/// A letter as the sinks of `dead_letters` see it.
#[derive(Clone, Copy, Debug)]
pub struct LetterRow<'a> {
    /// The spout; absent for a row made by a window.
    pub spout: Option<&'a str>,
    /// The line or the tuple's index, from 1; absent for a row made by a window.
    pub position: Option<i64>,
    /// The bolt or sink; absent where it happened in the spout.
    pub bolt: Option<&'a str>,
    /// The fault's word.
    pub code: FaultCode,
    /// The fault's sentence.
    pub error: &'a str,
    /// What could not be computed.
    pub input: Option<&'a str>,
}

/// A letter on its way to the end of its root.
#[derive(Clone, Debug)]
pub(crate) struct Letter {
    /// Encoded.
    pub(crate) tag: Vec<u8>,
    /// The node's topological rank.
    pub(crate) node: u16,
    pub(crate) fault: Fault,
    pub(crate) input: Option<String>,
}

impl std::fmt::Display for LetterRow<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(spout) = self.spout {
            write!(f, "{spout}")?;
        }
        if let Some(position) = self.position {
            write!(f, ":{position}")?;
        }
        if self.spout.is_some() && self.bolt.is_some() {
            f.write_str(" ")?;
        }
        if let Some(bolt) = self.bolt {
            write!(f, "{bolt}")?;
        }
        write!(f, ": {}: {}", self.code.as_str(), self.error)?;
        self.input.map_or(Ok(()), |input| write!(f, ": {input}"))
    }
}
