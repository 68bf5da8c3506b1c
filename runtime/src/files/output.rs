//! What a sink writes.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::time::Duration;

use super::{Identity, cannot_write};
use crate::{signals, system};

/// An open file, named pipe, device, or standard output.
#[derive(Debug)]
pub struct Output {
    name: String,
    /// None where the run was stopped before anybody opened a named pipe for reading.
    file: Option<File>,
    stdout: bool,
}

/// How often a named pipe is tried that nobody reads. The system does not tell when somebody comes.
const READER_SOUGHT: Duration = Duration::from_millis(20);

impl Output {
    /// Opens a path; a file is not emptied yet. Waits until somebody reads a named pipe, or a signal comes.
    ///
    /// # Errors
    /// A sentence for people.
    pub fn open(path: &str) -> Result<Output, String> {
        let file = open(path).map_err(|error| cannot_write(path, &error))?;
        Ok(Output { name: path.to_owned(), file, stdout: false })
    }

    /// Standard output.
    ///
    /// # Errors
    /// A sentence for people.
    pub fn stdout() -> Result<Output, String> {
        let name = "standard output";
        let file = io::stdout().as_fd().try_clone_to_owned().map(File::from);
        let file = file.map_err(|error| cannot_write(name, &error))?;
        Ok(Output { name: name.to_owned(), file: Some(file), stdout: true })
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
        let Some(file) = &self.file else { return Ok(()) };
        let emptied = match file.metadata() {
            Ok(about) if about.is_file() && !self.stdout => file.set_len(0),
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
        self.file.as_ref().and_then(Identity::of)
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.file {
            Some(file) => file.write(bytes),
            None => Err(io::Error::other("nobody has opened the pipe for reading")),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
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
