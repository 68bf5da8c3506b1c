//! Tables: how their rows are read, and how one is looked up.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};
use streamwright_dsl::topology::{Expr, Field, Row, Table, TableLookup};
use streamwright_values::Type;
use streamwright_values::format::FieldSpec;

use super::expr::bracketed;
use super::place::Place;
use super::start::{Setting, format_type, options, spec, wanted};
use super::steps::Steps;
use super::{Emit, list, types};

impl Emit<'_> {
    fn table_function(&self, index: usize) -> Ident {
        let name = &self.plan.topology.tables[index].name;
        self.names.borrow_mut().give(&format!("table {index}"), &format!("{name}_row"))
    }

    /// The tables, read when the program starts.
    pub(super) fn tables(&self) -> Option<Setting> {
        let tables = &self.plan.topology.tables;
        let layouts = tables.iter().enumerate().map(|(index, table)| self.table_layout(index, table));
        let layouts = list(layouts);
        let name = self.names.borrow_mut().give("tables", "tables");
        (!tables.is_empty()).then(|| Setting {
            kept: Some((name, quote!(p::Tables))),
            value: quote!(p::Tables::read(#layouts)?),
        })
    }

    fn table_layout(&self, index: usize, table: &Table) -> TokenStream {
        let (name, row) = (&table.name, self.table_function(index));
        let path = bracketed(self.constant_of(name, &table.path));
        let (ty, operand) = (format_type(&table.format), &table.format.operand);
        let options = options(&table.format);
        let all = wanted(self.table_fields(table).iter().map(|field| (field.wire_name.as_str(), true)));
        let fields = self.table_fields(table).iter().map(|field| spec(&FieldSpec::of(field)));
        let fields = list(fields);
        quote! {
            p::TableLayout {
                name: #name,
                path: #path.into_owned(),
                format: Box::new(p::reader::<#ty>(#operand, &[#options], &[#all])),
                fields: #fields,
                row: Program::#row,
            }
        }
    }

    pub(super) fn table_fields(&self, table: &Table) -> &[Field] {
        &self.plan.topology.records[table.record].fields
    }

    /// How the tables are handed to the runtime.
    pub(super) fn tables_method(&self) -> Option<TokenStream> {
        let name = self.names.borrow_mut().give("tables", "tables");
        (!self.plan.topology.tables.is_empty()).then(|| {
            quote! {
                fn tables(&self) -> Option<&p::Tables> {
                    Some(&self.#name)
                }
            }
        })
    }

    /// For each table, how a line becomes a row.
    pub(super) fn table_functions(&self) -> TokenStream {
        let functions = self.plan.topology.tables.iter().enumerate().map(|(index, table)| {
            let doc = self.from(&format!("A row of `{}`", table.name), table.span);
            let name = self.table_function(index);
            let all = self.table_fields(table);
            let value = |at: usize| {
                let (field, place) = (&all[at], Literal::usize_unsuffixed(at));
                let ty = types::inferred(field.ty.required());
                let convert = if field.ty.is_optional() { quote!(optional) } else { quote!(required) };
                quote!(p::field::#convert::<#ty>(fields[#place], &specs[#place])?)
            };
            let reads = (0..all.len()).map(value);
            let keys = table.keys.iter().map(|key| value(*key));
            quote! {
                #doc
                fn #name(
                    fields: &[p::Raw<'_>],
                    specs: &[p::FieldSpec],
                    key: &mut Vec<u8>,
                    row: &mut Vec<u8>,
                ) -> Result<(), p::Fault> {
                    #(p::put(&#reads, row);)*
                    #(p::put(&#keys, key);)*
                    Ok(())
                }
            }
        });
        functions.collect()
    }
}

impl Steps<'_, '_> {
    /// The row of a table behind the row before.
    pub(super) fn look_up(&mut self, lookup: &TableLookup, before: &Row, behind: &Row, live: &[bool]) {
        let width = before.len();
        let filter: Vec<usize> = lookup.filter.iter().flat_map(Expr::columns).collect();
        let wanted: Vec<bool> =
            (width..behind.len()).map(|column| live[column] || filter.contains(&column)).collect();
        let locals: Vec<Option<Ident>> = lookup
            .right
            .iter()
            .zip(&wanted)
            .map(|(column, wanted)| wanted.then(|| self.local(&column.name)))
            .collect();
        let names: Vec<&Ident> = locals.iter().flatten().collect();
        let found = format_ident!("hit");
        let find = self.find(lookup, before, &locals);
        self.statements.push(quote!(let #found = #find;));
        let both: Row = before.iter().chain(&lookup.right).cloned().collect();
        let places = locals
            .iter()
            .zip(&lookup.right)
            .map(|(local, column)| local.as_ref().map(|local| Place::local(local, &column.ty)));
        self.columns.extend(places);
        let holds = lookup.filter.as_ref().map(|filter| bracketed(self.checked(filter, &both)));
        if !lookup.outer {
            let drops = holds.map(|holds| quote!(if !#holds { return Ok(None); }));
            self.statements.push(quote!(let Some((#(#names,)*)) = #found else { return Ok(None); };));
            self.statements.extend(drops);
            return;
        }
        let kept = lookup.right.iter().zip(&locals).filter_map(|(column, local)| {
            let local = local.as_ref()?;
            Some(if column.ty.is_optional() { quote!(#local) } else { quote!(Some(#local)) })
        });
        let absent = names.iter().map(|_| quote!(None));
        let held = holds.map(|holds| quote!(if #holds));
        self.statements.push(quote! {
            let (#(#names,)*) = match #found {
                Some((#(#names,)*)) #held => (#(#kept,)*),
                _ => (#(#absent,)*),
            };
        });
        for (at, local) in locals.iter().enumerate() {
            let column = &behind[width + at];
            self.columns[width + at] = local.as_ref().map(|local| Place::local(local, &column.ty));
        }
    }

    /// The wanted columns of the row that is found, as an `Option` of a tuple.
    fn find(&self, lookup: &TableLookup, before: &Row, wanted: &[Option<Ident>]) -> TokenStream {
        let index = Literal::usize_unsuffixed(lookup.table);
        let tables = self.emit.names.borrow_mut().give("tables", "tables");
        let reads = lookup.right.iter().zip(wanted).map(|(column, wanted)| {
            let ty = types::inferred(&column.ty);
            match wanted {
                Some(local) => quote!(let #local = p::detach(p::take::<#ty>(reader));),
                None => quote!(let _ = p::take::<#ty>(reader);),
            }
        });
        let names = wanted.iter().flatten();
        let row = quote!(|reader| { #(#reads)* (#(#names,)*) });
        let keys = lookup.keys.iter().map(|key| {
            let (value, ty) = (self.checked(key, before), types::inferred(&key.ty));
            let present = quote!(p::put(sought, &mut key););
            match &key.ty {
                Type::Optional(_) => quote! {
                    let sought: #ty = #value;
                    match &sought {
                        Some(sought) => { #present }
                        None => absent = true,
                    }
                },
                _ => quote! {
                    let sought: #ty = #value;
                    let sought = &sought;
                    #present
                },
            }
        });
        let optional = lookup.keys.iter().any(|key| key.ty.is_optional());
        let start = optional.then(|| quote!(let mut absent = false;));
        let find = quote!(self.#tables.find(#index, &key, #row));
        let find = if optional { quote!(if absent { None } else { #find }) } else { find };
        quote! {
            {
                let mut key = Vec::new();
                #start
                #(#keys)*
                #find
            }
        }
    }
}
