//! `topology!` as a user meets it: programs that compile and run, and what rustc says of those that do not.

#[test]
fn the_macro_compiles_what_is_right_and_points_at_what_is_wrong() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/topology/pass/*.rs");
    cases.compile_fail("tests/topology/fail/*.rs");
}
