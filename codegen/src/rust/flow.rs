//! The worker: rows handed from node to node by direct calls, up to a sink or a window.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};
use streamwright_dsl::topology::{GroupingKind, NodeId, NodeKind, Stream};

use super::Emit;
use super::bolts::Call;
use super::names::field;
use super::types;
use crate::plan::Reader;

impl Emit<'_> {
    /// The worker's state and methods.
    pub(super) fn worker(&self) -> TokenStream {
        let state = self.worker_state();
        let order = &self.plan.topology.order;
        let spouts = self.plan.spouts.iter().map(|id| self.spout_method(*id));
        let nodes =
            order.iter().map(|id| match (&self.plan.topology.node(*id).kind, self.plan.keyed_of(*id)) {
                (NodeKind::Spout(_), _) => TokenStream::new(),
                (NodeKind::Bolt, Some(index)) => self.keyed_methods(index),
                (NodeKind::Bolt, None) => self.bolt_method(*id),
                (NodeKind::Sink(sink), _) => self.sink_method(*id, sink),
            });
        let adapters = order.iter().flat_map(|id| {
            let inputs = 0..self.plan.topology.node(*id).inputs.len();
            inputs.filter_map(|input| self.adapter(Reader { node: *id, input }))
        });
        let combine = self.combine_method();
        let runs = self.worker_impl();
        quote! {
            #state
            impl Worker<'_> {
                #(#spouts)*
                #(#adapters)*
                #(#nodes)*
                #combine
            }
            #runs
        }
    }

    /// A tuple of a spout, and where its row goes.
    fn spout_method(&self, id: NodeId) -> TokenStream {
        let node = self.plan.topology.node(id);
        let doc = self.from(&format!("A tuple of `{}`", node.name), node.span);
        let (name, rank) = (self.function(id, ""), self.rank(id));
        let index = Literal::usize_unsuffixed(self.spout_index(id));
        let timed = matches!(&node.kind, NodeKind::Spout(spout) if spout.time.is_some());
        let (at, observe) = if timed {
            (quote!(at), quote!(root.observe(#index, at);))
        } else if self.hands_time_on(Stream::Main(id)) {
            (quote!(at), TokenStream::new())
        } else {
            (quote!(_), TokenStream::new())
        };
        let handed = self.hand_on(Stream::Main(id), &quote!(&row), &quote!(tag));
        let handed_over = self.plan.hands_rows(id);
        let read = self.read_parameter(id, types::inferred).filter(|_| !handed_over);
        let given = read.is_some().then(|| quote!(read,));
        let function = if handed_over { self.function(id, "handed") } else { name.clone() };
        let shown = self.tuple_shown(id);
        let passed = self.with_outcome(
            id,
            &Call {
                function: &function,
                arguments: quote!(#given &item.payload, root.clock()),
                pattern: quote!((row, #at)),
                then: quote!(#observe #handed),
                failed: quote!(out.letter(tag, #rank, failed, #shown)),
            },
        );
        quote! {
            #doc
            fn #name(&mut self, item: &p::Item<'_>, #read root: &mut p::SourceRoot<'_>, out: &mut p::Outbox) {
                let tag = &p::Tag::Item(item.index);
                #passed
            }
        }
    }

    /// A row that enters a stateless bolt, and where what leaves it goes.
    fn bolt_method(&self, id: NodeId) -> TokenStream {
        let node = self.plan.topology.node(id);
        let doc = self.from(&format!("A row that enters `{}`", node.name), node.span);
        let (name, rank) = (self.function(id, ""), self.rank(id));
        let row = self.row_type(&self.entry(id), &quote!('_));
        let at = self.time_parameter(id);
        let handed = self.hand_on(Stream::Main(id), &quote!(&row), &quote!(tag));
        let passed = self.with_outcome(
            id,
            &Call {
                function: &name,
                arguments: quote!(row),
                pattern: quote!(row),
                then: handed,
                failed: quote!(out.letter(tag, #rank, failed.fault, failed.input)),
            },
        );
        quote! {
            #doc
            fn #name(&mut self, row: &#row #at, tag: &p::Tag<'_>, out: &mut p::Outbox) {
                #passed
            }
        }
    }

    /// `at` where a node takes the time of its rows.
    pub(super) fn time_of(&self, id: NodeId) -> Option<Ident> {
        self.plan.node(id).takes_time.then(|| format_ident!("at"))
    }

    /// `, at: i64` where a node takes the time of its rows.
    pub(super) fn time_parameter(&self, id: NodeId) -> Option<TokenStream> {
        self.plan.node(id).takes_time.then(|| quote!(, at: i64))
    }

    pub(super) fn time_argument(&self, id: NodeId) -> Option<TokenStream> {
        self.plan.node(id).takes_time.then(|| quote!(, at))
    }

    /// Whether a reader of a stream takes the time of its rows.
    pub(super) fn hands_time_on(&self, stream: Stream) -> bool {
        let readers = match stream {
            Stream::Main(id) => self.plan.node(id).readers.clone(),
            other => self.plan.readers(other),
        };
        readers.iter().any(|reader| self.plan.node(reader.node).takes_time)
    }

    /// A row to each reader of a stream; its time is in `at`. Of a node with a `split`, to the readers of its arm.
    pub(super) fn hand_on(&self, stream: Stream, row: &TokenStream, tag: &TokenStream) -> TokenStream {
        match stream {
            Stream::Main(id) if !self.plan.topology.node(id).arms().is_empty() => self.to_arm(id, row, tag),
            stream => self.to_readers(stream, row, tag),
        }
    }

    fn to_arm(&self, id: NodeId, row: &TokenStream, tag: &TokenStream) -> TokenStream {
        let node = self.plan.topology.node(id);
        let arm = node.exit().last().map(|arm| field(&arm.name));
        let arms = (0..node.arms().len()).map(|place| {
            let handed = self.to_readers(Stream::Named(id, place), row, tag);
            let place = Literal::usize_unsuffixed(place);
            quote!(#place => { #handed })
        });
        quote! {
            match (#row).#arm {
                #(#arms)*
                _ => {}
            }
        }
    }

    fn to_readers(&self, stream: Stream, row: &TokenStream, tag: &TokenStream) -> TokenStream {
        let calls = self.plan.readers(stream).into_iter().map(|reader| {
            let name = if self.is_adapted(reader) {
                self.adapter_name(reader)
            } else {
                self.function(reader.node, "")
            };
            let at = self.time_argument(reader.node);
            quote!(self.#name(#row #at, #tag, out);)
        });
        quote!(#(#calls)*)
    }

    /// Whether something lies between a stream and a node that reads it: a union's tag and columns, or tasks.
    fn is_adapted(&self, reader: Reader) -> bool {
        let node = self.plan.topology.node(reader.node);
        let kind = &node.inputs[reader.input].grouping.kind;
        let tasks = match kind {
            GroupingKind::All => node.tasks > 1,
            GroupingKind::Direct(_) => true,
            _ => self.takes_task(reader.node),
        };
        node.inputs.len() > 1 || tasks
    }

    /// Whether a node keeps its state by task.
    fn takes_task(&self, id: NodeId) -> bool {
        self.plan.topology.node(id).tasks > 1 && self.plan.keyed_of(id).is_some()
    }

    pub(super) fn adapter_name(&self, reader: Reader) -> Ident {
        let input = &self.plan.topology.node(reader.node).inputs[reader.input];
        let from = match input.stream {
            Stream::Main(id) => self.plan.topology.node(id).name.clone(),
            Stream::Late(id) => format!("{}_late", self.plan.topology.node(id).name),
            Stream::Named(id, arm) => {
                let node = self.plan.topology.node(id);
                format!("{}_{}", node.name, node.arms()[arm].name)
            }
            Stream::DeadLetters => "dead_letters".to_owned(),
        };
        let name = &self.plan.topology.node(reader.node).name;
        let thing = format!("adapter {} {}", reader.node.0, reader.input);
        self.names.borrow_mut().give(&thing, &format!("{name}_from_{from}"))
    }

    /// What lies between a stream and one of its readers.
    fn adapter(&self, reader: Reader) -> Option<TokenStream> {
        let node = self.plan.topology.node(reader.node);
        let input = &node.inputs[reader.input];
        if !self.is_adapted(reader) || input.stream == Stream::DeadLetters {
            return None;
        }
        if node.is_partner(reader.input) {
            return self.partner_adapter(reader);
        }
        let doc = self.from(&format!("An input of `{}`", node.name), input.span);
        let (name, row) = (self.adapter_name(reader), self.stream_type(input.stream, &quote!('_)));
        let at = self.time_parameter(reader.node);
        let index = Literal::usize_unsuffixed(reader.input);
        let union = (node.inputs.len() > 1).then(|| {
            let entry = self.entered(reader);
            quote! {
                let row = &#entry;
                let tag = &p::Tag::Input(#index, tag);
            }
        });
        // Beside rows without a time, times say nothing.
        let at_union =
            (at.is_some() && !self.enters_timed(reader.node)).then(|| quote!(let at = p::NO_TIME;));
        let tasks = self.to_tasks(reader);
        Some(quote! {
            #doc
            fn #name(&mut self, row: &#row #at, tag: &p::Tag<'_>, out: &mut p::Outbox) {
                #union
                #at_union
                #tasks
            }
        })
    }

    /// Whether all rows that enter a node have an event time.
    fn enters_timed(&self, id: NodeId) -> bool {
        let node = self.plan.topology.node(id);
        let own = node.inputs.iter().enumerate().filter(|(input, _)| !node.is_partner(*input));
        own.into_iter().all(|(_, input)| match input.stream {
            Stream::Main(from) | Stream::Named(from, _) => self.plan.topology.node(from).timed,
            Stream::Late(_) => true,
            Stream::DeadLetters => false,
        })
    }

    /// A row of one input as the union has it.
    fn entered(&self, reader: Reader) -> TokenStream {
        let node = self.plan.topology.node(reader.node);
        let input = &node.inputs[reader.input];
        let (name, row, live) = self.entry(reader.node);
        let from = self.plan.topology.row(input.stream);
        let fields = row.iter().zip(&live).zip(&input.columns).filter(|((_, live), _)| **live).map(
            |((column, _), at)| {
                let (name, read) = (field(&column.name), field(&from[*at].name));
                let value =
                    if types::moves(&column.ty) { quote!(p::lend(&row.#read)) } else { quote!(row.#read) };
                quote!(#name: #value)
            },
        );
        quote!(#name { #(#fields,)* })
    }

    /// A row to the tasks of its grouping.
    fn to_tasks(&self, reader: Reader) -> TokenStream {
        let id = reader.node;
        let node = self.plan.topology.node(id);
        let (name, rank, tasks) = (self.function(id, ""), self.rank(id), node.tasks);
        let (at, count) = (self.time_argument(id), Literal::u32_unsuffixed(tasks));
        let counted = self.plan.keyed_of(id).is_some_and(|index| self.plan.keyed[index].counts_rows);
        let input = counted.then(|| {
            let index = Literal::usize_unsuffixed(reader.input);
            quote!(, #index)
        });
        let passed = |task: TokenStream| self.takes_task(id).then(|| quote!(#input, #task));
        match &node.inputs[reader.input].grouping.kind {
            GroupingKind::All if tasks > 1 => {
                let task = passed(quote!(task));
                quote! {
                    for task in 0..#count {
                        self.#name(row #task #at, &p::Tag::Nth(tag, task), out);
                    }
                }
            }
            GroupingKind::Direct(_) => {
                let task_of = self.function(id, &format!("task_{}", reader.input));
                let (found, task) = if self.takes_task(id) {
                    (quote!(task), passed(quote!(task)))
                } else {
                    (quote!(_), None)
                };
                quote! {
                    match self.program.#task_of(row) {
                        Ok(#found) => self.#name(row #task #at, tag, out),
                        Err(failed) => out.letter(tag, #rank, failed.fault, failed.input),
                    }
                }
            }
            _ => {
                let task = passed(quote!(0));
                quote!(self.#name(row #task #at, tag, out);)
            }
        }
    }
}
