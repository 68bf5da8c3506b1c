//! Which expressions a node has, what is in them, and whether they can fail.

use streamwright_dsl::connectors::{SinkConnector, SourceConnector, Tuples};
use streamwright_dsl::topology::{Expr, ExprKind, GroupingKind, Node, NodeKind, State, StepKind};
use streamwright_values::Type;

/// Whether evaluating an expression may end in a fault.
#[must_use]
pub fn fallible(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Try(_) => false,
        ExprKind::Arithmetic(..) => true,
        ExprKind::Negate(inner) => !matches!(inner.ty, Type::Float) || fallible(inner),
        // Whether its body can is not looked at.
        ExprKind::Apply(..) => true,
        ExprKind::Call(function, arguments) => function.fallible || arguments.iter().any(fallible),
        _ => expr.children().into_iter().any(fallible),
    }
}

/// Whether an expression, or one inside it, is of this kind.
#[must_use]
pub fn any(expr: &Expr, is: &dyn Fn(&ExprKind) -> bool) -> bool {
    let mut found = false;
    walk(expr, &mut |inner| found |= is(&inner.kind));
    found
}

/// Visits an expression and everything inside it, outermost first, left to right.
pub fn walk<'e>(expr: &'e Expr, visit: &mut impl FnMut(&'e Expr)) {
    let mut open = vec![expr];
    while let Some(next) = open.pop() {
        visit(next);
        open.extend(next.children().into_iter().rev());
    }
}

/// The expressions of a node that run for tuples and rows.
pub fn expressions(node: &Node) -> Vec<&Expr> {
    let mut found = of_inputs(node);
    found.extend(node.steps.iter().flat_map(|step| of_step(&step.kind)));
    if let NodeKind::Spout(spout) = &node.kind {
        found.extend(spout.time.iter().filter_map(|time| time.at.as_ref()));
    }
    found
}

/// Those that say which task of a node a row is for.
pub fn of_inputs(node: &Node) -> Vec<&Expr> {
    let tasks = node.inputs.iter().filter_map(|input| match &input.grouping.kind {
        GroupingKind::Direct(task) => Some(task),
        _ => None,
    });
    tasks.collect()
}

/// Those of a step.
pub fn of_step(step: &StepKind) -> Vec<&Expr> {
    match step {
        StepKind::Where(expr) | StepKind::Let(expr) | StepKind::Unnest(expr) => vec![expr],
        StepKind::Select(exprs) => exprs.iter().collect(),
        // The options of `run` are constants, and `distinct` goes by columns.
        StepKind::Run(_) | StepKind::Distinct(_) => Vec::new(),
        StepKind::Split(arms) => arms.iter().filter_map(|arm| arm.condition.as_ref()).collect(),
        StepKind::Lookup(lookup) => lookup.keys.iter().chain(&lookup.filter).collect(),
        StepKind::Join(join) => [&join.high].into_iter().chain(&join.filter).collect(),
        StepKind::Latest(latest) => latest.filter.iter().collect(),
        StepKind::Keep(keep) => keep.expressions().collect(),
        StepKind::Window(window) => window.expressions().collect(),
        StepKind::Top(top) => top.by.iter().map(|key| &key.value).collect(),
    }
}

/// The constants of a node, which are computed once at the start.
pub fn constants(node: &Node) -> Vec<&Expr> {
    let mut found: Vec<&Expr> = Vec::new();
    match &node.kind {
        NodeKind::Spout(spout) => {
            if let Some(time) = &spout.time {
                found.push(&time.late_by);
                found.extend(&time.ahead_by);
                found.extend(&time.idle_after);
            }
            match &spout.source {
                SourceConnector::Bytes { end, .. } => found.extend(&end.operand),
                SourceConnector::Own { run, .. } => found.extend(run.options.iter().map(|(_, value)| value)),
                SourceConnector::Generate(generate) => {
                    found.extend(generate.count.iter().chain(&generate.rate));
                    found.push(&generate.seed);
                    match &generate.tuples {
                        Tuples::Fields(fields) => found.extend(
                            fields.iter().flat_map(|field| field.presence.iter().chain(&field.arguments)),
                        ),
                        Tuples::Events(_, options) => found.extend(options),
                    }
                }
            }
        }
        NodeKind::Sink(SinkConnector::Bytes { end, .. }) => found.extend(&end.operand),
        NodeKind::Sink(SinkConnector::Own(own)) => found.extend(own.options.iter().map(|(_, value)| value)),
        NodeKind::Bolt => {}
    }
    match node.state() {
        Some((_, State::Join(join))) => found.push(&join.low),
        Some((_, State::Latest(latest))) => found.extend(&latest.expiry),
        Some((_, State::Distinct(distinct))) => found.extend(&distinct.within),
        Some((_, State::Keep(keep))) => {
            found.extend(keep.values.iter().filter_map(|kept| kept.lasts.as_ref()))
        }
        Some((_, State::Window(window))) => found.extend(window.constants()),
        Some((_, State::Top(top))) => found.push(&top.count),
        Some((_, State::Run(run))) => found.extend(run.options.iter().map(|(_, value)| value)),
        None => {}
    }
    found
}
