//! A spout that is merged with others: its next items.

use std::sync::Arc;
use std::time::Duration;

use streamwright_values::format::lines::{Content, Cut, Framing, Record, Records};

use super::claims::{LONGEST_SLEEP, Silence};
use super::horizon::{NOTHING, passed};
use super::merge::{MergedRoot, Room, Turn};
use super::numbers::{Due, Numbers};
use super::reader::{Queue, Taken};
use super::{MergedItem, MergedPayload, Payload};
use crate::layout::{Foreseen, Merger};

/// So many items of a spout are read at once, as far as they have come.
const READ_AHEAD: usize = 64;

/// A spout that is merged.
pub(crate) struct MergeSpout {
    input: MergeInput,
    framing: Framing,
    /// The chunk that is being read, and how far.
    chunk: Cut,
    offset: usize,
    /// Lines before `offset`.
    lines: u64,
    heads: Heads,
    /// So many of them at most.
    most: usize,
    silence: Silence,
    pub(super) ended: bool,
}

/// Where a merged spout's tuples come from.
pub(crate) enum MergeInput {
    Chunks(Arc<Queue>),
    Numbers(Numbers),
}

/// What was read of a spout and is not taken yet.
struct Heads {
    /// Which spout of the layout's it is.
    spout: usize,
    timed: bool,
    /// The largest event time of the items that were taken.
    before: i64,
    items: Vec<Head>,
    /// The first of them that is not taken.
    next: usize,
    /// Their rows.
    rows: Vec<u8>,
    /// The reading of the clock that they were judged by, and how the last of them came.
    clock: i64,
    came: MergedPayload,
}

/// An item of a spout: its payload is a range of the spout's rows or chunk.
#[derive(Clone, Copy, Debug)]
struct Head {
    /// The largest event time up to it.
    maximum: i64,
    position: u64,
    payload: MergedPayload,
}

/// Why a spout has no item to show.
pub(super) enum Wait {
    Later(Duration),
    Failed(String),
}

impl MergeSpout {
    /// Number `spout` at the beginning of its input, behind `lines` lines of header.
    pub(super) fn new(
        spout: usize,
        input: MergeInput,
        timed: bool,
        framing: Framing,
        lines: u64,
        silence: Silence,
        merger: &dyn Merger,
    ) -> MergeSpout {
        // What depends on the clock, as a silence does, is seen when its turn has come.
        let by_clock = silence.is_told() || timed && merger.minds_clock(spout);
        let heads = Heads {
            spout,
            timed,
            before: NOTHING,
            items: Vec::new(),
            next: 0,
            rows: Vec::new(),
            clock: 0,
            came: MergedPayload::End,
        };
        MergeSpout {
            input,
            framing,
            chunk: Cut::default(),
            offset: 0,
            lines,
            heads,
            most: if by_clock { 1 } else { READ_AHEAD },
            silence,
            ended: false,
        }
    }

    pub(super) fn is_timed(&self) -> bool {
        self.heads.timed
    }

    /// The largest event time of the items that were taken.
    pub(super) fn before(&self) -> i64 {
        self.heads.before
    }

    /// The largest event time up to the next item, where there is one.
    #[inline]
    pub(super) fn maximum(&self) -> Option<i64> {
        self.heads.items.get(self.heads.next).map(|head| head.maximum)
    }

    /// Sees to it that there is a next item, unless the spout has ended, and that it was judged by this clock if it minds: it
    /// may wait for other spouts while roots go by, and it is judged by the clock of the root that takes it.
    #[inline]
    pub(super) fn look(
        &mut self,
        merger: &mut dyn Merger,
        record_max: usize,
        clock: i64,
    ) -> Result<(), Wait> {
        if self.ended {
            return Ok(());
        }
        if self.heads.next == self.heads.items.len() {
            return self.read(merger, record_max, clock);
        }
        if self.most == 1 && self.heads.clock != clock {
            self.heads.judge_anew(merger, &self.chunk.bytes, clock);
        }
        Ok(())
    }

    /// There is no next item. Whether there has been none for so long that the others do not wait for one; where that is to
    /// be told, it is the next one. Where no event time ever came, it begins at `others`.
    pub(super) fn is_silent(&mut self, clock: i64, others: Option<i64>) -> bool {
        if let Some(silence) = self.silence.tell(clock) {
            let before = self.heads.before;
            let at = if before == NOTHING { others } else { Some(passed(before, silence)) };
            if let Some(at) = at {
                self.heads.clear(clock);
                self.heads.put(0, MergedPayload::Silence(at), Foreseen::Unread(Some(at)), 0);
            }
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

    /// Reads on, now that all is taken.
    fn read(&mut self, merger: &mut dyn Merger, record_max: usize, clock: i64) -> Result<(), Wait> {
        self.heads.clear(clock);
        loop {
            self.read_chunk(merger, record_max, clock);
            if !self.heads.items.is_empty() {
                break;
            }
            let (position, came) = match &mut self.input {
                MergeInput::Numbers(numbers) => match numbers.take(1) {
                    Due::Range { first, .. } => (first, MergedPayload::Number(first)),
                    Due::Later(wait) => return Err(Wait::Later(wait)),
                    Due::Ended => (0, MergedPayload::End),
                },
                MergeInput::Chunks(queue) => match queue.take() {
                    Taken::Chunk(chunk) => {
                        (self.chunk, self.offset) = (chunk, 0);
                        continue;
                    }
                    Taken::Later => return Err(Wait::Later(LONGEST_SLEEP)),
                    Taken::Ended(Ok(())) => (0, MergedPayload::End),
                    Taken::Ended(Err(why)) => return Err(Wait::Failed(why)),
                },
            };
            self.heads.judge(merger, &self.chunk.bytes, position, came);
            break;
        }
        self.silence.is_over(clock);
        Ok(())
    }

    /// Reads the next records of the chunk.
    fn read_chunk(&mut self, merger: &mut dyn Merger, record_max: usize, clock: i64) {
        let (bytes, heads) = (&self.chunk.bytes, &mut self.heads);
        if self.offset == bytes.len() {
            return;
        }
        let mut records = Records::behind(self.framing, &self.chunk, self.offset, record_max);
        while heads.items.len() < self.most {
            let (start, row) = (bytes.len() - records.rest().len(), heads.rows.len());
            let read_on = |input: &[u8]| merger.read_on(heads.spout, input, clock, &mut heads.rows);
            let read = if heads.timed { records.read(read_on) } else { None };
            if let Some((line, read)) = read {
                let came = MergedPayload::Line { start, end: start + line.len() };
                heads.put(self.lines + records.lines() - 1, came, read, row);
                continue;
            }
            heads.rows.truncate(row);
            let Some(record) = records.next() else { break };
            heads.judge(merger, bytes, self.lines + record.line - 1, came(bytes, record));
        }
        self.lines += records.lines();
        self.offset = bytes.len() - records.rest().len();
    }

    /// Moves items into a root, as long as they come before the next one of another spout: rows where they were read, else
    /// what there is to read.
    pub(super) fn push(&mut self, root: &mut MergedRoot, other: Turn, room: &Room) {
        let heads = &mut self.heads;
        while let Some(head) = heads.items.get(heads.next)
            && (head.maximum, heads.spout) < other
            && room.is_in(root)
        {
            let at = root.bytes.len();
            let mut copy = |bytes: &[u8]| {
                root.bytes.extend_from_slice(bytes);
                (at, at + bytes.len())
            };
            let payload = match head.payload {
                MergedPayload::Row { start, end, at } => {
                    let (start, end) = copy(&heads.rows[start..end]);
                    MergedPayload::Row { start, end, at }
                }
                MergedPayload::Line { start, end } => {
                    let (start, end) = copy(&self.chunk.bytes[start..end]);
                    MergedPayload::Line { start, end }
                }
                MergedPayload::TooLong { start, end } => {
                    let (start, end) = copy(&self.chunk.bytes[start..end]);
                    MergedPayload::TooLong { start, end }
                }
                MergedPayload::Unfinished { start, end } => {
                    let (start, end) = copy(&self.chunk.bytes[start..end]);
                    MergedPayload::Unfinished { start, end }
                }
                whole => whole,
            };
            self.ended |= payload == MergedPayload::End;
            heads.before = head.maximum;
            root.items.push(MergedItem { spout: heads.spout as u32, position: head.position, payload });
            heads.next += 1;
        }
    }
}

impl Heads {
    /// All are taken; the next ones are judged by this clock.
    fn clear(&mut self, clock: i64) {
        self.items.clear();
        self.rows.clear();
        (self.next, self.clock) = (0, clock);
    }

    /// Another item, of which this was read: its row begins at `row`.
    #[inline]
    fn put(&mut self, position: u64, came: MergedPayload, read: Foreseen, row: usize) {
        let before = self.items.last().map_or(self.before, |last| last.maximum);
        let payload = match read {
            Foreseen::Row(at) => MergedPayload::Row { start: row, end: self.rows.len(), at },
            Foreseen::Dropped => MergedPayload::Dropped,
            Foreseen::Unread(_) => came,
        };
        let maximum = read.at().map_or(before, |at| before.max(at));
        self.items.push(Head { maximum, position, payload });
        self.came = came;
    }

    /// Another item, which is not read yet.
    fn judge(&mut self, merger: &mut dyn Merger, bytes: &[u8], position: u64, came: MergedPayload) {
        let row = self.rows.len();
        let mut of = |payload| merger.read(self.spout, &payload, self.clock, &mut self.rows);
        let read = match came {
            MergedPayload::Line { start, end } if self.timed => of(Payload::Line(&bytes[start..end])),
            MergedPayload::Number(number) if self.timed => of(Payload::Number(number)),
            MergedPayload::Silence(at) => Foreseen::Unread(Some(at)),
            _ => Foreseen::Unread(None),
        };
        self.put(position, came, read, row);
    }

    /// The only item again, by another clock.
    fn judge_anew(&mut self, merger: &mut dyn Merger, bytes: &[u8], clock: i64) {
        let position = self.items.first().map_or(0, |head| head.position);
        self.clear(clock);
        self.judge(merger, bytes, position, self.came);
    }
}

/// A record of a chunk of these bytes.
fn came(bytes: &[u8], record: Record<'_>) -> MergedPayload {
    let range = |content: &[u8]| {
        let start = content.as_ptr().addr() - bytes.as_ptr().addr();
        (start, start + content.len())
    };
    match record.content {
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
    }
}
