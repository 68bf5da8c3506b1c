//! What the plan has to know of a kind of state, beside what the topology says of it.

use streamwright_dsl::functions::Algebra;
use streamwright_dsl::topology::{Aggregate, Node, State as Kept, Window, WindowKind};

/// The stateful step of a node, and what follows from its kind.
#[derive(Clone, Debug)]
pub struct State<'n> {
    /// Its index among the node's steps.
    pub step: usize,
    /// Columns of the row before it: rows with equal ones share state.
    pub keys: &'n [usize],
    /// Whether the watermark decides: what is due, what is late, what has expired.
    pub in_time: bool,
    /// Whether it reads the rows' event times for another reason.
    pub reads_time: bool,
    /// Whether the order of the rows of a key shows.
    pub ordered: bool,
    /// Whether rows leave it with the row that came, and not only when the watermark moves.
    pub at_once: bool,
    /// Whether rows leave it when the watermark moves.
    pub releases: bool,
    /// Whether the rows that leave it are those that entered, so that their columns cross with the keys.
    pub passes_rows: bool,
}

/// The state of a node; nothing where it keeps none.
#[must_use]
pub fn of(node: &Node) -> Option<State<'_>> {
    let (step, kept) = node.state()?;
    // One through which rows pass, each judged by those before it.
    let passed = State {
        step,
        keys: kept.keys(),
        in_time: kept.in_time(),
        reads_time: false,
        ordered: true,
        at_once: true,
        releases: true,
        passes_rows: true,
    };
    Some(match kept {
        Kept::Window(window) => of_window(window, passed),
        // Its rows are due in the instant in which they came.
        Kept::Top(_) => State { reads_time: true, at_once: false, ..passed },
        // Own Rust may ask for the time, and set timers.
        Kept::Run(_) => State { in_time: node.timed, reads_time: node.timed, ..passed },
        Kept::Join(_) => passed,
        Kept::Latest(_) | Kept::Distinct(_) | Kept::Keep(_) => State { releases: false, ..passed },
    })
}

/// What people call what a node keeps; nothing where it keeps nothing.
#[must_use]
pub fn name(node: &Node) -> Option<&'static str> {
    let (_, kept) = node.state()?;
    Some(match kept {
        Kept::Window(_) => "window",
        Kept::Top(_) => "top",
        Kept::Run(_) => "run",
        Kept::Join(_) => "join",
        Kept::Latest(_) => "lookup",
        Kept::Distinct(_) => "distinct",
        Kept::Keep(_) => "keep",
    })
}

fn of_window<'n>(window: &Window, state: State<'n>) -> State<'n> {
    let is = |property: &dyn Fn(&Aggregate) -> bool| window.aggregates.iter().any(property);
    let kind = &window.kind;
    let by_position = window.top.is_some()
        || window.allow_late.is_some()
        || kind.is_a_row_a_tuple()
        || matches!(kind, WindowKind::Rows(_) | WindowKind::Session { longest: Some(_), .. });
    let ordered = is(&|one| one.function.algebra == Algebra::Ordered);
    State {
        reads_time: ordered || window.top.is_some() || matches!(kind, WindowKind::Rows(_)),
        ordered: ordered || by_position,
        at_once: window.late_read
            || window.allow_late.is_some()
            || kind.is_a_row_a_tuple()
            || matches!(kind, WindowKind::Rows(_)),
        releases: !kind.is_a_row_a_tuple(),
        passes_rows: window.keeps_rows(),
        ..state
    }
}
