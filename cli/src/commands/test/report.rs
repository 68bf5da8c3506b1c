//! What has become of tests, for machines.

use std::fmt::Write as _;

use serde_json::json;

use super::Told;

/// An array with an object a test.
pub(super) fn json(told: &[Told]) -> String {
    let tests: Vec<serde_json::Value> = told
        .iter()
        .map(|one| {
            json!({
                "file": one.file,
                "line": one.line,
                "name": one.name,
                "passed": one.failure.is_none(),
                "failure": one.failure,
            })
        })
        .collect();
    format!("{:#}\n", serde_json::Value::Array(tests))
}

/// As most services that build software read it.
pub(super) fn junit(told: &[Told]) -> String {
    let failed = told.iter().filter(|one| one.failure.is_some()).count();
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(text, "<testsuite name=\"topo test\" tests=\"{}\" failures=\"{failed}\">", told.len());
    for one in told {
        let (name, file) = (escaped(&one.name), escaped(&one.file));
        let start =
            format!("  <testcase name=\"{name}\" classname=\"{file}\" file=\"{file}\" line=\"{}\"", one.line);
        let _ = match &one.failure {
            None => writeln!(text, "{start}/>"),
            Some(why) => writeln!(text, "{start}>\n    <failure>{}</failure>\n  </testcase>", escaped(why)),
        };
    }
    text + "</testsuite>\n"
}

/// Text as XML has it. It may not have most control characters at all.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(character),
            control if control.is_control() => out.push('\u{fffd}'),
            other => out.push(other),
        }
    }
    out
}
