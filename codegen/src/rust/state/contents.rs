//! What a window keeps of its rows: accumulators, or the first rows by `top`.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use streamwright_dsl::topology::{Node, NodeId, Window};

use super::aggregates::Aggregates;
use super::ranking::Ranking;
use crate::plan::KeyedPlan;
use crate::rust::Emit;
use crate::rust::keyed::{Brought, Keyed};
use crate::rust::names::Names;
use crate::rust::place::Place;
use crate::rust::start::Setting;
use crate::rust::steps::Steps;

/// What a window keeps.
pub(super) enum Contents<'p> {
    Aggregates(Aggregates<'p>),
    Top(Ranking<'p>),
}

impl<'p> Contents<'p> {
    pub(super) fn new(node: &Node, plan: &KeyedPlan, window: &'p Window, taken: &mut Names) -> Contents<'p> {
        match &window.top {
            Some(top) => Contents::Top(Ranking::new(top, taken)),
            None => Contents::Aggregates(Aggregates::new(node, plan, window, taken)),
        }
    }

    pub(super) fn brought(&self) -> Vec<Brought> {
        match self {
            Contents::Aggregates(aggregates) => aggregates.brought(),
            Contents::Top(top) => vec![top.brought()],
        }
    }

    pub(super) fn bring(&self, k: &Keyed<'p>, steps: &mut Steps<'_, 'p>) -> Vec<(Ident, Place)> {
        match self {
            Contents::Aggregates(aggregates) => aggregates.bring(k, steps),
            Contents::Top(top) => vec![top.bring(k, steps)],
        }
    }

    /// Its own items.
    pub(super) fn types(&self, emit: &Emit<'p>, k: &Keyed<'p>) -> TokenStream {
        match self {
            Contents::Aggregates(aggregates) => aggregates.state(emit, k),
            Contents::Top(_) => TokenStream::new(),
        }
    }

    /// The type of what is kept.
    pub(super) fn ty(&self, emit: &Emit<'p>, k: &Keyed<'p>) -> TokenStream {
        match self {
            Contents::Aggregates(_) => {
                let state = emit.type_name(k.id, "State");
                quote!(#state)
            }
            Contents::Top(_) => quote!(p::Ranking),
        }
    }

    pub(super) fn setting(&self, emit: &Emit<'p>, id: NodeId, node: &Node) -> Option<Setting> {
        match self {
            Contents::Aggregates(_) => None,
            Contents::Top(top) => Some(top.setting(emit, id, node)),
        }
    }

    /// What takes a row (`add`) in; `program` is known.
    pub(super) fn update(&self, emit: &Emit<'p>, k: &Keyed<'p>) -> TokenStream {
        match self {
            Contents::Aggregates(aggregates) => {
                let (state, at) =
                    (emit.type_name(k.id, "State"), aggregates.takes_time().then(|| quote!(, at)));
                quote!(|kept: &mut #state| kept.add(add #at))
            }
            Contents::Top(top) => top.update(emit, k),
        }
    }

    /// From what is kept, and the window's `own` columns (in `parameters`), to the row that leaves.
    pub(super) fn function(
        &self,
        emit: &Emit<'p>,
        k: &Keyed<'p>,
        own: &[Place],
        parameters: &TokenStream,
    ) -> TokenStream {
        let aggregates = match self {
            Contents::Aggregates(aggregates) => aggregates,
            Contents::Top(top) => return top.function(emit, k, own, parameters),
        };
        let mut steps = Steps::new(emit, Vec::new());
        aggregates.leave(emit, k, own, &mut steps);
        let (key, state) = (emit.type_name(k.id, "Key"), emit.type_name(k.id, "State"));
        let parameters = quote!(#parameters key: &'a #key, kept: &'a #state);
        emit.after_function(k, "behind its window", &parameters, steps)
    }

    /// The rows of a window (by `key` and `kept`) leave: `left` hands on the outcome of the function above, with `tag`.
    pub(super) fn leave(
        &self,
        emit: &Emit<'p>,
        k: &Keyed<'p>,
        arguments: &TokenStream,
        left: impl FnOnce(&TokenStream) -> TokenStream,
    ) -> TokenStream {
        match self {
            Contents::Aggregates(_) => {
                let after = emit.function(k.id, "after");
                left(&quote!(self.program.#after(#arguments key, kept)))
            }
            Contents::Top(top) => top.leave(emit, k, arguments, left),
        }
    }
}
