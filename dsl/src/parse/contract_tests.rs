//! The lexical contract, held against the grammar: white space means nothing, and every token is one of Rust's, so that
//! a program is the same in a file and in the macro.

use std::str::FromStr;

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};

use crate::random::{parsed, program, spaced};
use crate::source::FileId;

/// Rust's tokens as text: a space behind each, but not behind joint punctuation. Docs are attributes here.
fn as_the_macro_sees(tokens: TokenStream, text: &mut String) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("( ", ") "),
                    Delimiter::Brace => ("{ ", "} "),
                    Delimiter::Bracket => ("[ ", "] "),
                    Delimiter::None => ("", ""),
                };
                text.push_str(open);
                as_the_macro_sees(group.stream(), text);
                text.push_str(close);
            }
            TokenTree::Punct(punct) => {
                text.push(punct.as_char());
                if punct.spacing() == Spacing::Alone {
                    text.push(' ');
                }
            }
            other => *text += &format!("{other} "),
        }
    }
}

proptest! {
    #[test]
    fn white_space_means_nothing(seed in any::<u64>(), spaces in any::<u64>()) {
        let tokens = program(seed);
        prop_assert_eq!(parsed(&spaced(&tokens, spaces)), parsed(&tokens.join("\n")));
    }

    #[test]
    fn rusts_tokens_are_the_languages_tokens(seed in any::<u64>(), spaces in any::<u64>()) {
        let text = spaced(&program(seed), spaces);
        let mut seen = String::new();
        let tokens = TokenStream::from_str(&text);
        prop_assert!(tokens.is_ok(), "{}", text);
        as_the_macro_sees(tokens.unwrap(), &mut seen);
        prop_assert_eq!(parsed(&seen), parsed(&text));
    }

    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let text = String::from_utf8_lossy(&bytes);
        let _ = crate::parse(FileId(0), &text);
    }

    #[test]
    fn token_soup_gives_an_ast_or_findings(tokens in proptest::collection::vec(proptest::sample::select(SOUP), 1..60)) {
        let text = tokens.join(" ");
        let (file, found) = crate::parse(FileId(0), &text);
        prop_assert!(!found.is_empty() || file != crate::ast::File::default() || tokens.iter().all(|t| t.trim().is_empty() || t.starts_with("//")));
    }

    #[test]
    fn mutations_of_programs_do_not_panic(seed in any::<u64>(), at in any::<prop::Index>(), len in 0usize..30, with in "\\PC{0,3}") {
        let text = program(seed).join(" ");
        let floor = |at: usize| (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        let start = floor(at.index(text.len() + 1));
        let end = floor(start + len).max(start);
        let _ = crate::parse(FileId(0), &text[..start]);
        let _ = crate::parse(FileId(0), &format!("{}{with}{}", &text[..start], &text[end..]));
    }
}

mod prop {
    pub(super) use proptest::sample::Index;
}

const SOUP: &[&str] = &[
    "topology",
    "param",
    "record",
    "spout",
    "bolt",
    "sink",
    "from",
    "where",
    "let",
    "select",
    "join",
    "window",
    "time",
    "group",
    "by",
    "read",
    "write",
    "as",
    "if",
    "else",
    "in",
    "try",
    "none",
    "a",
    "b",
    "count",
    "1",
    "1.5",
    "5m",
    "\"x\"",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ".",
    "?.",
    "..",
    "=",
    "==",
    "<",
    "+",
    "-",
    "!",
    "??",
    "?",
    ":",
    "::",
    "*",
    "/// d",
    "//! d\n",
    "r#in",
    "'",
    ";",
    "#",
    "é",
    "\n",
    "top 10",
    "test \"x\"",
    "rows",
    "all",
    "every",
    "bolt b {",
    "}",
    "}",
];
