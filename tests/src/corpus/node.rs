//! Random bolts and sinks.

use std::fmt::Write as _;

use streamwright_values::Type;

use super::builder::{Builder, Stream};
use super::expression::Named;
use super::windowed::windowed;
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

pub(super) fn sink(builder: &mut Builder<'_>, stream: &Stream) {
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
