//! Own Rust: a value of the user's type for each key, and the structs that it sees.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use streamwright_dsl::connectors::{OwnRust, SinkConnector, SourceConnector};
use streamwright_dsl::source::Span;
use streamwright_dsl::topology::{Column, Expr, Node, NodeId, NodeKind, Run, Spout, StepKind, Stream};
use streamwright_values::Type;

use super::{Kept, State};
use crate::rust::Emit;
use crate::rust::keyed::Keyed;
use crate::rust::names::{field, ident};
use crate::rust::start::Setting;
use crate::rust::steps::Steps;
use crate::rust::types;

/// A `run`.
pub(super) struct Own<'p> {
    pub(super) run: &'p Run,
}

impl<'p> State<'p> for Own<'p> {
    fn functions(&self, emit: &Emit<'p>, k: &Keyed<'p>) -> TokenStream {
        let live = &emit.plan.node(k.id).live[k.plan.step + 1];
        let steps = Steps::new(emit, emit.places(&quote!(row), &k.step.row, live));
        let output = self.output();
        emit.after_function(k, "behind its own Rust", &quote!(row: &'a #output), steps)
    }

    fn settings(&self, emit: &Emit<'p>, id: NodeId, node: &Node) -> Vec<Setting> {
        emit.own_options(id, node, &self.run.name, &self.run.options).into_iter().collect()
    }

    fn kept(&self, emit: &Emit<'p>, k: &Keyed<'p>) -> Vec<Kept> {
        let (key, path) = (emit.type_name(k.id, "Key"), path(&self.run.path));
        let name = emit.setting(k.id, "bolts");
        vec![Kept { name, ty: quote!(p::Bolts<#key, #path>), value: quote!(p::Bolts::default()) }]
    }

    fn take(&self, emit: &Emit<'p>, k: &Keyed<'p>) -> TokenStream {
        let (bolts, options) = (emit.setting(k.id, "bolts"), self.options(emit, k.id));
        let (rank, after) = (emit.rank(k.id), emit.function(k.id, "after"));
        let row = format_ident!("{}Row", self.run.name);
        let fields = k.before.iter().enumerate().map(|(at, column)| {
            let (name, crossed) = (field(&column.name), k.in_add(at));
            if types::moves(&column.ty) { quote!(#name: p::lend(&#crossed)) } else { quote!(#name: #crossed) }
        });
        let shown = k.before.iter().map(|column| {
            let (text, name) = (&column.name, field(&column.name));
            quote!(input.column(#text, &row.#name);)
        });
        let at = if k.node.timed { quote!(Some(at)) } else { quote!(None) };
        let handed = emit.hand_on(Stream::Main(k.id), &quote!(&row), &quote!(tag));
        quote! {
            let row = bolts::#row { #(#fields,)* };
            let answered = p::clause(
                || self.#bolts.process(#options, by, &row, #at, out.clock()),
                |input| { #(#shown)* },
            );
            match answered {
                Ok(rows) => for (number, row) in (0..).zip(&rows) {
                    let tag = &p::Tag::Nth(tag, number);
                    match self.program.#after(row) {
                        Ok(Some(row)) => { #handed }
                        Ok(None) => out.filtered(1),
                        Err(failed) => out.letter(tag, #rank, failed.fault, failed.input),
                    }
                },
                Err(failed) => out.letter(tag, #rank, failed.fault, failed.input),
            }
        }
    }

    fn release(&self, emit: &Emit<'p>, k: &Keyed<'p>) -> Option<TokenStream> {
        let (bolts, options) = (emit.setting(k.id, "bolts"), self.options(emit, k.id));
        let (rank, after) = (emit.rank(k.id), emit.function(k.id, "after"));
        let tag = emit.released_tag(k);
        let shown = k.keys().zip(k.key_fields()).map(|(column, name)| {
            let text = &column.name;
            quote!(input.column(#text, &key.#name);)
        });
        let released = emit.released(k, &quote!(self.program.#after(row)), &quote!(end));
        // Without time nothing is cut for it, so where a watermark comes by is up to the workers: timers wait for the end.
        let only_at_the_end = (!k.node.timed).then(|| {
            quote!(if watermark < i64::MAX {
                return;
            })
        });
        Some(quote! {
            #only_at_the_end
            let mut bolts = std::mem::take(&mut self.#bolts);
            bolts.release(#options, watermark, out.clock(), |end, key, answered| {
                let due = #tag;
                match p::clause(|| answered, |input| { #(#shown)* }) {
                    Ok(rows) => for (number, row) in (0..).zip(&rows) {
                        let tag = &p::Tag::Nth(due, number);
                        #released
                    },
                    Err(failed) => out.released_letter(due, #rank, failed.fault, failed.input),
                }
            });
            self.#bolts = bolts;
        })
    }
}

/// A path of own Rust.
fn path(path: &str) -> TokenStream {
    let path = path.split("::").map(ident);
    quote!(crate #(::#path)*)
}

impl Own<'_> {
    /// What the program tells it.
    fn options(&self, emit: &Emit<'_>, id: NodeId) -> TokenStream {
        let options = emit.setting(id, "options");
        if self.run.options.is_empty() { quote!(&()) } else { quote!(&self.program.#options) }
    }

    fn output(&self) -> TokenStream {
        types::owned(&Type::Record(self.run.output.clone()))
    }
}

impl Emit<'_> {
    /// The options of own Rust, settled at the start; nothing where there are none.
    pub(in crate::rust) fn own_options(
        &self,
        id: NodeId,
        node: &Node,
        name: &str,
        options: &[(String, Expr)],
    ) -> Option<Setting> {
        let fields = options.iter().map(|(name, value)| {
            let constant = self.constant(node, value);
            let owned = if types::is_text(&value.ty) { quote!(#constant.into_owned()) } else { constant };
            let name = field(name);
            quote!(#name: #owned)
        });
        let name = format_ident!("{name}Options");
        let value = quote!(bolts::#name { #(#fields),* });
        (!options.is_empty()).then(|| self.one(id, "options", quote!(bolts::#name), value))
    }

    /// The source of a spout in Rust.
    pub(in crate::rust) fn own_source(&self, id: NodeId, own: &OwnRust) -> TokenStream {
        let opened = self.opened(id, own);
        quote!(p::Source::Own(p::OwnSource::#opened))
    }

    /// The target of a sink in Rust.
    pub(in crate::rust) fn own_sink(&self, id: NodeId, own: &OwnRust) -> TokenStream {
        let opened = self.opened(id, own);
        quote!(p::Target::Own(p::OwnTarget::#opened))
    }

    fn opened(&self, id: NodeId, own: &OwnRust) -> TokenStream {
        let (path, options) = (path(&own.path), self.setting(id, "options"));
        let name = &self.plan.topology.node(id).name;
        let options = if own.options.is_empty() { quote!(&()) } else { quote!(&self.#options) };
        quote!(new::<#path>(#name, #options))
    }

    /// The structs that own Rust sees beside the records; nothing where nothing runs.
    pub(in crate::rust) fn bolts(&self) -> TokenStream {
        let mut structs: Vec<TokenStream> = self
            .all_keyed()
            .filter_map(|k| match &k.step.kind {
                StepKind::Run(run) => {
                    let what = (k.node.name.as_str(), k.step.span);
                    let row = self.taken_struct(what, &run.name, k.before);
                    let options = self.told_struct(what, &run.name, &run.options);
                    Some(quote!(#row #options))
                }
                _ => None,
            })
            .collect();
        for node in &self.plan.topology.nodes {
            match &node.kind {
                NodeKind::Sink(SinkConnector::Own(own)) => {
                    let what = (node.name.as_str(), own.span);
                    structs.push(self.taken_struct(what, &own.name, node.exit()));
                    structs.extend(self.told_struct(what, &own.name, &own.options));
                    structs.push(taken(&own.name, node.exit()));
                }
                NodeKind::Spout(Spout { source: SourceConnector::Own { run, .. }, .. }) => {
                    structs.extend(self.told_struct((&node.name, run.span), &run.name, &run.options));
                }
                _ => {}
            }
        }
        if structs.is_empty() {
            return TokenStream::new();
        }
        quote! {
            /// What the topology's own Rust is given: the rows that it runs on, and its options.
            #[allow(dead_code, missing_docs, unreachable_pub, unused_imports, reason = "own Rust uses what it needs")]
            pub mod bolts {
                use super::*;
                #(#structs)*
            }
        }
    }

    fn taken_struct(&self, (node, span): (&str, Span), name: &str, row: &[Column]) -> TokenStream {
        let doc = self.from(&format!("The row that `{node}` runs on"), span);
        let name = format_ident!("{name}Row");
        let lifetime = borrows(row).then(|| quote!(<'a>));
        let fields = row.iter().map(|column| {
            let (name, ty) = (field(&column.name), types::column(&column.ty));
            quote!(pub #name: #ty)
        });
        quote! {
            #doc
            pub struct #name #lifetime { #(#fields),* }
        }
    }

    fn told_struct(
        &self,
        (node, span): (&str, Span),
        name: &str,
        options: &[(String, Expr)],
    ) -> Option<TokenStream> {
        if options.is_empty() {
            return None;
        }
        let doc = self.from(&format!("The options of `{node}`"), span);
        let name = format_ident!("{name}Options");
        let fields = options.iter().map(|(name, value)| {
            let (name, ty) = (field(name), types::owned(&value.ty));
            quote!(pub #name: #ty)
        });
        Some(quote! {
            #doc
            pub struct #name { #(#fields),* }
        })
    }
}

fn borrows(row: &[Column]) -> bool {
    row.iter().any(|column| types::may_borrow(&column.ty))
}

/// How a sink's row is read on the way to it.
fn taken(name: &str, row: &[Column]) -> TokenStream {
    let name = format_ident!("{name}Row");
    let lifetime = borrows(row).then(|| quote!(<'a>));
    let names = row.iter().map(|column| field(&column.name));
    quote! {
        impl<'a> p::Take<'a> for #name #lifetime {
            fn take(reader: &mut p::wire::Reader<'a>) -> Self {
                #name { #(#names: p::take(reader),)* }
            }
        }
    }
}
