//! JSON documents in text, by paths such as `user.addresses[0].city`. All of them are read to their end, so a text that is
//! not JSON is a fault whatever is looked for.

use super::{Cow, Fault, FaultCode, out_of_range};
use crate::format::Raw;
use crate::format::json::{self, Step};
use crate::text::quoted;

functions! { document:
    /// The string at a path in a JSON document; absent where there is nothing or `null`. Another type is a fault.
    #[language("json_string", r#"json_string("{\"user\": {\"tags\": [\"a\", \"b\"]}}", "user.tags[1]") == "b""#)]
    pub fn json_string<'a>(document: Cow<'a, str>, path: &str) -> Result<Option<Cow<'a, str>>, Fault> {
        Ok(match find(&document, path)? {
            Raw::Missing | Raw::Null => None,
            Raw::String(text) => Some(Cow::Owned(text.to_owned())),
            Raw::Escaped(text) => Some(Cow::Owned(json::unescape(text))),
            _ => return Err(not_a("string", &document, path)),
        })
    }

    /// The whole number at a path in a JSON document; absent where there is nothing or `null`. `1.0` is a fault.
    #[language("json_int", r#"json_int("{\"a\": [10, 20]}", "a[1]") == 20"#)]
    pub fn json_int(document: &str, path: &str) -> Result<Option<i64>, Fault> {
        match find(document, path)? {
            Raw::Missing | Raw::Null => Ok(None),
            Raw::Number(number) => json::int(number).map(Some).map_err(|_| not_a("int", document, path)),
            _ => Err(not_a("int", document, path)),
        }
    }

    /// The number at a path in a JSON document; absent where there is nothing or `null`. Another type is a fault.
    #[language("json_float", r#"json_float("{\"a\": 2.5}", "a") == 2.5"#)]
    pub fn json_float(document: &str, path: &str) -> Result<Option<f64>, Fault> {
        match find(document, path)? {
            Raw::Missing | Raw::Null => Ok(None),
            Raw::Number(number) => json::float(number).map(Some).map_err(|_| not_a("float", document, path)),
            _ => Err(not_a("float", document, path)),
        }
    }

    /// The bool at a path in a JSON document; absent where there is nothing or `null`. Another type is a fault.
    #[language("json_bool", r#"json_bool("{\"a\": true}", "a") ?? false"#)]
    pub fn json_bool(document: &str, path: &str) -> Result<Option<bool>, Fault> {
        match find(document, path)? {
            Raw::Missing | Raw::Null => Ok(None),
            Raw::Bool(value) => Ok(Some(value)),
            _ => Err(not_a("bool", document, path)),
        }
    }

    /// How many items the array at a path in a JSON document has; absent where there is nothing or `null`. An empty path
    /// is the document itself.
    #[language("json_length", r#"json_length("[10, 20, 30]", "") == 3"#)]
    pub fn json_length(document: &str, path: &str) -> Result<Option<i64>, Fault> {
        match find(document, path)? {
            Raw::Missing | Raw::Null => Ok(None),
            Raw::Nested(text) => {
                let items = json::items(text).ok_or_else(|| not_a("array", document, path))?;
                Ok(Some(items.len() as i64))
            }
            _ => Err(not_a("array", document, path)),
        }
    }
}

fn find<'a>(document: &'a str, path: &str) -> Result<Raw<'a>, Fault> {
    let steps =
        steps(path).ok_or_else(|| out_of_range(format!("{} is no path such as a.b[0]", quoted(path))))?;
    let not_json = || Fault::new(FaultCode::BadCast, format!("{} is not JSON", quoted(document)));
    json::find(document, &steps).ok_or_else(not_json)
}

/// `a.b[0].c`: keys between points, indices in brackets.
fn steps(path: &str) -> Option<Vec<Step<'_>>> {
    let mut steps = Vec::new();
    for part in path.split('.').filter(|_| !path.is_empty()) {
        let (key, mut rest) = part.split_at(part.find('[').unwrap_or(part.len()));
        if !key.is_empty() {
            steps.push(Step::Key(key));
        } else if rest.is_empty() || !steps.is_empty() {
            return None;
        }
        while let Some(behind) = rest.strip_prefix('[') {
            let (index, behind) = behind.split_once(']')?;
            steps.push(Step::Item(index.parse().ok()?));
            rest = behind;
        }
        if !rest.is_empty() {
            return None;
        }
    }
    Some(steps)
}

#[cold]
fn not_a(wanted: &str, document: &str, path: &str) -> Fault {
    let message = format!("what is at {} in {} is no {wanted}", quoted(path), quoted(document));
    Fault::new(FaultCode::BadCast, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = r#" {"a": [{"b": "x\n"}, [1, 2.5, null]], "c": {"d": true}, "a b": 1, "a b": 2} "#;

    #[test]
    fn paths_lead_to_values() {
        let string = |path| json_string(Cow::Borrowed(DOCUMENT), path);
        assert_eq!(string("a[0].b"), Ok(Some("x\n".into())));
        assert_eq!(string("a[0].b.c"), Ok(None));
        assert_eq!(string("a[7]"), Ok(None));
        assert_eq!(string("a.b"), Ok(None));
        assert_eq!(string("c[0]"), Ok(None));
        assert_eq!(json_int(DOCUMENT, "a b"), Ok(Some(2)));
        assert_eq!(json_int(DOCUMENT, "a[1][0]"), Ok(Some(1)));
        assert_eq!(json_float(DOCUMENT, "a[1][1]"), Ok(Some(2.5)));
        assert_eq!(json_float(DOCUMENT, "a[1][2]"), Ok(None));
        assert_eq!(json_bool(DOCUMENT, "c.d"), Ok(Some(true)));
        assert_eq!(json_length(DOCUMENT, "a[1]"), Ok(Some(3)));
        assert_eq!(json_length("[]", ""), Ok(Some(0)));
    }

    #[test]
    fn what_is_no_such_value_is_a_fault() {
        assert_eq!(json_int(DOCUMENT, "a[1][1]").unwrap_err().code, FaultCode::BadCast);
        assert_eq!(json_string(Cow::Borrowed(DOCUMENT), "a").unwrap_err().code, FaultCode::BadCast);
        assert_eq!(json_length(DOCUMENT, "c").unwrap_err().code, FaultCode::BadCast);
        for text in ["", "{", "[1, 2", "{} x", "nul"] {
            assert_eq!(json_int(text, "a").unwrap_err().code, FaultCode::BadCast, "{text}");
        }
        for path in [".", "a.", "a[", "a[x]", "a[0]b", "a.[0]"] {
            assert_eq!(json_int(DOCUMENT, path).unwrap_err().code, FaultCode::OutOfRange, "{path}");
        }
    }
}
