//! Spouts that make their tuples: each field from the seed and the tuple's number.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};
use streamwright_dsl::connectors::{Distribution, Generate, Tuples};
use streamwright_dsl::topology::{NodeId, Spout};
use streamwright_values::Type;

use super::Emit;
use super::names::field;
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
        let made = match &generate.tuples {
            Tuples::Fields(spreads) => self.drawn(id, spout, spreads, steps),
            Tuples::Events(..) => self.event(id, spout, steps),
        };
        quote! {
            let p::Payload::Number(number) = *payload else { return Ok(None) };
            #made
        }
    }

    /// Each field from its distribution.
    fn drawn(
        &self,
        id: NodeId,
        spout: &Spout,
        spreads: &[Distribution],
        steps: &mut Steps<'_, '_>,
    ) -> TokenStream {
        let fields = &self.plan.topology.records[spout.record].fields;
        let live = self.plan.node(id).live[0].clone();
        let seed = self.setting(id, "seed");
        let mut drawn = Vec::new();
        let spreads = spreads.iter().zip(&spout.reads).zip(live);
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
        quote!(#(#drawn)*)
    }

    /// The parts of an event, each of the fields of its record that somebody reads.
    fn event(&self, id: NodeId, spout: &Spout, steps: &mut Steps<'_, '_>) -> TokenStream {
        let fields = &self.plan.topology.records[spout.record].fields;
        let live = self.plan.node(id).live[0].clone();
        let mut parts = Vec::new();
        for ((one, read), live) in fields.iter().zip(&spout.reads).zip(live) {
            let Type::Record(record) = one.ty.required() else { continue };
            if !read || !live {
                steps.columns.push(None);
                continue;
            }
            let (local, part) = (steps.local(&one.name), method(&one.wire_name));
            let (name, ty) = (field(&record.name), types::inferred(&one.ty));
            let members = record.fields.iter().enumerate().map(|(index, inner)| {
                let (name, method) = (field(&inner.name), method(&inner.wire_name));
                if !self.plan.members.reads(&record.name, index) {
                    return quote!(#name: p::unread());
                }
                let value = quote!(part.#method());
                if inner.ty.is_optional() { quote!(#name: Some(#value)) } else { quote!(#name: #value) }
            });
            parts.push(quote!(let #local: #ty = event.#part().map(|part| records::#name { #(#members),* });));
            steps.columns.push(Some(Place::local(&local, &one.ty)));
        }
        if !spout.reads.contains(&true) {
            return TokenStream::new();
        }
        let events = self.setting(id, "events");
        quote! {
            let event = self.#events.event(number)?;
            #(#parts)*
        }
    }
}

/// The method that makes a field of this wire name.
fn method(wire_name: &str) -> Ident {
    let mut name = String::new();
    for letter in wire_name.chars() {
        if letter.is_ascii_uppercase() {
            name.push('_');
        }
        name.push(letter.to_ascii_lowercase());
    }
    format_ident!("{name}")
}
