//! The functions of a windowed bolt before its window and behind it.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use streamwright_dsl::topology::{Aggregate, Expr, NodeId, Stream};
use streamwright_values::Type;

use super::Emit;
use super::names::field;
use super::place::{self, Place};
use super::steps::Steps;
use super::types;
use super::windows::{Windowed, held, lifetimes};

impl Emit<'_> {
    /// The functions before and behind the window.
    pub(super) fn window_functions(&self, id: NodeId, index: usize) -> TokenStream {
        let Some(w) = self.windowed(index) else { return TokenStream::new() };
        let (before, after) = (self.before_function(id, &w), self.after_function(id, &w));
        let late = (!self.plan.node(id).late_readers.is_empty()).then(|| self.late_function(id, &w));
        quote!(#before #after #late)
    }

    fn before_function(&self, id: NodeId, w: &Windowed<'_>) -> TokenStream {
        let doc = self.from(&format!("`{}` up to its window", w.node.name), w.node.span);
        let entry = self.entry(id);
        let mut steps =
            Steps::new(self, self.places(&quote!(row), &w.node.entry, &self.plan.node(id).live[0]));
        steps.run(id, 0..w.plan.step);
        let mut leaving: Vec<(Ident, Place)> =
            w.window.keys.iter().map(|key| (w.field(*key), steps.place(*key))).collect();
        for (name, aggregate) in w.aggregates.iter().zip(&w.window.aggregates) {
            leaving.extend(self.argument(&mut steps, name, aggregate, w));
        }
        leaving.extend(w.late_columns().map(|column| (w.field(column), steps.place(column))));
        let fields = place::fields(&leaving);
        let (keys, fields) = fields.split_at(w.window.keys.len());
        let task = w.task.as_ref().map(|name| quote!(#name: task,));
        let takes_task = w.task.as_ref().map(|_| quote!(, task: u32));
        let at = w.by_time().then(|| quote!(, at: i64));
        let windows = self.setting(id, "windows");
        let fits = w.by_time().then(|| quote!(p::check_windows(&self.#windows, at)?;));
        let (add, by) = (self.type_name(id, "Add"), self.type_name(id, "By"));
        let ty = |lifetime: &TokenStream| {
            let lifetime = w.borrows().then(|| quote!(<#lifetime>));
            quote!(#add #lifetime)
        };
        steps.statements.extend(fits);
        let built = quote!(#add { by: #by { #(#keys,)* #task }, #(#fields,)* });
        let body = steps.body(&built, &ty(&quote!('_)), &quote!(p::Failed));
        let (name, row) = (self.function(id, "before"), self.row_type(&entry, &quote!('a)));
        let (each, result) = self.outcome(id, ty);
        quote! {
            #doc
            fn #name<'a>(&'a self, row: &'a #row #at #takes_task #each) #result {
                #body
            }
        }
    }

    /// An aggregate's filter and arguments, evaluated; and the field that takes them over.
    fn argument(
        &self,
        steps: &mut Steps<'_, '_>,
        name: &Ident,
        aggregate: &Aggregate,
        w: &Windowed<'_>,
    ) -> Option<(Ident, Place)> {
        if let (None, [argument]) = (&aggregate.filter, aggregate.arguments.as_slice())
            && !argument.ty.is_nested()
            && let Some(place) = steps.passed_on(argument)
        {
            return Some((name.clone(), place));
        }
        let before = w.before.to_vec();
        let filter = aggregate.filter.as_ref().map(|filter| steps.checked(filter, &before));
        let argument = |argument: &Expr| {
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

    fn after_function(&self, id: NodeId, w: &Windowed<'_>) -> TokenStream {
        let doc = self.from(&format!("`{}` behind its window", w.node.name), w.node.steps[w.plan.step].span);
        let mut steps = Steps::new(self, Vec::new());
        self.released(id, w, &mut steps);
        steps.run(id, w.plan.step + 1..w.node.steps.len());
        let built = steps.build(&self.type_name(id, ""), w.node.exit());
        let statements = &steps.statements;
        let (name, row) = (self.function(id, "after"), self.stream_type(Stream::Main(id), &quote!('a)));
        let (key, state) = (self.type_name(id, "Key"), self.type_name(id, "State"));
        quote! {
            #doc
            fn #name<'a>(
                &'a self,
                end: i64,
                key: &'a #key,
                kept: &'a #state,
            ) -> Result<Option<#row>, p::Failed> {
                #(#statements)*
                Ok(Some(#built))
            }
        }
    }

    /// The row that leaves the window: keys, bounds, aggregates.
    fn released(&self, id: NodeId, w: &Windowed<'_>, steps: &mut Steps<'_, '_>) {
        let row = &w.node.steps[w.plan.step].row;
        let live = &self.plan.node(id).live[w.plan.step + 1];
        let windows = self.setting(id, "windows");
        let mut known: Vec<Place> = Vec::new();
        for key in &w.window.keys {
            let (name, column) = (w.field(*key), &w.before[*key]);
            known.push(Place::lent(quote!(key.#name), &column.ty));
        }
        if w.by_time() {
            for path in [quote!(p::window_start(&self.#windows, end)), quote!(p::Timestamp(end))] {
                known.push(Place::lent(path, &Type::Timestamp));
            }
        }
        let shown = known.iter().zip(row).map(|(place, column)| {
            let name = &column.name;
            quote!(input.column(#name, &#place);)
        });
        let shown = quote!(#(#shown)*);
        for (place, live) in known.iter().zip(live) {
            steps.columns.push(live.then(|| place.clone()));
        }
        for (at, (name, aggregate)) in w.aggregates.iter().zip(&w.window.aggregates).enumerate() {
            let live = live[known.len() + at];
            let place = finish(steps, name, aggregate, &shown, live);
            steps.columns.push(place);
        }
    }

    /// The row of `.late` for a missed window.
    fn late_function(&self, id: NodeId, w: &Windowed<'_>) -> TokenStream {
        let doc =
            self.from(&format!("A row that is too late for a window of `{}`", w.node.name), w.node.span);
        let row = self.plan.topology.row(Stream::Late(id));
        let live = self.plan.live(Stream::Late(id));
        let windows = self.setting(id, "windows");
        let fields = row.iter().enumerate().zip(&live).filter(|(_, live)| **live).map(|((at, column), _)| {
            let name = field(&column.name);
            let value = match at {
                _ if at + 2 == row.len() => quote!(p::window_start(&self.#windows, end)),
                _ if at + 1 == row.len() => quote!(p::Timestamp(end)),
                _ if w.window.keys.contains(&at) => {
                    let key = w.field(at);
                    quote!(p::lend(&add.by.#key))
                }
                _ => {
                    let kept = w.field(at);
                    quote!(p::lend(&add.#kept))
                }
            };
            quote!(#name: #value)
        });
        let (name, late) = (self.function(id, "late_row"), self.type_name(id, "Late"));
        let ty = self.stream_type(Stream::Late(id), &quote!('a));
        let (_, elided) = lifetimes(w.borrows());
        let (add, elided) = (self.type_name(id, "Add"), elided.map(|_| quote!(<'a>)));
        quote! {
            #doc
            fn #name<'a>(&'a self, add: &'a #add #elided, end: i64) -> #ty {
                #late { #(#fields,)* }
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
    let owned = match &shape.result {
        Type::String if may_be_absent => quote!(#finished.map(p::text)),
        Type::Bytes if may_be_absent => quote!(#finished.map(p::bytes)),
        nested if nested.is_nested() => quote!(#finished.map(p::decode)),
        _ => finished,
    };
    // Without a filter, a window that is there has a row.
    let value = match (may_be_absent, aggregate.ty.is_optional()) {
        (true, false) => quote!(p::present(#owned)?),
        (false, true) => quote!(Some(#owned)),
        _ => owned,
    };
    if !live {
        steps.statements.push(quote!(let _ = #value;));
        return None;
    }
    let local = steps.local(&name.to_string().replace("r#", ""));
    let ty = types::inferred(&aggregate.ty);
    steps.statements.push(quote!(let #local: #ty = #value;));
    Some(Place::local(&local, &aggregate.ty))
}
