//! Sources: where tuples come from, and how they are cut into roots.

mod claims;
mod giver;
mod head;
mod horizon;
mod merge;
mod numbers;
mod open;
mod range;
mod reader;

use streamwright_values::format::lines::{Content, Records};

use crate::outbox::Outbox;
use crate::stage::SegmentBounds;
pub(crate) use claims::{Claim, Claims, LONGEST_SLEEP, Root, Work};
pub(crate) use giver::Acks;
pub(crate) use horizon::{ALL_CLASSES, Horizon, Known, passed, watermark};
pub(crate) use open::{inputs, open, read_headers, start};
pub(crate) use range::RangeBuffer;

/// How input is cut.
#[derive(Clone, Debug)]
pub(crate) struct Limits {
    /// The longest line.
    pub(crate) record_max: usize,
    /// How roots are cut.
    pub(crate) cuts: Cuts,
    /// A fixed reading of the clock, in nanoseconds since 1970.
    pub(crate) clock: Option<i64>,
}

/// Where roots are cut. It must never show; tests force it to odd places.
#[derive(Clone, Debug)]
pub(crate) enum Cuts {
    /// About so many bytes.
    Bytes(usize),
    /// So many records.
    Tuples(usize),
    /// Random numbers of records; the generator's state.
    Random(u64),
}

impl Cuts {
    /// How many records the next root has, where bytes do not decide.
    fn tuples(&mut self) -> usize {
        match self {
            Cuts::Bytes(_) => usize::MAX,
            Cuts::Tuples(count) => (*count).max(1),
            Cuts::Random(state) => {
                // xorshift64 (Marsaglia 2003); mostly short roots, now and then a long one.
                *state |= 1;
                *state ^= *state << 13;
                *state ^= *state >> 7;
                *state ^= *state << 17;
                let wide = if state.is_multiple_of(8) { 300 } else { 6 };
                (*state >> 32) as usize % wide + 1
            }
        }
    }
}

/// One root as the source stage walks over it.
#[derive(Debug)]
pub struct SourceRoot<'a> {
    pub(crate) items: Items<'a>,
    /// One a spout.
    pub(crate) horizons: &'a mut [Horizon],
    pub(crate) clock: i64,
    /// The longest line.
    pub(crate) record_max: usize,
    pub(crate) alone: bool,
    /// The classes of which the watermark of a spout crossed a boundary at the current item.
    pub(crate) crossed: u64,
    /// The current item.
    pub(crate) index: u32,
    /// Items that are tuples.
    pub(crate) tuples: u64,
}

/// What a root consists of.
#[derive(Debug)]
pub(crate) enum Items<'a> {
    /// Bytes of the only spout.
    Records(Records<'a>),
    /// Numbers of the only spout.
    Numbers { first: u64, next: u64, end: u64 },
    /// Several spouts in their merged order.
    Merged { bytes: &'a [u8], items: &'a [MergedItem], next: usize },
    /// The only spout's silence, of so many nanoseconds.
    Silence(i64),
    /// The end of the only spout.
    End,
    /// Nothing is left.
    Nothing,
}

/// A place in a root of several spouts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MergedItem {
    pub(crate) spout: u32,
    /// The line or index in the spout's input, from 0.
    pub(crate) position: u64,
    pub(crate) payload: MergedPayload,
}

/// What is there; bytes as a range of the root's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MergedPayload {
    Line {
        start: usize,
        end: usize,
    },
    TooLong {
        start: usize,
        end: usize,
    },
    Unfinished {
        start: usize,
        end: usize,
    },
    Number(u64),
    /// The row that was read of a tuple, and its event time.
    Row {
        start: usize,
        end: usize,
        at: i64,
    },
    /// A tuple that its spout drops.
    Dropped,
    /// Nothing came for long: event time has gone by up to here.
    Silence(i64),
    End,
}

/// An item of a root: a tuple, a silence or the end of a spout.
#[derive(Clone, Copy, Debug)]
pub struct Item<'a> {
    /// Its spout's index in [`Layout::spouts`](crate::layout::Layout::spouts).
    pub spout: usize,
    /// Its place in the root. Not every number is taken: blank lines have one too.
    pub index: u32,
    /// What is there.
    pub payload: Payload<'a>,
}

/// What an item consists of.
#[derive(Clone, Copy, Debug)]
pub enum Payload<'a> {
    /// A line or CSV record without its line end.
    Line(&'a [u8]),
    /// A line beyond the limit: a letter with `line-too-long`.
    TooLong {
        /// Its beginning.
        start: &'a [u8],
        /// The most bytes that a line may have.
        limit: usize,
    },
    /// What had come of a line when the program was stopped: a letter too.
    Unfinished(&'a [u8]),
    /// A generated tuple's number, from 0.
    Number(u64),
    /// A tuple that was read where spouts are merged: the row that leaves its spout, as bytes, and its event time; nothing
    /// where the spout drops it.
    Row(Option<(&'a [u8], i64)>),
    /// The end of the spout, or a silence of it: nothing to do but to ask [`SourceRoot::moved`].
    End,
}

/// The end of a segment: the watermarks crossed a boundary, so windows may be due.
#[derive(Clone, Copy, Debug)]
pub struct Moved<'r> {
    item: u32,
    classes: u64,
    horizons: &'r [Horizon],
}

impl Moved<'_> {
    /// The item that moved them.
    #[must_use]
    pub fn item(&self) -> u32 {
        self.item
    }

    /// For which classes of stages, a bit each.
    #[must_use]
    pub fn classes(&self) -> u64 {
        self.classes
    }

    /// The watermark of a spout now. Exact alone; with several workers a lower bound, for keyed stages get the exact
    /// one with their [`Segment`](crate::stage::Segment).
    #[must_use]
    pub fn watermark(&self, spout: usize) -> i64 {
        self.horizons[spout].watermark()
    }
}

impl<'a> SourceRoot<'a> {
    /// The next item. Blank lines are passed over.
    // Not an iterator: between two items the root is asked other things.
    #[allow(clippy::should_implement_trait)]
    #[inline]
    pub fn next(&mut self) -> Option<Item<'a>> {
        match &mut self.items {
            Items::Records(records) => {
                let record = records.next()?;
                let payload = match record.content {
                    Content::Whole(line) => Payload::Line(line),
                    Content::TooLong(start) => Payload::TooLong { start, limit: self.record_max },
                    Content::Unfinished(start) => Payload::Unfinished(start),
                };
                self.index = (record.line - 1) as u32;
                self.tuples += 1;
                Some(Item { spout: 0, index: self.index, payload })
            }
            Items::Numbers { first, next, end } => {
                if next == end {
                    return None;
                }
                let number = *next;
                *next += 1;
                self.index = (number - *first) as u32;
                self.tuples += 1;
                Some(Item { spout: 0, index: self.index, payload: Payload::Number(number) })
            }
            Items::Merged { bytes, items, next } => {
                let (bytes, item) = (*bytes, *items.get(*next)?);
                self.index = *next as u32;
                *next += 1;
                Some(self.merged(bytes, item))
            }
            Items::Silence(by) => {
                let by = *by;
                self.items = Items::Nothing;
                self.index = 0;
                self.horizons[0].pass(by);
                // With several workers, the exact watermark is known to those that take the root in order.
                self.crossed = ALL_CLASSES;
                Some(Item { spout: 0, index: 0, payload: Payload::End })
            }
            Items::End => {
                self.items = Items::Nothing;
                self.index = 0;
                self.end(0);
                Some(Item { spout: 0, index: 0, payload: Payload::End })
            }
            Items::Nothing => None,
        }
    }

    /// The next item, as [`SourceRoot::next`] gives it. If it is a line of the only spout, `read` may find its end while it reads
    /// it: it is given the bytes from there on, and gives what it has read and the line's length.
    #[inline(always)]
    pub fn next_read<T>(
        &mut self,
        read: impl FnOnce(&'a [u8]) -> Option<(T, usize)>,
    ) -> Option<(Item<'a>, Option<T>)> {
        if let Items::Records(records) = &mut self.items
            && let Some((line, value)) = records.read(read)
        {
            self.index = (records.lines() - 1) as u32;
            self.tuples += 1;
            return Some((Item { spout: 0, index: self.index, payload: Payload::Line(line) }, Some(value)));
        }
        self.next_unread().map(|item| (item, None))
    }

    #[inline(never)]
    fn next_unread(&mut self) -> Option<Item<'a>> {
        self.next()
    }

    #[inline(always)]
    fn merged(&mut self, bytes: &'a [u8], item: MergedItem) -> Item<'a> {
        let spout = item.spout as usize;
        let payload = match item.payload {
            MergedPayload::Line { start, end } => Payload::Line(&bytes[start..end]),
            MergedPayload::TooLong { start, end } => {
                Payload::TooLong { start: &bytes[start..end], limit: self.record_max }
            }
            MergedPayload::Unfinished { start, end } => Payload::Unfinished(&bytes[start..end]),
            MergedPayload::Number(number) => Payload::Number(number),
            MergedPayload::Row { start, end, at } => Payload::Row(Some((&bytes[start..end], at))),
            MergedPayload::Dropped => Payload::Row(None),
            MergedPayload::Silence(_) | MergedPayload::End => Payload::End,
        };
        match item.payload {
            MergedPayload::Silence(at) => self.observe(spout, at),
            MergedPayload::End => self.end(spout),
            _ => self.tuples += 1,
        }
        Item { spout, index: self.index, payload }
    }

    fn end(&mut self, spout: usize) {
        self.horizons[spout].end();
        self.crossed = ALL_CLASSES;
    }

    /// The current item is a tuple that has survived its spout, with this event time.
    #[inline]
    pub fn observe(&mut self, spout: usize, at: i64) {
        let horizon = &mut self.horizons[spout];
        if horizon.observe(at) {
            self.crossed |= horizon.cross();
        }
    }

    /// To be asked after each item, when its rows have passed: whether the item closed a segment. With several workers,
    /// what was combined is then sent, with [`Tag::Item`](crate::tag::Tag) of [`Moved::item`]; alone, windows are
    /// released.
    #[inline]
    pub fn moved(&mut self, out: &mut Outbox) -> Option<Moved<'_>> {
        if self.crossed == 0 {
            return None;
        }
        Some(self.close_segment(out))
    }

    fn close_segment(&mut self, out: &mut Outbox) -> Moved<'_> {
        let classes = std::mem::take(&mut self.crossed);
        out.segments.push(SegmentBounds { last_item: self.index, classes });
        out.maxima.extend(self.horizons.iter().map(Horizon::known));
        Moved { item: self.index, classes, horizons: self.horizons }
    }

    /// Closes the segment that is open at the end of the root.
    pub(crate) fn leave(&mut self, out: &mut Outbox) {
        if out.segments.last().is_none_or(|last| last.last_item < self.index) {
            out.segments.push(SegmentBounds { last_item: self.index, classes: 0 });
            out.maxima.extend(self.horizons.iter().map(|horizon| horizon.known()));
        }
    }

    /// The lines passed.
    pub(crate) fn lines(&self) -> u64 {
        match &self.items {
            Items::Records(records) => records.lines(),
            _ => 0,
        }
    }

    /// The current item's index; after the last one, of the last. What is combined at the end of the root is sent with
    /// it.
    #[must_use]
    pub fn index(&self) -> u32 {
        self.index
    }

    /// The clock's reading of this root, in nanoseconds since 1970.
    #[must_use]
    pub fn clock(&self) -> i64 {
        self.clock
    }

    /// Whether there is one worker: then the source stage calls the later stages itself.
    #[inline]
    #[must_use]
    pub fn alone(&self) -> bool {
        self.alone
    }
}
