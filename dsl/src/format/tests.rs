use super::format;
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
    insta::assert_snapshot!(formatted(text), @r##"
/*first*/
//! Counts.
//!  More.
topology t

/// Noisy.
param p: int? = -5 // five

record R {
    ip: ip, //the address
    // own line
    at: timestamp from "@t" as unix_ms, // when

    /// The status.
    status: int,
}
record Empty {}
record Short { a: int, b: string? }
spout s: R {
    read file (input + ".gz") { compression: "none" } as csv { header: true }
    time at, late by 10s
}
bolt b tasks 2 {
    from s by fields(ip, at), s.late as l
    where !a && status in 200..300 /* why */ && -x < 5

    // keys
    group by ip, b.ip
    window tumbling 1m offset 30s
    select
        ip,
        r#from,
        hits = count(where x == 1),
        bytes = sum(bytes ?? 0),
        another_name = max(bytes),
        yet_another = min(bytes)
    where (a.b || c?.d)
        && something_long_enough > 100_000
        && another_long_condition == "some long string literal here"
}
bolt one { from b  where try(int(x)) == 1  select *, b.*, y = if a { b } else { -c } }
bolt wide {
    from b
    where try(int(x)) == 1 && try(int(y)) == 2 && try(int(z)) == 3
    select *, b.*, y = if a { b } else { -c }
}
sink out { from one  write stdout as json }
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
"##);
}
