//! Dead letters that no sink reads: the first of them go to standard error, a line each.

use crate::letter::LetterRow;
use crate::stderr::tell;

/// So many are shown; the rest are counted.
const SHOWN: u64 = 10;

/// Shows letters, and knows how many it has not shown.
#[derive(Debug, Default)]
pub struct Unread {
    letters: u64,
}

impl Unread {
    /// A letter that no sink reads.
    pub fn tell(&mut self, letter: &LetterRow<'_>) {
        self.letters += 1;
        if self.letters <= SHOWN {
            tell(&format!("dead letter: {letter}\n"));
        }
    }

    /// The end of the run: says how many were not shown.
    pub fn finish(&self) {
        if self.letters > SHOWN {
            let more = self.letters - SHOWN;
            tell(&format!(
                "dead letters not shown: {more} more; a sink that is `from dead_letters` gets all\n"
            ));
        }
    }
}
