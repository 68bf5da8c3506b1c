//! Random bolts with windows.

use std::fmt::Write as _;

use streamwright_dsl::functions::{AGGREGATES, AggregateFunction, Argument, Shape};
use streamwright_values::{Type, Value};

use super::builder::{Builder, Stream};
use super::expression::Named;
use super::node::{leaves, select, sink};
use super::split;
use super::windows::{self, Window};

/// A bolt with a window over inputs that have the columns of `stream`.
pub(super) fn windowed(builder: &mut Builder<'_>, inputs: &[String], stream: &Stream) {
    let name = format!("window_{}", builder.next_number());
    let mut columns = stream.columns.clone();
    let keyed: Vec<usize> = (0..columns.len()).filter(|at| is_key(&columns[*at])).collect();
    let mut keys: Vec<String> = Vec::new();
    for _ in 0..builder.random.below(3) {
        if let Some(at) = builder.random.maybe(&keyed) {
            let key = columns[*at].0.clone();
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
    }
    let (tasks, grouping) = window_grouping(builder, &columns, &keys);
    let inputs: Vec<String> = inputs
        .iter()
        .map(|input| match tasks.is_empty() || builder.random.chance(40) {
            true => format!("{input}{grouping}"),
            false => format!("{input}{}", task_grouping(builder, &columns, &keys)),
        })
        .collect();
    let _ = writeln!(builder.text, "bolt {name}{tasks} {{\n    from {}", inputs.join(", "));
    let count = builder.random.below(3);
    builder.first_clauses(&mut columns, count);
    if !keys.is_empty() {
        let _ = writeln!(builder.text, "    group by {}", keys.join(", "));
    }
    let window = windows::window(builder, &columns, stream.timed);
    let _ = writeln!(builder.text, "    window {}", window.text);
    let single = tasks.is_empty();
    let mut leaving = behind_window(builder, &columns, &keys, (&window, single));
    let count = builder.random.below(3);
    builder.rows_clauses(&mut leaving, count);
    if window.revised {
        // Nothing else may count what is sent again.
        builder.text.push_str("}\n\n");
        sink(builder, &Stream { reference: name.clone(), columns: leaving, timed: false, used: true });
    } else {
        split::end(builder, &name, leaving, window.timed);
    }
    if window.late && builder.random.chance(35) && columns.iter().all(|(name, _)| !is_bound(name)) {
        columns.push(("window_start".to_owned(), Type::Timestamp));
        columns.push(("window_end".to_owned(), Type::Timestamp));
        leaves(builder, &format!("{name}.late"), columns, true);
    }
}

/// What leaves a window: its tuples by `top`, or its `select`, perhaps with a `top` of a state of its own.
fn behind_window(
    builder: &mut Builder<'_>,
    columns: &[Named],
    keys: &[String],
    (window, single): (&Window, bool),
) -> Vec<Named> {
    let ends = !window.by_tuple && !window.revised;
    if ends && windows::top(builder, columns, 25) {
        let mut leaving: Vec<Named> = columns.to_vec();
        if window.bounds {
            leaving.retain(|(name, _)| !is_bound(name));
            leaving.push(("window_start".to_owned(), Type::Timestamp));
            leaving.push(("window_end".to_owned(), Type::Timestamp));
        }
        leaving.push(("rank".to_owned(), Type::Int));
        if builder.random.chance(50) {
            select(builder, &mut leaving);
        }
        return leaving;
    }
    let mut leaving = window_select(builder, columns, keys, window);
    let leaves_together = ends && (window.bounds || window.text == "all") && single;
    if leaves_together && windows::top(builder, &leaving, 20) {
        leaving.push(("rank".to_owned(), Type::Int));
    }
    leaving
}

fn is_bound(name: &str) -> bool {
    matches!(name, "window_start" | "window_end")
}

fn is_key((name, ty): &Named) -> bool {
    ty.is_key() && !is_bound(name)
}

fn window_grouping(builder: &mut Builder<'_>, columns: &[Named], keys: &[String]) -> (String, String) {
    let tasks = format!(" tasks {}", 2 + builder.random.below(3));
    match builder.random.below(9) {
        0 if !keys.is_empty() => (String::new(), format!(" by fields({})", keys.join(", "))),
        1 if !keys.is_empty() => (String::new(), format!(" by partial({})", keys.join(", "))),
        2 => (tasks, " by all".to_owned()),
        3 if keys.is_empty() => (tasks, " by shuffle".to_owned()),
        3 => (String::new(), format!(" by fields({})", keys[0])),
        4 => match builder.expression(columns, &Type::Int, 1) {
            Some(task) => (tasks, format!(" by direct({task})")),
            None => Default::default(),
        },
        5 => (String::new(), " by global".to_owned()),
        _ => Default::default(),
    }
}

/// How rows come to numbered tasks.
fn task_grouping(builder: &mut Builder<'_>, columns: &[Named], keys: &[String]) -> String {
    match builder.random.below(3) {
        0 if keys.is_empty() => " by shuffle".to_owned(),
        1 => match builder.expression(columns, &Type::Int, 1) {
            Some(task) => format!(" by direct({task})"),
            None => " by all".to_owned(),
        },
        _ => " by all".to_owned(),
    }
}

/// `select` behind a window: keys, bounds, aggregates and expressions over them.
fn window_select(
    builder: &mut Builder<'_>,
    columns: &[Named],
    keys: &[String],
    window: &Window,
) -> Vec<Named> {
    let rows: Vec<Named> = columns.iter().filter(|(name, _)| !is_bound(name)).cloned().collect();
    let mut items = Vec::new();
    let mut leaving: Vec<Named> = Vec::new();
    // Each tuple's own columns, where it has a row.
    let own: Vec<String> = columns.iter().map(|(name, _)| name.clone()).collect();
    for key in if window.by_tuple { &own } else { keys } {
        if let Some((_, ty)) = columns.iter().find(|(name, _)| name == key && builder.random.chance(85)) {
            items.push(key.clone());
            leaving.push((key.clone(), ty.clone()));
        }
    }
    for bound in ["window_start", "window_end"] {
        if window.bounds && builder.random.chance(60) {
            let renamed = builder.random.chance(50);
            let new = if renamed { format!("b{}", builder.next_number()) } else { bound.to_owned() };
            items.push(if renamed { format!("{new} = {bound}") } else { bound.to_owned() });
            leaving.push((new, Type::Timestamp));
        }
    }
    for (own, ty) in [("revision", Type::Int), ("is_final", Type::Bool)] {
        if window.revised && columns.iter().all(|(name, _)| name != own) {
            items.push(own.to_owned());
            leaving.push((own.to_owned(), ty));
        }
    }
    for _ in 0..1 + builder.random.below(4) {
        if let Some((call, ty)) = aggregate(builder, &rows) {
            // Equal calls share what the window keeps.
            for _ in 0..=usize::from(builder.random.chance(20)) {
                let name = builder.column("a", &leaving);
                items.push(format!("{name} = {call}"));
                leaving.push((name, ty.clone()));
            }
        }
    }
    if builder.random.chance(40) {
        let name = builder.column("a", &leaving);
        let (value, ty) = match builder.random.below(3) {
            0 => ("1000 / (count() - 2)", Type::Int),
            1 => ("float(count()) * 0.5", Type::Float),
            _ => ("if count() > 3 { \"many\" } else { \"few\" }", Type::String),
        };
        items.push(format!("{name} = {value}"));
        leaving.push((name, ty));
    }
    if items.is_empty() {
        items.push("n = count()".to_owned());
        leaving.push(("n".to_owned(), Type::Int));
    }
    let _ = writeln!(builder.text, "    select {}", items.join(", "));
    leaving
}

fn aggregate(builder: &mut Builder<'_>, rows: &[Named]) -> Option<(String, Type)> {
    let function = *builder.random.choose(AGGREGATES);
    let (types, shape) = (0..32).find_map(|_| arguments(builder, function))?;
    let filter = if builder.random.chance(35) { builder.condition(rows, 2) } else { None };
    let result = shape.result;
    let result = if filter.is_some() && function.may_be_absent { result.optional() } else { result };
    let filter = filter.map_or_else(String::new, |filter| format!(" where {filter}"));
    let taken = types.len() - shape.constants;
    let mut arguments = Vec::new();
    for (at, ty) in types.iter().enumerate() {
        arguments.push(if at < taken { builder.expression(rows, ty, 2)? } else { SETTING.to_string() });
    }
    Some((format!("{}({})", function.name, format!("{}{filter}", arguments.join(", ")).trim_start()), result))
}

/// What stands where an aggregate takes a constant: a share.
const SETTING: f64 = 0.75;

/// Types of arguments that an aggregate takes, found by trying.
fn arguments(builder: &mut Builder<'_>, function: &AggregateFunction) -> Option<(Vec<Type>, Shape)> {
    let mut types: Vec<Type> =
        (0..builder.random.below(3)).map(|_| builder.random.choose(&Type::ALL).clone()).collect();
    let setting = Value::Float(SETTING);
    let constant = (types.len() > 1 && builder.random.chance(50)).then_some(&setting);
    if let (Some(_), Some(last)) = (constant, types.last_mut()) {
        *last = Type::Float;
    }
    let last = types.len().saturating_sub(1);
    let argument = |(at, ty)| Argument { ty, constant: constant.filter(|_| at == last) };
    let shape = (function.shape)(&types.iter().enumerate().map(argument).collect::<Vec<_>>()).ok()?;
    Some((types, shape))
}
