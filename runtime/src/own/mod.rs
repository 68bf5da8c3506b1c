//! What own Rust is written against: a bolt's trait, and what a bolt may ask for.

mod bolts;
mod context;
mod random;
mod sink;
mod spout;
mod state;
mod timers;

use std::fmt::Display;

use streamwright_values::Timestamp;

pub use bolts::Bolts;
pub use context::Context;
pub use random::Random;
pub(crate) use sink::TakesRows;
pub use sink::{OwnTarget, Sink};
pub(crate) use spout::{Given, GivesTuples};
pub use spout::{Next, OwnSource, Spout};
pub use state::{BadState, State};

/// A bolt in Rust: `run triage::Scorer { … }` in a topology. There is one value of the type for each key of the bolt's
/// `group by`, made when its first row comes; without keys there is one for each task.
///
/// It must be deterministic: what it answers with follows from the rows that it is given, in their order, from its options
/// and its context. Rows of one key come in the order of the input, and on one thread at a time.
///
/// The value is all that it may keep, and it is a [`State`]: so it can be saved with its timers, and an error can take back
/// what a call has changed.
///
/// ```text
/// pub struct Scorer { mean: f64, seen: i64 }
///
/// streamwright::state!(Scorer { mean, seen });
///
/// impl streamwright::Bolt for Scorer {
///     type Row<'a> = crate::bolts::ScoredRow<'a>;
///     type Output = crate::records::Score<'static>;
///     type Options = crate::bolts::ScoredOptions;
///     type Error = String;
///
///     fn new(_: &Self::Options) -> Self {
///         Scorer { mean: 0.0, seen: 0 }
///     }
///
///     fn process(&mut self, row: &Self::Row<'_>, context: &mut Context<'_, Self>) -> Result<(), String> {
///         …
///         context.emit(Score { user: row.user.to_string().into(), score });
///         Ok(())
///     }
/// }
/// ```
pub trait Bolt: State {
    /// The row as it comes to `run`; the program has a struct for it.
    type Row<'a>;
    /// The bolt's record: what it answers with. A float in it is finite; else the call has failed, with `not-finite`.
    type Output;
    /// What the topology says in braces behind `run`; `()` where it says nothing.
    type Options;
    /// Why a row cannot be processed. Its text is in the dead letter.
    type Error: Display;

    /// Whether an error leaves the bolt as it was before the call. For that it is written down before each call, which
    /// costs what writing its state costs: a bolt that keeps much for a key, and changes it only when nothing can fail any
    /// more, may say `false`.
    const UNDO: bool = true;

    /// The state of a key that has none yet.
    fn new(options: &Self::Options) -> Self;

    /// Takes a row, and answers with any number of rows by [`Context::emit`].
    ///
    /// # Errors
    /// The row becomes a dead letter, `rust-error`; a panic makes one likewise, `rust-panic`. What was emitted and asked
    /// for by this call is dropped, and the bolt is as it was before ([`Bolt::UNDO`]).
    fn process(&mut self, row: &Self::Row<'_>, context: &mut Context<'_, Self>) -> Result<(), Self::Error>;

    /// The watermark has reached a time that was asked for by [`Context::at`].
    ///
    /// # Errors
    /// As [`Bolt::process`]; the letter has no position.
    fn on_timer(&mut self, at: Timestamp, context: &mut Context<'_, Self>) -> Result<(), Self::Error> {
        let _ = (at, context);
        Ok(())
    }
}
