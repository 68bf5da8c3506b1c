//! Functions that a topology declares.

mod common;

use common::{rows, run};
use streamwright_values::Value;

const TOPOLOGY: &str = r#"topology t
    param limit: int = 10
    record Inner { n: int? }
    record R { n: int, s: string?, inner: Inner? }
    fn share(of: int, name: string?) -> string = string(100 / half(of)) + "% of " + (name ?? string(limit))
    fn half(n: int) -> int = n / 2
    fn inside(inner: Inner?) -> int? = inner?.n
    fn first_of(a: int, b: int) -> int = a
    spout input: R { read file "input" as json }
    bolt shown { from input  select share = share(n, s), inside = inside(inner), first = first_of(n, 8 / (n - 4)) }
    sink out { from shown  write discard }
    sink rows { from shown  write stdout as json }
    sink letters { from dead_letters  select bolt, code, input  write file "letters" as json }"#;

#[test]
fn a_call_is_its_body_over_its_arguments() {
    let input = "{\"n\":20,\"s\":\"a\",\"inner\":{\"n\":1}}\n{\"n\":5,\"inner\":{}}\n";
    let collected = run(TOPOLOGY, vec![Value::Int(7)], &[("input", input)]);
    let shown = "{\"share\":\"10% of a\",\"inside\":1,\"first\":20}\n{\"share\":\"50% of 7\",\"inside\":null,\"first\":5}\n";
    assert_eq!(rows(&collected, "rows"), shown);
}

#[test]
fn what_fails_inside_is_a_fault_of_the_clause_that_calls() {
    let collected = run(TOPOLOGY, vec![Value::Int(7)], &[("input", "{\"n\":1}\n{\"n\":4}\n")]);
    assert_eq!(rows(&collected, "rows"), "");
    let shown = concat!(
        "{\"bolt\":\"shown\",\"code\":\"division-by-zero\",\"input\":\"{\\\"n\\\":1,\\\"s\\\":null}\"}\n",
        "{\"bolt\":\"shown\",\"code\":\"division-by-zero\",\"input\":\"{\\\"n\\\":4}\"}\n"
    );
    assert_eq!(
        rows(&collected, "letters"),
        shown,
        "an argument is computed even where the body does not read it"
    );
}
