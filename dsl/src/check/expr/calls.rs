//! Calls of functions and aggregates.

use streamwright_values::functions::Pass;
use streamwright_values::{Type, Value};

use super::coerce::{self, Coerced, absent, fits, misfit};
use super::{Expr, ExprKind, Gathered, Place, Typer, facts, text};
use crate::ast;
use crate::check::columns::Found;
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::functions::{self, AggregateFunction, Function};
use crate::source::Span;
use crate::topology::Aggregate;

impl Typer<'_, '_, '_> {
    pub(super) fn call(&mut self, call: &ast::Call, span: Span) -> Option<Expr> {
        let overloads: Vec<&'static Function> = functions::lookup(&call.name.value).collect();
        // A name may be both: `min(a, b)` is a function, `min(a)` an aggregate.
        let aggregate = functions::aggregates::lookup(&call.name.value);
        let arity_fits = overloads.iter().any(|overload| overload.parameters.len() == call.arguments.len());
        match aggregate {
            _ if call.name.value == "format" => self.format(call, span),
            _ if call.name.value == "scan" => self.scan(call, span),
            _ if call.name.value == "capture" => self.capture(call, span),
            _ if self.declared(call).is_some() => self.apply(call, span),
            _ if call.name.value == "before" && call.arguments.len() == 1 => {
                self.before(&call.arguments[0], span)
            }
            Some(function) if !arity_fits || call.filter.is_some() => self.aggregate(function, call, span),
            _ if overloads.is_empty() => self.unknown_function(call),
            _ => self.function(call, &overloads, span),
        }
    }

    /// `before(n)`: what the row found of a `keep`.
    fn before(&mut self, argument: &ast::Expr, span: Span) -> Option<Expr> {
        let name = match &argument.kind {
            ast::ExprKind::Name(name) => Some(name),
            _ => None,
        };
        match name.map(|name| self.columns.hidden(&crate::check::keep::before(&name.value))) {
            Some(Found::Column(column)) => return self.column(column, span),
            Some(Found::Hidden) => return None,
            Some(Found::Nothing) | None => {}
        }
        let known = self.columns.list.iter().filter(|known| known.hidden);
        let known: Vec<&str> = known.map(|known| known.name.as_str()).collect();
        let help = match known.as_slice() {
            [] => "it stands behind `keep`, up to the next `select`, `window` or `distinct`".to_owned(),
            known => format!("there is {}", known.join(", ")),
        };
        self.context.error(
            Code::UnknownName,
            argument.span,
            "`before` names a `keep`, and this is none here",
            help,
        );
        None
    }

    fn unknown_function(&mut self, call: &ast::Call) -> Option<Expr> {
        let word = call.name.value.as_str();
        let known = functions::all().map(|function| function.name);
        let known = known
            .chain(functions::AGGREGATES.iter().map(|aggregate| aggregate.name))
            .chain(["format", "scan", "capture"]);
        let known = known.chain(self.context.function_names.keys().copied());
        let finding =
            Diagnostic::new(Code::UnknownFunction, call.name.span, format!("there is no function `{word}`"));
        let finding = match nearest(word, known) {
            _ if elsewhere(word).is_some() => finding.help(elsewhere(word).unwrap_or_default()),
            // Its declaration may be in what could not be read.
            None if self.context.partial => {
                self.context.failed = true;
                return None;
            }
            None => finding.help("`topo explain functions` lists them all"),
            Some(near) => finding.help(format!("did you mean `{near}`?")),
        };
        self.context.report(finding);
        None
    }

    fn function(&mut self, call: &ast::Call, overloads: &[&'static Function], span: Span) -> Option<Expr> {
        if let Some(filter) = &call.filter {
            let message = format!("`{}` is no aggregate: it takes no `where`", call.name.value);
            self.context.error(Code::BadArguments, filter.span, message, "leave the `where` out");
            return None;
        }
        let arguments: Vec<Option<Expr>> =
            call.arguments.iter().map(|argument| self.infer(argument)).collect();
        let arguments: Vec<Expr> = arguments.into_iter().collect::<Option<_>>()?;
        let exact = overloads.iter().find(|function| {
            let parameters = parameters(function, &arguments);
            parameters.len() == arguments.len()
                && parameters.iter().zip(&arguments).all(|(parameter, argument)| *parameter == argument.ty)
        });
        let function = exact.or_else(|| overloads.iter().find(|function| accepts(function, &arguments)));
        let Some(function) = function else {
            let finding = no_overload(call, overloads, &arguments);
            self.context.report(finding);
            return None;
        };
        let ty = match element(function, &arguments) {
            Some(element) => (function.result)().with_element(&element),
            None => (function.result)(),
        };
        let arguments: Vec<Option<Expr>> = parameters(function, &arguments)
            .iter()
            .zip(arguments)
            .map(|(parameter, argument)| coerce::to_type(self.context, argument, parameter))
            .collect();
        let mut arguments: Vec<Expr> = arguments.into_iter().collect::<Option<_>>()?;
        let mut prepared = true;
        for (argument, parameter) in arguments.iter_mut().zip(function.parameters) {
            if let Pass::Prepared(preparation) = parameter.pass {
                let text = self.prepared(argument, preparation, call);
                prepared &= text.is_some();
                argument.kind = ExprKind::Constant(Value::String(text.unwrap_or_default()));
            }
        }
        prepared.then_some(Expr { kind: ExprKind::Call(function, arguments), ty, span })
    }

    fn aggregate(
        &mut self,
        function: &'static AggregateFunction,
        call: &ast::Call,
        span: Span,
    ) -> Option<Expr> {
        let word = function.name;
        match &mut self.place {
            Place::Select(gathered) => {
                let aggregate = gather(self.context, gathered, function, call, span)?;
                let index = gathered.index_of(aggregate, call);
                let ty = gathered.aggregates[index].ty.clone();
                Some(Expr { kind: ExprKind::Column(gathered.first + index), ty, span })
            }
            Place::Argument(outer) => {
                let outer = *outer;
                self.context.report(
                    Diagnostic::new(
                        Code::NestedAggregate,
                        span,
                        format!("`{word}` stands inside another aggregate"),
                    )
                    .label(outer, "inside this one")
                    .help("aggregate in one bolt, and again in a bolt that reads it"),
                );
                None
            }
            Place::BehindTop(top) => {
                let message = format!("`{word}` has nothing to aggregate: `top` lets single tuples leave");
                self.context.report(
                    Diagnostic::new(Code::AggregateWithoutWindow, span, message)
                        .label(*top, "here")
                        .help("take the columns of the tuples, or aggregate in a bolt of its own"),
                );
                None
            }
            Place::Row | Place::Constants(_) | Place::Body => {
                self.context.report(
                    Diagnostic::new(
                        Code::AggregateWithoutWindow,
                        span,
                        format!("nothing says what `{word}` is taken over"),
                    )
                    .help(
                        "an aggregate stands in the `select` behind a `window`, such as `window tumbling 1m`",
                    ),
                );
                None
            }
        }
    }
}

impl Gathered {
    /// The place of an aggregate: that of an equal one, or a new one.
    fn index_of(&mut self, aggregate: Aggregate, call: &ast::Call) -> usize {
        let found = self.aggregates.iter().position(|known| known.same(&aggregate));
        found.unwrap_or_else(|| {
            self.aggregates.push(aggregate);
            self.calls.push(text::call(call));
            self.aggregates.len() - 1
        })
    }
}

/// Types an aggregate's filter and argument over the row before the window.
fn gather(
    context: &mut super::Context<'_>,
    gathered: &Gathered,
    function: &'static AggregateFunction,
    call: &ast::Call,
    span: Span,
) -> Option<Aggregate> {
    let mut typer =
        Typer { context, columns: &gathered.before, place: Place::Argument(span), present: Vec::new() };
    let filter = call.filter.as_ref().map(|filter| {
        let filter = typer.infer(filter);
        typer.as_condition(filter)
    });
    if let Some(Some(filter)) = &filter {
        typer.present = facts(filter).when_true;
    }
    let arguments: Vec<Option<Expr>> = call.arguments.iter().map(|argument| typer.infer(argument)).collect();
    let filter = match filter {
        Some(filter) => Some(filter?),
        None => None,
    };
    let mut arguments: Vec<Expr> = arguments.into_iter().collect::<Option<_>>()?;
    for expr in filter.iter().chain(&arguments) {
        super::constants::report_faults(context, expr).then_some(())?;
    }
    filter.iter().for_each(|filter| super::constants::report_conditions(context, filter, true));
    arguments.iter().for_each(|argument| super::constants::report_conditions(context, argument, false));
    if let Some(absent) = arguments.iter().find(|argument| argument.ty.is_optional()) {
        let finding = of_optional(gathered, function, absent, arguments.len());
        context.report(finding);
        return None;
    }
    let constants: Vec<Option<Value>> = arguments.iter().map(super::constants::folded).collect();
    let shown = arguments.iter().zip(&constants);
    let shown: Vec<functions::Argument<'_>> = shown
        .map(|(argument, constant)| functions::Argument { ty: &argument.ty, constant: constant.as_ref() })
        .collect();
    match (function.shape)(&shown) {
        Ok(shape) => {
            let may_be_absent = filter.is_some() && function.may_be_absent;
            let ty = if may_be_absent { shape.result.clone().optional() } else { shape.result.clone() };
            arguments.truncate(arguments.len() - shape.constants);
            Some(Aggregate { function, shape, arguments, filter, ty, span })
        }
        Err(wanted) => {
            let at = if let [only] = arguments.as_slice() { only.span } else { call.name.span };
            let message = format!("`{}` takes {wanted}", function.name);
            context.error(Code::BadArguments, at, message, format!("write `{}`", function.example));
            None
        }
    }
}

/// What functions of other languages are here.
fn elsewhere(name: &str) -> Option<&'static str> {
    Some(match name.to_ascii_lowercase().as_str() {
        "coalesce" | "nvl" | "ifnull" | "isnull" => "write `a ?? b`",
        "not" => "write `!`",
        "now" | "current_timestamp" => {
            "no expression reads the clock: write a column of event time, or `window_end` behind a window"
        }
        "mean" | "average" => "did you mean `avg`?",
        "substr" => "did you mean `substring`?",
        "len" | "char_length" | "size" => "did you mean `length`?",
        "to_string" | "str" | "to_char" => "did you mean `string`?",
        "date_trunc" => "did you mean `truncate`?",
        "array_agg" => "did you mean `collect`?",
        "cast" => "a cast is a call of the type: `string(x)`, `int(x)`",
        _ => return None,
    })
}

/// An aggregate over a value that a row may not have.
fn of_optional(
    gathered: &Gathered,
    function: &AggregateFunction,
    argument: &Expr,
    arguments: usize,
) -> Diagnostic {
    let call = function.name;
    let message = format!("`{call}` over `{}`: a row may have no value", argument.ty);
    let name = match argument.kind {
        ExprKind::Column(index) => &gathered.before.list[index].name,
        _ => "…",
    };
    let leave_out = format!("`{call}({name} where {name} != none)`");
    let help = match argument.ty.required() {
        _ if arguments > 1 => format!("leave such rows out: end its brackets with `where {name} != none`"),
        Type::Int | Type::Float => format!("write `{call}({name} ?? 0)`, or {leave_out}"),
        _ => format!("write {leave_out}"),
    };
    Diagnostic::new(Code::AggregateOfOptional, argument.span, message).help(help)
}

/// What a function's list holds where it is called like this.
fn element(function: &Function, arguments: &[Expr]) -> Option<Type> {
    let given: Vec<Type> = arguments.iter().map(|argument| argument.ty.clone()).collect();
    function.element(&given)
}

/// The types of a function's parameters where it is called like this.
fn parameters(function: &Function, arguments: &[Expr]) -> Vec<Type> {
    let element = element(function, arguments).unwrap_or(Type::Element);
    function.parameters.iter().map(|parameter| (parameter.ty)().with_element(&element)).collect()
}

fn accepts(function: &Function, arguments: &[Expr]) -> bool {
    function.parameters.len() == arguments.len()
        && parameters(function, arguments)
            .iter()
            .zip(arguments)
            .all(|(parameter, argument)| fits(argument, parameter))
}

/// `lower(text: string)`
pub(crate) fn signature(function: &Function) -> String {
    let parameter = |parameter: &functions::Parameter| format!("{}: {}", parameter.name, (parameter.ty)());
    let parameters: Vec<String> = function.parameters.iter().map(parameter).collect();
    format!("{}({})", function.name, parameters.join(", "))
}

fn no_overload(call: &ast::Call, overloads: &[&'static Function], arguments: &[Expr]) -> Diagnostic {
    let signatures: Vec<String> =
        overloads.iter().map(|function| format!("`{}`", signature(function))).collect();
    let texts = arguments.iter().any(|argument| argument.ty == Type::String);
    let help = match call.name.value.as_str() {
        "concat" if texts => "texts are joined with `+`, or with `format(\"{a} {b}\")`".to_owned(),
        _ => format!("write {}", signatures.join(" or ")),
    };
    // With one candidate of this arity, the guilty argument can be named.
    let mut candidates = overloads.iter().filter(|function| function.parameters.len() == arguments.len());
    if let (Some(function), None) = (candidates.next(), candidates.next()) {
        for (ty, argument) in parameters(function, arguments).into_iter().zip(arguments) {
            if let Coerced::Misfit(argument) = coerce::coerce(argument.clone(), &ty) {
                let finding = misfit(&argument, &ty);
                return if finding.code == Code::OptionalValue { finding } else { finding.help(help) };
            }
        }
    }
    let required = |argument: &Expr| Expr { ty: argument.ty.required().clone(), ..argument.clone() };
    let present: Vec<Expr> = arguments.iter().map(required).collect();
    let optional = arguments.iter().find(|argument| matches!(argument.ty, Type::Optional(_)));
    if let (Some(argument), true) = (optional, overloads.iter().any(|function| accepts(function, &present))) {
        return absent(argument);
    }
    let types: Vec<String> = arguments.iter().map(|argument| argument.ty.to_string()).collect();
    let message = format!("`{}` does not take ({})", call.name.value, types.join(", "));
    Diagnostic::new(Code::BadArguments, call.name.span, message).help(help)
}
