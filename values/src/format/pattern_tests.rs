//! Cutting against a regular expression with lazy groups, and the messages of faulty patterns.

use proptest::prelude::*;
use regex::Regex;

use super::*;

fn read<'a>(pattern: &Pattern, line: &'a str) -> Option<Vec<&'a str>> {
    let mut fields = vec![Raw::Missing; pattern.fields.len()];
    pattern.scan(line.as_bytes(), Some, &mut fields).ok()?;
    let texts = fields.into_iter().map(|field| match field {
        Raw::Text(text) => text,
        other => panic!("{other:?}"),
    });
    Some(texts.collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn lines_are_cut_as_lazy_groups_cut_them(
        prefix in "[a\\]{}]{0,2}",
        literals in prop::collection::vec("[a\\]{}]{1,2}", 0..3),
        last in "[a\\]{}]{0,2}",
        line in "[ab\\]{}ü]{0,12}",
        fitting in prop::option::of(prop::collection::vec("[ab\\]ü]{0,3}", 4)),
    ) {
        let literals: Vec<_> = literals.into_iter().chain([last]).collect();
        let escaped = |literal: &str| literal.replace('{', "{{").replace('}', "}}");
        let mut text = escaped(&prefix);
        let mut lazy = format!("(?s)^{}", regex::escape(&prefix));
        let mut fit = prefix;
        for (index, literal) in literals.iter().enumerate() {
            text += &format!("{{f{index}}}{}", escaped(literal));
            lazy += &format!("(.*?){}", regex::escape(literal));
            fit += fitting.as_ref().map_or("", |fields| &fields[index]);
            fit += literal;
        }
        let line = if fitting.is_some() { fit } else { line };
        let pattern = Pattern::parse(&text).unwrap();
        let expected = Regex::new(&(lazy + "$")).unwrap().captures(&line).map(|found| {
            found.iter().skip(1).map(|group| group.unwrap().as_str()).collect::<Vec<_>>()
        });
        prop_assert_eq!(read(&pattern, &line), expected);
    }

    #[test]
    fn any_text_is_a_pattern_or_a_mistake_inside_it(text in "[{}a_1 ü]{0,12}") {
        match Pattern::parse(&text) {
            Ok(pattern) => prop_assert!(!pattern.fields.is_empty()),
            Err(error) => prop_assert!(text.is_char_boundary(error.offset)),
        }
    }
}

#[test]
fn an_access_log_is_cut() {
    let pattern =
        Pattern::parse(r#"{ip} - {user} [{at}] "{method} {path} {proto}" {status} {bytes}"#).unwrap();
    let line = r#"::1 - - [17/May/2015:10:05:03 +0000] "GET /a b HTTP/1.1" 200 1 2"#;
    let expected = ["::1", "-", "17/May/2015:10:05:03 +0000", "GET", "/a", "b HTTP/1.1", "200", "1 2"];
    assert_eq!(read(&pattern, line).unwrap(), expected);
}

#[test]
fn a_faulty_pattern_says_what_and_where() {
    let cases = [
        ("", 0, "a pattern needs at least one field, such as `{name}`"),
        ("{{a}}", 0, "a pattern needs at least one field, such as `{name}`"),
        ("ü{a", 2, "a `{` that does not close; the character itself is written `{{`"),
        ("{a{b}", 0, "a `{` that does not close; the character itself is written `{{`"),
        ("{a}}", 3, "a `}` without its `{`; the character itself is written `}}`"),
        ("{}", 0, "`` is not a field's name"),
        ("{1a}", 0, "`1a` is not a field's name"),
        ("{a} {a}", 4, "field `a` stands twice in the pattern"),
        ("{a}{b}", 3, "no literal between `a` and `b` says where one ends"),
    ];
    for (text, offset, message) in cases {
        assert_eq!(Pattern::parse(text), Err(PatternError::new(offset, message)), "{text}");
    }
}

#[test]
fn a_line_that_does_not_fit_says_where() {
    let pattern = Pattern::parse("<{a}> {b}!").unwrap();
    let message =
        |line: &str| pattern.scan(line.as_bytes(), Some, &mut [Raw::Missing; 2]).unwrap_err().to_string();
    assert_eq!(
        message("x"),
        "malformed: the pattern does not fit: expected `<` as the beginning from column 1 on"
    );
    assert_eq!(
        message("<ü>x"),
        "malformed: the pattern does not fit: expected `> ` somewhere from column 2 on"
    );
    assert_eq!(
        message("<ü> x"),
        "malformed: the pattern does not fit: expected `!` at the end from column 5 on"
    );
}
