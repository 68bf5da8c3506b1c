//! Tables: what they are read from, and what their rows are found by.

use streamwright_values::Type;

use crate::ast;
use crate::check::columns::{Columns, Found};
use crate::check::context::Context;
use crate::check::{connectors, spouts};
use crate::connectors::{Dialect, FORMATS, SourceConnector};
use crate::diagnostic::{Code, Diagnostic};
use crate::topology::Expr;

/// A table, as far as it is known.
pub(super) struct Table<'a> {
    pub(super) ast: &'a ast::Table,
    /// An index into the file's records.
    pub(super) record: Option<usize>,
    pub(super) columns: Columns,
    /// Nothing where a mistake hides one.
    pub(super) keys: Option<Vec<usize>>,
    /// Where it is, and how it is read.
    pub(super) file: Option<(Expr, Dialect)>,
    /// Whether a `lookup` names it.
    pub(super) used: bool,
}

impl<'a> Table<'a> {
    pub(super) fn new(ast: &'a ast::Table) -> Table<'a> {
        Table { ast, record: None, columns: Columns::unknown(), keys: None, file: None, used: false }
    }
}

pub(super) fn check(context: &mut Context<'_>) {
    for index in 0..context.tables.len() {
        let table = context.tables[index].ast;
        let record = spouts::record_named(context, &table.record);
        let columns = record.map_or_else(Columns::unknown, |record| spouts::columns(context, record));
        let file = file(context, table, record);
        let keys = keys(context, &columns, table);
        let known = &mut context.tables[index];
        (known.record, known.columns, known.file, known.keys) = (record, columns, file, keys);
    }
}

fn file(context: &mut Context<'_>, table: &ast::Table, record: Option<usize>) -> Option<(Expr, Dialect)> {
    match connectors::source(context, &table.read, record)? {
        SourceConnector::Bytes { end, format } if format.format.tables && end.path().is_some() => {
            Some((end.operand?, format))
        }
        SourceConnector::Bytes { end, .. } if end.path().is_some() => {
            let span = table.read.format.as_ref().map_or(table.read.span, |format| format.name.span);
            let all = FORMATS.iter().filter(|format| format.tables).map(|format| format.name);
            let message = format!("a table is read as {}", all.clone().collect::<Vec<_>>().join(" or "));
            let all: Vec<String> = all.map(|name| format!("`as {name}`")).collect();
            context.error(Code::BadConnector, span, message, format!("write {}", all.join(" or ")));
            None
        }
        SourceConnector::Bytes { .. } | SourceConnector::Generate(_) | SourceConnector::Own { .. } => {
            let span = table.read.name.span;
            let help = "write `read file \"users.csv\" as csv`; rows that come in are a spout's, and `lookup` takes \
                        streams too";
            context.error(Code::BadConnector, span, "a table is read from a file", help);
            None
        }
    }
}

fn keys(context: &mut Context<'_>, columns: &Columns, table: &ast::Table) -> Option<Vec<usize>> {
    let mut keys = Vec::new();
    let mut clean = true;
    for name in &table.keys {
        let word = &name.value;
        let finding = match columns.plain(word) {
            Found::Hidden => {
                clean = false;
                continue;
            }
            Found::Nothing => {
                let record = &table.record.value;
                Diagnostic::new(Code::UnknownName, name.span, format!("`{record}` has no field `{word}`"))
                    .help(format!("its fields are {}", columns.names().collect::<Vec<_>>().join(", ")))
                    .did_you_mean(word, columns.names())
            }
            Found::Column(column) if keys.contains(&column) => {
                Diagnostic::new(Code::DuplicateName, name.span, "this field is a key already")
                    .help("leave one of the two out")
            }
            Found::Column(column) => match &columns.list[column].ty {
                Some(ty) if !ty.is_key() || ty.is_optional() => bad_key(name, ty),
                _ => {
                    keys.push(column);
                    continue;
                }
            },
        };
        clean = false;
        context.report(finding);
    }
    clean.then_some(keys)
}

fn bad_key(name: &crate::source::Name, ty: &Type) -> Diagnostic {
    let message = format!("`{}` is `{ty}`: rows are not found by that", name.value);
    Diagnostic::new(Code::BadKey, name.span, message)
        .help("the key of a table is a single value other than a float, and never absent")
}
