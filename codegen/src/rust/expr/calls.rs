//! What calls become: of built-in functions, of declared ones, and of what is made of a constant first.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use streamwright_dsl::topology::{Expr, ExprKind, Extraction};
use streamwright_values::functions::{Function, Pass, Preparation};
use streamwright_values::{Type, Value};

use super::{Scope, field, owned_text, types};
use crate::plan::analysis::fallible;

impl Scope<'_> {
    pub(super) fn call(&self, function: &Function, arguments: &[Expr], ty: &Type) -> TokenStream {
        owned_text(self.call_as(function.rust, function, arguments), ty)
    }

    /// A call of the Rust function at `path`, which takes what `function` takes, and fails where that fails.
    fn call_as(&self, path: &str, function: &Function, arguments: &[Expr]) -> TokenStream {
        let path: syn::Path = match syn::parse_str(path) {
            Ok(path) => path,
            Err(_) => return quote!(compile_error!("a function without a path")),
        };
        let arguments =
            arguments.iter().zip(function.parameters).map(|(argument, parameter)| match parameter.pass {
                Pass::Value => self.value(argument),
                Pass::Reference if types::is_text(&argument.ty) => self.lent(argument),
                Pass::Reference => match self.path(argument) {
                    Some((path, _)) => quote!(&*#path),
                    None => {
                        let value = self.operand(argument);
                        quote!(&*#value)
                    }
                },
                Pass::Prepared(preparation) => match &argument.kind {
                    ExprKind::Constant(Value::String(text)) => {
                        let made = self.made(text, preparation);
                        quote!(&#made)
                    }
                    _ => quote!(compile_error!("a constant is not one")),
                },
                Pass::Whole => {
                    let value = self.operand(argument);
                    quote!(&#value)
                }
            });
        let call = quote!(p::functions::#path(#(#arguments),*));
        if function.fallible { quote!(#call?) } else { call }
    }

    /// What a list is made of, by the function that gives its pieces.
    pub(in crate::rust) fn pieces(&self, path: &str, list: &Expr) -> TokenStream {
        match &list.kind {
            ExprKind::Call(function, arguments) => self.call_as(path, function, arguments),
            _ => self.value(list),
        }
    }

    /// Where the program keeps what was made of a constant.
    pub(super) fn made(&self, text: &String, preparation: Preparation) -> TokenStream {
        let (list, of) = match preparation {
            Preparation::Regex => (quote!(patterns), &self.prepared.patterns),
            Preparation::Zone => (quote!(zones), &self.prepared.zones),
        };
        let at = of.iter().position(|known| known == text).unwrap_or_default();
        let (at, program) = (Literal::usize_unsuffixed(at), &self.program);
        quote!(#program #list[#at])
    }

    /// The parts of a text as a record.
    pub(super) fn extract(&self, text: &Expr, extraction: &Extraction, ty: &Type) -> TokenStream {
        let at = self.prepared.extractions.iter().position(|known| known == extraction);
        let at = Literal::usize_unsuffixed(at.unwrap_or_default());
        let Type::Record(record) = ty.required() else {
            return quote!(compile_error!("parts of a text are a record"));
        };
        let fields = record.fields.iter().enumerate().map(|(place, one)| {
            let (name, place) = (field(&one.name), Literal::usize_unsuffixed(place));
            let unwrapped = (!one.ty.is_optional()).then(|| quote!(?));
            quote!(#name: parts.get(#place) #unwrapped)
        });
        let (text, program, name) = (self.value(text), &self.program, types::record_name(record));
        quote!(#program extractors[#at].extract(#text, |parts| Some(records::#name { #(#fields,)* })))
    }

    pub(super) fn apply(&self, index: usize, arguments: &[Expr]) -> TokenStream {
        let (name, program) = (&self.functions[index], &self.program);
        let arguments = arguments.iter().map(|argument| self.value(argument));
        quote!(#program #name(#(#arguments),*)?)
    }

    pub(super) fn attempt(&self, inner: &Expr) -> TokenStream {
        let value = self.value(inner);
        match (fallible(inner), inner.ty.is_optional()) {
            (false, true) => value,
            (false, false) => quote!(Some(#value)),
            (true, true) => quote!(p::attempt(|| Ok(#value)).flatten()),
            (true, false) => quote!(p::attempt(|| Ok(#value))),
        }
    }
}
