//! What keeps a command from its work: exit code 2.

use std::fmt;
use std::io;
use std::path::Path;

/// A sentence for people, naming the file or argument at fault.
#[derive(Debug)]
pub(crate) struct Fault(String);

impl Fault {
    pub(crate) fn new(sentence: impl Into<String>) -> Fault {
        Fault(sentence.into())
    }

    /// What the system says of a file. Its number is left out: it helps nobody.
    pub(crate) fn io(doing: &str, path: &Path, error: &io::Error) -> Fault {
        let text = error.to_string();
        let text = text.split(" (os error").next().unwrap_or(&text);
        Fault(format!("cannot {doing} `{}`: {text}", path.display()))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
