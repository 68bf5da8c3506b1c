//! The wire formats: what a line says, field by field, and how a row is written.
pub mod pattern;
