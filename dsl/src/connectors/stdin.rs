//! `stdin`

use super::{Connector, SourceConnector};

pub(super) static CONNECTOR: Connector = Connector {
    name: "stdin",
    docs: "Standard input, to its end.",
    example: "read stdin as json",
    operand: None,
    format: true,
    options: &[],
    source: Some(|settings| Some(SourceConnector::Stdin { format: settings.format? })),
    sink: None,
};
