//! What is made of constants once, before input is read: regular expressions, time zones, extractors.

use streamwright_dsl::topology::{Expr, ExprKind, Extraction};
use streamwright_values::Value;
use streamwright_values::functions::{Pass, Preparation};

use super::{Plan, analysis};

/// Each once, in the order in which they are first mentioned, those of the start first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prepared {
    /// The patterns of regular expressions.
    pub patterns: Vec<String>,
    /// The names of time zones.
    pub zones: Vec<String>,
    /// What takes texts apart.
    pub extractions: Vec<Extraction>,
}

pub(super) fn of(plan: &Plan) -> Prepared {
    let mut prepared = Prepared::default();
    for expr in plan.constants().chain(plan.expressions()) {
        analysis::walk(expr, &mut |inner| prepared.gather(inner));
    }
    prepared
}

impl Prepared {
    fn gather(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Matches(_, pattern) => add(&mut self.patterns, pattern),
            ExprKind::Extract(_, extraction) => add(&mut self.extractions, extraction),
            ExprKind::Call(function, arguments) => {
                for (argument, parameter) in arguments.iter().zip(function.parameters) {
                    let (Pass::Prepared(preparation), ExprKind::Constant(Value::String(text))) =
                        (parameter.pass, &argument.kind)
                    else {
                        continue;
                    };
                    match preparation {
                        Preparation::Regex => add(&mut self.patterns, text),
                        Preparation::Zone => add(&mut self.zones, text),
                    }
                }
            }
            _ => {}
        }
    }

    pub(super) fn features(&self) -> Vec<&'static str> {
        let groups = |extraction: &Extraction| matches!(extraction, Extraction::Groups(_));
        let regex = !self.patterns.is_empty() || self.extractions.iter().any(groups);
        let used = [("regex", regex), ("zones", !self.zones.is_empty())];
        used.into_iter().filter(|(_, used)| *used).map(|(feature, _)| feature).collect()
    }
}

fn add<T: Clone + PartialEq>(list: &mut Vec<T>, one: &T) {
    if !list.contains(one) {
        list.push(one.clone());
    }
}
