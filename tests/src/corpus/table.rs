//! Random tables.

use std::fmt::Write as _;

use streamwright_values::Type;

use super::builder::Builder;
use super::nested;
use super::spout::{FORMS, FieldShape, SpoutShape, Wire, format_text, plain, write_record};

/// Adds a table whose key is all of these fields; it has others behind them.
pub(super) fn add(builder: &mut Builder<'_>, keys: Vec<FieldShape>) -> SpoutShape {
    let number = builder.next_number();
    let (name, record) = (format!("table_{number}"), format!("Row{number}"));
    let key: Vec<String> = keys.iter().map(|field| field.name.clone()).collect();
    let mut fields = keys;
    // Of bytes none is a value, and an empty field of CSV is no value.
    let bytes = |field: &FieldShape| *field.ty.required() == Type::Bytes;
    let csv = builder.random.chance(50) && !fields.iter().any(bytes);
    for number in 0..builder.random.below(4) {
        let mut field = plain(&format!("t{number}"), builder.random.choose(&Type::ALL).clone());
        if field.ty == Type::Timestamp && builder.random.chance(50) {
            field.form = Some(*builder.random.choose(&FORMS));
        }
        if builder.random.chance(30) {
            field.ty = field.ty.optional();
        }
        fields.push(field);
    }
    fields.retain(|field| !csv || !bytes(field));
    if !csv {
        nested::add(builder, &mut fields);
    }
    write_record(builder, &record, &fields);
    let wire = match csv {
        true => Wire::Csv { header: builder.random.chance(70), delimiter: ',' },
        false => Wire::Json,
    };
    let input = format!("in_{name}");
    let _ = writeln!(
        builder.text,
        "table {name}: {}{record} {{\n    read file {input} as {}\n    key {}\n}}\n",
        builder.prefix,
        format_text(&wire, &fields),
        key.join(", ")
    );
    builder.paths.push(input);
    let table = SpoutShape { name, stdin: false, wire: Some(wire), fields };
    builder.tables.push(table.clone());
    table
}
