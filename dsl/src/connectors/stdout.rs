//! `stdout`

use super::{Connector, SinkConnector};

pub(super) static CONNECTOR: Connector = Connector {
    name: "stdout",
    docs: "Standard output.",
    example: "write stdout as json",
    operand: None,
    format: true,
    options: &[],
    source: None,
    sink: Some(|settings| Some(SinkConnector::Stdout { format: settings.format? })),
};
