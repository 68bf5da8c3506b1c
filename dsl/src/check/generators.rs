//! `read generate "NAME"`: the record against the events of a generator. Its fields are the event's parts, and theirs those of
//! the part, by their wire names; it may have any of them.

use streamwright_values::generate::{GENERATORS, Generator, Part};
use streamwright_values::{RecordType, Type, Value};

use crate::ast;
use crate::check::context::Context;
use crate::check::expr;
use crate::connectors::{OptionEntry, OptionKind, Settings, Tuples};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::topology::{Expr, ExprKind, Field};

/// The generator that the operand names.
pub(super) fn named(context: &mut Context<'_>, operand: &ast::Expr) -> Option<&'static Generator> {
    let value = expr::constant_value(context, operand, &Type::String, "a generator's name")?;
    let Value::String(name) = value else { return None };
    let found = Generator::named(&name);
    if found.is_none() {
        let names = || GENERATORS.iter().map(|generator| generator.name);
        let all: Vec<String> = names().map(|name| format!("{name:?}")).collect();
        let finding =
            Diagnostic::new(Code::BadConnector, operand.span, format!("there is no generator {name:?}"))
                .help(format!(
                    "the generators are {}; without a name, `fields` says what is made",
                    all.join(", ")
                ));
        context.report(finding.did_you_mean(&name, names()));
    }
    found
}

/// What may be written in braces: the connector's options but for the fields, and the generator's.
pub(super) fn options(common: &[OptionEntry], generator: &'static Generator) -> Vec<OptionEntry> {
    let common = common.iter().filter(|entry| matches!(entry.kind, OptionKind::Value(_))).cloned();
    let own = generator.options.iter().map(|option| OptionEntry::declared(option, "the generator's own"));
    common.chain(own).collect()
}

/// The events, where the record's fields are parts of them.
pub(super) fn events(
    context: &mut Context<'_>,
    generator: &'static Generator,
    span: Span,
    record: usize,
    settings: &mut Settings,
) -> Option<Tuples> {
    let options = generator.options.iter().map(|option| {
        let default = || {
            let value = (option.default)();
            Expr { ty: value.type_of(), kind: ExprKind::Constant(value), span }
        };
        settings.take(option.name).unwrap_or_else(default)
    });
    let options = options.collect();
    let declared = &context.records[record];
    let fields: Vec<(Span, Option<Field>)> = declared
        .ast
        .fields
        .iter()
        .map(|field| field.name.span)
        .zip(declared.fields.iter().cloned())
        .collect();
    let mut clean = true;
    for (at, field) in fields {
        let field = field?;
        let Err((message, help)) = part_of(generator, &field) else { continue };
        let finding =
            Diagnostic::new(Code::BadConnector, at, message).label(span, "it is generated here").help(help);
        context.report(finding);
        clean = false;
    }
    clean.then_some(Tuples::Events(generator, options))
}

/// Whether a field is a part of the events; else what is wrong, and what to do.
fn part_of(generator: &Generator, field: &Field) -> Result<(), (String, String)> {
    let Some(part) = generator.parts.iter().find(|part| part.name == field.wire_name) else {
        let parts: Vec<String> = generator.parts.iter().map(|part| format!("`{}`", part.name)).collect();
        let message = format!("an event of {:?} has no `{}`", generator.name, field.wire_name);
        return Err((message, format!("it is one of {}, each an optional record", parts.join(", "))));
    };
    let (Type::Record(record), true) = (field.ty.required(), field.ty.is_optional()) else {
        let message = format!("`{}` of an event is an optional record, not `{}`", part.name, field.ty);
        return Err((message, format!("declare a record with some of its fields: {}", listed(part))));
    };
    record.fields.iter().try_for_each(|inner| member_of(part, record, inner))
}

fn member_of(part: &Part, record: &RecordType, field: &Field) -> Result<(), (String, String)> {
    let known = part.fields.iter().find(|(name, _)| *name == field.wire_name);
    match known {
        Some((_, ty)) if ty == field.ty.required() => Ok(()),
        Some((name, ty)) => {
            let message = format!("`{name}` of a generated `{}` is `{ty}`, not `{}`", part.name, field.ty);
            Err((message, format!("declare `{}: {ty}` in `{}`", field.name, record.name)))
        }
        None => {
            let message = format!("a generated `{}` has no field `{}`", part.name, field.wire_name);
            Err((message, format!("its fields are {}; `from` gives one another name", listed(part))))
        }
    }
}

fn listed(part: &Part) -> String {
    let fields: Vec<String> = part.fields.iter().map(|(name, ty)| format!("`{name}: {ty}`")).collect();
    fields.join(", ")
}
