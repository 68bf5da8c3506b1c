//! Windows with a row for each tuple: trailing ones, by time or by rows, and running ones.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use streamwright_dsl::topology::{Node, NodeId, Stream, Window, WindowKind};

use super::aggregates::Aggregates;
use super::{Kept, State, panes};
use crate::plan::KeyedPlan;
use crate::rust::Emit;
use crate::rust::keyed::{Brought, Keyed};
use crate::rust::names::Names;
use crate::rust::place::Place;
use crate::rust::start::Setting;
use crate::rust::steps::Steps;

/// A window with a row for each tuple.
pub(super) struct ByTuple<'p> {
    window: &'p Window,
    aggregates: Aggregates<'p>,
}

impl<'p> ByTuple<'p> {
    pub(super) fn new(node: &Node, plan: &KeyedPlan, window: &'p Window, taken: &mut Names) -> ByTuple<'p> {
        ByTuple { window, aggregates: Aggregates::new(node, plan, window, taken) }
    }
}

impl<'p> State<'p> for ByTuple<'p> {
    fn brought(&self) -> Vec<Brought> {
        self.aggregates.brought()
    }

    fn bring(&self, _: &Emit<'p>, k: &Keyed<'p>, steps: &mut Steps<'_, 'p>) -> Vec<(Ident, Place)> {
        self.aggregates.bring(k, steps)
    }

    fn guard(&self, emit: &Emit<'p>, k: &Keyed<'p>) -> Option<TokenStream> {
        let length = emit.setting(k.id, "length");
        let in_time = matches!(self.window.kind, WindowKind::Trailing(_));
        in_time.then(|| quote!(p::check_fits(at.checked_sub(self.#length).is_some(), at)?;))
    }

    fn types(&self, emit: &Emit<'p>, k: &Keyed<'p>) -> TokenStream {
        self.aggregates.state(emit, k)
    }

    fn functions(&self, emit: &Emit<'p>, k: &Keyed<'p>) -> TokenStream {
        let doc = emit.from(&format!("`{}` from its window on", k.node.name), k.step.span);
        let mut steps = Steps::new(emit, Vec::new());
        self.aggregates.leave_with_row(emit, k, &mut steps);
        steps.keep(&emit.plan.node(k.id).live[k.plan.step + 1]);
        steps.run(k.id, k.plan.step + 1..k.node.steps.len());
        let built = steps.build(&emit.type_name(k.id, ""), k.node.exit());
        let statements = &steps.statements;
        let (name, row) = (emit.function(k.id, "after"), emit.stream_type(Stream::Main(k.id), &quote!('a)));
        let (add, state) = (emit.add_type(k), emit.type_name(k.id, "State"));
        let late = (!emit.plan.node(k.id).late_readers.is_empty()).then(|| panes::late_function(emit, k));
        quote! {
            #doc
            fn #name<'a>(&'a self, add: &'a #add, kept: &'a #state) -> Result<Option<#row>, p::Failed> {
                #(#statements)*
                Ok(Some(#built))
            }
            #late
        }
    }

    fn settings(&self, emit: &Emit<'p>, id: NodeId, node: &Node) -> Vec<Setting> {
        let name = &node.name;
        let value = match &self.window.kind {
            WindowKind::TrailingRows(rows) => {
                let rows = emit.constant(node, rows);
                quote!(p::in_range(#name, p::dataflow::window_rows(#rows))?)
            }
            WindowKind::Trailing(size) => {
                let size = emit.constant(node, size);
                quote!(p::in_range(#name, p::dataflow::window_size(#size))?)
            }
            WindowKind::Running { lasts: Some(lasts) } => {
                let lasts = emit.constant(node, lasts);
                quote!(p::in_range(#name, p::dataflow::positive("for", #lasts))?)
            }
            _ => quote!(i64::MAX),
        };
        vec![emit.one(id, "length", quote!(i64), value)]
    }

    fn kept(&self, emit: &Emit<'p>, k: &Keyed<'p>) -> Vec<Kept> {
        let (key, state) = (emit.type_name(k.id, "Key"), emit.type_name(k.id, "State"));
        let (name, length) = (emit.setting(k.id, "windows"), emit.setting(k.id, "length"));
        let (ty, value) = match &self.window.kind {
            WindowKind::TrailingRows(_) => {
                (quote!(p::Last<#key, #state>), quote!(p::Last::new(self.#length as usize)))
            }
            WindowKind::Trailing(_) => {
                (quote!(p::Trailing<#key, #state>), quote!(p::Trailing::new(self.#length)))
            }
            _ => (quote!(p::Running<#key, #state>), quote!(p::Running::new(self.#length))),
        };
        vec![Kept { name, ty, value }]
    }

    fn take(&self, emit: &Emit<'p>, k: &Keyed<'p>) -> TokenStream {
        let (windows, after) = (emit.setting(k.id, "windows"), emit.function(k.id, "after"));
        let taken_at = self.aggregates.takes_time().then(|| quote!(, at));
        let update = quote!(|kept| kept.add(add #taken_at));
        let passed = emit.passed_on(k, &quote!(self.program.#after(add, kept)));
        let at = if emit.plan.node(k.id).takes_time { quote!(at) } else { quote!(p::NO_TIME) };
        let added = match &self.window.kind {
            WindowKind::TrailingRows(_) => quote!(windows.add(by, #update, |_, kept| { #passed });),
            WindowKind::Trailing(_) if emit.plan.node(k.id).late_readers.is_empty() => quote! {
                let missed = windows.add(by, at, #update, |_, kept| { #passed }, |_, _| {});
                out.late(missed);
            },
            WindowKind::Trailing(_) => {
                let late_row = emit.function(k.id, "late_row");
                let handed =
                    emit.hand_on(Stream::Late(k.id), &quote!(&row), &quote!(&p::Tag::Late(tag, end)));
                quote! {
                    let mut late = None;
                    let missed = windows
                        .add(by, at, #update, |_, kept| { #passed }, |start, end| late = Some((start, end)));
                    out.late(missed);
                    if let Some((start, end)) = late {
                        let row = self.program.#late_row(add, start, end);
                        #handed
                    }
                }
            }
            _ => quote!(windows.add(by, #at, #update, |_, kept| { #passed });),
        };
        quote! {
            let mut windows = self.#windows.take();
            #added
            self.#windows = windows;
        }
    }

    fn release(&self, emit: &Emit<'p>, k: &Keyed<'p>) -> Option<TokenStream> {
        let windows = emit.setting(k.id, "windows");
        self.window.kind.in_time().then(|| {
            quote! {
                let _ = (item, out);
                self.#windows.release(watermark);
            }
        })
    }
}
