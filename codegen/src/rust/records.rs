//! The records that stand inside rows, as structs in a module of their own.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::quote;
use streamwright_dsl::connectors::{SinkConnector, SourceConnector};
use streamwright_dsl::topology::{ExprKind, NodeKind, StepKind};
use streamwright_values::{RecordType, Type};

use super::Emit;
use super::names::field;
use super::types;
use crate::plan::analysis;

impl Emit<'_> {
    /// The records inside the fields that spouts read, in tables and in what functions take, by name; nothing where there are none.
    pub(super) fn records(&self) -> TokenStream {
        let mut found = BTreeMap::new();
        for node in &self.plan.topology.nodes {
            let NodeKind::Spout(spout) = &node.kind else { continue };
            let fields = &self.plan.topology.records[spout.record].fields;
            let read = fields.iter().zip(&spout.reads).filter(|(_, read)| **read);
            read.for_each(|(field, _)| gather(&field.ty, &mut found));
            if let SourceConnector::Own { record, .. } = &spout.source {
                gather_record(record, &mut found);
            }
        }
        for table in &self.plan.topology.tables {
            self.table_fields(table).iter().for_each(|field| gather(&field.ty, &mut found));
        }
        for index in self.plan.functions() {
            let function = &self.plan.topology.functions[index];
            let types = function.parameters.iter().map(|parameter| &parameter.ty).chain([&function.result]);
            types.for_each(|ty| gather(ty, &mut found));
        }
        for k in self.all_keyed() {
            if let StepKind::Run(run) = &k.step.kind {
                gather_record(&run.output, &mut found);
                k.before.iter().for_each(|column| gather(&column.ty, &mut found));
            }
        }
        let mut parts = Vec::new();
        for expr in self.plan.expressions() {
            analysis::walk(expr, &mut |inner| {
                if let ExprKind::Extract(..) = inner.kind {
                    parts.push(&inner.ty);
                }
            });
        }
        parts.into_iter().for_each(|ty| gather(ty, &mut found));
        for node in &self.plan.topology.nodes {
            if let NodeKind::Sink(SinkConnector::Own(_)) = &node.kind {
                node.exit().iter().for_each(|column| gather(&column.ty, &mut found));
            }
        }
        if found.is_empty() {
            return TokenStream::new();
        }
        let records = found.values().map(|record| of_record(record));
        quote! {
            /// The records that stand inside rows.
            #[allow(dead_code, missing_docs, non_camel_case_types, unreachable_pub, unused_imports, reason = "records are what the topology says")]
            pub mod records {
                use super::{p, records};
                #(#records)*
            }
        }
    }
}

fn gather<'t>(ty: &'t Type, found: &mut BTreeMap<&'t str, &'t RecordType>) {
    match ty.required() {
        Type::List(element) => gather(element, found),
        Type::Record(record) => gather_record(record, found),
        _ => {}
    }
}

fn gather_record<'t>(record: &'t RecordType, found: &mut BTreeMap<&'t str, &'t RecordType>) {
    if found.insert(&record.name, record).is_none() {
        record.fields.iter().for_each(|field| gather(&field.ty, found));
    }
}

fn of_record(record: &RecordType) -> TokenStream {
    let name = types::record_name(record);
    let doc = format!(" `{}`", record.name);
    let lifetime = record.fields.iter().any(|field| types::may_borrow(&field.ty)).then(|| quote!(<'a>));
    let fields = record.fields.iter().map(|one| {
        let (name, text, ty) = (field(&one.name), &one.name, types::beside_records(&one.ty));
        quote!(#name #text: #ty,)
    });
    quote! {
        p::record! {
            #[doc = #doc]
            #name #lifetime { #(#fields)* }
        }
    }
}
