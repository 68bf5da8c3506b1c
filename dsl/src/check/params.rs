//! Params: their types and defaults.

use crate::check::context::Context;
use crate::check::expr;
use crate::check::records::type_of;
use crate::diagnostic::Code;

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
        let flag = ast.name.value.replace('_', "-");
        if RESERVED_FLAGS.contains(&flag.as_str()) {
            let message = format!("`--{flag}` is a flag of every program");
            context.error(Code::ReservedName, ast.name.span, message, "give the param another name");
        }
        let ty = type_of(context, &ast.ty);
        if ast.ty.optional {
            let help = "leave out the `?`; a param without default must be given at start";
            context.error(Code::BadField, ast.ty.span, "a param is never absent", help);
        }
        let ty = ty.map(|ty| ty.required().clone());
        context.params[index].default = match (&ast.default, &ty) {
            (Some(default), Some(ty)) => expr::constant_value(context, default, ty, "the default of a param"),
            _ => None,
        };
        context.params[index].ty = ty;
    }
}
