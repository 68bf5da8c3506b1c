//! Spouts in Rust.

use std::fmt::{self, Display};
use std::sync::{Arc, Mutex};

use streamwright_values::Fault;

use super::State;
use crate::ledger::lock;
use crate::support::Put;
use crate::support::given::{put_bad, put_row};
use crate::support::own::caught;

/// A spout in Rust: `run queue::Orders { … }` in the place of a spout's `read`. There is one value of the type, on a thread
/// of its own.
///
/// What it gives need not be the same in each run, but it is the input: the rows of the program follow from it alone.
pub trait Spout: Send + Sized {
    /// The spout's record: `crate::records::Order<'static>`. One with a float that is not finite is a dead letter.
    type Row;
    /// What the topology says in braces behind `run`; `()` where it says nothing.
    type Options;
    /// Where it stands in its input, such as the number of rows that it has given, or an offset.
    type Position: State;
    /// Why it cannot go on.
    type Error: Display;

    /// Opens it, before anything is read.
    ///
    /// # Errors
    /// The program does not start.
    fn open(options: &Self::Options) -> Result<Self, Self::Error>;

    /// What comes next. It may wait for input, but not for long: while it does, nothing is acknowledged, and the program is
    /// slow to stop.
    ///
    /// # Errors
    /// The input has failed, and the run stops, as after a panic. What is wrong with one tuple is [`Next::Bad`].
    fn next(&mut self) -> Result<Next<Self::Row>, Self::Error>;

    /// Where it stands: behind what it has given.
    fn position(&self) -> Self::Position;

    /// Goes on behind a position that it has told in an earlier run: asked for before the first [`Spout::next`], where a run
    /// goes on from a checkpoint.
    ///
    /// # Errors
    /// The program does not start.
    fn seek(&mut self, position: Self::Position) -> Result<(), Self::Error>;

    /// All that lies before a position has come to its end: its rows are written, or dead letters. Positions come in their
    /// order, not each of them. Called between two calls of [`Spout::next`], and behind the last one.
    ///
    /// # Errors
    /// The run stops, as [`Spout::next`].
    fn ack(&mut self, position: Self::Position) -> Result<(), Self::Error> {
        let _ = position;
        Ok(())
    }
}

/// What a [`Spout`] has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next<R> {
    /// A tuple.
    Row(R),
    /// A tuple that is none of its record: a dead letter, `rust-error`.
    Bad {
        /// Why.
        why: String,
        /// What had come, as far as it can be shown.
        input: Option<String>,
    },
    /// Nothing for now. It is asked again soon.
    Nothing,
    /// Nothing any more.
    End,
}

/// A spout in Rust on its way to its thread.
#[derive(Clone)]
pub struct OwnSource {
    name: &'static str,
    opened: Arc<Mutex<Option<Opened>>>,
}

type Opened = Result<Box<dyn GivesTuples>, String>;

impl OwnSource {
    /// Opens a spout of this type for a node.
    pub fn new<S>(name: &'static str, options: &S::Options) -> OwnSource
    where
        S: Spout + 'static,
        S::Row: Put,
    {
        let mut spout = None;
        let opened = caught(|| S::open(options).map(|new| spout = Some(new)));
        let opened = match (opened, spout) {
            (Ok(()), Some(spout)) => Ok(Box::new(Giver(spout)) as Box<dyn GivesTuples>),
            (Err(fault), _) => Err(format!("{name}: {}", fault.message)),
            (Ok(()), None) => Err(format!("{name}: it cannot be opened")),
        };
        OwnSource { name, opened: Arc::new(Mutex::new(Some(opened))) }
    }

    /// The spout's name, and the spout, once.
    pub(crate) fn take(&self) -> Result<(&'static str, Box<dyn GivesTuples>), String> {
        let taken = lock(&self.opened).take();
        taken
            .unwrap_or_else(|| Err(format!("{}: it is open already", self.name)))
            .map(|spout| (self.name, spout))
    }
}

impl fmt::Debug for OwnSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("OwnSource").field(&self.name).finish()
    }
}

/// What a spout's thread has been given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Given {
    Tuple,
    Nothing,
    End,
}

/// What a spout's thread needs of a spout.
pub(crate) trait GivesTuples: Send {
    /// Asks for the next tuple, which is written behind what is in `out`.
    fn next(&mut self, out: &mut Vec<u8>) -> Result<Given, String>;

    /// Writes where it stands.
    fn position(&mut self, out: &mut Vec<u8>) -> Result<(), String>;

    /// All before a position is done.
    fn ack(&mut self, position: &[u8]) -> Result<(), String>;
}

struct Giver<S>(S);

impl<S> GivesTuples for Giver<S>
where
    S: Spout,
    S::Row: Put,
{
    fn next(&mut self, out: &mut Vec<u8>) -> Result<Given, String> {
        let mut given = Given::Tuple;
        let asked = caught(|| {
            match self.0.next()? {
                Next::Row(row) => put_row(&row, out),
                Next::Bad { why, input } => put_bad(&why, input.as_deref(), out),
                Next::Nothing => given = Given::Nothing,
                Next::End => given = Given::End,
            }
            Ok::<_, S::Error>(())
        });
        asked.map(|()| given).map_err(message)
    }

    fn position(&mut self, out: &mut Vec<u8>) -> Result<(), String> {
        caught(|| {
            self.0.position().encode(out);
            Ok::<_, S::Error>(())
        })
        .map_err(message)
    }

    fn ack(&mut self, mut position: &[u8]) -> Result<(), String> {
        // Reading it back is the spout's own code, too.
        let mut unreadable = None;
        let acknowledged = caught(|| {
            match S::Position::decode(&mut position) {
                Ok(position) => self.0.ack(position)?,
                Err(bad) => unreadable = Some(bad.to_string()),
            }
            Ok::<_, S::Error>(())
        });
        acknowledged.map_err(message)?;
        unreadable.map_or(Ok(()), Err)
    }
}

fn message(fault: Fault) -> String {
    fault.message.into()
}
