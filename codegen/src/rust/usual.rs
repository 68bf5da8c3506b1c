//! Lines read in one pass where they are written as nearly all are, by a scan where they are not.
//!
//! Where lines name their fields, two functions stand for the one pass. The first knows the record's order, and is code
//! without a loop; the second learns what order there is. Of other formats the reader knows where the fields are. What is
//! not read so is scanned by the spout's own function.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;
use streamwright_dsl::connectors::{Dialect, SourceConnector};
use streamwright_dsl::topology::{Field, NodeId, NodeKind, Spout};
use streamwright_values::Type;
use streamwright_values::format::OnePass;

use super::Emit;
use super::start::below_format;
use super::state::Kept;
use super::types;

/// A field that a spout reads.
pub(super) struct ReadField {
    /// Which one of the record it is.
    pub(super) at: usize,
    /// The local that holds it; none where nobody wants the value, only its being right.
    pub(super) local: Option<Ident>,
    /// The local that it is read into.
    pub(super) place: Ident,
    /// The type that is read, without its being optional.
    pub(super) ty: TokenStream,
    pub(super) optional: bool,
}

impl ReadField {
    /// What its value is bound to.
    pub(super) fn pattern(&self) -> TokenStream {
        self.local.as_ref().map_or_else(|| quote!(_), |local| quote!(#local))
    }

    /// The type that is read.
    fn whole_type(&self) -> TokenStream {
        let ty = &self.ty;
        if self.optional { quote!(Option<#ty>) } else { quote!(#ty) }
    }
}

impl Emit<'_> {
    /// What learns how the lines of a spout come, if its format has such a thing.
    fn usual_of(&self, id: NodeId) -> Option<TokenStream> {
        match self.one_pass_of(id)? {
            (_, _, OnePass::Learned(ty)) => Some(below_format(ty)),
            (_, _, OnePass::Reader | OnePass::Named) => None,
        }
    }

    fn one_pass_of(&self, id: NodeId) -> Option<(&Spout, &Dialect, OnePass)> {
        let NodeKind::Spout(spout) = &self.plan.topology.node(id).kind else { return None };
        let SourceConnector::Bytes { format, .. } = &spout.source else { return None };
        format.format.one_pass.map(|one_pass| (spout, format, one_pass))
    }

    /// What is remembered of the lines of these spouts.
    pub(super) fn usual_lines<'i>(&self, spouts: impl IntoIterator<Item = &'i NodeId>) -> Vec<Kept> {
        let kept = spouts.into_iter().filter_map(|id| {
            let ty = self.usual_of(*id)?;
            Some(Kept { name: self.setting(*id, "usual"), value: quote!(#ty::default()), ty })
        });
        kept.collect()
    }

    /// `read: Option<…>`, a line's fields where one pass has read them, with text borrowed as `column` says.
    pub(super) fn read_parameter(
        &self,
        id: NodeId,
        column: fn(&streamwright_values::Type) -> TokenStream,
    ) -> Option<TokenStream> {
        self.one_pass_of(id)?;
        let ty = self.read_type(id, column);
        Some(quote!(read: Option<#ty>,))
    }

    fn read_type(&self, id: NodeId, column: fn(&streamwright_values::Type) -> TokenStream) -> TokenStream {
        let fields = self.one_pass_of(id).map(|(spout, ..)| {
            let fields = &self.plan.topology.records[spout.record].fields;
            fields.iter().zip(&spout.reads).filter(|(_, read)| **read).map(|(field, _)| column(&field.ty))
        });
        let types = fields.into_iter().flatten();
        quote!((#(#types,)*))
    }

    /// What is called to read a line in one pass, given the bytes from its beginning.
    pub(super) fn read_in_one_pass(&self, id: NodeId) -> Option<TokenStream> {
        self.one_pass_of(id)?;
        let function = self.function(id, "in_order");
        let usual = self.usual_of(id).map(|_| self.setting(id, "usual"));
        let usual = usual.map(|usual| quote!(&mut self.#usual,));
        Some(quote!(|input| self.program.#function(#usual input)))
    }

    /// The functions that read a line in one pass.
    pub(super) fn usual_functions(&self, id: NodeId, read: &[ReadField]) -> Option<TokenStream> {
        let (spout, format, one_pass) = self.one_pass_of(id)?;
        let fields = &self.plan.topology.records[spout.record].fields;
        let name = &self.plan.topology.node(id).name;
        let in_order = format!(" A line of `{name}` as it is written by most, and its length");
        let (first, ty) = (self.function(id, "in_order"), self.read_type(id, types::column));
        let Some(usual) = self.usual_of(id) else {
            let body = match one_pass {
                OnePass::Named => self.by_name(id, fields, read),
                _ => {
                    let reader = self.setting(id, "format");
                    self.taken(id, read, &quote!(self.#reader), &quote!(p::unnamed))
                }
            };
            return Some(quote! {
                #[doc = #in_order]
                #[inline(always)]
                fn #first<'a>(&'a self, input: &'a [u8]) -> Option<(#ty, usize)> {
                    #body
                }
            });
        };
        let as_learned = format!(
            " A line of `{name}` whose keys come in another order, or with white space, and its length"
        );
        let second = self.function(id, "learned");
        let ordered = self.in_order(id, fields, format, read);
        let learned = self.as_learned(id, read);
        Some(quote! {
            #[doc = #in_order]
            #[inline(always)]
            fn #first<'a>(&'a self, usual: &mut #usual, input: &'a [u8]) -> Option<(#ty, usize)> {
                #ordered
            }

            #[doc = #as_learned]
            #[inline(never)]
            fn #second<'a>(&'a self, usual: &mut #usual, input: &'a [u8]) -> Option<(#ty, usize)> {
                #learned
            }
        })
    }

    /// The record's fields one behind the other, as this language writes them.
    fn in_order(&self, id: NodeId, fields: &[Field], format: &Dialect, read: &[ReadField]) -> TokenStream {
        let (specs, learned) = (self.setting(id, "fields"), self.function(id, "learned"));
        let writer = format.writer();
        let before = |at: usize, field: &Field| {
            let written = writer.as_ref().map(|writer| writer.before(at, &field.wire_name));
            Literal::byte_string(&written.unwrap_or_default())
        };
        let values = fields.iter().enumerate().map(|(at, field)| {
            let before = before(at, field);
            let value = match read.iter().enumerate().find(|(_, read)| read.at == at) {
                Some((number, ReadField { place, .. })) => {
                    let number = Literal::usize_unsuffixed(number);
                    quote!(let #place = line.value(&self.#specs[#number])?;)
                }
                None if is_optional_text(&field.ty) => quote!(line.skip_optional()?;),
                None => quote!(line.skip()?;),
            };
            quote!(line.literal(#before)?; #value)
        });
        let places = read.iter().map(|read| &read.place);
        quote! {
            let read = usual.in_order(input, |line| {
                #(#values)*
                Some((#(#places,)*))
            });
            match read {
                Some(read) => Some(read),
                None => self.#learned(usual, input),
            }
        }
    }

    fn as_learned(&self, id: NodeId, read: &[ReadField]) -> TokenStream {
        let keys = self.keys_of(id);
        let body = self.taken(id, read, &quote!(usual), &quote!(keys));
        quote! {
            #keys
            #body
        }
    }

    /// The values, each asked for by its field's name.
    fn by_name(&self, id: NodeId, fields: &[Field], read: &[ReadField]) -> TokenStream {
        let (specs, reader) = (self.setting(id, "fields"), self.setting(id, "format"));
        let values = read.iter().enumerate().map(|(number, ReadField { at, .. })| {
            let (number, name) = (Literal::usize_unsuffixed(number), &fields[*at].wire_name);
            quote!(line.value(#name, &self.#specs[#number])?)
        });
        quote! {
            let (line, end) = self.#reader.line(input)?;
            Some(((#(#values,)*), end))
        }
    }

    /// Each value into its place, in the order in which `reader` comes upon them.
    fn taken(&self, id: NodeId, read: &[ReadField], reader: &TokenStream, keys: &TokenStream) -> TokenStream {
        let specs = self.setting(id, "fields");
        let numbers = || (0..read.len()).map(Literal::usize_unsuffixed);
        let places: Vec<_> = read.iter().map(|field| &field.place).collect();
        let types = read.iter().map(ReadField::whole_type);
        let arms = numbers()
            .zip(&places)
            .map(|(number, place)| quote!(Some(#number) => value.take(&mut #place, &self.#specs[#number]),));
        let found = read.iter().map(|ReadField { place, optional, .. }| match optional {
            true => quote!(#place.flatten()),
            false => quote!(#place?),
        });
        quote! {
            #(let mut #places = None::<#types>;)*
            let end = #reader.read(input, #keys, |field, value| match field {
                #(#arms)*
                _ => value.skip(),
            })?;
            Some(((#(#found,)*), end))
        }
    }
}

/// Whether lines have either a text or `null` where this type is declared.
fn is_optional_text(ty: &Type) -> bool {
    matches!(ty, Type::Optional(inner) if **inner == Type::String)
}
