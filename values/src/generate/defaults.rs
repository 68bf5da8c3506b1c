//! How a field is spread that names no distribution: as in a web server's log where its name says so, else by its type.

use super::{Duration, Kind, Timestamp, Type, Value};

/// 2025-01-01T00:00:00Z
const START: Timestamp = Timestamp(1_735_689_600_000_000_000);

/// How often an optional field is there that names no distribution.
pub const PRESENCE: f64 = 0.9;

/// The distribution of a field that names none. Its arguments are such as [`super::Signature::parameters`] asks for.
#[must_use]
pub fn default_for(ty: &Type, name: &str) -> (Kind, Vec<Value>) {
    match (ty.required(), name) {
        (Type::String, "method") => {
            (Kind::Choose, texts(&["GET", "GET", "GET", "GET", "GET", "GET", "POST", "HEAD"]))
        }
        (Type::String, "protocol") => (Kind::Choose, texts(&["HTTP/1.1", "HTTP/1.1", "HTTP/1.0"])),
        (Type::Int, "status") => {
            let statuses = [200, 200, 200, 200, 200, 200, 200, 301, 304, 404, 404, 500];
            (Kind::Choose, statuses.map(Value::Int).to_vec())
        }
        (Type::Int, "bytes") => (Kind::Uniform, vec![Value::Int(200), Value::Int(20_000)]),
        (Type::Bool, _) => (Kind::Choose, vec![Value::Bool(false), Value::Bool(true)]),
        (Type::Int, _) => (Kind::Uniform, vec![Value::Int(0), Value::Int(1_000)]),
        (Type::Float, _) => (Kind::Uniform, vec![Value::Float(0.0), Value::Float(1.0)]),
        (Type::Timestamp, _) => {
            (Kind::Clock, vec![START.into(), Duration(1_000_000).into(), Duration(0).into()])
        }
        (Type::Duration, _) => (Kind::Uniform, vec![Duration(0).into(), Duration(1_000_000_000).into()]),
        (Type::Ip, _) => (Kind::Zipf, vec![Value::Int(10_000)]),
        (Type::Bytes, _) => {
            let values = [&b"\x00"[..], b"\x00\x01", b"\xff\xfe\xfd"];
            (Kind::Choose, values.map(|bytes| bytes.to_vec().into()).to_vec())
        }
        _ => (Kind::Zipf, vec![Value::Int(100)]),
    }
}

fn texts(texts: &[&str]) -> Vec<Value> {
    texts.iter().map(|text| Value::from(*text)).collect()
}
