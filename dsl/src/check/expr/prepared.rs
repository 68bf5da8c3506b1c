//! Arguments that are constants and made into something once, checked where they stand: regular expressions, names of
//! time zones, and the forms of `scan` and `capture`.

use std::sync::Arc;

use streamwright_values::extract::ExtractError;
use streamwright_values::functions::{Preparation, Zone};
use streamwright_values::{Type, Value};

use super::{Expr, ExprKind, Typer, coerce};
use crate::ast;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::topology::Extraction;

impl Typer<'_, '_, '_> {
    /// The text of a constant argument of which a function makes something once; nothing where that cannot be.
    pub(super) fn prepared(
        &mut self,
        argument: &Expr,
        preparation: Preparation,
        call: &ast::Call,
    ) -> Option<String> {
        let what = match preparation {
            Preparation::Regex => "the pattern",
            Preparation::Zone => "the time zone",
        };
        self.prepared_for(argument, preparation, &format!("{what} of `{}`", call.name.value))
    }

    pub(super) fn prepared_for(
        &mut self,
        argument: &Expr,
        preparation: Preparation,
        what: &str,
    ) -> Option<String> {
        let example = match preparation {
            Preparation::Regex => "write the pattern as a string, such as r\"^/api/\"",
            Preparation::Zone => "write its name as a string, such as \"Europe/Zurich\"",
        };
        let text = self.constant_text(argument, what, example)?;
        let error = match preparation.make(&text) {
            Ok(_) => return Some(text),
            Err(error) => error,
        };
        let finding = match preparation {
            Preparation::Regex => no_regex(argument.span, &error),
            Preparation::Zone => {
                let names: Vec<String> = Zone::names().collect();
                Diagnostic::new(Code::BadConstant, argument.span, error)
                    .help("zones have the names of the IANA database, such as `Europe/Zurich` or `UTC`")
                    .did_you_mean(&text, names.iter().map(String::as_str))
            }
        };
        self.context.report(finding);
        None
    }

    fn constant_text(&mut self, argument: &Expr, what: &str, example: &str) -> Option<String> {
        match super::folded(argument) {
            Some(Value::String(text)) => Some(text),
            _ => {
                self.context.error(
                    Code::NotConstant,
                    argument.span,
                    format!("{what} is a constant"),
                    example,
                );
                None
            }
        }
    }

    /// `scan(text, "{user} from {addr:ip}", …)`
    pub(super) fn scan(&mut self, call: &ast::Call, span: Span) -> Option<Expr> {
        let help = "write `scan(line, \"{user} from {addr:ip} port {port:int}\")`, with one form or several";
        self.extract(call, span, usize::MAX, help, Extraction::Forms)
    }

    /// `capture(text, r"(?P<name>…)")`
    pub(super) fn capture(&mut self, call: &ast::Call, span: Span) -> Option<Expr> {
        let help =
            "write `capture(line, r\"(?P<user>\\w+) from (?P<host>\\S+)\")`, with a name for each group";
        self.extract(call, span, 1, help, |mut patterns| Extraction::Groups(patterns.remove(0)))
    }

    fn extract(
        &mut self,
        call: &ast::Call,
        span: Span,
        most: usize,
        help: &str,
        of: fn(Vec<String>) -> Extraction,
    ) -> Option<Expr> {
        let word = &call.name.value;
        let [text, forms @ ..] = call.arguments.as_slice() else {
            let message = format!("`{word}` takes a text and what is in it");
            self.context.error(Code::BadArguments, call.name.span, message, help);
            return None;
        };
        if forms.is_empty() || forms.len() > most || call.filter.is_some() {
            let message = format!("`{word}` takes a text and what is in it");
            self.context.error(Code::BadArguments, call.name.span, message, help);
            return None;
        }
        let text = self.infer(text);
        let text = text.and_then(|text| coerce::to_type(self.context, text, &Type::String));
        let mut texts = Vec::new();
        for form in forms {
            let form = self.infer(form);
            let form = form.and_then(|form| coerce::to_type(self.context, form, &Type::String));
            let what = format!("what `{word}` looks for");
            texts.push(form.and_then(|form| self.constant_text(&form, &what, help)));
        }
        let extraction = of(texts.into_iter().collect::<Option<_>>()?);
        let extractor = match extraction.extractor() {
            Ok(extractor) => extractor,
            Err(ExtractError { form, message }) => {
                let at = forms.get(form).map_or(span, |form| form.span);
                let finding = match &extraction {
                    Extraction::Groups(pattern) if regex::Regex::new(pattern).is_err() => {
                        no_regex(at, &message)
                    }
                    _ => Diagnostic::new(Code::BadPattern, at, message).help(help),
                };
                self.context.report(finding);
                return None;
            }
        };
        let ty = Type::Record(Arc::new(extractor.record())).optional();
        Some(Expr { kind: ExprKind::Extract(Box::new(text?), extraction), ty, span })
    }
}

fn no_regex(at: Span, error: &str) -> Diagnostic {
    // The library draws a picture over several lines; its last one says what is wrong.
    let why = error.lines().last().unwrap_or_default().trim_start_matches("error: ");
    Diagnostic::new(Code::BadPattern, at, format!("this is no regular expression: {why}"))
        .help("patterns are regular expressions without look-around and back-references")
}
