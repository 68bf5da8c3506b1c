//! Random joins and lookups.

use std::fmt::Write as _;

use streamwright_values::Type;

use super::builder::{Builder, Stream};
use super::expression::Named;
use super::node::{leaves, pick, read};
use super::spout::{FieldShape, plain};
use super::{split, table};

/// Adds a bolt that puts rows of two streams beside each other, if they have columns of one type.
pub(super) fn add(builder: &mut Builder<'_>) {
    let (one, other) = (pick(builder), pick(builder));
    if equal(&builder.streams[one].columns, &builder.streams[other].columns).is_empty() {
        return;
    }
    let (left, right) = (read(builder, one), read(builder, other));
    let name = format!("join_{}", builder.next_number());
    let mut columns = of("l", &left.columns);
    let keys = equal(&left.columns, &right.columns);
    let keys = builder.random.choose(&keys).clone();
    let (own, theirs) = groupings(builder, &keys);
    let _ = writeln!(builder.text, "bolt {name} {{\n    from {} as l{own}", left.reference);
    let mut timed = left.timed;
    let joins = left.timed && right.timed && builder.random.chance(60);
    partner(builder, &mut columns, ("l", &left), (&format!("r{theirs}"), &right), (&keys, joins));
    timed |= joins;
    if builder.random.chance(30) {
        let at = pick(builder);
        let third = builder.streams[at].clone();
        if let Some(keys) = builder.random.maybe(&equal(&left.columns, &third.columns)).cloned() {
            builder.streams[at].used = true;
            let joins = left.timed && third.timed && builder.random.chance(60);
            partner(builder, &mut columns, ("l", &left), ("t", &third), (&keys, joins));
        }
    }
    finish(builder, &name, &columns, timed);
}

/// Ends a bolt whose rows have columns of several inputs.
fn finish(builder: &mut Builder<'_>, name: &str, columns: &[Named], timed: bool) {
    let mut leaving: Vec<Named> = Vec::new();
    let mut items = Vec::new();
    for (column, ty) in columns {
        if builder.random.chance(60) || leaving.is_empty() {
            let new = builder.column("j", &leaving);
            items.push(format!("{new} = {column}"));
            leaving.push((new, ty.clone()));
        }
    }
    let _ = writeln!(builder.text, "    select {}", items.join(", "));
    let count = builder.random.below(3);
    builder.rows_clauses(&mut leaving, count);
    if builder.random.chance(80) {
        split::end(builder, name, leaving, timed);
    } else {
        builder.text.push_str("}\n\n");
        leaves(builder, name, leaving, timed);
    }
}

/// Now and then, groupings of both sides.
fn groupings(builder: &mut Builder<'_>, (one, other): &(String, String)) -> (String, String) {
    match builder.random.below(8) {
        0 => (format!(" by fields({one})"), format!(" by fields({other})")),
        1 => (" by global".to_owned(), " by global".to_owned()),
        _ => Default::default(),
    }
}

/// Adds a table, and a bolt that looks up in it what a stream's rows name, if they can name something.
pub(super) fn add_table(builder: &mut Builder<'_>) {
    let at = pick(builder);
    let fit = builder.streams[at].columns.iter().filter(|(_, ty)| ty.is_key() && !ty.is_optional());
    let fit: Vec<Named> = fit.cloned().collect();
    let Some(found) = builder.random.maybe(&fit).cloned() else { return };
    let stream = read(builder, at);
    let mut found = vec![found];
    found.extend(builder.random.maybe(&fit).filter(|_| builder.random.chance(30)).cloned());
    let keys: Vec<FieldShape> =
        found.iter().enumerate().map(|(at, (_, ty))| plain(&format!("k{at}"), ty.clone())).collect();
    let table = table::add(builder, keys);
    let name = format!("enriched_{}", builder.next_number());
    let _ = writeln!(builder.text, "bolt {name} {{\n    from {} as l", stream.reference);
    let mut columns = of("l", &stream.columns);
    let fields: Vec<Named> =
        table.fields.iter().map(|field| (field.name.clone(), field.ty.clone())).collect();
    let right = of("t", &fields);
    let mut on: Vec<String> =
        found.iter().enumerate().map(|(at, (column, _))| format!("t.k{at} == l.{column}")).collect();
    if builder.random.chance(25) {
        let both: Vec<Named> = columns.iter().chain(&right).cloned().collect();
        on.extend(builder.condition(&both, 1).map(|condition| format!("({condition})")));
    }
    let outer = builder.random.chance(40);
    let left = if outer { "left " } else { "" };
    let _ = writeln!(builder.text, "    {left}lookup {} as t on {}", table.name, on.join(" && "));
    columns.extend(beside(right, outer));
    let at = pick(builder);
    let other = builder.streams[at].clone();
    let mut timed = stream.timed;
    if let Some(keys) = builder.random.maybe(&equal(&stream.columns, &other.columns)).cloned()
        && builder.random.chance(40)
    {
        builder.streams[at].used = true;
        let joins = stream.timed && other.timed && builder.random.chance(80);
        partner(builder, &mut columns, ("l", &stream), ("r", &other), (&keys, joins));
        timed |= joins;
    }
    finish(builder, &name, &columns, timed);
}

/// The columns of what is found, which may be nothing.
fn beside(right: Vec<Named>, outer: bool) -> impl Iterator<Item = Named> {
    right.into_iter().map(move |(name, ty)| match outer && !ty.is_optional() {
        true => (name, ty.optional()),
        false => (name, ty),
    })
}

/// A `join` or `lookup` clause; `alias` begins with the letter that names the stream's columns, which are added.
fn partner(
    builder: &mut Builder<'_>,
    columns: &mut Vec<Named>,
    (l, left): (&str, &Stream),
    (alias, right): (&str, &Stream),
    ((one, other), joins): (&(String, String), bool),
) {
    let r = &alias[..1];
    let outer = builder.random.chance(40);
    let clause = if joins { "join" } else { "lookup" };
    let start = if outer { format!("left {clause}") } else { clause.to_owned() };
    let mut on = format!("{l}.{one} == {r}.{other}");
    let right_columns = of(r, &right.columns);
    if builder.random.chance(25) {
        let both: Vec<Named> = columns.iter().chain(&right_columns).cloned().collect();
        if let Some(condition) = builder.condition(&both, 1) {
            let _ = write!(on, " && ({condition})");
        }
    }
    let end = match joins {
        true => format!(" within {}", within(builder, (l, left), outer)),
        false if left.timed && right.timed && builder.random.chance(40) => " for 5s".to_owned(),
        false => String::new(),
    };
    let _ = writeln!(builder.text, "    {start} {} as {alias} on {on}{end}", right.reference);
    columns.extend(beside(right_columns, outer));
}

fn within(builder: &mut Builder<'_>, (l, left): (&str, &Stream), outer: bool) -> String {
    let mut durations = left.columns.iter().filter(|(_, ty)| *ty == Type::Duration);
    let duration = durations.next().map(|(name, _)| name.clone());
    match builder.random.below(7) {
        0 => builder.param("every", Type::Duration),
        1 => "0s..=4s".to_owned(),
        2 => "-3s..2s".to_owned(),
        3 => "-10s..=-2s".to_owned(),
        4 => "0s".to_owned(),
        5 if let (Some(duration), false) = (duration, outer) => format!("-1s..=({l}.{duration})"),
        _ => "2500ms".to_owned(),
    }
}

/// The columns of an input, as its name before a point makes them.
fn of(input: &str, columns: &[Named]) -> Vec<Named> {
    columns.iter().map(|(name, ty)| (format!("{input}.{name}"), ty.clone())).collect()
}

/// The pairs of columns by which rows may be found.
fn equal(left: &[Named], right: &[Named]) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    for (one, ty) in left.iter().filter(|(_, ty)| ty.is_key()) {
        let same = right.iter().filter(|(_, other)| other == ty);
        pairs.extend(same.map(|(other, _)| (one.clone(), other.clone())));
    }
    pairs
}
