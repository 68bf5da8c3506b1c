//! Spouts: from a line to a row. The line's shape is checked to its end, then the fields that the topology reads are
//! converted in the order of the record, then the spout's own steps run.

use std::sync::Arc;

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use streamwright_dsl::connectors::{Dialect, SourceConnector};
use streamwright_dsl::topology::{Field, NodeId, NodeKind, Spout, Stream};
use streamwright_values::{RecordType, Type};

use super::Emit;
use super::names::field;
use super::place::Place;
use super::steps::Steps;
use super::types;
use super::usual::ReadField;

impl Emit<'_> {
    /// The function that makes a spout's row of an item.
    pub(super) fn spout_function(&self, id: NodeId, spout: &Spout) -> TokenStream {
        let node = self.plan.topology.node(id);
        let doc = self.from(&format!("`{}`", node.name), node.span);
        let mut steps = Steps::new(self, Vec::new());
        steps.in_spout = true;
        let fields = &self.plan.topology.records[spout.record].fields;
        let mut usual = None;
        let read = match &spout.source {
            SourceConnector::Generate(generate) => self.generated(id, spout, generate, &mut steps),
            SourceConnector::Own { record, .. } => self.given(id, record, &mut steps),
            SourceConnector::Bytes { format, .. } => {
                let read = self.read_fields(id, spout, fields, &mut steps);
                usual = self.usual_functions(id, &read);
                self.read_line(id, format, &read)
            }
        };
        steps.statements.push(read);
        steps.run(id, 0..node.steps.len());
        let at = self.event_time_of(id, spout, &mut steps);
        steps.keep(&self.plan.node(id).leaves);
        let built = steps.build(&self.type_name(id, ""), node.exit());
        let ty = |lifetime: &TokenStream| {
            let row = self.stream_type(Stream::Main(id), lifetime);
            quote!((#row, i64))
        };
        let body = steps.body(&quote!((#built, #at)), &ty(&quote!('_)), &quote!(p::Fault));
        let (name, node) = (self.function(id, ""), self.plan.topology.node(id));
        let (each, result) = if node.multiplies() {
            let ty = ty(&quote!('_));
            (Some(quote!(, each: &mut impl FnMut(Result<Option<#ty>, p::Fault>))), None)
        } else {
            let ty = ty(&quote!('a));
            (None, Some(quote!(-> Result<Option<#ty>, p::Fault>)))
        };
        let read = self.read_parameter(id, types::column);
        let clock = if self.uses_clock(spout) { quote!(clock) } else { quote!(_) };
        quote! {
            #usual

            #doc
            fn #name<'a>(&'a self, #read payload: &p::Payload<'a>, #clock: i64 #each) #result {
                #body
            }
        }
    }

    pub(super) fn uses_clock(&self, spout: &Spout) -> bool {
        spout.time.as_ref().is_some_and(|time| time.ahead_by.is_some() || time.at.is_none())
    }

    /// The event time in nanoseconds; of a spout without `time`, anything.
    fn event_time_of(&self, id: NodeId, spout: &Spout, steps: &mut Steps<'_, '_>) -> TokenStream {
        let Some(time) = &spout.time else { return quote!(p::NO_TIME) };
        let at = match &time.at {
            None => quote!(p::Timestamp(clock)),
            Some(written) => {
                let at = steps.scope().value(written);
                if written.ty.is_optional() { quote!(p::event_time(#at)?) } else { at }
            }
        };
        let at = match &time.ahead_by {
            Some(_) => {
                let ahead_by = self.setting(id, "ahead_by");
                quote!(p::check_ahead(#at, p::Timestamp(clock), self.#ahead_by)?)
            }
            None => at,
        };
        if syn::parse2::<syn::Ident>(at.clone()).is_ok() {
            return quote!(#at.0);
        }
        steps.statements.push(quote!(let at = #at;));
        quote!(at.0)
    }

    /// The fields that are read as locals, out of the row that own Rust has given.
    fn given(&self, id: NodeId, record: &Arc<RecordType>, steps: &mut Steps<'_, '_>) -> TokenStream {
        let live = &self.plan.node(id).live[0];
        let mut taken = Vec::new();
        for (one, live) in record.fields.iter().zip(live) {
            if !live {
                steps.columns.push(None);
                continue;
            }
            let (name, local) = (field(&one.name), steps.local(&one.name));
            taken.push(quote!(let #local = row.#name;));
            steps.columns.push(Some(Place::local(&local, &one.ty)));
        }
        let ty = types::inferred(&Type::Record(record.clone()));
        let row = if taken.is_empty() { quote!(_) } else { quote!(row) };
        quote! {
            let #row: #ty = p::given(payload)?;
            #(#taken)*
        }
    }

    /// What the letter of a spout's tuple shows.
    pub(super) fn tuple_shown(&self, id: NodeId) -> TokenStream {
        match &self.plan.topology.node(id).kind {
            NodeKind::Spout(Spout { source: SourceConnector::Own { record, .. }, .. }) => {
                let ty = types::inferred(&Type::Record(record.clone()));
                quote!(p::given_shown::<#ty>(&item.payload))
            }
            _ => quote!(p::line_shown(&item.payload)),
        }
    }

    /// The fields that are read, each with the local that it becomes.
    fn read_fields(
        &self,
        id: NodeId,
        spout: &Spout,
        fields: &[Field],
        steps: &mut Steps<'_, '_>,
    ) -> Vec<ReadField> {
        let mut found = Vec::new();
        let live = self.plan.node(id).live[0].clone();
        for (at, ((one, read), live)) in fields.iter().zip(&spout.reads).zip(live).enumerate() {
            if !read {
                steps.columns.push(None);
                continue;
            }
            let (local, ty) = (steps.local(&one.name), types::inferred(one.ty.required()));
            steps.columns.push(live.then(|| Place::local(&local, &one.ty)));
            let (place, local) = (steps.local(&format!("{}_read", one.name)), live.then_some(local));
            found.push(ReadField { at, local, place, ty, optional: one.ty.is_optional() });
        }
        found
    }

    /// The fields that are read as locals: what one pass has read, or from a scan of the line.
    fn read_line(&self, id: NodeId, format: &Dialect, fields: &[ReadField]) -> TokenStream {
        let specs = self.setting(id, "fields");
        let scan = self.scan(id, format, fields.len());
        let keys = format.format.names_fields.then(|| self.keys_of(id));
        let locals = fields.iter().map(ReadField::pattern);
        let values = fields.iter().enumerate().map(|(index, ReadField { ty, optional, .. })| {
            let index = Literal::usize_unsuffixed(index);
            let convert = if *optional { quote!(optional) } else { quote!(required) };
            quote!(p::field::#convert::<#ty>(fields[#index], &self.#specs[#index])?)
        });
        if format.format.one_pass.is_none() {
            return quote! {
                let line = p::line(payload)?;
                #keys
                #scan
                #(let #locals = #values;)*
            };
        }
        quote! {
            let (#(#locals,)*) = match read {
                Some(read) => read,
                None => {
                    let line = p::line(payload)?;
                    #keys
                    #scan
                    (#(#values,)*)
                }
            };
        }
    }

    /// Which field a key is.
    pub(super) fn keys_of(&self, id: NodeId) -> TokenStream {
        let NodeKind::Spout(spout) = &self.plan.topology.node(id).kind else { return TokenStream::new() };
        let fields = &self.plan.topology.records[spout.record].fields;
        let read = fields.iter().zip(&spout.reads).filter(|(_, read)| **read);
        let arms = read.enumerate().map(|(at, (one, _))| {
            let (key, at) = (Literal::byte_string(one.wire_name.as_bytes()), Literal::usize_unsuffixed(at));
            quote!(#key => Some(#at),)
        });
        quote!(let keys = |key: &[u8]| match key { #(#arms)* _ => None };)
    }

    /// The raw values of the fields that are read, in their order.
    fn scan(&self, id: NodeId, format: &Dialect, count: usize) -> TokenStream {
        let (count, reader) = (Literal::usize_unsuffixed(count), self.setting(id, "format"));
        let keys = if format.format.names_fields { quote!(keys) } else { quote!(p::unnamed) };
        quote! {
            let mut fields = [p::Raw::Missing; #count];
            p::scan(&self.#reader, line, #keys, &mut fields)?;
        }
    }

    /// A field of the program that belongs to a node.
    pub(super) fn setting(&self, id: NodeId, what: &str) -> proc_macro2::Ident {
        let name = field(&self.plan.topology.node(id).name);
        let wish = format!("{name}_{what}");
        self.names.borrow_mut().give(&format!("setting {} {what}", id.0), wish.trim_start_matches("r#"))
    }
}
