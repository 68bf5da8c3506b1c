//! What a program tells the runtime about itself.

use crate::own::{OwnSource, OwnTarget};
use streamwright_connectors::Connector;
use streamwright_values::Type;
use streamwright_values::format::lines::Framing;

use crate::letter::LetterRow;
use crate::outbox::Outbox;
use crate::source::{Payload, SourceRoot};
use crate::stage::StageRoot;
use crate::table::Tables;

/// What `--help` says, and how arguments are parsed.
#[derive(Clone, Copy, Debug)]
pub struct Interface<'a> {
    /// The topology's name; the prefix of its environment variables too.
    pub name: &'a str,
    /// The topology's `//!` lines.
    pub docs: &'a str,
    /// In declaration order: [`Params`](crate::arguments::Params) is read by these indices.
    pub params: &'a [ParamInterface<'a>],
}

/// A param of the topology.
#[derive(Clone, Debug)]
pub struct ParamInterface<'a> {
    /// Its name: the flag is `--name` with `-` for `_`.
    pub name: &'a str,
    /// Its `///` lines.
    pub docs: &'a str,
    /// Its type.
    pub ty: Type,
    /// The text form of its default; a param without one has to be given.
    pub default: Option<&'a str>,
}

/// A program: what is known when its params are.
pub trait Topology: Sync {
    /// The shape of the program. Called once, before anything is opened.
    fn layout(&self) -> Layout;

    /// The first record of a source with a header, before any worker is made. Empty where the input is.
    ///
    /// # Errors
    /// A sentence for people; the program then stops with exit code 2 before anything is read.
    fn header(&mut self, spout: usize, record: &[u8]) -> Result<(), String> {
        let _ = (spout, record);
        Ok(())
    }

    /// A worker with its own state. Called once a worker thread.
    fn worker(&self) -> Box<dyn Worker + '_>;

    /// The tables in which rows are looked up, if there are any.
    fn tables(&self) -> Option<&Tables> {
        None
    }

    /// What reads the tuples of timed spouts where several are merged. Called once, and only then.
    fn merger(&self) -> Box<dyn Merger + '_> {
        Box::new(Untimed)
    }
}

/// One worker's share of every stage, with its state.
pub trait Worker: Send {
    /// The source stage over one root; alone, everything.
    fn source(&mut self, root: &mut SourceRoot<'_>, out: &mut Outbox);

    /// Keyed stage `stage` over one root, in root order. Never called alone.
    fn stage(&mut self, stage: usize, root: &StageRoot<'_>, out: &mut Outbox) {
        let _ = (stage, root, out);
    }

    /// The letters of one root, in order: runs the steps of the sinks that read `dead_letters`, and writes their rows
    /// with [`Outbox::row`]. A fault there is a letter about a letter: [`Outbox::letter_lost`]. Only called where a sink
    /// reads them.
    fn letters(&mut self, letters: &[LetterRow<'_>], out: &mut Outbox) {
        let _ = (letters, out);
    }
}

/// Reads tuples where spouts are merged, behind the claims' lock: which one is next follows from their event times.
pub trait Merger: Send {
    /// Whether what a tuple of a spout is depends on the clock. If not, many are read before it is known whose turn it is.
    fn minds_clock(&self, spout: usize) -> bool {
        let _ = spout;
        true
    }

    /// Reads a tuple of a timed spout, and appends the row that leaves the spout to `row`. What it says must agree with what
    /// the worker would make of the tuple by this reading of the clock.
    fn read(&mut self, spout: usize, payload: &Payload<'_>, clock: i64, row: &mut Vec<u8>) -> Foreseen;

    /// Likewise the line that `input` begins with, where its end is found by reading it; and how long it is. None where
    /// [`Merger::read`] has to be asked, and what is in `row` then means nothing.
    fn read_on(
        &mut self,
        spout: usize,
        input: &[u8],
        clock: i64,
        row: &mut Vec<u8>,
    ) -> Option<(Foreseen, usize)> {
        let _ = (spout, input, clock, row);
        None
    }
}

/// That of a program whose spouts have no event time.
struct Untimed;

impl Merger for Untimed {
    fn read(&mut self, _: usize, _: &Payload<'_>, _: i64, _: &mut Vec<u8>) -> Foreseen {
        Foreseen::Unread(None)
    }
}

/// What a tuple is found to be where spouts are merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Foreseen {
    /// One row, of this event time. The worker is given its bytes.
    Row(i64),
    /// Nothing: the spout's own steps drop it.
    Dropped,
    /// Something that the worker has to read itself, a letter or several rows; the latest event time of these.
    Unread(Option<i64>),
}

impl Foreseen {
    /// The latest event time of what leaves the spout.
    pub(crate) fn at(self) -> Option<i64> {
        match self {
            Foreseen::Row(at) => Some(at),
            Foreseen::Dropped => None,
            Foreseen::Unread(at) => at,
        }
    }
}

/// The shape of a program.
#[derive(Clone, Debug, Default)]
pub struct Layout {
    /// In declaration order; at least one.
    pub spouts: Vec<SpoutLayout>,
    /// Keyed stages in topological order: an exchange leads from a smaller index to a larger one.
    pub stages: Vec<StageLayout>,
    /// The ways rows take from one worker to another.
    pub exchanges: Vec<ExchangeLayout>,
    /// In declaration order.
    pub sinks: Vec<SinkLayout>,
    /// Every node that a letter may name, by topological rank.
    pub nodes: Vec<NodeLayout>,
}

/// A spout.
#[derive(Clone, Debug)]
pub struct SpoutLayout {
    /// Its name, for letters.
    pub name: &'static str,
    /// Where its input comes from.
    pub source: Source,
    /// How bytes are cut into tuples; ignored by [`Source::Generate`].
    pub framing: Framing,
    /// Whether the first record is a header ([`Topology::header`]).
    pub header: bool,
    /// Whether it has `time`. Untimed spouts come first where several are merged.
    pub timed: bool,
    /// `late by`, in nanoseconds, at least 0.
    pub late_by: i64,
    /// `idle after`, in nanoseconds: how long nothing comes until event time goes by as the clock does.
    pub idle_after: Option<i64>,
    /// Where its roots are cut.
    pub cuts: Vec<Cut>,
}

/// Where a spout's input comes from.
#[derive(Clone, Debug)]
pub enum Source {
    /// A connector of bytes. What cannot seek (a named pipe) is read as standard input is.
    Bytes {
        /// What is opened.
        connector: &'static Connector,
        /// By which operand; empty where it has none.
        operand: String,
    },
    /// The numbers 0, 1, 2, …, which the program makes tuples of.
    Generate {
        /// How many; without end where absent.
        count: Option<u64>,
        /// Tuples a second by the clock; as fast as they are taken where absent.
        rate: Option<u64>,
    },
    /// Own Rust, whose rows come as [`Put`](crate::private::Put) writes them; to be cut by [`Framing::Lengths`].
    Own(OwnSource),
}

/// Where roots of a spout are cut into segments, and for which stages.
///
/// Stages that need the same cuts are a *class*, one of up to 64. A stage sees the cuts of its class only: how finely others
/// are cut costs it nothing. Its class has to have
/// - the boundaries at which it decides something itself,
/// - those of all stages upstream that release rows, so that such rows come at the end of a segment,
/// - where rows leave it between its own boundaries: those of all stages that these rows may reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cut {
    /// At which event times, on the scale of the watermark.
    pub boundary: Boundary,
    /// Bit `k` for class `k`.
    pub classes: u64,
}

/// The instants `offset + k·step`, in nanoseconds, at which some window downstream may end.
///
/// For a tumbling or hopping window that is its `every` as the step and its `offset + size` as the offset. A `window
/// all` needs none: the end of a spout always closes a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Boundary {
    /// Greater than 0.
    pub step: i64,
    /// Any number.
    pub offset: i64,
}

/// A keyed stage: a windowed bolt with everything that is fused behind it.
#[derive(Clone, Debug)]
pub struct StageLayout {
    /// For messages.
    pub name: &'static str,
    /// Its class of cuts, less than 64.
    pub class: u32,
}

impl StageLayout {
    /// The bit of its class.
    pub(crate) fn cuts(&self) -> u64 {
        1 << (self.class % u64::BITS)
    }
}

/// A way from every worker to every worker.
#[derive(Clone, Copy, Debug)]
pub struct ExchangeLayout {
    /// The stage that sends; none for the source stage.
    pub from: Option<usize>,
    /// The stage that receives.
    pub to: usize,
    /// Whether its rows carry tags.
    pub tagged: Tagged,
}

/// When rows need tags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tagged {
    /// Rows are made in order by one worker a root.
    Never,
    /// Several workers make them, each in order: alone they need none.
    WithWorkers,
    /// Not even one worker makes them in order.
    Always,
}

impl Tagged {
    pub(crate) fn with(self, workers: usize) -> bool {
        match self {
            Tagged::Never => false,
            Tagged::WithWorkers => workers > 1,
            Tagged::Always => true,
        }
    }
}

/// A sink.
#[derive(Clone, Debug)]
pub struct SinkLayout {
    /// Its name.
    pub name: &'static str,
    /// Where its rows go.
    pub target: Target,
    /// What stands before the first row: CSV's header line with its line end.
    pub header: Vec<u8>,
    /// Whether its rows carry tags. Without, those of a root stand in the order in which its one worker made them.
    pub tagged: Tagged,
    /// Whether it reads `dead_letters` (and nothing else): its rows come from [`Worker::letters`].
    pub dead_letters: bool,
}

/// Where a sink's rows go.
#[derive(Clone, Debug)]
pub enum Target {
    /// A connector of bytes. To one without a format, rows are counted and dropped: finish them without writing any bytes.
    Bytes {
        /// What is opened.
        connector: &'static Connector,
        /// By which operand; empty where it has none.
        operand: String,
    },
    /// Own Rust, which takes rows as [`Put`](crate::private::Put) writes them.
    Own(OwnTarget),
}

/// A node, as letters name it.
#[derive(Clone, Copy, Debug)]
pub struct NodeLayout {
    /// Its name.
    pub name: &'static str,
    /// Whether it is a spout: its letters name no bolt.
    pub spout: bool,
}
