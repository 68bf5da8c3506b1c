//! Standard error. It may be full or gone, and nothing depends on it: `eprintln!` would panic there.

use std::io::Write;

/// Writes text, or does without.
pub(crate) fn tell(text: &str) {
    let _ = std::io::stderr().write_all(text.as_bytes());
}
