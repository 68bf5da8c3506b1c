//! The rows that pass from node to node, as structs of their live columns.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use streamwright_dsl::topology::{NodeId, NodeKind, Row, Stream};

use super::Emit;
use super::names::field;
use super::types;

impl Emit<'_> {
    /// All rows.
    pub(super) fn rows(&self) -> TokenStream {
        let order = &self.plan.topology.order;
        let rows = order.iter().map(|id| self.rows_of(*id));
        let letters = self.reads_letters().then(|| {
            let what = quote!(#[doc = " A dead letter."]);
            self.row_struct(&what, &self.row_name(Stream::DeadLetters), self.plan, Stream::DeadLetters)
        });
        quote!(#(#rows)* #letters)
    }

    fn rows_of(&self, id: NodeId) -> TokenStream {
        let node = self.plan.topology.node(id);
        let mut structs = Vec::new();
        if let Some((name, row, live)) = self.entry_struct(id) {
            let doc = self.from(&format!("The row that enters `{}`", node.name), node.span);
            structs.push(struct_of(&doc, &name, &row, &live));
        }
        let written = matches!(node.kind, NodeKind::Sink(_));
        if !written || !node.steps.is_empty() {
            let verb = if written { "is written by" } else { "leaves" };
            let doc = self.from(&format!("The row that {verb} `{}`", node.name), node.span);
            structs.push(self.row_struct(&doc, &self.type_name(id, ""), self.plan, Stream::Main(id)));
        }
        if !self.plan.node(id).late_readers.is_empty() {
            let doc = self.from(&format!("A row of `{}.late`", node.name), node.span);
            structs.push(self.row_struct(&doc, &self.type_name(id, "Late"), self.plan, Stream::Late(id)));
        }
        quote!(#(#structs)*)
    }

    /// The row that enters a node of several inputs, which is nobody's own.
    fn entry_struct(&self, id: NodeId) -> Option<(Ident, Row, Vec<bool>)> {
        let node = self.plan.topology.node(id);
        let live = self.plan.node(id).live.first()?.clone();
        (node.inputs.len() > 1).then(|| (self.type_name(id, "In"), node.entry.clone(), live))
    }

    /// What enters a node: the type, its columns, which of them are there.
    pub(super) fn entry(&self, id: NodeId) -> (Ident, Row, Vec<bool>) {
        if let Some(entry) = self.entry_struct(id) {
            return entry;
        }
        let stream =
            self.plan.topology.node(id).inputs.first().map_or(Stream::Main(id), |input| input.stream);
        (self.row_name(stream), self.plan.topology.row(stream), self.plan.live(stream))
    }

    fn row_struct(
        &self,
        doc: &TokenStream,
        name: &Ident,
        plan: &crate::plan::Plan,
        stream: Stream,
    ) -> TokenStream {
        struct_of(doc, name, &plan.topology.row(stream), &plan.live(stream))
    }

    /// `Requests<'_>`, or `Counts` where nothing in it is borrowed.
    pub(super) fn row_type(
        &self,
        (name, row, live): &(Ident, Row, Vec<bool>),
        lifetime: &TokenStream,
    ) -> TokenStream {
        if borrows(row, live) { quote!(#name<#lifetime>) } else { quote!(#name) }
    }

    /// A stream's row type.
    pub(super) fn stream_type(&self, stream: Stream, lifetime: &TokenStream) -> TokenStream {
        let row = (self.row_name(stream), self.plan.topology.row(stream), self.plan.live(stream));
        self.row_type(&row, lifetime)
    }

    /// Whether a sink reads the dead letters.
    pub(super) fn reads_letters(&self) -> bool {
        !self.plan.readers(Stream::DeadLetters).is_empty()
    }
}

/// Whether a row holds text or bytes.
pub(super) fn borrows(row: &Row, live: &[bool]) -> bool {
    row.iter().zip(live).any(|(column, live)| *live && types::may_borrow(&column.ty))
}

fn struct_of(doc: &TokenStream, name: &Ident, row: &Row, live: &[bool]) -> TokenStream {
    let fields = row.iter().zip(live).filter(|(_, live)| **live).map(|(column, _)| {
        let (name, ty) = (field(&column.name), types::column(&column.ty));
        quote!(#name: #ty)
    });
    let lifetime = borrows(row, live).then(|| quote!(<'a>));
    quote! {
        #doc
        struct #name #lifetime { #(#fields),* }
    }
}
