//! `distinct`: the event time at which each key was first seen.

use proc_macro2::TokenStream;
use quote::quote;
use streamwright_dsl::topology::{Distinct, Node, NodeId};

use super::{Kept, State};
use crate::rust::Emit;
use crate::rust::keyed::Keyed;
use crate::rust::start::Setting;
use crate::rust::steps::Steps;

/// The keys that a bolt has seen.
pub(super) struct Seen<'p> {
    distinct: &'p Distinct,
}

impl<'p> Seen<'p> {
    pub(super) fn new(distinct: &'p Distinct) -> Seen<'p> {
        Seen { distinct }
    }
}

impl<'p> State<'p> for Seen<'p> {
    fn functions(&self, emit: &Emit<'p>, k: &Keyed<'p>) -> TokenStream {
        let (steps, add) = (Steps::new(emit, emit.carried_places(k)), emit.add_type(k));
        emit.after_function(k, "behind its `distinct`", &quote!(add: &'a #add), steps)
    }

    fn settings(&self, emit: &Emit<'p>, id: NodeId, node: &Node) -> Vec<Setting> {
        let within = self.distinct.within.iter();
        within.map(|within| emit.period(id, node, "within", "within", within)).collect()
    }

    fn kept(&self, emit: &Emit<'p>, k: &Keyed<'p>) -> Vec<Kept> {
        let (name, key) = (emit.setting(k.id, "seen"), emit.type_name(k.id, "Key"));
        let lasts = self.lasts(emit, k, &quote!(self));
        vec![Kept { name, ty: quote!(p::Entries<#key, ()>), value: quote!(p::Entries::new(#lasts)) }]
    }

    fn take(&self, emit: &Emit<'p>, k: &Keyed<'p>) -> TokenStream {
        let (seen, after) = (emit.setting(k.id, "seen"), emit.function(k.id, "after"));
        let at = if emit.plan.node(k.id).takes_time { quote!(at) } else { quote!(p::NO_TIME) };
        let lasts = self.lasts(emit, k, &quote!(self.program));
        let passed = emit.passed_on(k, &quote!(self.program.#after(add)));
        quote! {
            let watermark = self.#seen.watermark();
            let slot = self.#seen.slot(by);
            if slot.lasting(#lasts, #at, watermark).is_some() {
                out.filtered(1);
            } else {
                slot.set(#at, ());
                #passed
            }
        }
    }

    fn release(&self, emit: &Emit<'p>, k: &Keyed<'p>) -> Option<TokenStream> {
        let seen = emit.setting(k.id, "seen");
        self.distinct.within.as_ref().map(|_| quote!(self.#seen.move_on(watermark);))
    }
}

impl Seen<'_> {
    fn lasts(&self, emit: &Emit<'_>, k: &Keyed<'_>, program: &TokenStream) -> TokenStream {
        let within = emit.setting(k.id, "within");
        if self.distinct.within.is_some() { quote!(Some(#program.#within)) } else { quote!(None) }
    }
}
