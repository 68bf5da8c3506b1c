//! The functions that the topology declares, as methods of the program.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use streamwright_dsl::topology::{Column, DeclaredFunction};

use super::Emit;
use super::names::{Names, of_local};
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
        let (value, result) = (self.scope(places).value(&function.body), types::column(&function.body.ty));
        quote! {
            #doc
            fn #name<'a>(&'a self, #(#parameters: #kinds),*) -> Result<#result, p::Fault> {
                Ok(#value)
            }
        }
    }
}
