//! Members: of the records inside rows, the fields that somebody reads. A generator of events makes no others.
//!
//! A record counts as read whole where a sink writes it, own Rust takes it, an expression does more with it than to take a
//! field, or a letter may show it.

use std::collections::{BTreeMap, BTreeSet};

use streamwright_dsl::topology::{Expr, ExprKind, Node, NodeId, NodeKind, Row, StepKind};
use streamwright_values::Type;

use super::{Plan, analysis};

/// The indices of the fields that are read, by the record's name.
#[derive(Clone, Debug, Default)]
pub struct Members(BTreeMap<String, BTreeSet<usize>>);

impl Members {
    /// Whether somebody reads this field of the record.
    #[must_use]
    pub fn reads(&self, record: &str, field: usize) -> bool {
        self.0.get(record).is_some_and(|fields| fields.contains(&field))
    }

    /// All of a record, and of those in it.
    fn whole(&mut self, ty: &Type) {
        match ty.required() {
            Type::List(element) => self.whole(element),
            Type::Record(record) => {
                self.0.entry(record.name.clone()).or_default().extend(0..record.fields.len());
                record.fields.iter().for_each(|field| self.whole(&field.ty));
            }
            _ => {}
        }
    }

    fn row(&mut self, row: &Row) {
        row.iter().for_each(|column| self.whole(&column.ty));
    }

    /// What a clause reads. A letter of one that can fail shows the columns that it mentions.
    fn clause(&mut self, expr: &Expr) {
        if analysis::fallible(expr) {
            analysis::walk(expr, &mut |inner| {
                if let ExprKind::Column(_) = inner.kind {
                    self.whole(&inner.ty);
                }
            });
        }
        if !is_column(expr) {
            self.expression(expr);
        }
    }

    fn expression(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Column(_) => self.whole(&expr.ty),
            ExprKind::IsPresent(inner) if is_column(inner) => {}
            ExprKind::Field(inner, field) if is_column(inner) => {
                if let Type::Record(record) = inner.ty.required() {
                    self.0.entry(record.name.clone()).or_default().insert(*field);
                }
                self.whole(&expr.ty);
            }
            _ => expr.children().into_iter().for_each(|child| self.expression(child)),
        }
    }
}

/// Whether it is a column as it stands, which passes on.
fn is_column(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Column(_) => true,
        ExprKind::Present(inner) | ExprKind::Some(inner) => is_column(inner),
        _ => false,
    }
}

/// Goes over all that runs.
pub(super) fn apply(plan: &mut Plan) {
    let mut members = Members::default();
    for (index, node) in plan.topology.nodes.iter().enumerate() {
        for (step, one) in node.steps.iter().enumerate() {
            let after = &plan.node(NodeId(index)).live[step + 1];
            of_step(&mut members, node, step, &one.kind, after);
        }
        match &node.kind {
            NodeKind::Sink(_) => members.row(node.exit()),
            NodeKind::Spout(spout) => {
                spout.time.iter().filter_map(|time| time.at.as_ref()).for_each(|at| members.expression(at));
            }
            NodeKind::Bolt => {}
        }
        analysis::of_inputs(node).into_iter().for_each(|task| members.clause(task));
    }
    plan.members = members;
}

fn of_step(members: &mut Members, node: &Node, step: usize, kind: &StepKind, after: &[bool]) {
    match kind {
        StepKind::Run(_) => members.row(node.before(step)),
        StepKind::Select(values) => {
            let needed = values.iter().zip(after).filter(|(value, used)| **used || analysis::fallible(value));
            needed.for_each(|(value, _)| members.clause(value));
        }
        StepKind::Let(value) if !after[after.len() - 1] && !analysis::fallible(value) => {}
        StepKind::Let(value) | StepKind::Unnest(value) => members.clause(value),
        other => analysis::of_step(other).into_iter().for_each(|value| {
            members.clause(value);
            members.expression(value);
        }),
    }
}
