//! `discard`

use crate::Connector;

/// Its entry.
pub static CONNECTOR: Connector = Connector {
    name: "discard",
    docs: "Rows are counted, and dropped.",
    example: "write discard",
    operand: None,
    format: false,
    single: None,
    read: None,
    write: Some(|_| None),
};
