//! Random windows, of all kinds, and `top`.

use std::fmt::Write as _;

use streamwright_values::Type;

use super::builder::Builder;
use super::expression::Named;

/// A `window` clause, as far as what follows has to know.
pub(super) struct Window {
    pub(super) text: String,
    /// Whether its windows end in time.
    pub(super) bounds: bool,
    /// Whether rows may be late for it.
    pub(super) late: bool,
    /// Whether each tuple has a row.
    pub(super) by_tuple: bool,
    /// Whether it leaves more than once.
    pub(super) revised: bool,
    /// Whether its rows have an event time.
    pub(super) timed: bool,
}

/// A window over rows of these columns.
pub(super) fn window(builder: &mut Builder<'_>, columns: &[Named], timed: bool) -> Window {
    let window = |text: &str, by_tuple: bool| Window {
        text: text.to_owned(),
        bounds: false,
        late: false,
        by_tuple,
        revised: false,
        timed,
    };
    match builder.random.below(if timed { 16 } else { 6 }) {
        0 | 1 => {
            let revised = timed && builder.random.chance(25);
            let text = if revised { "all emit every 1s" } else { "all" };
            Window { timed: false, revised, ..window(text, false) }
        }
        2 => window(one_of(builder, &["tumbling 1 rows", "tumbling 3 rows", "tumbling 7 rows"]), false),
        3 | 4 => window(one_of(builder, &["trailing 1 rows", "trailing 4 rows"]), true),
        5 => window("running", true),
        6 => window(one_of(builder, &["running for 2s", "running for 1m"]), true),
        7 => Window { late: true, ..window(one_of(builder, &["trailing 3s", "trailing 1m"]), true) },
        8 | 9 => {
            let text = *builder.random.choose(&[
                "session 2s",
                "session 1m",
                "session 2s max 5s",
                "session 3s max 3s",
            ]);
            let revised = builder.random.chance(25);
            let every = if revised { " emit every 1s" } else { "" };
            Window { bounds: true, late: true, revised, ..window(&format!("{text}{every}"), false) }
        }
        10 => match builder.expression(columns, &Type::Timestamp, 2) {
            Some(end) => ending(builder, window(&format!("until {end}"), false)),
            None => ending(builder, window("tumbling 5s", false)),
        },
        _ => {
            let text = grid(builder);
            ending(builder, window(&text, false))
        }
    }
}

fn one_of(builder: &mut Builder<'_>, texts: &[&'static str]) -> &'static str {
    builder.random.choose::<&'static str>(texts)
}

/// A window in time that may leave more than once.
fn ending(builder: &mut Builder<'_>, mut window: Window) -> Window {
    (window.bounds, window.late) = (true, true);
    for clause in [" allow late 3s", " allow late 1m", " emit every 1s", " emit every 700ms"] {
        if builder.random.chance(8) && !window.text.contains(&clause[..6]) {
            window.text.push_str(clause);
            window.revised = true;
        }
    }
    window
}

fn grid(builder: &mut Builder<'_>) -> String {
    let mut window = match builder.random.below(8) {
        0 => format!("tumbling {}", builder.param("size", Type::Duration)),
        1..=3 => format!("tumbling {}", builder.random.choose(&["1s", "5s", "10s", "1m", "1h", "1w"])),
        4 => format!("hopping 10s every {}", builder.param("every", Type::Duration)),
        _ => (*builder.random.choose(&[
            "hopping 10s every 5s",
            "hopping 10s every 3s",
            "hopping 1m every 15s",
            "hopping 6s every 6s",
            "hopping 2s every 700ms",
        ]))
        .to_owned(),
    };
    if builder.random.chance(20) {
        window.push_str(" offset 500ms");
    }
    window
}

/// Adds a `top` over rows of these columns, now and then; whether it did, so that there is a column `rank`.
pub(super) fn top(builder: &mut Builder<'_>, columns: &[Named], percent: usize) -> bool {
    let mut keys = Vec::new();
    for _ in 0..1 + builder.random.below(2) {
        let ty = builder
            .random
            .choose(&[Type::Int, Type::Float, Type::String, Type::Bool, Type::Timestamp])
            .clone();
        if let Some(value) = builder.expression(columns, &ty, 1) {
            let ascending = if builder.random.chance(40) { " asc" } else { "" };
            // In brackets: a column may have the name of a clause.
            keys.push(format!("({value}){ascending}"));
        }
    }
    if keys.is_empty() || columns.iter().any(|(name, _)| name == "rank") || !builder.random.chance(percent) {
        return false;
    }
    let ties = if builder.random.chance(40) { " with ties" } else { "" };
    let count = 1 + builder.random.below(4);
    let _ = writeln!(builder.text, "    top {count} by {}{ties}", keys.join(", "));
    true
}
