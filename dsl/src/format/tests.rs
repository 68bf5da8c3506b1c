use proptest::prelude::{any, prop_assert_eq, proptest};

use super::format;
use crate::random::{parsed, program, spaced};
use crate::source::FileId;

fn formatted(text: &str) -> String {
    format(FileId(0), text).unwrap_or_else(|found| panic!("{text}\n{found:?}"))
}

#[test]
fn the_canonical_text() {
    let text = "
/*first*/ //! Counts.
//!  More.
topology   t


/// Noisy.
param p :int?=- 5 // five

record R{ip:ip,//the address
  // own line
  at :timestamp from \"@t\"   as unix_ms, // when

  /// The status.
  status: int}
record Empty { }
record Short{a:int,b:string?,}
spout s:R{read file(input+\".gz\"){compression:\"none\",}as csv{header:true}
  time at,late by 10s}
bolt b tasks 2 { from s by fields( ip , at ),s.late as l
  where ! a&&status in 200 .. 300 /* why */ && -x<5


  // keys
  group by ip,b.ip
  window tumbling 1m offset 30s
  select ip, r#from, hits=count( where x== 1 ),  bytes = sum(bytes??0), another_name = max(bytes), yet_another = min(bytes)
  where (a.b || c?.d) && something_long_enough > 100_000 && another_long_condition == \"some long string literal here\"
}
bolt one{from b  where try(int(x))==1 select *,b.*,y=if a{b}else{-c}}
bolt wide { from b where try(int(x))==1 && try(int(y)) == 2 && try(int(z)) == 3 select *, b.*, y = if a {b} else {-c} }
sink out{from one write stdout as json}
bolt commented { // behind
  from a // the input
  where a + // left
    b
  select
    /// The first.
    x = 1, y // last
  // end
}
// the end
";
    insta::assert_snapshot!(formatted(text));
}

#[test]
fn an_imported_function_is_called_like_any_other() {
    let text = "topology t\nimport \"g.topo\" as g\nbolt b {\n    from a\n    where g::on_grid(x) && !g::off(x)\n}\n";
    let lines = formatted(text);
    assert!(lines.contains("where g::on_grid(x) && !g::off(x)\n"), "{lines}");
}

/// Every comment of a text, sorted.
fn comments(text: &str) -> Vec<String> {
    let tokens = super::tokens::tokens(text);
    let mut comments: Vec<String> =
        tokens.iter().filter(|token| token.is_comment()).map(|token| token.text.to_owned()).collect();
    comments.sort();
    comments
}

proptest! {
    #[test]
    fn formatting_keeps_meaning_and_comments_and_settles_at_once(seed in any::<u64>(), spaces in any::<u64>()) {
        let text = spaced(&program(seed), spaces);
        let once = formatted(&text);
        prop_assert_eq!(parsed(&once), parsed(&text), "{}", once);
        prop_assert_eq!(comments(&once), comments(&text));
        prop_assert_eq!(formatted(&once), once, "{}", text);
    }

    #[test]
    fn programs_on_single_lines_too(seed in any::<u64>()) {
        let text = program(seed).iter().map(|token| match token {
            doc if doc.starts_with("//") => format!("{doc}\n"),
            token => format!("{token} "),
        }).collect::<String>();
        let once = formatted(&text);
        prop_assert_eq!(parsed(&once), parsed(&text), "{}", once);
        prop_assert_eq!(formatted(&once), once, "{}", text);
    }
}
