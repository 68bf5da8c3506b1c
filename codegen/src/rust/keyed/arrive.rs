//! What arrives at the owner of a key: read from parts, put in order where that shows, given to the state.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;
use streamwright_dsl::topology::GroupingKind;

use super::Keyed;
use crate::plan::Tags;
use crate::rust::Emit;
use crate::rust::state::panes;

impl<'p> Emit<'p> {
    /// Into the state.
    pub(super) fn take_method(&self, k: &Keyed<'p>) -> TokenStream {
        let doc = self.from(&format!("What a row adds, into the state of `{}`", k.node.name), k.node.span);
        let (take, add) = (self.function(k.id, "take"), self.add_type(k));
        let (hash, at) = (k.hash_parameter(), self.time_parameter(k.id));
        let by = k.hashed(&quote!(&add.by));
        let (parameter, dealt) = self.dealt(k);
        let parameter = parameter.unwrap_or_else(|| quote!(add: &#add));
        let body = k.state.take(self, k);
        quote! {
            #doc
            #[inline]
            fn #take(&mut self, #parameter #hash #at, tag: &p::Tag<'_>, out: &mut p::Outbox) {
                #dealt
                let by = #by;
                #body
            }
        }
    }

    /// Rows of a `shuffle` go round the tasks: each counts, and those that were dropped on the way end here. Rows of other
    /// inputs bring their task with them.
    fn dealt(&self, k: &Keyed<'p>) -> (Option<TokenStream>, Option<TokenStream>) {
        let (Some(task), true) = (&k.task, k.plan.counts_rows) else { return (None, None) };
        let add = self.add_type(k);
        let (counts, tasks) = (self.setting(k.id, "counts"), Literal::u32_unsuffixed(k.node.tasks));
        let shuffled = k.node.inputs.iter().map(|input| matches!(input.grouping.kind, GroupingKind::Shuffle));
        let body = quote! {
            const SHUFFLED: &[bool] = &[#(#shuffled),*];
            let dealt = SHUFFLED[input].then(|| {
                if !again {
                    self.#counts[input] = (self.#counts[input] + 1) % #tasks;
                }
                (self.#counts[input] + #tasks - 1) % #tasks
            });
            let Some(mut add) = add else { return };
            add.by.#task = dealt.unwrap_or(add.by.#task);
            let add = &add;
        };
        (Some(quote!(add: Option<#add>, input: usize, again: bool)), Some(body))
    }

    /// What other workers sent.
    pub(super) fn arrive_method(&self, k: &Keyed<'p>, index: usize) -> TokenStream {
        let doc = self.from(&format!("What the workers sent to `{}`", k.node.name), k.node.span);
        let (arrive, take) = (self.function(k.id, "arrive"), self.function(k.id, "take"));
        let senders = self.plan.node(k.id).fed_by.iter();
        let exchanges: Vec<Literal> = senders
            .map(|stage| Literal::usize_unsuffixed(self.plan.exchange(*stage, index).unwrap_or_default()))
            .collect();
        let read = if k.combines() { panes::read_partial(self, k) } else { self.read_row(k, &take) };
        // Untagged rows are only counted where they are late, so any tag will do.
        let no_tag = (!k.combines()).then(|| quote!(let tag = &p::Tag::Item(segment.last_item);));
        let rows = match self.tags(k) {
            Tags::Never => quote! {
                #no_tag
                #(for rows in root.rows(#exchanges, segment, phase) {
                    let mut reader = p::wire::Reader::new(rows);
                    while !reader.is_empty() { #read }
                })*
            },
            _ => quote! {
                for row in root.ordered(&[#(#exchanges),*], segment, phase) {
                    let tag = &p::Tag::Encoded(row.tag);
                    let mut reader = p::wire::Reader::new(row.bytes);
                    #read
                }
            },
        };
        let settle = self.settle_method(k, &take);
        quote! {
            #doc
            fn #arrive(&mut self, root: &p::StageRoot<'_>, segment: p::Segment<'_>, phase: p::Phase, out: &mut p::Outbox) {
                #rows
            }
            #settle
        }
    }

    /// Reads a row and takes it in.
    fn read_row(&self, k: &Keyed<'p>, take: &Ident) -> TokenStream {
        let add = self.type_name(k.id, "Add");
        let at = self.time_of(k.id);
        let passed_at = at.as_ref().map(|at| quote!(, #at));
        let take_head = k.take_head(at.as_ref());
        if k.plan.counts_rows {
            let none_at = at.as_ref().map(|_| quote!(, p::NO_TIME));
            return quote! {
                let (input, again) = (usize::from(reader.u8()), reader.bool());
                if reader.bool() {
                    #take_head
                    let add = #add::take(&mut reader);
                    self.#take(Some(add), input, again #passed_at, tag, out);
                } else {
                    self.#take(None, input, again #none_at, tag, out);
                }
            };
        }
        let hash = k.hash_argument();
        let left = quote! {
            #take_head
            let add = #add::take(&mut reader);
            self.#take(&add #hash #passed_at, tag, out);
        };
        self.read_side(k, left)
    }

    /// Alone, where rows wait: those that do. Where their order has to be restored: what a segment brought, in order.
    fn settle_method(&self, k: &Keyed<'p>, take: &Ident) -> TokenStream {
        if k.plan.waits {
            return self.settle_waiting(k, take);
        }
        if self.tags(k) != Tags::Always {
            return TokenStream::new();
        }
        let doc = self.from(&format!("What a segment brought to `{}`, in order", k.node.name), k.node.span);
        let (settle, rows, read) =
            (self.function(k.id, "settle"), self.setting(k.id, "rows"), self.read_row(k, take));
        quote! {
            #doc
            fn #settle(&mut self, phase: p::Phase, out: &mut p::Outbox) {
                let mut part = std::mem::replace(&mut self.#rows, p::Part::new(true));
                for row in part.ordered(phase) {
                    let tag = &p::Tag::Encoded(row.tag);
                    let mut reader = p::wire::Reader::new(row.bytes);
                    #read
                }
                part.clear();
                self.#rows = part;
            }
        }
    }

    fn settle_waiting(&self, k: &Keyed<'p>, take: &Ident) -> TokenStream {
        let doc = self.from(&format!("The rows that wait for `{}`", k.node.name), k.node.span);
        let (settle, rows) = (self.function(k.id, "settle"), self.setting(k.id, "rows"));
        let (hash, at) = (k.hash_argument(), self.time_argument(k.id));
        let row = self.waiting(k, &quote!(add), &quote!(at));
        let find_hash = k.find_hash(&quote!(&add.by));
        quote! {
            #doc
            #[inline(never)]
            fn #settle(&mut self, out: &mut p::Outbox) {
                // They are only counted where they are late, so any tag will do.
                let tag = &p::Tag::Item(0);
                let mut rows = std::mem::take(&mut self.#rows);
                for #row in rows.drain(..) {
                    #find_hash
                    self.#take(&add #hash #at, tag, out);
                }
                self.#rows = rows;
            }
        }
    }

    /// What is due, in a state of which something ever is.
    pub(super) fn release_method(&self, k: &Keyed<'p>) -> Option<TokenStream> {
        let doc = self.from(&format!("What is due in `{}`", k.node.name), k.step.span);
        let release = self.function(k.id, "release");
        let body = k.state.release(self, k)?;
        Some(quote! {
            #doc
            fn #release(&mut self, watermark: i64, item: u32, out: &mut p::Outbox) {
                #body
            }
        })
    }
}
