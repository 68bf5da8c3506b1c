//! `top` behind `select`: the rows of each window, over all keys, on one worker.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use streamwright_dsl::topology::{Node, NodeId, Top};

use super::ranking::Ranking;
use super::{Kept, State};
use crate::rust::Emit;
use crate::rust::keyed::{Brought, Keyed};
use crate::rust::names::Names;
use crate::rust::place::Place;
use crate::rust::start::Setting;
use crate::rust::steps::Steps;

/// A `top` behind `select`.
pub(super) struct Tops<'p>(Ranking<'p>);

impl<'p> Tops<'p> {
    pub(super) fn new(top: &'p Top, taken: &mut Names) -> Tops<'p> {
        Tops(Ranking::new(top, taken))
    }
}

impl<'p> State<'p> for Tops<'p> {
    fn brought(&self) -> Vec<Brought> {
        vec![self.0.brought()]
    }

    fn bring(&self, _: &Emit<'p>, k: &Keyed<'p>, steps: &mut Steps<'_, 'p>) -> Vec<(Ident, Place)> {
        vec![self.0.bring(k, steps)]
    }

    fn functions(&self, emit: &Emit<'p>, k: &Keyed<'p>) -> TokenStream {
        self.0.function(emit, k, &[], &TokenStream::new())
    }

    fn settings(&self, emit: &Emit<'p>, id: NodeId, node: &Node) -> Vec<Setting> {
        vec![self.0.setting(emit, id, node)]
    }

    fn kept(&self, emit: &Emit<'p>, k: &Keyed<'p>) -> Vec<Kept> {
        let (name, key) = (emit.setting(k.id, "windows"), emit.type_name(k.id, "Key"));
        vec![Kept { name, ty: quote!(p::Ends<#key, p::Ranking>), value: quote!(p::Ends::new()) }]
    }

    fn take(&self, emit: &Emit<'p>, k: &Keyed<'p>) -> TokenStream {
        let (windows, update) = (emit.setting(k.id, "windows"), self.0.update(emit, k));
        // A window ends 1 ns behind its rows; one without an end, with the input.
        let end = if k.node.timed { quote!(at.saturating_add(1)) } else { quote!(i64::MAX) };
        quote! {
            let program = self.program;
            let _ = self.#windows.add(by, (at, #end), #update, |_, _| {});
        }
    }

    fn release(&self, emit: &Emit<'p>, k: &Keyed<'p>) -> Option<TokenStream> {
        let windows = emit.setting(k.id, "windows");
        let tag = emit.released_tag(k);
        let at = quote!(end.saturating_sub(1));
        let left = self.0.leave(emit, k, &TokenStream::new(), |outcome| emit.released(k, outcome, &at));
        Some(quote! {
            let mut windows = self.#windows.take();
            windows.release(watermark, |_, end, key, kept| {
                let tag = #tag;
                #left
            });
            self.#windows = windows;
        })
    }
}
