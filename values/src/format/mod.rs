//! The wire formats: what a line says, field by field, and how a row is written.
//!
//! Reading has two steps. A format's `scan` checks the shape of the whole line and keeps a [`Raw`] for each field that
//! is wanted; then [`field::required`], [`field::optional`] or [`field::value`] convert. So what is malformed does not
//! depend on which fields somebody reads, and nothing is converted that nobody reads.
//!
//! In every `scan` the caller says where a field's raw value goes: `fields` has one place a wanted field.
//!
//! Each format is a file, with its entry for [`FORMATS`]: the checker, the interpreter, code generation and the runtime go
//! by that.

pub mod combined;
pub mod csv;
mod entry;
pub mod field;
pub mod json;
pub mod letter;
pub mod lines;
pub mod logfmt;
pub mod pattern;
mod piece;
mod scan;
pub(crate) mod search;
pub mod text;
pub mod write;

pub use entry::{
    AnyRead, Dialect, FORMATS, Format, Frame, Misfit, NewReader, NewWriter, OnePass, Operand, Read, Shape,
    Spot, Wanted, Write, Written,
};
pub use field::{Field, FieldSpec, Misread, Raw};
pub use letter::letter_input;
pub use piece::Piece;
pub use write::WriteField;

#[cfg(test)]
#[path = "one_pass_tests.rs"]
mod one_pass_tests;
