//! Clauses.

use pest::iterators::Pairs;

use super::{Builder, Node, Rule, next_if};
use crate::ast::{
    Arm, Clause, ClauseKind, Column, Expr, ExprKind, Grouping, Input, Keep, Literal, Partner, Run,
    SelectItem, Time, Top, TopKey, Window,
};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

impl<'t> Builder<'t> {
    pub(super) fn clauses(&mut self, pairs: Pairs<'t, Rule>) -> Vec<Clause> {
        let mut clauses = Vec::new();
        let mut previous: Option<Node<'t>> = None;
        for pair in pairs {
            match pair.as_rule() {
                Rule::clause => clauses.extend(self.clause(pair.clone())),
                Rule::bad_clause => self.bad_clause(&pair, previous.as_ref()),
                _ => continue,
            }
            previous = Some(pair);
        }
        clauses
    }

    fn clause(&mut self, pair: Node<'t>) -> Option<Clause> {
        let mut inner = pair.into_inner();
        let docs = self.docs(&mut inner);
        let pair = inner.next()?;
        let rule = pair.as_rule();
        let whole = self.span_of(&pair);
        let mut inner = pair.into_inner();
        let left = next_if(&mut inner, Rule::kw_left).map(|left| self.token(&left));
        let word = inner.next()?;
        let mut head = self.token(&word);
        let kind = match rule {
            Rule::from => ClauseKind::From(self.list(inner, "from", Builder::input)),
            Rule::join => {
                head = left.unwrap_or(head).to(head);
                ClauseKind::Join(self.partner(left, inner)?)
            }
            Rule::lookup => {
                head = left.unwrap_or(head).to(head);
                ClauseKind::Lookup(self.partner(left, inner)?)
            }
            Rule::read => ClauseKind::Read(self.connector(inner.next()?)?),
            Rule::write => ClauseKind::Write(self.connector(inner.next()?)?),
            Rule::where_ => ClauseKind::Where(self.expr(inner.next()?)),
            Rule::let_ => ClauseKind::Let(self.name(&inner.next()?), self.expr(inner.nth(1)?)),
            Rule::unnest => ClauseKind::Unnest(self.expr(inner.next()?), self.name(&inner.nth(1)?)),
            Rule::distinct => {
                head = head.to(self.token(&inner.next()?));
                let within = inner.clone().find(|part| part.as_rule() == Rule::within);
                let columns = inner.filter(|part| part.as_rule() != Rule::within);
                let columns = self.list(columns, "distinct on", Builder::key_column);
                ClauseKind::Distinct(columns, within.and_then(|within| self.behind_word(within)))
            }
            Rule::time => ClauseKind::Time(self.time(inner)?),
            Rule::group_by => {
                head = head.to(self.token(&inner.next()?));
                ClauseKind::GroupBy(self.list(inner, "group by", Builder::key_column))
            }
            Rule::keep => ClauseKind::Keep(self.keep(inner)?),
            Rule::window => ClauseKind::Window(Box::new(self.window(inner)?)),
            Rule::select => ClauseKind::Select(self.list(inner, "select", Builder::select_item)),
            Rule::run => {
                let path = self.rust_path(&inner.next()?);
                let options = inner.next().map(|options| self.options(options)).unwrap_or_default();
                ClauseKind::Run(Run { path, options })
            }
            Rule::split => {
                let arms = inner.filter(|part| part.as_rule() == Rule::arm);
                ClauseKind::Split(arms.filter_map(|arm| self.arm(arm)).collect())
            }
            Rule::top => ClauseKind::Top(self.top(inner)?),
            _ => return None,
        };
        Some(Clause { docs, kind, head, span: whole })
    }

    /// Entries between commas; a comma behind the last one is a finding.
    pub(super) fn list<T>(
        &mut self,
        pairs: impl IntoIterator<Item = Node<'t>>,
        clause: &str,
        entry: fn(&mut Self, Node<'t>) -> Option<T>,
    ) -> Vec<T> {
        let mut entries = Vec::new();
        let mut comma = None;
        for pair in pairs {
            if pair.as_rule() == Rule::comma {
                comma = Some(pair);
            } else {
                comma = None;
                entries.extend(entry(self, pair));
            }
        }
        if let Some(comma) = comma {
            self.trailing_comma(&comma, clause);
        }
        entries
    }

    fn trailing_comma(&mut self, comma: &Node<'t>, clause: &str) {
        let message = format!("`{clause}` ends with a comma");
        let help = "take the comma away: only lists in brackets may end with one";
        let span = self.token(comma);
        self.push(Diagnostic::new(Code::TrailingComma, span, message).help(help));
    }

    fn input(&mut self, pair: Node<'t>) -> Option<Input> {
        let mut inner = pair.into_inner();
        let node = self.name(&inner.next()?);
        let port = next_if(&mut inner, Rule::dot).and_then(|_| inner.next()).map(|port| self.name(&port));
        let span = node.span.to(port.as_ref().unwrap_or(&node).span);
        let (mut alias, mut grouping) = (None, None);
        for part in inner {
            match part.as_rule() {
                Rule::alias => alias = part.into_inner().next().map(|name| self.name(&name)),
                Rule::grouping => grouping = self.grouping(part),
                _ => {}
            }
        }
        Some(Input { node, port, alias, grouping, span })
    }

    /// What stands behind `join` and `lookup`.
    fn partner(&mut self, left: Option<Span>, mut inner: Pairs<'t, Rule>) -> Option<Partner> {
        let input = self.input(inner.next()?)?;
        let on = self.expr(inner.nth(1)?);
        let mut partner = Partner { left, input, on, within: None, keep: None };
        for part in inner {
            let rule = part.as_rule();
            let mut words = part.into_inner();
            let word = words.next()?;
            let slot = if rule == Rule::within { &mut partner.within } else { &mut partner.keep };
            let expr = self.expr(words.next()?);
            if let Some(first) = slot.replace(expr) {
                let message = format!("`{}` is given twice", word.as_str());
                let span = self.token(&word);
                self.push(
                    Diagnostic::new(Code::DuplicateName, span, message).label(first.span, "first given here"),
                );
            }
        }
        Some(partner)
    }

    fn grouping(&mut self, pair: Node<'t>) -> Option<Grouping> {
        let span = self.span_of(&pair);
        let mut inner = pair.into_inner();
        let name = self.name(&inner.next()?);
        let (arguments, filter) = inner.next().map(|arguments| self.arguments(arguments)).unwrap_or_default();
        if let Some(filter) = filter {
            self.push(Diagnostic::new(Code::Syntax, filter.span, "a grouping has no `where`"));
        }
        Some(Grouping { name, arguments, span })
    }

    fn time(&mut self, mut inner: Pairs<'t, Rule>) -> Option<Time> {
        let at = self.expr(inner.next()?);
        let mut time = Time { at, late_by: None, ahead_by: None, idle_after: None };
        let mut comma = None;
        for part in inner {
            let rule = part.as_rule();
            if rule == Rule::comma {
                comma = Some(part);
                continue;
            }
            comma = None;
            let mut words = part.into_inner();
            let word = words.next()?;
            let slot = match rule {
                Rule::late_by => &mut time.late_by,
                Rule::ahead_by => &mut time.ahead_by,
                _ => &mut time.idle_after,
            };
            let second = words.next()?;
            let expr = self.expr(words.next()?);
            if let Some(first) = slot.replace(expr) {
                let message = format!("`{} {}` is given twice", word.as_str(), second.as_str());
                let span = self.token(&word);
                self.push(
                    Diagnostic::new(Code::DuplicateName, span, message).label(first.span, "first given here"),
                );
            }
        }
        if let Some(comma) = comma {
            self.trailing_comma(&comma, "time");
        }
        Some(time)
    }

    fn keep(&mut self, mut inner: Pairs<'t, Rule>) -> Option<Keep> {
        let name = self.name(&inner.next()?);
        let ty = self.type_name(inner.nth(1)?)?;
        let first = self.expr(inner.nth(1)?);
        let then = self.expr(inner.nth(1)?);
        let lasts = inner.next().and_then(|lasts| self.behind_word(lasts));
        Some(Keep { name, ty, first, then, lasts })
    }

    /// The expression of a part that begins with a word: `within 1h`.
    fn behind_word(&mut self, pair: Node<'t>) -> Option<Expr> {
        pair.into_inner().nth(1).map(|expr| self.expr(expr))
    }

    fn window(&mut self, mut inner: Pairs<'t, Rule>) -> Option<Window> {
        let name = self.name(&inner.next()?);
        let mut window = Window {
            name,
            size: None,
            rows: None,
            every: None,
            offset: None,
            longest: None,
            lasting: None,
            allow_late: None,
            emit_every: None,
        };
        for part in inner {
            let slot = match part.as_rule() {
                // What follows `until`.
                Rule::expr => {
                    window.size = Some(self.expr(part));
                    continue;
                }
                Rule::kw_rows => {
                    window.rows = Some(self.token(&part));
                    continue;
                }
                Rule::size => &mut window.size,
                Rule::every => &mut window.every,
                Rule::offset => &mut window.offset,
                Rule::longest => &mut window.longest,
                Rule::lasting => &mut window.lasting,
                Rule::allow_late => &mut window.allow_late,
                _ => &mut window.emit_every,
            };
            let words = part.clone().into_inner();
            let expr = self.expr(words.clone().last()?);
            if let Some(first) = slot.replace(expr) {
                let words: Vec<_> = words.collect();
                let text: Vec<&str> = words[..words.len() - 1].iter().map(|word| word.as_str()).collect();
                let message = format!("`{}` is given twice", text.join(" "));
                let finding = Diagnostic::new(Code::DuplicateName, self.token(&words[0]), message);
                self.push(finding.label(first.span, "first given here"));
            }
        }
        Some(window)
    }

    fn arm(&mut self, pair: Node<'t>) -> Option<Arm> {
        let span = self.span_of(&pair);
        let mut inner = pair.into_inner();
        let name = self.name(&inner.next()?);
        let condition = next_if(&mut inner, Rule::kw_when).and_then(|_| inner.next());
        Some(Arm { name, condition: condition.map(|expr| self.expr(expr)), span })
    }

    fn top(&mut self, mut inner: Pairs<'t, Rule>) -> Option<Top> {
        let count = self.expr(inner.next()?);
        let mut ties = None;
        let mut keys = Vec::new();
        for part in inner.filter(|part| part.as_rule() != Rule::kw_by) {
            match part.as_rule() {
                Rule::with_ties => ties = Some(self.span_of(&part)),
                _ => keys.push(part),
            }
        }
        let keys = self.list(keys, "top", Builder::top_key);
        Some(Top { count, keys, ties })
    }

    fn top_key(&mut self, pair: Node<'t>) -> Option<TopKey> {
        let mut inner = pair.into_inner();
        let by = self.expr(inner.next()?);
        Some(TopKey { by, ascending: inner.next().map(|word| self.token(&word)) })
    }

    fn key_column(&mut self, pair: Node<'t>) -> Option<Column> {
        let expr = self.expr(pair);
        let span = expr.span;
        let column = column(expr);
        if column.is_none() {
            let help = "give the value a name before, `let key = …`, and write `key` here";
            self.push(Diagnostic::new(Code::Syntax, span, "columns stand here").help(help));
        }
        column
    }

    fn select_item(&mut self, pair: Node<'t>) -> Option<SelectItem> {
        let mut inner = pair.into_inner();
        let docs = self.docs(&mut inner);
        let pair = inner.next()?;
        let span = self.span_of(&pair);
        match pair.as_rule() {
            Rule::all_columns => {
                let of = next_if(&mut pair.into_inner(), Rule::name).map(|name| self.name(&name));
                Some(SelectItem::All(of, span))
            }
            Rule::named => {
                let mut inner = pair.into_inner();
                let name = self.name(&inner.next()?);
                Some(SelectItem::Named(name, self.expr(inner.nth(1)?), docs))
            }
            _ => {
                let expr = self.expr(pair);
                let unnamed = unnamed(&expr);
                let column = column(expr);
                if column.is_none() {
                    self.push(unnamed);
                }
                column.map(|column| SelectItem::Column(column, docs))
            }
        }
    }
}

/// The message for an expression in `select` that has no name.
fn unnamed(expr: &Expr) -> Diagnostic {
    if let ExprKind::Binary(operator, left, _) = &expr.kind
        && operator.value == crate::ast::BinaryOp::Equal
        && matches!(left.kind, ExprKind::Name(_))
    {
        return Diagnostic::new(
            Code::WrongOperator,
            operator.span,
            "`==` compares; a column is named with `=`",
        )
        .help("write `=` for a column, or `n = (a == b)` for the outcome of a comparison");
    }
    if let ExprKind::Literal(Literal::None) = expr.kind {
        return Diagnostic::new(Code::Syntax, expr.span, "a column of `select` needs a name");
    }
    Diagnostic::new(Code::Syntax, expr.span, "an expression in `select` needs a name")
        .help("write `name = …` before it")
}

/// An expression that is a column: `ip`, `per_client.window_start`.
fn column(expr: Expr) -> Option<Column> {
    let span: Span = expr.span;
    match expr.kind {
        ExprKind::Name(name) => Some(Column { qualifier: None, name, span }),
        ExprKind::Field(of, name) => match of.kind {
            ExprKind::Name(qualifier) => Some(Column { qualifier: Some(qualifier), name, span }),
            _ => None,
        },
        _ => None,
    }
}
