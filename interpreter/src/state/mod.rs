//! What nodes keep from row to row, a file a kind.

mod by_rows;
mod contents;
mod distinct;
mod join;
mod keep;
mod kept;
mod latest;
mod session;
mod top;
mod window;

use std::cmp::Ordering;

use streamwright_dsl::topology::{self, Expr, NodeId};
use streamwright_values::Value;

use crate::Program;
use crate::row::{Failure, Tuple};
use crate::watermark::Moment;

pub(crate) use by_rows::Reach;
pub(crate) use join::Bounds;
pub(crate) use window::{Grid, Revisions};

/// The state of one node: its stateful step at work.
pub(crate) trait State {
    /// A row has come to the step.
    ///
    /// # Errors
    /// What an expression over the row failed with; then the state is as it was.
    fn enter(&mut self, coming: Coming<'_>) -> Result<Entered, Failure>;

    /// The node's watermark has moved: the rows that are due now, in order. A kind whose rows all leave at once has none.
    fn release(&mut self, watermark: Moment) -> Vec<Result<Tuple, Failure>>;

    /// How many rows it has dropped since it was asked, because they met no other or one before them.
    fn dropped(&mut self) -> u64 {
        0
    }
}

/// A row that comes to a stateful step.
pub(crate) struct Coming<'r> {
    pub(crate) row: &'r Tuple,
    /// Whether it is the partner's, as that sent it: it has gone through no step.
    pub(crate) partner: bool,
    /// The one of the node's tasks that it goes to.
    pub(crate) task: u32,
    /// The node's watermark before this instant: lateness and expiry are judged by it.
    pub(crate) watermark: Moment,
}

/// What comes of it.
#[derive(Default)]
pub(crate) struct Entered {
    /// The rows that leave at once, and what failed as they were made.
    pub(crate) leaves: Vec<Result<Tuple, Failure>>,
    /// The rows that leave by `.late`.
    pub(crate) late: Vec<Tuple>,
}

/// A window's constants, settled.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WindowSettings {
    pub(crate) shape: Shape,
    /// How many rows its `top` lets leave; 0 where there is none.
    pub(crate) top: i64,
}

/// Which of a key's rows are together in a window, in nanoseconds.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape {
    /// Those up to an end.
    Ending(Grid, Revisions),
    /// Those that follow each other within the gap.
    Session { gap: i64, longest: Option<i64>, every: Option<i64> },
    /// So many, or those up to each one.
    ByRows(Reach),
}

impl Entered {
    /// One row that leaves.
    fn row(row: Tuple) -> Entered {
        Entered { leaves: vec![Ok(row)], ..Entered::default() }
    }
}

/// The empty state of a node, if it keeps any.
pub(crate) fn of<'r>(program: &'r Program<'_>, id: NodeId) -> Option<Box<dyn State + 'r>> {
    let node = program.topology.node(id);
    let (at, state) = node.state()?;
    let step = Step { program, node, at };
    Some(match state {
        // A program with own Rust does not start.
        topology::State::Run(_) => return None,
        topology::State::Window(window) => {
            let settings = program.settings.windows.get(&id)?;
            let contents = contents::Contents::new(step, window, settings.top);
            match settings.shape {
                Shape::Ending(grid, revisions) => Box::new(window::Windows::new(contents, grid, revisions)),
                Shape::Session { gap, longest, every } => {
                    Box::new(session::Sessions::new(contents, (gap, longest), every))
                }
                Shape::ByRows(reach) => Box::new(by_rows::ByRows::new(contents, reach)),
            }
        }
        topology::State::Join(join) => {
            Box::new(join::Joined::new(step, join, *program.settings.bounds.get(&id)?))
        }
        topology::State::Latest(latest) => {
            Box::new(latest::Versions::new(step, latest, program.settings.expiries.get(&id).copied()))
        }
        topology::State::Top(top) => Box::new(top::Tops::new(step, top, *program.settings.tops.get(&id)?)),
        topology::State::Distinct(distinct) => {
            let within = program.settings.periods.get(&id)?.first()?;
            Box::new(distinct::Seen::new(distinct, *within))
        }
        topology::State::Keep(keep) => {
            Box::new(keep::Keeps::new(step, keep, program.settings.periods.get(&id)?))
        }
    })
}

/// Which step the state is of.
#[derive(Clone, Copy)]
struct Step<'r> {
    program: &'r Program<'r>,
    node: &'r topology::Node,
    at: usize,
}

impl<'r> Step<'r> {
    /// Whether rows of both sides count as a pair: the rest of what `on` says.
    ///
    /// # Errors
    /// What that failed with.
    fn holds(
        self,
        filter: Option<&Expr>,
        right: &[topology::Column],
        pair: &[Value],
    ) -> Result<bool, Failure> {
        let Some(filter) = filter else { return Ok(true) };
        self.program.evaluator.holds(filter, pair).map_err(|fault| {
            let columns: Vec<topology::Column> = self.before().iter().chain(right).cloned().collect();
            Failure::of(fault, filter, &columns, pair)
        })
    }

    /// The columns of the row before it.
    fn before(self) -> &'r [topology::Column] {
        self.node.before(self.at)
    }
}

/// Values of one type each, in the order of keys.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Key(pub(crate) Vec<Value>);

impl Key {
    /// What these columns of a row hold.
    fn of(columns: &[usize], row: &Tuple) -> Key {
        Key(columns.iter().map(|column| row.values[*column].clone()).collect())
    }
}

// Floats are not keys, so every two values of a column compare.
impl Eq for Key {}

impl Ord for Key {
    fn cmp(&self, other: &Key) -> Ordering {
        self.0.partial_cmp(&other.0).unwrap_or(Ordering::Equal)
    }
}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Key) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
