//! A row that enters a node with state: up to the stateful step, then to the owner of its key.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::Keyed;
use crate::plan::Tags;
use crate::rust::Emit;
use crate::rust::bolts::Call;
use crate::rust::state::panes;

impl<'p> Emit<'p> {
    /// The row up to the stateful step.
    pub(super) fn enter_method(&self, k: &Keyed<'p>) -> TokenStream {
        let doc = self.from(&format!("A row that enters `{}`", k.node.name), k.node.span);
        let row = self.row_type(&self.entry(k.id), &quote!('_));
        let (name, rank) = (self.function(k.id, ""), self.rank(k.id));
        let (before, send) = (self.function(k.id, "before"), self.function(k.id, "send"));
        let at = self.time_parameter(k.id);
        let guarded_at = k.state.guard(self, k).map(|_| quote!(, at));
        let sent_at = at.as_ref().map(|_| quote!(, at));
        let task = k.task.as_ref().map(|_| quote!(, task: u32));
        let task_used = k.task.as_ref().map(|_| quote!(, task));
        let arguments = quote!(row #guarded_at #task_used);
        let (input, passed) = if k.plan.counts_rows {
            (Some(quote!(, input: usize)), self.counted(k, &arguments, &sent_at))
        } else {
            let lent = if k.plan.waits { quote!(add) } else { quote!(&add) };
            let call = Call {
                function: &before,
                arguments,
                pattern: quote!(add),
                then: quote!(self.#send(#lent #sent_at, tag, out)),
                failed: quote!(out.letter(tag, #rank, failed.fault, failed.input)),
            };
            (None, self.with_outcome(k.id, &call))
        };
        quote! {
            #doc
            fn #name(&mut self, row: &#row #input #task #at, tag: &p::Tag<'_>, out: &mut p::Outbox) {
                #passed
            }
        }
    }

    /// Where rows go round the tasks: each row that enters counts, once, whatever becomes of it.
    fn counted(&self, k: &Keyed<'p>, arguments: &TokenStream, sent_at: &Option<TokenStream>) -> TokenStream {
        let (before, send) = (self.function(k.id, "before"), self.function(k.id, "send"));
        let rank = self.rank(k.id);
        let taken = |again: TokenStream| {
            quote! {
                let add = match outcome {
                    Ok(Some(add)) => Some(add),
                    Ok(None) => {
                        out.filtered(1);
                        None
                    }
                    Err(failed) => {
                        out.letter(tag, #rank, failed.fault, failed.input);
                        None
                    }
                };
                self.#send(add, input, #again #sent_at, tag, out);
            }
        };
        if k.node.multiplies() {
            let taken = taken(quote!(number > 1));
            return quote! {
                let program = self.program;
                let mut number = 0;
                program.#before(#arguments, &mut |outcome| {
                    let tag = &p::Tag::Nth(tag, number);
                    number += 1;
                    #taken
                });
            };
        }
        let taken = taken(quote!(false));
        quote! {
            let outcome = self.program.#before(#arguments);
            #taken
        }
    }

    /// To the owner of its key: alone, into the state.
    pub(super) fn send_method(&self, k: &Keyed<'p>, index: usize) -> TokenStream {
        let doc =
            self.from(&format!("What a row adds, to the owner of its key in `{}`", k.node.name), k.node.span);
        let (send, take, add) = (self.function(k.id, "send"), self.function(k.id, "take"), self.add_type(k));
        let at = self.time_parameter(k.id);
        let passed_at = at.as_ref().map(|_| quote!(, at));
        let (parameter, passed) = if k.plan.counts_rows {
            (quote!(add: Option<#add>, input: usize, again: bool), quote!(add, input, again))
        } else if k.plan.waits {
            (quote!(add: #add), quote!(add))
        } else {
            (quote!(add: &#add), quote!(add))
        };
        let (put, hash) = (self.put(k), k.hash_argument());
        let find_hash = k.find_hash(&quote!(&add.by));
        let (rows, settle) = (self.setting(k.id, "rows"), self.function(k.id, "settle"));
        let alone = match self.tags(k) {
            Tags::Always => quote! {
                #find_hash
                let part = self.#rows.row(tag.phase(), tag);
                #put
            },
            _ if k.plan.waits => {
                let row = self.waiting(k, &passed, &quote!(at));
                quote! {
                self.#rows.push(#row);
                if self.#rows.len() == p::AT_ONCE {
                    self.#settle(out);
                }
                }
            }
            _ => quote! {
                #find_hash
                self.#take(#passed #hash #passed_at, tag, out);
            },
        };
        let away = if k.combines() { panes::combine(self, k) } else { self.part(k, index, &put) };
        quote! {
            #doc
            #[inline]
            fn #send(&mut self, #parameter #at, tag: &p::Tag<'_>, out: &mut p::Outbox) {
                if out.workers() == 1 {
                    #alone
                } else {
                    #find_hash
                    #away
                }
            }
        }
    }

    /// Into a part of the receiver's.
    fn part(&self, k: &Keyed<'p>, index: usize, put: &TokenStream) -> TokenStream {
        let (exchange, receiver) = (self.exchange_to(index), k.receiver());
        quote! {
            let part = out.part(#exchange, #receiver, tag.phase(), tag);
            #put
        }
    }

    /// Writes a row into `part`.
    fn put(&self, k: &Keyed<'p>) -> TokenStream {
        if k.combines() {
            return TokenStream::new();
        }
        let head = k.put_head(self.time_of(k.id).as_ref());
        if k.plan.counts_rows {
            return quote! {
                part.push(input as u8);
                p::put(&again, part);
                p::put(&add.is_some(), part);
                if let Some(add) = &add {
                    #head
                    add.put(part);
                }
            };
        }
        let left = k.partner.as_ref().map(|_| quote!(p::put(&false, part);));
        quote! {
            #left
            #head
            add.put(part);
        }
    }

    /// The exchange from the stage that runs to that of a node with state.
    pub(in crate::rust) fn exchange_to(&self, index: usize) -> TokenStream {
        let senders = &self.plan.node(self.plan.keyed[index].node).fed_by;
        let exchange =
            |stage: usize| Literal::usize_unsuffixed(self.plan.exchange(stage, index).unwrap_or_default());
        match senders.as_slice() {
            [only] => {
                let only = exchange(*only);
                quote!(#only)
            }
            [others @ .., last] => {
                let arms = others.iter().map(|stage| {
                    let (stage, exchange) = (Literal::usize_unsuffixed(*stage), exchange(*stage));
                    quote!(#stage => #exchange,)
                });
                let last = exchange(*last);
                quote!(match self.stage { #(#arms)* _ => #last })
            }
            [] => quote!(0),
        }
    }
}
