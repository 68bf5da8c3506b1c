//! What the plan has to know of a kind of state: the one place where the kinds are told apart.

use streamwright_dsl::functions::Algebra;
use streamwright_dsl::topology::{Aggregate, Node, Run, StepKind, Window, WindowKind};

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
    /// Whether the rows that leave it are those that entered, so that their columns cross with the keys.
    pub passes_rows: bool,
}

/// The state of a node; nothing where it keeps none.
#[must_use]
pub fn of(node: &Node) -> Option<State<'_>> {
    node.steps.iter().enumerate().find_map(|(step, found)| match &found.kind {
        StepKind::Window(window) => Some(of_window(step, window)),
        StepKind::Top(_) => Some(State {
            step,
            keys: &[],
            // Its rows are due in the instant in which they came.
            in_time: false,
            reads_time: true,
            ordered: true,
            at_once: false,
            passes_rows: true,
        }),
        StepKind::Run(run) => Some(of_run(node, step, run)),
        StepKind::Join(join) => Some(of_sides(step, &join.keys, true)),
        StepKind::Latest(latest) => Some(of_sides(step, &latest.keys, latest.timed)),
        StepKind::Distinct(distinct) => Some(of_rows(step, &distinct.keys, distinct.within.is_some())),
        StepKind::Keep(keep) => {
            Some(of_rows(step, &keep.keys, keep.values.iter().any(|kept| kept.lasts.is_some())))
        }
        StepKind::Where(_)
        | StepKind::Let(_)
        | StepKind::Unnest(_)
        | StepKind::Lookup(_)
        | StepKind::Select(_)
        | StepKind::Split(_) => None,
    })
}

/// What people call a stateful step; nothing where it keeps nothing.
#[must_use]
pub fn name(step: &StepKind) -> Option<&'static str> {
    match step {
        StepKind::Window(_) => Some("window"),
        StepKind::Top(_) => Some("top"),
        StepKind::Run(_) => Some("run"),
        StepKind::Join(_) => Some("join"),
        StepKind::Latest(_) => Some("lookup"),
        StepKind::Distinct(_) => Some("distinct"),
        StepKind::Keep(_) => Some("keep"),
        StepKind::Where(_)
        | StepKind::Let(_)
        | StepKind::Unnest(_)
        | StepKind::Lookup(_)
        | StepKind::Select(_)
        | StepKind::Split(_) => None,
    }
}

/// Own Rust may ask for the time, and set timers.
fn of_run<'n>(node: &Node, step: usize, run: &'n Run) -> State<'n> {
    State {
        step,
        keys: &run.keys,
        in_time: node.timed,
        reads_time: node.timed,
        ordered: true,
        at_once: true,
        passes_rows: true,
    }
}

/// One where rows of two sides meet.
fn of_sides(step: usize, keys: &[usize], in_time: bool) -> State<'_> {
    State { step, keys, in_time, reads_time: false, ordered: true, at_once: true, passes_rows: true }
}

/// One through which rows pass, each judged by those before it.
fn of_rows(step: usize, keys: &[usize], in_time: bool) -> State<'_> {
    State { step, keys, in_time, reads_time: false, ordered: true, at_once: true, passes_rows: true }
}

fn of_window(step: usize, window: &Window) -> State<'_> {
    let is = |property: &dyn Fn(&Aggregate) -> bool| window.aggregates.iter().any(property);
    let kind = &window.kind;
    let by_position = window.top.is_some()
        || window.allow_late.is_some()
        || kind.is_a_row_a_tuple()
        || matches!(kind, WindowKind::Rows(_) | WindowKind::Session { longest: Some(_), .. });
    let ordered = is(&|one| one.function.algebra == Algebra::Ordered);
    State {
        step,
        keys: &window.keys,
        in_time: kind.in_time(),
        reads_time: ordered || window.top.is_some() || matches!(kind, WindowKind::Rows(_)),
        ordered: ordered || by_position,
        at_once: window.late_read
            || window.allow_late.is_some()
            || kind.is_a_row_a_tuple()
            || matches!(kind, WindowKind::Rows(_)),
        passes_rows: window.keeps_rows(),
    }
}
