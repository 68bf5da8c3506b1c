//! `join` and `lookup`: two rows side by side.

mod bounds;

use streamwright_values::Type;

use bounds::bounds;

use crate::ast;
use crate::check::columns::{Columns, Key};
use crate::check::context::{Context, Exit};
use crate::check::expr;
use crate::check::groupings;
use crate::check::inputs;
use crate::check::names::duplicate;
use crate::check::steps::{Held, Walk, left_over};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::topology::{Expr, ExprKind, Input, Join, Latest, Row, StepKind, Stream, TableLookup};

/// What `on` says: which columns are equal, and what else.
struct On {
    /// Columns of the left row, and what stands for them there.
    left: Vec<Expr>,
    /// Columns of the right row.
    right: Vec<usize>,
    /// Over both.
    filter: Option<Expr>,
}

impl Walk {
    /// `join`
    pub(super) fn join(&mut self, context: &mut Context<'_>, partner: &ast::Partner, clause: &ast::Clause) {
        if let Some(keep) = &partner.keep {
            let help = "leave it out: what a join keeps follows from `within`";
            context.error(Code::BadJoin, keep.span, "`for` is for a `lookup`", help);
            self.broken = true;
        }
        if context.table_names.contains_key(partner.input.node.value.as_str()) {
            self.columns = Columns::unknown();
            self.broken = true;
            return;
        }
        let exit = inputs::partner(context, self.node, partner);
        left_over(context, clause.head, &self.time);
        left_over(context, clause.head, &exit.time);
        self.needs_time(context, clause.head, "a join is in time", "read rows with `time`");
        self.partner_needs_time(context, clause.head, &exit);
        let left = self.columns.clone();
        let bounds = bounds(context, &left, partner, clause.head);
        let both = self.beside(context, partner, &exit.columns);
        let on = on(context, &left, &both, &partner.on, Keys::Columns);
        self.spouts.extend(&exit.spouts);
        self.after(partner, &left, both);
        self.revised = self.revised.or(exit.revised);
        let (keys, held) = self.keeps(on.as_ref(), &partner.on, clause.head);
        self.hold(context, held);
        let step = (|| {
            let (on, (low, high, inclusive)) = (on?, bounds?);
            let right = exit.columns.row()?;
            self.partner_input(context, partner, (&exit.columns, &right), (&on.right, clause.head))?;
            let (outer, right_keys, filter) = (partner.left.is_some(), on.right, on.filter);
            Some(StepKind::Join(Join { outer, right, keys: keys?, right_keys, filter, low, high, inclusive }))
        })();
        self.step(step, clause.span);
    }

    /// `lookup`
    pub(super) fn lookup(&mut self, context: &mut Context<'_>, partner: &ast::Partner, clause: &ast::Clause) {
        if let Some(within) = &partner.within {
            let help =
                "a lookup finds the latest row: leave it out, or write `for 1d` for how long that holds";
            context.error(Code::BadJoin, within.span, "`within` is for a `join`", help);
            self.broken = true;
        }
        let table = context.table_names.get(partner.input.node.value.as_str()).copied();
        if context.nodes[self.node].kind.value == ast::NodeKind::Sink {
            self.lookup_in_sink(context, partner, table.is_some());
        }
        match table.filter(|_| partner.input.port.is_none()) {
            Some(table) => self.table(context, partner, clause, table),
            None => self.latest(context, partner, clause),
        }
    }

    /// A sink keeps nothing, and letters come to it when their root is over.
    fn lookup_in_sink(&mut self, context: &mut Context<'_>, partner: &ast::Partner, table: bool) {
        let letters = context.inputs[self.node].iter().any(|input| input.stream == Some(Stream::DeadLetters));
        let message = match table {
            true if !letters => return,
            true => "nothing is looked up for dead letters",
            false => "a sink looks up tables only: what is known of a stream is a bolt's state",
        };
        let help = if table { "leave it out" } else { "put the `lookup` into a bolt, and read that here" };
        context.error(Code::BadJoin, partner.input.span, message, help);
        self.broken = true;
    }

    fn table(
        &mut self,
        context: &mut Context<'_>,
        partner: &ast::Partner,
        clause: &ast::Clause,
        table: usize,
    ) {
        context.tables[table].used = true;
        if let Some(grouping) = &partner.input.grouping {
            let help = "leave the grouping out: a table is there wherever a row is";
            context.error(
                Code::BadGrouping,
                grouping.span,
                "the rows of a table are not sent anywhere",
                help,
            );
            self.broken = true;
        }
        if let Some(keep) = &partner.keep {
            let help = "leave it out: a table's rows hold until the file changes";
            context.error(Code::BadJoin, keep.span, "`for` is for a `lookup` of a stream", help);
            self.broken = true;
        }
        let (right, keys) = (context.tables[table].columns.clone(), context.tables[table].keys.clone());
        let left = self.columns.clone();
        let both = self.beside(context, partner, &right);
        let keys = Keys::Table(keys.as_deref().unwrap_or_default());
        let on = on(context, &left, &both, &partner.on, keys);
        self.after(partner, &left, both);
        let step = (|| {
            let (on, right) = (on?, right.row()?);
            let keys = by_key(context, &partner.on, &on, table)?;
            let (outer, filter) = (partner.left.is_some(), on.filter);
            Some(StepKind::Lookup(TableLookup { outer, table, right, keys, filter }))
        })();
        self.step(step, clause.span);
    }

    fn latest(&mut self, context: &mut Context<'_>, partner: &ast::Partner, clause: &ast::Clause) {
        let exit = inputs::partner(context, self.node, partner);
        let expiry = partner.keep.as_ref().map(|keep| {
            self.needs_time(context, clause.head, "`for` is in time", "leave `for` out");
            self.partner_needs_time(context, clause.head, &exit);
            positive(context, keep)
        });
        let left = self.columns.clone();
        let both = self.beside(context, partner, &exit.columns);
        let on = on(context, &left, &both, &partner.on, Keys::Columns);
        self.after(partner, &left, both);
        let (keys, held) = self.keeps(on.as_ref(), &partner.on, clause.head);
        // Of rows that are sent again the latest is the last revision.
        self.states.push(held);
        let step = (|| {
            let on = on?;
            let right = exit.columns.row()?;
            self.partner_input(context, partner, (&exit.columns, &right), (&on.right, clause.head))?;
            let expiry = match expiry {
                Some(expiry) => Some(expiry?),
                None => None,
            };
            let (outer, right_keys, filter) = (partner.left.is_some(), on.right, on.filter);
            let timed = self.time.known && exit.time.known;
            Some(StepKind::Latest(Latest { outer, right, keys: keys?, right_keys, filter, expiry, timed }))
        })();
        self.step(step, clause.span);
    }

    fn partner_needs_time(&mut self, context: &mut Context<'_>, head: Span, exit: &Exit) {
        if let (false, Some((span, why))) = (exit.time.known, &exit.time.why_not) {
            let message = "this goes by time, and the rows of its partner have none";
            context.report(
                Diagnostic::new(Code::WindowWithoutTime, head, message)
                    .label(*span, why.clone())
                    .help("add `time COLUMN, late by 10s` to the spout that they come from"),
            );
            self.broken = true;
        }
    }

    /// The columns of both rows: the left's, then the right's under its input's name.
    fn beside(&self, context: &mut Context<'_>, partner: &ast::Partner, right: &Columns) -> Columns {
        let name = partner.input.alias.as_ref().unwrap_or(&partner.input.node);
        let word = inputs::own_name(name);
        let mut both = self.columns.clone();
        if both.qualifiers.contains(&word) {
            let first = self.first_input(context, &word).unwrap_or(name.span);
            let finding = duplicate(name, first, &format!("an input `{word}`"));
            context.report(finding);
        }
        both.open |= right.open;
        for known in &right.list {
            let mut known = known.clone();
            known.inputs = vec![word.clone()];
            both.list.push(known);
        }
        both.qualifiers.push(word);
        both.settle_plain();
        both
    }

    fn first_input(&self, context: &Context<'_>, word: &str) -> Option<Span> {
        let inputs = context.inputs[self.node].iter().map(|input| input.ast);
        let mut named = inputs.map(|input| input.alias.as_ref().unwrap_or(&input.node));
        named.find(|name| inputs::own_name(name) == word).map(|name| name.span)
    }

    /// The row behind the clause: that of a `left` one may lack the right side.
    fn after(&mut self, partner: &ast::Partner, left: &Columns, mut both: Columns) {
        if partner.left.is_some() {
            for known in &mut both.list[left.list.len()..] {
                known.ty = known.ty.take().map(|ty| if ty.is_optional() { ty } else { ty.optional() });
            }
        }
        self.columns = both;
    }

    /// The columns that the state is kept by.
    fn keeps(&self, on: Option<&On>, written: &ast::Expr, head: Span) -> (Option<Vec<usize>>, Held) {
        let column = |expr: &Expr| match expr.kind {
            ExprKind::Column(column) => Some(column),
            _ => None,
        };
        let keys: Option<Vec<usize>> = on.and_then(|on| on.left.iter().map(column).collect());
        let held = keys.iter().flatten().map(|key| Key { column: *key, span: written.span }).collect();
        (keys, Held { word: "join", head, keys: held, partner: Some(self.steps.len()) })
    }

    /// The partner's stream as an input of the node.
    fn partner_input(
        &mut self,
        context: &mut Context<'_>,
        partner: &ast::Partner,
        (seen, right): (&Columns, &Row),
        keys: (&[usize], Span),
    ) -> Option<()> {
        let span = partner.input.span;
        let mut entry = seen.clone();
        entry.qualifiers =
            vec![inputs::own_name(partner.input.alias.as_ref().unwrap_or(&partner.input.node))];
        for known in &mut entry.list {
            known.inputs.clone_from(&entry.qualifiers);
        }
        let written = partner.input.grouping.as_ref();
        let grouping = groupings::partner(context, written, &entry, keys, partner.on.span)?;
        let input = context.inputs[self.node].iter().find(|input| input.partner && input.ast.span == span)?;
        let columns = (0..right.len()).collect();
        self.partners.push(Input { stream: input.stream?, columns, grouping, span });
        Some(())
    }
}

/// Which equalities rows are found by.
#[derive(Clone, Copy)]
enum Keys<'k> {
    /// Those of a column of each side.
    Columns,
    /// Those of these columns of a table and anything of the left row.
    Table(&'k [usize]),
}

impl Keys<'_> {
    /// What of the left row is equal to which column of the right one, if rows are found by that.
    fn equality(self, part: &Expr, width: usize) -> Option<(Expr, usize)> {
        let ExprKind::Compare(ast::BinaryOp::Equal, one, other) = &part.kind else { return None };
        let sides = self.right(other, width).map(|right| (one, right));
        let (left, right) = sides.or_else(|| self.right(one, width).map(|right| (other, right)))?;
        let columns = left.columns();
        let of_left = !columns.is_empty() && columns.iter().all(|column| *column < width);
        let fits = match self {
            Keys::Columns => matches!(left.kind, ExprKind::Column(_)),
            Keys::Table(_) => true,
        };
        (of_left && fits && left.ty.required().is_key()).then(|| ((**left).clone(), right))
    }

    fn right(self, expr: &Expr, width: usize) -> Option<usize> {
        match (&expr.kind, self) {
            (ExprKind::Column(column), Keys::Columns) => column.checked_sub(width),
            (ExprKind::Column(column), Keys::Table(keys)) => {
                column.checked_sub(width).filter(|column| keys.contains(column))
            }
            // What is looked up may be absent; the key of a table is not.
            (ExprKind::Some(inner), Keys::Table(_)) => self.right(inner, width),
            _ => None,
        }
    }
}

/// Takes `on` apart.
fn on(
    context: &mut Context<'_>,
    left: &Columns,
    both: &Columns,
    written: &ast::Expr,
    keys: Keys<'_>,
) -> Option<On> {
    let width = left.list.len();
    let condition = expr::condition(context, both, written)?;
    let mut found = On { left: Vec::new(), right: Vec::new(), filter: None };
    for part in conjuncts(condition) {
        // Each column of two streams stands for one of the other side; more about it is a condition like others.
        let stands =
            |left: &Expr| matches!(keys, Keys::Columns) && found.left.iter().any(|known| known.same(left));
        let used = |(left, right): &(Expr, usize)| found.right.contains(right) || stands(left);
        match keys.equality(&part, width).filter(|equal| !used(equal)) {
            Some((left, right)) => {
                found.left.push(left);
                found.right.push(right);
            }
            None => {
                found.filter = Some(match found.filter {
                    None => part,
                    Some(before) => {
                        let span = before.span.to(part.span);
                        let kind = ExprKind::And(Box::new(before), Box::new(part));
                        Expr { kind, ty: Type::Bool, span }
                    }
                });
            }
        }
    }
    if let (Keys::Columns, true) = (keys, found.right.is_empty()) {
        let message = "no column of one side is equal to one of the other here";
        let help = "write `on a.id == b.id`: two columns of one type, which is no float, list or record; more \
                    conditions may follow behind `&&`";
        context.error(Code::BadJoin, written.span, message, help);
        return None;
    }
    Some(found)
}

/// The parts of `a && b && c`.
fn conjuncts(condition: Expr) -> Vec<Expr> {
    let mut parts = Vec::new();
    let mut open = vec![condition];
    while let Some(part) = open.pop() {
        match part.kind {
            ExprKind::And(left, right) => open.extend([*right, *left]),
            _ => parts.push(part),
        }
    }
    parts
}

/// What is looked up, in the order of the table's key.
fn by_key(context: &mut Context<'_>, written: &ast::Expr, on: &On, table: usize) -> Option<Vec<Expr>> {
    let table = &context.tables[table];
    let keys = table.keys.as_ref()?;
    let place = |key: &usize| on.right.iter().position(|right| right == key);
    if keys.iter().all(|key| place(key).is_some()) {
        return keys.iter().map(|key| Some(on.left[place(key)?].clone())).collect();
    }
    let names: Vec<&str> = keys.iter().map(|key| table.columns.list[*key].name.as_str()).collect();
    let message = format!("rows of `{}` are found by {}", table.ast.name.value, names.join(", "));
    let finding = Diagnostic::new(Code::BadJoin, written.span, message)
        .label(table.ast.key_span, "its key")
        .help("write an equality for each of them: `on u.user_id == id`; more conditions may follow behind `&&`");
    context.report(finding);
    None
}

fn positive(context: &mut Context<'_>, written: &ast::Expr) -> Option<Expr> {
    let (expr, nanos) = expr::duration(context, written, "how long a row holds")?;
    if nanos.is_some_and(|nanos| nanos <= 0) {
        let message = "a row holds longer than nothing";
        context.error(Code::BadDuration, written.span, message, "write a duration such as 1d");
        return None;
    }
    Some(expr)
}
