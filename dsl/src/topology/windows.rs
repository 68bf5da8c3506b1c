//! Windows: what is aggregated together, and what leaves.

use streamwright_values::Type;

use super::Expr;
use crate::functions::{AggregateFunction, Shape};
use crate::source::Span;

/// `group by` and `window`, with the aggregates or the `top` behind them.
///
/// What leaves a window is one of three rows, which the `select` behind it reads:
/// - its keys, then `window_start` and `window_end` (where it [has bounds](WindowKind::has_bounds)), then `revision` and
///   `is_final` (where it [leaves more than once](Window::is_revised)), then one column an aggregate;
/// - of a kind that has [a row for each tuple](WindowKind::is_a_row_a_tuple): the row before, then one column an aggregate;
/// - with `top`: the row before, `window_start` and `window_end` likewise, then `rank`.
#[derive(Clone, Debug)]
pub struct Window {
    /// Which windows a tuple is in.
    pub kind: WindowKind,
    /// Columns of the row before.
    pub keys: Vec<usize>,
    /// In the order of first use; equal ones are shared. None beside `top`.
    pub aggregates: Vec<Aggregate>,
    /// `top` before `select`: some of its tuples leave, for each key.
    pub top: Option<Top>,
    /// `allow late D`: how long it takes in tuples behind its end; each sends its row again. Not negative.
    pub allow_late: Option<Expr>,
    /// `emit every D`: from one early row to the next, by the watermark. Positive.
    pub emit_every: Option<Expr>,
    /// Whether some node reads `.late` of this bolt.
    pub late_read: bool,
}

/// Which windows a tuple is in. Durations and counts are expressions of constants and params, checked at start to be
/// positive, `every` no larger than `size`, `offset` not negative and smaller than the hop.
#[derive(Clone, Debug)]
pub enum WindowKind {
    /// `[k·size + offset, (k+1)·size + offset)`
    Tumbling {
        /// Its length.
        size: Expr,
        /// From 1970-01-01T00:00:00Z (for a whole number of weeks: from Monday, 1970-01-05).
        offset: Option<Expr>,
    },
    /// `[k·every + offset, k·every + offset + size)`
    Hopping {
        /// Its length.
        size: Expr,
        /// From one start to the next.
        every: Expr,
        /// As in `Tumbling`.
        offset: Option<Expr>,
    },
    /// Rows of a key of which each is less than the gap behind another: from the first to a gap behind the last.
    Session {
        /// How long nothing comes.
        gap: Expr,
        /// `max D`: how long it may be; no shorter than the gap.
        longest: Option<Expr>,
    },
    /// `until E`: the rows of a key with one value of E, a timestamp over the row before, which is the window's end.
    Until(Expr),
    /// `tumbling N rows`: so many rows of a key, in input order. What is not full leaves at the end of the input.
    Rows(Expr),
    /// `trailing D`: of each tuple, its key's rows that came before it, it included, with times in `(t - D, t]`.
    Trailing(Expr),
    /// `trailing N rows`: of each tuple, its key's last rows in input order, it included.
    TrailingRows(Expr),
    /// `running`: of each tuple, its key's rows so far, it included.
    Running {
        /// `for D`: they are forgotten so long behind the last of them.
        lasts: Option<Expr>,
    },
    /// Everything up to the end of the input.
    All,
}

/// `top N by E asc, … with ties`.
///
/// Rows are compared by its keys, then by event time, then by position, the earlier one first. The first ones leave, with
/// their number from 1 behind them, `rank`.
#[derive(Clone, Debug)]
pub struct Top {
    /// How many rows: an `int` of constants and params, checked at start to be positive.
    pub count: Expr,
    /// What rows are compared by, over the row before.
    pub by: Vec<TopKey>,
    /// Whether all that equal the last one leave too, and rows with equal keys have one rank, that of the first of them.
    pub ties: bool,
}

/// One thing that rows are compared by.
#[derive(Clone, Debug)]
pub struct TopKey {
    /// Its value, of an ordered type, never optional.
    pub value: Expr,
    /// Whether the smallest comes first, not the largest.
    pub ascending: bool,
}

impl Window {
    /// Whether its row may leave more than once.
    #[must_use]
    pub fn is_revised(&self) -> bool {
        self.allow_late.is_some() || self.emit_every.is_some()
    }

    /// Whether it goes by event time, so that rows must have one.
    #[must_use]
    pub fn in_time(&self) -> bool {
        self.kind.in_time() || self.emit_every.is_some()
    }

    /// Whether the whole row before stands at the beginning of what leaves; else its keys do.
    #[must_use]
    pub fn keeps_rows(&self) -> bool {
        self.top.is_some() || self.kind.is_a_row_a_tuple()
    }

    /// What it evaluates for each row, in this order: the aggregates' filters and arguments, or what `top` compares by,
    /// and the end that `until` names.
    pub fn expressions(&self) -> impl Iterator<Item = &Expr> {
        let by = self.top.iter().flat_map(|top| &top.by).map(|key| &key.value);
        let end = match &self.kind {
            WindowKind::Until(end) => Some(end),
            _ => None,
        };
        self.aggregates.iter().flat_map(Aggregate::expressions).chain(by).chain(end)
    }

    /// Its constants: the durations and counts of its clauses.
    #[must_use]
    pub fn constants(&self) -> Vec<&Expr> {
        let mut found: Vec<&Expr> = match &self.kind {
            WindowKind::Tumbling { size, offset } => {
                [Some(size), offset.as_ref()].into_iter().flatten().collect()
            }
            WindowKind::Hopping { size, every, offset } => {
                [Some(size), Some(every), offset.as_ref()].into_iter().flatten().collect()
            }
            WindowKind::Session { gap, longest } => {
                [Some(gap), longest.as_ref()].into_iter().flatten().collect()
            }
            WindowKind::Rows(size) | WindowKind::Trailing(size) | WindowKind::TrailingRows(size) => {
                vec![size]
            }
            WindowKind::Running { lasts } => lasts.iter().collect(),
            WindowKind::Until(_) | WindowKind::All => Vec::new(),
        };
        found.extend(self.top.iter().map(|top| &top.count));
        found.extend(self.allow_late.iter().chain(&self.emit_every));
        found
    }
}

impl WindowKind {
    /// Whether a window of it goes by event time, whatever its other clauses are.
    #[must_use]
    pub fn in_time(&self) -> bool {
        self.has_late() || matches!(self, WindowKind::Running { lasts: Some(_) })
    }

    /// Whether a row may be too late for it.
    #[must_use]
    pub fn has_late(&self) -> bool {
        self.has_bounds() || matches!(self, WindowKind::Trailing(_))
    }

    /// Whether its windows begin and end in event time: rows leave when the watermark has reached the end, with an event
    /// time just before it, and know `window_start` and `window_end`.
    #[must_use]
    pub fn has_bounds(&self) -> bool {
        matches!(
            self,
            WindowKind::Tumbling { .. }
                | WindowKind::Hopping { .. }
                | WindowKind::Session { .. }
                | WindowKind::Until(_)
        )
    }

    /// Whether each tuple makes a row leave at once.
    #[must_use]
    pub fn is_a_row_a_tuple(&self) -> bool {
        matches!(self, WindowKind::Trailing(_) | WindowKind::TrailingRows(_) | WindowKind::Running { .. })
    }

    /// Whether its rows have an event time, given whether those that enter have.
    #[must_use]
    pub fn leaves_timed(&self, enters: bool) -> bool {
        enters && !matches!(self, WindowKind::All)
    }
}

/// One aggregate: `sum(bytes where status < 400)`.
#[derive(Clone, Debug)]
pub struct Aggregate {
    /// Which.
    pub function: &'static AggregateFunction,
    /// What the types of its arguments make of it.
    pub shape: Shape,
    /// What it takes in of each row; none for `count`. Over the row before the window, never optional.
    pub arguments: Vec<Expr>,
    /// Which rows it takes in.
    pub filter: Option<Expr>,
    /// What it gives.
    pub ty: Type,
    /// Its call.
    pub span: Span,
}

impl Aggregate {
    /// All that is evaluated for a row, in this order: the filter, and the arguments where it lets the row in.
    pub fn expressions(&self) -> impl Iterator<Item = &Expr> {
        self.filter.iter().chain(&self.arguments)
    }

    /// Whether both give the same for the same rows.
    #[must_use]
    pub fn same(&self, other: &Aggregate) -> bool {
        let filters = match (&self.filter, &other.filter) {
            (Some(mine), Some(theirs)) => mine.same(theirs),
            (None, None) => true,
            _ => false,
        };
        let arguments = self.arguments.iter().zip(&other.arguments);
        std::ptr::eq(self.function, other.function)
            && self.shape == other.shape
            && self.arguments.len() == other.arguments.len()
            && arguments.into_iter().all(|(mine, theirs)| mine.same(theirs))
            && filters
    }
}
