//! Connector clauses against the table of connectors: operand, options, format.

use streamwright_connectors::Operand;
use streamwright_values::{Type, Value};

use crate::ast::{self, OptionValue};
use crate::check::context::Context;
use crate::check::{expr, formats, generate, generators};
use crate::connectors::{
    Connector, OptionEntry, OptionKind, Settings, SinkConnector, SourceConnector, Tuples, connectors,
};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Name, Span};
use crate::topology::Expr;

/// What a spout reads.
pub(super) fn source(
    context: &mut Context<'_>,
    written: &ast::Connector,
    record: Option<usize>,
) -> Option<SourceConnector> {
    let connector = find(context, written, |connector| connector.reads, "read")?;
    let settings = settings(context, &connector, written, record);
    let format = match (&written.format, connector.format) {
        (Some(format), true) => Some(formats::read(context, format, record)?),
        _ => None,
    };
    connector.source(Settings { format, ..settings? })
}

/// What a sink writes.
pub(super) fn sink(context: &mut Context<'_>, written: &ast::Connector) -> Option<SinkConnector> {
    let connector = find(context, written, |connector| connector.writes, "written")?;
    let settings = settings(context, &connector, written, None);
    let format = match (&written.format, connector.format) {
        (Some(format), true) => Some(formats::write(context, format)?),
        _ => None,
    };
    connector.sink(Settings { format, ..settings? })
}

fn find(
    context: &mut Context<'_>,
    written: &ast::Connector,
    fits: fn(&Connector) -> bool,
    done: &str,
) -> Option<Connector> {
    let name = &written.name;
    let known = connectors().filter(fits).map(|connector| connector.name);
    let all: Vec<&str> = known.clone().collect();
    let help = format!("what can be {done} is {}", all.join(", "));
    match connectors().find(|connector| connector.name == name.value) {
        Some(connector) if fits(&connector) => Some(connector),
        Some(_) => {
            let message = format!("`{}` cannot be {done}", name.value);
            context.error(Code::BadConnector, name.span, message, help);
            None
        }
        None => {
            let message = format!("there is no connector `{}`", name.value);
            let finding = Diagnostic::new(Code::UnknownConnector, name.span, message).help(help);
            context.report(finding.did_you_mean(&name.value, known));
            None
        }
    }
}

fn settings(
    context: &mut Context<'_>,
    connector: &Connector,
    written: &ast::Connector,
    record: Option<usize>,
) -> Option<Settings> {
    let mut settings = Settings::default();
    let mut clean = true;
    let makes = connector.options.iter().any(|entry| matches!(entry.kind, OptionKind::Distributions));
    let generator = match &written.operand {
        Some(operand) if makes => Some(generators::named(context, operand)?),
        _ => None,
    };
    if generator.is_none() {
        let operand = operand(context, connector, written);
        clean &= operand.is_some();
        settings.operand = operand.flatten();
    }
    let entries: Vec<OptionEntry> = match generator {
        Some(generator) => generators::options(connector.options, generator),
        None => connector.options.to_vec(),
    };
    for (entry, option) in known_options(context, connector.name, &entries, &written.options) {
        match entry.kind {
            OptionKind::Value(ref ty) => match value(context, option, ty) {
                Some(value) => {
                    clean &= in_range(context, entry, &value);
                    settings.options.push((entry.name, value));
                }
                None => clean = false,
            },
            OptionKind::Distributions => {}
        }
    }
    if let (true, Some(record)) = (makes, record) {
        settings.tuples = match generator {
            Some(generator) => generators::events(context, generator, written.span, record, &mut settings),
            None => generate::distributions(context, written, record).map(Tuples::Fields),
        };
        clean &= settings.tuples.is_some();
    }
    clean &= format_fits(context, connector, written);
    clean.then_some(settings)
}

/// Whether an option's value may be in its range, as far as it is known now.
pub(super) fn in_range(context: &mut Context<'_>, entry: &OptionEntry, value: &Expr) -> bool {
    let Some((check, known)) = entry.check.zip(expr::folded(value)) else { return true };
    let Err(why) = check(&known) else { return true };
    let help = format!("leave `{}` out for what holds without it: {}", entry.name, entry.default);
    context.error(Code::BadConnector, value.span, why, help);
    false
}

/// The operand, if the connector has one. Nothing for a mistake.
fn operand(
    context: &mut Context<'_>,
    connector: &Connector,
    written: &ast::Connector,
) -> Option<Option<Expr>> {
    match (connector.operand, &written.operand) {
        (Some(entry), Some(operand)) => {
            let operand = expr::of_constants(context, operand, &Type::String, "a connector's operand")?;
            operand_fits(context, connector, entry, &operand).then_some(Some(operand))
        }
        (None, None) => Some(None),
        (Some(entry), None) => {
            let message = format!("`{}` needs {}", connector.name, entry.what);
            context.error(
                Code::BadConnector,
                written.name.span,
                message,
                format!("write `{}`", connector.example),
            );
            None
        }
        (None, Some(operand)) => {
            let message = format!("nothing stands behind `{}`", connector.name);
            context.error(
                Code::BadConnector,
                operand.span,
                message,
                format!("write `{}`", connector.example),
            );
            None
        }
    }
}

/// Whether an operand may be what its connector takes, as far as it is known now.
fn operand_fits(context: &mut Context<'_>, connector: &Connector, entry: &Operand, operand: &Expr) -> bool {
    let Some(Value::String(text)) = expr::folded(operand) else { return true };
    let Err(why) = (entry.check)(&text) else { return true };
    let help = format!("`{}` takes {}, as in `{}`", connector.name, entry.what, connector.example);
    context.error(Code::BadConnector, operand.span, why, help);
    false
}

fn format_fits(context: &mut Context<'_>, connector: &Connector, written: &ast::Connector) -> bool {
    match (connector.format, &written.format) {
        (true, None) => {
            let message = format!("`{}` needs a format", connector.name);
            let help = format!("write `{}`", connector.example);
            context.error(Code::BadConnector, written.name.span, message, help);
            false
        }
        (false, Some(format)) => {
            let message = format!("`{}` has no format", connector.name);
            context.error(Code::BadConnector, format.span, message, format!("write `{}`", connector.example));
            false
        }
        _ => true,
    }
}

/// The written options that exist, each once.
pub(super) fn known_options<'w>(
    context: &mut Context<'_>,
    owner: &str,
    entries: &'w [OptionEntry],
    written: &'w [ast::ConnectorOption],
) -> Vec<(&'w OptionEntry, &'w ast::ConnectorOption)> {
    let mut known: Vec<(&OptionEntry, &ast::ConnectorOption)> = Vec::new();
    for option in written {
        let name = &option.name;
        if let Some((_, first)) = known.iter().find(|(entry, _)| entry.name == name.value) {
            let finding =
                super::names::duplicate(name, first.name.span, &format!("an option `{}`", name.value));
            context.report(finding);
            continue;
        }
        match entries.iter().find(|entry| entry.name == name.value) {
            Some(entry) => known.push((entry, option)),
            None => {
                let finding = unknown_option(owner, entries, name);
                context.report(finding);
            }
        }
    }
    known
}

fn unknown_option(owner: &str, entries: &[OptionEntry], name: &Name) -> Diagnostic {
    let all: Vec<&str> = entries.iter().map(|entry| entry.name).collect();
    let message = format!("`{owner}` has no option `{}`", name.value);
    let help = match all.as_slice() {
        [] => format!("`{owner}` has no options"),
        all => format!("its options are {}", all.join(", ")),
    };
    Diagnostic::new(Code::UnknownOption, name.span, message).help(help).did_you_mean(&name.value, all)
}

/// The value of an option, of its type, from constants and params.
pub(super) fn value(context: &mut Context<'_>, option: &ast::ConnectorOption, ty: &Type) -> Option<Expr> {
    match &option.value {
        OptionValue::Expr(written) => expr::of_constants(context, written, ty, "an option"),
        OptionValue::Map(_, span) => {
            not_a_map(context, &option.name, *span, ty);
            None
        }
    }
}

fn not_a_map(context: &mut Context<'_>, name: &Name, span: Span, ty: &Type) {
    let message = format!("`{}` takes one value, of type `{ty}`", name.value);
    context.error(Code::BadConnector, span, message, "leave the braces out");
}
