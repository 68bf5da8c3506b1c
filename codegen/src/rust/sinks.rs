//! Sinks: their own steps, and rows as bytes.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use streamwright_dsl::connectors::{Dialect, SinkConnector};
use streamwright_dsl::topology::{NodeId, NodeKind, Row, Stream};

use super::Emit;
use super::bolts::Call;
use super::names::field;

impl Emit<'_> {
    /// A row that enters a sink.
    pub(super) fn sink_method(&self, id: NodeId, sink: &SinkConnector) -> TokenStream {
        let node = self.plan.topology.node(id);
        if node.inputs.iter().any(|input| input.stream == Stream::DeadLetters) {
            return TokenStream::new();
        }
        let doc = self.from(&format!("A row that enters `{}`", node.name), node.span);
        let (name, row) = (self.function(id, ""), self.row_type(&self.entry(id), &quote!('_)));
        let rank = self.rank(id);
        let failed = quote!(out.letter(tag, #rank, failed.fault, failed.input));
        let body = self.through_steps(id, sink, failed);
        quote! {
            #doc
            fn #name(&mut self, row: &#row, tag: &p::Tag<'_>, out: &mut p::Outbox) {
                #body
            }
        }
    }

    /// A row through the sink's own steps, if it has any, and written; `failed` is what is done with a fault.
    fn through_steps(&self, id: NodeId, sink: &SinkConnector, failed: TokenStream) -> TokenStream {
        let written = self.written(id, sink, &quote!(tag));
        if self.plan.topology.node(id).steps.is_empty() {
            return written;
        }
        let function = &self.function(id, "");
        let (arguments, pattern) = (quote!(row), quote!(row));
        self.with_outcome(id, &Call { function, arguments, pattern, then: written, failed })
    }

    /// A row, formatted into the outbox.
    fn written(&self, id: NodeId, sink: &SinkConnector, tag: &TokenStream) -> TokenStream {
        let index = Literal::usize_unsuffixed(self.sink_index(id));
        let row = self.plan.topology.node(id).exit();
        match sink {
            SinkConnector::Bytes { format: None, .. } => quote! {
                out.row(#index, #tag);
            },
            SinkConnector::Own(_) => {
                let columns = row.iter().map(|column| field(&column.name));
                quote! {
                    let line = out.row(#index, #tag);
                    #(p::put(&row.#columns, line);)*
                }
            }
            SinkConnector::Bytes { format: Some(format), .. } => {
                let line = self.line(id, format, row);
                quote! {
                    let line = out.row(#index, #tag);
                    #line
                }
            }
        }
    }

    /// What stands before each value, and the value; and the end.
    fn line(&self, id: NodeId, format: &Dialect, row: &Row) -> TokenStream {
        let Some(writer) = format.writer() else { return TokenStream::new() };
        let known = self.setting(id, "format");
        let put = |bytes: &[u8]| match bytes {
            [] => TokenStream::new(),
            bytes => {
                let bytes = Literal::byte_string(bytes);
                quote!(line.extend_from_slice(#bytes);)
            }
        };
        let values = row.iter().enumerate().map(|(at, column)| {
            let (before, name) = (put(&writer.before(at, &column.name)), field(&column.name));
            quote! {
                #before
                p::write(&self.program.#known, &row.#name, line);
            }
        });
        let end = put(&writer.end(row.len()));
        quote! {
            #(#values)*
            #end
        }
    }

    /// The dead letters of a root, through the sinks that read them.
    pub(super) fn letters_method(&self) -> Option<TokenStream> {
        let readers = self.plan.readers(Stream::DeadLetters);
        let sinks: Vec<TokenStream> = readers.iter().map(|reader| self.letter_sink(reader.node)).collect();
        let row = self.row_name(Stream::DeadLetters);
        let live = self.plan.live(Stream::DeadLetters);
        let columns = self.plan.topology.row(Stream::DeadLetters);
        let fields = columns.iter().zip(live).filter(|(_, live)| *live).map(|(column, _)| {
            let name = field(&column.name);
            let value = match column.name.as_str() {
                "code" => quote!(p::text(letter.code.as_str())),
                "position" => quote!(letter.position),
                _ if column.ty.is_optional() => quote!(letter.#name.map(p::text)),
                _ => quote!(p::text(letter.#name)),
            };
            quote!(#name: #value)
        });
        (!sinks.is_empty()).then(|| {
            quote! {
                fn letters(&mut self, letters: &[p::LetterRow<'_>], out: &mut p::Outbox) {
                    for letter in letters {
                        let row = &#row { #(#fields,)* };
                        #(#sinks)*
                    }
                }
            }
        })
    }

    fn letter_sink(&self, id: NodeId) -> TokenStream {
        let node = self.plan.topology.node(id);
        let NodeKind::Sink(sink) = &node.kind else { return TokenStream::new() };
        let passed = self.through_steps(id, sink, quote!(out.letter_lost(letter, &failed.fault)));
        quote!({
            let tag = &p::Tag::Item(0);
            #passed
        })
    }
}

/// What stands before the first row, if something does.
pub(super) fn head(sink: &SinkConnector, row: &Row) -> Vec<u8> {
    let SinkConnector::Bytes { format: Some(format), .. } = sink else { return Vec::new() };
    let names: Vec<&str> = row.iter().map(|column| column.name.as_str()).collect();
    format.writer().map_or_else(Vec::new, |writer| writer.head(&names))
}
