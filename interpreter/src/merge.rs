//! The sequence of a run: all spouts' items in one order.

use crate::error::RunError;
use crate::spout::{Item, ItemKind, Items, World};

/// Merges the spouts: those without event time first, each whole; then the others by (largest event time up to the item,
/// declaration order, index). A spout's end is an item like any other, with the largest event time of all its tuples.
pub(crate) struct Merge<'p> {
    /// In declaration order.
    spouts: Vec<(Items<'p>, Head)>,
    world: World<'p>,
}

/// Where a spout stands.
enum Head {
    /// Its next item has not been asked for.
    Unknown,
    /// Its next item.
    Next(Item),
    /// Its end has been taken.
    Ended,
}

impl<'p> Merge<'p> {
    pub(crate) fn new(spouts: Vec<Items<'p>>, world: World<'p>) -> Merge<'p> {
        Merge { spouts: spouts.into_iter().map(|spout| (spout, Head::Unknown)).collect(), world }
    }

    /// The next item of the run.
    pub(crate) fn next(&mut self) -> Result<Option<Item>, RunError> {
        let mut least = None;
        for (index, (items, head)) in self.spouts.iter_mut().enumerate() {
            if let Head::Unknown = head {
                *head = Head::Next(items.next(self.world)?);
            }
            if let Head::Next(item) = head {
                let place = (items.timed(), item.maximum, index);
                if least.is_none_or(|least| place < least) {
                    least = Some(place);
                }
            }
        }
        let Some((_, _, index)) = least else { return Ok(None) };
        Ok(self.take(index))
    }

    fn take(&mut self, index: usize) -> Option<Item> {
        let head = &mut self.spouts.get_mut(index)?.1;
        let Head::Next(item) = std::mem::replace(head, Head::Unknown) else { return None };
        if let ItemKind::End = item.kind {
            *head = Head::Ended;
        }
        Some(item)
    }
}
