//! What a program does besides its job. The benches turn one off at a time, by a cargo feature, to see what it costs; no
//! program keeps its promises without.

/// Ids of pieces go in and out of the ledger. Without, a root is done when its rows are handed over: for one worker only, as
/// several know by nothing else when a root is complete.
pub(crate) const ACKING: bool = !cfg!(feature = "bench-no-acking");

/// What happens is counted.
pub(crate) const COUNTERS: bool = !cfg!(feature = "bench-no-counters");

/// What cannot be computed becomes a letter, with its position and its cause. Without, it is dropped.
pub(crate) const LETTERS: bool = !cfg!(feature = "bench-no-letters");

/// Several workers' rows are put back into the order of the input. Without, they leave as they are made.
pub(crate) const ORDER: bool = !cfg!(feature = "bench-no-order");
