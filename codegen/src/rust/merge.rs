//! Several spouts in one order: what reads tuples where they are merged, and the rows that workers are handed then.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use streamwright_dsl::topology::{NodeId, Stream};

use super::Emit;
use super::keyed::lifetimes;
use super::names::field;
use super::rows::borrows;
use super::state::Kept;

impl Emit<'_> {
    /// What reads the tuples of spouts with event time, and their rows on the wire; nothing where none is merged.
    pub(super) fn merger(&self) -> Option<TokenStream> {
        let merged = self.plan.merged();
        if merged.is_empty() {
            return None;
        }
        let rows = merged.iter().filter(|id| self.plan.hands_rows(**id)).map(|id| self.handed(*id));
        let fields = self.usual_lines(&merged);
        let fields = fields.iter().map(|Kept { name, ty, .. }| quote!(#name: #ty));
        let arms = merged.iter().map(|id| {
            let spout = Literal::usize_unsuffixed(self.spout_index(*id));
            let read = self.read_for_merge(*id);
            quote!(#spout => { #read })
        });
        Some(quote! {
            #(#rows)*

            /// Reads tuples where spouts are merged.
            struct Merger<'p> {
                program: &'p Program,
                #(#fields,)*
            }

            impl p::Merger for Merger<'_> {
                fn read(&mut self, spout: usize, payload: &p::Payload<'_>, clock: i64, row: &mut Vec<u8>) -> p::Foreseen {
                    match spout {
                        #(#arms)*
                        _ => p::Foreseen::Unread(None),
                    }
                }
            }
        })
    }

    /// Where the runtime asks the program for it.
    pub(super) fn merger_method(&self) -> Option<TokenStream> {
        let merged = self.plan.merged();
        if merged.is_empty() {
            return None;
        }
        let fields = self.usual_lines(&merged);
        let fields = fields.iter().map(|Kept { name, value, .. }| quote!(#name: #value));
        Some(quote! {
            fn merger(&self) -> Box<dyn p::Merger + '_> {
                Box::new(Merger { program: self, #(#fields,)* })
            }
        })
    }

    /// What a tuple of a spout is found to be.
    fn read_for_merge(&self, id: NodeId) -> TokenStream {
        let (name, one_pass) = (self.function(id, ""), self.read_in_one_pass(id));
        let read = one_pass.as_ref().map(|read| quote!(let read = p::read_whole(payload, #read);));
        let given = one_pass.map(|_| quote!(read,));
        if self.plan.hands_rows(id) {
            let row = self.type_name(id, "");
            return quote! {
                #read
                p::foresee(self.program.#name(#given payload, clock), row, #row::put)
            };
        }
        quote! {
            #read
            let mut latest = None;
            self.program.#name(#given payload, clock, &mut |outcome| {
                if let Ok(Some((_, at))) = outcome {
                    latest = latest.max(Some(at));
                }
            });
            p::Foreseen::Unread(latest)
        }
    }

    /// A spout's row on the wire, and what the worker makes of a tuple.
    fn handed(&self, id: NodeId) -> TokenStream {
        let node = self.plan.topology.node(id);
        let stream = Stream::Main(id);
        let (row, live) = (self.plan.topology.row(stream), self.plan.live(stream));
        let names = row.iter().zip(&live).filter(|(_, live)| **live).map(|(column, _)| field(&column.name));
        let names: Vec<_> = names.collect();
        let borrows = borrows(&row, &live);
        let (lifetime, _) = lifetimes(borrows);
        let reader = if borrows { quote!(p::wire::Reader<'a>) } else { quote!(p::wire::Reader<'_>) };
        let (name, ty) = (self.row_name(stream), self.stream_type(stream, &quote!('a)));
        let (handed, function) = (self.function(id, "handed"), self.function(id, ""));
        let given = self.read_in_one_pass(id).map(|_| quote!(None,));
        let doc = self.from(&format!("What leaves `{}`, read before or now", node.name), node.span);
        quote! {
            impl #lifetime #ty {
                fn put(&self, out: &mut Vec<u8>) {
                    #(p::put(&self.#names, out);)*
                }
                fn take(reader: &mut #reader) -> Self {
                    #name { #(#names: p::take(reader),)* }
                }
            }

            impl Program {
                #doc
                #[inline]
                fn #handed<'a>(&'a self, payload: &p::Payload<'a>, clock: i64) -> Result<Option<(#ty, i64)>, p::Fault> {
                    p::foreseen(payload, #name::take, || self.#function(#given payload, clock))
                }
            }
        }
    }
}
