//! Nodes with state: rows on their way to the owner of their key, what they bring along, and how they are taken in there.
//!
//! This is the same for all kinds of state; what a kind does with a row, and what it releases, is in `state`.

use std::collections::BTreeMap;

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use streamwright_dsl::topology::{Column, Node, NodeId, Step};

use super::Emit;
use super::names::{Names, field};
use super::state::{self, State};
use super::types;
use crate::plan::{Combine, KeyedPlan, Routing, Tags};

mod arrive;
mod before;
mod enter;
mod partner;
mod parts;

pub(super) use partner::Partner;

/// A node with state, taken apart for printing.
pub(super) struct Keyed<'p> {
    pub(super) id: NodeId,
    pub(super) node: &'p Node,
    pub(super) plan: &'p KeyedPlan,
    /// The stateful step.
    pub(super) step: &'p Step,
    /// What its kind prints.
    pub(super) state: Box<dyn State<'p> + 'p>,
    /// The row before that step.
    pub(super) before: &'p [Column],
    /// The fields of the keys and of the columns that cross as they are.
    columns: BTreeMap<usize, Ident>,
    /// The field of the task, where tasks show.
    pub(super) task: Option<Ident>,
    /// What it joins or looks up.
    pub(super) partner: Option<Partner<'p>>,
}

/// A field of what a row brings to its state.
pub(super) struct Brought {
    pub(super) name: Ident,
    pub(super) ty: TokenStream,
    /// Whether the type has a lifetime.
    pub(super) borrows: bool,
}

impl Keyed<'_> {
    /// The field of a key, or of a column that crosses as it is.
    pub(super) fn field(&self, column: usize) -> Ident {
        self.columns.get(&column).cloned().unwrap_or_else(|| field(&self.before[column].name))
    }

    pub(super) fn key_fields(&self) -> Vec<Ident> {
        self.plan.keys.iter().map(|key| self.field(*key)).collect()
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &Column> {
        self.plan.keys.iter().map(|key| &self.before[*key])
    }

    /// The columns that cross as they are and are no keys.
    pub(super) fn carried(&self) -> impl Iterator<Item = usize> {
        self.plan.carried.iter().copied().filter(|column| !self.plan.keys.contains(column))
    }

    /// Where a column that crosses is in `add`.
    pub(super) fn in_add(&self, column: usize) -> TokenStream {
        let name = self.field(column);
        if self.plan.keys.contains(&column) { quote!(add.by.#name) } else { quote!(add.#name) }
    }

    /// All that a row brings beside its keys, in the order of the fields.
    fn brought(&self) -> Vec<Brought> {
        let mut brought = self.state.brought();
        brought.extend(self.carried().map(|column| {
            let ty = &self.before[column].ty;
            Brought { name: self.field(column), ty: types::column(ty), borrows: types::may_borrow(ty) }
        }));
        brought
    }

    fn borrows_key(&self) -> bool {
        self.keys().any(|key| types::may_borrow(&key.ty))
    }

    pub(super) fn borrows(&self) -> bool {
        self.borrows_key() || self.brought().iter().any(|brought| brought.borrows)
    }

    pub(super) fn combines(&self) -> bool {
        matches!(self.plan.combine, Combine::Yes(_))
    }

    /// Whether a key's owner is found by its hash. Then `hash` is known wherever a row is taken in, and crosses with it.
    pub(super) fn is_spread(&self) -> bool {
        matches!(self.plan.routing, Routing::Hash)
    }

    /// A key that is lent, beside `hash` where that is known.
    pub(super) fn hashed(&self, key: &TokenStream) -> TokenStream {
        if self.is_spread() { quote!(&p::Hashed(hash, #key)) } else { key.clone() }
    }

    fn hash_parameter(&self) -> Option<TokenStream> {
        self.is_spread().then(|| quote!(, hash: p::KeyHash))
    }

    fn hash_argument(&self) -> Option<TokenStream> {
        self.is_spread().then(|| quote!(, hash))
    }

    /// Of a key that is lent, on the way to its owner.
    fn find_hash(&self, key: &TokenStream) -> Option<TokenStream> {
        self.is_spread().then(|| quote!(let hash = p::KeyRef::hash(#key);))
    }

    /// Writes what a row begins with: the hash of its key and the time `at`, those of them that it has.
    pub(super) fn put_head(&self, at: Option<&Ident>) -> Option<TokenStream> {
        self.head(at).map(|head| quote!(p::put(&#head, part);))
    }

    /// Reads it back.
    pub(super) fn take_head(&self, at: Option<&Ident>) -> Option<TokenStream> {
        self.head(at).map(|head| quote!(let #head = p::take(&mut reader);))
    }

    fn head(&self, at: Option<&Ident>) -> Option<TokenStream> {
        match (self.is_spread(), at) {
            (true, Some(at)) => Some(quote!(p::Head(hash, #at))),
            (true, None) => Some(quote!(hash)),
            (false, at) => at.map(ToTokens::to_token_stream),
        }
    }

    /// The worker that owns `hash`, or all rows.
    pub(super) fn receiver(&self) -> TokenStream {
        if self.is_spread() { quote!(p::receiver(hash, out.workers())) } else { quote!(0) }
    }
}

impl<'p> Emit<'p> {
    /// A node with state, taken apart.
    pub(super) fn keyed(&self, index: usize) -> Option<Keyed<'p>> {
        let plan = &self.plan.keyed[index];
        let node = self.plan.topology.node(plan.node);
        let (step, before) = (&node.steps[plan.step], node.before(plan.step));
        let mut taken = Names::fields();
        let columns = plan.keys.iter().chain(&plan.carried);
        let columns =
            columns.map(|column| (*column, taken.give(&format!("column {column}"), &before[*column].name)));
        let columns = columns.collect();
        let state = state::of(node, plan, &mut taken)?;
        let task = (node.tasks > 1).then(|| taken.give("task number", "task"));
        let partner = Partner::of(self.plan, plan.node, &plan.partner_carried);
        Some(Keyed { id: plan.node, node, plan, step, state, before, columns, task, partner })
    }

    /// All of them, in the order of the plan.
    pub(super) fn all_keyed(&self) -> impl Iterator<Item = Keyed<'p>> {
        (0..self.plan.keyed.len()).filter_map(|index| self.keyed(index))
    }

    /// The types of all nodes with state.
    pub(super) fn keyed_types(&self) -> TokenStream {
        let types = self.all_keyed().map(|k| {
            let parts = [self.key(&k), self.addition(&k), k.state.types(self, &k)];
            let partner = self.partner_row(&k);
            quote!(#(#parts)* #partner)
        });
        quote!(#(#types)*)
    }

    /// What the program computes for one of them.
    pub(super) fn keyed_functions(&self, index: usize) -> TokenStream {
        let Some(k) = self.keyed(index) else { return TokenStream::new() };
        let (before, others) = (self.before_function(&k), k.state.functions(self, &k));
        quote!(#before #others)
    }

    /// Everything that the worker does for one of them.
    pub(super) fn keyed_methods(&self, index: usize) -> TokenStream {
        let Some(k) = self.keyed(index) else { return TokenStream::new() };
        let release = self.release_method(&k);
        let parts = [
            self.enter_method(&k),
            self.send_method(&k, index),
            self.take_method(&k),
            self.arrive_method(&k, index),
        ];
        let partner = self.partner_methods(&k, index);
        quote!(#(#parts)* #partner #release)
    }

    /// When its rows carry tags.
    pub(super) fn tags(&self, k: &Keyed<'_>) -> Tags {
        self.plan.node(k.id).tags
    }

    /// A row that waits, from or to what it adds and its time; its type from theirs.
    pub(super) fn waiting(&self, k: &Keyed<'p>, add: &TokenStream, at: &TokenStream) -> TokenStream {
        if self.plan.node(k.id).takes_time { quote!((#add, #at)) } else { add.clone() }
    }

    /// `'_` where what a row adds borrows from it.
    pub(super) fn add_type(&self, k: &Keyed<'_>) -> TokenStream {
        let add = self.type_name(k.id, "Add");
        let (_, elided) = lifetimes(k.borrows());
        quote!(#add #elided)
    }
}

/// `<'a>` and `<'_>`, or nothing.
pub(super) fn lifetimes(borrows: bool) -> (Option<TokenStream>, Option<TokenStream>) {
    (borrows.then(|| quote!(<'a>)), borrows.then(|| quote!(<'_>)))
}
