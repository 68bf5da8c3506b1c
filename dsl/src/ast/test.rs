//! Tests.

use super::Expr;
use crate::source::{Name, Span, Spanned};

/// `test "name" { given … expect … }`
#[derive(Clone, Debug, PartialEq)]
pub struct Test {
    /// `///` lines.
    pub docs: Vec<String>,
    /// What it shows.
    pub name: Spanned<String>,
    /// In the order written.
    pub clauses: Vec<TestClause>,
    /// All of it.
    pub span: Span,
}

/// A clause of a test.
#[derive(Clone, Debug, PartialEq)]
pub struct TestClause {
    /// What it says.
    pub kind: TestClauseKind,
    /// All of it.
    pub span: Span,
}

/// What a clause of a test says.
#[derive(Clone, Debug, PartialEq)]
pub enum TestClauseKind {
    /// `param NAME = E`
    Param(Name, Expr),
    /// `at E`: what the clock shows from here on.
    At(Expr),
    /// `given SPOUT [ … ]`
    Given(Name, Vec<TestValue>),
    /// `expect NODE.STREAM contains [ … ]`
    Expect(Expect),
}

/// `expect NODE.STREAM contains [ … ]`
#[derive(Clone, Debug, PartialEq)]
pub struct Expect {
    /// The node, or `dead_letters`.
    pub node: Name,
    /// `late`, or an arm of a `split`.
    pub stream: Option<Name>,
    /// Whether other rows may stand between.
    pub contains: bool,
    /// The rows.
    pub rows: Vec<TestValue>,
}

/// A value in a test.
#[derive(Clone, Debug, PartialEq)]
pub struct TestValue {
    /// What it is.
    pub kind: TestValueKind,
    /// All of it.
    pub span: Span,
}

/// What a value in a test is.
#[derive(Clone, Debug, PartialEq)]
pub enum TestValueKind {
    /// `{ ip: "8.8.8.8", hits: 1 }`
    Record(Vec<(Name, TestValue)>),
    /// `[1, 2]`
    List(Vec<TestValue>),
    /// Anything else.
    Expr(Expr),
}

impl Test {
    /// All expressions in it.
    pub fn exprs(&self) -> Vec<&Expr> {
        let mut found = Vec::new();
        for clause in &self.clauses {
            match &clause.kind {
                TestClauseKind::Param(_, expr) | TestClauseKind::At(expr) => found.push(expr),
                TestClauseKind::Given(_, rows) | TestClauseKind::Expect(Expect { rows, .. }) => {
                    rows.iter().for_each(|row| row.exprs(&mut found));
                }
            }
        }
        found
    }
}

impl TestValue {
    fn exprs<'v>(&'v self, found: &mut Vec<&'v Expr>) {
        match &self.kind {
            TestValueKind::Record(members) => members.iter().for_each(|(_, value)| value.exprs(found)),
            TestValueKind::List(values) => values.iter().for_each(|value| value.exprs(found)),
            TestValueKind::Expr(expr) => found.push(expr),
        }
    }
}
