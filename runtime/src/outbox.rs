//! Where a worker puts what it makes of a root: parts for other workers, rows for sinks, dead letters, counts.

use streamwright_values::Fault;

use crate::layout::{Layout, Target};
use crate::letter::{Letter, LetterRow};
use crate::part::Part;
use crate::source::Known;
use crate::stage::SegmentBounds;
use crate::stderr::tell;
use crate::tag::{Phase, Tag};

/// What one worker makes of one root at one stage. The runtime takes it away when the call returns.
#[derive(Debug)]
pub struct Outbox {
    workers: usize,
    pub(crate) segments: Vec<SegmentBounds>,
    /// With the source stage: of each segment, one value a spout.
    pub(crate) maxima: Vec<Known>,
    /// By exchange, then by receiver.
    pub(crate) parts: Vec<Vec<Part>>,
    pub(crate) sinks: Vec<SinkRows>,
    pub(crate) letters: Vec<Letter>,
    pub(crate) late: u64,
    pub(crate) filtered: u64,
    pub(crate) letters_lost: u64,
}

/// Formatted rows of one sink.
#[derive(Clone, Debug, Default)]
pub(crate) struct SinkRows {
    pub(crate) tagged: bool,
    pub(crate) discard: bool,
    pub(crate) bytes: Vec<u8>,
    pub(crate) count: u64,
    /// The tags of the rows, one behind the other; empty where they are untagged.
    pub(crate) tags: Vec<u8>,
    /// Where each row's tag and bytes begin; as long as there are rows where they are tagged.
    pub(crate) starts: Vec<(usize, usize)>,
}

impl Outbox {
    /// An empty one, in the shape of the program.
    pub(crate) fn new(layout: &Layout, workers: usize) -> Outbox {
        let receivers = if workers > 1 { workers } else { 0 };
        let parts = layout
            .exchanges
            .iter()
            .map(|exchange| (0..receivers).map(|_| Part::new(exchange.tagged.with(workers))).collect());
        let sinks = layout.sinks.iter().map(|sink| SinkRows {
            tagged: sink.tagged.with(workers),
            discard: matches!(sink.target, Target::Discard),
            ..SinkRows::default()
        });
        Outbox {
            workers,
            segments: Vec::new(),
            maxima: Vec::new(),
            parts: parts.collect(),
            sinks: sinks.collect(),
            letters: Vec::new(),
            late: 0,
            filtered: 0,
            letters_lost: 0,
        }
    }

    /// How many workers there are: with the key's hash, [`receiver`](crate::hash::receiver) says who owns a key.
    #[inline]
    #[must_use]
    pub fn workers(&self) -> usize {
        self.workers
    }

    /// Opens a row for a worker at an exchange; the caller appends its bytes, and the next row closes it. The row's
    /// segment is that of the tag's item; a combined partial takes the last item of its segment.
    #[inline]
    pub fn part(&mut self, exchange: usize, receiver: usize, phase: Phase, tag: &Tag<'_>) -> &mut Vec<u8> {
        let segment = if self.segments.is_empty() { 0 } else { segment_of(&self.segments, tag.item()) };
        self.parts[exchange][receiver].row_in(segment, phase, tag)
    }

    /// Opens a row of a sink; the caller appends its bytes with their line end, and the next row closes it. Of a sink
    /// that discards, nothing need be appended.
    #[inline]
    pub fn row(&mut self, sink: usize, tag: &Tag<'_>) -> &mut Vec<u8> {
        self.sinks[sink].open(tag)
    }

    /// A tuple or row that could not be computed. `node` is its rank in [`Layout::nodes`]; `input` is what
    /// `letter_input` makes of the line (for a spout) or of the failing clause's columns.
    #[cold]
    pub fn letter(&mut self, tag: &Tag<'_>, node: u16, fault: Fault, input: Option<String>) {
        self.push_letter(tag, node, false, fault, input);
    }

    /// A row that `node`'s own window released, and that could not be computed.
    #[cold]
    pub fn released_letter(&mut self, tag: &Tag<'_>, node: u16, fault: Fault, input: Option<String>) {
        self.push_letter(tag, node, true, fault, input);
    }

    fn push_letter(&mut self, tag: &Tag<'_>, node: u16, released: bool, fault: Fault, input: Option<String>) {
        let mut bytes = Vec::new();
        tag.encode(&mut bytes);
        self.letters.push(Letter { tag: bytes, node, released, fault, input });
    }

    /// A letter whose row could not be computed either: it is shown on standard error, and counted.
    #[cold]
    pub fn letter_lost(&mut self, letter: &LetterRow<'_>, fault: &Fault) {
        self.letters_lost += 1;
        tell(&format!("cannot write a dead letter: {fault}; the letter: {letter}\n"));
    }

    /// Missed windows.
    #[inline]
    pub fn late(&mut self, windows: u64) {
        self.late += windows;
    }

    /// Rows that a `where` dropped.
    #[inline]
    pub fn filtered(&mut self, rows: u64) {
        self.filtered += rows;
    }
}

/// The segment of an item: items up to the last one of a closed segment belong to it.
fn segment_of(segments: &[SegmentBounds], item: u32) -> u32 {
    segments.partition_point(|segment| segment.closed && segment.last_item < item) as u32
}

impl SinkRows {
    #[inline]
    fn open(&mut self, tag: &Tag<'_>) -> &mut Vec<u8> {
        self.count += 1;
        if self.discard {
            self.bytes.clear();
        } else if self.tagged {
            self.starts.push((self.tags.len(), self.bytes.len()));
            tag.encode(&mut self.tags);
        }
        &mut self.bytes
    }

    /// The rows; what stays is empty, with `bytes` as its buffer.
    pub(crate) fn take(&mut self, bytes: Vec<u8>) -> SinkRows {
        let empty = SinkRows { tagged: self.tagged, discard: self.discard, bytes, ..SinkRows::default() };
        std::mem::replace(self, empty)
    }
}

impl SinkRows {
    /// Whether the rows already stand in the order of their tags.
    pub(crate) fn is_sorted(&self) -> bool {
        !self.tagged || self.discard || self.rows().is_sorted_by(|a, b| a.0 <= b.0)
    }

    /// Tag and bytes of each row of a tagged sink.
    pub(crate) fn rows(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        let end = (self.tags.len(), self.bytes.len());
        self.starts.iter().enumerate().map(move |(at, start)| {
            let next = self.starts.get(at + 1).copied().unwrap_or(end);
            let tag = &self.tags[start.0..next.0];
            (tag, &self.bytes[start.1..next.1])
        })
    }
}
