//! Writing files so that nobody ever sees half of one.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::Path;

use tempfile::NamedTempFile;

use crate::fault::Fault;

/// Writes a file if its bytes changed: an untouched one does not make cargo build again.
pub(super) fn write_changed(path: &Path, bytes: &[u8]) -> Result<(), Fault> {
    if fs::read(path).is_ok_and(|have| have == bytes) {
        return Ok(());
    }
    let parent = path.parent().unwrap_or(Path::new("."));
    let written = fs::create_dir_all(parent).and_then(|()| {
        let mut file = NamedTempFile::new_in(parent)?;
        file.write_all(bytes)?;
        file.persist(path).map_err(|error| error.error)
    });
    written.map(drop).map_err(|error| Fault::io("write", path, &error))
}

/// Copies a program to where the user wants it, in one step: one that is running there goes on undisturbed.
///
/// # Errors
/// The folder does not exist or cannot be written, the disk is full, or something stands there that is no program.
pub(crate) fn replace(from: &Path, to: &Path) -> Result<(), Fault> {
    copy(from, to).map_err(|error| Fault::io("write", to, &error))
}

/// Whether a file may be replaced by a program: it is one, or is empty. A slip of the finger must not cost a data file.
fn is_program(path: &Path) -> io::Result<bool> {
    let mut magic = Vec::new();
    File::open(path)?.take(4).read_to_end(&mut magic)?;
    // ELF; Mach-O, for one kind of machine or several.
    let known: [&[u8]; 4] = [b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"\xca\xfe\xba\xbf"];
    Ok(magic.is_empty() || known.contains(&magic.as_slice()))
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    if to.is_dir() {
        return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder"));
    }
    if to.is_file() && !is_program(to)? {
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, "it is there, and is no program"));
    }
    let parent = to.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let file = NamedTempFile::new_in(parent)?;
    fs::copy(from, file.path())?;
    file.persist(to).map(drop).map_err(|error| error.error)
}
