//! `keep`: a struct of values for each key, which each row moves on.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use streamwright_dsl::topology::{self, Keep, Node, NodeId};

use super::{Kept, State};
use crate::plan::KeyedPlan;
use crate::rust::Emit;
use crate::rust::keyed::Keyed;
use crate::rust::names::Names;
use crate::rust::place::Place;
use crate::rust::start::Setting;
use crate::rust::steps::Steps;
use crate::rust::types;

/// What a bolt keeps.
pub(super) struct Keeps<'p> {
    keep: &'p Keep,
    /// A field each.
    names: Vec<Ident>,
}

impl<'p> Keeps<'p> {
    pub(super) fn new(node: &Node, plan: &KeyedPlan, keep: &'p Keep, taken: &mut Names) -> Keeps<'p> {
        let (width, row) = (node.before(plan.step).len(), &node.steps[plan.step].row);
        let names = (0..keep.values.len())
            .map(|index| taken.give(&format!("kept {index}"), &row[Keep::column(width, index)].name));
        Keeps { keep, names: names.collect() }
    }

    /// The columns of what is kept, in the row behind the step.
    fn columns(k: &Keyed<'p>, index: usize) -> (&'p topology::Column, &'p topology::Column) {
        let column = Keep::column(k.before.len(), index);
        (&k.step.row[column], &k.step.row[column + 1])
    }

    /// Value number `index`: what the row finds, what it makes of it, and where both are then.
    fn move_on(
        &self,
        emit: &Emit<'p>,
        k: &Keyed<'p>,
        index: usize,
        steps: &mut Steps<'_, 'p>,
    ) -> TokenStream {
        let (kept, name) = (&self.keep.values[index], &self.names[index]);
        let (column, before) = Self::columns(k, index);
        let (value, found) = (steps.local(&column.name), steps.local(&format!("{}_found", column.name)));
        let old = steps.local(&format!("{}_old", column.name));
        let (row, ty) = (&k.step.row, types::inferred(&column.ty));
        let lasts = self.lasts(emit, k, index, &quote!(self));
        let lasting = quote!(slot.lasting(#lasts, at, watermark));
        steps.statements.push(quote!(let #found: Option<#ty> = #lasting.map(|kept| p::lend(&kept.#name));));
        let copied = if types::moves(&column.ty) { quote!(#found.clone()) } else { quote!(#found) };
        // Of a value that may be absent itself, one that was absent and none at all are the same to `before`.
        let flat = if column.ty.is_optional() {
            let flat = steps.local(&format!("{}_before", column.name));
            steps.statements.push(quote!(let #flat = #copied.flatten();));
            flat
        } else {
            found.clone()
        };
        let first = steps.checked(&kept.first, row);
        let own = steps.columns.len();
        steps.columns.push(Some(Place::local(&old, &column.ty)));
        steps.columns.push(Some(Place::local(&flat, &before.ty)));
        let then = steps.checked(&kept.then, row);
        steps.statements.push(quote! {
            let #value: #ty = match #copied { None => #first, Some(#old) => #then };
        });
        steps.columns[own] = Some(Place::local(&value, &column.ty));
        let held = if types::moves(&column.ty) { quote!(p::keep(&#value)) } else { quote!(#value) };
        quote!(#name: #held)
    }

    fn lasts(&self, emit: &Emit<'_>, k: &Keyed<'_>, index: usize, program: &TokenStream) -> TokenStream {
        match &self.keep.values[index].lasts {
            Some(_) => {
                let lasts = emit.setting(k.id, &format!("lasts_{index}"));
                quote!(Some(#program.#lasts))
            }
            None => quote!(None),
        }
    }

    fn in_time(&self) -> bool {
        self.keep.values.iter().any(|kept| kept.lasts.is_some())
    }
}

impl<'p> State<'p> for Keeps<'p> {
    fn types(&self, emit: &Emit<'p>, k: &Keyed<'p>) -> TokenStream {
        let doc = emit.from(&format!("What `{}` keeps", k.node.name), k.step.span);
        let (state, names) = (emit.type_name(k.id, "State"), &self.names);
        let types = (0..names.len()).map(|index| types::kept(&Self::columns(k, index).0.ty));
        quote! {
            #doc
            struct #state { #(#names: #types,)* }
        }
    }

    fn functions(&self, emit: &Emit<'p>, k: &Keyed<'p>) -> TokenStream {
        let mut steps = Steps::new(emit, emit.carried_places(k));
        let fields: Vec<TokenStream> =
            (0..self.names.len()).map(|index| self.move_on(emit, k, index, &mut steps)).collect();
        let state = emit.type_name(k.id, "State");
        steps.statements.push(quote!(*moved = Some(#state { #(#fields,)* });));
        let add = emit.add_type(k);
        let parameters = quote! {
            add: &'a #add,
            at: i64,
            watermark: i64,
            slot: &'a p::Slot<#state>,
            moved: &mut Option<#state>
        };
        emit.after_function(k, "from its `keep` on", &parameters, steps)
    }

    fn settings(&self, emit: &Emit<'p>, id: NodeId, node: &Node) -> Vec<Setting> {
        let written = self.keep.values.iter().enumerate();
        let written = written.filter_map(|(index, kept)| Some((index, kept.lasts.as_ref()?)));
        written.map(|(index, lasts)| emit.period(id, node, &format!("lasts_{index}"), "for", lasts)).collect()
    }

    fn kept(&self, emit: &Emit<'p>, k: &Keyed<'p>) -> Vec<Kept> {
        let (name, key) = (emit.setting(k.id, "keeps"), emit.type_name(k.id, "Key"));
        let state = emit.type_name(k.id, "State");
        // An entry is wanted as long as one of its values lasts.
        let lasts = (0..self.names.len()).map(|index| self.lasts(emit, k, index, &quote!(self)));
        let longest = quote!([#(#lasts),*].into_iter().reduce(|one, other| Some(one?.max(other?))).flatten());
        let longest = if self.in_time() { longest } else { quote!(None) };
        vec![Kept { name, ty: quote!(p::Entries<#key, #state>), value: quote!(p::Entries::new(#longest)) }]
    }

    fn take(&self, emit: &Emit<'p>, k: &Keyed<'p>) -> TokenStream {
        let (keeps, after) = (emit.setting(k.id, "keeps"), emit.function(k.id, "after"));
        let at = if emit.plan.node(k.id).takes_time { quote!(at) } else { quote!(p::NO_TIME) };
        let passed = emit.passed_on(k, &quote!(self.program.#after(add, #at, watermark, slot, &mut moved)));
        quote! {
            // The row borrows from what was kept, while others are handed it.
            let mut keeps = self.#keeps.lend();
            let watermark = keeps.watermark();
            let slot = keeps.slot(by);
            let mut moved = None;
            #passed
            if let Some(moved) = moved {
                slot.set(#at, moved);
            }
            self.#keeps = keeps;
        }
    }

    fn release(&self, emit: &Emit<'p>, k: &Keyed<'p>) -> Option<TokenStream> {
        let keeps = emit.setting(k.id, "keeps");
        self.in_time().then(|| quote!(self.#keeps.move_on(watermark);))
    }
}
