//! Records: field types, wire names, forms, and the text that stands for no value.

use std::sync::Arc;

use streamwright_values::form::Form;
use streamwright_values::{RecordType, Type};

use crate::ast;
use crate::check::context::{Context, Stage};
use crate::check::names::{duplicate, outer};
use crate::diagnostic::{Code, Diagnostic};
use crate::topology::Field;

/// A type that a field or param may have.
pub struct TypeEntry {
    /// The word.
    pub name: &'static str,
    /// What it means.
    pub ty: Type,
    /// What its values are, and their text form.
    pub docs: &'static str,
}

/// A named form that a `timestamp` field may have.
pub struct FormEntry {
    /// The word behind `as`.
    pub name: &'static str,
    /// What it means.
    pub form: Form,
    /// What stands on the wire.
    pub docs: &'static str,
}

/// The types that may be written, in the order of the documentation.
#[must_use]
pub fn types() -> &'static [TypeEntry] {
    const TYPES: &[TypeEntry] = &[
        TypeEntry { name: "bool", ty: Type::Bool, docs: "`true` or `false`" },
        TypeEntry { name: "int", ty: Type::Int, docs: "a signed integer of 64 bits" },
        TypeEntry { name: "float", ty: Type::Float, docs: "a finite IEEE 754 double" },
        TypeEntry { name: "string", ty: Type::String, docs: "UTF-8 text" },
        TypeEntry { name: "bytes", ty: Type::Bytes, docs: "bytes; base64 in text" },
        TypeEntry {
            name: "timestamp",
            ty: Type::Timestamp,
            docs: "an instant in nanoseconds, from 1677 to 2262; RFC 3339 in text",
        },
        TypeEntry {
            name: "duration",
            ty: Type::Duration,
            docs: "a length of time in nanoseconds; `1m30s` in text",
        },
        TypeEntry { name: "ip", ty: Type::Ip, docs: "an IPv4 or IPv6 address" },
    ];
    TYPES
}

/// The named forms, in the order of the documentation.
#[must_use]
pub fn forms() -> &'static [FormEntry] {
    const FORMS: &[FormEntry] = &[
        FormEntry {
            name: "unix_s",
            form: Form::UnixSeconds,
            docs: "seconds since 1970, with or without a fraction",
        },
        FormEntry { name: "unix_ms", form: Form::UnixMillis, docs: "whole milliseconds since 1970" },
        FormEntry { name: "unix_us", form: Form::UnixMicros, docs: "whole microseconds since 1970" },
        FormEntry { name: "unix_ns", form: Form::UnixNanos, docs: "whole nanoseconds since 1970" },
    ];
    FORMS
}

/// How many fields a record may have, those of nested records too.
const FIELDS_MAX: usize = 4_096;

/// How deep records may be nested.
const DEPTH_MAX: usize = 64;

pub(super) fn check(context: &mut Context<'_>) {
    for index in 0..context.records.len() {
        check_record(context, index);
    }
}

/// Checks a record that was not checked yet, behind those that it holds.
fn check_record(context: &mut Context<'_>, index: usize) {
    if context.records[index].stage != Stage::Unchecked {
        return;
    }
    context.records[index].stage = Stage::Checking;
    let ast = context.records[index].ast;
    if ast.fields.is_empty() {
        let message = format!("record `{}` has no fields", ast.name.value);
        context.error(Code::BadField, ast.name.span, message, "add a field: `NAME: string`");
    }
    unique_fields(context, ast);
    let fields: Vec<Option<Field>> = ast.fields.iter().map(|field| check_field(context, field)).collect();
    let whole: Option<Vec<Field>> = fields.iter().cloned().collect();
    let record = &mut context.records[index];
    record.ty = whole.map(|fields| Arc::new(RecordType { name: outer(&ast.name.value), fields }));
    record.fields = fields;
    record.stage = Stage::Checked;
    measure(context, index);
}

/// How many fields a record has in all: what walks over a type has a bound.
fn measure(context: &mut Context<'_>, index: usize) {
    let ast = context.records[index].ast;
    let size = ast.fields.iter().map(|field| 1 + held(context, &field.ty)).fold(0, usize::saturating_add);
    context.records[index].size = size;
    if size > FIELDS_MAX {
        let message =
            format!("record `{}` has {size} fields, those of nested records included", ast.name.value);
        let help = format!("a record has at most {FIELDS_MAX}: declare only those that are used");
        context.error(Code::RecursiveRecord, ast.name.span, message, help);
        context.records[index].ty = None;
    }
}

fn held(context: &Context<'_>, ty: &ast::TypeName) -> usize {
    let argument = ty.argument.as_ref().map_or(0, |argument| held(context, argument));
    let record = context.record_names.get(ty.name.value.as_str());
    argument + record.map_or(0, |record| context.records[*record].size)
}

fn unique_fields(context: &mut Context<'_>, record: &ast::Record) {
    for (index, field) in record.fields.iter().enumerate() {
        let before = &record.fields[..index];
        if let Some(first) = before.iter().find(|other| other.name.value == field.name.value) {
            let what = format!("a field `{}`", field.name.value);
            context.report(duplicate(&field.name, first.name.span, &what));
        } else if let Some(first) = before.iter().find(|other| wire_name(other) == wire_name(field)) {
            let span = field.wire_name.as_ref().map_or(field.name.span, |name| name.span);
            let message = format!("two fields are read from {:?}", wire_name(field));
            context.report(
                Diagnostic::new(Code::DuplicateName, span, message)
                    .label(first.span, "the first one")
                    .help("read it once, and copy it with `let` where it is needed twice"),
            );
        }
    }
}

fn wire_name(field: &ast::Field) -> &str {
    field.wire_name.as_ref().map_or(&field.name.value, |name| &name.value)
}

fn check_field(context: &mut Context<'_>, field: &ast::Field) -> Option<Field> {
    let ty = type_of(context, &field.ty);
    let form = field.form.as_ref().map_or(Some(Form::Plain), |form| {
        let form = check_form(context, form);
        form.filter(|_| fits_form(context, field, ty.as_ref()))
    });
    if let (Some(absent), false) = (&field.absent, field.ty.optional) {
        let message = format!("`{}` is never absent", field.name.value);
        let help = format!("write `{}: {}?`", field.name.value, field.ty.name.value);
        context.report(
            Diagnostic::new(Code::BadField, absent.span, message)
                .label(field.ty.span, "this type always has a value")
                .help(help),
        );
    }
    Some(Field {
        name: field.name.value.clone(),
        wire_name: wire_name(field).to_owned(),
        ty: ty?,
        form: form?,
        absent: field.absent.as_ref().map(|text| text.value.clone()),
    })
}

fn check_form(context: &mut Context<'_>, form: &ast::Form) -> Option<Form> {
    match form {
        ast::Form::Named(name) => {
            let found = forms().iter().find(|entry| entry.name == name.value);
            if found.is_none() {
                let known = forms().iter().map(|entry| entry.name);
                context.report(
                    Diagnostic::new(
                        Code::UnknownType,
                        name.span,
                        format!("there is no form `{}`", name.value),
                    )
                    .help("write one of unix_s, unix_ms, unix_us, unix_ns, or a pattern in quotes")
                    .did_you_mean(&name.value, known),
                );
            }
            found.map(|entry| entry.form.clone())
        }
        ast::Form::Pattern(pattern) => match Form::strftime(&pattern.value) {
            Ok(form) => Some(form),
            Err(why) => {
                let help = "write it in strftime's notation, such as \"%d/%b/%Y:%H:%M:%S %z\"";
                context.error(Code::BadPattern, pattern.span, why, help);
                None
            }
        },
    }
}

fn fits_form(context: &mut Context<'_>, field: &ast::Field, ty: Option<&Type>) -> bool {
    let span = match &field.form {
        Some(ast::Form::Named(name)) => name.span,
        Some(ast::Form::Pattern(text)) => text.span,
        None => return true,
    };
    let fits = ty.is_none_or(|ty| *innermost(ty) == Type::Timestamp);
    if !fits {
        let message = format!("only a timestamp has such a form, and `{}` is none", field.name.value);
        context.report(
            Diagnostic::new(Code::BadField, span, message)
                .label(field.ty.span, "its type")
                .help("leave the form out, or make the field a `timestamp`"),
        );
    }
    fits
}

/// What a list holds in the end; any other type without its `?`.
fn innermost(ty: &Type) -> &Type {
    match ty.required() {
        Type::List(element) => innermost(element),
        plain => plain,
    }
}

/// The type that is written.
pub(super) fn type_of(context: &mut Context<'_>, written: &ast::TypeName) -> Option<Type> {
    let ty = match (written.name.value.as_str(), &written.argument) {
        ("list", Some(argument)) => Type::List(Box::new(type_of(context, argument)?)),
        ("list", None) => {
            let help = "write `list<string>`";
            context.error(Code::UnknownType, written.name.span, "what does this list hold?", help);
            return None;
        }
        (word, Some(_)) => {
            let message = format!("`{word}` holds nothing else");
            context.error(Code::UnknownType, written.span, message, "only a list does: `list<string>`");
            return None;
        }
        (_, None) => plain_type(context, written)?,
    };
    Some(if written.optional { ty.optional() } else { ty })
}

/// A type that is one word: the language's or a record's.
fn plain_type(context: &mut Context<'_>, written: &ast::TypeName) -> Option<Type> {
    let word = written.name.value.as_str();
    if let Some(entry) = types().iter().find(|entry| entry.name == word) {
        return Some(entry.ty.clone());
    }
    if let Some(index) = context.record_names.get(word).copied() {
        return nested(context, index, written);
    }
    let known = types().iter().map(|entry| entry.name).chain(["list"]);
    let all: Vec<&str> = known.clone().collect();
    let records = context.record_names.keys().copied();
    let finding = Diagnostic::new(Code::UnknownType, written.name.span, format!("there is no type `{word}`"))
        .help(format!("the types are {}, and the records", all.join(", ")))
        .did_you_mean(word, known.chain(records));
    context.report(finding);
    None
}

/// A record as a type. It is checked first.
fn nested(context: &mut Context<'_>, index: usize, written: &ast::TypeName) -> Option<Type> {
    context.records[index].used = true;
    let open = context.records.iter().filter(|record| record.stage == Stage::Checking).count();
    if context.records[index].stage == Stage::Checking || open >= DEPTH_MAX {
        let word = &written.name.value;
        let (message, help) = match context.records[index].stage {
            Stage::Checking => (format!("record `{word}` holds itself"), "a value would have no end"),
            _ => (format!("records are nested more than {DEPTH_MAX} deep"), "declare the inner fields alone"),
        };
        context.error(Code::RecursiveRecord, written.span, message, help);
        return None;
    }
    check_record(context, index);
    context.records[index].ty.clone().map(Type::Record)
}
