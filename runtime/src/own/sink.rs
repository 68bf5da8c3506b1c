//! Sinks in Rust.

use std::fmt::{self, Display};
use std::io;
use std::sync::{Arc, Mutex};

use streamwright_values::wire::Reader;

use crate::ledger::lock;
use crate::support::Take;
use crate::support::own::caught;

/// A sink in Rust: `run store::Writer { … }` in the place of a sink's `write`. It is given all rows in their order, on a
/// thread of its own, and there is one value of the type.
///
/// An `Err`, or a panic, ends the run as a full disk does: the row and those behind it are counted as not written.
pub trait Sink: Send + Sized {
    /// The row; the program has a struct for it.
    type Row<'a>;
    /// What the topology says in braces behind `run`; `()` where it says nothing.
    type Options;
    /// Why it cannot go on.
    type Error: Display;

    /// Opens it, before anything is read.
    ///
    /// # Errors
    /// The program does not start.
    fn new(options: &Self::Options) -> Result<Self, Self::Error>;

    /// Takes a row.
    ///
    /// # Errors
    /// The run ends.
    fn write(&mut self, row: &Self::Row<'_>) -> Result<(), Self::Error>;

    /// No more rows wait for now: what is buffered should go on its way.
    ///
    /// # Errors
    /// The run ends.
    fn flush(&mut self) -> Result<(), Self::Error> {
        Ok(())
    }
}

/// A sink in Rust on its way to its thread.
#[derive(Clone)]
pub struct OwnTarget {
    name: &'static str,
    opened: Arc<Mutex<Option<Opened>>>,
}

type Opened = Result<Box<dyn TakesRows>, String>;

impl OwnTarget {
    /// Opens a sink of this type for a node.
    pub fn new<S>(name: &'static str, options: &S::Options) -> OwnTarget
    where
        S: Sink + 'static,
        for<'a> S::Row<'a>: Take<'a>,
    {
        let mut sink = None;
        let opened = caught(|| S::new(options).map(|new| sink = Some(new)));
        let opened = match (opened, sink) {
            (Ok(()), Some(sink)) => Ok(Box::new(Writer(sink)) as Box<dyn TakesRows>),
            (Err(fault), _) => Err(format!("{name}: {}", fault.message)),
            (Ok(()), None) => Err(format!("{name}: it cannot be opened")),
        };
        OwnTarget { name, opened: Arc::new(Mutex::new(Some(opened))) }
    }

    /// The sink's name, and the sink, once.
    pub(crate) fn take(&self) -> (&'static str, Opened) {
        let taken = lock(&self.opened).take();
        (self.name, taken.unwrap_or_else(|| Err(format!("{}: it is open already", self.name))))
    }
}

impl fmt::Debug for OwnTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("OwnTarget").field(&self.name).finish()
    }
}

/// What a writer thread needs of a sink.
pub(crate) trait TakesRows: Send {
    /// Takes the first of these rows. Gives how many bytes it had.
    fn take(&mut self, rows: &[u8]) -> io::Result<usize>;

    fn flush(&mut self) -> io::Result<()>;
}

struct Writer<S>(S);

impl<S> TakesRows for Writer<S>
where
    S: Sink,
    for<'a> S::Row<'a>: Take<'a>,
{
    fn take(&mut self, rows: &[u8]) -> io::Result<usize> {
        let mut reader = Reader::new(rows);
        let row = S::Row::take(&mut reader);
        caught(|| self.0.write(&row)).map_err(|fault| io::Error::other(String::from(fault.message)))?;
        Ok(rows.len() - reader.remaining())
    }

    fn flush(&mut self) -> io::Result<()> {
        caught(|| self.0.flush()).map_err(|fault| io::Error::other(String::from(fault.message)))
    }
}
