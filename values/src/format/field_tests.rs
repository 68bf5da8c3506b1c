//! What each type takes from JSON and from text, and what a fault says.

use std::net::IpAddr;

use proptest::prelude::*;
use serde_json::Value as Json;

use super::*;
use crate::format::WriteField;
use crate::{Duration, Timestamp};

fn spec(form: Form, absent: Option<&str>) -> FieldSpec {
    let absent = absent.map(str::to_owned);
    FieldSpec {
        name: "status".to_owned(),
        wire_name: "Status".to_owned(),
        form,
        absent,
        optional: false,
        inner: Vec::new(),
    }
}

fn plain() -> FieldSpec {
    spec(Form::Plain, None)
}

/// The raw value of a JSON text, and what follows from it.
fn from_json<T>(json: &str, then: impl FnOnce(Raw<'_>) -> T) -> T {
    let line = format!("{{\"x\":{json}}}");
    let mut fields = [Raw::Missing];
    json::scan(line.as_bytes(), |key| (key == b"x").then_some(0), &mut fields).unwrap();
    then(fields[0])
}

fn of_json(ty: &Type, json: &str, spec: &FieldSpec) -> Result<Value, Fault> {
    from_json(json, |raw| value(raw, ty, spec))
}

fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        any::<f64>().prop_map(Value::Float),
        any::<String>().prop_map(Value::String),
        any::<Vec<u8>>().prop_map(Value::Bytes),
        any::<i64>().prop_map(|at| Value::Timestamp(Timestamp(at))),
        any::<i64>().prop_map(|length| Value::Duration(Duration(length))),
        any::<IpAddr>().prop_map(Value::Ip),
    ]
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(written in any_value()) {
        let ty = written.type_of();
        let mut json = Vec::new();
        written.write_json(&mut json);
        prop_assert_eq!(of_json(&ty, std::str::from_utf8(&json).unwrap(), &plain()), Ok(written.clone()));

        let mut csv = Vec::new();
        written.write_csv(b',', &mut csv);
        let mut fields = [Raw::Missing];
        csv::Columns::in_order(b',', vec![Some(0)]).scan(&csv, &mut fields).unwrap();
        prop_assert_eq!(value(fields[0], &ty, &plain()), Ok(written.clone()));
        prop_assert_eq!(value(fields[0], &ty.optional(), &plain()), Ok(written));
    }

    /// The rules of JSON's kinds, said anew over `serde_json`'s.
    #[test]
    fn a_json_value_fits_by_its_kind(json in prop::sample::select(vec![
        "null", "true", "1", "-9223372036854775808", "9223372036854775808", "1.0", "1e2", "0.5", "\"1\"", "\"1.0\"",
        "\"true\"", "\"AQ==\"", "\"::1\"", "\"1\\u006d\"", "\"2015-05-17T10:05:00Z\"", "[]", "{\"a\":1}",
    ]), ty in prop::sample::select(Type::ALL.to_vec())) {
        let parsed: Json = serde_json::from_str(json).unwrap();
        let fits = match (&ty, &parsed) {
            (Type::Bool, parsed) => parsed.is_boolean(),
            (Type::Int, parsed) => parsed.is_i64(),
            (Type::Float, parsed) => parsed.is_number(),
            (_, Json::String(text)) => match ty {
                Type::String => true,
                Type::Bytes => text == "AQ==" || text == "true",
                Type::Timestamp => text.starts_with("2015"),
                Type::Duration => text == "1m",
                _ => text == "::1",
            },
            _ => false,
        };
        let read = of_json(&ty, json, &plain());
        prop_assert_eq!(read.is_ok(), fits, "{:?} from {} as {}", read, json, ty);
        let optional = of_json(&ty.clone().optional(), json, &plain());
        prop_assert_eq!(optional.is_ok(), fits || parsed.is_null());
    }
}

#[test]
fn a_fault_names_the_field_and_what_was_found() {
    let message = |ty, json: &str| of_json(&ty, json, &plain()).unwrap_err().to_string();
    assert_eq!(message(Type::Int, "\"abc\""), r#"wrong-type: field `status`: expected an int, found "abc""#);
    assert_eq!(message(Type::Int, "1.0"), "wrong-type: field `status`: expected an int, found 1.0");
    assert_eq!(message(Type::String, "true"), "wrong-type: field `status`: expected a string, found true");
    assert_eq!(message(Type::Int, "null"), "missing-field: field `status` is missing");
    assert_eq!(
        message(Type::Int, "9223372036854775808"),
        "overflow: field `status`: 9223372036854775808 does not fit an int"
    );
    assert_eq!(message(Type::Float, "-1e999"), "not-finite: field `status`: -1e999 is not a finite float");
    let nested = format!("[\"{}\"]", "ü".repeat(100));
    assert_eq!(
        message(Type::Ip, &nested),
        format!("wrong-type: field `status`: expected an ip, found [\"{}…", "ü".repeat(38))
    );
    assert!(message(Type::Int, &format!("\"{}\"", "x".repeat(1_000_000))).len() < 200);
}

#[test]
fn a_timestamp_is_read_in_its_form() {
    let at = Ok(Value::Timestamp(Timestamp(1_431_857_103_000_000_000)));
    let forms = [
        (Form::Plain, r#""2015-05-17T10:05:03Z""#),
        (Form::UnixSeconds, "1431857103"),
        (Form::UnixMillis, "1431857103000"),
        (Form::UnixMicros, "1431857103000000"),
        (Form::UnixNanos, "1431857103000000000"),
        (Form::strftime("%d/%b/%Y:%H:%M:%S %z").unwrap(), r#""17\/May\/2015:12:05:03 +0200""#),
    ];
    for (form, json) in forms {
        let spec = spec(form.clone(), None);
        assert_eq!(of_json(&Type::Timestamp, json, &spec), at, "{form:?}");
        // A number as a string is none, and the other way round.
        let other = if json.starts_with('"') { "1431857103".to_owned() } else { format!("\"{json}\"") };
        let fault = of_json(&Type::Timestamp, &other, &spec).unwrap_err();
        assert_eq!(fault.code, FaultCode::WrongType, "{form:?}");
    }
    let text = Raw::Text("1431857103.0");
    assert_eq!(value(text, &Type::Timestamp, &spec(Form::UnixSeconds, None)), at);
    let fault = of_json(&Type::Timestamp, "\"x\"", &spec(Form::UnixMillis, None)).unwrap_err();
    assert_eq!(
        &*fault.message,
        r#"field `status`: expected a timestamp in milliseconds since 1970, found "x""#
    );
}

#[test]
fn absent_is_what_the_format_or_the_record_says() {
    let spec = spec(Form::Plain, Some("-"));
    let optional = Type::Int.optional();
    for raw in
        [Raw::Missing, Raw::Null, Raw::Text(""), Raw::Text("-"), Raw::Quoted("-"), Raw::Escaped("\\u002d")]
    {
        assert_eq!(value(raw, &optional, &spec), Ok(Value::None), "{raw:?}");
    }
    assert_eq!(value(Raw::Text("-"), &Type::String, &spec).unwrap_err().code, FaultCode::MissingField);
    assert_eq!(value(Raw::Text("7"), &optional, &spec), Ok(Value::Int(7)));
    let text = Type::String.optional();
    assert_eq!(value(Raw::Quoted(""), &text, &spec), Ok(Value::String(String::new())));
    assert_eq!(value(Raw::String(""), &text, &spec), Ok(Value::String(String::new())));
    assert_eq!(value(Raw::Text(""), &Type::String, &spec), Ok(Value::String(String::new())));
}
