//! Params: their types and defaults.

use crate::check::context::{Context, Param};
use crate::check::expr;
use crate::check::names::outer;
use crate::check::records::type_of;
use crate::diagnostic::{Code, Diagnostic};

/// The flags that every program has, as they are written behind `--`. A param's flag is its name with `-` for `_`.
pub const RESERVED_FLAGS: &[&str] = &[
    "ack-timeout",
    "checkpoint",
    "clock",
    "help",
    "max-line",
    "max-pending",
    "metrics",
    "no-progress",
    "progress",
    "quiet",
    "record-max",
    "root-bytes",
    "root-cuts",
    "root-size",
    "roots",
    "seed",
    "slots",
    "summary",
    "verbose",
    "version",
    "workers",
];

pub(super) fn check(context: &mut Context<'_>) {
    for index in 0..context.params.len() {
        let ast = context.params[index].ast;
        names_of_flag_and_variable(context, index);
        let ty = type_of(context, &ast.ty);
        if ast.ty.optional {
            let help = "leave out the `?`; a param without default must be given at start";
            context.error(Code::BadField, ast.ty.span, "a param is never absent", help);
        }
        let ty = ty.filter(|ty| {
            if ty.is_nested() {
                let help = "a param is given as text: make it a `string`, and `split` it";
                context.error(Code::BadField, ast.ty.span, "a param is neither a list nor a record", help);
            }
            !ty.is_nested()
        });
        let ty = ty.map(|ty| ty.required().clone());
        context.params[index].default = match (&ast.default, &ty) {
            (Some(default), Some(ty)) => expr::constant_value(context, default, ty, "the default of a param"),
            _ => None,
        };
        context.params[index].ty = ty;
    }
}

/// A param is given by a flag, `--name-with-dashes`, or by a variable of the environment in capitals.
fn names_of_flag_and_variable(context: &mut Context<'_>, index: usize) {
    let name = &context.params[index].ast.name;
    let outside = outer(&name.value);
    let flag = outside.replace('_', "-");
    if RESERVED_FLAGS.contains(&flag.as_str()) {
        let message = format!("`--{flag}` is a flag of every program");
        context.error(Code::ReservedName, name.span, message, "give the param another name");
    } else if flag.starts_with('-') {
        let message = format!("`--{flag}` is no flag");
        context.error(Code::ReservedName, name.span, message, "begin the param's name with a letter");
    }
    let alike = |other: &&Param<'_>| {
        other.ast.name.value != name.value && outer(&other.ast.name.value).eq_ignore_ascii_case(&outside)
    };
    if let Some(other) = context.params[..index].iter().find(alike) {
        let message = "two params are one variable of the environment";
        let finding = Diagnostic::new(Code::DuplicateName, name.span, message)
            .label(other.ast.name.span, "they differ in case only")
            .help("give one of the two another name");
        context.report(finding);
    }
}
