//! The lean runtime of programs that Streamwright compiles.
//!
//! It knows nothing of the language: it offers what a careful person would use to write the same program by hand. Its
//! door for compiled programs is [`private`]; the documentation there shows how a program is put together.
//!
//! Nothing here is generic over the program but the tables of windows and the accumulators: workers, ledger, exchange,
//! sources and sinks are compiled once.

pub mod arguments;
pub mod clock;
pub mod files;
pub mod own;
pub mod private;
pub mod signals;

mod acknowledged;
mod bell;
mod bytes;
mod costs;
mod counters;
mod dues;
mod engine;
mod entries;
mod exchange;
mod few;
mod hash;
mod join;
mod keyed;
mod latest;
mod layout;
mod ledger;
mod letter;
mod order;
mod outbox;
mod part;
mod places;
mod program;
mod progress;
mod run;
mod sink;
mod source;
mod stage;
mod stderr;
mod support;
mod system;
mod table;
mod tag;
mod unread;
mod window;
mod worker;

pub use counters::Summary;
pub use layout::{Interface, ParamInterface};
pub use letter::LetterRow;
pub use own::{BadState, Bolt, Context, Next, Sink, Spout, State};
pub use program::{Error, conclude};
/// The types of columns that Rust has none for: what own Rust is given, and gives.
pub use streamwright_values::{Duration, List, Timestamp};
pub use unread::Unread;
