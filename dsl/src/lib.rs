//! The Streamwright language: text to a checked topology.

pub mod ast;
pub mod check;
pub mod connectors;
pub mod functions;
pub mod source;
pub mod topology;
