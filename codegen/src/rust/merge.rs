//! Several spouts in one order: what reads tuples where they are merged, and the rows that workers are handed then.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use streamwright_dsl::topology::{NodeId, NodeKind, Stream};

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
        let rows = self.handing_rows().map(|id| self.handed(*id));
        let fields = self.usual_lines(self.handing_rows());
        let fields = fields.iter().map(|Kept { name, ty, .. }| quote!(#name: #ty));
        let of_each = |read: fn(&Self, NodeId) -> Option<TokenStream>| -> Vec<TokenStream> {
            let arm = |id: &NodeId| {
                let (spout, read) = (Literal::usize_unsuffixed(self.spout_index(*id)), read(self, *id)?);
                Some(quote!(#spout => { #read }))
            };
            merged.iter().filter_map(arm).collect()
        };
        let (read, read_on) = (of_each(Self::read_for_merge), of_each(Self::read_on_for_merge));
        let minds_clock = self.minds_clock(&merged);
        let read_on = (!read_on.is_empty()).then(|| {
            quote! {
                fn read_on(
                    &mut self,
                    spout: usize,
                    input: &[u8],
                    clock: i64,
                    row: &mut Vec<u8>,
                ) -> Option<(p::Foreseen, usize)> {
                    match spout {
                        #(#read_on)*
                        _ => None,
                    }
                }
            }
        });
        Some(quote! {
            #(#rows)*

            /// Reads tuples where spouts are merged.
            struct Merger<'p> {
                program: &'p Program,
                #(#fields,)*
            }

            impl p::Merger for Merger<'_> {
                #minds_clock
                fn read(&mut self, spout: usize, payload: &p::Payload<'_>, clock: i64, row: &mut Vec<u8>) -> p::Foreseen {
                    match spout {
                        #(#read)*
                        _ => p::Foreseen::Unread(None),
                    }
                }
                #read_on
            }
        })
    }

    /// Which spouts mind the clock.
    fn minds_clock(&self, merged: &[NodeId]) -> TokenStream {
        let minds = merged.iter().filter(|id| match &self.plan.topology.node(**id).kind {
            NodeKind::Spout(spout) => self.uses_clock(spout),
            _ => false,
        });
        let minds: Vec<Literal> = minds.map(|id| Literal::usize_unsuffixed(self.spout_index(*id))).collect();
        let (spout, minds) = match &minds[..] {
            [] => (quote!(_), quote!(false)),
            minds => (quote!(spout), quote!(matches!(spout, #(#minds)|*))),
        };
        quote!(fn minds_clock(&self, #spout: usize) -> bool { #minds })
    }

    /// Where the runtime asks the program for it.
    pub(super) fn merger_method(&self) -> Option<TokenStream> {
        if self.plan.merged().is_empty() {
            return None;
        }
        let fields = self.usual_lines(self.handing_rows());
        let fields = fields.iter().map(|Kept { name, value, .. }| quote!(#name: #value));
        Some(quote! {
            fn merger(&self) -> Box<dyn p::Merger + '_> {
                Box::new(Merger { program: self, #(#fields,)* })
            }
        })
    }

    /// The spouts of which it hands rows on.
    fn handing_rows(&self) -> impl Iterator<Item = &NodeId> {
        self.plan.spouts.iter().filter(|id| self.plan.hands_rows(**id))
    }

    /// What a tuple of a spout is found to be, read as those that are not usual.
    fn read_for_merge(&self, id: NodeId) -> Option<TokenStream> {
        let name = self.function(id, "");
        let given = self.read_in_one_pass(id).map(|_| quote!(None,));
        if self.plan.hands_rows(id) {
            let row = self.type_name(id, "");
            return Some(quote!(p::foresee(self.program.#name(#given payload, clock), row, #row::put)));
        }
        Some(quote! {
            let mut latest = None;
            self.program.#name(#given payload, clock, &mut |outcome| {
                if let Ok(Some((_, at))) = outcome {
                    latest = latest.max(Some(at));
                }
            });
            p::Foreseen::Unread(latest)
        })
    }

    /// The same in one pass, and the line's length.
    fn read_on_for_merge(&self, id: NodeId) -> Option<TokenStream> {
        let read = self.read_in_one_pass(id).filter(|_| self.plan.hands_rows(id))?;
        let (name, row) = (self.function(id, ""), self.type_name(id, ""));
        Some(quote! {
            let (read, length) = (#read)(input)?;
            let left = self.program.#name(Some(read), &p::Payload::Line(input.get(..length)?), clock);
            Some((p::foresee(left, row, #row::put), length))
        })
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
