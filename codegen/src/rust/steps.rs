//! The steps of a node, as statements over local names.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;
use streamwright_dsl::topology::{Arm, Expr, ExprKind, NodeId, Row, StepKind};
use streamwright_values::Type;

use super::Emit;
use super::expr::{Scope, bracketed};
use super::names::{Names, field};
use super::place::{self, Place};
use super::types;
use crate::plan::analysis::fallible;

/// The statements of a function, and where the columns are behind them.
pub(super) struct Steps<'e, 'p> {
    pub(super) emit: &'e Emit<'p>,
    /// In a spout a fault is about the line; elsewhere it is about the columns that the clause mentions.
    pub(super) in_spout: bool,
    pub(super) statements: Vec<TokenStream>,
    pub(super) columns: Vec<Option<Place>>,
    locals: Names,
    count: usize,
    /// The loops over lists that the statements stand in, outermost first.
    loops: Vec<Loop>,
}

/// A list that is unnested.
struct Loop {
    /// What stands before it.
    before: Vec<TokenStream>,
    /// `element in list.iter()`
    head: TokenStream,
}

impl<'e, 'p> Steps<'e, 'p> {
    pub(super) fn new(emit: &'e Emit<'p>, columns: Vec<Option<Place>>) -> Steps<'e, 'p> {
        let (statements, locals) = (Vec::new(), Names::locals());
        Steps { emit, in_spout: false, statements, columns, locals, count: 0, loops: Vec::new() }
    }

    /// A local name that no other one in this function is like.
    pub(super) fn local(&mut self, wish: &str) -> Ident {
        self.count += 1;
        self.locals.give(&self.count.to_string(), &super::names::of_local(wish))
    }

    /// What an expression can refer to here.
    pub(super) fn scope(&self) -> Scope<'_> {
        self.emit.scope(self.columns.clone())
    }

    /// Steps `range` of a node.
    pub(super) fn run(&mut self, id: NodeId, range: std::ops::Range<usize>) {
        for index in range {
            let live = self.emit.plan.node(id).live[index + 1].clone();
            self.step(id, index, &live);
        }
    }

    fn step(&mut self, id: NodeId, index: usize, live: &[bool]) {
        let node = self.emit.plan.topology.node(id);
        let (step, before) = (&node.steps[index], node.before(index));
        match &step.kind {
            StepKind::Where(condition) => {
                let condition = bracketed(self.checked(condition, before));
                self.statements.push(quote!(if !#condition { return Ok(None); }));
                self.keep(live);
                self.narrow(&step.row);
            }
            StepKind::Let(value) => {
                let place = self.computed(value, before, &step.row[before.len()].name, live[before.len()]);
                self.columns.push(place);
            }
            StepKind::Unnest(value) => {
                let (name, live) = (&step.row[before.len()].name, live[before.len()]);
                match self.emit.plan.node(id).pieces[index] {
                    Some(path) => self.unnest_pieces(path, value, before, name, live),
                    None => self.unnest(value, before, name, live),
                }
            }
            StepKind::Select(values) => {
                let places = values.iter().zip(&step.row).zip(live);
                self.columns = places
                    .map(|((value, column), live)| self.computed(value, before, &column.name, *live))
                    .collect();
            }
            StepKind::Split(arms) => self.split(arms, before, &step.row[before.len()].name),
            StepKind::Lookup(lookup) => self.look_up(lookup, before, &step.row, live),
            StepKind::Window(_)
            | StepKind::Top(_)
            | StepKind::Run(_)
            | StepKind::Join(_)
            | StepKind::Latest(_)
            | StepKind::Distinct(_)
            | StepKind::Keep(_) => {}
        }
        self.keep(live);
    }

    /// The column of the first arm that takes the row.
    fn split(&mut self, arms: &[Arm], before: &Row, name: &str) {
        let mut takes = Vec::new();
        let mut rest = quote!(return Ok(None));
        for (place, arm) in arms.iter().enumerate() {
            let place = Literal::usize_unsuffixed(place);
            match &arm.condition {
                Some(condition) => {
                    let condition = self.checked(condition, before);
                    takes.push(quote!(if #condition { break 'arm #place; }));
                }
                None => rest = quote!(#place),
            }
        }
        let local = self.local(name);
        // Without a condition there is nothing to break out of.
        let taken = if takes.is_empty() { rest } else { quote!('arm: { #(#takes)* #rest }) };
        self.statements.push(quote!(let #local: i64 = #taken;));
        self.columns.push(Some(Place::local(&local, &Type::Int)));
    }

    /// A column of what is inside a value: of a list, in a loop.
    fn unnest(&mut self, value: &Expr, before: &Row, name: &str, live: bool) {
        let local = self.local(name);
        let inner = match &value.ty {
            Type::List(element) => (**element).clone(),
            optional => optional.required().clone(),
        };
        let tokens = self.checked(value, before);
        if value.ty.is_optional() {
            let pattern = if live { quote!(#local) } else { quote!(_) };
            let ty = types::inferred(&value.ty);
            let option = self.local(&format!("{name}_found"));
            self.statements.push(quote!(let #option: #ty = #tokens;));
            self.statements.push(quote!(let Some(#pattern) = #option else { return Ok(None); };));
        } else {
            let (list, ty) = (self.local(&format!("{name}_list")), types::inferred(&value.ty));
            self.statements.push(quote!(let #list: #ty = #tokens;));
            let element = if types::moves(&inner) { quote!(p::lend(element)) } else { quote!(*element) };
            self.each(&list, live.then(|| quote!(let #local = #element;)));
        }
        self.columns.push(live.then(|| Place::local(&local, &inner)));
    }

    /// A column of the pieces of a text, which the function at `path` gives, in a loop.
    fn unnest_pieces(&mut self, path: &str, list: &Expr, before: &Row, name: &str, live: bool) {
        let (local, pieces) = (self.local(name), self.local(&format!("{name}_pieces")));
        let value = self.scope().pieces(path, list);
        let tokens = self.guarded(list, before, value);
        self.statements.push(quote!(let #pieces: p::functions::pieces::Pieces<'_> = #tokens;));
        self.each(&pieces, live.then(|| quote!(let #local: p::Cow<'_, str> = element;)));
        self.columns.push(live.then(|| Place::local(&local, &Type::String)));
    }

    /// Begins a loop over what `list` has; `known` says what the element is, where somebody wants it.
    fn each(&mut self, list: &Ident, known: Option<TokenStream>) {
        let element = if known.is_some() { quote!(element) } else { quote!(_) };
        // What stands before a loop is wanted in each of its rounds.
        for place in self.columns.iter_mut().flatten() {
            *place = place.outside();
        }
        let before = std::mem::take(&mut self.statements);
        self.loops.push(Loop { before, head: quote!(#element in #list.iter()) });
        self.statements.extend(known);
    }

    /// The body of a function that computes `row`, an `Option` of what leaves, or fails. In loops, `each` is called with
    /// every row's outcome.
    pub(super) fn body(&self, row: &TokenStream, ty: &TokenStream, fault: &TokenStream) -> TokenStream {
        let statements = &self.statements;
        if self.loops.is_empty() {
            return quote!(#(#statements)* Ok(Some(#row)));
        }
        let outcome = quote!((|| -> Result<Option<#ty>, #fault> { #(#statements)* Ok(Some(#row)) })());
        self.loops.iter().rev().fold(quote!(each(#outcome);), |inside, one| {
            let Loop { before, head } = one;
            quote! {
                let around = (|| -> Result<Option<()>, #fault> {
                    #(#before)*
                    let mut rows = None;
                    for #head {
                        rows = Some(());
                        #inside
                    }
                    Ok(rows)
                })();
                match around {
                    Ok(Some(())) => {}
                    Ok(None) => each(Ok(None)),
                    Err(fault) => each(Err(fault)),
                }
            }
        })
    }

    /// Forgets the columns that are not live.
    pub(super) fn keep(&mut self, live: &[bool]) {
        for (place, live) in self.columns.iter_mut().zip(live) {
            if !live {
                *place = None;
            }
        }
    }

    /// Where a value is: in its column, if it is one as it stands.
    fn computed(&mut self, value: &Expr, before: &Row, name: &str, live: bool) -> Option<Place> {
        match self.passed_on(value) {
            Some(place) => live.then_some(place),
            None => self.evaluate(value, before, name, live),
        }
    }

    /// The place of a column that is taken as it is.
    pub(super) fn passed_on(&self, value: &Expr) -> Option<Place> {
        match &value.kind {
            ExprKind::Column(column) => self.columns[*column].clone().filter(|place| place.ty == value.ty),
            _ => None,
        }
    }

    /// A new local for a value; none where nobody uses it. One that may fail is evaluated all the same.
    fn evaluate(&mut self, value: &Expr, before: &Row, name: &str, live: bool) -> Option<Place> {
        if !live && !fallible(value) {
            return None;
        }
        let tokens = self.checked(value, before);
        if !live {
            self.statements.push(quote!(let _ = #tokens;));
            return None;
        }
        let local = self.local(name);
        let ty = types::inferred(&value.ty);
        self.statements.push(quote!(let #local: #ty = #tokens;));
        Some(Place::local(&local, &value.ty))
    }

    /// An expression of a clause, whose fault leaves the function.
    pub(super) fn checked(&self, expr: &Expr, before: &Row) -> TokenStream {
        let value = self.scope().value(expr);
        self.guarded(expr, before, value)
    }

    /// The same of a `value` that fails where the expression does.
    fn guarded(&self, expr: &Expr, before: &Row, value: TokenStream) -> TokenStream {
        if self.in_spout || !(fallible(expr) || self.scope().unwraps(expr)) {
            return value;
        }
        let mentions = self.mentioned(expr, before);
        quote!(p::clause(|| Ok(#value), |input| { #mentions })?)
    }

    /// The columns that a letter about an expression shows.
    pub(super) fn mentioned(&self, expr: &Expr, before: &Row) -> TokenStream {
        let columns = expr.columns().into_iter().filter_map(|column| {
            let (place, name) = (self.columns[column].as_ref()?, &before[column].name);
            Some(quote!(input.column(#name, &#place);))
        });
        quote!(#(#columns)*)
    }

    /// Columns that a condition has shown to be present are taken out of their options.
    fn narrow(&mut self, row: &Row) {
        for (index, column) in row.iter().enumerate() {
            let Some(place) = self.columns[index].take() else { continue };
            self.columns[index] = Some(if place.ty.is_optional() && !column.ty.is_optional() {
                let option = place.taken(self.columns.iter().flatten());
                let local = self.local(&column.name);
                self.statements.push(quote!(let Some(#local) = #option else { return Ok(None); };));
                Place::local(&local, &column.ty)
            } else {
                place
            });
        }
    }

    /// A struct of the live columns.
    pub(super) fn build(&self, name: &Ident, row: &Row) -> TokenStream {
        let columns = row.iter().zip(&self.columns);
        let columns: Vec<(Ident, Place)> =
            columns.filter_map(|(column, place)| Some((field(&column.name), place.clone()?))).collect();
        let fields = place::fields(&columns);
        quote!(#name { #(#fields),* })
    }

    /// A column that somebody reads.
    pub(super) fn place(&self, column: usize) -> Place {
        let pruned = || Place::lent(quote!(compile_error!("a pruned column is read")), &Type::None);
        self.columns[column].clone().unwrap_or_else(pruned)
    }
}

impl<'p> Emit<'p> {
    /// The scope of an expression over these columns, in a method of the program.
    pub(super) fn scope(&self, columns: Vec<Option<Place>>) -> Scope<'_> {
        Scope {
            columns,
            params: &self.plan.topology.params,
            prepared: &self.prepared,
            functions: self.declared(),
            program: quote!(self.),
        }
    }

    /// The columns of a struct that is passed by reference.
    pub(super) fn places(&self, base: &TokenStream, row: &Row, live: &[bool]) -> Vec<Option<Place>> {
        let place = |(column, live): (&streamwright_dsl::topology::Column, &bool)| {
            let name = field(&column.name);
            live.then(|| Place::lent(quote!(#base.#name), &column.ty))
        };
        row.iter().zip(live).map(place).collect()
    }
}
