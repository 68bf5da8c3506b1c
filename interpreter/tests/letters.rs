//! What dead letters show.

mod common;

use common::{rows, run};

#[test]
fn a_letter_names_an_aggregate_by_its_call() {
    let topology = r#"topology t
        record R { n: int, s: string }
        spout input: R { read file "input" as json }
        bolt ends {
            from input
            window all
            select rate = 10 / (first( n )-(last(n where s=="a" && n < 1_000) ?? 0))
        }
        sink rates { from ends write discard }
        sink letters { from dead_letters select input write stdout as json }"#;
    let collected = run(topology, Vec::new(), &[("input", "{\"n\":4,\"s\":\"a\"}\n")]);
    let shown = r#"{"input":"{\"first(n)\":4,\"last(n where s == \\\"a\\\" && n < 1000)\":4}"}"#;
    assert_eq!(rows(&collected, "letters").trim_end(), shown);
}
