//! Rows as bytes, and where they go.

use std::io;

use streamwright_dsl::connectors::SinkConnector;
use streamwright_dsl::topology::{Node, NodeId, NodeKind, Stream};
use streamwright_values::Value;
use streamwright_values::format::Write;

use crate::error::RunError;
use crate::letter::Letter;

/// Takes what a run puts out.
pub trait Output {
    /// One line of a sink: a row or a header, with its line end. Not called for `discard`.
    ///
    /// # Errors
    /// Whatever keeps it from being written; the run stops.
    fn write(&mut self, sink: NodeId, line: &[u8]) -> io::Result<()>;

    /// A row leaves by a stream; that of a sink is what it writes.
    fn leaves(&mut self, _stream: Stream, _row: &[Value]) {}

    /// A dead letter that no sink has taken: there is none, or the letter failed on its way through one (then `bolt`
    /// is that sink, and `input` shows the columns of `dead_letters` that the failing expression mentions).
    fn unread(&mut self, letter: &Letter);
}

/// Writes what stands before a sink's first row, if something does.
pub(crate) fn head(node: &Node, id: NodeId, output: &mut dyn Output) -> Result<(), RunError> {
    let NodeKind::Sink(connector) = &node.kind else { return Ok(()) };
    let Some(format) = writer(connector) else { return Ok(()) };
    let names: Vec<&str> = node.exit().iter().map(|column| column.name.as_str()).collect();
    let head = format.head(&names);
    if head.is_empty() { Ok(()) } else { put(node, id, &head, output) }
}

/// Writes a row.
pub(crate) fn write(
    node: &Node,
    connector: &SinkConnector,
    id: NodeId,
    row: &[Value],
    output: &mut dyn Output,
) -> Result<(), RunError> {
    let Some(format) = writer(connector) else { return Ok(()) };
    let mut line = Vec::new();
    format.row(node.exit().iter().map(|column| column.name.as_str()), row, &mut line);
    put(node, id, &line, output)
}

fn writer(connector: &SinkConnector) -> Option<Box<dyn Write>> {
    match connector {
        SinkConnector::Bytes { format, .. } => format.as_ref()?.writer(),
        SinkConnector::Own(_) => None,
    }
}

fn put(node: &Node, id: NodeId, line: &[u8], output: &mut dyn Output) -> Result<(), RunError> {
    output.write(id, line).map_err(|error| RunError::Write { sink: node.name.clone(), error })
}
