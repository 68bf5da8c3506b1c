//! Own Rust that does not fit its declarations: found before rustc is asked.

#![allow(clippy::unwrap_used, reason = "a test may fail by a panic")]

use streamwright_dsl::check::check;
use streamwright_dsl::diagnostic::{Colour, human};
use streamwright_dsl::own::{self, RustFile};
use streamwright_dsl::parse::parse;
use streamwright_dsl::source::{FileId, Source, Sources};

/// What is found in a topology with these functions, beside a `geo.rs`.
fn found(functions: &str, rust: &str) -> String {
    let text = format!(
        "topology t\nrust mod \"geo.rs\"\n{functions}record Inner {{ n: int, s: string }}\nrecord R {{ n: int, inner: Inner? }}\n\
         spout input: R {{ read stdin as json }}\nsink out {{ from input  write stdout as json }}\n"
    );
    let mut sources = Sources::default();
    let file = sources.add(Source::new("t.topo", text.clone()));
    let (mut ast, mut found) = parse(file, &text);
    let mut load =
        |path: &str, _: FileId| -> Result<RustFile, String> { streamwright_codegen::own::read(path, rust) };
    own::read(&mut ast, &mut load, &mut found);
    let _ = check(&ast, file, &mut found);
    // Nothing calls these functions, which is no mistake here.
    found.retain(|finding| finding.code.id() != "T0902");
    human(&found.into_sorted(), &sources, Colour::Never)
}

const GEO: &str = "
    use std::net::IpAddr;
    pub fn scalars(a: bool, b: i64, c: f64, at: streamwright::Timestamp, d: streamwright::Duration, ip: IpAddr) -> bool { a }
    pub fn texts<'a>(text: &'a str, bytes: &[u8], maybe: Option<&'static str>) -> Result<String, std::num::ParseIntError> { todo!() }
    pub fn lists(ints: &[i64], texts: &[std::borrow::Cow<'_, str>], deep: &[streamwright::List<'_, i64>]) -> Vec<Option<String>> { todo!() }
    pub fn records(inner: &crate::records::Inner<'_>, maybe: Option<&crate::records::Inner>) -> Option<crate::records::Inner<'static>> { None }
    pub(crate) fn bytes() -> anyhow::Result<Vec<u8>> { todo!() }
    pub mod inner { pub fn deep(n: i64) -> i64 { n } fn hidden(n: i64) -> i64 { n } }
    mod closed { pub fn open(n: i64) -> i64 { n } }
    fn private(n: i64) -> i64 { n }
    pub async fn later(n: i64) -> i64 { n }
    pub fn generic<T>(n: T) -> T { n }
    pub fn nothing(n: i64) {}
";

#[test]
fn what_fits_is_no_finding() {
    let functions = "
        fn scalars(a: bool, b: int, c: float, at: timestamp, d: duration, ip: ip) -> bool = rust geo::scalars
        fn texts(text: string, data: bytes, maybe: string?) -> string = rust geo::texts
        fn lists(ints: list<int>, texts: list<string>, deep: list<list<int>>) -> list<string?> = rust geo::lists
        fn records(inner: Inner, maybe: Inner?) -> Inner? = rust geo::records
        fn data() -> bytes = rust geo::bytes
        fn deep(n: int) -> int = rust geo::inner::deep
        ";
    assert_eq!(found(functions, GEO), "");
}

#[test]
fn what_does_not_fit_is_found_at_its_declaration() {
    let functions = "
        fn scalars(a: bool, b: int) -> bool = rust geo::scalars
        fn texts(text: string, data: string, maybe: string?) -> string = rust geo::texts
        fn records(inner: Inner, maybe: Inner?) -> Inner = rust geo::records
        fn private(n: int) -> int = rust geo::private
        fn hidden(n: int) -> int = rust geo::inner::hidden
        fn open(n: int) -> int = rust geo::closed::open
        fn later(n: int) -> int = rust geo::later
        fn general(n: int) -> int = rust geo::generic
        fn nothing(n: int) -> int = rust geo::nothing
        fn missing(at: timestamp, tags: list<string>) -> ip? = rust geo::mising
        fn near(n: int) -> int = rust geo::inner::depe
        ";
    insta::assert_snapshot!(found(functions, GEO));
}

const TRIAGE: &str = "
    use streamwright::{Bolt, Context};
    use crate::records::Inner;
    pub struct Fine;
    impl Bolt for Fine { type Row<'a> = crate::bolts::FineRow<'a>; type Output = Inner<'static>; type Options = (); }
    pub struct Told(i64);
    impl streamwright::Bolt for Told { type Row<'a> = crate::bolts::ToldRow; type Output = Inner; type Options = crate::bolts::ToldOptions; }
    struct Hidden;
    pub struct Idle;
    impl Clone for Idle {}
    pub struct Report;
    impl streamwright::Sink for Report { type Row<'a> = crate::bolts::ReportRow<'a>; type Options = (); type Error = (); }
    pub struct Queue;
    impl streamwright::Spout for Queue { type Row = crate::records::R; type Options = crate::bolts::QueuedOptions; type Position = u64; type Error = String; }
    pub enum Wrong { A }
    impl Bolt for Wrong { type Row<'a> = crate::bolts::FineRow<'a>; type Output = crate::records::R; }
";

#[test]
fn a_bolt_that_fits_is_no_finding() {
    let bolts = "
        bolt fine: Inner { from input  group by n  run geo::Fine }
        bolt told: Inner { from input  run geo::Told { limit: 3 } }
        sink others { from fine, told  write discard }
        ";
    assert_eq!(found(bolts, TRIAGE), "");
}

#[test]
fn a_bolt_that_does_not_fit_is_found_at_its_clause() {
    let bolts = "
        bolt told: Inner { from input  run geo::Told }
        bolt hidden: Inner { from input  run geo::Hidden }
        bolt idle: Inner { from input  run geo::Idle }
        bolt wrong: Inner { from input  run geo::Wrong { limit: 3 } }
        bolt near: Inner { from input  run geo::Fin }
        bolt other: Inner { from input  run geo::Fine }
        sink report: Inner { from input  run geo::Report { path: 3 } }
        sink plain { from input  run geo::Fine }
        sink others { from told, hidden, idle, wrong, near, other  write discard }
        ";
    insta::assert_snapshot!(found(bolts, TRIAGE));
}

#[test]
fn a_spout_that_fits_is_no_finding() {
    let spouts = "
        spout queued: R { run geo::Queue { limit: 3 }  where n > 1 }
        sink others { from queued  write discard }
        ";
    assert_eq!(found(spouts, TRIAGE), "");
}

#[test]
fn a_spout_that_does_not_fit_is_found_at_its_clause() {
    let spouts = "
        spout queued: Inner { run geo::Queue }
        spout report: R { run geo::Report }
        spout near: R { run geo::Queu }
        spout hidden: R { run geo::Hidden }
        sink others { from queued  write discard }
        sink more { from report, near, hidden  write discard }
        ";
    insta::assert_snapshot!(found(spouts, TRIAGE));
}

#[test]
fn a_file_that_is_no_rust_is_a_finding() {
    insta::assert_snapshot!(found(
        "fn f(n: int) -> int = rust geo::f\n",
        "pub fn f(n: i64) -> i64 {\n    n +\n}\n"
    ));
}
