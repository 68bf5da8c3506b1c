//! The functions that the topology declares, as methods of the program.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use streamwright_dsl::topology::{Body, Column, DeclaredFunction};

use streamwright_values::Type;

use super::Emit;
use super::names::{Names, ident, of_local};
use super::place::Place;
use super::types;

impl Emit<'_> {
    /// The methods of those that are called.
    pub(super) fn functions(&self) -> TokenStream {
        let functions = self.plan.functions();
        if functions.is_empty() {
            return TokenStream::new();
        }
        let names = self.declared();
        let functions = functions
            .into_iter()
            .map(|index| self.declared_function(&names[index], &self.plan.topology.functions[index]));
        quote!(impl Program { #(#functions)* })
    }

    /// What the declared functions are called.
    pub(super) fn declared(&self) -> Vec<Ident> {
        let functions = self.plan.topology.functions.iter().enumerate();
        let mut names = self.names.borrow_mut();
        functions.map(|(index, function)| names.give(&format!("declared {index}"), &function.name)).collect()
    }

    fn declared_function(&self, name: &Ident, function: &DeclaredFunction) -> TokenStream {
        let doc = self.from(&format!("`{}`", function.name), function.span);
        let mut locals = Names::locals();
        let mut local = |parameter: &Column| locals.give(&parameter.name, &of_local(&parameter.name));
        let parameters: Vec<Ident> = function.parameters.iter().map(&mut local).collect();
        let kinds = function.parameters.iter().map(|parameter| types::column(&parameter.ty));
        let places = parameters.iter().zip(&function.parameters);
        let places = places.map(|(local, parameter)| Some(Place::local(local, &parameter.ty))).collect();
        let result = types::column(&function.result);
        let body = match &function.body {
            Body::Expr(body) => {
                let value = self.scope(places).value(body);
                quote!(Ok(#value))
            }
            Body::Rust(path) => {
                let path = path.split("::").map(ident);
                let arguments = parameters
                    .iter()
                    .zip(&function.parameters)
                    .map(|(name, parameter)| passed(name, &parameter.ty));
                quote!(p::own(|| crate #(::#path)*(#(#arguments),*)))
            }
        };
        quote! {
            #doc
            fn #name<'a>(&'a self, #(#parameters: #kinds),*) -> Result<#result, p::Fault> {
                #body
            }
        }
    }
}

/// An argument as own Rust takes it.
fn passed(name: &Ident, ty: &Type) -> TokenStream {
    match ty {
        Type::String | Type::Bytes | Type::List(_) => quote!(&*#name),
        Type::Record(_) => quote!(&#name),
        Type::Optional(inner) => match **inner {
            Type::String | Type::Bytes | Type::List(_) => quote!(#name.as_deref()),
            Type::Record(_) => quote!(#name.as_ref()),
            _ => quote!(#name),
        },
        _ => quote!(#name),
    }
}
