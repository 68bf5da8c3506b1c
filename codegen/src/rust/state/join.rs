//! Joins: the rows of both sides that may still meet, as bytes.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use streamwright_dsl::topology::{Join, Node, NodeId};

use super::sides::Sides;
use super::{Kept, State};
use crate::rust::Emit;
use crate::rust::keyed::{Brought, Keyed};
use crate::rust::names::Names;
use crate::rust::place::Place;
use crate::rust::start::Setting;
use crate::rust::steps::Steps;

/// A join.
pub(super) struct Joins<'p> {
    join: &'p Join,
    sides: Sides<'p>,
    /// The field of the upper bound, where it depends on the row.
    high: Option<Ident>,
}

impl<'p> Joins<'p> {
    pub(super) fn new(join: &'p Join, taken: &mut Names) -> Joins<'p> {
        let high = (!join.high.columns().is_empty()).then(|| taken.give("upper bound", "high"));
        let sides = Sides { outer: join.outer, filter: join.filter.as_ref() };
        Joins { join, sides, high }
    }

    /// A pair, to those who read the node; whether it counts as one.
    fn pair(&self, emit: &Emit<'p>, k: &Keyed<'p>) -> TokenStream {
        let rank = emit.rank(k.id);
        let meets = self.sides.meets(emit, k);
        let outcome = self.sides.after(emit, k, &self.sides.found());
        let left = emit.passed_on(k, &outcome);
        quote! {
            let tag = &p::Tag::Nth(tag, number);
            number += 1;
            match #meets {
                Ok(false) => return false,
                Ok(true) => { #left }
                Err(failed) => out.letter(tag, #rank, failed.fault, failed.input),
            }
            true
        }
    }
}

impl<'p> State<'p> for Joins<'p> {
    fn brought(&self) -> Vec<Brought> {
        let high = self.high.iter().cloned();
        high.map(|name| Brought { name, ty: quote!(p::Duration), borrows: false }).collect()
    }

    fn bring(&self, _: &Emit<'p>, k: &Keyed<'p>, steps: &mut Steps<'_, 'p>) -> Vec<(Ident, Place)> {
        let Some(name) = &self.high else { return Vec::new() };
        let value = steps.checked(&self.join.high, &k.node.entry);
        let local = quote::format_ident!("reach");
        steps.statements.push(quote!(let #local: p::Duration = #value;));
        vec![(name.clone(), Place::local(&local, &self.join.high.ty))]
    }

    fn functions(&self, emit: &Emit<'p>, k: &Keyed<'p>) -> TokenStream {
        self.sides.functions(emit, k)
    }

    fn settings(&self, emit: &Emit<'p>, id: NodeId, node: &Node) -> Vec<Setting> {
        let (name, low) = (&node.name, emit.constant(node, &self.join.low));
        let mut settings = vec![emit.one(id, "low", quote!(p::Duration), low)];
        if self.high.is_none() {
            let (low, high) = (emit.setting(id, "low"), emit.constant(node, &self.join.high));
            settings.push(emit.one(id, "high", quote!(p::Duration), high));
            let (high, inclusive) = (emit.setting(id, "high"), self.join.inclusive);
            let check = quote!(p::in_range(#name, p::dataflow::join_bounds(#low, #high, #inclusive))?;);
            settings.push(Setting { kept: None, value: check });
        }
        settings
    }

    fn kept(&self, emit: &Emit<'p>, k: &Keyed<'p>) -> Vec<Kept> {
        let (name, key) = (emit.setting(k.id, "joined"), emit.type_name(k.id, "Key"));
        let low = emit.setting(k.id, "low");
        vec![Kept { name, ty: quote!(p::Joined<#key>), value: quote!(p::Joined::new(self.#low.0)) }]
    }

    fn take(&self, emit: &Emit<'p>, k: &Keyed<'p>) -> TokenStream {
        let (joined, low) = (emit.setting(k.id, "joined"), emit.setting(k.id, "low"));
        let (right, inclusive) = (emit.type_name(k.id, "Right"), self.join.inclusive);
        let high = match &self.high {
            Some(name) => quote!(add.#name),
            None => {
                let high = emit.setting(k.id, "high");
                quote!(self.program.#high)
            }
        };
        let pair = self.pair(emit, k);
        let alone = if self.join.outer {
            let outcome = self.sides.after(emit, k, &quote!(None));
            emit.passed_on(k, &outcome)
        } else {
            quote!(out.filtered(1))
        };
        quote! {
            if self.#joined.is_late(at) {
                out.late(1);
                return;
            }
            let mut joined = self.#joined.lend();
            let reach =
                p::dataflow::join_reach(p::Timestamp(at), self.program.#low, #high, #inclusive);
            let mut number = 0;
            let came = joined.left(by, at, reach, |part| add.put(part), |bytes, other| {
                let right = &#right::take(&mut p::wire::Reader::new(bytes));
                let at = at.max(other);
                #pair
            });
            self.#joined = joined;
            if came == p::Came::Alone {
                #alone
            }
        }
    }

    fn meet(&self, emit: &Emit<'p>, k: &Keyed<'p>) -> TokenStream {
        let (joined, add) = (emit.setting(k.id, "joined"), emit.type_name(k.id, "Add"));
        let pair = self.pair(emit, k);
        quote! {
            if self.#joined.is_late(at) {
                out.late(1);
                return;
            }
            let mut joined = self.#joined.lend();
            let mut number = 0;
            let came = joined.right(by, at, |part| right.put(part), |bytes, other| {
                let add = &#add::take(&mut p::wire::Reader::new(bytes));
                let at = at.max(other);
                #pair
            });
            self.#joined = joined;
            if came == p::Came::Alone {
                out.filtered(1);
            }
        }
    }

    fn release(&self, emit: &Emit<'p>, k: &Keyed<'p>) -> Option<TokenStream> {
        let (joined, add) = (emit.setting(k.id, "joined"), emit.type_name(k.id, "Add"));
        if !self.join.outer {
            return Some(quote!(out.filtered(self.#joined.expire(watermark));));
        }
        let tag = emit.released_tag(k);
        let outcome = self.sides.after(emit, k, &quote!(None));
        let released = emit.released(k, &outcome, &quote!(own));
        Some(quote! {
            let mut joined = self.#joined.lend();
            let mut number = 0;
            let unmet = joined.release(watermark, |end, key, own, bytes| {
                let add = &#add::take(&mut p::wire::Reader::new(bytes));
                let tag = &p::Tag::Nth(#tag, number);
                number += 1;
                #released
            });
            self.#joined = joined;
            out.filtered(unmet);
        })
    }
}
