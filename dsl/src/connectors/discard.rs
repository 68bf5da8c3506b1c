//! `discard`

use super::{Connector, SinkConnector};

pub(super) static CONNECTOR: Connector = Connector {
    name: "discard",
    docs: "Rows are counted, and dropped.",
    example: "write discard",
    operand: None,
    format: false,
    options: &[],
    source: None,
    sink: Some(|_| Some(SinkConnector::Discard)),
};
