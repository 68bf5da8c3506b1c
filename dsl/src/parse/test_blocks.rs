//! `test` blocks.

use super::{Builder, Node, Rule, next_if};
use crate::ast::{Expect, Test, TestClause, TestClauseKind, TestValue, TestValueKind};
use crate::source::Name;

impl<'t> Builder<'t> {
    pub(super) fn test(&mut self, pair: Node<'t>, docs: Vec<String>) -> Option<Test> {
        let span = self.span_of(&pair);
        let mut inner = pair.into_inner().skip(1);
        let name = self.string(&inner.next()?);
        let clauses = inner.filter(|part| part.as_rule() == Rule::test_clause);
        let clauses = clauses.filter_map(|clause| self.test_clause(clause)).collect();
        Some(Test { docs, name, clauses, span })
    }

    fn test_clause(&mut self, pair: Node<'t>) -> Option<TestClause> {
        let span = self.span_of(&pair);
        let clause = pair.into_inner().next()?;
        let rule = clause.as_rule();
        let mut inner = clause.into_inner().skip(1);
        let first = inner.next()?;
        let kind = match rule {
            Rule::test_param => TestClauseKind::Param(self.name(&first), self.expr(inner.nth(1)?)),
            Rule::test_at => TestClauseKind::At(self.expr(first)),
            Rule::given => TestClauseKind::Given(self.name(&first), self.values(inner.next()?)),
            _ => {
                let mut expect =
                    Expect { node: self.name(&first), stream: None, contains: false, rows: Vec::new() };
                for part in inner {
                    match part.as_rule() {
                        Rule::name => expect.stream = Some(self.name(&part)),
                        Rule::kw_contains => expect.contains = true,
                        Rule::values => expect.rows = self.values(part),
                        _ => {}
                    }
                }
                TestClauseKind::Expect(expect)
            }
        };
        Some(TestClause { kind, span })
    }

    fn values(&mut self, pair: Node<'t>) -> Vec<TestValue> {
        let values = pair.into_inner().filter(|part| part.as_rule() == Rule::value);
        values.filter_map(|value| self.test_value(value)).collect()
    }

    /// It recurses: brackets are nested no deeper than [`super::DEEPEST`].
    fn test_value(&mut self, pair: Node<'t>) -> Option<TestValue> {
        let inner = pair.into_inner().next()?;
        let span = self.span_of(&inner);
        let kind = match inner.as_rule() {
            Rule::members => {
                let members = inner.into_inner().filter(|part| part.as_rule() == Rule::member);
                TestValueKind::Record(members.filter_map(|member| self.member(member)).collect())
            }
            Rule::values => TestValueKind::List(self.values(inner)),
            _ => TestValueKind::Expr(self.expr(inner)),
        };
        Some(TestValue { kind, span })
    }

    fn member(&mut self, pair: Node<'t>) -> Option<(Name, TestValue)> {
        let mut inner = pair.into_inner();
        let name = self.name(&inner.next()?);
        next_if(&mut inner, Rule::colon);
        Some((name, self.test_value(inner.next()?)?))
    }
}
