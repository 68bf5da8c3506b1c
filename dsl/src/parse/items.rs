//! Files, declarations, records.

use pest::iterators::{Pair, Pairs};

use super::{Builder, Node, Rule, literals, next_if};
use crate::ast;
use crate::ast::{
    Body, Field, Form, Function, Import, Item, NodeKind, Param, Parameter, Record, RustDep, RustMod, Table,
    TypeName,
};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Name, Spanned};

/// How deep lists may be nested.
const DEEPEST_TYPE: usize = 8;

impl<'t> Builder<'t> {
    pub(super) fn entries(&mut self, pairs: Pairs<'t, Rule>) {
        let mut previous: Option<Node<'t>> = None;
        for pair in pairs.flat_map(Pair::into_inner) {
            match pair.as_rule() {
                Rule::inner_doc => self.docs_of(&pair).into_iter().for_each(|line| self.ast.docs.push(line)),
                Rule::item => self.item(pair.clone()),
                Rule::bad_item => self.bad_item(&pair, previous.as_ref()),
                _ => {}
            }
            previous = Some(pair);
        }
    }

    fn item(&mut self, pair: Node<'t>) {
        let mut inner = pair.into_inner();
        let docs = self.docs(&mut inner);
        let Some(pair) = inner.next() else { return };
        match pair.as_rule() {
            Rule::language => self.language(&pair),
            Rule::topology => self.topology(pair, docs),
            Rule::import => self.import(pair),
            Rule::param => {
                if let Some(param) = self.param(pair, docs) {
                    self.ast.items.push(Item::Param(param));
                }
            }
            Rule::function => {
                if let Some(function) = self.function(pair, docs) {
                    self.ast.items.push(Item::Function(function));
                }
            }
            Rule::rust_mod => {
                let span = self.span_of(&pair);
                if let Some(path) = pair.into_inner().nth(2) {
                    let path = self.string(&path);
                    self.ast.items.push(Item::RustMod(RustMod { path, file: None, span }));
                }
            }
            Rule::rust_dep => self.rust_dep(pair),
            Rule::record => {
                if let Some(record) = self.record(pair, docs) {
                    self.ast.items.push(Item::Record(record));
                }
            }
            Rule::table => {
                if let Some(table) = self.table(pair, docs) {
                    self.ast.items.push(Item::Table(Box::new(table)));
                }
            }
            Rule::test => {
                if let Some(test) = self.test(pair, docs) {
                    self.ast.items.push(Item::Test(test));
                }
            }
            Rule::node => {
                if let Some(node) = self.node(pair, docs) {
                    self.ast.items.push(Item::Node(node));
                }
            }
            _ => {}
        }
    }

    /// The lines of all doc comments at the front of a rule.
    pub(super) fn docs(&mut self, inner: &mut Pairs<'t, Rule>) -> Vec<String> {
        let mut lines = Vec::new();
        while let Some(doc) = next_if(inner, Rule::doc) {
            lines.extend(self.docs_of(&doc));
        }
        lines
    }

    /// The lines of one doc comment, however it is written.
    fn docs_of(&mut self, pair: &Node<'t>) -> Vec<String> {
        let Some(inner) = pair.clone().into_inner().next_back() else { return Vec::new() };
        let text = match inner.as_rule() {
            Rule::string | Rule::raw_string => literals::string(inner.as_str()).unwrap_or_default(),
            Rule::doc_block | Rule::inner_doc_block => {
                inner.as_str().get(3..inner.as_str().len() - 2).unwrap_or_default().to_owned()
            }
            _ => inner.as_str().get(3..).unwrap_or_default().to_owned(),
        };
        text.split('\n').map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end().to_owned()).collect()
    }

    /// `language 1`, which stands before everything else.
    fn language(&mut self, pair: &Node<'t>) {
        let span = self.span_of(pair);
        let Some(version) = pair.clone().into_inner().nth(1) else { return };
        let ast = &self.ast;
        let first = ast.language.is_none()
            && ast.topology.is_none()
            && ast.imports.is_empty()
            && ast.items.is_empty();
        if version.as_str().trim() != "1" {
            let message = "this version reads the language's version 1";
            let version = self.token(&version);
            self.push(Diagnostic::new(Code::NotInVersion, version, message).help("write `language 1`"));
        } else if !first {
            let message = "`language` stands before all else in a file";
            self.push(Diagnostic::new(Code::Syntax, span, message).help("write it once, as the first line"));
        }
        self.ast.language.get_or_insert(span);
    }

    fn topology(&mut self, pair: Node<'t>, docs: Vec<String>) {
        let Some(name) = pair.into_inner().nth(1) else { return };
        let name = self.name(&name);
        self.ast.docs.extend(docs);
        if let Some(first) = &self.ast.topology {
            let message = "a file has one `topology` line";
            let found = Diagnostic::new(Code::DuplicateName, name.span, message)
                .label(first.span, "first declared here")
                .help("take one of the two away");
            self.push(found);
        } else {
            self.ast.topology = Some(name);
        }
    }

    fn import(&mut self, pair: Node<'t>) {
        let span = self.span_of(&pair);
        let mut inner = pair.into_inner().skip(1);
        let Some(path) = inner.next() else { return };
        let path = self.string(&path);
        let alias = inner.nth(1).map(|name| self.name(&name));
        self.ast.imports.push(Import { path, alias, span });
    }

    fn param(&mut self, pair: Node<'t>, docs: Vec<String>) -> Option<Param> {
        let span = self.span_of(&pair);
        let mut inner = pair.into_inner().skip(1);
        let name = self.name(&inner.next()?);
        let ty = self.type_name(inner.nth(1)?)?;
        let default = inner.nth(1).map(|expr| self.expr(expr));
        Some(Param { docs, name, ty, default, span })
    }

    fn function(&mut self, pair: Node<'t>, docs: Vec<String>) -> Option<Function> {
        let span = self.span_of(&pair);
        let mut inner = pair.into_inner().skip(1);
        let name = self.name(&inner.next()?);
        let (mut parameters, mut result, mut body) = (Vec::new(), None, None);
        for part in inner {
            match part.as_rule() {
                Rule::parameter => {
                    let mut inner = part.into_inner();
                    let name = self.name(&inner.next()?);
                    let ty = self.type_name(inner.nth(1)?)?;
                    parameters.push(Parameter { name, ty });
                }
                Rule::type_name => result = self.type_name(part),
                Rule::expr => body = Some(Body::Expr(self.expr(part))),
                Rule::rust_path => body = Some(Body::Rust(self.rust_path(&part))),
                _ => {}
            }
        }
        Some(Function { docs, name, parameters, result: result?, body: body?, span })
    }

    pub(super) fn rust_path(&self, pair: &Node<'t>) -> Name {
        let names = pair.clone().into_inner().filter(|part| part.as_rule() == Rule::name);
        let names: Vec<String> = names.map(|part| self.name(&part).value).collect();
        Spanned { value: names.join("::"), span: self.span_of(pair) }
    }

    fn rust_dep(&mut self, pair: Node<'t>) {
        let span = self.span_of(&pair);
        let mut inner = pair.into_inner().skip(2);
        if let (Some(name), Some(version)) = (inner.next(), inner.nth(1)) {
            let (name, version) = (self.string(&name), self.string(&version));
            self.ast.items.push(Item::RustDep(RustDep { name, version, span }));
        }
    }

    pub(super) fn type_name(&mut self, pair: Node<'t>) -> Option<TypeName> {
        let span = self.token(&pair);
        let mut inner = pair.into_inner();
        let mut open = Vec::new();
        while let Some(outer) = next_if(&mut inner, Rule::type_open) {
            open.push(self.name(&outer.into_inner().next()?));
        }
        let name = self.name(&inner.next()?);
        let question = next_if(&mut inner, Rule::question);
        let end = question.as_ref().map_or(name.span, |question| self.token(question));
        let mut ty = TypeName { span: name.span.to(end), name, argument: None, optional: question.is_some() };
        let closers: Vec<Node<'t>> = inner.collect();
        if closers.len() != open.len() || open.len() > DEEPEST_TYPE {
            let message = match open.len() {
                depth if depth > DEEPEST_TYPE => format!("lists are nested more than {DEEPEST_TYPE} deep"),
                _ => "`<` and `>` do not balance here".to_owned(),
            };
            self.push(Diagnostic::new(Code::Syntax, span, message).help("write `list<string>`"));
            return None;
        }
        for (name, close) in open.into_iter().rev().zip(closers) {
            let span = name.span.to(self.span_of(&close));
            let optional = close.clone().into_inner().next().is_some();
            let span = if optional { span } else { name.span.to(self.token(&close)) };
            ty = TypeName { name, argument: Some(Box::new(ty)), optional, span };
        }
        Some(ty)
    }

    fn record(&mut self, pair: Node<'t>, docs: Vec<String>) -> Option<Record> {
        let span = self.span_of(&pair);
        let mut inner = pair.into_inner().skip(1);
        let name = self.name(&inner.next()?);
        let mut fields = Vec::new();
        let mut previous: Option<Node<'t>> = None;
        for pair in inner {
            match pair.as_rule() {
                Rule::field => fields.extend(self.field(pair.clone())),
                Rule::bad_field => self.bad_field(&pair, previous.as_ref()),
                _ => {}
            }
            previous = Some(pair);
        }
        Some(Record { docs, name, fields, span })
    }

    fn table(&mut self, pair: Node<'t>, docs: Vec<String>) -> Option<Table> {
        let span = self.span_of(&pair);
        let mut inner = pair.into_inner().skip(1);
        let name = self.name(&inner.next()?);
        let record = self.name(&inner.nth(1)?);
        let read = inner.nth(1)?;
        let read_span = self.span_of(&read);
        let read = self.connector(read.into_inner().nth(1)?)?;
        let key = inner.next()?;
        let key_span = self.span_of(&key);
        let mut key = key.into_inner();
        key.next();
        let keys = self.list(key, "key", |builder, name| Some(builder.name(&name)));
        Some(Table { docs, name, record, read, read_span, keys, key_span, span })
    }

    fn field(&mut self, pair: Node<'t>) -> Option<Field> {
        let end = self.span_of(&pair);
        let mut inner = pair.into_inner();
        let docs = self.docs(&mut inner);
        let name = self.name(&inner.next()?);
        let ty = self.type_name(inner.nth(1)?)?;
        let span = name.span.to(end);
        let mut field = Field { docs, name, ty, wire_name: None, form: None, absent: None, span };
        for part in inner {
            self.field_part(&mut field, part);
        }
        Some(field)
    }

    fn field_part(&mut self, field: &mut Field, pair: Node<'t>) {
        let rule = pair.as_rule();
        let Some(value) = pair.into_inner().nth(1) else { return };
        let twice = match rule {
            Rule::wire_name => field.wire_name.replace(self.string(&value)).map(|old| (old.span, "from")),
            Rule::absent => field.absent.replace(self.string(&value)).map(|old| (old.span, "absent")),
            _ => {
                let form = if value.as_rule() == Rule::name {
                    Form::Named(self.name(&value))
                } else {
                    Form::Pattern(self.string(&value))
                };
                field.form.replace(form).map(|old| match old {
                    Form::Named(old) | Form::Pattern(old) => (old.span, "as"),
                })
            }
        };
        if let Some((first, word)) = twice {
            let message = format!("`{word}` is given twice");
            let span = self.token(&value);
            self.push(Diagnostic::new(Code::DuplicateName, span, message).label(first, "first given here"));
        }
    }

    fn node(&mut self, pair: Node<'t>, docs: Vec<String>) -> Option<ast::Node> {
        let span = self.span_of(&pair);
        let mut inner = pair.into_inner();
        let word = inner.next()?;
        let value = match word.as_rule() {
            Rule::kw_spout => NodeKind::Spout,
            Rule::kw_bolt => NodeKind::Bolt,
            _ => NodeKind::Sink,
        };
        let kind = Spanned { value, span: self.token(&word) };
        let name = self.name(&inner.next()?);
        let record: Option<Name> =
            next_if(&mut inner, Rule::colon).and_then(|_| inner.next()).map(|record| self.name(&record));
        let tasks = next_if(&mut inner, Rule::tasks)
            .and_then(|tasks| tasks.into_inner().nth(1))
            .map(|count| self.expr(count));
        let clauses = self.clauses(inner);
        Some(ast::Node { docs, kind, name, record, tasks, clauses, span })
    }
}
