//! What is told to spouts: how many of their tuples, from the first one on without a gap, have come to their end.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use crate::ledger::{Positions, Record, lock};
use crate::source::{Acks, MergedPayload};

/// The spouts that want to know, and the roots that are done.
pub(crate) struct Acknowledged {
    spouts: Vec<(usize, Arc<Acks>)>,
    done: Mutex<Done>,
}

#[derive(Default)]
struct Done {
    /// The first root that is not done.
    next: u64,
    /// Behind it, those that are: of each spout, its tuples.
    ahead: BTreeMap<u64, Vec<u64>>,
}

impl Acknowledged {
    pub(crate) fn new(spouts: &[(usize, Arc<Acks>)]) -> Acknowledged {
        Acknowledged { spouts: spouts.to_vec(), done: Mutex::default() }
    }

    /// A root is done, of which this is known.
    pub(crate) fn done(&self, root: u64, record: &Record) {
        if self.spouts.is_empty() {
            return;
        }
        let tuples = self.spouts.iter().map(|(spout, _)| tuples_of(*spout, record)).collect();
        let mut done = lock(&self.done);
        done.ahead.insert(root, tuples);
        while let Some(tuples) = {
            let next = done.next;
            done.ahead.remove(&next)
        } {
            done.next += 1;
            for ((_, acks), tuples) in self.spouts.iter().zip(tuples) {
                if tuples > 0 {
                    acks.done(tuples);
                }
            }
        }
    }

    /// No more roots will be done.
    ///
    /// # Errors
    /// What a spout says to its last acknowledgement.
    pub(crate) fn finish(&self) -> Result<(), String> {
        self.spouts.iter().map(|(_, acks)| acks.finish()).fold(Ok(()), Result::and)
    }
}

/// How many tuples of a spout a root has.
fn tuples_of(spout: usize, record: &Record) -> u64 {
    let Positions::Merged(items) = &record.positions else { return record.tuples };
    let of_spout = |item: &&crate::source::MergedItem| {
        item.spout as usize == spout
            && !matches!(item.payload, MergedPayload::Silence(_) | MergedPayload::End)
    };
    items.iter().filter(of_spout).count() as u64
}
