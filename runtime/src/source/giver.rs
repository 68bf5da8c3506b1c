//! Spouts in Rust: the thread on which one is asked for its tuples, and told how far they have come.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use streamwright_values::format::lines::LENGTH;

use super::reader::Queue;
use super::{Cuts, Limits};
use crate::bell::Bell;
use crate::ledger::lock;
use crate::own::{Given, GivesTuples};
use crate::support::given::put_too_long;

/// How long a spout without input is left alone: at first, and at most.
const FIRST_PAUSE: Duration = Duration::from_millis(1);
const LONGEST_PAUSE: Duration = Duration::from_millis(50);

/// How long the end of a run waits for a spout that has to acknowledge what it gave.
const LAST_ACKS: Duration = Duration::from_secs(10);

/// How long it waits for one that is still being asked for more: a spout should not wait for its input for long.
const LAST_TUPLE: Duration = Duration::from_secs(1);

/// What the run and the thread of a spout tell each other.
#[derive(Debug)]
pub(crate) struct Acks {
    /// What the thread fills.
    queue: Arc<Queue>,
    /// So many of its tuples have come to their end.
    done: AtomicU64,
    /// The spout is being asked for its next tuple.
    asked: AtomicBool,
    state: Mutex<Told>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Told {
    /// No more tuples will come to their end.
    over: bool,
    /// The thread has come to its end, or what the spout said then.
    left: Option<Result<(), String>>,
}

impl Acks {
    fn new(queue: Arc<Queue>) -> Acks {
        Acks {
            queue,
            done: AtomicU64::new(0),
            asked: AtomicBool::new(false),
            state: Mutex::default(),
            changed: Condvar::new(),
        }
    }

    /// The next so many tuples have come to their end.
    pub(crate) fn done(&self, tuples: u64) {
        self.done.fetch_add(tuples, Ordering::AcqRel);
        // Under the lock, so that whoever has just found nothing done hears of it.
        let _told = lock(&self.state);
        self.changed.notify_all();
    }

    /// The run is over: waits until the spout has been told so.
    ///
    /// # Errors
    /// What the spout says to its last acknowledgement.
    pub(crate) fn finish(&self) -> Result<(), String> {
        // The thread may wait there for space.
        self.queue.stop();
        let started = Instant::now();
        let mut told = lock(&self.state);
        told.over = true;
        self.changed.notify_all();
        loop {
            if let Some(left) = told.left.take() {
                return left;
            }
            let longest = if self.asked.load(Ordering::Acquire) { LAST_TUPLE } else { LAST_ACKS };
            let Some(wait) = longest.checked_sub(started.elapsed()) else { return Ok(()) };
            told = self.changed.wait_timeout(told, wait).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn leave(&self, how: Result<(), String>) {
        lock(&self.state).left = Some(how);
        self.changed.notify_all();
    }

    /// Waits so long for more than `known` tuples to be done, or for the end of the run. Whether that has come.
    fn wait(&self, known: u64, longest: Duration) -> bool {
        let no_more = |told: &mut Told| self.done.load(Ordering::Acquire) == known && !told.over;
        let waited = self.changed.wait_timeout_while(lock(&self.state), longest, no_more);
        waited.unwrap_or_else(PoisonError::into_inner).0.over
    }
}

/// A spout, on its thread.
pub(crate) struct Giver {
    name: &'static str,
    spout: Box<dyn GivesTuples>,
    limits: Limits,
    queue: Arc<Queue>,
    acks: Arc<Acks>,
    /// How many tuples it has given, and how many of them are done.
    given: u64,
    done: u64,
    /// How many more may go into the chunk that is being filled, where that is forced.
    room: usize,
    /// Of each chunk that is not done: the number of tuples up to its end, and where the spout then stood.
    marks: VecDeque<(u64, Vec<u8>)>,
    /// The tuple that was given last, behind its length.
    frame: Vec<u8>,
}

impl Giver {
    /// Lets a spout give from now on, on a thread that ends with it.
    pub(crate) fn spawn(
        name: &'static str,
        spout: Box<dyn GivesTuples>,
        limits: Limits,
        bell: Arc<Bell>,
    ) -> Result<(Arc<Queue>, Arc<Acks>), String> {
        let queue = Arc::new(Queue::closing(bell));
        let acks = Arc::new(Acks::new(Arc::clone(&queue)));
        let mut giver = Giver {
            name,
            spout,
            limits,
            queue: Arc::clone(&queue),
            acks: Arc::clone(&acks),
            given: 0,
            done: 0,
            room: 0,
            marks: VecDeque::new(),
            frame: Vec::new(),
        };
        std::thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || giver.run())
            .map_err(|error| format!("cannot read {name}: no thread: {error}"))?;
        Ok((queue, acks))
    }

    fn run(&mut self) {
        // A queue that was stopped before hears of no error any more: the end of the run does.
        let mut left = self.give();
        self.queue.end(left.clone());
        while left.is_ok() && !self.marks.is_empty() {
            let over = self.acks.wait(self.done, LONGEST_PAUSE);
            left = self.acknowledge();
            if over {
                break;
            }
        }
        self.acks.leave(left);
    }

    /// Asks for tuples until there are no more, or nobody wants them.
    fn give(&mut self) -> Result<(), String> {
        let mut pause = FIRST_PAUSE;
        loop {
            self.acknowledge()?;
            // What is asked for is taken from wherever the spout has it: nothing is that nobody would take.
            if self.queue.is_closed() {
                return Ok(());
            }
            match self.ask()? {
                Given::Tuple => {
                    pause = FIRST_PAUSE;
                    if !self.put()? {
                        return Ok(());
                    }
                }
                Given::Nothing => {
                    self.acks.wait(self.done, pause);
                    pause = LONGEST_PAUSE.min(pause * 2);
                }
                Given::End => return Ok(()),
            }
        }
    }

    /// Asks for one tuple.
    fn ask(&mut self) -> Result<Given, String> {
        self.frame.clear();
        self.frame.extend_from_slice(&[0; LENGTH]);
        self.acks.asked.store(true, Ordering::Release);
        let asked = self.spout.next(&mut self.frame);
        self.acks.asked.store(false, Ordering::Release);
        asked.map_err(|why| self.failed(&why))
    }

    /// Puts a tuple where workers take it, and remembers where the spout stands behind it. False: nobody takes any more.
    fn put(&mut self) -> Result<bool, String> {
        let limit = self.limits.record_max.min(u32::MAX as usize - LENGTH);
        if self.frame.len() - LENGTH > limit {
            self.frame.truncate(LENGTH);
            put_too_long(limit, &mut self.frame);
        }
        let length = (self.frame.len() - LENGTH) as u32;
        self.frame[..LENGTH].copy_from_slice(&length.to_le_bytes());
        let join_bytes = match &mut self.limits.cuts {
            Cuts::Bytes(bytes) => *bytes,
            cuts if self.room == 0 => {
                self.room = cuts.tuples();
                0
            }
            _ => usize::MAX,
        };
        self.room = self.room.saturating_sub(1);
        let Some(begun) = self.queue.put_frame(&self.frame, join_bytes) else { return Ok(false) };
        self.given += 1;
        if begun || self.marks.is_empty() {
            self.marks.push_back((0, Vec::new()));
        }
        let Some((upto, position)) = self.marks.back_mut() else { return Ok(true) };
        *upto = self.given;
        position.clear();
        let told = self.spout.position(position);
        told.map(|()| true).map_err(|why| self.failed(&why))
    }

    /// Tells the spout how far its tuples are done.
    fn acknowledge(&mut self) -> Result<(), String> {
        let done = self.acks.done.load(Ordering::Acquire);
        self.done = done;
        let mut last = None;
        while let Some((_, position)) = self.marks.pop_front_if(|(upto, _)| *upto <= done) {
            last = Some(position);
        }
        let Some(position) = last else { return Ok(()) };
        self.spout.ack(&position).map_err(|why| self.failed(&why))
    }

    fn failed(&self, why: &str) -> String {
        format!("cannot read the spout `{}`: {why}", self.name)
    }
}

#[cfg(test)]
#[path = "giver_tests.rs"]
mod tests;
