//! The worker's state, and how the runtime drives it: over a root of the source, over a root of a keyed stage.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use streamwright_dsl::topology::NodeId;

use super::Emit;
use super::keyed::Keyed;
use super::state::{Kept, panes};
use crate::plan::Tags;

impl<'p> Emit<'p> {
    /// The state of a worker.
    pub(super) fn worker_state(&self) -> TokenStream {
        let fields = self.worker_fields().map(|Kept { name, ty, .. }| quote!(#name: #ty));
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

    /// What a worker keeps for all nodes.
    fn worker_fields(&self) -> impl Iterator<Item = Kept> {
        self.usual_lines(self.unread()).into_iter().chain(self.all_keyed().flat_map(|k| self.kept(&k)))
    }

    /// The spouts whose tuples it reads itself.
    fn unread(&self) -> impl Iterator<Item = &NodeId> {
        self.plan.spouts.iter().filter(|id| !self.plan.hands_rows(**id))
    }

    /// Whether the worker has to know which stage runs: a window is fed by several.
    fn names_stage(&self) -> bool {
        self.plan.keyed.iter().any(|keyed| self.plan.node(keyed.node).fed_by.len() > 1)
    }

    /// What the worker keeps for a node: its state, and what its rows need on their way there.
    fn kept(&self, k: &Keyed<'p>) -> Vec<Kept> {
        let mut kept = k.state.kept(self, k);
        if self.tags(k) == Tags::Always {
            let (name, ty) = (self.setting(k.id, "rows"), quote!(p::Part));
            kept.push(Kept { name, ty, value: quote!(p::Part::new(true)) });
        }
        if k.plan.waits {
            let (name, row) = (self.setting(k.id, "rows"), self.waiting(k, &self.add_type(k), &quote!(i64)));
            kept.push(Kept { name, ty: quote!(Vec<#row>), value: quote!(Vec::with_capacity(p::AT_ONCE)) });
        }
        if k.plan.counts_rows {
            let inputs = Literal::usize_unsuffixed(k.node.inputs.len());
            let (name, ty) = (self.setting(k.id, "counts"), quote!([u32; #inputs]));
            kept.push(Kept { name, ty, value: quote!([0; #inputs]) });
        }
        kept
    }

    /// A new worker, as `Program` makes it.
    pub(super) fn new_worker(&self) -> TokenStream {
        let fields = self.worker_fields().map(|Kept { name, value, .. }| quote!(#name: #value));
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
        let (item, dispatch) = match self.plan.spouts.as_slice() {
            [] => return TokenStream::new(),
            [only] => self.items_of_one(*only),
            several => (quote!(Some(item) = root.next()), self.dispatch(several)),
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
                    if alone {
                        #alone
                    } else {
                        self.combine(moved.classes(), p::Phase::Tuple, moved.item(), out);
                    }
                }
            },
        };
        let end_alone = (!end_alone.is_empty()).then(|| quote!(if alone { #end_alone }));
        let end = combines.then(|| {
            quote!(if !alone {
                self.combine(u64::MAX, p::Phase::Tuple, root.index(), out);
            })
        });
        let needs_alone = !alone.is_empty();
        let alone = needs_alone.then(|| quote!(let alone = root.alone();));
        quote! {
            fn source(&mut self, root: &mut p::SourceRoot<'_>, out: &mut p::Outbox) {
                #stage
                #alone
                while let #item {
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

    /// The next item of the only spout, and who takes it.
    fn items_of_one(&self, id: NodeId) -> (TokenStream, TokenStream) {
        let call = self.function(id, "");
        match self.read_in_one_pass(id) {
            Some(read) => (
                quote!(Some((item, read)) = root.next_read(#read)),
                quote!(self.#call(&item, read, root, out);),
            ),
            None => (quote!(Some(item) = root.next()), quote!(self.#call(&item, root, out);)),
        }
    }

    /// Which spout's function takes an item.
    fn dispatch(&self, spouts: &[NodeId]) -> TokenStream {
        let arms = spouts.iter().enumerate().map(|(at, id)| {
            let (at, call) = (Literal::usize_unsuffixed(at), self.function(*id, ""));
            let number =
                if at.to_string() == (spouts.len() - 1).to_string() { quote!(_) } else { quote!(#at) };
            match self.read_in_one_pass(*id).filter(|_| !self.plan.hands_rows(*id)) {
                Some(read) => quote! {
                    #number => {
                        let read = p::read_whole(&item.payload, #read);
                        self.#call(&item, read, root, out)
                    }
                },
                None => quote!(#number => self.#call(&item, root, out),),
            }
        });
        quote!(match item.spout { #(#arms)* })
    }

    /// Alone: what happens when the watermarks have moved, and at the end of a root that did not move them.
    fn moved_alone(&self) -> (TokenStream, TokenStream) {
        let keyed: Vec<Keyed<'_>> = self.all_keyed().collect();
        let settle = |k: &Keyed<'p>, phase: &TokenStream| {
            let settle = self.function(k.id, "settle");
            (self.tags(k) == Tags::Always).then(|| quote!(self.#settle(p::Phase::#phase, out);))
        };
        let waiting = |k: &Keyed<'p>| {
            let settle = self.function(k.id, "settle");
            k.plan.waits.then(|| quote!(self.#settle(out);))
        };
        let settled = || keyed.iter().filter_map(|k| Some((k, settle(k, &quote!(Tuple))?)));
        let settles: TokenStream =
            settled().map(|(k, settled)| self.where_cut(k, &quote!(moved.classes()), settled)).collect();
        let releases = keyed.iter().filter_map(|k| {
            let settled = settle(k, &quote!(Release)).or_else(|| waiting(k));
            let released = self.release_call(k, &quote!(moved), &quote!(moved.item()));
            let due = settled.is_some() || released.is_some();
            due.then(|| self.where_cut(k, &quote!(moved.classes()), quote!(#settled #released)))
        });
        let end = settled().map(|(_, settled)| settled).chain(keyed.iter().filter_map(waiting));
        (quote!(#settles #(#releases)*), end.collect())
    }

    /// What is done for a node only where its class is among those that are cut.
    fn where_cut(&self, k: &Keyed<'_>, classes: &TokenStream, done: TokenStream) -> TokenStream {
        if self.plan.keyed.iter().all(|other| other.class == k.plan.class) {
            return done;
        }
        let own = bits([k.plan.class]);
        quote!(if #classes & #own != 0 { #done })
    }

    /// Releases what is due in a state of which something ever is.
    fn release_call(&self, k: &Keyed<'p>, of: &TokenStream, item: &TokenStream) -> Option<TokenStream> {
        k.state.release(self, k)?;
        let (release, watermark) = (self.function(k.id, "release"), self.watermark(k, of));
        Some(quote!(self.#release(#watermark, #item, out);))
    }

    /// The smallest watermark of a node's spouts, less what rows are held back before it.
    fn watermark(&self, k: &Keyed<'_>, of: &TokenStream) -> TokenStream {
        let spouts = k.node.spouts.iter().map(|spout| {
            let spout = Literal::usize_unsuffixed(self.spout_index(*spout));
            quote!(#of.watermark(#spout))
        });
        let smallest = spouts.reduce(|one, other| quote!(#one.min(#other)));
        let smallest = smallest.unwrap_or_else(|| quote!(i64::MAX));
        if !self.is_held_back(k.id) {
            return smallest;
        }
        let held = self.setting(k.id, "held");
        quote!(p::held_back(#smallest, self.program.#held))
    }

    /// With workers: the partial aggregates of a segment and phase, to the owners of their keys.
    pub(super) fn combine_method(&self) -> Option<TokenStream> {
        let sends = (0..self.plan.keyed.len()).filter_map(|index| {
            let k = self.keyed(index).filter(Keyed::combines)?;
            Some(self.where_cut(&k, &quote!(classes), panes::send_partials(self, &k, index)))
        });
        let sends: Vec<TokenStream> = sends.collect();
        let first = self.plan.keyed.first().map(|keyed| keyed.class);
        let one_class = self.plan.keyed.iter().all(|keyed| Some(keyed.class) == first);
        let classes = if one_class { quote!(_) } else { quote!(classes) };
        (!sends.is_empty()).then(|| {
            quote! {
                /// Sends what was combined of a segment, for the classes that are cut behind it.
                fn combine(&mut self, #classes: u64, phase: p::Phase, item: u32, out: &mut p::Outbox) {
                    let tag = &p::Tag::Item(item);
                    #(#sends)*
                }
            }
        })
    }

    fn stage_method(&self) -> Option<TokenStream> {
        if self.plan.keyed.is_empty() {
            return None;
        }
        let arms = (0..self.plan.keyed.len()).filter_map(|index| {
            let k = self.keyed(index)?;
            let arrive = self.function(k.id, "arrive");
            let release = self.release_call(&k, &quote!(segment), &quote!(segment.last_item));
            let number = Literal::usize_unsuffixed(index);
            let pattern = if index + 1 == self.plan.keyed.len() { quote!(_) } else { quote!(#number) };
            let combines = self.combines_in(index + 1);
            let tuples = combines
                .then(|| quote!(self.combine(segment.classes, p::Phase::Tuple, segment.last_item, out);));
            let released = combines
                .then(|| quote!(self.combine(segment.classes, p::Phase::Release, segment.last_item, out);));
            Some(quote! {
                #pattern => for segment in root.segments() {
                    self.#arrive(root, segment, p::Phase::Tuple, out);
                    #tuples
                    if segment.closed {
                        self.#arrive(root, segment, p::Phase::Release, out);
                        #release
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
        let fed = |keyed: &&crate::plan::KeyedPlan| self.plan.node(keyed.node).fed_by.contains(&stage);
        self.plan.keyed.iter().filter(fed).any(|keyed| matches!(keyed.combine, crate::plan::Combine::Yes(_)))
    }
}

/// Classes of cuts, a bit each.
pub(super) fn bits(classes: impl IntoIterator<Item = usize>) -> Literal {
    Literal::u64_unsuffixed(classes.into_iter().fold(0, |bits, class| bits | 1 << class))
}
