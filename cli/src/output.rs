//! What the command prints: results on standard output, findings and progress on standard error.

use std::io::{self, ErrorKind, IsTerminal, Write};
use std::path::Path;

use streamwright_dsl::diagnostic::Colour;

use crate::fault::Fault;

/// Prints a result. A reader that has gone away (`topo graph | head`) is no fault: it has all that it wanted.
///
/// # Errors
/// Standard output cannot be written, a full disk for instance.
pub(crate) fn print(text: &str) -> Result<(), Fault> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Fault::io("write", Path::new("<stdout>"), &error))
        }
        _ => Ok(()),
    }
}

/// Says something beside the result. Where standard error is closed there is nobody to tell.
pub(crate) fn say(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Says why the command cannot go on.
pub(crate) fn error(sentence: &str) {
    let (on, off) = match colour(&io::stderr()) {
        Colour::Always => ("\x1b[1;31m", "\x1b[0m"),
        Colour::Never => ("", ""),
    };
    say(&format!("{on}error{off}: {sentence}\n"));
}

/// Whether to colour what goes to a stream: a terminal, unless `NO_COLOR` is set to anything or `TERM` is `dumb`.
pub(crate) fn colour(stream: &impl IsTerminal) -> Colour {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    if stream.is_terminal() && !set("NO_COLOR") && !dumb { Colour::Always } else { Colour::Never }
}
