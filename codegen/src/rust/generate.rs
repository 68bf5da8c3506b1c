//! Spouts that make their tuples: each field from the seed and the tuple's number.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use streamwright_dsl::connectors::Generate;
use streamwright_dsl::topology::{NodeId, Spout};

use super::Emit;
use super::place::Place;
use super::steps::Steps;
use super::types;

impl Emit<'_> {
    /// The fields that are read as locals, each drawn from its distribution.
    pub(super) fn generated(
        &self,
        id: NodeId,
        spout: &Spout,
        generate: &Generate,
        steps: &mut Steps<'_, '_>,
    ) -> TokenStream {
        let fields = &self.plan.topology.records[spout.record].fields;
        let live = self.plan.node(id).live[0].clone();
        let seed = self.setting(id, "seed");
        let mut drawn = Vec::new();
        let spreads = generate.fields.iter().zip(&spout.reads).zip(live);
        for (at, (one, ((spread, read), live))) in fields.iter().zip(spreads).enumerate() {
            if !read {
                steps.columns.push(None);
                continue;
            }
            let (local, made) = (steps.local(&one.name), self.setting(id, &format!("of_{}", one.name)));
            let index = Literal::usize_unsuffixed(at);
            let value = quote!(self.#made.sample(self.#seed, number, #index)?);
            let value = match (&spread.presence, one.ty.is_optional()) {
                (Some(_), _) => {
                    quote!(if self.#made.present(self.#seed, number, #index) { Some(#value) } else { None })
                }
                (None, true) => quote!(Some(#value)),
                (None, false) => value,
            };
            let ty = types::inferred(&one.ty);
            drawn.push(if live { quote!(let #local: #ty = #value;) } else { quote!(let _ = #value;) });
            let place = Place::local(&local, &one.ty);
            steps.columns.push(live.then_some(place));
        }
        quote! {
            let p::Payload::Number(number) = *payload else { return Ok(None) };
            #(#drawn)*
        }
    }
}
