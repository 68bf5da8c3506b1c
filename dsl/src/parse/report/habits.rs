//! Mistakes that people make often: words left out, mistyped, or learned elsewhere.

use super::{Code, Diagnostic, Place, Rule, Stop, clipped, is_word, nearest};

/// `late 10s`, `ahed by 3s`
pub(super) fn part_of_time(stop: &Stop) -> Option<Diagnostic> {
    let word = stop.before[0].1;
    if stop.expects(Rule::kw_by) && matches!(word, "late" | "ahead") {
        let found = stop.finding(Code::Syntax, format!("`by` is missing behind `{word}`"));
        return Some(found.help(format!("write `{word} by {}`", stop.token)));
    }
    let parts = stop.expects(Rule::late_by) || stop.expects(Rule::kw_late);
    let near = nearest(stop.token, ["late", "ahead"]).filter(|_| parts)?;
    let message = format!("no part of `time` begins with `{}`", stop.token);
    Some(stop.finding(Code::UnknownKeyword, message).help(format!("did you mean `{near}`?")))
}

/// `top 10 by hits desc`
pub(super) fn descending(stop: &Stop) -> Option<Diagnostic> {
    let found = stop.finding(Code::Syntax, "the largest come first as it is");
    let help = "leave it out, or write `asc` for the smallest";
    (stop.expects(Rule::kw_asc) && matches!(stop.token, "desc" | "DESC")).then(|| found.help(help))
}

/// `count(wher status > 1)`
pub(super) fn mistaken_word(stop: &Stop) -> Option<Diagnostic> {
    let [(span, word), (_, opener)] = stop.before;
    let starts_word = stop.token.bytes().next().is_some_and(is_word);
    let in_call = stop.expects(Rule::close_paren) && stop.expects(Rule::comma) && matches!(opener, "(" | ",");
    nearest(word, ["where"]).filter(|near| starts_word && in_call && *near != word)?;
    let message = format!("`{}` has no place here", clipped(word));
    Some(Diagnostic::new(Code::Syntax, span, message).help("did you mean `where`?"))
}

/// `where group by ip`: the grammar took `group` for a column.
pub(super) fn missing_expression(stop: &Stop) -> Option<Diagnostic> {
    let [(_, last), (span, before)] = stop.before;
    if (last, stop.token) != ("group", "by") || !stop.expects(Rule::infix) || before.is_empty() {
        return None;
    }
    let message = format!("an expression is missing behind `{}`", clipped(before));
    Some(Diagnostic::new(Code::Syntax, span, message).help("write one, or take this away"))
}

/// What to write, where the places that were expected do not say it.
pub(super) fn advice(stop: &Stop) -> Option<&'static str> {
    let before = stop.before[0].1;
    Some(match stop.token {
        "#" => "a comment begins with `//`",
        "?" if stop.place == Place::Field => "one `?` says that a value may be absent",
        _ if before == "select" && !stop.complete => "write columns, such as `select *`",
        _ if stop.expects(Rule::kw_else) && !stop.complete => {
            "an `if` has a value either way: `if c { a } else { b }`"
        }
        "+" if stop.place == Place::Clause && !stop.expects(Rule::infix) => {
            "put the expression in brackets: `file (\"/logs/\" + name)`"
        }
        _ if before == "file" => "write a path in quotes, such as `file \"counts.jsonl\"`",
        _ => return None,
    })
}
