//! Windowed bolts: the key, what a row adds, what a window keeps, and the functions before and behind the window.

use std::collections::BTreeMap;

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use streamwright_dsl::topology::{Aggregate, Column, Node, NodeId, Window, WindowKind};
use streamwright_values::Type;

use super::Emit;
use super::names::{self, field};
use super::types;
use crate::plan::{Combine, WindowPlan};

/// A windowed bolt, taken apart for printing.
pub(super) struct Windowed<'p> {
    pub(super) id: NodeId,
    pub(super) node: &'p Node,
    pub(super) plan: &'p WindowPlan,
    pub(super) window: &'p Window,
    /// The row before the window.
    pub(super) before: &'p [Column],
    /// The fields of its keys and of what `.late` shows, by their columns before the window.
    columns: BTreeMap<usize, Ident>,
    /// The fields of its aggregates.
    pub(super) aggregates: Vec<Ident>,
    /// The field of the task, where tasks show.
    pub(super) task: Option<Ident>,
}

impl Windowed<'_> {
    /// The field of a key, or of a column that `.late` shows.
    pub(super) fn field(&self, column: usize) -> Ident {
        self.columns.get(&column).cloned().unwrap_or_else(|| field(&self.before[column].name))
    }

    pub(super) fn key_fields(&self) -> Vec<Ident> {
        self.window.keys.iter().map(|key| self.field(*key)).collect()
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &Column> {
        self.window.keys.iter().map(|key| &self.before[*key])
    }

    /// Columns that `.late` shows and that are no keys.
    pub(super) fn late_columns(&self) -> impl Iterator<Item = usize> {
        self.plan.late_columns.iter().copied().filter(|column| !self.window.keys.contains(column))
    }

    fn borrows_key(&self) -> bool {
        self.keys().any(|key| types::has_lifetime(&key.ty))
    }

    pub(super) fn borrows(&self) -> bool {
        let mut arguments = self.window.aggregates.iter().flat_map(|aggregate| &aggregate.arguments);
        self.borrows_key()
            || arguments.any(|argument| types::has_lifetime(&held(&argument.ty)))
            || self.late_columns().any(|column| types::has_lifetime(&self.before[column].ty))
    }

    pub(super) fn combines(&self) -> bool {
        matches!(self.plan.combine, Combine::Yes(_))
    }

    /// Whether an aggregate asks for the rows' event times.
    pub(super) fn takes_time(&self) -> bool {
        self.window.aggregates.iter().any(|aggregate| aggregate.function.takes_time)
    }

    pub(super) fn by_time(&self) -> bool {
        !matches!(self.window.kind, WindowKind::All)
    }
}

/// As what an accumulator keeps values of this type: lists and records as bytes.
pub(super) fn held(ty: &Type) -> Type {
    if ty.is_nested() { Type::Bytes } else { ty.clone() }
}

/// The Rust type that an aggregate's accumulator has.
fn accumulator(aggregate: &Aggregate) -> TokenStream {
    let Ok(path) = syn::parse_str::<syn::Path>(aggregate.shape.accumulator) else {
        return quote!(compile_error!("an accumulator without a path"));
    };
    let kinds = aggregate.arguments.iter().map(|argument| types::owned(&held(&argument.ty)));
    let kinds = aggregate.shape.holds.then(|| quote!(<#(#kinds),*>));
    quote!(p::aggregate::#path #kinds)
}

/// What a row carries for an aggregate; nothing for a bare `count()`.
fn taken(aggregate: &Aggregate) -> Option<TokenStream> {
    let types: Vec<TokenStream> =
        aggregate.arguments.iter().map(|argument| types::column(&held(&argument.ty))).collect();
    let value = match types.as_slice() {
        [] => return aggregate.filter.is_some().then(|| quote!(bool)),
        [only] => only.clone(),
        several => quote!((#(#several),*)),
    };
    Some(if aggregate.filter.is_some() { quote!(Option<#value>) } else { value })
}

impl<'p> Emit<'p> {
    /// A windowed bolt, taken apart.
    pub(super) fn windowed(&self, index: usize) -> Option<Windowed<'p>> {
        let plan = &self.plan.windows[index];
        let node = self.plan.topology.node(plan.node);
        let (step, window) = node.window()?;
        let before = node.before(step);
        let mut taken = names::Names::fields();
        let columns = window.keys.iter().chain(&plan.late_columns);
        let columns =
            columns.map(|column| (*column, taken.give(&format!("column {column}"), &before[*column].name)));
        let columns = columns.collect();
        let known = node.steps[step].row.len() - window.aggregates.len();
        let aggregates = window.aggregates.iter().enumerate().map(|(at, aggregate)| {
            let wish = names::of_aggregate(node, step, known + at, aggregate);
            taken.give(&format!("aggregate {at}"), &wish)
        });
        let aggregates = aggregates.collect();
        let task = (node.tasks > 1).then(|| taken.give("task number", "task"));
        Some(Windowed { id: plan.node, node, plan, window, before, columns, aggregates, task })
    }

    /// The types of all windowed bolts.
    pub(super) fn windows(&self) -> TokenStream {
        let windows = (0..self.plan.windows.len()).filter_map(|index| {
            let windowed = self.windowed(index)?;
            let parts = [self.key(&windowed), self.addition(&windowed), self.state(&windowed)];
            Some(quote!(#(#parts)*))
        });
        quote!(#(#windows)*)
    }

    /// The key, borrowed from a row and kept.
    fn key(&self, w: &Windowed<'_>) -> TokenStream {
        let doc = self.from(&format!("What `{}` groups by", w.node.name), w.node.steps[w.plan.step].span);
        let (by, key) = (self.type_name(w.id, "By"), self.type_name(w.id, "Key"));
        let names = w.key_fields();
        let borrowed: Vec<TokenStream> = w.keys().map(|column| types::column(&column.ty)).collect();
        let kept: Vec<TokenStream> = w.keys().map(|column| types::owned(&column.ty)).collect();
        let (lifetime, elided) = lifetimes(w.borrows_key());
        let hashed = hashed(&names, w.task.as_ref());
        let task: Vec<&Ident> = w.task.iter().collect();
        quote! {
            #doc
            struct #by #lifetime { #(#names: #borrowed,)* #(#task: u32,)* }

            /// The same, kept.
            #[derive(PartialEq, Eq, PartialOrd, Ord)]
            struct #key { #(#names: #kept,)* #(#task: u32,)* }

            impl p::KeyRef<#key> for #by #elided {
                fn hash(&self) -> u64 {
                    p::hash(&#hashed)
                }
                fn is(&self, key: &#key) -> bool {
                    true #(&& p::is(&self.#names, &key.#names))* #(&& self.#task == key.#task)*
                }
                fn to_key(&self) -> #key {
                    #key { #(#names: p::keep(&self.#names),)* #(#task: self.#task,)* }
                }
            }

            impl p::KeyBytes for #key {
                fn key_bytes(&self, out: &mut Vec<u8>) {
                    #(p::key_bytes(&self.#names, out);)*
                }
            }
        }
    }

    /// What crosses an exchange for a row.
    fn addition(&self, w: &Windowed<'_>) -> TokenStream {
        let doc = self.from(&format!("What a row adds to `{}`", w.node.name), w.node.steps[w.plan.step].span);
        let (add, by) = (self.type_name(w.id, "Add"), self.type_name(w.id, "By"));
        let (lifetime, _) = lifetimes(w.borrows());
        let (key_lifetime, _) = lifetimes(w.borrows_key());
        let mut fields: Vec<(Ident, TokenStream)> = Vec::new();
        for (name, aggregate) in w.aggregates.iter().zip(&w.window.aggregates) {
            fields.extend(taken(aggregate).map(|ty| (name.clone(), ty)));
        }
        for column in w.late_columns() {
            fields.push((w.field(column), types::column(&w.before[column].ty)));
        }
        let (names, types): (Vec<Ident>, Vec<TokenStream>) = fields.into_iter().unzip();
        let wire = self.wire(w, &names);
        quote! {
            #doc
            struct #add #lifetime { by: #by #key_lifetime, #(#names: #types,)* }
            #wire
        }
    }

    /// How it is written into a part, and read back.
    fn wire(&self, w: &Windowed<'_>, names: &[Ident]) -> TokenStream {
        let (add, by) = (self.type_name(w.id, "Add"), self.type_name(w.id, "By"));
        let keys: Vec<Ident> = w.key_fields().into_iter().chain(w.task.clone()).collect();
        let (key_lifetime, _) = lifetimes(w.borrows_key());
        let (lifetime, _) = lifetimes(w.borrows());
        let reader =
            |borrows: bool| if borrows { quote!(p::wire::Reader<'a>) } else { quote!(p::wire::Reader<'_>) };
        let (key_reader, add_reader) = (reader(w.borrows_key()), reader(w.borrows()));
        // Partials carry the key and what a window keeps instead.
        let row = (!w.combines()).then(|| {
            quote! {
                impl #lifetime #add #lifetime {
                    fn put(&self, out: &mut Vec<u8>) {
                        #(p::put(&self.by.#keys, out);)*
                        #(p::put(&self.#names, out);)*
                    }
                    fn take(reader: &mut #add_reader) -> Self {
                        #add { by: #by::take(reader), #(#names: p::take(reader),)* }
                    }
                }
            }
        });
        quote! {
            impl #key_lifetime #by #key_lifetime {
                fn take(reader: &mut #key_reader) -> Self {
                    #by { #(#keys: p::take(reader),)* }
                }
            }
            #row
        }
    }

    /// What a window keeps of its rows.
    fn state(&self, w: &Windowed<'_>) -> TokenStream {
        let doc =
            self.from(&format!("What a window of `{}` keeps", w.node.name), w.node.steps[w.plan.step].span);
        let (state, add) = (self.type_name(w.id, "State"), self.type_name(w.id, "Add"));
        let (_, elided) = lifetimes(w.borrows());
        let kinds: Vec<TokenStream> = w.window.aggregates.iter().map(accumulator).collect();
        let names = &w.aggregates;
        let adds =
            w.aggregates.iter().zip(&w.window.aggregates).map(|(name, aggregate)| add_one(name, aggregate));
        let at = w.takes_time().then(|| quote!(, at: i64));
        let rows: Vec<Ident> = w.combines().then(|| format_ident!("rows_taken_in")).into_iter().collect();
        let partial = w.combines().then(|| {
            quote! {
                impl #state {
                    fn encode(&self, out: &mut Vec<u8>) {
                        #(self.#names.encode(out);)*
                        #(p::put(&self.#rows, out);)*
                    }
                    fn decode(reader: &mut p::wire::Reader<'_>) -> #state {
                        #state {
                            #(#names: <#kinds>::decode(reader),)*
                            #(#rows: p::take(reader),)*
                        }
                    }
                }
            }
        });
        quote! {
            #doc
            #[derive(Default)]
            struct #state { #(#names: #kinds,)* #(#rows: i64,)* }

            impl #state {
                #[inline]
                fn add(&mut self, add: &#add #elided #at) {
                    #(#adds)*
                    #(self.#rows += 1;)*
                }
            }

            impl p::aggregate::Merge for #state {
                fn merge(&mut self, later: &#state) {
                    #(self.#names.merge(&later.#names);)*
                    #(self.#rows += later.#rows;)*
                }
            }
            #partial
        }
    }
}

/// The columns as one value. Tuples are hashed up to twelve items, so there are tuples of tuples.
fn hashed(names: &[Ident], task: Option<&Ident>) -> TokenStream {
    let items: Vec<TokenStream> = names.iter().chain(task).map(|name| quote!(&self.#name)).collect();
    if items.len() <= 12 {
        return quote!((#(#items,)*));
    }
    let tuples = items.chunks(12).map(|items| quote!((#(#items,)*)));
    let nested = tuples.reduce(|before, next| quote!((#before, #next)));
    nested.unwrap_or_else(|| quote!(()))
}

/// `<'a>` and `<'_>`, or nothing.
pub(super) fn lifetimes(borrows: bool) -> (Option<TokenStream>, Option<TokenStream>) {
    (borrows.then(|| quote!(<'a>)), borrows.then(|| quote!(<'_>)))
}

/// An aggregate's share of `add`.
fn add_one(name: &Ident, aggregate: &Aggregate) -> TokenStream {
    let at = aggregate.function.takes_time.then(|| quote!(at,));
    let filtered = aggregate.filter.is_some();
    match aggregate.arguments.as_slice() {
        [] if filtered => quote!(if add.#name { self.#name.add(#at); }),
        [] => quote!(self.#name.add(#at);),
        [only] => match (filtered, types::is_text(&held(&only.ty))) {
            (false, false) => quote!(self.#name.add(#at add.#name);),
            (false, true) => quote!(self.#name.add(#at &*add.#name);),
            (true, false) => quote!(if let Some(value) = add.#name { self.#name.add(#at value); }),
            (true, true) => quote!(if let Some(value) = &add.#name { self.#name.add(#at &**value); }),
        },
        several => {
            let places: Vec<Ident> = (0..several.len()).map(|place| format_ident!("value_{place}")).collect();
            let values = several.iter().zip(&places).map(|(argument, place)| {
                if types::is_text(&held(&argument.ty)) { quote!(&**#place) } else { quote!(*#place) }
            });
            let added = quote!(self.#name.add(#at #(#values),*););
            if filtered {
                quote!(if let Some((#(#places),*)) = &add.#name { #added })
            } else {
                quote!({ let (#(#places),*) = &add.#name; #added })
            }
        }
    }
}
