//! What a value is in Streamwright: its type, its text forms, its arithmetic, the built-in functions, and the wire
//! formats that it is read from and written to.
//!
//! The checker, the interpreter, the compiled programs and the documentation all read this one crate, so that a
//! function or a text form is defined once. It does no I/O and knows neither the language nor Rust code.

pub mod aggregates;
pub mod dataflow;
pub mod exact_sum;
pub mod extract;
pub mod form;
pub mod format;
pub mod functions;
pub mod generate;
pub mod hash;
pub mod ops;
pub mod option;
pub mod order;
pub mod text;
pub mod wire;

mod fault;
mod list;
mod record;
mod types;
mod value;

pub use fault::{Fault, FaultCode};
pub use list::List;
pub use record::{Record, RecordField, RecordType};
pub use types::Type;
pub use value::{Duration, Timestamp, Value};
