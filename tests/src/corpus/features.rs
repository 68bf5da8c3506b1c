//! Which parts of the language a topology uses.

use std::collections::BTreeSet;

use streamwright_dsl::connectors::{Dialect, End, SinkConnector, SourceConnector, Tuples};
use streamwright_dsl::topology::{
    Expr, ExprKind, GroupingKind, Keep, Node, NodeId, NodeKind, State, StepKind, Stream, Topology, Window,
    WindowKind,
};
use streamwright_values::Type;
use streamwright_values::Value;

/// The names of the features that a topology uses, such as `window hopping` or `expression Coalesce`.
#[must_use]
pub fn features(topology: &Topology) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for field in topology.records.iter().flat_map(|record| &record.fields) {
        let mark = if field.ty.is_optional() { "?" } else { "" };
        found.insert(match field.ty.required() {
            Type::List(_) => format!("field list{mark}"),
            Type::Record(_) => format!("field record{mark}"),
            plain => format!("field {plain}{mark}"),
        });
        let form = format!("{:?}", field.form);
        found.insert(format!("form {}", form.split('(').next().unwrap_or_default()));
        found.extend(field.absent.iter().map(|_| "absent".to_owned()));
        found.extend((field.wire_name != field.name).then(|| "wire name".to_owned()));
    }
    let spouts = topology.nodes.iter().filter(|node| matches!(node.kind, NodeKind::Spout(_))).count();
    found.insert(format!("spouts {spouts}"));
    for node in &topology.nodes {
        node_features(topology, node, &mut found);
    }
    found
}

fn node_features(topology: &Topology, node: &Node, found: &mut BTreeSet<String>) {
    found.extend((node.inputs.len() > 1).then(|| "union".to_owned()));
    found.extend((node.tasks > 1).then(|| "tasks".to_owned()));
    input_features(topology, node, found);
    kind_features(node, found);
    let window_at = node.window().map(|(at, _)| at);
    for (at, step) in node.steps.iter().enumerate() {
        let behind = window_at.is_some_and(|window| at > window + 1);
        let behind = if behind { " behind a window" } else { "" };
        match &step.kind {
            StepKind::Where(expr) => {
                found.insert(format!("where{behind}"));
                expressions(expr, found);
            }
            StepKind::Let(expr) => {
                found.insert(format!("let{behind}"));
                expressions(expr, found);
            }
            StepKind::Unnest(expr) => {
                let what = if expr.ty.is_optional() { "optional" } else { "list" };
                let place = match &node.kind {
                    NodeKind::Spout(_) => "spout",
                    NodeKind::Bolt if window_at.is_some() => "windowed bolt",
                    NodeKind::Bolt => "bolt",
                    NodeKind::Sink(_) => "sink",
                };
                found.insert(format!("unnest {what} in a {place}"));
                expressions(expr, found);
            }
            StepKind::Select(columns) => columns.iter().for_each(|expr| expressions(expr, found)),
            StepKind::Split(arms) => {
                found.insert(format!("split{behind}"));
                let all = arms.iter().all(|arm| arm.condition.is_some());
                found.extend(all.then(|| "split that drops".to_owned()));
                arms.iter()
                    .filter_map(|arm| arm.condition.as_ref())
                    .for_each(|when| expressions(when, found));
            }
            StepKind::Window(window) => window_features(window, found),
            kept => state_features(kept, found),
        }
    }
}

fn input_features(topology: &Topology, node: &Node, found: &mut BTreeSet<String>) {
    for input in &node.inputs {
        let stateful = if node.state().is_some() { "stateful" } else { "stateless" };
        let grouping = match &input.grouping.kind {
            GroupingKind::Fields(_) => "fields",
            GroupingKind::Partial(_) => "partial",
            GroupingKind::Shuffle => "shuffle",
            GroupingKind::Local => "local",
            GroupingKind::Global => "global",
            GroupingKind::All => "all",
            GroupingKind::Direct(_) => "direct",
        };
        found.insert(format!("{grouping} {stateful}"));
        found.extend((!input.grouping.inferred).then(|| "grouping written".to_owned()));
        let is_join = matches!(node.state(), Some((_, State::Join(_))));
        found.extend((is_join && !input.grouping.inferred).then(|| "join grouped as written".to_owned()));
        let behind = |id: NodeId| topology.node(id).steps.iter().any(|step| is_lookup(&step.kind));
        if let (true, true, Stream::Main(id)) = (is_join, node.part > 0, input.stream) {
            found.extend(behind(id).then(|| "join behind a lookup".to_owned()));
        }
        found.insert(match input.stream {
            Stream::Late(_) => "stream late".to_owned(),
            Stream::Named(..) => "stream of a split".to_owned(),
            Stream::DeadLetters => "stream dead_letters".to_owned(),
            Stream::Main(_) if node.part > 0 => "several states".to_owned(),
            Stream::Main(id) if topology.node(id).window().is_some() && node.window().is_some() => {
                "chained windows".to_owned()
            }
            Stream::Main(_) => "stream main".to_owned(),
        });
    }
}

fn is_lookup(step: &StepKind) -> bool {
    matches!(step, StepKind::Lookup(_) | StepKind::Latest(_))
}

fn kind_features(node: &Node, found: &mut BTreeSet<String>) {
    match &node.kind {
        NodeKind::Bolt => {}
        NodeKind::Spout(spout) => {
            if let SourceConnector::Bytes { end: End { connector, operand: None }, .. } = &spout.source {
                found.insert(format!("read {}", connector.name));
            }
            found.insert(match &spout.source {
                SourceConnector::Generate(generate) => match generate.tuples {
                    Tuples::Fields(_) => "read generate".to_owned(),
                    Tuples::Events(..) => "read generate events".to_owned(),
                },
                SourceConnector::Own { .. } => "run".to_owned(),
                SourceConnector::Bytes { format, .. } => format!("read {}", dialect(format)),
            });
            found.extend((!node.steps.is_empty()).then(|| "spout with steps".to_owned()));
            match &spout.time {
                None => found.insert("no time".to_owned()),
                Some(time) => {
                    found.extend(time.ahead_by.iter().map(|_| "ahead by".to_owned()));
                    {
                        let at = time.at.as_ref().map_or("arrival".to_owned(), |at| at.ty.to_string());
                        found.insert(format!("time {at}"))
                    }
                }
            };
        }
        NodeKind::Sink(connector) => {
            if let SinkConnector::Bytes { end: End { connector, operand: None }, .. } = connector {
                found.insert(format!("write {}", connector.name));
            }
            found.extend(match connector {
                SinkConnector::Own(_) => Some("run a sink".to_owned()),
                SinkConnector::Bytes { format, .. } => {
                    format.as_ref().map(|format| format!("write {}", dialect(format)))
                }
            });
            found.extend((!node.steps.is_empty()).then(|| "sink with steps".to_owned()));
        }
    }
}

/// A format and its switches.
fn dialect(dialect: &Dialect) -> String {
    let options = dialect.format.options.iter().zip(&dialect.options);
    let switches = options.filter_map(|(option, value)| match value {
        Value::Bool(on) => Some(format!(" {} {on}", option.name)),
        _ => None,
    });
    format!("{}{}", dialect.format.name, switches.collect::<String>())
}

/// Steps at which rows meet others.
fn state_features(step: &StepKind, found: &mut BTreeSet<String>) {
    match step {
        StepKind::Lookup(lookup) => {
            found
                .insert(if lookup.outer { "left lookup in a table" } else { "lookup in a table" }.to_owned());
            let nested = lookup.right.iter().any(|column| column.ty.is_nested());
            found.extend(nested.then(|| "lookup of a list or record".to_owned()));
        }
        StepKind::Join(join) => {
            found.insert(if join.outer { "left join" } else { "join" }.to_owned());
        }
        StepKind::Latest(latest) => {
            let left = if latest.outer { "left " } else { "" };
            let lasts = if latest.expiry.is_some() { " for" } else { "" };
            found.insert(format!("{left}lookup{lasts}"));
        }
        StepKind::Top(top) => {
            found.insert("top behind select".to_owned());
            top.by.iter().for_each(|key| expressions(&key.value, found));
        }
        StepKind::Distinct(distinct) => {
            let within = if distinct.within.is_some() { " within" } else { "" };
            found.insert(format!("distinct{within}"));
        }
        StepKind::Keep(keep) => keep_features(keep, found),
        // Random topologies have no own Rust, as nothing interprets it; the others are told where they stand.
        _ => {}
    }
}

fn keep_features(keep: &Keep, found: &mut BTreeSet<String>) {
    let lasts = if keep.values.iter().any(|kept| kept.lasts.is_some()) { " for" } else { "" };
    found.insert(format!("keep{lasts}"));
    found.insert(format!("keep by {} keys", keep.keys.len()));
    keep.expressions().for_each(|expr| expressions(expr, found));
}

fn window_features(window: &Window, found: &mut BTreeSet<String>) {
    let (kind, offset) = match &window.kind {
        WindowKind::Tumbling { offset, .. } => ("tumbling", offset.is_some()),
        WindowKind::Hopping { offset, .. } => ("hopping", offset.is_some()),
        WindowKind::Session { longest: Some(_), .. } => ("session with a longest", false),
        WindowKind::Session { .. } => ("session", false),
        WindowKind::Until(_) => ("until", false),
        WindowKind::Rows(_) => ("tumbling rows", false),
        WindowKind::Trailing(_) => ("trailing", false),
        WindowKind::TrailingRows(_) => ("trailing rows", false),
        WindowKind::Running { lasts: Some(_) } => ("running for", false),
        WindowKind::Running { lasts: None } => ("running", false),
        WindowKind::All => ("all", false),
    };
    found.insert(format!("window {kind}"));
    found.extend(offset.then(|| "offset".to_owned()));
    found.extend(window.allow_late.iter().map(|_| "allow late".to_owned()));
    found.extend(window.emit_every.iter().map(|_| "emit every".to_owned()));
    found.extend(window.top.iter().map(|_| "top before select".to_owned()));
    found.insert(format!("keys {}", window.keys.len()));
    for aggregate in &window.aggregates {
        found.insert(format!("aggregate {} of {}", aggregate.function.name, aggregate.ty.required()));
        if let Some(filter) = &aggregate.filter {
            found.insert(format!("filtered {}", aggregate.function.name));
            expressions(filter, found);
        }
        aggregate.arguments.iter().for_each(|argument| expressions(argument, found));
    }
}

fn expressions(expr: &Expr, found: &mut BTreeSet<String>) {
    found.insert(match &expr.kind {
        ExprKind::Compare(op, ..) | ExprKind::Arithmetic(op, ..) => format!("operator {op:?} of {}", expr.ty),
        ExprKind::Call(function, _) => format!("function {}", function.rust),
        ExprKind::Apply(..) => "declared function".to_owned(),
        kind => {
            let name = format!("{kind:?}");
            let end = name.find(|character: char| !character.is_alphanumeric()).unwrap_or(name.len());
            format!("expression {}", &name[..end])
        }
    });
    expr.children().into_iter().for_each(|child| expressions(child, found));
}
