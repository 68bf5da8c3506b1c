//! Lookups of a stream: its rows by key, as far as a lookup may still find them.

use std::collections::VecDeque;

use crate::keyed::Table;
use crate::window::{Key, KeyRef};

/// The latest rows of a stream, as bytes.
///
/// Memory: of each key the rows behind the watermark and one before it; for ever where nothing says how long a row holds.
#[derive(Debug)]
pub struct Latest<K> {
    /// How long a row holds, in nanoseconds.
    expiry: Option<i64>,
    watermark: i64,
    /// Each in the order of (time, arrival); never empty.
    keys: Table<K, VecDeque<Version>>,
}

/// A row, from its event time on.
type Version = (i64, Box<[u8]>);

impl<K: Key> Latest<K> {
    /// Without any rows, at the watermark −∞.
    #[must_use]
    pub fn new(expiry: Option<i64>) -> Latest<K> {
        Latest { expiry, watermark: i64::MIN, keys: Table::default() }
    }

    /// All of it, for as long as something borrows from a row. What is left here must not be used.
    #[must_use]
    pub fn lend(&mut self) -> Latest<K> {
        std::mem::replace(self, Latest::new(None))
    }

    /// A row of the stream. Where rows are not told apart by time, `at` is always the same.
    pub fn update<Q: KeyRef<K>>(&mut self, key: &Q, at: i64, put: impl FnOnce(&mut Vec<u8>)) {
        let mut bytes = Vec::new();
        put(&mut bytes);
        let (_, versions) = self.keys.entry(key, VecDeque::new);
        versions.insert(versions.partition_point(|known| known.0 <= at), (at, bytes.into_boxed_slice()));
        // Nobody looks further back than the watermark. (Rows without time are all at −∞, and so is that.)
        let known = versions.partition_point(|known| known.0 <= self.watermark);
        versions.drain(..known.saturating_sub(1));
    }

    /// The latest row with a key as of an event time; of one before the watermark, as of that.
    #[must_use]
    pub fn find<Q: KeyRef<K>>(&self, key: &Q, at: i64) -> Option<&[u8]> {
        let (versions, at) = (self.keys.get(key)?, at.max(self.watermark));
        let place = versions.partition_point(|known| known.0 <= at).checked_sub(1)?;
        let (since, bytes) = versions.get(place)?;
        (!self.is_gone(*since, at)).then_some(&**bytes)
    }

    /// The watermark has moved.
    pub fn move_on(&mut self, watermark: i64) {
        self.watermark = watermark;
        let expiry = self.expiry;
        self.keys.sweep(|versions| versions.back().is_none_or(|last| is_gone(expiry, last.0, watermark)));
    }

    fn is_gone(&self, since: i64, at: i64) -> bool {
        is_gone(self.expiry, since, at)
    }
}

/// Whether a row of time `since` holds no more.
fn is_gone(expiry: Option<i64>, since: i64, at: i64) -> bool {
    expiry.is_some_and(|expiry| since.saturating_add(expiry) <= at)
}
