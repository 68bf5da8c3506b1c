//! Own Rust: a value of the user's type for each key, and the structs that it sees.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use streamwright_dsl::topology::{Node, NodeId, Run, StepKind, Stream};
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
        let doc = emit.from(&format!("`{}` behind its own Rust", k.node.name), k.step.span);
        let live = &emit.plan.node(k.id).live[k.plan.step + 1];
        let mut steps = Steps::new(emit, emit.places(&quote!(row), &k.step.row, live));
        steps.run(k.id, k.plan.step + 1..k.node.steps.len());
        let built = steps.build(&emit.type_name(k.id, ""), k.node.exit());
        let statements = &steps.statements;
        let (name, leaves) =
            (emit.function(k.id, "after"), emit.stream_type(Stream::Main(k.id), &quote!('a)));
        let output = self.output();
        quote! {
            #doc
            fn #name<'a>(&'a self, row: &'a #output) -> Result<Option<#leaves>, p::Failed> {
                #(#statements)*
                Ok(Some(#built))
            }
        }
    }

    fn settings(&self, emit: &Emit<'p>, id: NodeId, node: &Node) -> Vec<Setting> {
        if self.run.options.is_empty() {
            return Vec::new();
        }
        let options = self.run.options.iter().map(|(name, value)| {
            let constant = emit.constant(node, value);
            let owned = if types::is_text(&value.ty) { quote!(#constant.into_owned()) } else { constant };
            let name = field(name);
            quote!(#name: #owned)
        });
        let name = format_ident!("{}Options", self.run.name);
        vec![emit.one(id, "options", quote!(bolts::#name), quote!(bolts::#name { #(#options),* }))]
    }

    fn kept(&self, emit: &Emit<'p>, k: &Keyed<'p>) -> Vec<Kept> {
        let (key, path) = (emit.type_name(k.id, "Key"), self.path());
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
                || self.#bolts.process(#options, &add.by, &row, #at, out.clock()),
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
        Some(quote! {
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

impl Own<'_> {
    fn path(&self) -> TokenStream {
        let path = self.run.path.split("::").map(ident);
        quote!(crate #(::#path)*)
    }

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
    /// The structs that own Rust sees beside the records; nothing where nothing runs.
    pub(in crate::rust) fn bolts(&self) -> TokenStream {
        let structs: Vec<TokenStream> = self
            .all_keyed()
            .filter_map(|k| match &k.step.kind {
                StepKind::Run(run) => Some(self.structs(&k, run)),
                _ => None,
            })
            .collect();
        if structs.is_empty() {
            return TokenStream::new();
        }
        quote! {
            /// What the topology's own Rust is given: the rows that it runs on, and its options.
            #[allow(dead_code, missing_docs, unreachable_pub, unused_imports, reason = "own Rust uses what it needs")]
            pub mod bolts {
                use super::{p, records};
                #(#structs)*
            }
        }
    }

    fn structs(&self, k: &Keyed<'_>, run: &Run) -> TokenStream {
        let doc = self.from(&format!("The row that `{}` runs on", k.node.name), k.step.span);
        let name = format_ident!("{}Row", run.name);
        let borrows = k.before.iter().any(|column| types::has_lifetime(&column.ty));
        let lifetime = borrows.then(|| quote!(<'a>));
        let fields = k.before.iter().map(|column| {
            let (name, ty) = (field(&column.name), types::column(&column.ty));
            quote!(pub #name: #ty)
        });
        let options = (!run.options.is_empty()).then(|| {
            let doc = self.from(&format!("The options of `{}`", k.node.name), k.step.span);
            let name = format_ident!("{}Options", run.name);
            let fields = run.options.iter().map(|(name, value)| {
                let (name, ty) = (field(name), types::owned(&value.ty));
                quote!(pub #name: #ty)
            });
            quote! {
                #doc
                pub struct #name { #(#fields),* }
            }
        });
        quote! {
            #doc
            pub struct #name #lifetime { #(#fields),* }
            #options
        }
    }
}
