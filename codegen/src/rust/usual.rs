//! Lines of JSON: read in one pass where their keys come as usual, by a scan where they do not.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;
use streamwright_dsl::connectors::{ReadFormat, SourceConnector};
use streamwright_dsl::topology::{NodeId, NodeKind};

use super::Emit;
use super::state::Kept;

/// A field that a spout reads.
pub(super) struct ReadField {
    /// The local that holds it; none where nobody wants the value, only its being right.
    pub(super) local: Option<Ident>,
    /// The local that it is read into.
    pub(super) place: Ident,
    /// The type that is read, without its being optional.
    pub(super) ty: TokenStream,
    pub(super) optional: bool,
}

impl Emit<'_> {
    /// Whether a spout reads lines of JSON.
    pub(super) fn reads_json(&self, id: NodeId) -> bool {
        let NodeKind::Spout(spout) = &self.plan.topology.node(id).kind else { return false };
        matches!(
            spout.source,
            SourceConnector::File { format: ReadFormat::Json, .. }
                | SourceConnector::Stdin { format: ReadFormat::Json }
        )
    }

    /// What the worker remembers of the lines of spouts.
    pub(super) fn usual_lines(&self) -> Vec<Kept> {
        let spouts = self.plan.spouts.iter().filter(|id| self.reads_json(**id));
        let kept = spouts.map(|id| Kept {
            name: self.setting(*id, "usual"),
            ty: quote!(p::json::Usual),
            value: quote!(p::json::Usual::default()),
        });
        kept.collect()
    }

    /// The fields of a line as locals. `keys` says which field a key is, `scan` and `values` are a scan and what is made of it.
    pub(super) fn read_usual(
        &self,
        id: NodeId,
        fields: &[ReadField],
        keys: &TokenStream,
        (scan, values): (&TokenStream, &[TokenStream]),
    ) -> TokenStream {
        let specs = self.setting(id, "fields");
        let numbers = || (0..fields.len()).map(Literal::usize_unsuffixed);
        let places: Vec<_> = fields.iter().map(|field| &field.place).collect();
        let types = fields.iter().map(
            |ReadField { ty, optional, .. }| {
                if *optional { quote!(Option<#ty>) } else { quote!(#ty) }
            },
        );
        let arms = numbers()
            .zip(&places)
            .map(|(number, place)| quote!(Some(#number) => value.take(&mut #place, &self.#specs[#number]),));
        let patterns = fields.iter().map(|ReadField { place, optional, .. }| match optional {
            true => quote!(#place),
            false => quote!(Some(#place)),
        });
        let found = fields.iter().map(|ReadField { place, optional, .. }| match optional {
            true => quote!(#place.flatten()),
            false => quote!(#place),
        });
        let locals =
            fields.iter().map(|field| field.local.as_ref().map_or_else(|| quote!(_), |local| quote!(#local)));
        quote! {
            #(let mut #places = None::<#types>;)*
            let keys = |key: &[u8]| match key { #keys _ => None };
            let whole = usual.read(line, keys, |field, value| match field {
                #(#arms)*
                _ => value.skip(),
            });
            let (#(#locals,)*) = match (whole, #(#places,)*) {
                (true, #(#patterns,)*) => (#(#found,)*),
                _ => {
                    #scan
                    (#(#values,)*)
                }
            };
        }
    }
}
