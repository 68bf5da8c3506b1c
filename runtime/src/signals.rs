//! SIGINT and SIGTERM: the first ends the input, the second the program.

use std::io::{self, PipeReader};
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

static STOP: OnceLock<Stop> = OnceLock::new();

struct Stop {
    requested: Arc<AtomicBool>,
    /// Has something to read from the first signal on, and nobody reads it: so all that wait for input wake up.
    heard: PipeReader,
}

/// From now on the first signal is remembered, and the second leaves the program at once with 130.
///
/// # Errors
/// The system has no descriptors left.
pub fn listen() -> io::Result<()> {
    if STOP.get().is_some() {
        return Ok(());
    }
    let (heard, told) = io::pipe()?;
    let stop = STOP.get_or_init(|| Stop { requested: Arc::default(), heard });
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
        // In this order: the first action must not see what the second did at the same signal.
        signal_hook::flag::register_conditional_shutdown(signal, 130, Arc::clone(&stop.requested))?;
        signal_hook::flag::register(signal, Arc::clone(&stop.requested))?;
        signal_hook::low_level::pipe::register(signal, told.try_clone()?)?;
    }
    Ok(())
}

/// Whether a signal has come.
#[must_use]
pub fn stop_requested() -> bool {
    STOP.get().is_some_and(|stop| stop.requested.load(Ordering::Relaxed))
}

/// What can be read from the first signal on, where anybody listens.
pub(crate) fn heard() -> Option<BorrowedFd<'static>> {
    STOP.get().map(|stop| stop.heard.as_fd())
}
