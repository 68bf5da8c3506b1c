//! Files that hold tables: read whole, and again when they change.

use std::os::unix::fs::MetadataExt;
use std::time::SystemTime;
use std::{fs, io};

use streamwright_values::Timestamp;

use super::cannot_read;

/// How often a file is looked at, by the clock's reading, in nanoseconds.
const PAUSE_NS: i64 = 1_000_000_000;

/// The file of one table.
#[derive(Debug)]
pub struct TableFile {
    path: String,
    looked: Option<Timestamp>,
    seen: Option<Seen>,
}

/// What tells one content of a file from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Seen {
    inode: u64,
    size: u64,
    modified: Option<SystemTime>,
}

impl TableFile {
    /// A file that was not looked at yet.
    #[must_use]
    pub fn new(path: &str) -> TableFile {
        TableFile { path: path.to_owned(), looked: None, seen: None }
    }

    /// Whether it has changed since it was last read. It is looked at once a second at most, by the clock's reading; one
    /// that is not there just now has not changed.
    pub fn has_changed(&mut self, now: Timestamp) -> bool {
        let waits = self.looked.is_some_and(|last| (0..PAUSE_NS).contains(&now.0.saturating_sub(last.0)));
        if waits {
            return false;
        }
        self.looked = Some(now);
        let seen = self.look();
        seen.is_some() && seen != self.seen
    }

    /// Reads all of it.
    ///
    /// # Errors
    /// A sentence for people.
    pub fn read(&mut self) -> Result<Vec<u8>, String> {
        // Before it is read: what is written meanwhile makes it a changed one.
        self.seen = self.look();
        fs::read(&self.path).map_err(|error: io::Error| cannot_read(&self.path, &error))
    }

    fn look(&self) -> Option<Seen> {
        let about = fs::metadata(&self.path).ok()?;
        Some(Seen { inode: about.ino(), size: about.size(), modified: about.modified().ok() })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail by a panic")]
mod tests {
    use super::*;

    #[test]
    fn a_changed_file_is_told_once_a_second_at_most() {
        let folder = std::env::temp_dir().join(format!("streamwright-table-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("users.csv");
        fs::write(&path, "one").unwrap();
        let mut file = TableFile::new(path.to_str().unwrap());
        assert_eq!(file.read().unwrap(), b"one");
        assert!(!file.has_changed(Timestamp(0)));
        fs::write(&path, "another").unwrap();
        assert!(!file.has_changed(Timestamp(PAUSE_NS - 1)));
        assert!(file.has_changed(Timestamp(PAUSE_NS)));
        assert_eq!(file.read().unwrap(), b"another");
        assert!(!file.has_changed(Timestamp(2 * PAUSE_NS)));
        fs::remove_dir_all(&folder).unwrap();
        assert!(!file.has_changed(Timestamp(3 * PAUSE_NS)));
        assert!(file.read().unwrap_err().starts_with("cannot read"));
    }
}
