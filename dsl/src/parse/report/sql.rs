//! What people bring along from SQL and from other languages: what it is called here.

use super::{Builder, Code, Diagnostic, Node, Place, Rule, Stop, clipped};

/// Words that begin something in SQL, and what is written in their place.
const WORDS: &[(&str, &str)] = &[
    ("having", "write `where` behind the `select`"),
    ("order", "write `top 10 by n` behind the `select` of a window"),
    ("limit", "write `top 10 by n` behind the `select` of a window"),
    ("union", "name several inputs: `from a, b`"),
    ("over", "write a window: `group by k  window running`, or `trailing`"),
    ("filter", "a condition stands in the brackets: `count(where status > 3)`"),
    ("between", "write a range: `x in 200..=299`"),
    ("then", "write `if c { a } else { b }`"),
];

/// Joins of SQL.
const JOINS: &[(&str, &str)] = &[
    ("left", "write `left join`"),
    ("inner", "write `join`"),
    ("cross", "write `join`, with a condition behind `on`"),
    ("right", "write `left join`, with the inputs the other way round"),
    ("full", "there are `join` and `left join`; `from a, b` takes all rows of both"),
];

const UNITS: &[(&str, &str)] =
    &[("millisecond", "ms"), ("second", "s"), ("minute", "m"), ("hour", "h"), ("day", "d"), ("week", "w")];

impl<'t> Builder<'t> {
    /// The finding for a part of which the first word is `first`, behind `previous`.
    pub(super) fn sql(
        &self,
        stop: &Stop<'t>,
        first: &str,
        previous: Option<&Node<'t>>,
    ) -> Option<Diagnostic> {
        let word = stop.token.to_ascii_lowercase();
        let help = |words: &[(&str, &'static str)]| {
            words.iter().find(|(known, _)| *known == word).map(|(_, help)| *help)
        };
        if stop.place == Place::Field {
            return None;
        }
        let join = help(JOINS).filter(|_| matches!(self.next(stop), "outer" | "OUTER" | "join" | "JOIN"));
        if let Some(help) = join.or_else(|| help(WORDS)) {
            return Some(stop.finding(Code::Syntax, format!("there is no `{}` here", stop.token)).help(help));
        }
        self.behind_a_word(stop).or_else(|| self.behind_a_value(stop)).or_else(|| {
            let previous = previous.map_or("", |previous| previous.as_str());
            let first = if stop.token == "as" { previous } else { first };
            self.in_a_clause(stop, first, previous)
        })
    }

    /// The token behind the one at which the grammar stopped.
    fn next(&self, stop: &Stop<'t>) -> &'t str {
        self.token_at(stop.span.hi as usize).1
    }

    /// `select distinct x`, `count(distinct x)`, `case when`: the grammar took the word before for a name.
    fn behind_a_word(&self, stop: &Stop<'t>) -> Option<Diagnostic> {
        let [(span, before), (_, opener)] = stop.before;
        let token = clipped(stop.token);
        let (message, help) = match (opener, before.to_ascii_lowercase().as_str()) {
            ("(", "distinct") => ("`distinct` has no place here", format!("write `count_distinct({token})`")),
            ("select", "distinct") => (
                "`distinct` is a clause of its own",
                format!("write `distinct on {token}` behind the `select`"),
            ),
            (_, "case") if stop.token.eq_ignore_ascii_case("when") => {
                ("there is no `case`", "write `if c { a } else { b }`".to_owned())
            }
            (_, "read") if stop.token.starts_with('"') => (
                "`read` names a connector and a format",
                format!("write `read file {token} as json`, or `as csv`"),
            ),
            _ => return None,
        };
        Some(Diagnostic::new(Code::Syntax, span, message).help(help))
    }

    /// `1 minute`, `x in (1, 2)`
    fn behind_a_value(&self, stop: &Stop<'t>) -> Option<Diagnostic> {
        let (_, before) = stop.before[0];
        let word = stop.token.to_ascii_lowercase();
        let unit = UNITS.iter().find(|(unit, _)| *unit == word.trim_end_matches('s'));
        if let (Some((_, short)), true) = (unit, before.bytes().all(|byte| byte.is_ascii_digit())) {
            let found = stop.finding(Code::Syntax, "a duration is one word");
            return Some(found.help(format!("write `{before}{short}`")));
        }
        let until = self.text.get(..stop.span.lo as usize).unwrap_or_default();
        let (before, inside) = until.rsplit_once('(')?;
        let listed = before.trim_end().ends_with(" in") && stop.token == "," && !inside.contains(')');
        let found = || stop.finding(Code::Syntax, "`in` takes a list in square brackets");
        listed.then(|| found().help(format!("write `in [{}, …]`", clipped(inside.trim()))))
    }

    /// `group by hour(at) as h`, `let k: int = 1`, `keep n = 0`, `fn f() -> int { }`
    fn in_a_clause(&self, stop: &Stop<'t>, first: &str, previous: &str) -> Option<Diagnostic> {
        let (_, name) = stop.before[0];
        let (message, help) = match (stop.token, first.split_whitespace().next()?) {
            ("as", "group") => {
                let key = previous.trim_start_matches("group").trim_start().trim_start_matches("by").trim();
                let key = key.rsplit(", ").next().unwrap_or_default();
                let name = clipped(self.next(stop));
                let help = format!("write `let {name} = {}` before it, and `group by {name}`", clipped(key));
                ("a key is a column, and is named before", help)
            }
            (":", "let") if stop.expects(Rule::assign) => {
                ("a `let` has no type: it follows from the value", format!("write `let {name} = …`"))
            }
            ("=", "keep") if stop.expects(Rule::colon) => (
                "what is kept has a type",
                format!("write `keep {name}: int = FIRST then NEXT`, with the type that it is"),
            ),
            ("{", "fn") if stop.expects(Rule::assign) => {
                ("a function is one expression", "write `= EXPRESSION` in place of the braces".to_owned())
            }
            _ => return None,
        };
        Some(stop.finding(Code::Syntax, message).help(help))
    }
}
