//! Lines of a format such as JSON: read in one pass where their keys come as usual, by a scan where they do not.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;
use streamwright_dsl::connectors::SourceConnector;
use streamwright_dsl::topology::{NodeId, NodeKind};

use super::Emit;
use super::start::below_format;
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
    /// What reads the lines of a spout in one pass, if its format has such a thing.
    pub(super) fn usual_of(&self, id: NodeId) -> Option<TokenStream> {
        let NodeKind::Spout(spout) = &self.plan.topology.node(id).kind else { return None };
        match &spout.source {
            SourceConnector::Bytes { format, .. } => format.format.one_pass.map(below_format),
            SourceConnector::Generate(_) | SourceConnector::Own { .. } => None,
        }
    }

    /// What the worker remembers of the lines of spouts.
    pub(super) fn usual_lines(&self) -> Vec<Kept> {
        let kept = self.plan.spouts.iter().filter_map(|id| {
            let ty = self.usual_of(*id)?;
            Some(Kept { name: self.setting(*id, "usual"), value: quote!(#ty::default()), ty })
        });
        kept.collect()
    }

    /// The fields of a line as locals. `scan` and `values` are a scan and what is made of it.
    pub(super) fn read_usual(
        &self,
        id: NodeId,
        fields: &[ReadField],
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
