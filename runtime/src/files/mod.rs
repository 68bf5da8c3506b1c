//! The files, pipes and devices that a run reads and writes, as compiled and interpreted runs open them.

mod block;
mod input;
mod output;
mod table;

pub(crate) use block::{APART, Block};
pub use input::{Input, Piece};
pub use output::Output;
pub use table::TableFile;

use std::fs::File;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::{fmt, io};

/// A file by what the system calls it, however its path is spelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Identity {
    device: u64,
    inode: u64,
}

impl Identity {
    /// None for what may be shared: terminals and other devices, sockets.
    fn of(file: &File) -> Option<Identity> {
        let about = file.metadata().ok()?;
        let owned = about.is_file() || about.file_type().is_fifo();
        owned.then(|| Identity { device: about.dev(), inode: about.ino() })
    }
}

/// Finds two sinks that would write one file, and a sink that would write what a spout reads: what the checker could not
/// see, because one file has many paths. To be asked before [`Output::begin`] empties anything.
///
/// # Errors
/// A sentence for people.
pub fn check_apart(inputs: &[&Input], outputs: &[&Output]) -> Result<(), String> {
    for (at, output) in outputs.iter().enumerate() {
        if output.identity().is_none() {
            continue;
        }
        if let Some(input) = inputs.iter().find(|input| input.identity() == output.identity()) {
            return Err(format!("cannot write {}: it is read, too, as {}", output.name(), input.name()));
        }
        // What was open before the run may be shared: standard output, by programs written against the runtime.
        let twice = outputs[..at]
            .iter()
            .find(|other| other.identity() == output.identity() && (other.by_path || output.by_path));
        if let Some(other) = twice {
            let (name, other) = (output.name(), other.name());
            return Err(format!("cannot write {name}: another sink writes the same file, as {other}"));
        }
    }
    Ok(())
}

fn cannot_read(name: &str, why: &dyn fmt::Display) -> String {
    format!("cannot read {}: {why}", visible(name))
}

fn cannot_write(name: &str, why: &dyn fmt::Display) -> String {
    format!("cannot write {}: {why}", visible(name))
}

/// An empty path shows as one.
fn visible(name: &str) -> &str {
    if name.is_empty() { "\"\"" } else { name }
}

/// What a path leads to is a folder.
fn folder() -> io::Error {
    io::Error::other("it is a folder")
}
