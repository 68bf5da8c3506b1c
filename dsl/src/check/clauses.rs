//! The order of clauses: each kind of node has its own, and a clause out of place is a finding that shows it.

use crate::ast::{Clause, ClauseKind, Node, NodeKind};
use crate::check::context::Context;
use crate::diagnostic::{Code, Diagnostic};

/// The clauses of a node that stand where they may.
pub(super) struct Clauses<'a> {
    /// In the order written.
    pub(super) list: Vec<&'a Clause>,
    /// Whether one that changes columns was left out, so that unknown ones may be its doing.
    pub(super) open: bool,
}

/// Where in a node a clause may stand.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    /// `from`, `read`
    Input,
    /// `join`, and `lookup` among these
    Join,
    /// `unnest` and `lookup`, among the next ones
    Unnest,
    /// `where`, `let`
    Rows,
    /// `time`
    Time,
    /// `group by`
    Group,
    /// `keep`
    Keep,
    /// `window`
    Window,
    /// `top`, also behind `select`
    Top,
    /// `select`
    Select,
    /// `split`
    Split,
    /// `write`
    Output,
}

fn part(kind: NodeKind, clause: &Clause) -> (Part, &'static str) {
    match clause.kind {
        ClauseKind::From(_) => (Part::Input, "from"),
        ClauseKind::Join(_) => (Part::Join, "join"),
        ClauseKind::Lookup(_) => (Part::Unnest, "lookup"),
        ClauseKind::Read(_) => (Part::Input, "read"),
        ClauseKind::Where(_) => (Part::Rows, "where"),
        ClauseKind::Let(..) => (Part::Rows, "let"),
        ClauseKind::Distinct(..) => (Part::Rows, "distinct"),
        ClauseKind::Unnest(..) => (Part::Unnest, "unnest"),
        ClauseKind::Time(_) => (Part::Time, "time"),
        ClauseKind::GroupBy(_) => (Part::Group, "group by"),
        ClauseKind::Keep(_) => (Part::Keep, "keep"),
        ClauseKind::Window(_) => (Part::Window, "window"),
        // Behind a bolt's, rows go on as behind a `select`.
        ClauseKind::Run(_) => match kind {
            NodeKind::Spout => (Part::Input, "run"),
            NodeKind::Bolt => (Part::Select, "run"),
            NodeKind::Sink => (Part::Output, "run"),
        },
        ClauseKind::Select(_) => (Part::Select, "select"),
        ClauseKind::Split(_) => (Part::Split, "split"),
        ClauseKind::Top(_) => (Part::Top, "top"),
        ClauseKind::Write(_) => (Part::Output, "write"),
    }
}

/// What a kind of node may have, and the order for people.
fn allowed(kind: NodeKind) -> (&'static [&'static str], &'static str) {
    match kind {
        NodeKind::Spout => (
            &["read", "run", "where", "let", "unnest", "time"],
            "read or run, then where, let and unnest, then time",
        ),
        NodeKind::Bolt => (
            &[
                "from", "join", "where", "let", "unnest", "lookup", "distinct", "group by", "keep", "window",
                "run", "top", "select", "split",
            ],
            "from, join and lookup, then where, let, unnest, lookup and distinct, group by, keep, window, top and select, or run, behind \
             keep and select where, let, distinct, select and top again, and split",
        ),
        NodeKind::Sink => (
            &["from", "where", "let", "unnest", "lookup", "select", "write", "run"],
            "from, then where, let, unnest and lookup, select, then write or run",
        ),
    }
}

pub(super) fn noun(kind: NodeKind) -> &'static str {
    match kind {
        NodeKind::Spout => "spout",
        NodeKind::Bolt => "bolt",
        NodeKind::Sink => "sink",
    }
}

/// Sorts out the clauses that stand in place, and reports the others, doubles, and what is missing.
pub(super) fn check<'a>(context: &mut Context<'_>, node: &'a Node) -> Clauses<'a> {
    let kind = node.kind.value;
    let (words, order) = allowed(kind);
    let mut clauses = Clauses { list: Vec::new(), open: false };
    let mut reached = Part::Input;
    for clause in &node.clauses {
        let (mut at, word) = part(kind, clause);
        // Before anything else is done with rows, a `join` may follow it.
        if word == "lookup" && reached <= Part::Join {
            at = Part::Join;
        }
        // A spout has one of `read` and `run`, a sink one of `write` and `run`.
        let alike = |other: &&&Clause| {
            let (place, name) = part(kind, other);
            name == word || (place == at && matches!(at, Part::Input | Part::Output))
        };
        let before = clauses.list.iter().find(alike);
        let again = matches!(at, Part::Join | Part::Rows | Part::Unnest | Part::Keep)
            || (word == "select" && before.is_some())
            || (at == Part::Top && selects_behind_top(&clauses.list));
        let finding = if !words.contains(&word) {
            let message = format!("a {} has no `{word}`", noun(kind));
            Some(Diagnostic::new(Code::MisplacedClause, clause.head, message))
        } else if let (Some(first), false) = (before, again) {
            let name = part(kind, first).1;
            let message = if name == word {
                format!("`{word}` stands here a second time")
            } else {
                format!("`{word}` does not stand beside `{name}`")
            };
            let finding = Diagnostic::new(Code::DuplicateClause, clause.head, message);
            Some(finding.label(first.head, "the first one"))
        } else if in_place(reached, at) {
            None
        } else {
            let last = clauses.list.last();
            let message = match last {
                Some(last) => format!("`{word}` does not stand behind `{}`", part(kind, last).1),
                None => format!("`{word}` does not come first"),
            };
            Some(Diagnostic::new(Code::MisplacedClause, clause.head, message))
        };
        match finding {
            Some(finding) => {
                clauses.open |= !matches!(clause.kind, ClauseKind::Where(_));
                context.report(finding.help(format!("the order is {order}")));
            }
            None => {
                reached = reached.max(at);
                clauses.list.push(clause);
            }
        }
    }
    missing(context, node, &mut clauses);
    clauses
}

/// Whether the last of both is a `select`: then a `top` may follow, also where there was one before it.
fn selects_behind_top(list: &[&Clause]) -> bool {
    let mut words = list.iter().rev().map(|clause| part(NodeKind::Bolt, clause).0);
    words.find(|part| matches!(part, Part::Top | Part::Select)) == Some(Part::Select)
}

/// Whether a clause may follow what was reached. `where`, `let` and `distinct` may stand again behind `keep` and `select`.
fn in_place(reached: Part, at: Part) -> bool {
    match at {
        Part::Top => reached <= Part::Select,
        Part::Rows => reached <= Part::Rows || matches!(reached, Part::Keep | Part::Top | Part::Select),
        Part::Unnest => reached <= Part::Rows,
        Part::Input => reached == Part::Input,
        at => reached <= at,
    }
}

fn missing(context: &mut Context<'_>, node: &Node, clauses: &mut Clauses<'_>) {
    let kind = node.kind.value;
    let written = |word: &str| node.clauses.iter().any(|clause| part(kind, clause).1 == word);
    let needed: &[(&str, &str)] = match node.kind.value {
        NodeKind::Spout => &[("read", "add `read file \"input.jsonl\" as json`")],
        NodeKind::Bolt => &[("from", "add `from NODE`, the first clause")],
        NodeKind::Sink => &[
            ("from", "add `from NODE`, the first clause"),
            ("write", "add `write stdout as json`, the last clause"),
        ],
    };
    for (word, help) in needed {
        let is_there = written(word) || matches!(*word, "read" | "write") && written("run");
        if !is_there {
            let message = format!("{} `{}` has no `{word}`", noun(node.kind.value), node.name.value);
            context.error(Code::MissingClause, node.name.span, message, *help);
            clauses.open = true;
        }
    }
}
