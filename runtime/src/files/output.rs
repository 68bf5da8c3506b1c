//! What a sink writes.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::time::Duration;

use streamwright_connectors::{Connector, Way};

use super::{Identity, cannot_write};
use crate::own::{OwnTarget, TakesRows};
use crate::{signals, system};

/// An open file, named pipe, device, or whatever a connector opens.
#[derive(Debug)]
pub struct Output {
    name: String,
    to: To,
    pub(super) by_path: bool,
}

/// Who takes the bytes.
enum To {
    File(File),
    /// The run was stopped before anybody opened a named pipe for reading.
    Nobody,
    /// Own Rust, which takes a row at a time.
    Own(Box<dyn TakesRows>),
}

impl fmt::Debug for To {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            To::File(file) => file.fmt(f),
            To::Nobody => f.write_str("nobody"),
            To::Own(_) => f.write_str("own Rust"),
        }
    }
}

/// How often a named pipe is tried that nobody reads. The system does not tell when somebody comes.
const READER_SOUGHT: Duration = Duration::from_millis(20);

impl Output {
    /// Opens a connector by its operand, which is empty where it has none. Nothing where rows are only counted.
    ///
    /// # Errors
    /// A sentence for people.
    pub fn connect(connector: &Connector, operand: &str) -> Result<Option<Output>, String> {
        let Some(way) = connector.write else {
            return Err(format!("`{}` cannot be written", connector.name));
        };
        match way(operand) {
            None => Ok(None),
            Some(Way::Path(path)) => Output::open(&path).map(Some),
            Some(Way::Open { name, descriptor }) => {
                let file = descriptor.map(File::from).map_err(|error| cannot_write(&name, &error))?;
                Ok(Some(Output { name, to: To::File(file), by_path: false }))
            }
        }
    }

    /// Opens a path; a file is not emptied yet. Waits until somebody reads a named pipe, or a signal comes.
    ///
    /// # Errors
    /// A sentence for people.
    fn open(path: &str) -> Result<Output, String> {
        let file = open(path).map_err(|error| cannot_write(path, &error))?;
        let to = file.map_or(To::Nobody, To::File);
        Ok(Output { name: path.to_owned(), to, by_path: true })
    }

    /// A sink in Rust.
    ///
    /// # Errors
    /// Why it cannot be opened.
    pub(crate) fn own(target: &OwnTarget) -> Result<Output, String> {
        let (name, opened) = target.take();
        Ok(Output { name: format!("the sink `{name}`"), to: To::Own(opened?), by_path: false })
    }

    /// What messages call it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Empties a file that was opened by its path, and writes what stands before the first row.
    ///
    /// # Errors
    /// A sentence for people.
    pub fn begin(&mut self, header: &[u8]) -> Result<(), String> {
        let To::File(file) = &self.to else { return Ok(()) };
        let emptied = match file.metadata() {
            Ok(about) if about.is_file() && self.by_path => file.set_len(0),
            _ => Ok(()),
        };
        emptied.and_then(|()| self.write_all(header)).map_err(|error| self.cannot(&error))
    }

    /// A sentence for people about a fault of writing.
    #[must_use]
    pub fn cannot(&self, error: &io::Error) -> String {
        cannot_write(&self.name, error)
    }

    pub(super) fn identity(&self) -> Option<Identity> {
        match &self.to {
            To::File(file) => Identity::of(file),
            To::Nobody | To::Own(_) => None,
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.to {
            To::File(file) => file.write(bytes),
            To::Own(own) => own.take(bytes),
            To::Nobody => Err(io::Error::other("nobody has opened the pipe for reading")),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.to {
            To::Own(own) => own.flush(),
            To::File(_) | To::Nobody => Ok(()),
        }
    }
}

fn open(path: &str) -> io::Result<Option<File>> {
    let is_pipe = || std::fs::metadata(path).is_ok_and(|about| about.file_type().is_fifo());
    loop {
        let mut options = OpenOptions::new();
        // Not truncated: it may be what a spout reads.
        options.write(true).create(true).truncate(false).custom_flags(system::NONBLOCK);
        match options.open(path) {
            Ok(file) => {
                system::set_blocking(file.as_fd())?;
                return Ok(Some(file));
            }
            Err(error) if error.raw_os_error() == Some(system::NO_READER) && is_pipe() => {
                if system::wait(signals::heard(), None, Some(READER_SOUGHT))?[0] {
                    return Ok(None);
                }
            }
            Err(error) => return Err(error),
        }
    }
}
