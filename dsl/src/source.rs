//! Where a piece of text stands.

/// A file that was given to the checker, as an index into [`Sources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// A range of bytes in one file, `lo` inclusive, `hi` exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// The first byte.
    pub lo: u32,
    /// One past the last byte.
    pub hi: u32,
}

impl Span {
    /// From the start of `self` to the end of `other`.
    #[must_use]
    pub fn to(self, other: Span) -> Span {
        Span { file: self.file, lo: self.lo, hi: other.hi }
    }

    /// Whether all of `other` is in `self`.
    #[must_use]
    pub fn contains(self, other: Span) -> bool {
        self.file == other.file && self.lo <= other.lo && other.hi <= self.hi
    }
}

/// A value and where it was written.
#[derive(Clone, Debug, PartialEq)]
pub struct Spanned<T> {
    /// What was written.
    pub value: T,
    /// Where.
    pub span: Span,
}

/// A name as it was written (`r#` taken off).
pub type Name = Spanned<String>;

/// The text of one file.
#[derive(Clone, Debug)]
pub struct Source {
    /// As the user named it; `<topology!>` for the macro.
    pub path: String,
    /// Its text.
    pub text: String,
    /// The byte at which each line starts.
    lines: Vec<u32>,
}

impl Source {
    /// A file of this name and text.
    #[must_use]
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Source {
        let text = text.into();
        let starts = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at as u32 + 1);
        let lines = std::iter::once(0).chain(starts).collect();
        Source { path: path.into(), text, lines }
    }

    /// Line and column of a byte, both from 1; columns count characters.
    #[must_use]
    pub fn line_column(&self, byte: u32) -> (u32, u32) {
        let line = self.lines.partition_point(|start| *start <= byte).saturating_sub(1);
        let start = self.lines[line] as usize;
        let upto = self.text.get(start..byte as usize).unwrap_or_default();
        (line as u32 + 1, upto.chars().count() as u32 + 1)
    }

    /// The bytes of a line (from 1), without its end; empty at the end of the text for a line that is not there.
    #[must_use]
    pub fn line_range(&self, line: u32) -> std::ops::Range<usize> {
        let bound = |at: u32| self.lines.get(at as usize).map_or(self.text.len(), |start| *start as usize);
        let start = bound(line.saturating_sub(1));
        let whole = self.text.get(start..bound(line)).unwrap_or_default();
        start..start + whole.trim_end_matches(['\n', '\r']).len()
    }
}

/// All files of one check, by [`FileId`].
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<Source>,
}

impl Sources {
    /// Adds a file.
    pub fn add(&mut self, source: Source) -> FileId {
        self.files.push(source);
        FileId(self.files.len() as u32 - 1)
    }

    /// The file behind an id that [`Sources::add`] returned.
    #[must_use]
    pub fn get(&self, file: FileId) -> &Source {
        &self.files[file.0 as usize]
    }
}
