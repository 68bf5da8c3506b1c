//! The Streamwright language: text to a checked topology.

pub mod ast;
pub mod check;
pub mod connectors;
pub mod diagnostic;
pub mod format;
pub mod functions;
pub mod import;
pub mod own;
pub mod parse;
#[cfg(test)]
mod random;
pub mod source;
pub mod topology;

pub use parse::parse;
