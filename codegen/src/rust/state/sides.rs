//! What joins and lookups have in common: two rows side by side.

use proc_macro2::TokenStream;
use quote::quote;
use streamwright_dsl::topology::{Column, Expr, Row};

use crate::rust::Emit;
use crate::rust::keyed::Keyed;
use crate::rust::place::Place;
use crate::rust::steps::Steps;
use crate::rust::types;

/// A pair of rows.
#[derive(Clone, Copy)]
pub(super) struct Sides<'p> {
    /// Whether the right one may be absent.
    pub(super) outer: bool,
    /// The rest of `on`.
    pub(super) filter: Option<&'p Expr>,
}

impl<'p> Sides<'p> {
    /// Methods of the program: whether two rows are a pair, and what leaves with it.
    pub(super) fn functions(&self, emit: &Emit<'p>, k: &Keyed<'p>) -> TokenStream {
        let (meets, after) = (self.meets_function(emit, k), self.after_function(emit, k));
        quote!(#meets #after)
    }

    /// Whether `add` and `right` are a pair: a `Result<bool, Failed>`.
    pub(super) fn meets(&self, emit: &Emit<'p>, k: &Keyed<'p>) -> TokenStream {
        let meets = emit.function(k.id, "meets");
        if self.filter.is_some() {
            quote!(self.program.#meets(add, right))
        } else {
            quote!(Ok::<bool, p::Failed>(true))
        }
    }

    /// The row of `add` and `right`, an `Option` where it may be absent.
    pub(super) fn after(&self, emit: &Emit<'p>, k: &Keyed<'p>, right: &TokenStream) -> TokenStream {
        let after = emit.function(k.id, "after");
        quote!(self.program.#after(add, #right))
    }

    /// `right`, as [`Sides::after`] takes one that is there.
    pub(super) fn found(&self) -> TokenStream {
        if self.outer { quote!(Some(right)) } else { quote!(right) }
    }

    fn meets_function(&self, emit: &Emit<'p>, k: &Keyed<'p>) -> Option<TokenStream> {
        let filter = self.filter?;
        let doc = emit.from(&format!("Whether two rows of `{}` are a pair", k.node.name), filter.span);
        let steps = Steps::new(emit, both(k));
        let row: Row = k.before.iter().chain(right_row(k)).cloned().collect();
        let holds = steps.checked(filter, &row);
        let (name, add, right) = (emit.function(k.id, "meets"), emit.add_type(k), emit.partner_type(k));
        Some(quote! {
            #doc
            fn #name(&self, add: &#add, right: &#right) -> Result<bool, p::Failed> {
                Ok(#holds)
            }
        })
    }

    fn after_function(&self, emit: &Emit<'p>, k: &Keyed<'p>) -> TokenStream {
        let mut steps = Steps::new(emit, both(k));
        if self.outer {
            steps.keep(&emit.plan.node(k.id).live[k.plan.step + 1]);
            self.absent(k, &mut steps);
        }
        let (add, right) = (emit.add_type(k), emit.partner_type(k));
        let right = if self.outer { quote!(Option<&'a #right>) } else { quote!(&'a #right) };
        emit.after_function(k, "behind its partner", &quote!(add: &'a #add, right: #right), steps)
    }

    /// Columns of a right row that may be absent, each in a local.
    fn absent(&self, k: &Keyed<'p>, steps: &mut Steps<'_, 'p>) {
        let width = k.before.len();
        for (at, column) in k.step.row.iter().enumerate().skip(width) {
            let Some(place) = steps.columns[at].take() else { continue };
            let (value, optional) = (place.copied(), place.ty.is_optional());
            let local = steps.local(&column.name);
            let ty = types::inferred(&column.ty);
            let map = if optional { quote!(and_then) } else { quote!(map) };
            steps.statements.push(quote!(let #local: #ty = right.#map(|right| #value);));
            steps.columns[at] = Some(Place::local(&local, &column.ty));
        }
    }
}

fn right_row<'k>(k: &'k Keyed<'_>) -> &'k [Column] {
    k.partner.as_ref().map_or(&[], |partner| partner.row)
}

/// Where the columns of both rows are that cross.
fn both(k: &Keyed<'_>) -> Vec<Option<Place>> {
    let left = k.before.iter().enumerate().map(|(column, known)| {
        let crosses = k.plan.carried.contains(&column) || k.plan.keys.contains(&column);
        crosses.then(|| Place::lent(k.in_add(column), &known.ty))
    });
    let right =
        k.partner.iter().flat_map(|partner| (0..partner.row.len()).map(|column| partner.place(column, k)));
    left.chain(right).collect()
}
