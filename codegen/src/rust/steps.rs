//! The steps of a node, as statements over local names.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;
use streamwright_dsl::topology::{Arm, Expr, ExprKind, Node, NodeId, Row, StepKind};
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
        let node = self.emit.plan.topology.node(id);
        for index in range {
            let live = self.emit.plan.node(id).live[index + 1].clone();
            self.step(node, index, &live);
        }
    }

    fn step(&mut self, node: &Node, index: usize, live: &[bool]) {
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
                self.unnest(value, before, &step.row[before.len()].name, live[before.len()])
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
            let head = if live { quote!(element in #list.iter()) } else { quote!(_ in #list.iter()) };
            // What stands before a loop is wanted in each of its rounds.
            for place in self.columns.iter_mut().flatten() {
                *place = place.outside();
            }
            self.loops.push(Loop { before: std::mem::take(&mut self.statements), head });
            if live {
                let element = if types::moves(&inner) { quote!(p::lend(element)) } else { quote!(*element) };
                self.statements.push(quote!(let #local = #element;));
            }
        }
        self.columns.push(live.then(|| Place::local(&local, &inner)));
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
        let scope = self.scope();
        let value = scope.value(expr);
        if self.in_spout || !(fallible(expr) || scope.unwraps(expr)) {
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
