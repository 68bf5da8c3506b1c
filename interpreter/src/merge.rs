//! The sequence of a run: all spouts' items in one order.

use streamwright_values::Timestamp;

use crate::error::RunError;
use crate::spout::{Item, ItemKind, Items, World};

/// Merges the spouts: those without event time first, each whole; then the others by (largest event time up to the item,
/// declaration order, index). A spout's end is an item like any other, with the largest event time of all its tuples; so
/// is a silence, and behind one the others do not wait for the spout.
pub(crate) struct Merge<'p> {
    /// In declaration order.
    spouts: Vec<MergeSpout<'p>>,
    world: World<'p>,
}

struct MergeSpout<'p> {
    items: Items<'p>,
    head: Head,
    /// The largest event time of the items that were taken.
    taken: Option<Timestamp>,
}

/// Where a spout stands.
enum Head {
    /// Its next item has not been asked for.
    Unknown,
    /// The same, and its last one was a silence.
    Silent,
    /// Its next item.
    Next(Item),
    /// Its end has been taken.
    Ended,
}

impl<'p> Merge<'p> {
    pub(crate) fn new(spouts: Vec<Items<'p>>, world: World<'p>) -> Merge<'p> {
        let spouts = spouts.into_iter().map(|items| MergeSpout { items, head: Head::Unknown, taken: None });
        Merge { spouts: spouts.collect(), world }
    }

    /// The next item of the run.
    pub(crate) fn next(&mut self) -> Result<Option<Item>, RunError> {
        while !self.spouts.iter().all(|spout| matches!(spout.head, Head::Ended)) {
            self.look()?;
            let next = self.spouts.iter().enumerate().filter_map(|(index, spout)| match &spout.head {
                Head::Next(item) => Some((spout.items.timed(), item.maximum, index)),
                _ => None,
            });
            if let Some((_, _, index)) = next.min() {
                return Ok(self.take(index));
            }
        }
        Ok(None)
    }

    /// Asks for the next items. A silent spout is waited for only as long as there is no other item.
    fn look(&mut self) -> Result<(), RunError> {
        for index in 0..self.spouts.len() {
            if matches!(self.spouts[index].head, Head::Unknown) {
                self.ask(index)?;
            }
        }
        for index in 0..self.spouts.len() {
            let others = self.spouts.iter().any(|spout| matches!(spout.head, Head::Next(_)));
            let spout = &mut self.spouts[index];
            if matches!(spout.head, Head::Silent) && (!others || spout.items.is_ready()?) {
                self.ask(index)?;
            }
        }
        Ok(())
    }

    fn ask(&mut self, index: usize) -> Result<(), RunError> {
        let others = self.spouts.iter().filter_map(|spout| spout.taken).min();
        let spout = &mut self.spouts[index];
        let mut item = spout.items.next(self.world)?;
        if matches!(item.kind, ItemKind::Silence) {
            item.maximum = spout.items.begin_at(others);
        }
        spout.head = Head::Next(item);
        Ok(())
    }

    fn take(&mut self, index: usize) -> Option<Item> {
        let spout = self.spouts.get_mut(index)?;
        let Head::Next(item) = std::mem::replace(&mut spout.head, Head::Unknown) else { return None };
        spout.taken = item.maximum;
        match item.kind {
            ItemKind::Tuple { .. } => {}
            ItemKind::Silence => spout.head = Head::Silent,
            ItemKind::End => spout.head = Head::Ended,
        }
        Some(item)
    }
}
