//! `file`

use super::{Connector, SinkConnector, SourceConnector};

pub(super) static CONNECTOR: Connector = Connector {
    name: "file",
    docs: "A file, read from its beginning to its end, or written anew. The path is relative to the working directory.",
    example: "read file \"access.jsonl\" as json",
    operand: Some("the path"),
    format: true,
    options: &[],
    source: Some(|settings| {
        Some(SourceConnector::File { path: settings.operand?, format: settings.format? })
    }),
    sink: Some(|settings| Some(SinkConnector::File { path: settings.operand?, format: settings.format? })),
};
