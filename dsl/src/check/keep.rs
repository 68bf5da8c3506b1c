//! `keep avg: float = value then 0.9 * avg + 0.1 * value for 1h`, and `before(avg)`.

use streamwright_values::Type;

use crate::ast;
use crate::check::columns::{Columns, Known};
use crate::check::context::Context;
use crate::check::expr;
use crate::check::records;
use crate::check::steps::{Held, Walk};
use crate::diagnostic::Code;
use crate::source::Span;
use crate::topology::{Expr, ExprKind, Keep, Kept, StepKind};

/// The column of what a row found, which only `before(n)` means.
pub(super) fn before(name: &str) -> String {
    format!("before({name})")
}

impl Walk {
    /// One `keep`. Those that stand together are one step: each adds to it.
    pub(super) fn keep(&mut self, context: &mut Context<'_>, keep: &ast::Keep, clause: &ast::Clause) {
        if !self.keeping {
            self.forget_hidden(clause.head);
            let keys = self.keys.clone();
            self.hold(context, Held { word: "keep", head: clause.head, keys, partner: None });
        }
        let ty = kept_type(context, &keep.ty);
        let typed = |context: &mut Context<'_>, columns: &Columns, written: &ast::Expr| match &ty {
            Some(ty) => expr::over_row_as(context, columns, written, ty),
            None => expr::over_row(context, columns, written),
        };
        let first = typed(context, &self.columns, &keep.first);
        let taken = self.is_taken(context, &keep.name);
        let outside = self.columns.clone();
        if !taken {
            self.columns.push(&keep.name.value, ty.clone());
            self.columns.list.push(Known::hidden(&before(&keep.name.value), ty.clone().map(Type::optional)));
        }
        let then = typed(context, &self.columns, &keep.then);
        let lasts = self.period(context, keep.lasts.as_ref(), "`for`");
        if taken {
            self.columns = outside;
            self.broken = true;
            return;
        }
        let kept = (|| Some(Kept { first: first?, then: then?, lasts: lasts?, span: clause.span }))();
        self.add(kept, clause.span);
    }

    fn add(&mut self, kept: Option<Kept>, span: Span) {
        let row = self.columns.row();
        match (self.steps.last_mut(), kept, row) {
            (Some(step), Some(kept), Some(row)) if self.keeping && !self.broken => {
                if let StepKind::Keep(keep) = &mut step.kind {
                    keep.values.push(kept);
                    step.row = row;
                    step.span = step.span.to(span);
                }
            }
            (_, kept, _) => {
                let keys = self.keys.iter().map(|key| key.column).collect();
                let step = kept.filter(|_| !self.unknown_key);
                self.step(step.map(|kept| StepKind::Keep(Keep { keys, values: vec![kept] })), span);
            }
        }
    }

    /// What `before(n)` means is known up to the next state and to the end of the bolt: a `select` of the rest.
    pub(super) fn forget_hidden(&mut self, span: Span) {
        if !self.columns.list.iter().any(|known| known.hidden) {
            return;
        }
        let kept = self.columns.list.iter().enumerate().filter(|(_, known)| !known.hidden);
        let select: Option<Vec<Expr>> = kept
            .map(|(index, known)| Some(Expr { kind: ExprKind::Column(index), ty: known.ty.clone()?, span }))
            .collect();
        self.columns.list.retain(|known| !known.hidden);
        self.step(select.map(StepKind::Select), span);
    }
}

/// The type of what is kept: a single value.
fn kept_type(context: &mut Context<'_>, written: &ast::TypeName) -> Option<Type> {
    let ty = records::type_of(context, written)?;
    if ty.required().is_nested() {
        let help = "keep what you need of it, one `keep` a value";
        context.error(
            Code::TypeMismatch,
            written.span,
            "`keep` holds single values, no lists or records",
            help,
        );
        return None;
    }
    Some(ty)
}
