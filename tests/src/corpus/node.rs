//! Random bolts and sinks.

use std::fmt::Write as _;

use streamwright_dsl::functions::{AGGREGATES, AggregateFunction, Argument, Shape};
use streamwright_values::{Type, Value};

use super::builder::{Builder, Stream};
use super::expression::Named;
use super::windows::{self, Window};
use super::{join, passing, split};

/// Adds a bolt that reads one or more of the streams.
pub(super) fn add_bolt(builder: &mut Builder<'_>) {
    match builder.random.below(18) {
        17 => join::add_table(builder),
        14..=16 => passing::add(builder),
        11..=13 => join::add(builder),
        10 => split::add(builder),
        0 | 1 => diamond(builder),
        2 | 3 => union(builder),
        4 => stateless(builder),
        _ => {
            let at = pick(builder);
            let stream = read(builder, at);
            windowed(builder, std::slice::from_ref(&stream.reference), &stream);
        }
    }
}

/// Some stream, later ones more often than earlier ones.
pub(super) fn pick(builder: &mut Builder<'_>) -> usize {
    let count = builder.streams.len();
    builder.random.below(count).max(builder.random.below(count))
}

pub(super) fn read(builder: &mut Builder<'_>, at: usize) -> Stream {
    builder.streams[at].used = true;
    builder.streams[at].clone()
}

pub(super) fn leaves(builder: &mut Builder<'_>, name: &str, columns: Vec<Named>, timed: bool) {
    builder.streams.push(Stream { reference: name.to_owned(), columns, timed, used: false });
}

/// Row by row, with groupings that copy or route rows.
fn stateless(builder: &mut Builder<'_>) {
    let at = pick(builder);
    let stream = read(builder, at);
    let name = format!("bolt_{}", builder.next_number());
    let mut columns = stream.columns;
    let (tasks, grouping) = match builder.random.below(8) {
        0 => (format!(" tasks {}", 2 + builder.random.below(2)), " by all".to_owned()),
        1 => match builder.expression(&columns, &Type::Int, 2) {
            Some(task) => (" tasks 4".to_owned(), format!(" by direct({task})")),
            None => Default::default(),
        },
        2 => (String::new(), " by shuffle".to_owned()),
        3 => (String::new(), " by local".to_owned()),
        4 => (String::new(), " by global".to_owned()),
        _ => Default::default(),
    };
    let qualified = builder.random.maybe(&columns).filter(|_| grouping.is_empty()).cloned();
    let alias = if qualified.is_some() { " as alias" } else { "" };
    let _ = writeln!(builder.text, "bolt {name}{tasks} {{\n    from {}{alias}{grouping}", stream.reference);
    if let Some((column, ty)) = qualified {
        let copy = builder.column("v", &columns);
        let _ = writeln!(builder.text, "    let {copy} = alias.{column}");
        columns.push((copy, ty));
    }
    let count = 1 + builder.random.below(3);
    builder.first_clauses(&mut columns, count);
    if builder.random.chance(60) {
        select(builder, &mut columns);
        let count = builder.random.below(3);
        builder.rows_clauses(&mut columns, count);
    }
    split::end(builder, &name, columns, stream.timed);
}

/// `select` with a star, columns and expressions.
pub(super) fn select(builder: &mut Builder<'_>, columns: &mut Vec<Named>) {
    let mut items = Vec::new();
    let mut leaving: Vec<Named> = Vec::new();
    if builder.random.chance(30) {
        items.push("*".to_owned());
        leaving.clone_from(columns);
    } else {
        for (name, ty) in columns.iter() {
            if builder.random.chance(60) && leaving.iter().all(|(other, _)| other != name) {
                items.push(name.clone());
                leaving.push((name.clone(), ty.clone()));
            }
            // A column may leave under several names.
            if builder.random.chance(20) {
                let new = builder.column("r", &leaving);
                items.push(format!("{new} = {name}"));
                leaving.push((new, ty.clone()));
            }
            if let (Type::Record(record), true) = (ty, builder.random.chance(30)) {
                let fields = record.fields.iter().map(|field| (field.name.clone(), field.ty.clone()));
                let fields: Vec<Named> = fields.collect();
                if fields.iter().all(|(name, _)| leaving.iter().all(|(other, _)| other != name)) {
                    items.push(format!("{name}.*"));
                    leaving.extend(fields);
                }
            }
        }
    }
    for _ in 0..=builder.random.below(2) {
        let ty = builder.random.choose(&Type::ALL).clone();
        if let Some(value) = builder.expression(columns, &ty, 3) {
            let name = builder.column("x", &leaving);
            items.push(format!("{name} = {value}"));
            leaving.push((name, ty));
        }
    }
    if items.is_empty() {
        return;
    }
    let _ = writeln!(builder.text, "    select {}", items.join(", "));
    *columns = leaving;
}

/// Two bolts of one stream, and one of both: paths of different length, too.
fn diamond(builder: &mut Builder<'_>) {
    let at = pick(builder);
    let stream = read(builder, at);
    let mut arms = Vec::new();
    let direct = builder.random.chance(40);
    for _ in 0..if direct { 1 } else { 2 } {
        let name = format!("arm_{}", builder.next_number());
        let _ = writeln!(builder.text, "bolt {name} {{\n    from {}", stream.reference);
        if let Some(condition) = builder.condition(&stream.columns, 2) {
            let _ = writeln!(builder.text, "    where {condition}");
        }
        builder.text.push_str("}\n\n");
        arms.push(name);
    }
    if direct {
        arms.push(stream.reference.clone());
    }
    if builder.random.chance(50) {
        arms.reverse();
    }
    if builder.random.chance(50) {
        return windowed(builder, &arms, &stream);
    }
    let name = format!("both_{}", builder.next_number());
    let _ = writeln!(builder.text, "bolt {name} {{\n    from {}", arms.join(", "));
    let mut columns = stream.columns;
    builder.rows_clauses(&mut columns, 1);
    builder.text.push_str("}\n\n");
    leaves(builder, &name, columns, stream.timed);
}

/// Different streams made alike, in different column order, and read together.
fn union(builder: &mut Builder<'_>) {
    let types =
        [Type::Int, Type::String, Type::Float, Type::Bool, Type::Duration, Type::List(Type::String.into())];
    let row: Vec<Named> = (0..2 + builder.random.below(3))
        .map(|at| (format!("u{at}"), builder.random.choose(&types).clone()))
        .collect();
    let mut inputs = Vec::new();
    let mut timed = true;
    for _ in 0..2 + builder.random.below(2) {
        let at = pick(builder);
        let stream = read(builder, at);
        let mut items = Vec::new();
        for (column, ty) in &row {
            let fallback = match ty {
                Type::Int => "1",
                Type::String => "\"-\"",
                Type::Float => "0.5",
                Type::Bool => "true",
                Type::List(_) => "words(\"a b\")",
                _ => "3s",
            };
            let value = builder.expression(&stream.columns, ty, 2).unwrap_or_else(|| fallback.to_owned());
            items.push(format!("{column} = {value}"));
        }
        if builder.random.chance(50) {
            builder.random.shuffle(&mut items);
        }
        let name = format!("side_{}", builder.next_number());
        let _ = writeln!(
            builder.text,
            "bolt {name} {{\n    from {}\n    select {}\n}}\n",
            stream.reference,
            items.join(", ")
        );
        timed &= stream.timed;
        inputs.push(name);
    }
    // The first input's order is the order of the columns; by name they are the same.
    let name = format!("union_{}", builder.next_number());
    let _ = writeln!(builder.text, "bolt {name} {{\n    from {}", inputs.join(", "));
    let mut columns = row;
    let count = builder.random.below(2);
    builder.rows_clauses(&mut columns, count);
    builder.text.push_str("}\n\n");
    leaves(builder, &name, columns, timed);
}

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

/// Adds sinks, so that every stream leads to one, and one for dead letters.
pub(super) fn add_sinks(builder: &mut Builder<'_>) {
    for at in 0..builder.streams.len() {
        if builder.streams[at].used && !builder.random.chance(20) {
            continue;
        }
        let stream = read(builder, at);
        sink(builder, &stream);
    }
    if builder.random.chance(60) {
        let text = Type::String;
        let columns = [
            ("spout", text.clone().optional()),
            ("position", Type::Int.optional()),
            ("bolt", text.clone().optional()),
            ("code", text.clone()),
            ("error", text.clone()),
            ("input", text.optional()),
        ];
        let columns = columns.map(|(name, ty)| (name.to_owned(), ty)).to_vec();
        sink(builder, &Stream { reference: "dead_letters".to_owned(), columns, timed: false, used: true });
    }
}

fn sink(builder: &mut Builder<'_>, stream: &Stream) {
    let name = format!("sink_{}", builder.next_number());
    let _ = writeln!(builder.text, "sink {name} {{\n    from {}", stream.reference);
    let mut columns = stream.columns.clone();
    if builder.random.chance(35) {
        builder.first_clauses(&mut columns, 1);
    }
    if builder.random.chance(25) {
        select(builder, &mut columns);
    }
    let nested = columns.iter().any(|(_, ty)| ty.is_nested());
    let format = match builder.random.below(8) {
        _ if nested => "json",
        0 => "csv",
        1 => "csv { header: false, delimiter: \";\" }",
        _ => "json",
    };
    if builder.random.chance(6) {
        builder.text.push_str("    write discard\n}\n\n");
    } else if builder.stdout.is_none() && builder.random.chance(5) {
        let _ = writeln!(builder.text, "    write stdout as {format}\n}}\n");
        builder.stdout = Some(name.clone());
    } else {
        let _ = writeln!(builder.text, "    write file out_{name} as {format}\n}}\n");
        builder.paths.push(format!("out_{name}"));
    }
    builder.sinks.push(name);
}
