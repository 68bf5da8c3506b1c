//! A spout that is merged with others: its next item.

use std::sync::Arc;
use std::time::Duration;

use streamwright_values::format::lines::{Content, Cut, Framing, Records};

use super::claims::{LONGEST_SLEEP, Silence};
use super::horizon::{NOTHING, passed};
use super::merge::MergedRoot;
use super::numbers::{Due, Numbers};
use super::reader::{Queue, Taken};
use super::{MergedItem, MergedPayload, Payload};
use crate::layout::{Foreseen, Merger};

/// A spout that is merged.
pub(crate) struct MergeSpout {
    /// Which one of the layout's it is.
    index: usize,
    input: MergeInput,
    pub(super) timed: bool,
    framing: Framing,
    /// The chunk that is being read, and how far.
    chunk: Cut,
    offset: usize,
    /// Lines before `offset`.
    lines: u64,
    /// The largest event time of the items before the head, and up to it.
    pub(super) before: i64,
    pub(super) maximum: i64,
    pub(super) head: Option<Head>,
    /// The row that was read of the head.
    row: Vec<u8>,
    silence: Silence,
    pub(super) ended: bool,
}

/// Where a merged spout's tuples come from.
pub(crate) enum MergeInput {
    Chunks(Arc<Queue>),
    Numbers(Numbers),
}

/// The next item of a spout: its payload is a range of the spout's chunk.
#[derive(Clone, Copy, Debug)]
pub(super) struct Head {
    position: u64,
    payload: MergedPayload,
    /// What was read of it, and the reading of the clock that its event time was judged by.
    read: Option<(Foreseen, i64)>,
}

/// Why a spout has no item to show.
pub(super) enum Wait {
    Later(Duration),
    Failed(String),
}

impl MergeSpout {
    /// At the beginning of an input, behind `lines` lines of header.
    pub(super) fn new(
        index: usize,
        input: MergeInput,
        timed: bool,
        framing: Framing,
        lines: u64,
        silence: Silence,
    ) -> MergeSpout {
        MergeSpout {
            index,
            input,
            timed,
            framing,
            chunk: Cut::default(),
            offset: 0,
            lines,
            before: NOTHING,
            maximum: NOTHING,
            head: None,
            row: Vec::new(),
            silence,
            ended: false,
        }
    }

    /// Whether there is a head that was judged by this clock, or none will come any more.
    #[inline]
    pub(super) fn is_ready(&self, clock: i64) -> bool {
        self.ended || self.head.is_some_and(|head| head.read.is_some_and(|(_, by)| by == clock))
    }

    /// Sees to it that there is a head, unless the spout has ended, and that it was judged by this clock: a head may
    /// wait for other spouts while roots go by, and it is judged by the clock of the root that takes it.
    pub(super) fn look(
        &mut self,
        merger: &mut dyn Merger,
        record_max: usize,
        clock: i64,
    ) -> Result<(), Wait> {
        if self.is_ready(clock) {
            return Ok(());
        }
        if self.head.is_none() {
            self.next(merger, record_max, clock)?;
            self.silence.is_over(clock);
        }
        let Some(Head { payload, read, .. }) = self.head else { return Ok(()) };
        let read = match read {
            Some((read, by)) if by == clock => read,
            _ => self.judge(payload, merger, clock),
        };
        self.maximum = read.at().map_or(self.before, |at| self.before.max(at));
        Ok(())
    }

    /// What the head is by this clock.
    #[cold]
    fn judge(&mut self, payload: MergedPayload, merger: &mut dyn Merger, clock: i64) -> Foreseen {
        let payload = match payload {
            MergedPayload::Line { start, end } if self.timed => Payload::Line(&self.chunk.bytes[start..end]),
            MergedPayload::Number(number) if self.timed => Payload::Number(number),
            MergedPayload::Silence(at) => return Foreseen::Unread(Some(at)),
            _ => return Foreseen::Unread(None),
        };
        self.row.clear();
        merger.read(self.index, &payload, clock, &mut self.row)
    }

    /// There is no head. Whether there has been none for so long that the others do not wait for one; where that is to
    /// be told, it is the head. Where no event time ever came, it begins at `others`.
    pub(super) fn is_silent(&mut self, clock: i64, others: Option<i64>) -> bool {
        if let Some(silence) = self.silence.tell(clock) {
            let at = if self.before == NOTHING { others } else { Some(passed(self.before, silence)) };
            self.maximum = at.unwrap_or(NOTHING);
            self.head = at.map(|at| Head { position: 0, payload: MergedPayload::Silence(at), read: None });
        }
        self.silence.lasts()
    }

    /// Generated input ends here, and what spouts in Rust give; inputs that are read end by themselves.
    pub(super) fn stop(&mut self) {
        match &mut self.input {
            MergeInput::Numbers(numbers) => numbers.stop(),
            MergeInput::Chunks(queue) => queue.stop(),
        }
    }

    /// Goes to the next item: it is the head.
    fn next(&mut self, merger: &mut dyn Merger, record_max: usize, clock: i64) -> Result<(), Wait> {
        while !self.record(merger, record_max, clock) {
            let (position, payload) = match &mut self.input {
                MergeInput::Numbers(numbers) => match numbers.take(1) {
                    Due::Range { first, .. } => (first, MergedPayload::Number(first)),
                    Due::Later(wait) => return Err(Wait::Later(wait)),
                    Due::Ended => (0, MergedPayload::End),
                },
                MergeInput::Chunks(queue) => match queue.take() {
                    Taken::Chunk(chunk) => {
                        self.chunk = chunk;
                        self.offset = 0;
                        continue;
                    }
                    Taken::Later => return Err(Wait::Later(LONGEST_SLEEP)),
                    Taken::Ended(Ok(())) => (0, MergedPayload::End),
                    Taken::Ended(Err(why)) => return Err(Wait::Failed(why)),
                },
            };
            self.head = Some(Head { position, payload, read: None });
            break;
        }
        Ok(())
    }

    /// Goes to the next record of the chunk, if there is one, and reads it if it is read in one pass.
    fn record(&mut self, merger: &mut dyn Merger, record_max: usize, clock: i64) -> bool {
        if self.offset == self.chunk.bytes.len() {
            return false;
        }
        let mut records = Records::behind(self.framing, &self.chunk, self.offset, record_max);
        let lines_before = self.lines;
        if self.timed {
            self.row.clear();
            let read_on = |input: &[u8]| merger.read_on(self.index, input, clock, &mut self.row);
            if let Some((line, read)) = records.read(read_on) {
                let (start, end) = (self.offset, self.offset + line.len());
                self.offset = self.chunk.bytes.len() - records.rest().len();
                self.lines += 1;
                let payload = MergedPayload::Line { start, end };
                self.head = Some(Head { position: lines_before, payload, read: Some((read, clock)) });
                return true;
            }
        }
        let record = records.next();
        self.lines += records.lines();
        self.offset = self.chunk.bytes.len() - records.rest().len();
        let Some(record) = record else { return false };
        let base = self.chunk.bytes.as_ptr().addr();
        let range = |content: &[u8]| {
            let start = content.as_ptr().addr() - base;
            (start, start + content.len())
        };
        let payload = match record.content {
            Content::Whole(line) => {
                let (start, end) = range(line);
                MergedPayload::Line { start, end }
            }
            Content::TooLong(line) => {
                let (start, end) = range(line);
                MergedPayload::TooLong { start, end }
            }
            Content::Unfinished(line) => {
                let (start, end) = range(line);
                MergedPayload::Unfinished { start, end }
            }
        };
        let position = lines_before + record.line - 1;
        self.head = Some(Head { position, payload, read: None });
        true
    }

    /// Moves the head into a root: its row where it was read, else what there is to read.
    pub(super) fn push(&mut self, root: &mut MergedRoot) {
        let Some(head) = self.head.take() else { return };
        self.before = self.maximum;
        let mut copy = |bytes: &[u8]| {
            let start = root.bytes.len();
            root.bytes.extend_from_slice(bytes);
            (start, root.bytes.len())
        };
        let payload = match (head.read, head.payload) {
            (Some((Foreseen::Row(at), _)), _) => {
                let (start, end) = copy(&self.row);
                MergedPayload::Row { start, end, at }
            }
            (Some((Foreseen::Dropped, _)), _) => MergedPayload::Dropped,
            (_, MergedPayload::Line { start, end }) => {
                let (start, end) = copy(&self.chunk.bytes[start..end]);
                MergedPayload::Line { start, end }
            }
            (_, MergedPayload::TooLong { start, end }) => {
                let (start, end) = copy(&self.chunk.bytes[start..end]);
                MergedPayload::TooLong { start, end }
            }
            (_, MergedPayload::Unfinished { start, end }) => {
                let (start, end) = copy(&self.chunk.bytes[start..end]);
                MergedPayload::Unfinished { start, end }
            }
            (_, whole) => whole,
        };
        self.ended |= payload == MergedPayload::End;
        root.items.push(MergedItem { spout: self.index as u32, position: head.position, payload });
    }
}
