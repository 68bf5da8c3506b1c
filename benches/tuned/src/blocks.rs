//! Lines, borrowed from large blocks of a file.

use std::fs::File;
use std::io::{self, Read};

use crate::cursor::Cursor;

/// How much is read at a time.
const BLOCK: usize = 256 << 10;

/// The lines of a file, by turns of looking at what comes next and of taking as much of it as was used.
pub struct Blocks {
    file: File,
    buffer: Vec<u8>,
    /// What is not taken yet, up to the last end of a line.
    next: usize,
    lines_end: usize,
    /// The end of what was read: behind `lines_end` a line has begun.
    end: usize,
}

impl Blocks {
    /// Opens a file.
    ///
    /// # Errors
    /// Fails as opening a file does.
    pub fn open(path: &str) -> io::Result<Self> {
        Ok(Self { file: File::open(path)?, buffer: vec![0; BLOCK], next: 0, lines_end: 0, end: 0 })
    }

    /// Whole lines that are not taken yet; nothing at the end of the file.
    ///
    /// # Errors
    /// Fails as reading a file does.
    pub fn rest(&mut self) -> io::Result<&[u8]> {
        if self.next == self.lines_end {
            self.fill()?;
        }
        Ok(&self.buffer[self.next..self.lines_end])
    }

    /// Takes so many bytes of what `rest` gave.
    pub fn take(&mut self, bytes: usize) {
        self.next += bytes;
    }

    fn fill(&mut self) -> io::Result<()> {
        self.buffer.copy_within(self.lines_end..self.end, 0);
        self.end -= self.lines_end;
        (self.next, self.lines_end) = (0, 0);
        loop {
            if self.buffer.len() - self.end < BLOCK / 2 {
                self.buffer.resize(self.buffer.len() * 2, 0);
            }
            let read = self.file.read(&mut self.buffer[self.end..])?;
            if read == 0 && self.end > 0 {
                self.buffer[self.end] = b'\n';
                self.end += 1;
                self.lines_end = self.end;
            }
            if let Some(place) = memchr::memrchr(b'\n', &self.buffer[self.end..self.end + read]) {
                self.lines_end = self.end + place + 1;
            }
            self.end += read;
            if read == 0 || self.lines_end > 0 {
                return Ok(());
            }
        }
    }
}

/// Hands on what is left of a block at each line's start; `each` says how many bytes it has taken, whole lines.
///
/// # Errors
/// Fails as reading a file does, and as `each` does.
#[inline(always)]
pub fn for_each(path: &str, mut each: impl FnMut(&[u8]) -> io::Result<usize>) -> io::Result<()> {
    let mut blocks = Blocks::open(path)?;
    loop {
        let rest = blocks.rest()?;
        if rest.is_empty() {
            return Ok(());
        }
        let mut taken = 0;
        while taken < rest.len() {
            taken += each(&rest[taken..])?;
        }
        blocks.take(taken);
    }
}

/// Hands on the records of a file, and counts the lines that are none. Each is read as it is guessed to be or else, from its line, by name.
///
/// # Errors
/// Fails as reading a file does, and as `each` does.
#[inline(always)]
pub fn for_each_record<T>(
    path: &str,
    mut guess: impl FnMut(&mut Cursor<'_>) -> Option<T>,
    by_name: impl Fn(&[u8]) -> Option<T>,
    mut each: impl FnMut(T) -> io::Result<()>,
) -> io::Result<u64> {
    let mut malformed = 0;
    for_each(path, |lines| {
        let mut cursor = Cursor { rest: lines };
        if let Some(record) = guess(&mut cursor) {
            each(record)?;
            return Ok(lines.len() - cursor.rest.len());
        }
        let line = first_line(lines);
        match by_name(line) {
            Some(record) => each(record)?,
            None => malformed += u64::from(!line.trim_ascii().is_empty()),
        }
        Ok(line.len() + 1)
    })?;
    Ok(malformed)
}

/// The first line of these, without its end.
#[must_use]
pub fn first_line(lines: &[u8]) -> &[u8] {
    &lines[..memchr::memchr(b'\n', lines).unwrap_or(lines.len())]
}
