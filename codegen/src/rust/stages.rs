//! The worker's state, and how the runtime drives it: over a root of the source, over a root of a keyed stage.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::Emit;
use super::windows::Windowed;
use crate::plan::{Routing, Tags};

impl Emit<'_> {
    /// The state of a worker.
    pub(super) fn worker_state(&self) -> TokenStream {
        let windows: Vec<Windowed<'_>> =
            (0..self.plan.windows.len()).filter_map(|at| self.windowed(at)).collect();
        let fields = windows.iter().flat_map(|w| self.state_fields(w));
        let stage = self.names_stage().then(|| quote!(stage: usize,));
        quote! {
            /// One worker's share of the state.
            struct Worker<'p> {
                program: &'p Program,
                #stage
                #(#fields,)*
            }
        }
    }

    /// Whether the worker has to know which stage runs: a window is fed by several.
    fn names_stage(&self) -> bool {
        self.plan.windows.iter().any(|window| self.plan.node(window.node).fed_by.len() > 1)
    }

    fn state_fields(&self, w: &Windowed<'_>) -> Vec<TokenStream> {
        self.state_parts(w).into_iter().map(|(name, ty, _)| quote!(#name: #ty)).collect()
    }

    /// What the worker keeps for a window: name, type, and how it begins.
    fn state_parts(&self, w: &Windowed<'_>) -> Vec<(Ident, TokenStream, TokenStream)> {
        let (key, state) = (self.type_name(w.id, "Key"), self.type_name(w.id, "State"));
        let windows = self.setting(w.id, "windows");
        let panes = (quote!(p::Panes<#key, #state>), quote!(p::Panes::new(self.#windows)));
        let mut parts = vec![(windows, panes.0.clone(), panes.1.clone())];
        if self.tags(w) == Tags::Always {
            parts.push((self.setting(w.id, "rows"), quote!(p::Part), quote!(p::Part::new(true))));
        }
        if w.combines() {
            parts.push((self.setting(w.id, "partials"), panes.0, panes.1));
        }
        if w.plan.counts_rows {
            let inputs = Literal::usize_unsuffixed(w.node.inputs.len());
            parts.push((self.setting(w.id, "counts"), quote!([u32; #inputs]), quote!([0; #inputs])));
        }
        parts
    }

    /// A new worker, as `Program` makes it.
    pub(super) fn new_worker(&self) -> TokenStream {
        let windows: Vec<Windowed<'_>> =
            (0..self.plan.windows.len()).filter_map(|at| self.windowed(at)).collect();
        let fields =
            windows.iter().flat_map(|w| self.state_parts(w)).map(|(name, _, value)| quote!(#name: #value));
        let stage = self.names_stage().then(|| quote!(stage: 0,));
        quote!(Box::new(Worker { program: self, #stage #(#fields,)* }))
    }

    /// How the runtime drives a worker.
    pub(super) fn worker_impl(&self) -> TokenStream {
        let source = self.source_method();
        let stage = self.stage_method();
        let letters = self.letters_method();
        quote! {
            impl p::Worker for Worker<'_> {
                #source
                #stage
                #letters
            }
        }
    }

    fn source_method(&self) -> TokenStream {
        let calls: Vec<Ident> = self.plan.spouts.iter().map(|id| self.function(*id, "")).collect();
        let Some((last, others)) = calls.split_last() else { return TokenStream::new() };
        let numbers = (0..others.len()).map(Literal::usize_unsuffixed);
        let dispatch = if others.is_empty() {
            quote!(self.#last(&item, root, out);)
        } else {
            quote! {
                match item.spout {
                    #(#numbers => self.#others(&item, root, out),)*
                    _ => self.#last(&item, root, out),
                }
            }
        };
        let stage = self.names_stage().then(|| quote!(self.stage = 0;));
        let (alone, end_alone) = self.moved_alone();
        let combines = self.combines_in(0);
        let moved = match (alone.is_empty(), combines) {
            (true, _) => quote!(root.moved(out);),
            (false, false) => quote! {
                if let Some(moved) = root.moved(out) && alone { #alone }
            },
            (false, true) => quote! {
                if let Some(moved) = root.moved(out) {
                    if alone { #alone } else { self.combine(p::Phase::Tuple, moved.item(), out); }
                }
            },
        };
        let end_alone = (!end_alone.is_empty()).then(|| quote!(if alone { #end_alone }));
        let end = combines.then(|| {
            quote!(if !alone {
                self.combine(p::Phase::Tuple, root.index(), out);
            })
        });
        let needs_alone = !alone.is_empty();
        let alone = needs_alone.then(|| quote!(let alone = root.alone();));
        quote! {
            fn source(&mut self, root: &mut p::SourceRoot<'_>, out: &mut p::Outbox) {
                #stage
                #alone
                while let Some(item) = root.next() {
                    if !matches!(item.payload, p::Payload::End) {
                        #dispatch
                    }
                    #moved
                }
                #end_alone
                #end
            }
        }
    }

    /// Alone: what happens when the watermarks have moved, and at the end of a root that did not move them.
    fn moved_alone(&self) -> (TokenStream, TokenStream) {
        let windows: Vec<Windowed<'_>> =
            (0..self.plan.windows.len()).filter_map(|at| self.windowed(at)).collect();
        let settles: Vec<Ident> = windows
            .iter()
            .filter(|w| self.tags(w) == Tags::Always)
            .map(|w| self.function(w.id, "settle"))
            .collect();
        let settle = quote!(#(self.#settles(p::Phase::Tuple, out);)*);
        let releases = windows.iter().map(|w| {
            let release = self.function(w.id, "release");
            let watermark = self.watermark(w, &quote!(moved));
            let settle = (self.tags(w) == Tags::Always).then(|| {
                let settle = self.function(w.id, "settle");
                quote!(self.#settle(p::Phase::Release, out);)
            });
            quote! {
                #settle
                self.#release(#watermark, moved.item(), out);
            }
        });
        (quote!(#settle #(#releases)*), settle)
    }

    /// The smallest watermark of a window's spouts.
    fn watermark(&self, w: &Windowed<'_>, of: &TokenStream) -> TokenStream {
        let spouts = w.node.spouts.iter().map(|spout| {
            let spout = Literal::usize_unsuffixed(self.spout_index(*spout));
            quote!(#of.watermark(#spout))
        });
        spouts.reduce(|one, other| quote!(#one.min(#other))).unwrap_or_else(|| quote!(i64::MAX))
    }

    /// With workers: the partial aggregates of a segment and phase, to the owners of their keys.
    pub(super) fn combine_method(&self) -> Option<TokenStream> {
        let sends = (0..self.plan.windows.len()).filter_map(|index| {
            let w = self.windowed(index).filter(Windowed::combines)?;
            let (partials, exchange) = (self.setting(w.id, "partials"), self.exchange_to(index));
            let keys = w.key_fields();
            let (hash, receiver) = match w.plan.routing {
                Routing::Hash => (quote!(hash), quote!(p::receiver(hash, out.workers()))),
                Routing::One => (quote!(_), quote!(0)),
            };
            let key = if w.window.keys.is_empty() { quote!(_) } else { quote!(key) };
            Some(quote! {
                let exchange = #exchange;
                self.#partials.drain(|start, #hash, #key, kept| {
                    let part = out.part(exchange, #receiver, phase, tag);
                    p::put(&start, part);
                    #(p::put(&key.#keys, part);)*
                    kept.encode(part);
                });
            })
        });
        let sends: Vec<TokenStream> = sends.collect();
        (!sends.is_empty()).then(|| {
            quote! {
                /// Sends what was combined of a segment.
                fn combine(&mut self, phase: p::Phase, item: u32, out: &mut p::Outbox) {
                    let tag = &p::Tag::Item(item);
                    #(#sends)*
                }
            }
        })
    }

    fn stage_method(&self) -> Option<TokenStream> {
        if self.plan.windows.is_empty() {
            return None;
        }
        let arms = (0..self.plan.windows.len()).filter_map(|index| {
            let w = self.windowed(index)?;
            let (arrive, release) = (self.function(w.id, "arrive"), self.function(w.id, "release"));
            let watermark = self.watermark(&w, &quote!(segment));
            let number = Literal::usize_unsuffixed(index);
            let pattern = if index + 1 == self.plan.windows.len() { quote!(_) } else { quote!(#number) };
            let combines = self.combines_in(index + 1);
            let tuples = combines.then(|| quote!(self.combine(p::Phase::Tuple, segment.last_item, out);));
            let released = combines.then(|| quote!(self.combine(p::Phase::Release, segment.last_item, out);));
            Some(quote! {
                #pattern => for segment in root.segments() {
                    self.#arrive(root, segment, p::Phase::Tuple, out);
                    #tuples
                    if segment.closed {
                        self.#arrive(root, segment, p::Phase::Release, out);
                        self.#release(#watermark, segment.last_item, out);
                        #released
                    }
                }
            })
        });
        let set = self.names_stage().then(|| quote!(self.stage = stage + 1;));
        Some(quote! {
            fn stage(&mut self, stage: usize, root: &p::StageRoot<'_>, out: &mut p::Outbox) {
                #set
                match stage { #(#arms)* }
            }
        })
    }

    /// Whether a stage makes partial aggregates.
    fn combines_in(&self, stage: usize) -> bool {
        let fed = |window: &&crate::plan::WindowPlan| self.plan.node(window.node).fed_by.contains(&stage);
        self.plan
            .windows
            .iter()
            .filter(fed)
            .any(|window| matches!(window.combine, crate::plan::Combine::Yes(_)))
    }
}
