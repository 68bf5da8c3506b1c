//! Steps: what happens to a row on its way through a node.

use super::{Distinct, Expr, Join, Keep, Latest, Row, Run, State, Top, Window};
use crate::source::Span;

/// Something that happens to a row. Expressions see the row before the step.
#[derive(Clone, Debug)]
pub struct Step {
    /// What.
    pub kind: StepKind,
    /// The row after it.
    pub row: Row,
    /// The clause it comes from.
    pub span: Span,
}

/// What happens to a row.
#[derive(Clone, Debug)]
pub enum StepKind {
    /// A row for which it is false is dropped. Columns that the condition proves present change their type in `row`
    /// from `T?` to `T`, and later steps read them as `T`: [`ExprKind::Column`](super::ExprKind::Column) always has its
    /// column's type. Inside the condition itself they are read by [`ExprKind::Present`](super::ExprKind::Present).
    Where(Expr),
    /// A column is added at the end.
    Let(Expr),
    /// A column is added at the end. Of a list: a row for each element, in their order. Of an optional: its value, and
    /// the row is dropped where there is none. Stands before a window and a `select` only.
    Unnest(Expr),
    /// The row is replaced by these, one a column.
    Select(Vec<Expr>),
    /// A column of type `int` is added at the end: the place of the first arm that takes the row. One that none takes
    /// is dropped. The last step of a bolt, whose own stream nobody reads; the rows of
    /// [`Stream::Named`](super::Stream::Named) lack that column.
    Split(Vec<Arm>),
    /// The row of a table with this key is put behind it.
    Lookup(TableLookup),
    /// The row is kept, and leaves once for each row of its partner that it meets. The first step of its node, whose
    /// last input is the partner.
    Join(Join),
    /// The latest row of its partner with this key is put behind it. The first step of its node, whose last input is
    /// the partner.
    Latest(Latest),
    /// The row is given to own Rust, which answers with any number of rows of a record.
    Run(Run),
    /// The row enters a window; what leaves are rows of its keys, bounds and aggregates.
    Window(Box<Window>),
    /// `top` behind the `select` of a window: of the rows of each window, over all keys, the first ones leave, with a
    /// column `rank` at the end. A window's end is 1 ns behind the event time of its rows, or that of the input.
    Top(Top),
    /// The first row of its key passes, and the others are dropped.
    Distinct(Distinct),
    /// The values kept for the row's key move on, and are added at its end.
    Keep(Keep),
}

/// `lookup` in a table.
///
/// The row behind it is the row before, and the table's. Where `outer`, the table's columns are optional, and absent
/// where there is no row with the key; otherwise such a row is dropped.
#[derive(Clone, Debug)]
pub struct TableLookup {
    /// `left lookup`
    pub outer: bool,
    /// An index into [`Topology::tables`](super::Topology::tables).
    pub table: usize,
    /// The columns of the table.
    pub right: Row,
    /// What is looked up, for each of [`Table::keys`](super::Table::keys), over the row before; each of the key's type,
    /// or optional, and found nowhere where it is absent.
    pub keys: Vec<Expr>,
    /// Over the row before and `right`: whether the row that is found counts.
    pub filter: Option<Expr>,
}

/// A named stream of a `split`.
#[derive(Clone, Debug)]
pub struct Arm {
    /// Its name.
    pub name: String,
    /// Which rows it takes; nothing for `otherwise`.
    pub condition: Option<Expr>,
}

impl StepKind {
    /// Whether it may make several rows of one: a list is unnested.
    #[must_use]
    pub fn multiplies(&self) -> bool {
        matches!(self, StepKind::Unnest(list) if !list.ty.is_optional())
    }

    /// What it keeps from row to row.
    #[must_use]
    pub fn state(&self) -> Option<State<'_>> {
        match self {
            StepKind::Window(window) => Some(State::Window(window)),
            StepKind::Join(join) => Some(State::Join(join)),
            StepKind::Latest(latest) => Some(State::Latest(latest)),
            StepKind::Top(top) => Some(State::Top(top)),
            StepKind::Run(run) => Some(State::Run(run)),
            StepKind::Distinct(distinct) => Some(State::Distinct(distinct)),
            StepKind::Keep(keep) => Some(State::Keep(keep)),
            StepKind::Where(_)
            | StepKind::Let(_)
            | StepKind::Unnest(_)
            | StepKind::Lookup(_)
            | StepKind::Select(_)
            | StepKind::Split(_) => None,
        }
    }
}
