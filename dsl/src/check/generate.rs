//! The distributions of `read generate { fields: { … } }` against the fields of the record.

use streamwright_values::generate::{self, DISTRIBUTIONS, Dynamic, Kind, Signature};
use streamwright_values::{Type, Value};

use crate::ast::{self, OptionValue};
use crate::check::context::Context;
use crate::check::expr;
use crate::connectors::Distribution;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::topology::{Expr, ExprKind, Field};

/// What goes round the distribution of an optional field.
const SOMETIMES: &str = "sometimes";

/// One distribution a field of the record, in its order.
pub(super) fn distributions(
    context: &mut Context<'_>,
    written: &ast::Connector,
    record: usize,
) -> Option<Vec<Distribution>> {
    let map = written.options.iter().find(|option| option.name.value == "fields");
    let entries: &[ast::ConnectorOption] = match map.map(|option| &option.value) {
        Some(OptionValue::Map(entries, _)) => entries,
        Some(OptionValue::Expr(expr)) => {
            let help = "write `fields: { NAME: choose(1, 2) }`";
            context.error(Code::BadConnector, expr.span, "`fields` takes a map of distributions", help);
            return None;
        }
        None => &[],
    };
    let record = &context.records[record];
    let names: Vec<&str> = record.ast.fields.iter().map(|field| field.name.value.as_str()).collect();
    let fields: Vec<Option<Field>> = record.fields.clone();
    let mut clean = true;
    for field in fields.iter().flatten().filter(|field| field.ty.is_nested()) {
        let message = format!("`generate` makes no lists or records, and `{}` is one", field.name);
        let help = "generate the parts as fields of their own";
        context.error(Code::BadConnector, written.span, message, help);
        clean = false;
    }
    if !clean {
        return None;
    }
    for (index, entry) in entries.iter().enumerate() {
        let word = entry.name.value.as_str();
        if !names.contains(&word) {
            let finding = Diagnostic::new(
                Code::UnknownName,
                entry.name.span,
                format!("the record has no field `{word}`"),
            );
            context.report(finding.did_you_mean(word, names.iter().copied()));
            clean = false;
        }
        if let Some(first) = entries[..index].iter().find(|other| other.name.value == word) {
            let finding =
                super::names::duplicate(&entry.name, first.name.span, &format!("an entry `{word}`"));
            context.report(finding);
            clean = false;
        }
    }
    let distributions: Vec<Option<Distribution>> = fields
        .iter()
        .map(|field| {
            let field = field.as_ref()?;
            match entries.iter().find(|entry| entry.name.value == field.name) {
                Some(entry) => distribution(context, entry, field),
                None => Some(default(field, written.span)),
            }
        })
        .collect();
    distributions.into_iter().collect::<Option<Vec<_>>>().filter(|_| clean)
}

/// How a field is spread that names no distribution.
fn default(field: &Field, span: Span) -> Distribution {
    let (kind, values) = generate::default_for(&field.ty, &field.name);
    let constant = |value: Value| Expr { ty: value.type_of(), kind: ExprKind::Constant(value), span };
    let arguments = values.into_iter().map(constant).collect();
    let presence = field.ty.is_optional().then(|| constant(Value::Float(generate::PRESENCE)));
    Distribution { kind, arguments, presence, ty: field.ty.clone() }
}

fn distribution(
    context: &mut Context<'_>,
    entry: &ast::ConnectorOption,
    field: &Field,
) -> Option<Distribution> {
    match &entry.value {
        OptionValue::Expr(written) => match called(written) {
            Some(call) if call.name.value == SOMETIMES => sometimes(context, call, field),
            _ => spread(context, written, field),
        },
        OptionValue::Map(_, span) => {
            let help = "write `choose(a, b)`, `uniform(low, high)` or `zipf(n)`";
            context.error(Code::BadConnector, *span, "a field has one distribution", help);
            None
        }
    }
}

fn called(written: &ast::Expr) -> Option<&ast::Call> {
    if let ast::ExprKind::Call(call) = &written.kind { Some(call) } else { None }
}

/// `sometimes(probability)`, or with any distribution behind it.
fn sometimes(context: &mut Context<'_>, call: &ast::Call, field: &Field) -> Option<Distribution> {
    if !field.ty.is_optional() {
        let message = format!("`{SOMETIMES}` is for optional fields");
        let help = format!("declare `{}: {}?`, or leave `{SOMETIMES}` out", field.name, field.ty);
        context.error(Code::BadArguments, call.name.span, message, help);
        return None;
    }
    let (probability, inner) = match call.arguments.as_slice() {
        [probability] => (probability, Some(default(field, call.name.span))),
        [probability, inner] => (probability, spread(context, inner, field)),
        other => {
            let message =
                format!("`{SOMETIMES}(probability, distribution)` has two arguments, not {}", other.len());
            let help = "write `sometimes(0.9, choose(a, b))`";
            context.error(Code::BadArguments, call.name.span, message, help);
            return None;
        }
    };
    let presence = expr::of_constants(context, probability, &Type::Float, "a probability");
    let made = Distribution { presence: Some(presence?), ..inner? };
    settled(context, made, field, call.name.span)
}

/// A distribution without `sometimes`; a lone value is a choice of one.
fn spread(context: &mut Context<'_>, written: &ast::Expr, field: &Field) -> Option<Distribution> {
    let Some(call) = called(written) else {
        let argument = expr::of_constants(context, written, field.ty.required(), "a distribution")?;
        let (kind, arguments) = (Kind::Choose, vec![argument]);
        return Some(Distribution { kind, arguments, presence: None, ty: field.ty.clone() });
    };
    let signature = signature(context, call)?;
    if let Some(filter) = &call.filter {
        let message = format!("`{}` takes no `where`", signature.name);
        context.error(Code::BadArguments, filter.span, message, "leave the `where` out");
        return None;
    }
    let types = signature.parameters(&field.ty, call.arguments.len());
    let no_fit = |why| {
        let help =
            format!("`{}` is declared as `{}`; `choose(a, b, …)` makes any type", field.name, field.ty);
        context.error(Code::BadArguments, call.name.span, why, help);
    };
    let types = types.map_err(no_fit).ok()?;
    let arguments: Vec<Option<Expr>> = call
        .arguments
        .iter()
        .zip(&types)
        .map(|(argument, ty)| expr::of_constants(context, argument, ty, "a distribution"))
        .collect();
    let arguments = arguments.into_iter().collect::<Option<Vec<Expr>>>()?;
    let made = Distribution { kind: signature.kind, arguments, presence: None, ty: field.ty.clone() };
    settled(context, made, field, call.name.span)
}

/// A distribution whose arguments are in their ranges, as far as they are known now.
fn settled(context: &mut Context<'_>, made: Distribution, field: &Field, span: Span) -> Option<Distribution> {
    let arguments: Option<Vec<Value>> = made.arguments.iter().map(expr::folded).collect();
    let presence = match made.presence.as_ref().map(expr::folded) {
        None => Some(None),
        Some(Some(Value::Float(probability))) => Some(Some(probability)),
        Some(_) => None,
    };
    let (Some(arguments), Some(presence)) = (arguments, presence) else { return Some(made) };
    let fits = Dynamic::new(presence, made.kind, &arguments, &field.ty, &field.name);
    fits.map_err(|why| misfit(context, made.kind, span, why)).ok()?;
    Some(made)
}

fn misfit(context: &mut Context<'_>, kind: Kind, span: Span, why: String) {
    let usage = DISTRIBUTIONS.iter().find(|signature| signature.kind == kind);
    let usage = usage.map_or("choose(a, b, …)", |signature| signature.usage);
    context.error(Code::BadArguments, span, why, format!("write `{usage}`, with values in its range"));
}

fn signature(context: &mut Context<'_>, call: &ast::Call) -> Option<&'static Signature> {
    let word = call.name.value.as_str();
    let found = DISTRIBUTIONS.iter().find(|signature| signature.name == word);
    if found.is_none() && word == SOMETIMES {
        let help = "write `sometimes(0.9, choose(a, b))`";
        let message = format!("`{SOMETIMES}` is no distribution: it goes round one, once");
        context.error(Code::BadArguments, call.name.span, message, help);
    } else if found.is_none() {
        let names = || DISTRIBUTIONS.iter().map(|signature| signature.name).chain([SOMETIMES]);
        let message = format!("there is no distribution `{word}`");
        let finding = Diagnostic::new(Code::UnknownFunction, call.name.span, message)
            .help(format!("the distributions are {}", names().collect::<Vec<_>>().join(", ")));
        context.report(finding.did_you_mean(word, names()));
    }
    found
}
