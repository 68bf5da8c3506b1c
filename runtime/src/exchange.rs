//! The exchange: a reserved place for each part that can be in flight.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::ledger::lock;
use crate::part::Part;

/// A part that kept more memory than this is given back.
const KEEP_BYTES: usize = 256 << 10;

/// The places of all exchanges: one for each (exchange, sender, receiver, slot of the ledger).
///
/// A send swaps the filled part against the empty one in its place, and a receiver swaps it back, so that memory goes
/// round and nothing is allocated once a run has warmed up. The ledger sees to it that no place is used twice at a time;
/// the locks are never contended.
#[derive(Debug)]
pub(crate) struct Exchange {
    workers: usize,
    width: usize,
    places: Vec<Place>,
}

#[derive(Debug, Default)]
struct Place {
    full: AtomicBool,
    part: Mutex<Part>,
}

impl Exchange {
    /// Places for so many exchanges, none alone.
    pub(crate) fn new(exchanges: usize, workers: usize, width: usize) -> Exchange {
        let places = if workers > 1 { exchanges * workers * workers * width } else { 0 };
        Exchange { workers, width, places: (0..places).map(|_| Place::default()).collect() }
    }

    fn place(&self, exchange: usize, sender: usize, receiver: usize, root: u64) -> &Place {
        let pair = (exchange * self.workers + sender) * self.workers + receiver;
        &self.places[pair * self.width + (root % self.width as u64) as usize]
    }

    /// Puts a part into its place, and leaves an empty one instead.
    pub(crate) fn send(&self, exchange: usize, sender: usize, receiver: usize, root: u64, part: &mut Part) {
        let place = self.place(exchange, sender, receiver, root);
        std::mem::swap(&mut *lock(&place.part), part);
        place.full.store(true, Ordering::Release);
    }

    /// Takes a part out of its place into `part`, which must be empty. False where none was sent.
    pub(crate) fn receive(
        &self,
        exchange: usize,
        sender: usize,
        receiver: usize,
        root: u64,
        part: &mut Part,
    ) -> bool {
        let place = self.place(exchange, sender, receiver, root);
        if !place.full.load(Ordering::Acquire) {
            return false;
        }
        place.full.store(false, Ordering::Relaxed);
        std::mem::swap(&mut *lock(&place.part), part);
        true
    }
}

/// Empties a part that has been read.
pub(crate) fn recycle(part: &mut Part) {
    if part.capacity() > KEEP_BYTES {
        *part = Part::default();
    } else {
        part.clear();
    }
}
