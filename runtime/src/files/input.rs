//! What a spout reads.

use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::os::fd::AsFd;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::time::Duration;

use streamwright_connectors::{Connector, Way};

use super::{Identity, cannot_read, folder};
use crate::{signals, system};

/// An open file, named pipe, device, or whatever a connector opens. Reading waits for what comes or for a signal, whichever is
/// first: so whatever is read is handed on, and what is not read stays where it is.
#[derive(Debug)]
pub struct Input {
    name: String,
    file: File,
    /// The length of a file that keeps what it has.
    length: Option<u64>,
    read: u64,
}

/// What a read gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece {
    /// So many bytes, at least one.
    Bytes(usize),
    /// The end.
    End,
    /// A signal came before anything else did.
    Stopped,
}

impl Input {
    /// Opens a connector by its operand, which is empty where it has none.
    ///
    /// # Errors
    /// A sentence for people.
    pub fn connect(connector: &Connector, operand: &str) -> Result<Input, String> {
        let Some(way) = connector.read else { return Err(format!("`{}` cannot be read", connector.name)) };
        match way(operand) {
            Way::Path(path) => Input::open(&path),
            Way::Open { name, descriptor } => {
                let input = descriptor.and_then(|descriptor| Input::new(&name, File::from(descriptor)));
                input.map_err(|error| cannot_read(&name, &error))
            }
        }
    }

    /// Opens a path. Never waits for somebody to open the other end of a named pipe.
    ///
    /// # Errors
    /// A sentence for people.
    pub(crate) fn open(path: &str) -> Result<Input, String> {
        let cannot = |error: io::Error| cannot_read(path, &error);
        let file = OpenOptions::new().read(true).custom_flags(system::NONBLOCK).open(path).map_err(cannot)?;
        let input = Input::new(path, file).map_err(cannot)?;
        if input.file.metadata().map_err(cannot)?.is_dir() { Err(cannot(folder())) } else { Ok(input) }
    }

    fn new(name: &str, file: File) -> io::Result<Input> {
        let about = file.metadata()?;
        let length = about.is_file().then_some(about.len());
        Ok(Input { name: name.to_owned(), file, length, read: 0 })
    }

    /// What messages call it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A sentence for people about a fault of reading.
    #[must_use]
    pub fn cannot(&self, error: &io::Error) -> String {
        cannot_read(&self.name, error)
    }

    /// Whether it is a file, which still has what was read of it.
    #[must_use]
    pub fn is_kept(&self) -> bool {
        self.length.is_some()
    }

    /// Whether it can be read at any place, up to where it ended when it was opened. A file that seems empty may be
    /// one of the system's, which have no length.
    pub(crate) fn has_length(&self) -> bool {
        self.length() > 0
    }

    /// The length that a file had when it was opened.
    pub(crate) fn length(&self) -> u64 {
        self.length.unwrap_or(0)
    }

    /// Reads from a place until the buffer is full. Shorter at the end only.
    ///
    /// # Errors
    /// As [`Input::read`].
    pub(crate) fn read_at(&self, buffer: &mut [u8], at: u64) -> io::Result<usize> {
        let mut filled = 0;
        while filled < buffer.len() {
            match self.file.read_at(&mut buffer[filled..], at + filled as u64) {
                Ok(0) => {
                    self.check_whole(at + filled as u64)?;
                    break;
                }
                Ok(read) => filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(filled)
    }

    /// Whether a file that ends at `end` was cut since it was opened. Files of the system may be shorter than they say,
    /// and go on saying so.
    fn check_whole(&self, end: u64) -> io::Result<()> {
        let length = self.length();
        if end < length && self.file.metadata()?.len() < length {
            return Err(io::Error::other("it became shorter while it was read"));
        }
        Ok(())
    }

    pub(super) fn identity(&self) -> Option<Identity> {
        Identity::of(&self.file)
    }

    /// Waits until something can be read, the end has come or a signal, or the time is over. Whether it was not the time.
    ///
    /// # Errors
    /// What the system says.
    pub fn wait(&self, longest: Duration) -> io::Result<bool> {
        Ok(system::wait(signals::heard(), Some(self.file.as_fd()), Some(longest))?.contains(&true))
    }

    /// Reads what is there, and waits where nothing is.
    ///
    /// # Errors
    /// What the system says; or the file was cut while it was read.
    pub fn read(&mut self, buffer: &mut [u8]) -> io::Result<Piece> {
        loop {
            if system::wait(signals::heard(), Some(self.file.as_fd()), None)?[0] {
                return Ok(Piece::Stopped);
            }
            match self.file.read(buffer) {
                Ok(0) => {
                    self.check_whole(self.read)?;
                    return Ok(Piece::End);
                }
                Ok(read) => {
                    self.read += read as u64;
                    return Ok(Piece::Bytes(read));
                }
                // Somebody else has taken what there was.
                Err(error)
                    if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted) => {}
                Err(error) => return Err(error),
            }
        }
    }
}
