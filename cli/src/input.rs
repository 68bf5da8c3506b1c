//! Reading a topology's text.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use streamwright_dsl::source::Source;

use crate::fault::Fault;

/// No topology is larger; what is larger was not meant to be read as one.
const LARGEST: u64 = 16 * 1024 * 1024;

/// The file of this name; `-` is standard input.
///
/// # Errors
/// A file that is missing, unreadable, a folder, too large, or not text.
pub(crate) fn read(name: &str) -> Result<Source, Fault> {
    let (shown, bytes) = if name == "-" {
        let path = Path::new("<stdin>");
        (path, limited(io::stdin().lock()).map_err(|error| Fault::io("read", path, &error))?)
    } else {
        let path = Path::new(name);
        (path, file(path)?)
    };
    if bytes.len() as u64 > LARGEST {
        return Err(Fault::new(format!("`{}` is larger than 16 MiB, and no topology is", shown.display())));
    }
    let text =
        text(bytes).map_err(|why| Fault::new(format!("`{}` is not a topology: {why}", shown.display())))?;
    Ok(Source::new(shown.to_string_lossy(), text))
}

fn file(path: &Path) -> Result<Vec<u8>, Fault> {
    let fault = |error: io::Error| Fault::io("read", path, &error);
    let file = File::open(path).map_err(fault)?;
    if file.metadata().map_err(fault)?.is_dir() {
        return Err(Fault::new(format!("cannot read `{}`: it is a folder", path.display())));
    }
    limited(file).map_err(fault)
}

fn limited(from: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(LARGEST + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn text(bytes: Vec<u8>) -> Result<String, String> {
    if let Some(at) = bytes.iter().position(|byte| *byte == 0) {
        return Err(format!("byte {} is NUL, so it is no text file", at + 1));
    }
    String::from_utf8(bytes).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        let line = error.as_bytes()[..good].iter().filter(|byte| **byte == b'\n').count() + 1;
        format!("line {line} is not UTF-8 (byte {} of the file)", good + 1)
    })
}
