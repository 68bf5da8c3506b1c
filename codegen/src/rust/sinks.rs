//! Sinks: their own steps, and rows as bytes.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use streamwright_dsl::connectors::{SinkConnector, WriteFormat};
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
            SinkConnector::Discard => quote! {
                out.row(#index, #tag);
            },
            SinkConnector::Own(_) => {
                let columns = row.iter().map(|column| field(&column.name));
                quote! {
                    let line = out.row(#index, #tag);
                    #(p::put(&row.#columns, line);)*
                }
            }
            SinkConnector::File { format, .. } | SinkConnector::Stdout { format } => {
                let line = match format {
                    WriteFormat::Json => json(row),
                    WriteFormat::Csv { delimiter, .. } => csv(row, *delimiter),
                };
                quote! {
                    let line = out.row(#index, #tag);
                    #line
                }
            }
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

/// Names and values in turn; what lies between two values is one literal.
fn json(row: &Row) -> TokenStream {
    let mut before = String::from("{");
    let mut writes = Vec::new();
    for column in row {
        let key = streamwright_values::format::write::json_key(&column.name, before == "{");
        let literal = Literal::byte_string(&key);
        before = String::from(",");
        let name = field(&column.name);
        writes.push(quote! {
            line.extend_from_slice(#literal);
            p::json_value(&row.#name, line);
        });
    }
    let open = row.is_empty().then(|| quote!(line.push(b'{');));
    quote! {
        #open
        #(#writes)*
        line.extend_from_slice(b"}\n");
    }
}

fn csv(row: &Row, delimiter: u8) -> TokenStream {
    let delimiter = Literal::byte_character(delimiter);
    let writes = row.iter().enumerate().map(|(at, column)| {
        let name = field(&column.name);
        let between = (at > 0).then(|| quote!(line.push(#delimiter);));
        quote! {
            #between
            p::csv_value(&row.#name, #delimiter, line);
        }
    });
    quote! {
        #(#writes)*
        line.push(b'\n');
    }
}

/// CSV's header line; empty where the format has none.
pub(super) fn header(sink: &SinkConnector, row: &Row) -> Vec<u8> {
    let mut line = Vec::new();
    if let SinkConnector::File { format: WriteFormat::Csv { header: true, delimiter }, .. }
    | SinkConnector::Stdout { format: WriteFormat::Csv { header: true, delimiter } } = sink
    {
        let names = row.iter().map(|column| column.name.as_str());
        streamwright_values::format::write::write_csv_row(names, *delimiter, &mut line);
    }
    line
}
