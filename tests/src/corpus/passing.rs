//! Random `distinct` and `keep`: state through which rows pass.

use std::fmt::Write as _;

use streamwright_values::Type;

use super::builder::Builder;
use super::expression::Named;
use super::node::{pick, read, select};
use super::split;

/// A bolt of one stream, or of two halves of it, with one state or several.
pub(super) fn add(builder: &mut Builder<'_>) {
    let at = pick(builder);
    let stream = read(builder, at);
    let mut inputs = vec![stream.reference.clone()];
    let halved = if builder.random.chance(30) { builder.condition(&stream.columns, 2) } else { None };
    if let Some(condition) = halved {
        let name = format!("half_{}", builder.next_number());
        let _ = writeln!(
            builder.text,
            "bolt {name} {{\n    from {}\n    where {condition}\n}}\n",
            stream.reference
        );
        inputs.push(name);
        builder.random.shuffle(&mut inputs);
    }
    let name = format!("passing_{}", builder.next_number());
    let _ = writeln!(builder.text, "bolt {name} {{\n    from {}", inputs.join(", "));
    let mut columns = stream.columns;
    builder.first_clauses(&mut columns, 1);
    if builder.random.chance(50) {
        distinct(builder, &columns, stream.timed);
    }
    if builder.random.chance(70) {
        keep(builder, &mut columns, stream.timed);
    }
    if builder.random.chance(50) {
        select(builder, &mut columns);
    }
    if builder.random.chance(30) {
        distinct(builder, &columns, stream.timed);
    }
    split::end(builder, &name, columns, stream.timed);
}

fn keys(builder: &mut Builder<'_>, columns: &[Named]) -> Vec<String> {
    let fit: Vec<String> =
        columns.iter().filter(|(_, ty)| ty.is_key()).map(|(name, _)| name.clone()).collect();
    let mut keys = Vec::new();
    for _ in 0..1 + builder.random.below(2) {
        keys.extend(builder.random.maybe(&fit).cloned());
    }
    keys.sort();
    keys.dedup();
    keys
}

fn distinct(builder: &mut Builder<'_>, columns: &[Named], timed: bool) {
    let keys = keys(builder, columns);
    if keys.is_empty() {
        return;
    }
    let within = lasting(builder, "within", timed);
    let _ = writeln!(builder.text, "    distinct on {}{within}", keys.join(", "));
}

/// `within 5s`, `for 5s`, or nothing.
fn lasting(builder: &mut Builder<'_>, word: &str, timed: bool) -> String {
    if !timed || builder.random.chance(40) {
        return String::new();
    }
    format!(" {word} {}", builder.random.choose(&["1s", "5s", "20s", "1h"]))
}

fn keep(builder: &mut Builder<'_>, columns: &mut Vec<Named>, timed: bool) {
    let keys = keys(builder, columns);
    let mut seen = columns.clone();
    let mut clauses = String::new();
    for _ in 0..1 + builder.random.below(3) {
        let ty = builder.random.choose(&Type::ALL).clone();
        let ty = if builder.random.chance(20) { ty.optional() } else { ty };
        let Some(first) = builder.expression(&seen, &ty, 2) else { continue };
        let name = builder.column("kept", &seen);
        let own = [(name.clone(), ty.clone()), (format!("before({name})"), ty.clone().optional())];
        seen.extend(own);
        let Some(then) = builder.expression(&seen, &ty, 3) else {
            seen.truncate(seen.len() - 2);
            continue;
        };
        let lasts = lasting(builder, "for", timed);
        let _ = writeln!(clauses, "    keep {name}: {ty} = {first} then {then}{lasts}");
        columns.push((name, ty));
    }
    if clauses.is_empty() {
        return;
    }
    if !keys.is_empty() && builder.random.chance(80) {
        let _ = writeln!(builder.text, "    group by {}", keys.join(", "));
    }
    builder.text.push_str(&clauses);
    if let (true, Some(condition)) = (builder.random.chance(30), builder.condition(&seen, 2)) {
        let _ = writeln!(builder.text, "    where {condition}");
    }
}
