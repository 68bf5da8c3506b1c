//! Formats against the table of formats, and records against the format that they are read in.

use streamwright_values::form::Form;
use streamwright_values::format::combined;
use streamwright_values::{Type, Value};

use crate::ast;
use crate::check::columns::Columns;
use crate::check::connectors::{known_options, value};
use crate::check::context::Context;
use crate::check::expr;
use crate::connectors::{FORMATS, Format, OptionKind, Pattern, ReadFormat, WriteFormat};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Span, Spanned};

/// How a spout's lines are read, and whether its record fits.
pub(super) fn read(
    context: &mut Context<'_>,
    written: &ast::Format,
    record: Option<usize>,
) -> Option<ReadFormat> {
    let format = find(context, written, |format| format.reads, "read")?;
    let operand = operand(context, format, written)?;
    let options = options(context, format, written);
    let used = use_record(context, record, format, written.span);
    if format.name != "json" && !flat(context, record, written.span) {
        return None;
    }
    match format.name {
        "json" => Some(ReadFormat::Json),
        "csv" => options.map(|csv| ReadFormat::Csv { header: csv.header, delimiter: csv.delimiter }),
        "text" => text(context, record, written.span).then_some(ReadFormat::Text),
        "combined" => (used && combined_fits(context, record, written.span)).then_some(ReadFormat::Combined),
        _ => pattern(context, record, operand?).map(ReadFormat::Pattern),
    }
}

/// How a sink's rows are written.
pub(super) fn write(context: &mut Context<'_>, written: &ast::Format) -> Option<WriteFormat> {
    let format = find(context, written, |format| format.writes, "written")?;
    operand(context, format, written)?;
    let options = options(context, format, written)?;
    Some(match format.name {
        "json" => WriteFormat::Json,
        _ => WriteFormat::Csv { header: options.header, delimiter: options.delimiter },
    })
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

fn operand<'w>(
    context: &mut Context<'_>,
    format: &Format,
    written: &'w ast::Format,
) -> Option<Option<&'w Spanned<String>>> {
    match (format.operand, &written.operand) {
        (Some(_), Some(operand)) => Some(Some(operand)),
        (None, None) => Some(None),
        (Some(what), None) => {
            let message = format!("`{}` needs {what}", format.name);
            context.error(
                Code::BadConnector,
                written.name.span,
                message,
                format!("write `{}`", format.example),
            );
            None
        }
        (None, Some(operand)) => {
            let message = format!("no text stands behind `{}`", format.name);
            context.error(Code::BadConnector, operand.span, message, "leave it out");
            None
        }
    }
}

/// The options of a format; only `csv` has some.
struct Options {
    header: bool,
    delimiter: u8,
}

fn options(context: &mut Context<'_>, format: &'static Format, written: &ast::Format) -> Option<Options> {
    let mut options = Options { header: true, delimiter: b',' };
    let mut clean = true;
    for (entry, option) in known_options(context, format.name, format.options, &written.options) {
        let OptionKind::Value(ty) = &entry.kind else { continue };
        let Some(typed) = value(context, option, ty) else {
            clean = false;
            continue;
        };
        match expr::folded(&typed) {
            Some(Value::Bool(header)) => options.header = header,
            Some(Value::String(text)) if delimiter(&text) => options.delimiter = text.as_bytes()[0],
            Some(_) => {
                let help = "write one ASCII character that is neither a quote nor a line end";
                context.error(Code::BadConnector, typed.span, "this cannot stand between fields", help);
                clean = false;
            }
            None => {
                let help = "the shape of a file is part of the topology: write a constant";
                context.error(Code::NotConstant, typed.span, "a format's option is a constant", help);
                clean = false;
            }
        }
    }
    clean.then_some(options)
}

fn delimiter(text: &str) -> bool {
    matches!(text.as_bytes(), [byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\n' | b'\r' | 0))
}

/// Notes that a record is read as `combined` or not: the format's own forms are for one of the two only.
fn use_record(context: &mut Context<'_>, record: Option<usize>, format: &Format, span: Span) -> bool {
    let Some(record) = record.map(|record| &mut context.records[record]) else { return true };
    let combined = format.name == "combined";
    let first = *record.read_as.get_or_insert((combined, span));
    if first.0 == combined {
        return true;
    }
    let message = format!("record `{}` is read as `combined` and in another format", record.ast.name.value);
    context.report(
        Diagnostic::new(Code::FormatMismatch, span, message)
            .label(first.1, "the other format")
            .help("`combined` has forms of its own: declare a record for each"),
    );
    false
}

/// The formats of text have no nested values.
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

/// What a sink writes has a text form, where its format is not JSON.
pub(super) fn fits_row(context: &mut Context<'_>, written: &ast::Connector, columns: &Columns) -> bool {
    let Some(format) = written.format.as_ref().filter(|format| format.name.value != "json") else {
        return true;
    };
    let nested = columns.list.iter().find(|known| known.ty.as_ref().is_some_and(Type::is_nested));
    if let Some(nested) = nested {
        context.report(nested_value(format.span, &nested.name, format.span));
    }
    nested.is_none()
}

fn text(context: &mut Context<'_>, record: Option<usize>, span: Span) -> bool {
    let Some(record) = record.map(|record| &context.records[record]) else { return true };
    let fits = match record.fields.as_slice() {
        [Some(field)] => field.ty == Type::String,
        [None] => true,
        _ => false,
    };
    if !fits {
        let label = record.ast.name.span;
        context.report(
            Diagnostic::new(Code::FormatMismatch, span, "a line of text is one `string`")
                .label(label, "this record is not")
                .help("declare a record with one field: `record Line { line: string }`"),
        );
    }
    fits
}

/// The fields exist, and take the format's own forms.
fn combined_fits(context: &mut Context<'_>, record: Option<usize>, span: Span) -> bool {
    let Some(index) = record else { return true };
    let mut findings = Vec::new();
    let record = &mut context.records[index];
    for (written, field) in record.ast.fields.iter().zip(&mut record.fields) {
        let name = written.wire_name.as_ref().unwrap_or(&written.name);
        if !combined::FIELDS.contains(&name.value.as_str()) {
            findings.push(
                Diagnostic::new(
                    Code::FormatMismatch,
                    name.span,
                    format!("`combined` gives no `{}`", name.value),
                )
                .label(span, "read here")
                .help(format!("it gives {}", combined::FIELDS.join(", ")))
                .did_you_mean(&name.value, combined::FIELDS),
            );
        }
        let Some(field) = field else { continue };
        if *field.ty.required() == Type::Timestamp && field.form == Form::Plain && name.value == "at" {
            field.form = Form::Strftime(combined::TIME_FORM.to_owned());
        }
        if field.ty.is_optional() && field.absent.is_none() {
            field.absent = Some("-".to_owned());
        }
    }
    let clean = findings.is_empty();
    findings.into_iter().for_each(|finding| context.report(finding));
    clean
}

/// The pattern is one, and names the record's fields.
fn pattern(context: &mut Context<'_>, record: Option<usize>, written: &Spanned<String>) -> Option<Pattern> {
    let pattern = match Pattern::parse(&written.value) {
        Ok(pattern) => pattern,
        Err(error) => {
            let help = "write fields in braces, and what stands between them: \"{ip} [{at}] {path}\"";
            context.error(Code::BadPattern, written.span, error.message, help);
            return None;
        }
    };
    let record = &context.records[record?];
    let wire_name = |field: &&ast::Field| field.wire_name.as_ref().unwrap_or(&field.name).value.clone();
    let fields: Vec<String> = record.ast.fields.iter().map(|field| wire_name(&field)).collect();
    let mut findings = Vec::new();
    for (name, _) in pattern.fields.iter().filter(|(name, _)| !fields.contains(name)) {
        let message = format!("record `{}` has no field `{name}`", record.ast.name.value);
        findings.push(
            Diagnostic::new(Code::FormatMismatch, written.span, message)
                .label(record.ast.name.span, "the record")
                .help(format!("add `{name}: string` to the record"))
                .did_you_mean(name, fields.iter().map(String::as_str)),
        );
    }
    for (field, name) in record.ast.fields.iter().zip(&fields) {
        if !pattern.fields.iter().any(|(known, _)| known == name) {
            let message = format!("the pattern does not give `{name}`");
            findings.push(
                Diagnostic::new(Code::FormatMismatch, field.name.span, message)
                    .label(written.span, "the pattern")
                    .help(format!("write `{{{name}}}` where it stands in the line, or take the field out")),
            );
        }
    }
    let clean = findings.is_empty();
    findings.into_iter().for_each(|finding| context.report(finding));
    clean.then_some(pattern)
}
