//! `distinct on a, b within 1h`.

use crate::ast;
use crate::check::context::Context;
use crate::check::steps::{Held, Walk};
use crate::check::windows;
use crate::topology::{Distinct, Expr, StepKind};

impl Walk {
    pub(super) fn distinct(
        &mut self,
        context: &mut Context<'_>,
        columns: &[ast::Column],
        within: Option<&ast::Expr>,
        clause: &ast::Clause,
    ) {
        self.forget_hidden(clause.head);
        let (keys, unknown) = windows::keys(context, &self.columns, columns, "distinct on");
        let within = self.period(context, within, "`within`");
        let step = within.filter(|_| !unknown).map(|within| {
            let keys = keys.iter().map(|key| key.column).collect();
            StepKind::Distinct(Distinct { keys, within })
        });
        self.hold(context, Held { word: "distinct", head: clause.head, keys, partner: None });
        self.step(step, clause.span);
    }

    /// How long state lasts, for ever where nothing is written; nothing where that has a mistake.
    pub(super) fn period(
        &mut self,
        context: &mut Context<'_>,
        written: Option<&ast::Expr>,
        word: &'static str,
    ) -> Option<Option<Expr>> {
        let Some(written) = written else { return Some(None) };
        let (period, _) = windows::positive(context, written, word)?;
        let what = format!("{word} goes by event time");
        self.needs_time(context, written.span, &what, &format!("leave {word} out"));
        Some(Some(period))
    }
}
