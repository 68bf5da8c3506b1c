//! The one canonical text of a file (`topo fmt`). It works on the file's own tokens, comments among them, so that nothing
//! that was written can be lost: literals keep their spelling, comments their place.
//!
//! - Declarations begin a line; blank lines stand between them as written, never two in a row.
//! - Clauses and fields stand one a line, four spaces in; a record's last field has a comma behind it. A block that was
//!   written on one line stays on one line where it fits, with two spaces between clauses.
//! - A line is at most 100 columns wide where there is a place to break it: a list behind its commas, then a condition
//!   before `&&` and `||`, then brackets. What has no such place stays long.
//! - A comment behind something stays behind it; one on lines of its own stays there. A comment within an expression
//!   ends its line.

mod marks;
mod print;
mod tokens;

use crate::diagnostic::Diagnostics;
use crate::source::FileId;

/// The canonical text of a file. It parses to the same AST, and formatting it again changes nothing.
///
/// # Errors
/// What the parser found: a file with mistakes is left alone.
pub fn format(file: FileId, text: &str) -> Result<String, Diagnostics> {
    let (ast, found) = crate::parse(file, text);
    if found.has_errors() {
        return Err(found);
    }
    let tokens = tokens::tokens(text);
    let marks = marks::marks(&ast, &tokens);
    Ok(print::print(&tokens, &marks))
}

#[cfg(test)]
mod tests;
