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
    insta::assert_snapshot!(all, @r##"
error[T0010 wrong-operator]: `=` does not compare
 --> t.topo:3:13
  |
3 |     where x = 1
  |             ^
  |
  = help: write `==`

error[T0010 wrong-operator]: `==` compares; a column is named with `=`
 --> t.topo:3:14
  |
3 |     select x == 1
  |              ^^
  |
  = help: write `=` for a column, or `n = (a == b)` for the outcome of a comparison

error[T0010 wrong-operator]: `as` is no operator: a cast is a call
 --> t.topo:3:15
  |
3 |     let n = x as int
  |               ^^
  |
  = help: write `int(…)`

error[T0008 chained-comparison]: comparisons do not chain
 --> t.topo:3:17
  |
3 |     where a < b < c
  |             -   ^
  |             |
  |             the first one
  |
  = help: write `a < b && b < c`, or put one of them in brackets

error[T0010 wrong-operator]: `and` is no operator
 --> t.topo:3:13
  |
3 |     where a and b or c
  |             ^^^
  |
  = help: write `&&`

error[T0010 wrong-operator]: `not` is no operator
 --> t.topo:3:11
  |
3 |     where not a
  |           ^^^
  |
  = help: write `!`

error[T0010 wrong-operator]: `<>` is no operator
 --> t.topo:3:13
  |
3 |     where x <> 1
  |             ^^
  |
  = help: write `!=`

error[T0006 bad-character]: the quote `'` is not part of the language
 --> t.topo:3:16
  |
3 |     where x == 'a'
  |                ^^^
  |
  = help: strings stand in straight double quotes: `"text"`

error[T0009 bad-literal]: `null` is no value
 --> t.topo:3:16
  |
3 |     where x == null
  |                ^^^^
  |
  = help: an absent value is written `none`

error[T0010 wrong-operator]: `is` is no operator
 --> t.topo:3:13
  |
3 |     where a is none
  |             ^^
  |
  = help: write `x == none` or `x != none`

error[T0010 wrong-operator]: `?` is no operator
 --> t.topo:3:15
  |
3 |     let y = a ? b : c
  |               ^
  |
  = help: write `if c { a } else { b }`, or `a ?? b`

error[T0010 wrong-operator]: `===` is no operator
 --> t.topo:3:13
  |
3 |     where x === 1
  |             ^^^
  |
  = help: write `==`
"##);
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
    insta::assert_snapshot!(all, @r##"
error[T0011 trailing-comma]: `select` ends with a comma
 --> t.topo:3:16
  |
3 |     select a, b,
  |                ^
  |
  = help: take the comma away: only lists in brackets may end with one

error[T0012 missing-comma]: a comma is missing before `b`
 --> t.topo:3:14
  |
3 |     select a b
  |              ^
  |
  = help: entries stand with commas between them

error[T0011 trailing-comma]: `group by` ends with a comma
 --> t.topo:3:15
  |
3 |     group by a,
  |               ^
  |
  = help: take the comma away: only lists in brackets may end with one

error[T0012 missing-comma]: a comma is missing before `m`
 --> t.topo:3:27
  |
3 |     select a, n = count() m = sum(b)
  |                           ^
  |
  = help: entries stand with commas between them

error[T0013 unknown-keyword]: no clause begins with `form`
 --> t.topo:3:5
  |
3 |     form c
  |     ^^^^
  |
  = help: did you mean `from`?

error[T0013 unknown-keyword]: no clause begins with `wher`
 --> t.topo:3:5
  |
3 |     wher x > 1
  |     ^^^^
  |
  = help: did you mean `where`?

error[T0007 reserved-word]: a name must stand here, and `from` is a reserved word
 --> t.topo:3:9
  |
3 |     let from = 1
  |         ^^^^
  |
  = help: write `r#from`, or another name

error[T0013 unknown-keyword]: no clause begins with `grup`
 --> t.topo:3:5
  |
3 |     grup by a
  |     ^^^^
  |
  = help: did you mean `group`?

error[T0001 syntax]: an expression in `select` needs a name
 --> t.topo:3:12
  |
3 |     select count()
  |            ^^^^^^^
  |
  = help: write `name = …` before it

error[T0001 syntax]: `group by` takes columns
 --> t.topo:3:14
  |
3 |     group by a + 1
  |              ^^^^^
  |
  = help: give the value a name before: `let key = …`, then `group by key`

error[T0013 unknown-keyword]: no clause begins with `selct`
 --> t.topo:3:5
  |
3 |     selct a
  |     ^^^^^
  |
  = help: did you mean `select`?

error[T0013 unknown-keyword]: `bolt` begins a declaration, and those stand outside of `{ … }`
 --> t.topo:3:5
  |
3 |     bolt x {}
  |     ^^^^
  |
  = help: is a `}` missing before it?

error[T0012 missing-comma]: a comma is missing before `xyz`
 --> t.topo:3:5
  |
3 |     xyz
  |     ^^^
  |
  = help: entries stand with commas between them

error[T0001 syntax]: expected an expression, found `}`
 --> t.topo:4:1
  |
4 | }
  | ^

error[T0001 syntax]: expected an expression, found `}`
 --> t.topo:4:1
  |
4 | }
  | ^

error[T0001 syntax]: expected `=`, found `5`
 --> t.topo:3:11
  |
3 |     let n 5
  |           ^

error[T0001 syntax]: expected a name, found `}`
 --> t.topo:4:1
  |
4 | }
  | ^

error[T0012 missing-comma]: a comma is missing before `b`
 --> t.topo:3:15
  |
3 |     where f(a b)
  |               ^
  |
  = help: entries stand with commas between them

error[T0001 syntax]: expected an expression, found `)`
 --> t.topo:3:16
  |
3 |     where (a + )
  |                ^

error[T0001 syntax]: expected `else`, found `}`
 --> t.topo:4:1
  |
4 | }
  | ^

error[T0001 syntax]: expected the next clause or an operator, found `[`
 --> t.topo:3:12
  |
3 |     where x[0]
  |            ^

error[T0006 bad-character]: `;` is not part of the language
 --> t.topo:3:12
  |
3 |     where a;
  |            ^
  |
  = help: take it away: clauses and declarations need nothing between them

error[T0014 misplaced-doc]: this doc comment stands before nothing that has one
 --> t.topo:3:13
  |
3 |     where x /// no
  |             ^^^^^^
  |
  = help: `///` stands before declarations, fields, clauses and columns, `//!` at the top; `//` may stand anywhere
"##);
}

#[test]
fn what_is_to_come_says_so() {
    let mut all = String::new();
    for clauses in [
        "join b as y on x.id == y.id within 10m\n    where",
        "left lookup users as u on u.id == id",
        "unnest e as n\n    distinct on a within 1h\n    top 10 by hits",
        "keep avg: float = value then 0.9 * avg",
        "split { hot when score > 0.9, cold otherwise }",
        "window session 30s max 1h\n    select a",
        "window tumbling 100 rows",
        "window tumbling 1m allow late 30s",
        "run path::Bolt { a: 1 }",
    ] {
        all += &in_a_bolt(clauses);
    }
    all += &findings(
        "language 1\nimport \"x.topo\" as c\nfn f(x: int) -> int = x\ntable t: T { read file \"x\" as csv key a }\n\
         test \"a\" { given b [] }\nrust mod \"geo.rs\"\nrecord R { a: list<int>?, b: c::T }\nparam p: int = c::x\n\
         spout s: R { read stdin as json time at, late by 1s, idle after 5s }",
    );
    insta::assert_snapshot!(all, @r##"
error[T0005 not-in-this-version]: `join` is not in this version of the language
 --> t.topo:3:5
  |
3 |     join b as y on x.id == y.id within 10m
  |     ^^^^

error[T0001 syntax]: expected an expression, found `}`
 --> t.topo:5:1
  |
5 | }
  | ^

error[T0005 not-in-this-version]: `left lookup` is not in this version of the language
 --> t.topo:3:5
  |
3 |     left lookup users as u on u.id == id
  |     ^^^^^^^^^^^

error[T0005 not-in-this-version]: `unnest` is not in this version of the language
 --> t.topo:3:5
  |
3 |     unnest e as n
  |     ^^^^^^

error[T0005 not-in-this-version]: `distinct on` is not in this version of the language
 --> t.topo:4:5
  |
4 |     distinct on a within 1h
  |     ^^^^^^^^^^^

error[T0005 not-in-this-version]: `top` is not in this version of the language
 --> t.topo:5:5
  |
5 |     top 10 by hits
  |     ^^^

error[T0005 not-in-this-version]: `keep` is not in this version of the language
 --> t.topo:3:5
  |
3 |     keep avg: float = value then 0.9 * avg
  |     ^^^^

error[T0005 not-in-this-version]: `split` is not in this version of the language
 --> t.topo:3:5
  |
3 |     split { hot when score > 0.9, cold otherwise }
  |     ^^^^^

error[T0005 not-in-this-version]: `session` is not in this version of the language
 --> t.topo:3:12
  |
3 |     window session 30s max 1h
  |            ^^^^^^^

error[T0005 not-in-this-version]: `rows` is not in this version of the language
 --> t.topo:3:25
  |
3 |     window tumbling 100 rows
  |                         ^^^^

error[T0005 not-in-this-version]: `allow` is not in this version of the language
 --> t.topo:3:24
  |
3 |     window tumbling 1m allow late 30s
  |                        ^^^^^

error[T0005 not-in-this-version]: `run` is not in this version of the language
 --> t.topo:3:5
  |
3 |     run path::Bolt { a: 1 }
  |     ^^^

error[T0005 not-in-this-version]: `language` is not in this version of the language
 --> t.topo:1:1
  |
1 | language 1
  | ^^^^^^^^

error[T0005 not-in-this-version]: `import` is not in this version of the language
 --> t.topo:2:1
  |
2 | import "x.topo" as c
  | ^^^^^^

error[T0005 not-in-this-version]: `fn` is not in this version of the language
 --> t.topo:3:1
  |
3 | fn f(x: int) -> int = x
  | ^^

error[T0005 not-in-this-version]: `table` is not in this version of the language
 --> t.topo:4:1
  |
4 | table t: T { read file "x" as csv key a }
  | ^^^^^

error[T0005 not-in-this-version]: `test` is not in this version of the language
 --> t.topo:5:1
  |
5 | test "a" { given b [] }
  | ^^^^

error[T0005 not-in-this-version]: `rust` is not in this version of the language
 --> t.topo:6:1
  |
6 | rust mod "geo.rs"
  | ^^^^

error[T0005 not-in-this-version]: `list<…>` is not in this version of the language
 --> t.topo:7:15
  |
7 | record R { a: list<int>?, b: c::T }
  |               ^^^^^^^^^

error[T0005 not-in-this-version]: `::` is not in this version of the language
 --> t.topo:7:31
  |
7 | record R { a: list<int>?, b: c::T }
  |                               ^^

error[T0005 not-in-this-version]: `::` is not in this version of the language
 --> t.topo:8:17
  |
8 | param p: int = c::x
  |                 ^^

error[T0005 not-in-this-version]: `idle` is not in this version of the language
 --> t.topo:9:54
  |
9 | spout s: R { read stdin as json time at, late by 1s, idle after 5s }
  |                                                      ^^^^
"##);
}

#[test]
fn three_broken_items_and_clauses_are_three_messages_each() {
    let items = findings(
        "blot a { from b }\nrecord { a: int }\nparam x int\nbolt ok { from a }\nwhere x\n\
         record R {\n    a: int\n    b: int,\n    c int,\n    d: ,\n    from: int,\n    e: int fro \"x\"\n}\nsink s from b {}",
    );
    let clauses = in_a_bolt("where = 1\n    let x == 5\n    where ok\n    select , a\n    group ip");
    insta::assert_snapshot!(items + &clauses, @r##"
error[T0013 unknown-keyword]: no declaration begins with `blot`
 --> t.topo:1:1
  |
1 | blot a { from b }
  | ^^^^
  |
  = help: did you mean `bolt`?

error[T0001 syntax]: expected a name, found `{`
 --> t.topo:2:8
  |
2 | record { a: int }
  |        ^

error[T0001 syntax]: expected `:`, found `int`
 --> t.topo:3:9
  |
3 | param x int
  |         ^^^

error[T0013 unknown-keyword]: `where` begins a clause, and clauses stand within `{ … }`
 --> t.topo:5:1
  |
5 | where x
  | ^^^^^

error[T0012 missing-comma]: a comma is missing before `b`
 --> t.topo:8:5
  |
8 |     b: int,
  |     ^
  |
  = help: entries stand with commas between them

error[T0001 syntax]: expected `:`, found `int`
 --> t.topo:9:7
  |
9 |     c int,
  |       ^^^

error[T0001 syntax]: expected a name, found `,`
  --> t.topo:10:8
   |
10 |     d: ,
   |        ^

error[T0007 reserved-word]: a name must stand here, and `from` is a reserved word
  --> t.topo:11:5
   |
11 |     from: int,
   |     ^^^^
   |
   = help: write `r#from`, or another name

error[T0012 missing-comma]: a comma is missing before `fro`
  --> t.topo:12:12
   |
12 |     e: int fro "x"
   |            ^^^
   |
   = help: entries stand with commas between them

error[T0001 syntax]: expected `tasks`, `:` or `{`, found `from`
  --> t.topo:14:8
   |
14 | sink s from b {}
   |        ^^^^

error[T0001 syntax]: expected an expression, found `=`
 --> t.topo:3:11
  |
3 |     where = 1
  |           ^

error[T0010 wrong-operator]: `==` compares, and here a name is set
 --> t.topo:4:11
  |
4 |     let x == 5
  |           ^^
  |
  = help: write `=`

error[T0001 syntax]: expected an expression, found `,`
 --> t.topo:6:12
  |
6 |     select , a
  |            ^

error[T0001 syntax]: expected `by`, found `ip`
 --> t.topo:7:11
  |
7 |     group ip
  |           ^^
"##);
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
    insta::assert_snapshot!(all, @r##"
error[T0002 unbalanced-brackets]: `(` is not closed
 --> t.topo:2:11
  |
2 |     where (a
  |           ^
3 | }
  | - `}` stands here, where `)` must
  |
  = help: close it with `)`

error[T0002 unbalanced-brackets]: `{` is not closed
 --> t.topo:1:8
  |
1 | bolt b {
  |        ^
  |
  = help: close it with `}`

error[T0002 unbalanced-brackets]: `}` closes nothing
 --> t.topo:2:1
  |
2 | }
  | ^
  |
  = help: take it away, or open it before

error[T0002 unbalanced-brackets]: this string does not end
 --> t.topo:1:21
  |
1 | bolt b { where x == "a
  |                     ^
  |
  = help: close it with `"`

error[T0002 unbalanced-brackets]: this comment does not end
 --> t.topo:1:1
  |
1 | /* a /* b */
  | ^^
  |
  = help: close it with `*/`

error[T0001 syntax]: `file` touches what follows
 --> t.topo:1:15
  |
1 | bolt b { read file"x" as json }
  |               ^^^^^
  |
  = help: put a space between them

error[T0001 syntax]: the string touches what follows
 --> t.topo:1:23
  |
1 | bolt b { read file "x"as json }
  |                       ^
  |
  = help: put a space between them

error[T0009 bad-literal]: `\q` is no escape
 --> t.topo:1:22
  |
1 | bolt b { where x == "\q" }
  |                      ^^
  |
  = help: escapes are \n \r \t \0 \\ \" \' \x41 \u{1F600}; r"…" has none

error[T0006 bad-character]: the quote `“` is not part of the language
 --> t.topo:1:16
  |
1 | bolt b { where “a” == ñ }
  |                ^^^
  |
  = help: strings stand in straight double quotes: `"text"`

error[T0006 bad-character]: `ñ` is not part of the language
 --> t.topo:1:23
  |
1 | bolt b { where “a” == ñ }
  |                       ^
  |
  = help: names are ASCII; other text stands in strings and comments

error[T0009 bad-literal]: `x` is no unit
 --> t.topo:1:22
  |
1 | bolt b { where x == 5x && y == 1.5h30m }
  |                      ^
  |
  = help: units are w d h m s ms us ns (`5m30s`) and KiB MiB GiB TiB kB MB GB TB (`64KiB`)

error[T0009 bad-literal]: `1.5h30m` has a point and several units
 --> t.topo:1:35
  |
1 | bolt b { where x == 5x && y == 1.5h30m }
  |                                   ^
  |
  = help: write `1h30m` or `1.5h`

error[T0006 bad-character]: a control character, U+0000
 --> t.topo:1:1
  |
1 | ␀␁binary
  | ^
  |
  = help: is this a text file? In a string write it as an escape, such as `\0` or `\x1b`

error[T0002 unbalanced-brackets]: `}` closes nothing
 --> t.topo:1:20
  |
1 | record R { a: int }}
  |                    ^
  |
  = help: take it away, or open it before

error[T0006 bad-character]: `$` is not part of the language
 --> t.topo:1:18
  |
1 | bolt b { where a $ b }
  |                  ^
  |
  = help: outside strings it has no meaning
"##);
}

#[test]
fn a_doc_comment_behind_an_expression_is_no_division() {
    let text = "topology t\nparam a: int = 1\n/// The other.\nparam b: int = 2 /** block */\nparam c: int";
    assert_eq!(findings(text), "");
}
