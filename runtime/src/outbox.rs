//! Where a worker puts what it makes of a root: parts for other workers, rows for sinks, dead letters, counts.

use std::sync::Arc;

use streamwright_values::Fault;

use crate::costs;
use crate::counters::Counters;
use crate::layout::{Layout, Target};
use crate::letter::{Letter, LetterRow};
use crate::part::Part;
use crate::sink::{Rows, Sink};
use crate::source::Known;
use crate::stage::SegmentBounds;
use crate::stderr::tell;
use crate::tag::{Phase, Tag};

/// What one worker makes of one root at one stage. The runtime takes it away when the call returns.
#[derive(Debug)]
pub struct Outbox {
    workers: usize,
    /// The clock's reading of the root, in nanoseconds since 1970.
    pub(crate) clock: i64,
    pub(crate) segments: Vec<SegmentBounds>,
    /// With the source stage: of each segment, one value a spout.
    pub(crate) maxima: Vec<Known>,
    /// By exchange, then by receiver; none alone.
    pub(crate) parts: Vec<Part>,
    pub(crate) sinks: Vec<SinkRows>,
    pub(crate) letters: Vec<Letter>,
    pub(crate) late: u64,
    pub(crate) filtered: u64,
    pub(crate) letters_lost: u64,
    /// Takes rows before their root is finished.
    stream: Option<Stream>,
}

/// Where rows go that need not wait for the end of their root. A worker alone makes them in the order in which they are
/// written; so a firing, however long, holds no more of them than the writer threads are behind.
#[derive(Clone, Debug)]
pub(crate) struct Stream {
    pub(crate) sinks: Arc<[Sink]>,
    pub(crate) counters: Arc<Counters>,
}

/// So many bytes of a sink's rows go on their way before their root is finished.
const STREAM_BYTES: usize = 256 << 10;

/// So much room for tags, and for where rows begin, is made at once at most.
const AHEAD: usize = 64 << 10;

/// Formatted rows of one sink.
#[derive(Clone, Debug, Default)]
pub(crate) struct SinkRows {
    pub(crate) tagged: bool,
    pub(crate) discard: bool,
    /// When so many bytes are there they are streamed.
    pub(crate) stream_at: usize,
    pub(crate) bytes: Vec<u8>,
    pub(crate) count: u64,
    /// The tags of the rows, one behind the other; empty where they are untagged.
    pub(crate) tags: Vec<u8>,
    /// Where each row's tag and bytes begin; as long as there are rows where they are tagged.
    pub(crate) starts: Vec<(usize, usize)>,
}

impl Outbox {
    /// An empty one, in the shape of the program.
    pub(crate) fn new(layout: &Layout, workers: usize, stream: Option<Stream>) -> Outbox {
        let receivers = if workers > 1 { workers } else { 0 };
        let parts = layout
            .exchanges
            .iter()
            .flat_map(|exchange| (0..receivers).map(|_| Part::new(exchange.tagged.with(workers))));
        let sinks = layout.sinks.iter().map(|sink| {
            let discard = matches!(&sink.target, Target::Bytes { connector, .. } if !connector.format);
            let tagged = costs::ORDER && sink.tagged.with(workers);
            // Letters come at the end of their root, and tagged rows are not in order yet.
            let streams = stream.is_some() && !sink.dead_letters && !tagged && !discard;
            let stream_at = if streams { STREAM_BYTES } else { usize::MAX };
            SinkRows { tagged, discard, stream_at, ..SinkRows::default() }
        });
        Outbox {
            workers,
            clock: 0,
            segments: Vec::new(),
            maxima: Vec::new(),
            parts: parts.collect(),
            sinks: sinks.collect(),
            letters: Vec::new(),
            late: 0,
            filtered: 0,
            letters_lost: 0,
            stream,
        }
    }

    /// How many workers there are: with the key's hash, [`receiver`](crate::hash::receiver) says who owns a key.
    #[inline]
    #[must_use]
    pub fn workers(&self) -> usize {
        self.workers
    }

    /// The clock's reading of the root that is worked on, in nanoseconds since 1970.
    #[inline]
    #[must_use]
    pub fn clock(&self) -> i64 {
        self.clock
    }

    /// Opens a row for a worker at an exchange; the caller appends its bytes, and the next row closes it. The row's
    /// segment is that of the tag's item; a combined partial takes the last item of its segment.
    #[inline]
    pub fn part(&mut self, exchange: usize, receiver: usize, phase: Phase, tag: &Tag<'_>) -> &mut Vec<u8> {
        let segment = if self.segments.is_empty() { 0 } else { segment_of(&self.segments, tag.item()) };
        self.parts[exchange * self.workers + receiver].row_in(segment, phase, tag)
    }

    /// Opens a row of a sink; the caller appends its bytes with their line end, and the next row closes it. Of a sink
    /// that discards, nothing need be appended.
    #[inline]
    pub fn row(&mut self, sink: usize, tag: &Tag<'_>) -> &mut Vec<u8> {
        if self.sinks[sink].bytes.len() >= self.sinks[sink].stream_at {
            self.stream(sink);
        }
        self.sinks[sink].open(tag)
    }

    /// Sends what a sink has, and waits where its writer thread is far behind. What is opened next keeps the root open.
    #[cold]
    fn stream(&mut self, sink: usize) {
        let Some(Stream { sinks, counters }) = &self.stream else { return };
        let rows = self.sinks[sink].take(sinks[sink].buffer());
        counters.rows_made.add(rows.count);
        sinks[sink].send(Rows { finishes: None, count: rows.count, bytes: rows.bytes });
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
        if !costs::LETTERS {
            return;
        }
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
        if costs::COUNTERS {
            self.late += windows;
        }
    }

    /// Rows that a `where` dropped.
    #[inline]
    pub fn filtered(&mut self, rows: u64) {
        if costs::COUNTERS {
            self.filtered += rows;
        }
    }
}

/// The segment of an item: items up to the last one of a segment that a cut closes belong to it.
fn segment_of(segments: &[SegmentBounds], item: u32) -> u32 {
    segments.partition_point(|segment| segment.classes != 0 && segment.last_item < item) as u32
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
        let SinkRows { tagged, discard, stream_at, .. } = *self;
        // The next root with rows has about as many.
        let tags = Vec::with_capacity(self.tags.len().min(AHEAD));
        let starts = Vec::with_capacity(self.starts.len().min(AHEAD));
        std::mem::replace(self, SinkRows { tagged, discard, stream_at, bytes, tags, starts, count: 0 })
    }

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
