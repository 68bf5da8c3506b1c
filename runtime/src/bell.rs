//! Wakes threads that have nothing to do.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use crate::ledger::lock;

/// An event count: who finds nothing to do waits for the next ring since it began to look.
#[derive(Debug, Default)]
pub(crate) struct Bell {
    rings: AtomicU64,
    sleepers: AtomicUsize,
    mutex: Mutex<()>,
    wake: Condvar,
}

impl Bell {
    /// To be read before looking for work.
    pub(crate) fn rings(&self) -> u64 {
        self.rings.load(Ordering::SeqCst)
    }

    /// There may be work. Cheap while nobody sleeps.
    pub(crate) fn ring(&self) {
        self.rings.fetch_add(1, Ordering::SeqCst);
        if self.sleepers.load(Ordering::SeqCst) > 0 {
            drop(lock(&self.mutex));
            self.wake.notify_all();
        }
    }

    /// Sleeps until the bell has been rung after `seen`, or the time is over.
    pub(crate) fn wait(&self, seen: u64, longest: Duration) {
        let guard = lock(&self.mutex);
        self.sleepers.fetch_add(1, Ordering::SeqCst);
        if self.rings() == seen {
            drop(self.wake.wait_timeout(guard, longest).unwrap_or_else(PoisonError::into_inner));
        }
        self.sleepers.fetch_sub(1, Ordering::SeqCst);
    }
}
