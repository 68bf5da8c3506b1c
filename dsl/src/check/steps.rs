//! Steps: what the clauses of a node do to its row, top to bottom.

mod select;

use streamwright_values::Type;

use crate::ast::{self, ClauseKind};
use crate::check::columns::{Columns, Key, Known};
use crate::check::context::Context;
use crate::check::expr;
use crate::check::run;
use crate::check::split;
use crate::check::windows::{self, OpenWindow, Written};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Name, Span};
use crate::topology::{Expr, ExprKind, Input, Step, StepKind, Top};

/// A node's row on its way down.
pub(super) struct Walk {
    /// The row here.
    pub(super) columns: Columns,
    /// So far.
    pub(super) steps: Vec<Step>,
    /// Whether a step is missing here because of a mistake.
    pub(super) broken: bool,
    /// The node's written record, for what it runs.
    pub(super) record: Option<usize>,
    /// How many stateful clauses stand before the `group by`, if there is one.
    pub(super) grouped: Option<usize>,
    /// `group by`, until its window.
    pub(super) keys: Vec<Key>,
    /// Whether one of them is not known; then nobody can say of a column that it is no key.
    pub(super) unknown_key: bool,
    /// The window, until its `select`.
    pub(super) window: Option<OpenWindow>,
    /// The row before a window in time: what `.late` is made of.
    pub(super) late: Option<Columns>,
    /// Whether there was a `split`, whose column is the last.
    pub(super) is_split: bool,
    /// Whether the clause before is a `keep`.
    pub(super) keeping: bool,
    /// The stateful clauses so far.
    pub(super) states: Vec<Held>,
    /// The index of its node in the file.
    pub(super) node: usize,
    /// The streams that it joins or looks up, in the order of their steps.
    pub(super) partners: Vec<Input>,
    /// The spouts of those that it joins.
    pub(super) spouts: Vec<usize>,
    /// Whether the row has an event time here.
    pub(super) time: EventTime,
    /// The window whose rows these are, where it may leave more than once.
    pub(super) revised: Option<Span>,
    /// The last window, behind its `select`.
    left: Option<Left>,
    /// The `top` before the `select`: there are tuples behind it, and nothing to aggregate.
    topped: Option<Span>,
}

/// A window that is behind the row.
#[derive(Clone, Copy)]
struct Left {
    written: Written,
    head: Span,
}

/// A stateful clause.
pub(super) struct Held {
    /// What it is called.
    pub(super) word: &'static str,
    /// Its first words.
    pub(super) head: Span,
    /// What its state is kept by.
    pub(super) keys: Vec<Key>,
    /// Of one with a partner: how many steps stand before it.
    pub(super) partner: Option<usize>,
}

/// Whether rows have an event time.
#[derive(Clone, Debug, Default)]
pub(super) struct EventTime {
    pub(super) known: bool,
    /// Why not, for a label: the guilty part and a few words. Nothing where an earlier finding says it.
    pub(super) why_not: Option<(Span, String)>,
    /// The window by rows whose part-full windows leave at the end of the input with the times of their last rows, which may
    /// be long past.
    pub(super) left_over: Option<Span>,
}

impl EventTime {
    /// That of rows that have one.
    pub(super) fn known() -> EventTime {
        EventTime { known: true, ..EventTime::default() }
    }
}

impl Walk {
    pub(super) fn new(node: usize, columns: Columns, (time, revised): (EventTime, Option<Span>)) -> Walk {
        Walk {
            columns,
            node,
            partners: Vec::new(),
            spouts: Vec::new(),
            keeping: false,
            states: Vec::new(),
            time,
            steps: Vec::new(),
            broken: false,
            record: None,
            grouped: None,
            keys: Vec::new(),
            unknown_key: false,
            window: None,
            late: None,
            is_split: false,
            revised,
            left: None,
            topped: None,
        }
    }

    /// Takes one clause that changes rows.
    pub(super) fn clause(&mut self, context: &mut Context<'_>, clause: &ast::Clause) {
        match &clause.kind {
            ClauseKind::Where(condition) => self.filter(context, condition, clause.span),
            ClauseKind::Let(name, value) => self.column(context, name, value, clause.span),
            ClauseKind::Unnest(value, name) => self.unnest(context, value, name, clause.span),
            ClauseKind::Select(items) => self.select(context, items, clause),
            ClauseKind::GroupBy(columns) => {
                self.grouped = Some(self.states.len());
                (self.keys, self.unknown_key) = windows::keys(context, &self.columns, columns, "group by");
            }
            ClauseKind::Distinct(columns, within) => {
                self.distinct(context, columns, within.as_ref(), clause);
            }
            ClauseKind::Keep(keep) => self.keep(context, keep, clause),
            ClauseKind::Window(window) => self.open_window(context, window, clause),
            ClauseKind::Run(run) if context.nodes[self.node].kind.value == ast::NodeKind::Bolt => {
                let step = run::check(context, self, run, clause);
                self.step(step, clause.span);
            }
            ClauseKind::Split(arms) => {
                self.drop_hidden(clause.head);
                self.forget_hidden(clause.head);
                let step = split::check(context, &mut self.columns, arms, clause.head);
                self.is_split = true;
                self.step(step, clause.span);
            }
            ClauseKind::Join(partner) => self.join(context, partner, clause),
            ClauseKind::Lookup(partner) => self.lookup(context, partner, clause),
            ClauseKind::Top(top) => self.top(context, top, clause),
            ClauseKind::Run(_)
            | ClauseKind::From(_)
            | ClauseKind::Read(_)
            | ClauseKind::Write(_)
            | ClauseKind::Time(_) => {}
        }
        self.keeping = matches!(clause.kind, ClauseKind::Keep(_));
    }

    /// Whether nothing uses the `group by`.
    pub(super) fn ungrouped(&self) -> bool {
        self.grouped == Some(self.states.len())
    }

    fn open_window(&mut self, context: &mut Context<'_>, window: &ast::Window, clause: &ast::Clause) {
        self.forget_hidden(clause.head);
        let open = windows::open(context, &self.columns, window, clause);
        let keys = self.keys.clone();
        self.hold(context, Held { word: "window", head: open.head, keys, partner: None });
        if open.written.has_late() {
            self.late = Some(self.columns.clone());
        }
        if open.written.has_late() {
            left_over(context, open.head, &self.time);
        }
        if open.written.has_late() || window.lasting.is_some() || window.emit_every.is_some() {
            self.needs_time(context, open.head, "this window is in time", "write `window all`");
        }
        if open.written == Written::All {
            let why = "rows of a `window all` have no event time".to_owned();
            self.time = EventTime { known: false, why_not: Some((open.head, why)), left_over: None };
        }
        self.time.left_over = match open.written {
            // Of one group the last row is the input's last one.
            Written::Rows if !self.keys.is_empty() => Some(open.head),
            _ if open.written.is_a_row_a_tuple() => self.time.left_over,
            _ => None,
        };
        self.revised = open.is_revised.then_some(open.head);
        self.left = Some(Left { written: open.written, head: open.head });
        self.window = Some(open);
    }

    /// A stateful clause. Rows that are only revisions of others must not be counted as if they were new.
    pub(super) fn hold(&mut self, context: &mut Context<'_>, held: Held) {
        let head = held.head;
        if let Some(window) = self.revised.take() {
            let message = "these rows are sent again when they change, and each would count as a new one";
            context.report(
                Diagnostic::new(Code::StateOfRevisions, head, message)
                    .label(window, "this window leaves more than once")
                    .help("leave `allow late` and `emit every` out there, and let the spout's `late by` be larger"),
            );
        }
        self.states.push(held);
    }

    fn top(&mut self, context: &mut Context<'_>, written: &ast::Top, clause: &ast::Clause) {
        let top = windows::read_top(context, &self.columns, written);
        if let Some(window) = self.window.take() {
            return self.top_of_tuples(context, window, top, clause);
        }
        let finding = match self.left {
            None => Some(Diagnostic::new(
                Code::AggregateWithoutWindow,
                clause.head,
                "nothing says what `top` is taken over",
            ).help("it stands behind a `window`: before its `select` for the tuples of each group, behind it for its rows")),
            Some(left) if !left.written.has_bounds() && left.written != Written::All => Some(
                Diagnostic::new(Code::BadWindow, clause.head, "these rows leave one by one, as tuples come")
                    .label(left.head, "no rows of this window leave together")
                    .help("`top` needs a window that ends in time, or `window all`"),
            ),
            Some(_) => None,
        };
        self.hold(context, Held { word: "top", head: clause.head, keys: Vec::new(), partner: None });
        let fits = finding.is_none();
        finding.into_iter().for_each(|finding| context.report(finding));
        windows::rank(context, &mut self.columns, clause.head);
        self.step(top.filter(|_| fits).map(StepKind::Top), clause.span);
    }

    /// `top` before `select`.
    fn top_of_tuples(
        &mut self,
        context: &mut Context<'_>,
        window: OpenWindow,
        top: Option<Top>,
        clause: &ast::Clause,
    ) {
        let (span, head, written) = (window.span, window.head, window.written);
        if written.is_a_row_a_tuple() || window.is_revised {
            let message = "`top` needs a window that leaves once";
            let why = if window.is_revised {
                "this one leaves again and again"
            } else {
                "here a row leaves for each tuple"
            };
            let help = "take a `tumbling`, `hopping`, `session` or `until` window without `allow late` and `emit every`";
            context
                .report(Diagnostic::new(Code::BadWindow, clause.head, message).label(head, why).help(help));
            self.broken = true;
        }
        let (columns, window) = window.finish_top(context, &self.columns, (&self.keys, top, clause.head));
        self.columns = columns;
        self.topped = Some(clause.head);
        self.step(window.map(|window| StepKind::Window(Box::new(window))), span);
    }

    /// Leaves out the columns behind a `top` that the window's own bounds hide, where no `select` has done so.
    pub(super) fn drop_hidden(&mut self, span: Span) {
        let is_hidden = |known: &Known| self.columns.hides(known);
        if self.topped.take().is_none() || !self.columns.list.iter().any(is_hidden) {
            return;
        }
        let mut values = Vec::new();
        let mut left = Columns { list: Vec::new(), ..self.columns.clone() };
        for (index, known) in self.columns.list.iter().enumerate().filter(|(_, known)| !is_hidden(known)) {
            let kind = ExprKind::Column(index);
            values.extend(known.ty.clone().map(|ty| Expr { kind, ty, span }));
            left.list.push(known.clone());
        }
        let known = values.len() == left.list.len();
        self.columns = left;
        self.step(known.then_some(StepKind::Select(values)), span);
    }

    /// A clause that goes by event time needs rows that have one; `without` is what may be written where they have not.
    pub(super) fn needs_time(&mut self, context: &mut Context<'_>, head: Span, what: &str, without: &str) {
        if let (false, Some((span, why))) = (self.time.known, &self.time.why_not) {
            let of_spout = context
                .nodes
                .iter()
                .any(|node| node.kind.value == ast::NodeKind::Spout && node.span.contains(*span));
            let help = if of_spout {
                format!("add `time COLUMN, late by 10s` to the spout, or {without}")
            } else {
                format!("{without} here, or a window in time there")
            };
            context.report(
                Diagnostic::new(Code::WindowWithoutTime, head, format!("{what}, and its rows have none"))
                    .label(*span, why.clone())
                    .help(help),
            );
        }
        // Once is enough; whatever follows counts on it.
        self.time = EventTime { left_over: self.time.left_over, ..EventTime::known() };
    }

    /// Adds a step, where the row after it is known.
    pub(super) fn step(&mut self, kind: Option<StepKind>, span: Span) {
        match (kind, self.columns.row()) {
            (Some(kind), Some(row)) if !self.broken => self.steps.push(Step { kind, row, span }),
            _ => self.broken = true,
        }
    }

    fn filter(&mut self, context: &mut Context<'_>, condition: &ast::Expr, span: Span) {
        let condition = expr::condition(context, &self.columns, condition);
        for column in condition.iter().flat_map(|condition| expr::facts(condition).when_true) {
            let ty = &mut self.columns.list[column].ty;
            *ty = ty.take().map(|ty| ty.required().clone());
        }
        self.step(condition.map(StepKind::Where), span);
    }

    fn column(&mut self, context: &mut Context<'_>, name: &Name, value: &ast::Expr, span: Span) {
        let value = expr::over_row(context, &self.columns, value);
        if self.is_taken(context, name) {
            return;
        }
        let ty = value.as_ref().and_then(|value| expr::column_type(context, value));
        self.columns.push(&name.value, ty);
        self.step(value.map(StepKind::Let), span);
    }

    /// Whether there is such a column already, which is reported.
    pub(super) fn is_taken(&self, context: &mut Context<'_>, name: &Name) -> bool {
        let taken = self.columns.list.iter().any(|known| known.name == name.value);
        if taken {
            let message = format!("there is a column `{}` already", name.value);
            context.error(Code::DuplicateName, name.span, message, "give the new column another name");
        }
        taken
    }

    fn unnest(&mut self, context: &mut Context<'_>, value: &ast::Expr, name: &Name, span: Span) {
        let value = expr::over_row(context, &self.columns, value);
        if self.is_taken(context, name) {
            return;
        }
        let element = match value.as_ref().map(|value| &value.ty) {
            Some(Type::List(element) | Type::Optional(element)) => Some((**element).clone()),
            _ => None,
        };
        if let (Some(value), None) = (&value, &element) {
            let message = format!("this is `{}`: it has nothing inside", value.ty);
            let help = "`unnest` takes a list, or a value that may be absent";
            context.error(Code::TypeMismatch, value.span, message, help);
        }
        self.columns.push(&name.value, element.clone());
        self.step(value.filter(|_| element.is_some()).map(StepKind::Unnest), span);
    }
}

/// Something that judges rows by their time, behind a window by rows.
pub(super) fn left_over(context: &mut Context<'_>, head: Span, time: &EventTime) {
    let Some(window) = time.left_over else { return };
    let message = "rows that leave at the end of the input may be late here";
    context.report(
        Diagnostic::new(Code::RowsLeftOver, head, message)
            .label(window, "what is not full here leaves at the end, with the time of its last row")
            .help("let a window in time stand first; of a window such rows leave by `.late`"),
    );
}
