//! The lean runtime of programs that Streamwright compiles.
//!
//! It knows nothing of the language: it offers what a careful person would use to write the same program by hand. The
//! only door is [`private`]; its documentation shows how a program is put together.
//!
//! Nothing here is generic over the program but the tables of [`window`](private::window) and
//! [`aggregate`](private::aggregate): workers, ledger, exchange, sources and sinks are compiled once.

pub mod private;

mod aggregate;
mod arguments;
mod counters;
mod engine;
mod hash;
mod layout;
mod ledger;
mod letter;
mod outbox;
mod part;
mod program;
mod signals;
mod sink;
mod source;
mod stage;
mod tag;
mod window;
mod wire;
mod worker;
