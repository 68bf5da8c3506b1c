//! Small things that generated code is written with, so that it reads like what a person would write.

mod clause;
mod column;
mod format;
pub(crate) mod given;
mod kept;
mod nested;
pub(crate) mod own;
mod start;
mod wire;

pub use clause::{
    Failed, Shown, attempt, check_fits, check_windows, clause, event_time, foresee, foreseen, line,
    line_shown, present, read_whole,
};
pub use column::{
    KeyColumn, Lend, Ordered, bytes, is, keep, key_bytes, lend, rank_bytes, text, widen, within,
    within_inclusive,
};
pub use format::{header, reader, scan, unnamed, write, writer};
pub use given::{given, given_shown};
pub use kept::KeptText;
pub use nested::{decode, encode, member, unread};
pub use own::{Finite, Own, finite, own};
#[cfg(feature = "zones")]
pub use start::zone;
pub use start::{
    behind, boundary, constant, every, forms, held_back, hold, hopping, in_range, tumbling, window_start,
};
#[cfg(feature = "regex")]
pub use start::{groups, regex};
pub use start::{rank, session};
pub use wire::{Head, Put, Take, put, take};

/// The time of rows that have none: nobody asks for it.
pub const NO_TIME: i64 = 0;
