//! `split`: the streams that a bolt's rows leave by.

use streamwright_values::Type;

use crate::ast::{self, ClauseKind};
use crate::check::columns::{Columns, Found};
use crate::check::context::Context;
use crate::check::expr;
use crate::check::names::duplicate;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::topology::{Arm, StepKind};

/// The arms that are written in a node; none where it has no `split`.
pub(super) fn arms(node: &ast::Node) -> &[ast::Arm] {
    let arms = node.clauses.iter().find_map(|clause| match &clause.kind {
        ClauseKind::Split(arms) => Some(arms.as_slice()),
        _ => None,
    });
    arms.unwrap_or_default()
}

/// Checks the arms and adds the column that says which of them takes a row.
pub(super) fn check(
    context: &mut Context<'_>,
    columns: &mut Columns,
    written: &[ast::Arm],
    head: Span,
) -> Option<StepKind> {
    let mut arms = Vec::new();
    if written.is_empty() {
        let help = "write `split { hot when score > 0.9, cold otherwise }`";
        context.error(Code::BadSplit, head, "this `split` has no arms: every row would end here", help);
    }
    for (at, arm) in written.iter().enumerate() {
        let name_fits = name_fits(context, arm, &written[..at]);
        if let (None, Some(next)) = (&arm.condition, written.get(at + 1)) {
            context.report(
                Diagnostic::new(
                    Code::BadSplit,
                    next.name.span,
                    format!("no row comes to `{}`", next.name.value),
                )
                .label(arm.span, "takes all that is left")
                .help("`otherwise` stands last"),
            );
        }
        let condition = match &arm.condition {
            Some(condition) => expr::condition(context, columns, condition).map(Some),
            None => Some(None),
        };
        let fits = condition.filter(|_| name_fits);
        arms.push(fits.map(|condition| Arm { name: arm.name.value.clone(), condition }));
    }
    let mut name = "arm".to_owned();
    while !matches!(columns.plain(&name), Found::Nothing) && !columns.open {
        name.push('_');
    }
    columns.push(&name, Some(Type::Int));
    let arms: Option<Vec<Arm>> = arms.into_iter().collect();
    arms.map(StepKind::Split)
}

/// Whether an arm's name is its own; else that is a finding.
fn name_fits(context: &mut Context<'_>, arm: &ast::Arm, before: &[ast::Arm]) -> bool {
    let name = &arm.name;
    if let Some(first) = before.iter().find(|other| other.name.value == name.value) {
        let finding = duplicate(name, first.name.span, &format!("an arm `{}`", name.value));
        context.report(finding);
        return false;
    }
    if name.value == "late" {
        let help = "give the arm another name";
        context.error(
            Code::ReservedName,
            name.span,
            "`.late` is the stream of rows that came too late",
            help,
        );
        return false;
    }
    true
}
