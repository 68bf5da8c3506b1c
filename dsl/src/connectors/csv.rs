//! `csv`

use streamwright_values::Type;

use super::{Format, OptionEntry, OptionKind};

pub(super) static FORMAT: Format = Format {
    name: "csv",
    docs: "Comma-separated values as in RFC 4180: a field in double quotes may hold delimiters, line ends, and quotes \
           written twice.",
    example: "write file \"counts.csv\" as csv { header: false }",
    reads: true,
    writes: true,
    operand: None,
    options: &[
        OptionEntry {
            name: "header",
            kind: OptionKind::Value(Type::Bool),
            default: "true",
            docs: "Whether the first line names the columns. Without it a record's fields are read in their order.",
            check: None,
        },
        OptionEntry {
            name: "delimiter",
            kind: OptionKind::Value(Type::String),
            default: "\",\"",
            docs: "What stands between fields: one ASCII character, such as \"\\t\" or \";\".",
            check: None,
        },
    ],
};
