//! Lookups of a stream: its latest rows by key, as bytes.

use proc_macro2::TokenStream;
use quote::quote;
use streamwright_dsl::topology::{Latest, Node, NodeId};

use super::sides::Sides;
use super::{Kept, State};
use crate::rust::Emit;
use crate::rust::keyed::Keyed;
use crate::rust::start::Setting;

/// A lookup.
pub(super) struct Lookups<'p> {
    latest: &'p Latest,
    sides: Sides<'p>,
}

impl<'p> Lookups<'p> {
    pub(super) fn new(latest: &'p Latest) -> Lookups<'p> {
        Lookups { latest, sides: Sides { outer: latest.outer, filter: latest.filter.as_ref() } }
    }

    /// What rows are told apart by.
    fn time(&self) -> TokenStream {
        if self.latest.timed { quote!(at) } else { quote!(i64::MIN) }
    }
}

impl<'p> State<'p> for Lookups<'p> {
    fn functions(&self, emit: &Emit<'p>, k: &Keyed<'p>) -> TokenStream {
        self.sides.functions(emit, k)
    }

    fn settings(&self, emit: &Emit<'p>, id: NodeId, node: &Node) -> Vec<Setting> {
        let expiry = self.latest.expiry.iter().map(|expiry| {
            let (name, holds) = (&node.name, emit.constant(node, expiry));
            let value = quote!(p::in_range(#name, p::dataflow::expiry(#holds))?);
            emit.one(id, "holds", quote!(i64), value)
        });
        expiry.collect()
    }

    fn kept(&self, emit: &Emit<'p>, k: &Keyed<'p>) -> Vec<Kept> {
        let (name, key) = (emit.setting(k.id, "latest"), emit.type_name(k.id, "Key"));
        let holds = emit.setting(k.id, "holds");
        let holds = if self.latest.expiry.is_some() { quote!(Some(self.#holds)) } else { quote!(None) };
        vec![Kept { name, ty: quote!(p::Latest<#key>), value: quote!(p::Latest::new(#holds)) }]
    }

    fn take(&self, emit: &Emit<'p>, k: &Keyed<'p>) -> TokenStream {
        let (latest, right) = (emit.setting(k.id, "latest"), emit.type_name(k.id, "Right"));
        let (rank, time) = (emit.rank(k.id), self.time());
        let meets = self.sides.meets(emit, k);
        let found = emit.passed_on(k, &self.sides.after(emit, k, &self.sides.found()));
        let none = if self.latest.outer {
            emit.passed_on(k, &self.sides.after(emit, k, &quote!(None)))
        } else {
            quote!(out.filtered(1))
        };
        quote! {
            let latest = self.#latest.lend();
            let bytes = latest.find(by, #time);
            let right = bytes.map(|bytes| #right::take(&mut p::wire::Reader::new(bytes)));
            let right = match &right {
                Some(right) => #meets.map(|meets| meets.then_some(right)),
                None => Ok(None),
            };
            match right {
                Ok(Some(right)) => { #found }
                Ok(None) => { #none }
                Err(failed) => out.letter(tag, #rank, failed.fault, failed.input),
            }
            self.#latest = latest;
        }
    }

    fn meet(&self, emit: &Emit<'p>, k: &Keyed<'p>) -> TokenStream {
        let (latest, time) = (emit.setting(k.id, "latest"), self.time());
        quote!(self.#latest.update(by, #time, |part| right.put(part));)
    }

    fn release(&self, emit: &Emit<'p>, k: &Keyed<'p>) -> Option<TokenStream> {
        let latest = emit.setting(k.id, "latest");
        self.latest.timed.then(|| quote!(self.#latest.move_on(watermark);))
    }
}
