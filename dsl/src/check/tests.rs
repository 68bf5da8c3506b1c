//! `test` blocks: each name is one of the topology's, and each value of its column's type. What a test is given and what it
//! expects is known here.

use streamwright_values::{Duration, Record, RecordType, Timestamp, Type, Value};

use crate::ast::{self, Item, TestClauseKind, TestValue, TestValueKind};
use crate::check::columns::{Columns, Found};
use crate::check::context::Context;
use crate::check::names::{DEAD_LETTERS, duplicate};
use crate::check::{dead_letter_row, expr, split, unused};
use crate::connectors::SourceConnector;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Name, Span, Spanned};
use crate::topology::{Expect, Given, GivenTuple, NodeId, NodeKind, Stream, Test};

/// Checks all tests, once everything else is.
pub(super) fn check(context: &mut Context<'_>) {
    let file = context.file;
    let mut names: Vec<&Spanned<String>> = Vec::new();
    for item in &file.items {
        let Item::Test(written) = item else { continue };
        if let Some(first) = names.iter().find(|name| name.value == written.name.value) {
            let what = format!("a test {:?}", written.name.value);
            context.report(duplicate(&written.name, first.span, &what));
        }
        names.push(&written.name);
        let test = test(context, written);
        context.tests.extend(test);
    }
}

/// A test in the making.
struct Walk<'c, 'a> {
    context: &'c mut Context<'a>,
    test: Test,
    /// The values that are given, and where; nothing for one with a mistake.
    params: Vec<Option<(Option<Value>, Span)>>,
    /// What `at 10s` counts from, and what the clock shows.
    start: Timestamp,
    clock: Timestamp,
    broken: bool,
}

fn test(context: &mut Context<'_>, written: &ast::Test) -> Option<Test> {
    let (params, tables) = (vec![None; context.params.len()], vec![Vec::new(); context.tables.len()]);
    let test = Test {
        name: written.name.value.clone(),
        params: Vec::new(),
        given: Vec::new(),
        tables,
        expects: Vec::new(),
        span: written.name.span,
    };
    let mut walk = Walk { context, test, params, start: Timestamp(0), clock: Timestamp(0), broken: false };
    let mut expects = false;
    for clause in &written.clauses {
        expects |= matches!(clause.kind, TestClauseKind::Expect(_));
        walk.broken |= walk.clause(clause).is_none();
    }
    if !expects {
        let help = "write `expect NODE [ … ]`, with the rows that must leave the node";
        walk.context.error(Code::BadTest, written.name.span, "this test expects nothing", help);
    }
    walk.finish()
}

impl Walk<'_, '_> {
    /// Nothing where a mistake is in it.
    fn clause(&mut self, clause: &ast::TestClause) -> Option<()> {
        match &clause.kind {
            TestClauseKind::Param(name, value) => self.param(name, value),
            TestClauseKind::At(at) => self.at(at),
            TestClauseKind::Given(name, values) => self.given(name, values),
            TestClauseKind::Expect(expect) => self.expect(expect, clause.span),
        }
    }

    fn param(&mut self, name: &Name, value: &ast::Expr) -> Option<()> {
        let Some(index) = self.context.param_names.get(name.value.as_str()).copied() else {
            let known = self.context.param_names.keys().map(|name| (*name).to_owned()).collect();
            return unknown(self.context, name, "there is no param", known);
        };
        if let Some((_, first)) = &self.params[index] {
            let finding = duplicate(name, *first, &format!("a value of `{}`", name.value));
            self.context.report(finding);
            return None;
        }
        self.params[index] = Some((None, name.span));
        let ty = self.context.params[index].ty.clone()?;
        let value = expr::constant_value(self.context, value, &ty, "a value in a test");
        let fits = value.is_some();
        self.params[index] = Some((value, name.span));
        fits.then_some(())
    }

    /// A duration counts from the last timestamp.
    fn at(&mut self, at: &ast::Expr) -> Option<()> {
        if let ast::ExprKind::Literal(ast::Literal::Duration(_)) = at.kind {
            let value = expr::constant_value(self.context, at, &Type::Duration, "the time of a test")?;
            let Value::Duration(Duration(nanos)) = value else { return None };
            self.clock = Timestamp(self.start.0.saturating_add(nanos));
        } else {
            let value = expr::constant_value(self.context, at, &Type::Timestamp, "the time of a test")?;
            let Value::Timestamp(start) = value else { return None };
            (self.start, self.clock) = (start, start);
        }
        Some(())
    }

    fn given(&mut self, name: &Name, values: &[TestValue]) -> Option<()> {
        if let Some(table) = self.context.table_names.get(name.value.as_str()).copied() {
            let record = self.context.tables[table].record?;
            let ty = self.context.records[record].ty.clone()?;
            // Each row is looked at, whatever is wrong with others.
            let rows: Vec<_> = values.iter().map(|value| record_of(self.context, value, &ty)).collect();
            self.test.tables[table].extend(rows.into_iter().collect::<Option<Vec<_>>>()?);
            return Some(());
        }
        let spout = self.context.node_names.get(name.value.as_str()).copied();
        let spout = spout.filter(|node| self.context.nodes[*node].kind.value == ast::NodeKind::Spout);
        let Some(spout) = spout else {
            let nodes = self.context.nodes.iter().filter(|node| node.kind.value == ast::NodeKind::Spout);
            let tables = self.context.table_names.keys().map(|name| (*name).to_owned());
            let known = nodes.map(|node| node.name.value.clone()).chain(tables).collect();
            return unknown(self.context, name, "there is no spout or table", known);
        };
        let tuples: Vec<_> = values.iter().map(|value| self.tuple(spout, value)).collect();
        let (spout, clock) = (NodeId(spout), self.clock);
        for tuple in tuples {
            self.test.given.push(Given { spout, clock, tuple: tuple? });
        }
        Some(())
    }

    fn tuple(&mut self, spout: usize, value: &TestValue) -> Option<GivenTuple> {
        let NodeKind::Spout(checked) = &self.context.checked[spout].as_ref()?.kind else { return None };
        let reads = !matches!(checked.source, SourceConnector::Generate(_) | SourceConnector::Own { .. });
        let ty = self.context.records[checked.record].ty.clone()?;
        match &value.kind {
            TestValueKind::Expr(line) if reads => {
                let line = expr::constant_value(self.context, line, &Type::String, "a line in a test")?;
                if let Value::String(line) = line { Some(GivenTuple::Line(line)) } else { None }
            }
            _ => record_of(self.context, value, &ty).map(GivenTuple::Row),
        }
    }

    fn expect(&mut self, expect: &ast::Expect, span: Span) -> Option<()> {
        let (stream, columns) = self.stream(expect)?;
        let port = expect.stream.as_ref().map(|port| format!(".{}", port.value)).unwrap_or_default();
        let rows: Vec<_> = expect.rows.iter().map(|row| self.expected(&columns, row)).collect();
        let rows = rows.into_iter().collect::<Option<Vec<_>>>()?;
        let name = format!("{}{port}", expect.node.value);
        self.test.expects.push(Expect { stream, name, contains: expect.contains, rows, span });
        Some(())
    }

    /// The stream that is expected of, and its columns.
    fn stream(&mut self, expect: &ast::Expect) -> Option<(Stream, Columns)> {
        let word = expect.node.value.as_str();
        if word == DEAD_LETTERS {
            return self.own(expect, (Stream::DeadLetters, Columns::of(&dead_letter_row())));
        }
        let Some(index) = self.context.node_names.get(word).copied() else {
            let nodes = self.context.nodes.iter().map(|node| node.name.value.clone());
            let known = nodes.chain([DEAD_LETTERS.to_owned()]).collect();
            return unknown(self.context, &expect.node, "there is no spout, bolt or sink", known);
        };
        let node = self.context.nodes[index];
        if !unused::live(self.context)[index] {
            let message = format!("`{word}` does not run, as no sink is reached by its rows");
            self.context.error(Code::BadTest, expect.node.span, message, "read it in a sink");
            return None;
        }
        let exit = &self.context.exits[index];
        let main = match node.kind.value {
            ast::NodeKind::Sink => Columns::of(self.context.checked[index].as_ref()?.exit()),
            _ => exit.columns.clone(),
        };
        let arms = split::arms(node);
        match &expect.stream {
            None if !arms.is_empty() => {
                let message = format!("`{word}` has several streams");
                let help = format!("write `expect {word}.{} [ … ]`", arms[0].name.value);
                self.context.error(Code::BadTest, expect.node.span, message, help);
                None
            }
            None => Some((Stream::Main(NodeId(index)), main)),
            Some(port) => {
                if let Some(arm) = arms.iter().position(|arm| arm.name.value == port.value) {
                    return Some((Stream::Named(NodeId(index), arm), main));
                }
                match exit.late.clone().filter(|_| port.value == "late") {
                    Some(late) => Some((Stream::Late(NodeId(index)), late)),
                    None => self.no_stream(word, port),
                }
            }
        }
    }

    /// A stream that has no others beside it.
    fn own(&mut self, expect: &ast::Expect, stream: (Stream, Columns)) -> Option<(Stream, Columns)> {
        match &expect.stream {
            Some(port) => self.no_stream(&expect.node.value, port),
            None => Some(stream),
        }
    }

    fn no_stream<T>(&mut self, word: &str, port: &Name) -> Option<T> {
        let message = format!("`{word}` has no stream `{}`", port.value);
        let help =
            "beside a node's own rows there are the arms of its `split`, and `.late` behind a window in time";
        self.context.error(Code::BadTest, port.span, message, help);
        None
    }

    /// Some columns of a row.
    fn expected(&mut self, columns: &Columns, row: &TestValue) -> Option<Vec<(usize, Value)>> {
        let TestValueKind::Record(members) = &row.kind else {
            let help = "write `{ ip: \"8.8.8.8\", hits: 1 }`, with the columns that matter";
            self.context.error(Code::BadTest, row.span, "this is no row", help);
            return None;
        };
        let mut found: Vec<(usize, Value)> = Vec::new();
        for (name, value) in members {
            let column = match columns.plain(&name.value) {
                Found::Column(column) if found.iter().any(|(other, _)| *other == column) => {
                    let message = format!("`{}` is given twice", name.value);
                    self.context.error(Code::DuplicateName, name.span, message, "take one of them out");
                    return None;
                }
                Found::Column(column) => column,
                Found::Hidden => return None,
                Found::Nothing => {
                    let known = columns.list.iter().filter(|known| !known.hidden);
                    let known = known.map(|known| known.name.clone()).collect();
                    return unknown(self.context, name, "these rows have no column", known);
                }
            };
            let ty = columns.list[column].ty.clone()?;
            found.push((column, self::value(self.context, value, &ty)?));
        }
        Some(found)
    }

    fn finish(mut self) -> Option<Test> {
        let params = std::mem::take(&mut self.params);
        for (index, given) in params.into_iter().enumerate() {
            let param = &self.context.params[index];
            let value = match given {
                Some((value, _)) => value,
                None if param.default.is_some() || param.ty.is_none() => param.default.clone(),
                None => {
                    let name = param.ast.name.value.clone();
                    let help = format!("write `param {name} = …` in this test");
                    let message = format!("param `{name}` has no default");
                    self.context.error(Code::BadTest, self.test.span, message, help);
                    None
                }
            };
            self.broken |= value.is_none();
            self.test.params.extend(value);
        }
        (!self.broken).then_some(self.test)
    }
}

/// A name that is none of those that may stand there.
fn unknown<T>(context: &mut Context<'_>, name: &Name, what: &str, known: Vec<String>) -> Option<T> {
    let help = match known.as_slice() {
        [] => "there are none".to_owned(),
        known => format!("there are {}", known.iter().take(20).cloned().collect::<Vec<_>>().join(", ")),
    };
    let finding =
        Diagnostic::new(Code::UnknownName, name.span, format!("{what} `{}`", name.value)).help(help);
    context.report(finding.did_you_mean(&name.value, known.iter().map(String::as_str)));
    None
}

/// A value of a type.
fn value(context: &mut Context<'_>, written: &TestValue, ty: &Type) -> Option<Value> {
    match (&written.kind, ty.required()) {
        (TestValueKind::Expr(expr), _)
            if ty.is_optional() && matches!(expr.kind, ast::ExprKind::Literal(ast::Literal::None)) =>
        {
            Some(Value::None)
        }
        (TestValueKind::Record(_), Type::Record(record)) => {
            let values = record_of(context, written, record)?;
            Some(Value::Record(Record { ty: record.clone(), values }))
        }
        (TestValueKind::List(elements), Type::List(element)) => {
            let values: Vec<Option<Value>> =
                elements.iter().map(|value| self::value(context, value, element)).collect();
            values.into_iter().collect::<Option<Vec<Value>>>().map(Value::List)
        }
        (TestValueKind::Expr(expr), plain) if !plain.is_nested() => {
            expr::constant_value(context, expr, plain, "a value in a test")
        }
        (_, expected) => {
            let (message, help) = (
                format!("this is not `{expected}`"),
                match expected {
                    Type::Record(_) => "write its fields: `{ name: \"x\", count: 1 }`",
                    Type::List(_) => "write its elements: `[1, 2]`",
                    _ => "write a constant",
                },
            );
            context.error(Code::TypeMismatch, written.span, message, help);
            None
        }
    }
}

/// The values of a record's fields, in their order. One that may be absent may be left out.
fn record_of(context: &mut Context<'_>, written: &TestValue, record: &RecordType) -> Option<Vec<Value>> {
    let TestValueKind::Record(members) = &written.kind else {
        let message = format!("this is no `{}`", record.name);
        let help = "write its fields: `{ name: \"x\", count: 1 }`";
        context.error(Code::TypeMismatch, written.span, message, help);
        return None;
    };
    let mut values: Vec<Option<Value>> = vec![None; record.fields.len()];
    for (name, given) in members {
        let Some(at) = record.fields.iter().position(|field| field.name == name.value) else {
            let known = record.fields.iter().map(|field| field.name.clone()).collect();
            return unknown(context, name, &format!("`{}` has no field", record.name), known);
        };
        if values[at].is_some() {
            let message = format!("`{}` is given twice", name.value);
            context.error(Code::DuplicateName, name.span, message, "take one of them out");
            return None;
        }
        values[at] = Some(value(context, given, &record.fields[at].ty)?);
    }
    let missing =
        record.fields.iter().zip(&values).find(|(field, value)| value.is_none() && !field.ty.is_optional());
    if let Some((field, _)) = missing {
        let message = format!("`{}` is missing, and never absent", field.name);
        let help = format!("write `{}: …`; a line that lacks it may be given as a string", field.name);
        context.error(Code::BadTest, written.span, message, help);
        return None;
    }
    Some(values.into_iter().map(|value| value.unwrap_or(Value::None)).collect())
}
