//! Wakes threads that have nothing to do.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use crate::ledger::lock;

/// So often somebody looks whether the bell rings before he sleeps: a few microseconds, which is what a neighbour's part
/// often takes.
const SPINS: u32 = 200;

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

    /// There may be work for everybody. Cheap while nobody sleeps.
    pub(crate) fn ring(&self) {
        if self.is_needed() {
            self.wake.notify_all();
        }
    }

    /// There is work that anybody can do: one of those who sleep is woken.
    pub(crate) fn ring_one(&self) {
        if self.is_needed() {
            self.wake.notify_one();
        }
    }

    /// Counts a ring. Whether somebody sleeps; whoever is about to has seen the count, or waits already.
    fn is_needed(&self) -> bool {
        self.rings.fetch_add(1, Ordering::SeqCst);
        let sleeps = self.sleepers.load(Ordering::SeqCst) > 0;
        if sleeps {
            drop(lock(&self.mutex));
        }
        sleeps
    }

    /// Waits until the bell has been rung after `seen`, or the time is over.
    pub(crate) fn wait(&self, seen: u64, longest: Duration) {
        for _ in 0..SPINS {
            if self.rings() != seen {
                return;
            }
            std::hint::spin_loop();
        }
        let guard = lock(&self.mutex);
        self.sleepers.fetch_add(1, Ordering::SeqCst);
        if self.rings() == seen {
            drop(self.wake.wait_timeout(guard, longest).unwrap_or_else(PoisonError::into_inner));
        }
        self.sleepers.fetch_sub(1, Ordering::SeqCst);
    }
}
