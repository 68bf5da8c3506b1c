//! Calls of functions that the topology declares.

use streamwright_values::Type;

use super::{Expr, ExprKind, Place, Typer, coerce};
use crate::ast;
use crate::check::context::Signature;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

impl Typer<'_, '_, '_> {
    /// The index of the declared function that is called.
    pub(super) fn declared(&self, call: &ast::Call) -> Option<usize> {
        self.context.function_names.get(self.context.full(&call.name).as_str()).copied()
    }

    /// A call of a declared function.
    pub(super) fn apply(&mut self, call: &ast::Call, span: Span) -> Option<Expr> {
        let index = self.declared(call)?;
        self.context.functions[index].used = true;
        if let Place::Constants(what) = self.place {
            let message = format!("`{}` is a function of this topology", call.name.value);
            let help = format!("{what} is made of constants, params and the language's own functions");
            self.context.error(Code::NotConstant, call.name.span, message, help);
            return None;
        }
        if let Some(filter) = &call.filter {
            let message = format!("`{}` is no aggregate: it takes no `where`", call.name.value);
            self.context.error(Code::BadArguments, filter.span, message, "leave the `where` out");
            return None;
        }
        let arguments: Vec<Option<Expr>> =
            call.arguments.iter().map(|argument| self.infer(argument)).collect();
        let Signature { parameters, result } = self.context.functions[index].signature.clone()?;
        if parameters.len() != arguments.len() {
            let finding = self.wrong_number(call, index, parameters.len());
            self.context.report(finding);
            return None;
        }
        let arguments: Vec<Option<Expr>> = parameters
            .iter()
            .zip(arguments)
            .map(|(parameter, argument)| coerce::to_type(self.context, argument?, &parameter.ty))
            .collect();
        let arguments: Vec<Expr> = arguments.into_iter().collect::<Option<_>>()?;
        Some(Expr { kind: ExprKind::Apply(index, arguments), ty: result, span })
    }

    fn wrong_number(&self, call: &ast::Call, index: usize, wanted: usize) -> Diagnostic {
        let function = &self.context.functions[index];
        let given = call.arguments.len();
        let s = if wanted == 1 { "" } else { "s" };
        let message = format!("`{}` takes {wanted} argument{s}, not {given}", call.name.value);
        let parameters: Vec<String> = function
            .signature
            .iter()
            .flat_map(|signature| &signature.parameters)
            .map(|parameter| format!("{}: {}", parameter.name, parameter.ty))
            .collect();
        let written: Type =
            function.signature.as_ref().map_or(Type::None, |signature| signature.result.clone());
        Diagnostic::new(Code::BadArguments, call.name.span, message)
            .label(function.ast.name.span, "declared here")
            .help(format!("it is `{}({}) -> {written}`", function.ast.name.value, parameters.join(", ")))
    }
}
