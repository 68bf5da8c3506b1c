//! What parses, and what the messages are.

use crate::diagnostic::{Colour, human};
use crate::source::{Source, Sources};

/// The findings of a text, rendered.
fn findings(text: &str) -> String {
    let mut sources = Sources::default();
    let file = sources.add(Source::new("t.topo", text));
    let (_, found) = super::parse(file, text);
    human(&found.into_sorted(), &sources, Colour::Never)
}

const EXAMPLE: &str = r#"
//! Counts requests per client per minute, and reports the noisy clients.
topology request_counter

/// More hits than this in one minute is noisy.
param threshold: int = 100

record Request {
    ip: ip,
    at: timestamp from "@timestamp" as unix_ms,
    method: string as "%d/%b" absent "-",
    path: string,
    /// The status.
    status: int,
    bytes: int?,
}

spout requests: Request {
    read file "access.jsonl" as json
    where status in 200..300 && path != "/" /* nested /* comment */ */
    let x = -1 + 2 * 3 ?? 4 < if a { b } else if c { d } else { e }
    time person?.at ?? auction?.at ?? bid?.at, late by 10s, ahead by 1h
}

spout made: Request {
    read generate { count: 1_000, rate: 5, fields: { ip: zipf(10_000), at: [1, 2,], }, }
    time at
}

bolt per_client tasks 4 {
    from requests as r by fields(ip), made
    where status < 500 // five hundred
    group by ip, r.path
    window tumbling 1m offset 30s
    select ip, window_start, hits = count(where x == 1), bytes = sum(bytes ?? 0 where status in [1, 2]), *, r.*
}

bolt all_of { from per_client.late window all select n = count() }
bolt hop { from per_client window hopping 5m every 1m select n = count(), t = try(int(x)) }
sink counts { from per_client  write file (input + ".gz") { compression: "none" } as csv { header: true } }
sink alerts { from dead_letters       write stdout as pattern r"x{y}" { a: 1 } }
sink p { from per_client write file output as json }
"#;

#[test]
fn the_language_of_this_version_parses() {
    assert_eq!(findings(EXAMPLE), "");
}

/// Mistakes in clauses of one bolt, and what is said of them.
fn in_a_bolt(clauses: &str) -> String {
    findings(&format!("bolt b {{\n    from a\n    {clauses}\n}}\n"))
}

#[test]
fn mistakes_that_other_languages_teach() {
    let mut all = String::new();
    for clauses in [
        "where x = 1",
        "select x == 1",
        "let n = x as int",
        "where a < b < c",
        "where a and b or c",
        "where not a",
        "where x <> 1",
        "where x == 'a'",
        "where x == null",
        "where a is none",
        "let y = a ? b : c",
        "where x === 1",
    ] {
        all += &in_a_bolt(clauses);
    }
    insta::assert_snapshot!(all);
}

#[test]
fn mistakes_in_lists_and_words() {
    let mut all = String::new();
    for clauses in [
        "select a, b,",
        "select a b",
        "group by a,\n    window all",
        "select a, n = count() m = sum(b)",
        "form c",
        "wher x > 1",
        "let from = 1",
        "grup by a",
        "select count()",
        "group by a + 1",
        "selct a",
        "bolt x {}",
        "xyz",
        "where x >",
        "where",
        "let n 5",
        "window",
        "where f(a b)",
        "where (a + )",
        "let n = if a { b }",
        "where x[0]",
        "where a;",
        "where x /// no",
    ] {
        all += &in_a_bolt(clauses);
    }
    insta::assert_snapshot!(all);
}

#[test]
fn what_is_to_come_says_so() {
    let all = findings(
        "language 3\n\
         language 1\n\
         record R { a: list<int>? }\n\
         spout s: R { read stdin as json time at, late by 1s, idle after 5s, idle after 1s }",
    );
    insta::assert_snapshot!(all);
}

#[test]
fn words_of_windows_are_names_elsewhere() {
    let text = "bolt b {\n    from a\n    where top > 1 && session < rows\n    let max = max(top, rows)\n    \
                group by session, rows\n    window session max(1h, x) max 2h\n    \
                top 3 by top asc, rows, emit with ties\n    select top, rows, max = allow, until, running }\n\
                bolt c { window until until top n by ties where asc > 1 }\n\
                bolt d { let x = top group by top window running for 1d select trailing }";
    assert_eq!(findings(text), "");
}

#[test]
fn mistakes_in_windows_and_top() {
    let mut all = String::new();
    for clauses in [
        "window tumbling 5 row",
        "window session 30s maximum 1h",
        "window tumbling 1m allow 30s",
        "window tumbling 1m emit 10s",
        "window tumbling 1m allow late 1s allow late 2s",
        "window tumbling 1m top 10",
        "window tumbling 1m top 10 by",
        "window tumbling 1m top 10 by x desc",
        "window tumbling 1m top 10 by x with",
        "window tumbling 1m top by x",
        "window tumbling 1m top 3 by x,",
    ] {
        all += &in_a_bolt(clauses);
    }
    insta::assert_snapshot!(all);
}

#[test]
fn three_broken_items_and_clauses_are_three_messages_each() {
    let items = findings(
        "blot a { from b }\nrecord { a: int }\nparam x int\nbolt ok { from a }\nwhere x\n\
         record R {\n    a: int\n    b: int,\n    c int,\n    d: ,\n    from: int,\n    e: int fro \"x\"\n}\nsink s from b {}",
    );
    let clauses = in_a_bolt("where = 1\n    let x == 5\n    where ok\n    select , a\n    group ip");
    insta::assert_snapshot!(items + &clauses);
}

#[test]
fn brackets_strings_and_characters() {
    let mut all = String::new();
    for text in [
        "bolt b {\n    where (a\n}\n",
        "bolt b {\n    from a\n",
        "bolt b {}\n}\n",
        "bolt b { where x == \"a\n}",
        "/* a /* b */",
        "bolt b { read file\"x\" as json }",
        "bolt b { read file \"x\"as json }",
        "bolt b { where x == \"\\q\" }",
        "bolt b { where “a” == ñ }",
        "bolt b { where x == 5x && y == 1.5h30m }",
        "\0\u{1}binary",
        "record R { a: int }}",
        "bolt b { where a $ b }",
    ] {
        all += &findings(text);
    }
    insta::assert_snapshot!(all);
}

#[test]
fn a_doc_comment_behind_an_expression_is_no_division() {
    let text = "topology t\nparam a: int = 1\n/// The other.\nparam b: int = 2 /** block */\nparam c: int";
    assert_eq!(findings(text), "");
}

#[test]
fn two_hundred_operators_are_not_too_deep() {
    let text = |operators: usize| {
        format!("topology t\nbolt b {{ from a where n{} > 0 }}\n", " + 1".repeat(operators - 1))
    };
    assert_eq!(findings(&text(200)), "");
    let found = findings(&text(201));
    assert!(found.contains("T0003") && found.contains("more than 200 operators"), "{found}");
}
