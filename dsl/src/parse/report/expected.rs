//! The general message: what could have stood here, in the user's terms.

use super::{Code, Diagnostic, Place, Rule, Stop};

/// Expected this, found that.
pub(super) fn finding(stop: &Stop) -> Diagnostic {
    let found = match stop.token {
        "" => "the end of the file".to_owned(),
        token => format!("`{token}`"),
    };
    let mut terms: Vec<&str> = Vec::new();
    let expression = stop.expects(Rule::number) && stop.expects(Rule::list);
    if expression {
        terms.push("an expression");
    }
    for rule in &stop.expected {
        if let Some(term) = term(*rule, stop.place)
            && !((expression || stop.expects(Rule::infix)) && part_of_expression(*rule))
            && !terms.contains(&term)
        {
            terms.push(term);
        }
    }
    let many = terms.len() > 5;
    let list = match terms.split_last() {
        None => return stop.finding(Code::Syntax, format!("{found} has no place here")),
        Some(_) if many => summary(stop.place).to_owned(),
        Some((last, [])) => (*last).to_owned(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
    };
    stop.finding(Code::Syntax, format!("expected {list}, found {found}"))
}

fn summary(place: Place) -> &'static str {
    match place {
        Place::Item => "a declaration",
        Place::Clause => "a clause",
        Place::Field => "a field",
    }
}

fn part_of_expression(rule: Rule) -> bool {
    use Rule::{
        if_, kw_false, kw_if, kw_none, kw_true, list, name, number, open_paren, paren, path, prefix,
        raw_string, string, try_,
    };
    matches!(
        rule,
        number
            | string
            | raw_string
            | kw_true
            | kw_false
            | kw_none
            | kw_if
            | if_
            | try_
            | name
            | path
            | paren
            | list
            | prefix
            | open_paren
    )
}

/// What a rule is to the user; none where it would only make the list longer.
fn term(rule: Rule, place: Place) -> Option<&'static str> {
    Some(match rule {
        Rule::EOI => match place {
            Place::Item => "the next declaration",
            Place::Clause => "the next clause",
            Place::Field => "`,`",
        },
        Rule::name
        | Rule::path
        | Rule::alias
        | Rule::input
        | Rule::connector
        | Rule::format
        | Rule::type_name
        | Rule::grouping => "a name",
        Rule::option => "an option (`key: value`)",
        Rule::field => "a field (`name: type`)",
        Rule::expr | Rule::select_item | Rule::named => "an expression",
        Rule::infix => "an operator",
        Rule::string | Rule::raw_string => "a string",
        Rule::assign => "`=`",
        Rule::colon => "`:`",
        Rule::comma => "`,`",
        Rule::star => "`*`",
        Rule::open_brace | Rule::options => "`{`",
        Rule::close_brace => "`}`",
        Rule::open_paren | Rule::paren => "`(`",
        Rule::close_paren => "`)`",
        Rule::close_list => "`]`",
        other => return first_word(other),
    })
}

/// The word that a rule begins with.
fn first_word(rule: Rule) -> Option<&'static str> {
    Some(match rule {
        Rule::kw_by => "`by`",
        Rule::kw_else => "`else`",
        Rule::kw_as | Rule::form => "`as`",
        Rule::kw_from | Rule::from | Rule::wire_name => "`from`",
        Rule::kw_absent | Rule::absent => "`absent`",
        Rule::kw_max | Rule::longest => "`max`",
        Rule::kw_for | Rule::lasting => "`for`",
        Rule::kw_allow | Rule::allow_late => "`allow late`",
        Rule::kw_emit | Rule::emit_every => "`emit every`",
        Rule::kw_rows => "`rows`",
        Rule::kw_asc => "`asc`",
        Rule::kw_ties => "`ties`",
        Rule::kw_with | Rule::with_ties => "`with ties`",
        Rule::kw_top | Rule::top => "`top`",
        Rule::kw_late | Rule::late_by => "`late by`",
        Rule::kw_ahead | Rule::ahead_by => "`ahead by`",
        Rule::kw_run | Rule::run => "`run`",
        Rule::kw_tasks | Rule::tasks => "`tasks`",
        Rule::kw_read | Rule::read => "`read`",
        Rule::kw_write | Rule::write => "`write`",
        Rule::kw_where | Rule::where_ | Rule::filter => "`where`",
        Rule::kw_let | Rule::let_ => "`let`",
        Rule::kw_select | Rule::select => "`select`",
        Rule::kw_time | Rule::time => "`time`",
        Rule::kw_topology | Rule::topology => "`topology`",
        Rule::kw_import | Rule::import => "`import`",
        Rule::kw_param | Rule::param => "`param`",
        Rule::kw_fn | Rule::function => "`fn`",
        Rule::kw_rust | Rule::rust_mod | Rule::rust_dep => "`rust`",
        Rule::kw_mod => "`mod`",
        Rule::kw_dep => "`dep`",
        Rule::kw_record | Rule::record => "`record`",
        Rule::kw_spout | Rule::node => "`spout`",
        Rule::kw_bolt => "`bolt`",
        Rule::kw_sink => "`sink`",
        rule => return of_clause(rule),
    })
}

/// Likewise of the parts of clauses.
fn of_clause(rule: Rule) -> Option<&'static str> {
    Some(match rule {
        Rule::kw_every | Rule::every => "`every`",
        Rule::kw_offset | Rule::offset => "`offset`",
        Rule::kw_split | Rule::split => "`split`",
        Rule::kw_when => "`when`",
        Rule::kw_otherwise => "`otherwise`",
        Rule::arm => "an arm (`name when condition`)",
        Rule::kw_unnest | Rule::unnest => "`unnest`",
        Rule::kw_distinct | Rule::distinct => "`distinct on`",
        Rule::kw_on => "`on`",
        Rule::kw_within | Rule::within => "`within`",
        Rule::kw_keep | Rule::keep => "`keep`",
        Rule::kw_then => "`then`",
        Rule::kw_for | Rule::for_ => "`for`",
        Rule::kw_group | Rule::group_by => "`group by`",
        Rule::kw_window | Rule::window => "`window`",
        _ => return None,
    })
}
