//! Event-time windows: which rows are aggregated together, which come too late, and when a result leaves.

mod ends;
#[cfg(test)]
mod only;
mod queue;
mod ranking;
mod revisions;
mod rows;
mod running;
mod sessions;
mod spare;
mod sums;
mod trailing;

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use streamwright_values::aggregates::Merge;

use crate::hash::KeyHash;
use crate::order::sort_by_key;
use crate::tag::KeyBytes;
use spare::Spare;
use sums::Sums;

pub use ends::Ends;
#[cfg(test)]
pub(crate) use only::Only;
pub use ranking::{Rank, Ranking};
pub use revisions::{Revision, Revisions};
pub use rows::{Batches, Last};
pub use running::Running;
pub use sessions::Sessions;
pub use trailing::Trailing;

/// So many rows wait for each other where they may: enough for the processor to look for some of their keys while the memory
/// of others is on its way, and few enough to stay in the nearest cache.
pub const AT_ONCE: usize = 32;

/// An owned key. Its order is the order of a window's rows: the columns in their written order, then the task where
/// tasks show (as the last field of the key).
pub trait Key: Clone + Ord + KeyBytes {}

impl<K: Clone + Ord + KeyBytes> Key for K {}

/// A key that borrows from a row: state is looked up by it without allocating.
pub trait KeyRef<K> {
    /// [`hash`](crate::hash::hash) of its columns; equal keys have equal hashes.
    fn hash(&self) -> KeyHash;

    /// Whether it is this key.
    fn is(&self, key: &K) -> bool;

    /// The key, to keep.
    fn to_key(&self) -> K;
}

/// Which windows a row is in. All in nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// `[k·every + offset, k·every + offset + size)`; tumbling where both lengths are equal.
    Hopping {
        /// Greater than 0.
        size: i64,
        /// Greater than 0, at most `size`.
        every: i64,
        /// Any number.
        offset: i64,
    },
    /// One window that ends at [`i64::MAX`], the end of the input.
    All,
}

impl Shape {
    /// Whether all windows over `at` begin and end within the range of timestamps. A row for which they do not is a fault
    /// (`dataflow::window_overflow`), and must not be added.
    #[inline]
    #[must_use]
    pub fn fits(&self, at: i64) -> bool {
        /// Up to the year 2116, and as far back.
        const FAR: i64 = i64::MAX / 2;
        let Shape::Hopping { size, .. } = *self else { return true };
        // So far from the ends of time, nothing that is less than twice as long as a window gets there.
        (-FAR..FAR).contains(&at) && size < FAR / 2 || self.fits_closely(at)
    }

    /// The windows over `at`: their starts and ends, earliest first. All of them [fit](Shape::fits).
    pub fn windows(&self, at: i64) -> impl Iterator<Item = (i64, i64)> + use<> {
        let (first, last, every, size) = match *self {
            Shape::All => (i128::from(i64::MIN), i128::from(i64::MIN), 1, 0),
            Shape::Hopping { size, every, offset } => {
                let (at, size, every, offset) =
                    (i128::from(at), i128::from(size), i128::from(every), i128::from(offset));
                let last = (at - offset).div_euclid(every) * every + offset;
                (last - (last + size - at - 1).div_euclid(every) * every, last, every, size)
            }
        };
        let all = matches!(self, Shape::All);
        let starts = (0..=(last - first) / every).map(move |hop| first + hop * every);
        starts.map(move |start| if all { (i64::MIN, i64::MAX) } else { (clamp(start), clamp(start + size)) })
    }

    #[cold]
    fn fits_closely(&self, at: i64) -> bool {
        let Shape::Hopping { size, every, offset } = *self else { return true };
        let (at, size, every, offset) =
            (i128::from(at), i128::from(size), i128::from(every), i128::from(offset));
        let last = (at - offset).div_euclid(every) * every + offset;
        let first = last - (last + size - at - 1).div_euclid(every) * every;
        first >= i128::from(i64::MIN) && last + size <= i128::from(i64::MAX)
    }
}

/// The windows of a bolt: an accumulator a key and *pane*.
///
/// A pane is the greatest common measure of size and hop, so a row is added once, however many windows it is in; panes
/// are merged when a window leaves. Memory: one entry a key and pane that can still be needed, and one a key where a window
/// has several panes.
#[derive(Debug)]
pub struct Panes<K, A> {
    shape: Shape,
    pane: i64,
    watermark: i64,
    /// In the order of time.
    panes: Vec<Pane<K, A>>,
    /// Where the last row went: most rows go to the pane of the row before.
    last: usize,
    spare: Spare<Kept<K, A>>,
    /// Where a window has several panes.
    sums: Sums<K, A>,
}

#[derive(Debug)]
struct Pane<K, A> {
    bounds: Bounds,
    /// Whether it is in the sums.
    is_summed: bool,
    table: HashTable<Kept<K, A>>,
}

/// A pane and the windows over it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Bounds {
    start: i64,
    /// The first instant behind it; in `All` the last one in it.
    end: i64,
    /// The ends of the first and the last window that it belongs to.
    first_window_end: i64,
    last_window_end: i64,
}

#[derive(Debug)]
struct Kept<K, A> {
    /// So that a table grows, and most other keys are told apart, without looking at keys.
    hash: KeyHash,
    key: K,
    accumulator: A,
}

impl<K: Key, A: Default + Merge> Panes<K, A> {
    /// Without any rows, at the watermark −∞.
    #[must_use]
    pub fn new(shape: Shape) -> Panes<K, A> {
        let pane = match shape {
            Shape::Hopping { size, every, .. } => common_measure(size.max(1), every.max(1)),
            Shape::All => i64::MAX,
        };
        let (panes, spare, sums) = (Vec::new(), Spare::default(), Sums::default());
        Panes { shape, pane, watermark: i64::MIN, panes, last: 0, spare, sums }
    }

    /// A row, or a partial aggregate, at `at`. `update` is called once if any window over `at` can still take it in;
    /// `late` is called with the end of each window that cannot, in order. Returns how many those are.
    ///
    /// A partial is added with its pane's start as `at`, and `update` merges it.
    #[inline]
    pub fn add<Q: KeyRef<K>>(
        &mut self,
        key: &Q,
        at: i64,
        update: impl FnOnce(&mut A),
        late: impl FnMut(i64),
    ) -> u64 {
        let known = self.panes.get(self.last).is_some_and(|pane| {
            pane.bounds.start <= at && at < pane.bounds.end && pane.bounds.first_window_end > self.watermark
        });
        let missed = if known { 0 } else { self.seek(at, late) };
        if let Some(pane) = self.panes.get_mut(self.last).filter(|_| missed & ALL_MISSED == 0) {
            if !known && pane.is_summed {
                pane.update_summed(key, &mut self.sums, update);
            } else {
                update(&mut pane.kept(key).accumulator);
            }
        }
        missed & !ALL_MISSED
    }

    /// Takes everything out, and leaves nothing but the memory of the watermark behind.
    #[must_use]
    pub fn take(&mut self) -> Panes<K, A> {
        let empty = Panes { watermark: self.watermark, ..Panes::new(self.shape) };
        std::mem::replace(self, empty)
    }

    /// Where the pane of `at` starts: with the key, what partials are combined by. The same as what
    /// [`Panes::drain`] gives.
    #[must_use]
    pub fn pane_start(&self, at: i64) -> i64 {
        self.bounds(at).start
    }

    /// Takes everything out that was added, pane by pane, whatever the watermark; `each` is given the pane's start, the
    /// key's hash, the key and what was accumulated. For combining before an exchange: the order of keys is not defined.
    pub fn drain(&mut self, mut each: impl FnMut(i64, KeyHash, &K, &A)) {
        for pane in self.panes.drain(..) {
            for kept in pane.table.iter() {
                each(pane.bounds.start, kept.hash, &kept.key, &kept.accumulator);
            }
            self.spare.keep(pane.table);
        }
        self.last = 0;
    }

    /// Releases every window that ends at or before `watermark`: `each` is given the window's end, the key and what was
    /// accumulated, in the order of (end, key). Rows for these windows are late from now on.
    ///
    /// Costs nothing where nothing is due: stretches of time without rows are skipped, however long.
    pub fn release(&mut self, watermark: i64, mut each: impl FnMut(i64, &K, &A)) {
        while let Some(end) = self.due(watermark) {
            if self.is_one_pane() {
                self.release_pane(end, &mut each);
            } else {
                self.release_panes(end, &mut each);
            }
            self.watermark = end;
            self.drop_panes(end);
        }
        self.watermark = self.watermark.max(watermark);
    }

    /// How many (pane, key) pairs are kept.
    #[must_use]
    pub fn entries(&self) -> usize {
        self.panes.iter().map(|pane| pane.table.len()).sum()
    }

    /// The end of the next window with rows, if it is due.
    fn due(&self, watermark: i64) -> Option<i64> {
        let front = self.panes.first()?.bounds;
        let end = match self.shape {
            Shape::All => i64::MAX,
            Shape::Hopping { every, .. } if self.watermark >= front.first_window_end => {
                let passed = i128::from(self.watermark) - i128::from(front.first_window_end);
                let hops = passed / i128::from(every) + 1;
                clamp(i128::from(front.first_window_end) + hops * i128::from(every))
            }
            Shape::Hopping { .. } => front.first_window_end,
        };
        (end <= watermark).then_some(end)
    }

    /// Whether windows do not overlap, so that each is a pane.
    fn is_one_pane(&self) -> bool {
        match self.shape {
            Shape::Hopping { size, .. } => size == self.pane,
            Shape::All => true,
        }
    }

    fn release_pane(&self, end: i64, each: &mut impl FnMut(i64, &K, &A)) {
        let Some(pane) = self.panes.first() else { return };
        let rows = pane.table.iter().map(|kept| (&kept.key, &kept.accumulator));
        let mut rows: Vec<(&K, &A)> = rows.collect();
        sort_by_key(&mut rows);
        rows.into_iter().for_each(|(key, accumulator)| each(end, key, accumulator));
    }

    fn release_panes(&mut self, end: i64, each: &mut impl FnMut(i64, &K, &A)) {
        let Panes { panes, sums, .. } = self;
        if !A::SUBTRACTS {
            sums.clear();
        }
        let covers = |pane: &&mut Pane<K, A>| end <= pane.bounds.last_window_end;
        let begun = panes.iter_mut().take_while(|pane| pane.bounds.first_window_end <= end);
        for pane in begun.filter(covers).filter(|pane| !pane.is_summed) {
            pane.is_summed = A::SUBTRACTS;
            pane.table.iter().for_each(|kept| sums.merge(kept.hash, &kept.key, &kept.accumulator, 1));
        }
        sums.each(|key, merged| each(end, key, merged));
    }

    /// Drops the panes of which the last window ends there.
    fn drop_panes(&mut self, end: i64) {
        let Panes { panes, sums, spare, .. } = self;
        let over = panes.iter().take_while(|pane| pane.bounds.last_window_end <= end).count();
        if over == 0 {
            return;
        }
        let are_all = over == panes.len();
        for pane in panes.drain(..over) {
            if pane.is_summed && !are_all {
                pane.table.iter().for_each(|kept| sums.subtract(kept.hash, &kept.key, &kept.accumulator));
            }
            spare.keep(pane.table);
        }
        if are_all {
            *sums = Sums::default();
        }
        self.last = 0;
    }

    /// Makes `last` the pane of `at`. Returns the number of missed windows, with [`ALL_MISSED`] where none is left.
    #[cold]
    fn seek(&mut self, at: i64, mut late: impl FnMut(i64)) -> u64 {
        let bounds = self.bounds(at);
        let mut missed = 0;
        if let Shape::Hopping { every, .. } = self.shape {
            let mut end = bounds.first_window_end;
            while end <= self.watermark && end <= bounds.last_window_end {
                late(end);
                missed += 1;
                match end.checked_add(every) {
                    Some(next) => end = next,
                    None => break,
                }
            }
        }
        if bounds.last_window_end <= self.watermark {
            return missed | ALL_MISSED;
        }
        self.last = match self.panes.binary_search_by_key(&bounds.start, |pane| pane.bounds.start) {
            Ok(found) => found,
            Err(place) => {
                let table = self.spare.table();
                self.panes.insert(place, Pane { bounds, is_summed: false, table });
                place
            }
        };
        missed
    }

    fn bounds(&self, at: i64) -> Bounds {
        let Shape::Hopping { size, every, offset } = self.shape else {
            return Bounds {
                start: i64::MIN,
                end: i64::MAX,
                first_window_end: i64::MAX,
                last_window_end: i64::MAX,
            };
        };
        let (wide, pane, size, every) =
            (i128::from(at) - i128::from(offset), i128::from(self.pane), i128::from(size), i128::from(every));
        let offset = i128::from(offset);
        let start = wide.div_euclid(pane) * pane;
        let last_window = start.div_euclid(every) * every;
        let first_window = last_window - (last_window - (start + pane - size)).div_euclid(every) * every;
        Bounds {
            start: clamp(start + offset),
            end: clamp(start + pane + offset),
            first_window_end: clamp(first_window + size + offset),
            last_window_end: clamp(last_window + size + offset),
        }
    }
}

/// Set in the count of missed windows where none is left to take the row in.
const ALL_MISSED: u64 = 1 << 63;

impl<K, A: Default> Pane<K, A> {
    #[inline]
    fn kept<Q: KeyRef<K>>(&mut self, key: &Q) -> &mut Kept<K, A> {
        let hash = key.hash();
        let is = |kept: &Kept<K, A>| kept.hash == hash && key.is(&kept.key);
        let entry = self.table.entry(hash.wide(), is, |kept| kept.hash.wide());
        match entry {
            Entry::Occupied(kept) => kept.into_mut(),
            Entry::Vacant(place) => {
                place.insert(Kept { hash, key: key.to_key(), accumulator: A::default() }).into_mut()
            }
        }
    }
}

impl<K: Key, A: Default + Merge> Pane<K, A> {
    /// A row that is too late for the first windows of its pane, but not for all of them.
    #[cold]
    fn update_summed<Q: KeyRef<K>>(&mut self, key: &Q, sums: &mut Sums<K, A>, update: impl FnOnce(&mut A)) {
        let before = self.table.len();
        let mut of_row = A::default();
        update(&mut of_row);
        self.kept(key).accumulator.merge(&of_row);
        let is_new = self.table.len() > before;
        let kept = self.kept(key);
        sums.merge(kept.hash, &kept.key, &of_row, usize::from(is_new));
    }
}

fn common_measure(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { common_measure(b, a % b) }
}

/// Windows at the ends of representable time are cut there.
fn clamp(at: i128) -> i64 {
    at.clamp(i128::from(i64::MIN), i128::from(i64::MAX)) as i64
}
