//! The function of a node with state up to its stateful step: what a row brings along.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::Keyed;
use crate::rust::Emit;
use crate::rust::place::{self, Place};
use crate::rust::steps::Steps;

impl<'p> Emit<'p> {
    pub(super) fn before_function(&self, k: &Keyed<'p>) -> TokenStream {
        let doc = self.from(&format!("`{}` up to its state", k.node.name), k.node.span);
        let entry = self.entry(k.id);
        let mut steps =
            Steps::new(self, self.places(&quote!(row), &k.node.entry, &self.plan.node(k.id).live[0]));
        steps.run(k.id, 0..k.plan.step);
        let mut leaving: Vec<(Ident, Place)> =
            k.plan.keys.iter().map(|key| (k.field(*key), steps.place(*key))).collect();
        leaving.extend(k.state.bring(self, k, &mut steps));
        leaving.extend(k.carried().map(|column| (k.field(column), steps.place(column))));
        let fields = place::fields(&leaving);
        let (keys, fields) = fields.split_at(k.plan.keys.len());
        let task = k.task.as_ref().map(|name| quote!(#name: task,));
        let takes_task = k.task.as_ref().map(|_| quote!(, task: u32));
        let guard = k.state.guard(self, k);
        let at = guard.as_ref().map(|_| quote!(, at: i64));
        let (add, by) = (self.type_name(k.id, "Add"), self.type_name(k.id, "By"));
        let ty = |lifetime: &TokenStream| {
            let lifetime = k.borrows().then(|| quote!(<#lifetime>));
            quote!(#add #lifetime)
        };
        steps.statements.extend(guard);
        let built = quote!(#add { by: #by { #(#keys,)* #task }, #(#fields,)* });
        let body = steps.body(&built, &ty(&quote!('_)), &quote!(p::Failed));
        let (name, row) = (self.function(k.id, "before"), self.row_type(&entry, &quote!('a)));
        let (each, result) = self.outcome(k.id, ty);
        quote! {
            #doc
            fn #name<'a>(&'a self, row: &'a #row #at #takes_task #each) #result {
                #body
            }
        }
    }
}
