//! Files that nobody writes: too deep, too long, binary. None may panic, overflow the stack, or take long.

use crate::diagnostic::{Code, Colour, human};
use crate::source::{FileId, Source, Sources};

const PIECES: [&str; 9] = ["a ", "\"", "é", "{}", "bolt ", "where x = 1 ", "1.5h", "r#\"", ", "];

fn codes(text: &str) -> Vec<Code> {
    let (_, found) = crate::parse(FileId(0), text);
    found.into_sorted().iter().map(|found| found.code).collect()
}

#[test]
fn ten_thousand_brackets_are_one_finding() {
    for (open, close) in
        [("(", ")"), ("[", "]"), ("{", "}"), ("/*", "*/"), ("f(a, ", ")"), ("if a { ", "} else { b }")]
    {
        let text = format!("bolt b {{ where {}a{} }}", open.repeat(10_000), close.repeat(10_000));
        assert_eq!(codes(&text), [Code::TooDeep], "{open}");
    }
}

#[test]
fn the_deepest_brackets_allowed_are_parsed_on_a_small_stack() {
    let (open, close) = ("-f(if a { b } else { [".repeat(41), "] })".repeat(41));
    let text = format!("bolt b {{ where {open}1 + 2{close} }}");
    assert_eq!(codes(&text), []);
    let bad = format!("bolt b {{ where {open}1 +{close} }}");
    assert_eq!(codes(&bad), [Code::Syntax]);
}

#[test]
fn long_chains_are_findings_not_overflows() {
    let many = 50_000;
    for (first, again, last) in [
        ("", "-", "a"),
        ("", "!", "a"),
        ("a", " + a", ""),
        ("a", ".a", ""),
        ("a", " || a", ""),
        ("", "if a { b } else ", "{ c }"),
        ("a", "?.b", ""),
        ("a", "()", ""),
        ("a", ".b()", ""),
        ("", "if ", "a { b } else { c }"),
        ("", "if a + ", "a { b } else { c }"),
    ] {
        let text = format!("bolt b {{ where {first}{}{last} }}", again.repeat(many));
        let found = codes(&text);
        assert_eq!(found.len(), 1, "{again}: {found:?}");
    }
    assert_eq!(codes(&format!("bolt b {{ where x in [{}] }}", "1, ".repeat(many))), []);
}

#[test]
fn long_names_and_many_tokens_are_findings() {
    for name in ["a", "r#a", "9", "1.5"] {
        assert_eq!(codes(&format!("bolt b {{ where {name}{} }}", "1".repeat(300))), [Code::TooLarge]);
    }
    for piece in ["a ", "+", "1 ", "\u{85}", "x, "] {
        assert_eq!(codes(&piece.repeat(1_000_001)).last(), Some(&Code::TooLarge), "{piece}");
    }
}

#[test]
fn an_if_is_open_up_to_its_brace() {
    let arms = "if a { b } else ".repeat(150);
    assert_eq!(codes(&format!("bolt b {{ where {arms}{{ c }} }}")), []);
    let conditions = format!("{}a{}", "if ".repeat(60), " { b } else { c }".repeat(60));
    assert_eq!(codes(&format!("bolt b {{ let x = {conditions} }}")), []);
    assert_eq!(codes(&format!("bolt b {{ select {}a }}", "r#if, ".repeat(200))), []);
}

#[test]
fn large_files_are_bounded_in_findings_and_in_print() {
    let (ten_mb, smaller) = (10 << 20, 100 << 10);
    for (piece, size) in [("a", ten_mb), ("\u{0}", ten_mb), ("}", ten_mb), ("'", ten_mb)]
        .into_iter()
        .chain(PIECES.map(|piece| (piece, smaller)))
    {
        let text = piece.repeat(size / piece.len());
        let mut sources = Sources::default();
        let file = sources.add(Source::new("big.topo", text));
        let (_, found) = crate::parse(file, &sources.get(file).text);
        let found = found.into_sorted();
        assert!(found.len() <= 101 && !found.is_empty(), "{piece}: {}", found.len());
        let first = &found[..found.len().min(1)];
        assert!(human(first, &sources, Colour::Never).len() < 4_000, "{piece}");
    }
    assert_eq!(codes(&" ".repeat(17 << 20)), [Code::TooLarge]);
}

#[test]
fn an_empty_file_is_an_empty_library() {
    for text in ["", "\u{FEFF}", " \n", "// nothing", "//! Docs."] {
        assert_eq!(codes(text), [], "{text:?}");
    }
}
