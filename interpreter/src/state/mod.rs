//! What nodes keep from row to row, a file a kind.

mod window;

use std::cmp::Ordering;

use streamwright_dsl::topology::{self, NodeId};
use streamwright_values::Value;

use crate::Program;
use crate::row::{Failure, Tuple};
use crate::watermark::Moment;

pub(crate) use window::Grid;

/// The state of one node: its stateful step at work.
pub(crate) trait State {
    /// A row has come to the step.
    ///
    /// # Errors
    /// What an expression over the row failed with; then the state is as it was.
    fn enter(&mut self, coming: Coming<'_>) -> Result<Entered, Failure>;

    /// The node's watermark has moved: the rows that are due now, in order. A kind whose rows all leave at once has none.
    fn release(&mut self, watermark: Moment) -> Vec<Result<Tuple, Failure>>;
}

/// A row that comes to a stateful step.
pub(crate) struct Coming<'r> {
    pub(crate) row: &'r Tuple,
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

/// The empty state of a node, if it keeps any.
pub(crate) fn of<'r>(program: &'r Program<'_>, id: NodeId) -> Option<Box<dyn State + 'r>> {
    let node = program.topology.node(id);
    let (at, state) = node.state()?;
    let step = Step { program, node, at };
    Some(match state {
        topology::State::Window(window) => {
            let grid = program.settings.grids.get(&id)?;
            Box::new(window::Windows::new(step, window, *grid))
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
