//! Windows in the worker: rows on their way to the owner of their key, into the window, and out of it when it is due.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;
use streamwright_dsl::topology::{NodeId, Stream};

use super::Emit;
use super::bolts::Call;
use super::windows::{Windowed, lifetimes};
use crate::plan::{Routing, Tags};

impl Emit<'_> {
    /// Everything that the worker does for a windowed bolt.
    pub(super) fn window_methods(&self, id: NodeId, index: usize) -> TokenStream {
        let Some(w) = self.windowed(index) else { return TokenStream::new() };
        let parts = [
            self.enter_method(&w),
            self.send_method(&w, index),
            self.take_method(&w),
            self.arrive_method(&w, index),
            self.release_method(id, &w),
        ];
        quote!(#(#parts)*)
    }

    /// When rows of the window carry tags.
    pub(super) fn tags(&self, w: &Windowed<'_>) -> Tags {
        self.plan.node(w.id).tags
    }

    /// `'_` where what a row adds borrows from it.
    fn add_type(&self, w: &Windowed<'_>) -> TokenStream {
        let add = self.type_name(w.id, "Add");
        let (_, elided) = lifetimes(w.borrows());
        quote!(#add #elided)
    }

    /// The row up to the window.
    fn enter_method(&self, w: &Windowed<'_>) -> TokenStream {
        let doc = self.from(&format!("A row that enters `{}`", w.node.name), w.node.span);
        let row = self.row_type(&self.entry(w.id), &quote!('_));
        let (name, rank) = (self.function(w.id, ""), self.rank(w.id));
        let (before, send) = (self.function(w.id, "before"), self.function(w.id, "send"));
        let at = self.time_parameter(w.id);
        let at_used = w.by_time().then(|| quote!(, at));
        let sent_at = at.as_ref().map(|_| quote!(, at));
        let task = w.task.as_ref().map(|_| quote!(, task: u32));
        let task_used = w.task.as_ref().map(|_| quote!(, task));
        if w.plan.counts_rows {
            return self.counted_enter_method(w);
        }
        let passed = self.with_outcome(
            w.id,
            &Call {
                function: &before,
                arguments: quote!(row #at_used #task_used),
                pattern: quote!(add),
                then: quote!(self.#send(&add #sent_at, tag, out)),
                failed: quote!(out.letter(tag, #rank, failed.fault, failed.input)),
            },
        );
        quote! {
            #doc
            fn #name(&mut self, row: &#row #task #at, tag: &p::Tag<'_>, out: &mut p::Outbox) {
                #passed
            }
        }
    }

    /// The row up to a window whose tasks it goes round: each row that enters counts, once, whatever becomes of it.
    fn counted_enter_method(&self, w: &Windowed<'_>) -> TokenStream {
        let doc = self.from(&format!("A row that enters `{}`", w.node.name), w.node.span);
        let row = self.row_type(&self.entry(w.id), &quote!('_));
        let (name, rank) = (self.function(w.id, ""), self.rank(w.id));
        let (before, send) = (self.function(w.id, "before"), self.function(w.id, "send"));
        let at = self.time_parameter(w.id);
        let at_used = w.by_time().then(|| quote!(, at));
        let sent_at = at.as_ref().map(|_| quote!(, at));
        let task = w.task.as_ref().map(|_| quote!(, task: u32));
        let task_used = w.task.as_ref().map(|_| quote!(, task));
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
        let passed = if w.node.multiplies() {
            let taken = taken(quote!(number > 1));
            quote! {
                let program = self.program;
                let mut number = 0;
                program.#before(row #at_used #task_used, &mut |outcome| {
                    let tag = &p::Tag::Nth(tag, number);
                    number += 1;
                    #taken
                });
            }
        } else {
            let taken = taken(quote!(false));
            quote! {
                let outcome = self.program.#before(row #at_used #task_used);
                #taken
            }
        };
        quote! {
            #doc
            fn #name(&mut self, row: &#row, input: usize #task #at, tag: &p::Tag<'_>, out: &mut p::Outbox) {
                #passed
            }
        }
    }

    /// To the owner of its key: alone, into the window.
    fn send_method(&self, w: &Windowed<'_>, index: usize) -> TokenStream {
        let doc =
            self.from(&format!("What a row adds, to the owner of its key in `{}`", w.node.name), w.node.span);
        let (send, take, add) = (self.function(w.id, "send"), self.function(w.id, "take"), self.add_type(w));
        let at = self.time_parameter(w.id);
        let passed_at = at.as_ref().map(|_| quote!(, at));
        let (parameter, passed) = if w.plan.counts_rows {
            (quote!(add: Option<#add>, input: usize, again: bool), quote!(add, input, again))
        } else {
            (quote!(add: &#add), quote!(add))
        };
        let put = self.put(w);
        let tagged = self.setting(w.id, "rows");
        let alone = match self.tags(w) {
            Tags::Always => quote! {
                let part = self.#tagged.row(tag.phase(), tag);
                #put
            },
            _ => quote!(self.#take(#passed #passed_at, tag, out);),
        };
        let away = if w.combines() { self.combine(w) } else { self.part(w, index, &put) };
        quote! {
            #doc
            #[inline]
            fn #send(&mut self, #parameter #at, tag: &p::Tag<'_>, out: &mut p::Outbox) {
                if out.workers() == 1 {
                    #alone
                } else {
                    #away
                }
            }
        }
    }

    /// Into a part of the receiver's.
    fn part(&self, w: &Windowed<'_>, index: usize, put: &TokenStream) -> TokenStream {
        let exchange = self.exchange_to(index);
        let receiver = match w.plan.routing {
            Routing::Hash => quote!(p::receiver(p::KeyRef::hash(&add.by), out.workers())),
            Routing::One => quote!(0),
        };
        quote! {
            let part = out.part(#exchange, #receiver, tag.phase(), tag);
            #put
        }
    }

    /// Writes a row into `part`.
    fn put(&self, w: &Windowed<'_>) -> TokenStream {
        if w.combines() {
            return TokenStream::new();
        }
        let at = self.plan.node(w.id).takes_time.then(|| quote!(p::put(&at, part);));
        if w.plan.counts_rows {
            return quote! {
                part.push(input as u8);
                p::put(&again, part);
                p::put(&add.is_some(), part);
                if let Some(add) = &add {
                    #at
                    add.put(part);
                }
            };
        }
        quote! {
            #at
            add.put(part);
        }
    }

    /// The exchange from the stage that runs to a window.
    pub(super) fn exchange_to(&self, index: usize) -> TokenStream {
        let senders = &self.plan.node(self.plan.windows[index].node).fed_by;
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

    /// Into the partial aggregates of this worker.
    fn combine(&self, w: &Windowed<'_>) -> TokenStream {
        let partials = self.setting(w.id, "partials");
        let at = if self.plan.node(w.id).takes_time { quote!(at) } else { quote!(p::NO_TIME) };
        quote! {
            self.#partials.add(&add.by, #at, |kept| kept.add(add), |_| {});
        }
    }

    /// Into the windows.
    fn take_method(&self, w: &Windowed<'_>) -> TokenStream {
        let doc = self.from(&format!("What a row adds, into the windows of `{}`", w.node.name), w.node.span);
        let (take, add) = (self.function(w.id, "take"), self.add_type(w));
        let (windows, late_row) = (self.setting(w.id, "windows"), self.function(w.id, "late_row"));
        let at = self.time_parameter(w.id);
        let added_at = if at.is_some() { quote!(at) } else { quote!(p::NO_TIME) };
        let kept_at = w.takes_time().then(|| quote!(, at));
        let (parameter, counted) = self.counted(w);
        let parameter = parameter.unwrap_or_else(|| quote!(add: &#add));
        let update = quote!(|kept| kept.add(add #kept_at));
        let body = if self.plan.node(w.id).late_readers.is_empty() {
            quote! {
                let missed = self.#windows.add(&add.by, #added_at, #update, |_| {});
                out.late(missed);
            }
        } else {
            let handed = self.hand_on(Stream::Late(w.id), &quote!(&row), &quote!(&p::Tag::Late(tag, end)));
            quote! {
                let mut ends = Vec::new();
                let missed = self.#windows.add(&add.by, #added_at, #update, |end| ends.push(end));
                out.late(missed);
                for end in ends {
                    let row = self.program.#late_row(add, end);
                    #handed
                }
            }
        };
        quote! {
            #doc
            #[inline]
            fn #take(&mut self, #parameter #at, tag: &p::Tag<'_>, out: &mut p::Outbox) {
                #counted
                #body
            }
        }
    }

    /// Rows of a `shuffle` go round the tasks: each counts, and those that were dropped before the window end here. Rows of
    /// other inputs bring their task with them.
    fn counted(&self, w: &Windowed<'_>) -> (Option<TokenStream>, Option<TokenStream>) {
        let (Some(task), true) = (&w.task, w.plan.counts_rows) else { return (None, None) };
        let add = self.add_type(w);
        let (counts, tasks) = (self.setting(w.id, "counts"), Literal::u32_unsuffixed(w.node.tasks));
        let shuffled =
            w.node.inputs.iter().map(|input| {
                matches!(input.grouping.kind, streamwright_dsl::topology::GroupingKind::Shuffle)
            });
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
    fn arrive_method(&self, w: &Windowed<'_>, index: usize) -> TokenStream {
        let doc = self.from(&format!("What the workers sent to `{}`", w.node.name), w.node.span);
        let (arrive, take) = (self.function(w.id, "arrive"), self.function(w.id, "take"));
        let senders = self.plan.node(w.id).fed_by.iter();
        let exchanges: Vec<Literal> = senders
            .map(|stage| Literal::usize_unsuffixed(self.plan.exchange(*stage, index).unwrap_or_default()))
            .collect();
        let read = if w.combines() { self.read_partial(w) } else { self.read_row(w, &take) };
        // Untagged rows are only counted where they are late, so any tag will do.
        let no_tag = (!w.combines()).then(|| quote!(let tag = &p::Tag::Item(segment.last_item);));
        let rows = match self.tags(w) {
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
        let settle = self.settle_method(w, &take);
        quote! {
            #doc
            fn #arrive(&mut self, root: &p::StageRoot<'_>, segment: p::Segment<'_>, phase: p::Phase, out: &mut p::Outbox) {
                #rows
            }
            #settle
        }
    }

    /// Reads a row and takes it in.
    fn read_row(&self, w: &Windowed<'_>, take: &Ident) -> TokenStream {
        let add = self.type_name(w.id, "Add");
        let at = self.plan.node(w.id).takes_time.then(|| quote!(let at = p::take(&mut reader);));
        let passed_at = at.as_ref().map(|_| quote!(, at));
        if w.plan.counts_rows {
            let none_at = at.as_ref().map(|_| quote!(, p::NO_TIME));
            return quote! {
                let (input, again) = (usize::from(reader.u8()), reader.bool());
                if reader.bool() {
                    #at
                    let add = #add::take(&mut reader);
                    self.#take(Some(add), input, again #passed_at, tag, out);
                } else {
                    self.#take(None, input, again #none_at, tag, out);
                }
            };
        }
        quote! {
            #at
            let add = #add::take(&mut reader);
            self.#take(&add #passed_at, tag, out);
        }
    }

    /// Reads a partial aggregate and merges it.
    fn read_partial(&self, w: &Windowed<'_>) -> TokenStream {
        let (by, state) = (self.type_name(w.id, "By"), self.type_name(w.id, "State"));
        let windows = self.setting(w.id, "windows");
        quote! {
            let start: i64 = p::take(&mut reader);
            let by = #by::take(&mut reader);
            let partial = #state::decode(&mut reader);
            let merge = |kept: &mut #state| p::aggregate::Merge::merge(kept, &partial);
            let missed = self.#windows.add(&by, start, merge, |_| {});
            out.late(missed * partial.rows_taken_in as u64);
        }
    }

    /// Alone, where the order of rows has to be restored: what a segment brought, in order.
    fn settle_method(&self, w: &Windowed<'_>, take: &Ident) -> TokenStream {
        if self.tags(w) != Tags::Always {
            return TokenStream::new();
        }
        let doc = self.from(&format!("What a segment brought to `{}`, in order", w.node.name), w.node.span);
        let (settle, rows, read) =
            (self.function(w.id, "settle"), self.setting(w.id, "rows"), self.read_row(w, take));
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

    /// What is due.
    fn release_method(&self, id: NodeId, w: &Windowed<'_>) -> TokenStream {
        let doc = self
            .from(&format!("The windows of `{}` that are due", w.node.name), w.node.steps[w.plan.step].span);
        let (release, after) = (self.function(id, "release"), self.function(id, "after"));
        let (windows, rank) = (self.setting(id, "windows"), self.rank(id));
        let handed = self.hand_on(Stream::Main(id), &quote!(&row), &quote!(tag));
        let at = self.hands_time_on(Stream::Main(id)).then(|| {
            let at = if w.by_time() { quote!(end.saturating_sub(1)) } else { quote!(p::NO_TIME) };
            quote!(let at = #at;)
        });
        let task = w.task.as_ref().map_or_else(|| quote!(0), |task| quote!(key.#task));
        quote! {
            #doc
            fn #release(&mut self, watermark: i64, item: u32, out: &mut p::Outbox) {
                let mut windows = self.#windows.take();
                windows.release(watermark, |end, key, kept| {
                    let tag = &p::Tag::Released { item, end, key, task: #task };
                    match self.program.#after(end, key, kept) {
                        Ok(Some(row)) => {
                            #at
                            #handed
                        }
                        Ok(None) => out.filtered(1),
                        Err(failed) => out.released_letter(tag, #rank, failed.fault, failed.input),
                    }
                });
                self.#windows = windows;
            }
        }
    }
}
