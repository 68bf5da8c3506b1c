//! A plan as Rust. Nothing is decided here: each file prints one kind of thing.
//!
//! The generated program reads like one that a careful person would write by hand against the runtime. It names only
//! `::streamwright::private` and itself; text from outside gets in as literals, names by `names`.

use std::cell::RefCell;

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use streamwright_dsl::source::{Sources, Span};
use streamwright_dsl::topology::{NodeId, Stream};

use crate::plan::{Plan, Prepared};
use names::{Names, camel};

mod bolts;
mod expr;
mod flow;
mod functions;
mod generate;
mod keyed;
mod merge;
mod names;
mod place;
mod program;
mod read;
mod records;
mod rows;
mod sinks;
mod stages;
mod start;
mod state;
mod steps;
mod tables;
mod types;
mod usual;

/// The items of a program: `pub fn main`, `pub fn run`, and what they need. They can stand in a module or in a crate.
#[must_use]
pub fn items(plan: &Plan, sources: &Sources) -> TokenStream {
    let emit = Emit::new(plan, sources);
    let parts = [
        emit.entry_points(),
        emit.program(),
        emit.topology_impl(),
        emit.records(),
        emit.bolts(),
        emit.rows(),
        emit.keyed_types(),
        emit.functions(),
        emit.nodes(),
        emit.merger().unwrap_or_default(),
        emit.worker(),
    ];
    quote! {
        #![allow(unused_variables, unused_comparisons, reason = "each topology uses another part of what there is")]
        #![allow(non_snake_case, reason = "columns keep the names that their author gave them")]
        use ::streamwright::private as p;
        #(#parts)*
    }
}

/// The text of a program, which says on its first line what it was made of.
#[must_use]
pub fn program(plan: &Plan, sources: &Sources) -> String {
    let name = &plan.topology.name;
    let file = plan.topology.nodes.first().map_or("", |node| file_name(sources, node.span));
    let modules = plan.topology.rust_mods.iter().map(|module| {
        let (name, path) = (names::ident(&module.name), &module.path);
        quote!(#[path = #path] mod #name;)
    });
    let items = items(plan, sources);
    let items = text(quote!(#items #(#modules)*));
    format!(
        "// The topology `{name}` of {file}, as Streamwright compiled it. What is changed here is lost.\n\n{items}"
    )
}

/// Tokens as formatted text, with a blank line between items.
#[must_use]
pub fn text(items: TokenStream) -> String {
    let Ok(mut file) = syn::parse2::<syn::File>(items.clone()) else {
        // Unformatted rather than lost: rustc will say what is wrong with it.
        return items.to_string();
    };
    let items = std::mem::take(&mut file.items);
    let mut parts = vec![prettyplease::unparse(&file)];
    file.attrs.clear();
    for item in items {
        file.items = vec![item];
        parts.push(prettyplease::unparse(&file));
    }
    parts.retain(|part| !part.is_empty());
    parts.join("\n")
}

/// A file by its name alone: where it lies is nobody's business.
fn file_name(sources: &Sources, span: Span) -> &str {
    sources.get(span.file).path.rsplit(['/', '\\']).next().unwrap_or_default()
}

/// A `Vec` of these. Not by `vec!`: what stands in a macro stays unformatted.
fn list(elements: impl IntoIterator<Item = TokenStream>) -> TokenStream {
    let mut elements = elements.into_iter().peekable();
    if elements.peek().is_none() { quote!(Vec::new()) } else { quote!(Vec::from([#(#elements),*])) }
}

/// What is being printed, and the names given so far.
struct Emit<'p> {
    plan: &'p Plan,
    sources: &'p Sources,
    names: RefCell<Names>,
    /// What is made of constants, each once.
    prepared: Prepared,
}

impl<'p> Emit<'p> {
    fn new(plan: &'p Plan, sources: &'p Sources) -> Emit<'p> {
        Emit { plan, sources, names: RefCell::new(Names::items()), prepared: plan.prepared() }
    }

    /// A function, named after a node and the part that it plays (none for its main one).
    fn function(&self, id: NodeId, part: &str) -> Ident {
        let name = &self.plan.topology.node(id).name;
        let wish = if part.is_empty() { name.clone() } else { format!("{name}_{part}") };
        self.names.borrow_mut().give(&format!("fn {} {part}", id.0), &wish)
    }

    /// A type, named after a node and the part that it plays (none for the row that leaves).
    fn type_name(&self, id: NodeId, part: &str) -> Ident {
        let wish = format!("{}{part}", camel(&self.plan.topology.node(id).name));
        self.names.borrow_mut().give(&format!("type {} {part}", id.0), &wish)
    }

    /// The type of a stream's rows.
    fn row_name(&self, stream: Stream) -> Ident {
        match stream {
            Stream::Main(id) | Stream::Named(id, _) => self.type_name(id, ""),
            Stream::Late(id) => self.type_name(id, "Late"),
            Stream::DeadLetters => self.names.borrow_mut().give("dead letters", "DeadLetter"),
        }
    }

    /// A doc line that says where something comes from.
    fn from(&self, what: &str, span: Span) -> TokenStream {
        let source = self.sources.get(span.file);
        let (line, column) = source.line_column(span.lo);
        let path = file_name(self.sources, span);
        let text = format!(" {what}, from {path}:{line}:{column}");
        quote!(#[doc = #text])
    }

    /// The spouts' place in the layout.
    fn spout_index(&self, id: NodeId) -> usize {
        self.plan.spouts.iter().position(|spout| *spout == id).unwrap_or_default()
    }

    /// The sinks' place in the layout.
    fn sink_index(&self, id: NodeId) -> usize {
        self.plan.sinks.iter().position(|sink| *sink == id).unwrap_or_default()
    }

    /// A node's rank as letters take it.
    fn rank(&self, id: NodeId) -> proc_macro2::Literal {
        proc_macro2::Literal::usize_unsuffixed(self.plan.node(id).rank)
    }
}
