//! Windows on a grid of event time, tumbling and hopping, and the one over everything: accumulators by pane and key.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use streamwright_dsl::topology::{Expr, Node, NodeId, Stream, Window, WindowKind};
use streamwright_values::Type;

use super::aggregates::Aggregates;
use super::{Kept, State};
use crate::plan::KeyedPlan;
use crate::rust::Emit;
use crate::rust::keyed::{Brought, Keyed, lifetimes};
use crate::rust::names::{Names, field};
use crate::rust::place::Place;
use crate::rust::start::Setting;
use crate::rust::steps::Steps;

/// A window on a grid.
pub(super) struct Panes<'p> {
    aggregates: Aggregates<'p>,
    by_time: bool,
}

impl<'p> Panes<'p> {
    pub(super) fn new(node: &Node, plan: &KeyedPlan, window: &'p Window, taken: &mut Names) -> Panes<'p> {
        let by_time = !matches!(window.kind, WindowKind::All);
        Panes { aggregates: Aggregates::new(node, plan, window, taken), by_time }
    }
}

impl<'p> State<'p> for Panes<'p> {
    fn brought(&self) -> Vec<Brought> {
        self.aggregates.brought()
    }

    fn bring(&self, _: &Emit<'p>, k: &Keyed<'p>, steps: &mut Steps<'_, 'p>) -> Vec<(Ident, Place)> {
        self.aggregates.bring(k, steps)
    }

    fn guard(&self, emit: &Emit<'p>, k: &Keyed<'p>) -> Option<TokenStream> {
        let windows = emit.setting(k.id, "windows");
        self.by_time.then(|| quote!(p::check_windows(&self.#windows, at)?;))
    }

    fn types(&self, emit: &Emit<'p>, k: &Keyed<'p>) -> TokenStream {
        self.aggregates.state(emit, k)
    }

    fn functions(&self, emit: &Emit<'p>, k: &Keyed<'p>) -> TokenStream {
        let after = self.after_function(emit, k);
        let late = (!emit.plan.node(k.id).late_readers.is_empty()).then(|| late_function(emit, k));
        quote!(#after #late)
    }

    fn settings(&self, emit: &Emit<'p>, id: NodeId, node: &Node) -> Vec<Setting> {
        vec![emit.one(id, "windows", quote!(p::Shape), shape(emit, node, &self.aggregates.window.kind))]
    }

    fn boundaries(&self, emit: &Emit<'p>, id: NodeId) -> Vec<TokenStream> {
        let windows = emit.setting(id, "windows");
        vec![quote!(p::boundary(&self.#windows))]
    }

    fn kept(&self, emit: &Emit<'p>, k: &Keyed<'p>) -> Vec<Kept> {
        let (key, state) = (emit.type_name(k.id, "Key"), emit.type_name(k.id, "State"));
        let windows = emit.setting(k.id, "windows");
        let panes = |name: Ident| Kept {
            name,
            ty: quote!(p::Panes<#key, #state>),
            value: quote!(p::Panes::new(self.#windows)),
        };
        let mut kept = vec![panes(windows.clone())];
        kept.extend(k.combines().then(|| panes(emit.setting(k.id, "partials"))));
        kept
    }

    fn take(&self, emit: &Emit<'p>, k: &Keyed<'p>) -> TokenStream {
        let (windows, late_row) = (emit.setting(k.id, "windows"), emit.function(k.id, "late_row"));
        let added_at = if emit.plan.node(k.id).takes_time { quote!(at) } else { quote!(p::NO_TIME) };
        let kept_at = self.aggregates.takes_time().then(|| quote!(, at));
        let update = quote!(|kept| kept.add(add #kept_at));
        if emit.plan.node(k.id).late_readers.is_empty() {
            return quote! {
                let missed = self.#windows.add(by, #added_at, #update, |_| {});
                out.late(missed);
            };
        }
        let handed = emit.hand_on(Stream::Late(k.id), &quote!(&row), &quote!(&p::Tag::Late(tag, end)));
        quote! {
            let mut ends = Vec::new();
            let missed = self.#windows.add(by, #added_at, #update, |end| ends.push(end));
            out.late(missed);
            for end in ends {
                let start = p::window_start(&self.program.#windows, end).0;
                let row = self.program.#late_row(add, start, end);
                #handed
            }
        }
    }

    fn release(&self, emit: &Emit<'p>, k: &Keyed<'p>) -> Option<TokenStream> {
        let (windows, after) = (emit.setting(k.id, "windows"), emit.function(k.id, "after"));
        let at = if self.by_time { quote!(end.saturating_sub(1)) } else { quote!(p::NO_TIME) };
        let tag = emit.released_tag(k);
        let released = emit.released(k, &quote!(self.program.#after(end, key, kept)), &at);
        Some(quote! {
            let mut windows = self.#windows.take();
            windows.release(watermark, |end, key, kept| {
                let tag = #tag;
                #released
            });
            self.#windows = windows;
        })
    }
}

impl<'p> Panes<'p> {
    fn after_function(&self, emit: &Emit<'p>, k: &Keyed<'p>) -> TokenStream {
        let mut steps = Steps::new(emit, Vec::new());
        let windows = emit.setting(k.id, "windows");
        let bounds = [quote!(p::window_start(&self.#windows, end)), quote!(p::Timestamp(end))];
        let bounds = bounds.map(|bound| Place::lent(bound, &Type::Timestamp));
        self.aggregates.leave(emit, k, if self.by_time { &bounds } else { &[] }, &mut steps);
        let (key, state) = (emit.type_name(k.id, "Key"), emit.type_name(k.id, "State"));
        let parameters = quote!(end: i64, key: &'a #key, kept: &'a #state);
        emit.after_function(k, "behind its window", &parameters, steps)
    }
}

/// The shape of windows on a grid, or of the one over everything.
pub(super) fn shape(emit: &Emit<'_>, node: &Node, kind: &WindowKind) -> TokenStream {
    let name = &node.name;
    let offset = |offset: &Option<Expr>| {
        offset.as_ref().map_or_else(|| quote!(p::Duration(0)), |offset| emit.constant(node, offset))
    };
    match kind {
        WindowKind::Tumbling { size, offset: written } => {
            let (size, offset) = (emit.constant(node, size), offset(written));
            quote!(p::in_range(#name, p::tumbling(#size, #offset))?)
        }
        WindowKind::Hopping { size, every, offset: written } => {
            let (size, every) = (emit.constant(node, size), emit.constant(node, every));
            let offset = offset(written);
            quote!(p::in_range(#name, p::hopping(#size, #every, #offset))?)
        }
        _ => quote!(p::Shape::All),
    }
}

/// The row of `.late` for a missed window.
pub(super) fn late_function(emit: &Emit<'_>, k: &Keyed<'_>) -> TokenStream {
    let doc = emit.from(&format!("A row that is too late for a window of `{}`", k.node.name), k.node.span);
    let row = emit.plan.topology.row(Stream::Late(k.id));
    let live = emit.plan.live(Stream::Late(k.id));
    let fields = row.iter().enumerate().zip(&live).filter(|(_, live)| **live).map(|((at, column), _)| {
        let name = field(&column.name);
        let value = match at {
            _ if at + 2 == row.len() => quote!(p::Timestamp(start)),
            _ if at + 1 == row.len() => quote!(p::Timestamp(end)),
            _ => {
                let crossed = k.in_add(at);
                quote!(p::lend(&#crossed))
            }
        };
        quote!(#name: #value)
    });
    let (name, late) = (emit.function(k.id, "late_row"), emit.type_name(k.id, "Late"));
    let ty = emit.stream_type(Stream::Late(k.id), &quote!('a));
    let (lifetime, _) = lifetimes(k.borrows());
    let add = emit.type_name(k.id, "Add");
    quote! {
        #doc
        fn #name<'a>(&'a self, add: &'a #add #lifetime, start: i64, end: i64) -> #ty {
            #late { #(#fields,)* }
        }
    }
}

/// A row into the partial aggregates of this worker.
pub(in crate::rust) fn combine(emit: &Emit<'_>, k: &Keyed<'_>) -> TokenStream {
    let (partials, by) = (emit.setting(k.id, "partials"), k.hashed(&quote!(&add.by)));
    let at = if emit.plan.node(k.id).takes_time { quote!(at) } else { quote!(p::NO_TIME) };
    quote! {
        self.#partials.add(#by, #at, |kept| kept.add(add), |_| {});
    }
}

/// Sends the partial aggregates of this worker to the owners of their keys.
pub(in crate::rust) fn send_partials(emit: &Emit<'_>, k: &Keyed<'_>, index: usize) -> TokenStream {
    let (partials, exchange) = (emit.setting(k.id, "partials"), emit.exchange_to(index));
    let keys = k.key_fields();
    let hash = if k.is_spread() { quote!(hash) } else { quote!(_) };
    let (receiver, put_head) = (k.receiver(), k.put_head(Some(&format_ident!("start"))));
    let key = if keys.is_empty() { quote!(_) } else { quote!(key) };
    quote! {
        let exchange = #exchange;
        self.#partials.drain(|start, #hash, #key, kept| {
            let part = out.part(exchange, #receiver, phase, tag);
            #put_head
            #(p::put(&key.#keys, part);)*
            kept.encode(part);
        });
    }
}

/// Reads a partial aggregate and merges it.
pub(in crate::rust) fn read_partial(emit: &Emit<'_>, k: &Keyed<'_>) -> TokenStream {
    let (by, state) = (emit.type_name(k.id, "By"), emit.type_name(k.id, "State"));
    let windows = emit.setting(k.id, "windows");
    let (take_head, by_key) = (k.take_head(Some(&format_ident!("start"))), k.hashed(&quote!(&key)));
    quote! {
        #take_head
        let key = #by::take(&mut reader);
        let partial = #state::decode(&mut reader);
        let merge = |kept: &mut #state| p::aggregate::Merge::merge(kept, &partial);
        let missed = self.#windows.add(#by_key, start, merge, |_| {});
        out.late(missed * partial.rows_taken_in as u64);
    }
}
