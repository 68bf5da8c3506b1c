//! The kinds of windows: which there are, which parts each has, and what those must be.

use streamwright_values::{Duration, Type, Value, dataflow};

use crate::ast;
use crate::check::columns::Columns;
use crate::check::context::Context;
use crate::check::expr::{duration, folded, of_constants, over_row_as};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::topology::{Expr, WindowKind};

/// The words of the kinds.
const WORDS: [&str; 7] = ["tumbling", "hopping", "session", "until", "trailing", "running", "all"];

/// A kind of window as it is written, whether or not its parts are right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::check) enum Written {
    Tumbling,
    Hopping,
    Session,
    Until,
    /// `tumbling N rows`
    Rows,
    Trailing,
    /// `trailing N rows`
    TrailingRows,
    Running,
    All,
    /// No word of the language.
    Unknown,
}

impl Written {
    pub(in crate::check) fn of(window: &ast::Window) -> Written {
        match (window.name.value.as_str(), window.rows) {
            ("tumbling", None) => Written::Tumbling,
            ("tumbling", Some(_)) => Written::Rows,
            ("hopping", _) => Written::Hopping,
            ("session", _) => Written::Session,
            ("until", _) => Written::Until,
            ("trailing", None) => Written::Trailing,
            ("trailing", Some(_)) => Written::TrailingRows,
            ("running", _) => Written::Running,
            ("all", _) => Written::All,
            _ => Written::Unknown,
        }
    }

    /// As [`WindowKind::has_bounds`]. (Nobody knows of an unknown one; but most do.)
    pub(in crate::check) fn has_bounds(self) -> bool {
        use Written::{Hopping, Session, Tumbling, Unknown, Until};
        matches!(self, Tumbling | Hopping | Session | Until | Unknown)
    }

    /// As [`WindowKind::has_late`].
    pub(in crate::check) fn has_late(self) -> bool {
        self.has_bounds() || self == Written::Trailing
    }

    /// As [`WindowKind::is_a_row_a_tuple`].
    pub(in crate::check) fn is_a_row_a_tuple(self) -> bool {
        matches!(self, Written::Trailing | Written::TrailingRows | Written::Running)
    }

    /// What stands behind its word, and an example.
    fn example(self) -> &'static str {
        match self {
            Written::Tumbling => "tumbling 1m",
            Written::Hopping => "hopping 5m every 1m",
            Written::Session => "session 30s max 1h",
            Written::Until => "until expires",
            Written::Rows => "tumbling 100 rows",
            Written::Trailing => "trailing 1h",
            Written::TrailingRows => "trailing 10 rows",
            Written::Running => "running for 1d",
            Written::All | Written::Unknown => "all",
        }
    }

    /// The parts that it may have.
    fn parts(self) -> &'static [&'static str] {
        match self {
            Written::Tumbling => &["size", "offset", "allow late", "emit every"],
            Written::Hopping => &["size", "every", "offset", "allow late", "emit every"],
            Written::Session => &["size", "max", "emit every"],
            Written::Until => &["size", "allow late", "emit every"],
            Written::Rows | Written::TrailingRows => &["size", "rows"],
            Written::Trailing => &["size"],
            Written::Running => &["for"],
            Written::All => &["emit every"],
            Written::Unknown => {
                &["size", "rows", "every", "offset", "max", "for", "allow late", "emit every"]
            }
        }
    }
}

/// Reads the kind of a window over this row. Nothing where it has mistakes.
pub(super) fn kind(context: &mut Context<'_>, row: &Columns, window: &ast::Window) -> Option<WindowKind> {
    let written = Written::of(window);
    let clean = strange_parts(context, written, window);
    let kind = match written {
        Written::Tumbling => tumbling(context, window),
        Written::Hopping => hopping(context, window),
        Written::Session => session(context, window),
        Written::Until => until(context, row, window),
        Written::Rows => rows(context, window).map(WindowKind::Rows),
        Written::Trailing => size(context, window).map(|size| WindowKind::Trailing(size.0)),
        Written::TrailingRows => rows(context, window).map(WindowKind::TrailingRows),
        Written::Running => match &window.lasting {
            None => Some(WindowKind::Running { lasts: None }),
            Some(lasting) => positive(context, lasting, "how long a running window lasts")
                .map(|lasts| WindowKind::Running { lasts: Some(lasts.0) }),
        },
        Written::All => Some(WindowKind::All),
        Written::Unknown => {
            let word = window.name.value.as_str();
            let finding =
                Diagnostic::new(Code::BadWindow, window.name.span, format!("there is no window `{word}`"));
            let help = "the windows are tumbling, hopping, session, until, trailing, running and all";
            context.report(finding.help(help).did_you_mean(word, WORDS));
            None
        }
    };
    kind.filter(|_| clean)
}

/// Reports the parts that a kind does not have; whether there are none.
fn strange_parts(context: &mut Context<'_>, written: Written, window: &ast::Window) -> bool {
    let at = |part: &Option<ast::Expr>| part.as_ref().map(|part| part.span);
    let parts = [
        ("size", at(&window.size)),
        ("rows", window.rows),
        ("every", at(&window.every)),
        ("offset", at(&window.offset)),
        ("max", at(&window.longest)),
        ("for", at(&window.lasting)),
        ("allow late", at(&window.allow_late)),
        ("emit every", at(&window.emit_every)),
    ];
    let mut clean = true;
    for (part, span) in parts {
        let Some(span) = span.filter(|_| !written.parts().contains(&part)) else { continue };
        // The size of `window all 5 rows` is the finding, and the word behind it none of its own.
        if part == "rows" && !written.parts().contains(&"size") {
            continue;
        }
        clean = false;
        let (message, help) = strange(written, part, &window.name.value);
        context.error(Code::BadWindow, span, message, help);
    }
    clean
}

fn strange(written: Written, part: &str, word: &str) -> (String, String) {
    let example = written.example();
    match (written, part) {
        (Written::All, "allow late") => {
            ("nothing is too late for `window all`".to_owned(), "leave `allow late` out".to_owned())
        }
        (Written::All, _) => {
            let message = "`window all` takes in everything: it has no length";
            (message.to_owned(), "write `window all`".to_owned())
        }
        (Written::Tumbling, "every") => {
            let help = "write `window hopping SIZE every HOP`, or leave `every` out";
            ("a tumbling window has no `every`".to_owned(), help.to_owned())
        }
        (Written::Running, "size") => {
            let help =
                "write `window running`, or how long a key without rows is kept: `window running for 1d`";
            ("a running window takes in all rows so far: it has no length".to_owned(), help.to_owned())
        }
        (Written::Session, "allow late") => {
            let help = "leave it out, and let the spout's `late by` be larger: a row may make one session of two, and \
                        nothing takes back what has left";
            ("a session that is over does not come back: it has no `allow late`".to_owned(), help.to_owned())
        }
        (_, "allow late" | "emit every") => {
            let help = "`tumbling`, `hopping` and `until` windows in time may leave more than once, and by `emit every` sessions and `all`";
            (format!("a window by rows, or with a row a tuple, has no `{part}`"), help.to_owned())
        }
        _ => (format!("a {word} window has no `{part}`"), format!("write `window {example}`")),
    }
}

fn tumbling(context: &mut Context<'_>, window: &ast::Window) -> Option<WindowKind> {
    let size = size(context, window)?;
    let offset = offset(context, window, size.1)?;
    Some(WindowKind::Tumbling { size: size.0, offset })
}

fn hopping(context: &mut Context<'_>, window: &ast::Window) -> Option<WindowKind> {
    let size = size(context, window);
    let every = match &window.every {
        Some(every) => positive(context, every, "the hop of a window"),
        None => {
            let help = "write `window hopping 5m every 1m`";
            context.error(Code::BadWindow, window.name.span, "a hopping window needs `every`", help);
            None
        }
    };
    let (size, every) = (size?, every?);
    if let (Some(length), Some(hop), Some(written)) = (size.1, every.1, &window.every)
        && let Some(finding) = hop_misfit(Duration(length), Duration(hop), written.span)
    {
        context.report(finding.label(size.0.span, "the window"));
        return None;
    }
    let offset = offset(context, window, every.1)?;
    Some(WindowKind::Hopping { size: size.0, every: every.0, offset })
}

/// A hop that leaves gaps, or is so small that a row would be in too many windows.
fn hop_misfit(size: Duration, hop: Duration, written: Span) -> Option<Diagnostic> {
    if hop.0 > size.0 {
        return Some(
            Diagnostic::new(Code::HopLargerThanSize, written, "the hop is larger than the window")
                .help("tuples between two windows would be in none: make the hop as large or smaller"),
        );
    }
    let windows = dataflow::windows_of_a_row(size, hop);
    (windows > dataflow::WINDOWS_MAX).then(|| {
        let message = format!("a row would be in {windows} windows");
        let least = windows_apart(size);
        Diagnostic::new(Code::TooManyWindows, written, message)
            .help(format!("{} is the most: write `every {least}` or more", dataflow::WINDOWS_MAX))
    })
}

/// The smallest hop that windows of this size may have.
fn windows_apart(size: Duration) -> Duration {
    Duration(size.0 / dataflow::WINDOWS_MAX + i64::from(size.0 % dataflow::WINDOWS_MAX != 0))
}

fn session(context: &mut Context<'_>, window: &ast::Window) -> Option<WindowKind> {
    let gap = size(context, window);
    let Some(written) = &window.longest else {
        return Some(WindowKind::Session { gap: gap?.0, longest: None });
    };
    let longest = positive(context, written, "the longest session");
    let (gap, longest) = (gap?, longest?);
    if let (Some(gap_ns), Some(longest_ns)) = (gap.1, longest.1)
        && longest_ns < gap_ns
    {
        let message = "the longest session is shorter than its gap";
        context.report(
            Diagnostic::new(Code::BadDuration, written.span, message)
                .label(gap.0.span, "a session of one row is as long as this")
                .help("make `max` as long or longer"),
        );
        return None;
    }
    Some(WindowKind::Session { gap: gap.0, longest: Some(longest.0) })
}

fn until(context: &mut Context<'_>, row: &Columns, window: &ast::Window) -> Option<WindowKind> {
    let Some(end) = &window.size else {
        let help = "write a timestamp of the row: `window until expires`";
        context.error(Code::BadWindow, window.name.span, "when does this window end?", help);
        return None;
    };
    over_row_as(context, row, end, &Type::Timestamp).map(WindowKind::Until)
}

pub(in crate::check) type Length = (Expr, Option<i64>);

fn size(context: &mut Context<'_>, window: &ast::Window) -> Option<Length> {
    let Some(size) = &window.size else {
        no_size(context, window, "long");
        return None;
    };
    let what =
        if Written::of(window) == Written::Session { "the gap of a session" } else { "the size of a window" };
    positive(context, size, what)
}

fn no_size(context: &mut Context<'_>, window: &ast::Window, how: &str) {
    let message = format!("how {how} is a {} window?", window.name.value);
    let help = format!("write `window {}`", Written::of(window).example());
    context.error(Code::BadWindow, window.name.span, message, help);
}

fn rows(context: &mut Context<'_>, window: &ast::Window) -> Option<Expr> {
    positive_int(context, window.size.as_ref()?, "the number of rows of a window")
}

/// A number of constants and params, greater than 0 where that is known now.
pub(super) fn positive_int(
    context: &mut Context<'_>,
    written: &ast::Expr,
    what: &'static str,
) -> Option<Expr> {
    let expr = of_constants(context, written, &Type::Int, what)?;
    if matches!(folded(&expr), Some(Value::Int(..=0))) {
        context.error(
            Code::BadWindow,
            written.span,
            format!("{what} is at least 1"),
            "write a number such as 10",
        );
        return None;
    }
    Some(expr)
}

/// A duration of constants and params, greater than 0 where that is known now.
pub(in crate::check) fn positive(
    context: &mut Context<'_>,
    written: &ast::Expr,
    what: &'static str,
) -> Option<Length> {
    let (expr, nanos) = duration(context, written, what)?;
    if nanos.is_some_and(|nanos| nanos <= 0) {
        let message = format!("{what} is longer than nothing");
        context.error(Code::BadDuration, written.span, message, "write a duration such as 1m");
        return None;
    }
    Some((expr, nanos))
}

/// `offset D`: not negative, and smaller than the hop. Nothing where it has a mistake.
fn offset(context: &mut Context<'_>, window: &ast::Window, hop: Option<i64>) -> Option<Option<Expr>> {
    let Some(written) = &window.offset else { return Some(None) };
    let (expr, nanos) = duration(context, written, "the offset of a window")?;
    let Some(nanos) = nanos else { return Some(Some(expr)) };
    if nanos < 0 || hop.is_some_and(|hop| nanos >= hop) {
        let message = "an offset is not negative, and smaller than from one window to the next";
        let help = "windows repeat: leave out the whole multiples";
        context.error(Code::BadDuration, written.span, message, help);
        return None;
    }
    Some(Some(expr))
}

/// `allow late D` and `emit every D`. Nothing where one has a mistake.
pub(super) fn revisions(
    context: &mut Context<'_>,
    window: &ast::Window,
) -> Option<(Option<Expr>, Option<Expr>)> {
    let allow_late = match &window.allow_late {
        None => Some(None),
        Some(written) => positive(context, written, "`allow late`").map(|late| Some(late.0)),
    };
    let emit_every = match &window.emit_every {
        None => Some(None),
        Some(written) => positive(context, written, "`emit every`").map(|every| Some(every.0)),
    };
    Some((allow_late?, emit_every?))
}
