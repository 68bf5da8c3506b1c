//! Random splits: at the end of a bolt, and a bolt that reads several arms of one.

use std::fmt::Write as _;

use super::builder::{Builder, Stream};
use super::expression::Named;
use super::node::{leaves, pick, read};
use super::windowed::windowed;

/// Ends a bolt's block, now and then with a `split`; its streams are there from then on.
pub(super) fn end(builder: &mut Builder<'_>, name: &str, columns: Vec<Named>, timed: bool) {
    let names = if builder.random.chance(15) { clause(builder, &columns) } else { Vec::new() };
    builder.text.push_str("}\n\n");
    if names.is_empty() {
        return leaves(builder, name, columns, timed);
    }
    for arm in names {
        leaves(builder, &format!("{name}.{arm}"), columns.clone(), timed);
    }
}

/// A split, and a union of its arms, in any order: a diamond.
pub(super) fn add(builder: &mut Builder<'_>) {
    let at = pick(builder);
    let stream = read(builder, at);
    let name = format!("split_{}", builder.next_number());
    let _ = writeln!(builder.text, "bolt {name} {{\n    from {}", stream.reference);
    let mut columns = stream.columns;
    builder.first_clauses(&mut columns, 1);
    let names = clause(builder, &columns);
    builder.text.push_str("}\n\n");
    let mut arms: Vec<String> = names.iter().map(|arm| format!("{name}.{arm}")).collect();
    builder.random.shuffle(&mut arms);
    let timed = stream.timed;
    if builder.random.chance(50) {
        let rows = Stream { reference: arms[0].clone(), columns, timed, used: true };
        return windowed(builder, &arms, &rows);
    }
    let both = format!("arms_{}", builder.next_number());
    let _ = writeln!(builder.text, "bolt {both} {{\n    from {}", arms.join(", "));
    builder.rows_clauses(&mut columns, 1);
    builder.text.push_str("}\n\n");
    leaves(builder, &both, columns, timed);
}

/// Writes the clause, and gives the arms' names.
fn clause(builder: &mut Builder<'_>, columns: &[Named]) -> Vec<String> {
    let mut arms = Vec::new();
    let mut names: Vec<String> = Vec::new();
    for name in ["first", "second", "when"] {
        if let (true, Some(condition)) = (builder.random.chance(70), builder.condition(columns, 2)) {
            arms.push(format!("{name} when {condition}"));
            names.push(name.to_owned());
        }
    }
    if arms.is_empty() || builder.random.chance(60) {
        arms.push("rest otherwise".to_owned());
        names.push("rest".to_owned());
    }
    let _ = writeln!(builder.text, "    split {{ {} }}", arms.join(", "));
    names
}
