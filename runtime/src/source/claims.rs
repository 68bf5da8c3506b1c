//! Claims: who gets which root. Workers come here one after the other, and the root's number is given here.

use std::sync::Arc;
use std::time::Duration;

use streamwright_values::dataflow::SILENCE_TOLD_EVERY_NS;
use streamwright_values::format::lines::Cut;

use super::giver::Acks;
use super::merge::{Merge, MergedRoot};
use super::numbers::{Due, Numbers};
use super::reader::{Queue, Taken};
use super::{Cuts, Limits};
use crate::clock;
use crate::files::Input;

/// So many generated tuples make a root.
const ROOT_NUMBERS: u64 = 2048;

/// What is left of the input.
pub(crate) struct Claims<'p> {
    pub(super) feed: Feed<'p>,
    pub(super) limits: Limits,
    pub(super) next: u64,
    pub(super) ended: bool,
    /// Lines of the only spout before its first tuple: a header.
    pub(super) lines_before: u64,
    /// Of the only spout.
    pub(super) silence: Silence,
    /// Of each spout in Rust, its number, and where it is told how far its tuples are done.
    pub(super) acks: Vec<(usize, Arc<Acks>)>,
}

/// Whether nothing has come from a spout for long.
pub(super) struct Silence {
    /// `idle after`, in nanoseconds.
    after: Option<i64>,
    /// The clock's reading when something came last, or when this was told last.
    told: Option<i64>,
    /// Whether it has been told since something came.
    lasts: bool,
}

impl Silence {
    pub(super) fn new(after: Option<i64>) -> Silence {
        Silence { after: after.map(|after| after.max(1)), told: None, lasts: false }
    }

    /// Whether it ever is.
    pub(super) fn is_told(&self) -> bool {
        self.after.is_some()
    }

    pub(super) fn is_over(&mut self, clock: i64) {
        (self.told, self.lasts) = (Some(clock), false);
    }

    /// How long it has been since this was told, where that is to be told now.
    pub(super) fn tell(&mut self, clock: i64) -> Option<i64> {
        let after = self.after?;
        let since = clock.saturating_sub(*self.told.get_or_insert(clock));
        if since < if self.lasts { SILENCE_TOLD_EVERY_NS } else { after } {
            return None;
        }
        (self.told, self.lasts) = (Some(clock), true);
        Some(since)
    }

    /// Whether it has been told since something came.
    pub(super) fn lasts(&self) -> bool {
        self.lasts
    }
}

/// Where roots come from.
pub(crate) enum Feed<'p> {
    /// A file that can seek.
    Ranges { input: Arc<Input>, next: u64, end: u64 },
    /// A reader thread.
    Chunks(Arc<Queue>),
    /// Generated tuples.
    Numbers(Numbers),
    /// Several spouts.
    Merge(Merge<'p>),
}

/// What a worker is told.
#[derive(Debug)]
pub(crate) enum Claim {
    /// A root.
    Root(Root),
    /// Nothing yet; at the latest after this time there may be, if nobody rings before.
    Later(Duration),
    /// Nothing any more.
    Finished,
    /// The input cannot be read.
    Failed(String),
}

/// A root, claimed and not yet walked over.
#[derive(Debug)]
pub(crate) struct Root {
    pub(crate) number: u64,
    /// The clock's reading, in nanoseconds since 1970.
    pub(crate) clock: i64,
    pub(crate) work: Work,
}

/// What a root consists of.
#[derive(Debug)]
pub(crate) enum Work {
    Range {
        input: Arc<Input>,
        start: u64,
        end: u64,
    },
    Chunk(Cut),
    Numbers {
        first: u64,
        end: u64,
    },
    Merged(MergedRoot),
    /// Nothing came from the only spout, for so many nanoseconds.
    Silence(i64),
    End,
}

/// What a feed has.
pub(super) enum Next {
    Work(Work),
    Later(Duration),
    Ended,
    Failed(String),
}

/// How long a worker sleeps at most before it looks again whether a signal came.
pub(crate) const LONGEST_SLEEP: Duration = Duration::from_millis(50);

impl Claims<'_> {
    /// The number of the next root.
    pub(crate) fn next_number(&self) -> u64 {
        self.next
    }

    /// Lines of the only spout before its first tuple.
    pub(crate) fn lines_before(&self) -> u64 {
        self.lines_before
    }

    /// Who is to be told of tuples that are done.
    pub(crate) fn acks(&self) -> &[(usize, Arc<Acks>)] {
        &self.acks
    }

    /// The next root. After `stop` there is no more input than what was read of pipes before, and the end.
    pub(crate) fn claim(&mut self, stop: bool) -> Claim {
        if self.ended {
            return Claim::Finished;
        }
        let clock = self.limits.clock.unwrap_or_else(|| clock::now().0);
        let work = match self.take(stop, clock) {
            Next::Work(work) => {
                self.silence.is_over(clock);
                work
            }
            Next::Later(wait) => match self.silence.tell(clock) {
                Some(silence) => Work::Silence(silence),
                None => return Claim::Later(wait),
            },
            Next::Failed(why) => return Claim::Failed(why),
            Next::Ended => {
                self.ended = true;
                match self.feed {
                    // Its ends were among its items.
                    Feed::Merge(_) => return Claim::Finished,
                    _ => Work::End,
                }
            }
        };
        let number = self.next;
        self.next += 1;
        Claim::Root(Root { number, clock, work })
    }

    fn take(&mut self, stop: bool, clock: i64) -> Next {
        let limits = &mut self.limits;
        match &mut self.feed {
            Feed::Merge(merge) => merge.take(stop, &mut limits.cuts, clock),
            Feed::Ranges { .. } | Feed::Numbers(_) if stop => Next::Ended,
            Feed::Ranges { next, end, .. } if next == end => Next::Ended,
            Feed::Ranges { input, next, end } => {
                let start = *next;
                let Cuts::Bytes(bytes) = limits.cuts else { return Next::Ended };
                *next = end.min(&mut (start + bytes.max(1) as u64)).to_owned();
                Next::Work(Work::Range { input: Arc::clone(input), start, end: *next })
            }
            Feed::Chunks(queue) => match queue.taken(stop) {
                Taken::Chunk(cut) => Next::Work(Work::Chunk(cut)),
                Taken::Later => Next::Later(LONGEST_SLEEP),
                Taken::Ended(Ok(())) => Next::Ended,
                Taken::Ended(Err(why)) => Next::Failed(why),
            },
            Feed::Numbers(numbers) => {
                let most = match &limits.cuts {
                    Cuts::Bytes(_) => ROOT_NUMBERS,
                    _ => limits.cuts.tuples() as u64,
                };
                match numbers.take(most) {
                    Due::Range { first, end } => Next::Work(Work::Numbers { first, end }),
                    Due::Later(wait) => Next::Later(wait),
                    Due::Ended => Next::Ended,
                }
            }
        }
    }
}
