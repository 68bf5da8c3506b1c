//! Formats against the table of formats, and records against the format that they are read in.

use streamwright_values::format::{Misfit, Shape, Spot, Written};
use streamwright_values::{Type, Value};

use crate::ast;
use crate::check::columns::Columns;
use crate::check::connectors::{in_range, known_options, value};
use crate::check::context::{Context, Record};
use crate::check::expr;
use crate::connectors::{Dialect, FORMATS, Format, OptionEntry, OptionKind};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Span, Spanned};

/// How a spout's lines are read, and whether its record fits.
pub(super) fn read(
    context: &mut Context<'_>,
    written: &ast::Format,
    record: Option<usize>,
) -> Option<Dialect> {
    let format = find(context, written, |_| true, "read")?;
    let operand = operand(context, format, written)?;
    let options = options(context, format, written);
    let used = use_record(context, record, format, written.span);
    let flat = format.nested || flat(context, record, written.span);
    let fits = used && flat && fits(context, record, format, written);
    Some(Dialect { format, operand, options: options? }).filter(|_| fits)
}

/// How a sink's rows are written.
pub(super) fn write(context: &mut Context<'_>, written: &ast::Format) -> Option<Dialect> {
    let format = find(context, written, |format| format.write.is_some(), "written")?;
    let operand = operand(context, format, written)?;
    Some(Dialect { format, operand, options: options(context, format, written)? })
}

fn find(
    context: &mut Context<'_>,
    written: &ast::Format,
    fits: fn(&Format) -> bool,
    done: &str,
) -> Option<&'static Format> {
    let name = &written.name;
    let known = FORMATS.iter().filter(|format| fits(format)).map(|format| format.name);
    let all: Vec<&str> = known.clone().collect();
    let help = format!("the formats that are {done} are {}", all.join(", "));
    match FORMATS.iter().find(|format| format.name == name.value) {
        Some(format) if fits(format) => Some(format),
        Some(_) => {
            let message = format!("`{}` is not {done}", name.value);
            context.error(Code::BadConnector, name.span, message, help);
            None
        }
        None => {
            let message = format!("there is no format `{}`", name.value);
            let finding = Diagnostic::new(Code::UnknownConnector, name.span, message).help(help);
            context.report(finding.did_you_mean(&name.value, known));
            None
        }
    }
}

/// The text behind the format's word; empty where none belongs there.
fn operand(context: &mut Context<'_>, format: &Format, written: &ast::Format) -> Option<String> {
    match (&format.operand, &written.operand) {
        (Some(entry), Some(operand)) => match (entry.check)(&operand.value) {
            Ok(()) => Some(operand.value.clone()),
            Err(why) => {
                context.error(Code::BadPattern, operand.span, why, entry.help);
                None
            }
        },
        (None, None) => Some(String::new()),
        (Some(entry), None) => {
            let message = format!("`{}` needs {}", format.name, entry.what);
            let help = format!("write `{}`", format.example);
            context.error(Code::BadConnector, written.name.span, message, help);
            None
        }
        (None, Some(operand)) => {
            let message = format!("no text stands behind `{}`", format.name);
            context.error(Code::BadConnector, operand.span, message, "leave it out");
            None
        }
    }
}

/// The values of all options, which are constants.
fn options(context: &mut Context<'_>, format: &'static Format, written: &ast::Format) -> Option<Vec<Value>> {
    let mut values: Vec<Value> = format.options.iter().map(|option| (option.default)()).collect();
    let entry = |option| OptionEntry::declared(option, "the format's own");
    let entries: Vec<OptionEntry> = format.options.iter().map(entry).collect();
    let mut clean = true;
    for (entry, option) in known_options(context, format.name, &entries, &written.options) {
        let OptionKind::Value(ty) = &entry.kind else { continue };
        let Some(typed) = value(context, option, ty) else {
            clean = false;
            continue;
        };
        let place = format.options.iter().position(|known| known.name == entry.name);
        match (expr::folded(&typed), place.and_then(|place| values.get_mut(place))) {
            (Some(value), Some(place)) => {
                clean &= in_range(context, entry, &typed);
                *place = value;
            }
            _ => {
                let help = "the shape of a file is part of the topology: write a constant";
                context.error(Code::NotConstant, typed.span, "a format's option is a constant", help);
                clean = false;
            }
        }
    }
    clean.then_some(values)
}

/// Notes in which format a record is read: a format's own forms are for it only.
fn use_record(context: &mut Context<'_>, record: Option<usize>, format: &'static Format, span: Span) -> bool {
    let Some(record) = record.map(|record| &mut context.records[record]) else { return true };
    let (first, first_span) = *record.read_as.get_or_insert((format, span));
    let Some(own) = [first, format].into_iter().find(|format| format.forms.is_some()) else { return true };
    if first.name == format.name {
        return true;
    }
    let name = &record.ast.name.value;
    let message = format!("record `{name}` is read as `{}` and in another format", own.name);
    context.report(
        Diagnostic::new(Code::FormatMismatch, span, message)
            .label(first_span, "the other format")
            .help(format!("`{}` has forms of its own: declare a record for each", own.name)),
    );
    false
}

/// Most formats of text have no nested values.
fn flat(context: &mut Context<'_>, record: Option<usize>, span: Span) -> bool {
    let Some(record) = record.map(|record| &context.records[record]) else { return true };
    let fields = record.ast.fields.iter().zip(&record.fields);
    let findings: Vec<Diagnostic> = fields
        .filter(|(_, field)| field.as_ref().is_some_and(|field| field.ty.is_nested()))
        .map(|(written, _)| nested_value(written.ty.span, &written.name.value, span))
        .collect();
    let clean = findings.is_empty();
    findings.into_iter().for_each(|finding| context.report(finding));
    clean
}

fn nested_value(at: Span, name: &str, format: Span) -> Diagnostic {
    let message = format!("`{name}` is a list or a record, and only `json` has those");
    Diagnostic::new(Code::FormatMismatch, at, message)
        .label(format, "the format")
        .help("read and write it as `json`, or select its parts: `concat(tags, \" \")`, `bid.price`")
}

/// What a sink writes has a text form, where its format has no nested values.
pub(super) fn fits_row(context: &mut Context<'_>, written: &ast::Connector, columns: &Columns) -> bool {
    let has_nested = |name: &str| FORMATS.iter().any(|format| format.nested && format.name == name);
    let Some(format) = written.format.as_ref().filter(|format| !has_nested(&format.name.value)) else {
        return true;
    };
    let nested = columns.list.iter().find(|known| known.ty.as_ref().is_some_and(Type::is_nested));
    if let Some(nested) = nested {
        context.report(nested_value(format.span, &nested.name, format.span));
    }
    nested.is_none()
}

/// Whether a record is what the format gives; and its fields take the format's own forms.
fn fits(
    context: &mut Context<'_>,
    record: Option<usize>,
    format: &'static Format,
    written: &ast::Format,
) -> bool {
    let Some(record) = record.map(|record| &mut context.records[record]) else { return true };
    if let Some(forms) = format.forms {
        record.fields.iter_mut().flatten().for_each(forms);
    }
    let shapes = record.ast.fields.iter().zip(&record.fields).map(|(declared, field)| Shape {
        wire_name: &wire_name(declared).value,
        ty: field.as_ref().map(|field| &field.ty),
    });
    let read = Written {
        operand: written.operand.as_ref().map_or("", |operand| &operand.value),
        record: &record.ast.name.value,
        fields: shapes.collect(),
    };
    let findings: Vec<Diagnostic> =
        (format.fits)(&read).into_iter().map(|misfit| shown(misfit, record, written)).collect();
    let clean = findings.is_empty();
    findings.into_iter().for_each(|finding| context.report(finding));
    clean
}

fn wire_name(field: &ast::Field) -> &Spanned<String> {
    field.wire_name.as_ref().unwrap_or(&field.name)
}

/// A misfit as a finding: its spots are parts of the text.
fn shown(misfit: Misfit, record: &Record<'_>, written: &ast::Format) -> Diagnostic {
    let span = |spot| match spot {
        Spot::Format => written.span,
        Spot::Operand => written.operand.as_ref().map_or(written.span, |operand| operand.span),
        Spot::Record => record.ast.name.span,
        Spot::Field(at) => record.ast.fields[at].name.span,
        Spot::WireName(at) => wire_name(&record.ast.fields[at]).span,
    };
    let (beside, label) = misfit.beside;
    let finding = Diagnostic::new(Code::FormatMismatch, span(misfit.at), misfit.message)
        .label(span(beside), label)
        .help(misfit.help);
    match misfit.near {
        Some((name, known)) => finding.did_you_mean(&name, known.iter().map(String::as_str)),
        None => finding,
    }
}
