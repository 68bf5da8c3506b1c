//! Aggregates: what a row brings to them, what is kept of it, what comes out.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use streamwright_dsl::topology::{Aggregate, Node, Window, WindowKind};
use streamwright_values::Type;

use crate::plan::KeyedPlan;
use crate::rust::Emit;
use crate::rust::keyed::{Brought, Keyed, lifetimes};
use crate::rust::names::{self, Names};
use crate::rust::place::Place;
use crate::rust::steps::Steps;
use crate::rust::types;

/// The aggregates of a window.
pub(super) struct Aggregates<'p> {
    pub(super) window: &'p Window,
    /// A field each.
    names: Vec<Ident>,
}

impl<'p> Aggregates<'p> {
    pub(super) fn new(
        node: &Node,
        plan: &KeyedPlan,
        window: &'p Window,
        taken: &mut Names,
    ) -> Aggregates<'p> {
        let known = node.steps[plan.step].row.len() - window.aggregates.len();
        let names = window.aggregates.iter().enumerate().map(|(at, aggregate)| {
            let wish = names::of_aggregate(node, plan.step, known + at, aggregate);
            taken.give(&format!("aggregate {at}"), &wish)
        });
        Aggregates { window, names: names.collect() }
    }

    fn each(&self) -> impl Iterator<Item = (&Ident, &'p Aggregate)> {
        self.names.iter().zip(&self.window.aggregates)
    }

    /// Whether one of them asks for the rows' event times.
    pub(super) fn takes_time(&self) -> bool {
        self.window.aggregates.iter().any(|aggregate| aggregate.function.takes_time)
    }

    /// What a row brings along for them.
    pub(super) fn brought(&self) -> Vec<Brought> {
        let brought = self.each().filter_map(|(name, aggregate)| {
            let borrows = aggregate.arguments.iter().any(|argument| types::may_borrow(&held(&argument.ty)));
            taken(aggregate).map(|ty| Brought { name: name.clone(), ty, borrows })
        });
        brought.collect()
    }

    /// Filters and arguments, evaluated; and the fields that take them over.
    pub(super) fn bring(&self, k: &Keyed<'p>, steps: &mut Steps<'_, 'p>) -> Vec<(Ident, Place)> {
        self.each().filter_map(|(name, aggregate)| argument(steps, name, aggregate, k)).collect()
    }

    /// The accumulators of one key.
    pub(super) fn state(&self, emit: &Emit<'_>, k: &Keyed<'_>) -> TokenStream {
        let doc = emit.from(&format!("What a window of `{}` keeps", k.node.name), k.step.span);
        let (state, add) = (emit.type_name(k.id, "State"), emit.type_name(k.id, "Add"));
        let (_, elided) = lifetimes(k.borrows());
        let kinds: Vec<TokenStream> = self.window.aggregates.iter().map(accumulator).collect();
        // Only these windows ask.
        let grows = self.window.kind.is_a_row_a_tuple().then(|| {
            let grow = kinds.iter().map(|kind| quote!(<#kind as p::aggregate::Merge>::GROWS));
            let grow = grow.reduce(|one, other| quote!(#one || #other)).unwrap_or_else(|| quote!(false));
            quote!(const GROWS: bool = #grow;)
        });
        let subtracts = matches!(self.window.kind, WindowKind::Hopping { .. }).then(|| {
            let subtract = kinds.iter().map(|kind| quote!(<#kind as p::aggregate::Merge>::SUBTRACTS));
            let subtract =
                subtract.reduce(|one, other| quote!(#one && #other)).unwrap_or_else(|| quote!(true));
            let names = &self.names;
            quote! {
                const SUBTRACTS: bool = #subtract;
                fn subtract(&mut self, merged: &#state) {
                    #(self.#names.subtract(&merged.#names);)*
                }
            }
        });
        let names = &self.names;
        let adds = self.each().map(|(name, aggregate)| add_one(name, aggregate));
        let at = self.takes_time().then(|| quote!(, at: i64));
        let rows: Vec<Ident> = k.combines().then(|| format_ident!("rows_taken_in")).into_iter().collect();
        let partial = k.combines().then(|| {
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
                #grows
                fn merge(&mut self, later: &#state) {
                    #(self.#names.merge(&later.#names);)*
                    #(self.#rows += later.#rows;)*
                }
                #subtracts
            }
            #partial
        }
    }

    /// The row that leaves a window: its keys (in `key`), then its `own` columns, then what the aggregates (in `kept`) give.
    pub(super) fn leave(&self, emit: &Emit<'p>, k: &Keyed<'p>, own: &[Place], steps: &mut Steps<'_, 'p>) {
        let live = &emit.plan.node(k.id).live[k.plan.step + 1];
        let mut known: Vec<Place> = Vec::new();
        for key in &k.plan.keys {
            let (name, column) = (k.field(*key), &k.before[*key]);
            known.push(Place::lent(quote!(key.#name), &column.ty));
        }
        known.extend(own.iter().cloned());
        let shown = known.iter().zip(&k.step.row).map(|(place, column)| {
            let name = &column.name;
            quote!(input.column(#name, &#place);)
        });
        let shown = quote!(#(#shown)*);
        for (place, live) in known.iter().zip(live) {
            steps.columns.push(live.then(|| place.clone()));
        }
        self.finish(emit, k, &shown, steps);
    }

    /// The row of one tuple: its own columns (in `add`), then what the aggregates (in `kept`) give.
    pub(super) fn leave_with_row(&self, emit: &Emit<'p>, k: &Keyed<'p>, steps: &mut Steps<'_, 'p>) {
        let shown = k.plan.keys.iter().map(|key| {
            let (name, place) = (&k.before[*key].name, k.in_add(*key));
            quote!(input.column(#name, &#place);)
        });
        let shown = quote!(#(#shown)*);
        steps.columns = emit.carried_places(k);
        self.finish(emit, k, &shown, steps);
    }

    /// The aggregates' results, behind the columns that are there. A letter of theirs shows `shown`.
    fn finish(&self, emit: &Emit<'p>, k: &Keyed<'p>, shown: &TokenStream, steps: &mut Steps<'_, 'p>) {
        let live = &emit.plan.node(k.id).live[k.plan.step + 1];
        let known = steps.columns.len();
        for (at, (name, aggregate)) in self.each().enumerate() {
            let place = finish(steps, name, aggregate, shown, live[known + at]);
            steps.columns.push(place);
        }
    }
}

/// As what an accumulator keeps values of this type: lists and records as bytes.
fn held(ty: &Type) -> Type {
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

/// An aggregate's filter and arguments, evaluated; and the field that takes them over.
fn argument(
    steps: &mut Steps<'_, '_>,
    name: &Ident,
    aggregate: &Aggregate,
    k: &Keyed<'_>,
) -> Option<(Ident, Place)> {
    if let (None, [argument]) = (&aggregate.filter, aggregate.arguments.as_slice())
        && !argument.ty.is_nested()
        && let Some(place) = steps.passed_on(argument)
    {
        return Some((name.clone(), place));
    }
    let before = k.before.to_vec();
    let filter = aggregate.filter.as_ref().map(|filter| steps.checked(filter, &before));
    let argument = |argument: &streamwright_dsl::topology::Expr| {
        let value = steps.checked(argument, &before);
        if argument.ty.is_nested() { quote!(p::bytes(p::encode(&#value))) } else { value }
    };
    let arguments: Vec<TokenStream> = aggregate.arguments.iter().map(argument).collect();
    let taken = match arguments.as_slice() {
        [] => None,
        [only] => Some(only.clone()),
        several => Some(quote!((#(#several),*))),
    };
    let value = match (taken, filter) {
        (None, None) => return None,
        (None, Some(filter)) => filter,
        (Some(taken), None) => taken,
        (Some(taken), Some(filter)) => quote!(if #filter { Some(#taken) } else { None }),
    };
    let ty = aggregate.arguments.first().map_or(Type::Bool, |argument| held(&argument.ty));
    let local = steps.local(&name.to_string().replace("r#", ""));
    steps.statements.push(quote!(let #local = #value;));
    Some((name.clone(), Place::local(&local, &ty)))
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

/// An aggregate's result as a local; none where nobody uses it. A sum that leaves its range is a fault either way.
fn finish(
    steps: &mut Steps<'_, '_>,
    name: &Ident,
    aggregate: &Aggregate,
    shown: &TokenStream,
    live: bool,
) -> Option<Place> {
    let (shape, may_be_absent) = (&aggregate.shape, aggregate.function.may_be_absent);
    if !live && !shape.fallible {
        return None;
    }
    let settings = shape.settings.iter().map(|value| types::constant(value, &value.type_of()));
    let finished = quote!(kept.#name.finish(#(#settings),*));
    let finished =
        if shape.fallible { quote!(p::clause(|| #finished, |input| { #shown })?) } else { finished };
    if !live {
        steps.statements.push(quote!(let _ = #finished;));
        return None;
    }
    let owned = match &shape.result {
        Type::String if may_be_absent => quote!(#finished.map(p::text)),
        Type::Bytes if may_be_absent => quote!(#finished.map(p::bytes)),
        nested if nested.is_nested() && may_be_absent => quote!(#finished.map(p::decode)),
        nested if nested.is_nested() => quote!(p::decode(#finished)),
        _ => finished,
    };
    // Without a filter, a window that is there has a row.
    let value = match (may_be_absent, aggregate.ty.is_optional()) {
        (true, false) => quote!(p::present(#owned)?),
        (false, true) => quote!(Some(#owned)),
        _ => owned,
    };
    let local = steps.local(&name.to_string().replace("r#", ""));
    let ty = types::inferred(&aggregate.ty);
    steps.statements.push(quote!(let #local: #ty = #value;));
    Some(Place::local(&local, &aggregate.ty))
}
