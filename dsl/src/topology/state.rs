//! What nodes keep from row to row: every kind of stateful step but the [windows](super::Window).

use std::sync::Arc;

use streamwright_values::RecordType;

use super::{Expr, Row, Top, Window};
use crate::source::Span;

/// `distinct on a, b within 1h`
#[derive(Clone, Debug)]
pub struct Distinct {
    /// Columns of the row before.
    pub keys: Vec<usize>,
    /// For how long a key counts as seen, from the event time of its first row on: checked at start to be positive. For
    /// ever where it is absent.
    pub within: Option<Expr>,
}

/// The `keep` clauses that stand together.
///
/// The row behind it is the row before, and then two columns a value: what is kept now, of its type, and what this row
/// found (`before(n)`), of that type as an optional.
#[derive(Clone, Debug)]
pub struct Keep {
    /// Columns of the row before.
    pub keys: Vec<usize>,
    /// In the order written.
    pub values: Vec<Kept>,
}

/// `keep avg: float = value then 0.9 * avg + 0.1 * value for 1h`
#[derive(Clone, Debug)]
pub struct Kept {
    /// Its value where nothing is kept: over the row before and both columns of each value before this one.
    pub first: Expr,
    /// Its value where something is: over these, its own column, which holds what was kept, and `before` of it.
    pub then: Expr,
    /// For how long it is kept, from the largest event time on that it was moved on by: checked at start to be
    /// positive. For ever where it is absent.
    pub lasts: Option<Expr>,
    /// Its clause.
    pub span: Span,
}

impl Keep {
    /// The column of value number `index` behind the step; the next one is what the row found.
    #[must_use]
    pub fn column(width_before: usize, index: usize) -> usize {
        width_before + 2 * index
    }

    /// All that may be evaluated for a row, in the order written.
    pub fn expressions(&self) -> impl Iterator<Item = &Expr> {
        self.values.iter().flat_map(|kept| [&kept.first, &kept.then])
    }
}

/// What a node keeps from row to row: its stateful step.
#[derive(Clone, Copy, Debug)]
pub enum State<'t> {
    /// The open windows.
    Window(&'t Window),
    /// The rows of a window that has not left whole.
    Top(&'t Top),
    /// The rows of both sides that may still meet.
    Join(&'t Join),
    /// The latest rows of the partner.
    Latest(&'t Latest),
    /// Whatever own Rust keeps.
    Run(&'t Run),
    /// The keys that it has seen.
    Distinct(&'t Distinct),
    /// A few values for each key.
    Keep(&'t Keep),
}

/// `run triage::Scorer { threshold: 0.5 }`: a value of the Rust type for each key.
#[derive(Clone, Debug)]
pub struct Run {
    /// The type, as the program's crate has it: `triage::Scorer`.
    pub path: String,
    /// What the structs of its row and options are called after, by [`crate::own::struct_name`].
    pub name: String,
    /// Columns of the row before.
    pub keys: Vec<usize>,
    /// What it is told when the program starts, in written order.
    pub options: Vec<(String, Expr)>,
    /// What it answers with.
    pub output: Arc<RecordType>,
}

/// `join … within`: pairs of rows that are near in event time.
///
/// A left row of time `a` and a right one of time `b` meet where their keys are equal, `low <= b - a <= high` (`<`
/// where it is not `inclusive`), and `filter` is true. What leaves is the left row and the right one, at the later of
/// their times. Where `outer`, the right columns are optional, and a left row without partner leaves when its interval
/// has passed.
#[derive(Clone, Debug)]
pub struct Join {
    /// `left join`
    pub outer: bool,
    /// The rows of the partner.
    pub right: Row,
    /// Columns of the left row.
    pub keys: Vec<usize>,
    /// Columns of the right one that are equal to them, of the same types.
    pub right_keys: Vec<usize>,
    /// Over the row before and `right`.
    pub filter: Option<Expr>,
    /// A duration of constants and params.
    pub low: Expr,
    /// A duration over the left row; where `outer`, of constants and params.
    pub high: Expr,
    /// Whether `high` itself is near enough.
    pub inclusive: bool,
}

/// `lookup` of a stream: its latest row as of the left row's time.
///
/// The row behind it is the left row, and the partner's. Where `outer`, the partner's columns are optional, and absent
/// where there is no row with the key; otherwise such a row is dropped.
#[derive(Clone, Debug)]
pub struct Latest {
    /// `left lookup`
    pub outer: bool,
    /// The rows of the partner.
    pub right: Row,
    /// Columns of the left row.
    pub keys: Vec<usize>,
    /// Columns of the partner's that are equal to them, of the same types.
    pub right_keys: Vec<usize>,
    /// Over the row before and `right`: whether the row that is found counts.
    pub filter: Option<Expr>,
    /// `for D`, a duration of constants and params: how long a row holds.
    pub expiry: Option<Expr>,
    /// Whether both sides have event times; without, the latest row is the last that came.
    pub timed: bool,
}

impl<'t> State<'t> {
    /// The columns of the row before the step that the state is kept by.
    #[must_use]
    pub fn keys(self) -> &'t [usize] {
        match self {
            State::Window(window) => &window.keys,
            State::Join(join) => &join.keys,
            State::Latest(latest) => &latest.keys,
            State::Top(_) => &[],
            State::Run(run) => &run.keys,
            State::Distinct(distinct) => &distinct.keys,
            State::Keep(keep) => &keep.keys,
        }
    }

    /// Whether it goes by the rows' event time, so that they must have one.
    #[must_use]
    pub fn in_time(self) -> bool {
        match self {
            State::Window(window) => window.in_time(),
            State::Join(_) => true,
            State::Latest(latest) => latest.timed,
            State::Top(_) | State::Run(_) => false,
            State::Distinct(distinct) => distinct.within.is_some(),
            State::Keep(keep) => keep.values.iter().any(|kept| kept.lasts.is_some()),
        }
    }

    /// Whether a row may be too late for it.
    #[must_use]
    pub fn has_late(self) -> bool {
        match self {
            State::Window(window) => window.kind.has_late(),
            State::Top(_)
            | State::Run(_)
            | State::Join(_)
            | State::Latest(_)
            | State::Distinct(_)
            | State::Keep(_) => false,
        }
    }

    /// Whether its node's last input is a partner, whose rows do not go through the steps: their row, and the columns
    /// of it that are equal to [`State::keys`].
    #[must_use]
    pub fn partner(self) -> Option<(&'t Row, &'t [usize])> {
        match self {
            State::Window(_) | State::Top(_) | State::Run(_) | State::Distinct(_) | State::Keep(_) => None,
            State::Join(join) => Some((&join.right, &join.right_keys)),
            State::Latest(latest) => Some((&latest.right, &latest.right_keys)),
        }
    }

    /// Whether the rows that leave have an event time, given whether those that enter have.
    #[must_use]
    pub fn leaves_timed(self, enters: bool) -> bool {
        match self {
            State::Window(window) => window.kind.leaves_timed(enters),
            State::Join(_) => true,
            State::Latest(_) | State::Top(_) | State::Run(_) | State::Distinct(_) | State::Keep(_) => enters,
        }
    }
}
