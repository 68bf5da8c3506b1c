//! `generate`

use streamwright_values::{Type, Value, dataflow};

use super::{Connector, Generate, Kind, OptionEntry, OptionKind, Settings};
use crate::source::{FileId, Span};
use crate::topology::{Expr, ExprKind};

pub(super) const CONNECTOR: Connector = Connector {
    name: "generate",
    docs: "A seeded stream: the same seed gives the same tuples, with any number of workers. A name makes it the events of a \
           workload, `generate \"nexmark\" { count: 1_000 }`.",
    example: "read generate { count: 1_000, seed: 7, fields: { ip: zipf(100) } }",
    operand: None,
    format: false,
    options: &[
        OptionEntry {
            name: "count",
            kind: OptionKind::Value(Type::Int),
            default: "without end",
            docs: "How many tuples.",
            check: Some(|value| int(value, dataflow::generate_count)),
        },
        OptionEntry {
            name: "rate",
            kind: OptionKind::Value(Type::Int),
            default: "as fast as they are taken",
            docs: "Tuples a second, by the clock.",
            check: Some(|value| int(value, dataflow::generate_rate)),
        },
        OptionEntry {
            name: "seed",
            kind: OptionKind::Value(Type::Int),
            default: "0",
            docs: "Another seed, another stream.",
            check: None,
        },
        OptionEntry {
            name: "fields",
            kind: OptionKind::Distributions,
            default: "one that suits the type",
            docs: "How each field is spread.",
            check: None,
        },
    ],
    reads: true,
    writes: false,
    kind: Kind::Generate,
};

/// The stream, by its settings.
pub(super) fn generated(mut settings: Settings) -> Option<Generate> {
    Some(Generate {
        count: settings.take("count"),
        rate: settings.take("rate"),
        seed: settings.take("seed").unwrap_or_else(|| zero(FileId(0))),
        tuples: settings.tuples?,
    })
}

/// The range of an int option, as it is checked at start.
fn int<T>(value: &Value, in_range: fn(i64) -> Result<T, String>) -> Result<(), String> {
    if let Value::Int(value) = value { in_range(*value).map(|_| ()) } else { Ok(()) }
}

/// The seed where none is written.
fn zero(file: FileId) -> Expr {
    let span = Span { file, lo: 0, hi: 0 };
    Expr { kind: ExprKind::Constant(Value::Int(0)), ty: Type::Int, span }
}
