//! The key of a node with state, and what a row adds to it: as structs, and on the wire.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::{Keyed, lifetimes};
use crate::rust::Emit;
use crate::rust::types;

impl Emit<'_> {
    /// The key, borrowed from a row and kept.
    pub(super) fn key(&self, k: &Keyed<'_>) -> TokenStream {
        let doc = self.from(&format!("What `{}` groups by", k.node.name), k.step.span);
        let (by, key) = (self.type_name(k.id, "By"), self.type_name(k.id, "Key"));
        let names = k.key_fields();
        let borrowed: Vec<TokenStream> = k.keys().map(|column| types::column(&column.ty)).collect();
        let kept: Vec<TokenStream> = k.keys().map(|column| types::kept(&column.ty)).collect();
        let (lifetime, elided) = lifetimes(k.borrows_key());
        let hashed = hashed(&names, k.task.as_ref());
        let task: Vec<&Ident> = k.task.iter().collect();
        quote! {
            #doc
            struct #by #lifetime { #(#names: #borrowed,)* #(#task: u32,)* }

            /// The same, kept.
            #[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
            struct #key { #(#names: #kept,)* #(#task: u32,)* }

            impl p::KeyRef<#key> for #by #elided {
                fn hash(&self) -> p::KeyHash {
                    p::hash(&#hashed)
                }
                fn is(&self, key: &#key) -> bool {
                    true #(&& p::is(&self.#names, &key.#names))* #(&& self.#task == key.#task)*
                }
                fn to_key(&self) -> #key {
                    #key { #(#names: p::keep(&self.#names),)* #(#task: self.#task,)* }
                }
            }

            impl p::KeyBytes for #key {
                fn key_bytes(&self, out: &mut Vec<u8>) {
                    #(p::key_bytes(&self.#names, out);)*
                }
            }
        }
    }

    /// What crosses an exchange for a row.
    pub(super) fn addition(&self, k: &Keyed<'_>) -> TokenStream {
        let doc = self.from(&format!("What a row adds to `{}`", k.node.name), k.step.span);
        let (add, by) = (self.type_name(k.id, "Add"), self.type_name(k.id, "By"));
        let (lifetime, _) = lifetimes(k.borrows());
        let (key_lifetime, _) = lifetimes(k.borrows_key());
        let (names, types): (Vec<Ident>, Vec<TokenStream>) =
            k.brought().into_iter().map(|brought| (brought.name, brought.ty)).unzip();
        let wire = self.wire(k, &names);
        quote! {
            #doc
            struct #add #lifetime { by: #by #key_lifetime, #(#names: #types,)* }
            #wire
        }
    }

    /// How it is written into a part, and read back.
    fn wire(&self, k: &Keyed<'_>, names: &[Ident]) -> TokenStream {
        let (add, by) = (self.type_name(k.id, "Add"), self.type_name(k.id, "By"));
        let keys: Vec<Ident> = k.key_fields().into_iter().chain(k.task.clone()).collect();
        let (key_lifetime, _) = lifetimes(k.borrows_key());
        let (lifetime, _) = lifetimes(k.borrows());
        let reader =
            |borrows: bool| if borrows { quote!(p::wire::Reader<'a>) } else { quote!(p::wire::Reader<'_>) };
        let (key_reader, add_reader) = (reader(k.borrows_key()), reader(k.borrows()));
        // Partials carry the key and what a window keeps instead.
        let row = (!k.combines()).then(|| {
            quote! {
                impl #lifetime #add #lifetime {
                    fn put(&self, out: &mut Vec<u8>) {
                        #(p::put(&self.by.#keys, out);)*
                        #(p::put(&self.#names, out);)*
                    }
                    fn take(reader: &mut #add_reader) -> Self {
                        #add { by: #by::take(reader), #(#names: p::take(reader),)* }
                    }
                }
            }
        });
        quote! {
            impl #key_lifetime #by #key_lifetime {
                fn take(reader: &mut #key_reader) -> Self {
                    #by { #(#keys: p::take(reader),)* }
                }
            }
            #row
        }
    }
}

/// The columns as one value. Tuples are hashed up to twelve items, so there are tuples of tuples.
fn hashed(names: &[Ident], task: Option<&Ident>) -> TokenStream {
    let items: Vec<TokenStream> = names.iter().chain(task).map(|name| quote!(&self.#name)).collect();
    if items.len() <= 12 {
        return quote!((#(#items,)*));
    }
    let tuples = items.chunks(12).map(|items| quote!((#(#items,)*)));
    let nested = tuples.reduce(|before, next| quote!((#before, #next)));
    nested.unwrap_or_else(|| quote!(()))
}
