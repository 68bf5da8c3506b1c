//! `top`

use streamwright_values::Type;

use super::kinds::positive_int;
use crate::ast;
use crate::check::columns::Columns;
use crate::check::context::Context;
use crate::check::expr;
use crate::diagnostic::{Code, Diagnostic};
use crate::topology::{Top, TopKey};

/// The column that `top` adds.
pub(in crate::check) const RANK: &str = "rank";

/// Reads a `top` clause over a row. Nothing where it has mistakes.
pub(in crate::check) fn read(context: &mut Context<'_>, row: &Columns, written: &ast::Top) -> Option<Top> {
    let count = positive_int(context, &written.count, "the number of rows of a `top`");
    let by: Vec<Option<TopKey>> = written.keys.iter().map(|written| key(context, row, written)).collect();
    let by = by.into_iter().collect::<Option<Vec<TopKey>>>();
    Some(Top { count: count?, by: by?, ties: written.ties.is_some() })
}

fn key(context: &mut Context<'_>, row: &Columns, written: &ast::TopKey) -> Option<TopKey> {
    let value = expr::over_row(context, row, &written.by)?;
    let finding = if value.ty.is_optional() {
        let message = format!("rows are compared by `{}`: a row may have no value", value.ty);
        let help =
            "put a value in its place, such as `price ?? 0`, or drop such rows before: `where price != none`";
        Some(Diagnostic::new(Code::OptionalValue, value.span, message).help(help))
    } else if !value.ty.is_ordered() {
        let message = format!("`{}` has no order to compare rows by", value.ty);
        let help = "compare by a number, a text or a time; lists and records have none";
        Some(Diagnostic::new(Code::TypeMismatch, value.span, message).help(help))
    } else {
        None
    };
    match finding {
        None => Some(TopKey { value, ascending: written.ascending.is_some() }),
        Some(finding) => {
            context.report(finding);
            None
        }
    }
}

/// The column `rank` behind the others: they must not have its name.
pub(in crate::check) fn rank(context: &mut Context<'_>, columns: &mut Columns, head: crate::source::Span) {
    if columns.list.iter().any(|known| known.plain && known.name == RANK) {
        let message = "`top` adds a column `rank`, and there is one already";
        let help = "give the other one another name before: `select …, earlier = rank`";
        context.report(Diagnostic::new(Code::DuplicateName, head, message).help(help));
    }
    columns.push(RANK, Some(Type::Int));
}
