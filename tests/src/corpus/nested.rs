//! Lists and records inside rows: random fields of them, and input for those.

use std::sync::Arc;

use streamwright_values::form::Form;
use streamwright_values::generate::GENERATORS;
use streamwright_values::{RecordField, RecordType, Type};

use super::builder::Builder;
use super::expression::Named;
use super::input::{member, value};
use super::random::Random;
use super::spout::{FORMS, FieldShape, plain, write_record};

/// Adds fields that are lists or records, and the declarations of those records.
pub(super) fn add(builder: &mut Builder<'_>, fields: &mut Vec<FieldShape>) {
    for _ in 0..builder.random.below(5) {
        let name = format!("n{}", builder.next_number());
        let mut field =
            if builder.random.chance(45) { list(builder, &name) } else { record(builder, &name, 2) };
        if builder.random.chance(35) {
            field.ty = field.ty.optional();
        }
        fields.push(field);
    }
}

fn list(builder: &mut Builder<'_>, name: &str) -> FieldShape {
    let mut element = builder.random.choose(&Type::ALL).clone();
    let form =
        (element == Type::Timestamp && builder.random.chance(50)).then(|| *builder.random.choose(&FORMS));
    if builder.random.chance(20) {
        element = element.optional();
    }
    FieldShape { form, ..plain(name, Type::List(Box::new(element))) }
}

/// A field of a record of its own, or of a list of those.
fn record(builder: &mut Builder<'_>, name: &str, depth: usize) -> FieldShape {
    let mut inner = Vec::new();
    for _ in 0..1 + builder.random.below(3) {
        let name = format!("g{}", builder.next_number());
        let mut field = match builder.random.below(6) {
            0 => list(builder, &name),
            1 if depth > 0 => record(builder, &name, depth - 1),
            _ => plain(&name, builder.random.choose(&Type::ALL).clone()),
        };
        if builder.random.chance(30) {
            field.ty = field.ty.optional();
        }
        if builder.random.chance(20) {
            field.wire_name = format!("{name}@wire");
        }
        inner.push(field);
    }
    let mut ty = declared(builder, &inner);
    if builder.random.chance(30) {
        ty = Type::List(Box::new(ty));
    }
    FieldShape { inner, ..plain(name, ty) }
}

/// A record of these fields.
fn declared(builder: &mut Builder<'_>, inner: &[FieldShape]) -> Type {
    let record = format!("Inner{}", builder.next_number());
    write_record(builder, &record, inner);
    let described = inner.iter().map(|field| RecordField {
        name: field.name.clone(),
        wire_name: field.wire_name.clone(),
        ty: field.ty.clone(),
        form: Form::Plain,
        absent: None,
    });
    Type::Record(Arc::new(RecordType { name: record, fields: described.collect() }))
}

/// Fields for some parts of a generator's events, each of a record with some of the part's fields.
pub(super) fn parts_of_events(builder: &mut Builder<'_>) -> Vec<FieldShape> {
    let mut fields = Vec::new();
    for part in GENERATORS.iter().flat_map(|generator| generator.parts) {
        if builder.random.chance(30) {
            continue;
        }
        let mut inner = Vec::new();
        for (wire_name, ty) in part.fields {
            if inner.is_empty() || builder.random.chance(40) {
                let name = format!("g{}", builder.next_number());
                let ty = if builder.random.chance(20) { ty.clone().optional() } else { ty.clone() };
                inner.push(FieldShape { wire_name: (*wire_name).to_owned(), ..plain(&name, ty) });
            }
        }
        let ty = declared(builder, &inner).optional();
        let name = format!("n{}", builder.next_number());
        fields.push(FieldShape { wire_name: part.name.to_owned(), inner, ..plain(&name, ty) });
    }
    if fields.is_empty() { parts_of_events(builder) } else { fields }
}

/// The columns, and what is reached through those that are records.
pub(super) fn paths(columns: &[Named]) -> Vec<Named> {
    let mut found = columns.to_vec();
    let mut at = 0;
    while at < found.len() {
        let (path, ty) = found[at].clone();
        if let Type::Record(record) = ty.required() {
            for field in &record.fields {
                let (point, inner) = if ty.is_optional() {
                    ("?.", field.ty.clone().optional())
                } else {
                    (".", field.ty.clone())
                };
                found.push((format!("{path}{point}{}", field.name), inner));
            }
        }
        at += 1;
    }
    found
}

/// A nested value as JSON.
pub(super) fn json(random: &mut Random, field: &FieldShape, now_ms: i64, bad: usize) -> String {
    match field.ty.required() {
        Type::List(element) => {
            let element = FieldShape { ty: (**element).clone(), absent: None, ..field.clone() };
            let count = *random.choose(&[0, 1, 1, 2, 3]);
            let elements: Vec<String> = (0..count)
                .map(|_| match value(random, &element, now_ms, bad) {
                    Some(text) => member(&element, &text),
                    None => "null".to_owned(),
                })
                .collect();
            format!("[{}]", elements.join(","))
        }
        _ => {
            let mut members = Vec::new();
            for inner in &field.inner {
                match value(random, inner, now_ms, bad) {
                    Some(text) => members.push(format!("\"{}\":{}", inner.wire_name, member(inner, &text))),
                    None if random.chance(50) => members.push(format!("\"{}\": null", inner.wire_name)),
                    None => {}
                }
            }
            random.shuffle(&mut members);
            format!("{{{}}}", members.join(","))
        }
    }
}
