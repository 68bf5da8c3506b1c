//! What the hand-written programs share. Each of them does one job of `benches/`, on one thread, as an expert would write it in an hour: lines are
//! borrowed from large blocks, the usual order of a record's fields is guessed and each literal of it checked, and what
//! is not as guessed is read again by name, with serde_json. Values are checked in full. Lines that do not fit are
//! counted, with no message: that is all that these programs leave out.

pub mod blocks;
pub mod clicks;
pub mod cursor;
pub mod digits;
pub mod out;
pub mod requests;
pub mod time;
pub mod windows;

use std::error::Error;

/// What a program's `main` gives back.
pub type Done = Result<(), Box<dyn Error>>;

/// A table that trusts its keys not to be made by an adversary.
pub type Table<K, V> = hashbrown::HashMap<K, V, foldhash::fast::RandomState>;

/// The paths on the command line.
///
/// # Errors
/// Fails if they are not as many as the program takes.
pub fn paths<const N: usize>() -> Result<[String; N], Box<dyn Error>> {
    std::env::args().skip(1).collect::<Vec<_>>().try_into().map_err(|_| format!("usage: {N} paths").into())
}
