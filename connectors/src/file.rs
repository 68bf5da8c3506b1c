//! `file`

use crate::{Connector, Operand, Way};

/// Its entry.
pub static CONNECTOR: Connector = Connector {
    name: "file",
    docs: "A file, read from its beginning to its end, or written anew. The path is relative to the working directory.",
    example: "read file \"access.jsonl\" as json",
    operand: Some(Operand { what: "the path", is_path: true, check }),
    format: true,
    single: None,
    read: Some(|path| Way::Path(path.to_owned())),
    write: Some(|path| Some(Way::Path(path.to_owned()))),
};

fn check(path: &str) -> Result<(), String> {
    if path.is_empty() { Err("this path is empty".to_owned()) } else { Ok(()) }
}
