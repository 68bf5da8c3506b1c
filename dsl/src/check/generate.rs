//! The distributions of `read generate { fields: { … } }` against the fields of the record.

use streamwright_values::generate::{self, Dynamic, Kind};
use streamwright_values::{Type, Value};

use crate::ast::{self, OptionValue};
use crate::check::connectors::value;
use crate::check::context::Context;
use crate::check::expr;
use crate::connectors::Distribution;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::topology::{Expr, ExprKind, Field};

/// The names of the distributions.
const KINDS: [&str; 6] = ["choose", "uniform", "zipf", "sequence", "clock", "sometimes"];

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

fn default(field: &Field, span: Span) -> Distribution {
    let (kind, values) = generate::default_for(&field.ty, &field.name);
    let constant = |value: Value| Expr { ty: value.type_of(), kind: ExprKind::Constant(value), span };
    Distribution { kind, arguments: values.into_iter().map(constant).collect(), ty: field.ty.clone() }
}

fn distribution(
    context: &mut Context<'_>,
    entry: &ast::ConnectorOption,
    field: &Field,
) -> Option<Distribution> {
    let call = match &entry.value {
        OptionValue::Expr(ast::Expr { kind: ast::ExprKind::Call(call), .. }) => call,
        // A lone value is a choice of one.
        OptionValue::Expr(_) => {
            let argument = value(context, entry, field.ty.required())?;
            return Some(Distribution {
                kind: Kind::Choose,
                arguments: vec![argument],
                ty: field.ty.clone(),
            });
        }
        OptionValue::Map(_, span) => {
            let help = "write `choose(a, b)`, `uniform(low, high)` or `zipf(n)`";
            context.error(Code::BadConnector, *span, "a field has one distribution", help);
            return None;
        }
    };
    let kind = kind(context, call)?;
    let mut written: Vec<&ast::Expr> = call.arguments.iter().collect();
    // `sometimes(p, choose(a, b))` is `sometimes(p, a, b)`.
    if let (Kind::Sometimes, [probability, ast::Expr { kind: ast::ExprKind::Call(inner), .. }]) =
        (kind, written.as_slice())
        && inner.name.value == "choose"
    {
        written = std::iter::once(*probability).chain(&inner.arguments).collect();
    }
    let base = field.ty.required();
    let arguments: Vec<Option<Expr>> = written
        .iter()
        .enumerate()
        .map(|(position, argument)| {
            expr::of_constants(context, argument, &parameter(kind, position, base), "a distribution")
        })
        .collect();
    let arguments: Vec<Expr> = arguments.into_iter().collect::<Option<_>>()?;
    let types: Vec<Type> = arguments.iter().map(|argument| argument.ty.clone()).collect();
    let values: Option<Vec<Value>> = arguments.iter().map(expr::folded).collect();
    let fits = generate::check(kind, &types, &field.ty).and_then(|()| match values {
        Some(values) => Dynamic::new(kind, &values, &field.ty, &field.name).map(|_| ()),
        None => Ok(()),
    });
    if let Err(why) = fits {
        let help = format!("`{}` is a `{}`", field.name, field.ty);
        context.error(Code::BadArguments, call.name.span, why, help);
        return None;
    }
    Some(Distribution { kind, arguments, ty: field.ty.clone() })
}

fn kind(context: &mut Context<'_>, call: &ast::Call) -> Option<Kind> {
    let word = call.name.value.as_str();
    let kind = Kind::named(word);
    if kind.is_none() {
        let finding = Diagnostic::new(
            Code::UnknownFunction,
            call.name.span,
            format!("there is no distribution `{word}`"),
        )
        .help(format!("the distributions are {}", KINDS.join(", ")))
        .did_you_mean(word, KINDS);
        context.report(finding);
    }
    kind
}

/// The type of a distribution's argument, for a field of this type.
fn parameter(kind: Kind, position: usize, base: &Type) -> Type {
    match (kind, position) {
        (Kind::Zipf, 0) => Type::Int,
        (Kind::Zipf, _) | (Kind::Sometimes, 0) => Type::Float,
        (Kind::Sequence, 1..) if *base == Type::Timestamp => Type::Duration,
        (Kind::Clock, 0) => Type::Timestamp,
        (Kind::Clock, _) => Type::Duration,
        _ => base.clone(),
    }
}
