//! Tables that were emptied, kept for their memory.

use hashbrown::HashTable;

/// A table has so many places an entry at most, or so many in all, where it has grown to what it held.
const ROOMY: usize = 8;
const FEW: usize = 64;

/// Emptied tables.
///
/// One that has grown for a burst, and held few since, is not among them: who goes through a table pays for the room in it.
#[derive(Debug)]
pub(super) struct Spare<T>(Vec<HashTable<T>>);

impl<T> Default for Spare<T> {
    fn default() -> Spare<T> {
        Spare(Vec::new())
    }
}

impl<T> Spare<T> {
    /// An empty table.
    pub(super) fn table(&mut self) -> HashTable<T> {
        self.0.pop().unwrap_or_default()
    }

    /// Empties a table, and keeps it if its room is of use.
    pub(super) fn keep(&mut self, mut table: HashTable<T>) {
        if table.capacity() <= ROOMY * table.len().max(FEW) {
            table.clear();
            self.0.push(table);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The room in a table behind so many entries.
    fn room(spare: &mut Spare<u64>, entries: u64) -> usize {
        let mut table = spare.table();
        assert!(table.is_empty());
        for entry in 0..entries {
            table.insert_unique(entry, entry, |entry| *entry);
        }
        let room = table.capacity();
        spare.keep(table);
        room
    }

    #[test]
    fn the_table_of_a_burst_is_not_kept_for_few_entries() {
        let mut spare = Spare::default();
        assert!(room(&mut spare, 5) < 64);
        assert!(room(&mut spare, 60) < 2 * ROOMY * FEW);
        let burst = room(&mut spare, 100_000);
        assert!(burst >= 100_000);
        // The memory is used again while about as much is needed.
        let later: Vec<usize> = [60_000, 30_000, 90_000].map(|entries| room(&mut spare, entries)).to_vec();
        assert_eq!(later, [burst; 3]);
        assert_eq!(room(&mut spare, 10), burst);
        for entries in [10, 60, 1000, 10] {
            assert!(room(&mut spare, entries) < 2000);
        }
    }
}
