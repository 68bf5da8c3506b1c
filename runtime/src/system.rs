//! The system calls that std lacks. All unsafe code of the runtime stands here.
#![allow(unsafe_code, reason = "std has neither `poll` nor `fcntl`; each call has its proof")]

use std::ffi::c_int;
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd};
use std::time::Duration;

/// For opening: a named pipe is then opened whether or not somebody holds its other end.
pub(crate) const NONBLOCK: c_int = libc::O_NONBLOCK;

/// A named pipe is opened for writing that nobody reads.
pub(crate) const NO_READER: c_int = libc::ENXIO;

/// Waits until one of the two can be read without blocking, or has ended, or the time is over. Gives which.
///
/// # Errors
/// What the system says.
pub(crate) fn wait(
    first: Option<BorrowedFd<'_>>,
    second: Option<BorrowedFd<'_>>,
    longest: Option<Duration>,
) -> io::Result<[bool; 2]> {
    // A negative descriptor is one to pass over.
    let entry = |fd: Option<BorrowedFd<'_>>| libc::pollfd {
        fd: fd.map_or(-1, |fd| fd.as_raw_fd()),
        events: libc::POLLIN,
        revents: 0,
    };
    let mut entries = [entry(first), entry(second)];
    let longest_ms = longest.map_or(-1, |longest| c_int::try_from(longest.as_millis()).unwrap_or(c_int::MAX));
    loop {
        // SAFETY: the pointer and the length are those of one array that lives and is not otherwise used during the
        // call. The descriptors are borrowed, so they are open; `poll` would only say so if they were not.
        let ready = unsafe { libc::poll(entries.as_mut_ptr(), entries.len() as libc::nfds_t, longest_ms) };
        if ready >= 0 {
            return Ok(entries.map(|entry| entry.revents != 0));
        }
        let error = io::Error::last_os_error();
        if error.kind() != io::ErrorKind::Interrupted {
            return Err(error);
        }
    }
}

/// From now on writes wait until there is room.
///
/// # Errors
/// What the system says.
pub(crate) fn set_blocking(file: BorrowedFd<'_>) -> io::Result<()> {
    // SAFETY: neither call touches memory of ours; the descriptor is borrowed, so it is open.
    let done = unsafe {
        let flags = libc::fcntl(file.as_raw_fd(), libc::F_GETFL);
        flags >= 0 && libc::fcntl(file.as_raw_fd(), libc::F_SETFL, flags & !libc::O_NONBLOCK) >= 0
    };
    if done { Ok(()) } else { Err(io::Error::last_os_error()) }
}
