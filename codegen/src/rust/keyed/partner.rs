//! The partner of a join or lookup: its rows on their way to the owner of their key, beside those of the other inputs.

use std::collections::BTreeMap;

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;
use streamwright_dsl::topology::{NodeId, Row};

use super::{Brought, Keyed, lifetimes};
use crate::plan::{Plan, Reader, Tags};
use crate::rust::Emit;
use crate::rust::names::{Names, field};
use crate::rust::place::{self, Place};
use crate::rust::types;

/// A partner, taken apart for printing.
pub(in crate::rust) struct Partner<'p> {
    pub(in crate::rust) row: &'p Row,
    /// The columns that are equal to the keys.
    keys: &'p [usize],
    /// The fields of the columns that cross as they are and are no keys.
    columns: BTreeMap<usize, Ident>,
}

impl<'p> Partner<'p> {
    pub(super) fn of(plan: &'p Plan, id: NodeId, carried: &[usize]) -> Option<Partner<'p>> {
        let (row, keys) = plan.topology.node(id).partner()?;
        let mut taken = Names::fields();
        let columns = carried.iter().filter(|column| !keys.contains(column));
        let columns = columns.map(|at| (*at, taken.give(&format!("column {at}"), &row[*at].name)));
        Some(Partner { row, keys, columns: columns.collect() })
    }

    fn brought(&self) -> impl Iterator<Item = Brought> {
        self.columns.iter().map(|(column, name)| {
            let ty = &self.row[*column].ty;
            Brought { name: name.clone(), ty: types::column(ty), borrows: types::may_borrow(ty) }
        })
    }

    /// Where a column that crosses is in `right`.
    pub(in crate::rust) fn place(&self, column: usize, k: &Keyed<'_>) -> Option<Place> {
        let path = match self.keys.iter().position(|key| *key == column) {
            Some(key) => {
                let name = k.field(k.plan.keys[key]);
                quote!(right.by.#name)
            }
            None => {
                let name = self.columns.get(&column)?;
                quote!(right.#name)
            }
        };
        Some(Place::lent(path, &self.row[column].ty))
    }
}

impl Keyed<'_> {
    fn partner_borrows(&self) -> bool {
        let of_partner = |partner: &Partner<'_>| partner.brought().any(|brought| brought.borrows);
        self.borrows_key() || self.partner.as_ref().is_some_and(of_partner)
    }
}

impl<'p> Emit<'p> {
    /// The type of what a partner's row brings; `'_` where that borrows from it.
    pub(in crate::rust) fn partner_type(&self, k: &Keyed<'_>) -> TokenStream {
        let name = self.type_name(k.id, "Right");
        let (_, elided) = lifetimes(k.partner_borrows());
        quote!(#name #elided)
    }

    /// What a partner's row brings: as a struct, and on the wire.
    pub(super) fn partner_row(&self, k: &Keyed<'_>) -> Option<TokenStream> {
        let partner = k.partner.as_ref()?;
        let doc = self.from(&format!("A row that `{}` puts beside others", k.node.name), k.step.span);
        let (right, by) = (self.type_name(k.id, "Right"), self.type_name(k.id, "By"));
        let (lifetime, _) = lifetimes(k.partner_borrows());
        let (key_lifetime, _) = lifetimes(k.borrows_key());
        let keys = k.key_fields();
        let (names, types): (Vec<Ident>, Vec<TokenStream>) =
            partner.brought().map(|brought| (brought.name, brought.ty)).unzip();
        let reader =
            if k.partner_borrows() { quote!(p::wire::Reader<'a>) } else { quote!(p::wire::Reader<'_>) };
        Some(quote! {
            #doc
            struct #right #lifetime { by: #by #key_lifetime, #(#names: #types,)* }

            impl #lifetime #right #lifetime {
                fn put(&self, out: &mut Vec<u8>) {
                    #(p::put(&self.by.#keys, out);)*
                    #(p::put(&self.#names, out);)*
                }
                fn take(reader: &mut #reader) -> Self {
                    #right { by: #by::take(reader), #(#names: p::take(reader),)* }
                }
            }
        })
    }

    /// What lies between a partner's stream and the node.
    pub(in crate::rust) fn partner_adapter(&self, reader: Reader) -> Option<TokenStream> {
        let k = self.keyed(self.plan.keyed_of(reader.node)?)?;
        let partner = k.partner.as_ref()?;
        let input = &k.node.inputs[reader.input];
        let doc = self.from(&format!("The rows that `{}` puts beside others", k.node.name), input.span);
        let (name, row) = (self.adapter_name(reader), self.stream_type(input.stream, &quote!('_)));
        let at = self.time_parameter(reader.node);
        let passed_at = at.as_ref().map(|_| quote!(, at));
        let index = Literal::usize_unsuffixed(reader.input);
        let (send, right, by) =
            (self.function(k.id, "send_right"), self.type_name(k.id, "Right"), self.type_name(k.id, "By"));
        let from = self.plan.topology.row(input.stream);
        let read = |column: usize| {
            let name = field(&from[input.columns[column]].name);
            Place::lent(quote!(row.#name), &partner.row[column].ty)
        };
        let keys = partner.keys.iter().zip(&k.plan.keys).map(|(right, left)| (k.field(*left), read(*right)));
        let keys = place::fields(&keys.collect::<Vec<_>>());
        let columns = partner.columns.iter().map(|(column, name)| (name.clone(), read(*column)));
        let columns = place::fields(&columns.collect::<Vec<_>>());
        Some(quote! {
            #doc
            fn #name(&mut self, row: &#row #at, tag: &p::Tag<'_>, out: &mut p::Outbox) {
                let right = #right { by: #by { #(#keys,)* }, #(#columns,)* };
                self.#send(&right #passed_at, &p::Tag::Input(#index, tag), out);
            }
        })
    }

    /// To the owner of its key, and into the state there.
    pub(super) fn partner_methods(&self, k: &Keyed<'p>, index: usize) -> Option<TokenStream> {
        k.partner.as_ref()?;
        let doc =
            self.from(&format!("A row of its partner, into the state of `{}`", k.node.name), k.node.span);
        let sent = self.from(
            &format!("A row of its partner, to the owner of its key in `{}`", k.node.name),
            k.node.span,
        );
        let (send, meet, right) =
            (self.function(k.id, "send_right"), self.function(k.id, "take_right"), self.partner_type(k));
        let at = self.time_parameter(k.id);
        let passed_at = at.as_ref().map(|_| quote!(, at));
        let (find_hash, hash) = (k.find_hash(&quote!(&right.by)), k.hash_argument());
        let put_head = k.put_head(self.time_of(k.id).as_ref());
        let put = quote! {
            p::put(&true, part);
            #put_head
            right.put(part);
        };
        let rows = self.setting(k.id, "rows");
        let alone = match self.tags(k) {
            Tags::Always => quote! {
                let part = self.#rows.row(tag.phase(), tag);
                #put
            },
            _ => quote!(self.#meet(right #hash #passed_at, tag, out);),
        };
        let (exchange, receiver) = (self.exchange_to(index), k.receiver());
        let (hash, by) = (k.hash_parameter(), k.hashed(&quote!(&right.by)));
        let body = k.state.meet(self, k);
        Some(quote! {
            #sent
            fn #send(&mut self, right: &#right #at, tag: &p::Tag<'_>, out: &mut p::Outbox) {
                #find_hash
                if out.workers() == 1 {
                    #alone
                } else {
                    let part = out.part(#exchange, #receiver, tag.phase(), tag);
                    #put
                }
            }

            #doc
            fn #meet(&mut self, right: &#right #hash #at, tag: &p::Tag<'_>, out: &mut p::Outbox) {
                let by = #by;
                #body
            }
        })
    }

    /// Reads a row of one of both sides: `left` is what is done with one of the left.
    pub(super) fn read_side(&self, k: &Keyed<'p>, left: TokenStream) -> TokenStream {
        if k.partner.is_none() {
            return left;
        }
        let (meet, right) = (self.function(k.id, "take_right"), self.type_name(k.id, "Right"));
        let at = self.time_of(k.id);
        let passed_at = at.as_ref().map(|at| quote!(, #at));
        let (take_head, hash) = (k.take_head(at.as_ref()), k.hash_argument());
        quote! {
            if reader.bool() {
                #take_head
                let right = #right::take(&mut reader);
                self.#meet(&right #hash #passed_at, tag, out);
            } else {
                #left
            }
        }
    }
}
