//! Inputs that only one thread can read (standard input, pipes, CSV, forced cuts): it cuts them into chunks of whole
//! records, and workers take those.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use streamwright_values::format::lines::{Content, Cut, Cutter, Framing, Records, Scan};

use super::{Cuts, Limits};
use crate::bell::Bell;
use crate::files::{Block, Input, Piece};
use crate::ledger::lock;

/// So much is asked for at once.
const PIECE_BYTES: usize = 256 << 10;

/// So many chunks and bytes wait at most; beyond that the input has to wait. A chunk of a longer line waits alone.
pub(super) const CHUNKS_WAITING: usize = 8;
const BYTES_WAITING: usize = CHUNKS_WAITING * PIECE_BYTES;

/// The end of a reader thread that workers take from.
#[derive(Debug)]
pub(crate) struct Queue {
    state: Mutex<State>,
    space: Condvar,
    /// Rung for every chunk, so that whoever waits for one comes before this thread waits for space.
    bell: Arc<Bell>,
    /// Whether a stop closes it: who fills it does not see one itself.
    closes: bool,
}

#[derive(Debug, Default)]
struct State {
    chunks: VecDeque<Cut>,
    end: Option<Result<(), String>>,
}

impl State {
    fn is_full(&self) -> bool {
        let bytes: usize = self.chunks.iter().map(|chunk| chunk.bytes.len()).sum();
        self.chunks.len() >= CHUNKS_WAITING || bytes >= BYTES_WAITING
    }
}

/// What there is to take.
#[derive(Debug)]
pub(crate) enum Taken {
    /// Whole records.
    Chunk(Cut),
    /// Nothing yet.
    Later,
    /// Nothing any more; or why the input failed.
    Ended(Result<(), String>),
}

impl Queue {
    fn new(bell: Arc<Bell>, closes: bool) -> Queue {
        Queue { state: Mutex::default(), space: Condvar::new(), bell, closes }
    }

    /// One that a stop closes: what is in it then is all.
    pub(super) fn closing(bell: Arc<Bell>) -> Queue {
        Queue::new(bell, true)
    }

    /// The program is stopped.
    pub(super) fn stop(&self) {
        if self.closes {
            self.end(Ok(()));
            self.space.notify_all();
        }
    }

    /// Whether nothing is taken any more of what is put.
    pub(super) fn is_closed(&self) -> bool {
        lock(&self.state).end.is_some()
    }

    /// Puts one record, behind the last chunk if nobody has taken that and it has room for so many bytes; else into a new one,
    /// for which it waits while enough is waiting. Whether it began a chunk; nothing where the queue is closed.
    pub(super) fn put_frame(&self, frame: &[u8], join_bytes: usize) -> Option<bool> {
        let mut state = lock(&self.state);
        loop {
            if state.end.is_some() {
                return None;
            }
            if let Some(last) = state.chunks.back_mut()
                && last.bytes.len().saturating_add(frame.len()) <= join_bytes
            {
                last.bytes.extend_from_slice(frame);
                return Some(false);
            }
            if !state.is_full() {
                break;
            }
            state = self.space.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.chunks.push_back(Cut { bytes: frame.to_vec(), ..Cut::default() });
        drop(state);
        self.bell.ring_one();
        Some(true)
    }

    /// The next chunk, after a stop perhaps.
    pub(super) fn taken(&self, stop: bool) -> Taken {
        if stop {
            self.stop();
        }
        self.take()
    }

    /// The next chunk.
    pub(super) fn take(&self) -> Taken {
        let mut state = lock(&self.state);
        if let Some(chunk) = state.chunks.pop_front() {
            drop(state);
            self.space.notify_one();
            return Taken::Chunk(chunk);
        }
        state.end.clone().map_or(Taken::Later, Taken::Ended)
    }

    /// Waits while enough is waiting. What is small is joined with the chunk before it, if nobody has taken that yet.
    fn put(&self, chunk: Cut, join_bytes: usize) {
        let mut state = lock(&self.state);
        if let Some(last) = state.chunks.back_mut()
            && last.bytes.len() + chunk.bytes.len() <= join_bytes
            && last.bytes.ends_with(b"\n")
        {
            last.bytes.extend_from_slice(&chunk.bytes);
            last.unfinished = chunk.unfinished;
            return;
        }
        while state.is_full() {
            state = self.space.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.chunks.push_back(chunk);
        drop(state);
        self.bell.ring_one();
    }

    pub(super) fn end(&self, end: Result<(), String>) {
        lock(&self.state).end.get_or_insert(end);
        self.bell.ring();
    }
}

/// An input, and how far it has been read.
pub(crate) struct Reader {
    input: Input,
    framing: Framing,
    limits: Limits,
    cutter: Cutter,
    /// Cut, and not yet given to anybody.
    ready: VecDeque<Cut>,
    piece: Block,
}

impl Reader {
    /// At the beginning of an input.
    pub(crate) fn new(input: Input, framing: Framing, limits: Limits) -> Reader {
        let cutter = Cutter::new(framing, limits.record_max);
        Reader { input, framing, limits, cutter, ready: VecDeque::new(), piece: Block::new(PIECE_BYTES) }
    }

    pub(crate) fn input(&self) -> &Input {
        &self.input
    }

    /// Takes the first record, and the number of lines up to its end. Empty where there is none.
    pub(crate) fn header(&mut self) -> Result<(Vec<u8>, u64), String> {
        let mut lines = 0;
        loop {
            while let Some(cut) = self.ready.pop_front() {
                let mut records = Records::of(self.framing, &cut, self.limits.record_max);
                let first = records.next();
                lines += records.lines();
                match first.map(|record| record.content) {
                    Some(Content::Whole(header)) => {
                        let bytes = records.rest().to_vec();
                        self.ready.push_front(Cut { bytes, ..cut });
                        return Ok((header.to_vec(), lines));
                    }
                    Some(Content::TooLong(_)) => {
                        return Err(format!("the header line of {} is too long", self.input.name()));
                    }
                    Some(Content::Unfinished(_)) | None => {}
                }
            }
            if !self.read()? {
                return Ok((Vec::new(), lines));
            }
        }
    }

    /// Reads what is there. False at the end of the input.
    fn read(&mut self) -> Result<bool, String> {
        let mut each = |cut| self.ready.push_back(cut);
        match self.input.read(self.piece.bytes()) {
            Ok(Piece::Bytes(read)) => {
                self.cutter.push(&self.piece.bytes()[..read], &mut each);
                return Ok(true);
            }
            Ok(Piece::End) => self.cutter.finish(&mut each),
            // Of a file, the line that has begun still stands there.
            Ok(Piece::Stopped) if self.input.is_kept() => {}
            Ok(Piece::Stopped) => self.cutter.stop(&mut each),
            Err(error) => return Err(format!("cannot read {}: {error}", self.input.name())),
        }
        Ok(!self.ready.is_empty())
    }

    /// Goes on in a thread of its own. It is never waited for: when a run fails, it may stand in a read.
    pub(crate) fn spawn(mut self, bell: Arc<Bell>) -> Result<Arc<Queue>, String> {
        let queue = Arc::new(Queue::new(bell, false));
        let shared = Arc::clone(&queue);
        let name = self.input.name().to_owned();
        std::thread::Builder::new()
            .name("reader".to_owned())
            .spawn(move || {
                let end = self.feed(&shared);
                shared.end(end);
            })
            .map_err(|error| format!("cannot read {name}: no thread: {error}"))?;
        Ok(queue)
    }

    fn feed(&mut self, queue: &Queue) -> Result<(), String> {
        loop {
            while let Some(cut) = self.ready.pop_front() {
                self.put(cut, queue);
            }
            if !self.read()? {
                return Ok(());
            }
        }
    }

    /// Whole cuts, or smaller ones where that is asked for.
    fn put(&mut self, cut: Cut, queue: &Queue) {
        if let Cuts::Bytes(bytes) = self.limits.cuts {
            queue.put(cut, bytes.min(self.limits.record_max));
            return;
        }
        let mut rest = &cut.bytes[..];
        while !rest.is_empty() {
            let mut scan = Scan::new(self.framing, self.limits.record_max);
            let mut end = 0;
            for _ in 0..self.limits.cuts.tuples() {
                let Some(length) = scan.end(&rest[end..]) else {
                    end = rest.len();
                    break;
                };
                end += length;
            }
            let (chunk, behind) = rest.split_at(end);
            let unfinished = cut.unfinished && behind.is_empty();
            queue.put(Cut { bytes: chunk.to_vec(), unfinished }, 0);
            rest = behind;
        }
    }
}
