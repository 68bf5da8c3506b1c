//! What `top` keeps of a window's rows: the first ones, as they cross an exchange.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use streamwright_dsl::topology::{Node, NodeId, Top};
use streamwright_values::Type;

use crate::rust::Emit;
use crate::rust::expr::bracketed;
use crate::rust::keyed::{Brought, Keyed};
use crate::rust::names::Names;
use crate::rust::place::Place;
use crate::rust::start::Setting;
use crate::rust::steps::Steps;
use crate::rust::types;

/// A `top`.
pub(super) struct Ranking<'p> {
    top: &'p Top,
    /// The field of a row's place among the others, as bytes.
    order: Ident,
}

impl<'p> Ranking<'p> {
    pub(super) fn new(top: &'p Top, taken: &mut Names) -> Ranking<'p> {
        Ranking { top, order: taken.give("what it is compared by", "order") }
    }

    pub(super) fn brought(&self) -> Brought {
        let ty = types::column(&Type::Bytes);
        Brought { name: self.order.clone(), ty, borrows: types::may_borrow(&Type::Bytes) }
    }

    /// What a row is compared by, as bytes.
    pub(super) fn bring(&self, k: &Keyed<'p>, steps: &mut Steps<'_, 'p>) -> (Ident, Place) {
        let before = k.before.to_vec();
        let values: Vec<TokenStream> =
            self.top.by.iter().map(|key| bracketed(steps.checked(&key.value, &before))).collect();
        let ascending = self.top.by.iter().map(|key| key.ascending);
        steps.statements.push(quote! {
            let order = {
                let mut order = Vec::new();
                #(p::rank_bytes(&#values, #ascending, &mut order);)*
                p::bytes(order)
            };
        });
        (self.order.clone(), Place::local(&format_ident!("order"), &Type::Bytes))
    }

    pub(super) fn setting(&self, emit: &Emit<'p>, id: NodeId, node: &Node) -> Setting {
        let (name, count, ties) = (&node.name, emit.constant(node, &self.top.count), self.top.ties);
        let value = quote!(p::in_range(#name, p::rank(#count, #ties))?);
        emit.one(id, "top", quote!(p::Rank), value)
    }

    /// What takes a row in; `program` is known.
    pub(super) fn update(&self, emit: &Emit<'p>, k: &Keyed<'p>) -> TokenStream {
        let (top, order) = (emit.setting(k.id, "top"), &self.order);
        let at = if emit.plan.node(k.id).takes_time { quote!(at) } else { quote!(p::NO_TIME) };
        quote!(|kept: &mut p::Ranking| kept.add(program.#top, &add.#order, #at, |row| add.put(row)))
    }

    /// From a ranked row and the window's `own` columns (in `parameters`) to the row that leaves.
    pub(super) fn function(
        &self,
        emit: &Emit<'p>,
        k: &Keyed<'p>,
        own: &[Place],
        parameters: &TokenStream,
    ) -> TokenStream {
        let mut columns = emit.carried_places(k);
        columns.extend(own.iter().cloned().map(Some));
        columns.push(Some(Place::lent(quote!(rank), &Type::Int)));
        let (steps, add) = (Steps::new(emit, columns), emit.add_type(k));
        emit.after_function(k, "behind its `top`", &quote!(add: &'a #add, #parameters rank: i64), steps)
    }

    /// All rows of a window (in `kept`), each with `left`, where `outcome` is what its function gives, and `tag` its own.
    pub(super) fn leave(
        &self,
        emit: &Emit<'p>,
        k: &Keyed<'p>,
        arguments: &TokenStream,
        left: impl FnOnce(&TokenStream) -> TokenStream,
    ) -> TokenStream {
        let (after, add) = (emit.function(k.id, "after"), emit.type_name(k.id, "Add"));
        let left = left(&quote!(self.program.#after(&add, #arguments rank)));
        quote! {
            for (number, (rank, row)) in (0..).zip(kept.rows()) {
                let tag = &p::Tag::Nth(tag, number);
                let add = #add::take(&mut p::wire::Reader::new(row));
                #left
            }
        }
    }
}
