//! The exchange: a reserved box for the parts that one worker is sent of one root.

use std::sync::Mutex;

use crate::ledger::lock;
use crate::part::Part;

/// A part that kept more memory than this is given back.
const KEEP_BYTES: usize = 256 << 10;

/// And what all empty parts of a worker keep beyond this. In bytes, because parts become smaller as workers become more.
const KEEP_ALL_BYTES: usize = 1 << 20;

/// The boxes of all exchanges: one for each (exchange, receiver, slot of the ledger).
///
/// An empty box is a few words, so that their number, which grows with the square of the workers, costs little; what is
/// sent is held only as long as it is on its way. The ledger sees to it that no box is used for two roots at a time. A lock
/// is taken once a part, and only meets those of other senders of the same root.
#[derive(Debug)]
pub(crate) struct Exchange {
    workers: usize,
    width: usize,
    boxes: Vec<Mutex<Vec<Sent>>>,
}

/// A part and who sent it.
#[derive(Debug)]
pub(crate) struct Sent {
    pub(crate) sender: usize,
    pub(crate) part: Part,
}

/// Empty parts of one worker, kept for their memory: those that it has read are those that it fills next.
#[derive(Debug, Default)]
pub(crate) struct Spares {
    parts: Vec<Part>,
    /// What they have room for.
    bytes: usize,
}

impl Exchange {
    /// Boxes for so many exchanges, none alone.
    pub(crate) fn new(exchanges: usize, workers: usize, width: usize) -> Exchange {
        let boxes = if workers > 1 { exchanges * workers * width } else { 0 };
        Exchange { workers, width, boxes: (0..boxes).map(|_| Mutex::default()).collect() }
    }

    fn of(&self, exchange: usize, receiver: usize, root: u64) -> &Mutex<Vec<Sent>> {
        let receiver = exchange * self.workers + receiver;
        &self.boxes[receiver * self.width + (root % self.width as u64) as usize]
    }

    /// Puts a part into its receiver's box. A sender has one at most of a root.
    pub(crate) fn send(&self, exchange: usize, receiver: usize, root: u64, sent: Sent) {
        lock(self.of(exchange, receiver, root)).push(sent);
    }

    /// Takes out what was sent, in the order of the senders. `into` is empty, and stays in the box for its memory.
    pub(crate) fn receive(&self, exchange: usize, receiver: usize, root: u64, into: &mut Vec<Sent>) {
        std::mem::swap(&mut *lock(self.of(exchange, receiver, root)), into);
        into.sort_unstable_by_key(|sent| sent.sender);
    }
}

impl Spares {
    /// An empty part, to be filled behind one that is sent: a receiver gets about as much of each root.
    pub(crate) fn behind(&mut self, sent: &Part, tagged: bool) -> Part {
        let part = self.parts.pop().unwrap_or_default();
        self.bytes -= part.capacity();
        part.prepared(sent.len().min(KEEP_BYTES), tagged)
    }

    /// Empties a part that has been read, and keeps it if there is room.
    pub(crate) fn keep(&mut self, mut part: Part) {
        let bytes = part.capacity();
        if bytes <= KEEP_BYTES && self.bytes + bytes <= KEEP_ALL_BYTES {
            part.clear();
            self.bytes += bytes;
            self.parts.push(part);
        }
    }
}
