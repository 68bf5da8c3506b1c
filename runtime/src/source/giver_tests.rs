use streamwright_values::format::lines::{Content, Framing, Records};

use super::*;
use crate::source::reader::{CHUNKS_WAITING, Taken};

/// A position that the spout cannot acknowledge.
const REFUSED: u8 = 7;

/// Gives tuples of so many bytes, and says which positions were acknowledged.
struct Numbers {
    given: u8,
    count: u8,
    /// How often it was asked for a tuple.
    asked: Arc<AtomicU64>,
    acks: Arc<Mutex<Vec<u8>>>,
    /// What it does behind its last tuple.
    then: fn() -> Result<Given, String>,
}

impl GivesTuples for Numbers {
    fn next(&mut self, out: &mut Vec<u8>) -> Result<Given, String> {
        self.asked.fetch_add(1, Ordering::AcqRel);
        if self.given == self.count {
            return (self.then)();
        }
        self.given += 1;
        out.extend(std::iter::repeat_n(self.given, self.given.into()));
        Ok(Given::Tuple)
    }

    fn position(&mut self, out: &mut Vec<u8>) -> Result<(), String> {
        out.push(self.given);
        Ok(())
    }

    fn ack(&mut self, position: &[u8]) -> Result<(), String> {
        if position == [REFUSED] {
            return Err("no such position".to_owned());
        }
        lock(&self.acks).extend_from_slice(position);
        Ok(())
    }
}

struct Spawned {
    queue: Arc<Queue>,
    acks: Arc<Acks>,
    asked: Arc<AtomicU64>,
    told: Arc<Mutex<Vec<u8>>>,
}

fn spawned(count: u8, cuts: Cuts, record_max: usize, then: fn() -> Result<Given, String>) -> Spawned {
    let (asked, told) = (Arc::new(AtomicU64::new(0)), Arc::new(Mutex::default()));
    let spout = Numbers { given: 0, count, asked: Arc::clone(&asked), acks: Arc::clone(&told), then };
    let limits = Limits { record_max, cuts, clock: None };
    let (queue, acks) = Giver::spawn("numbers", Box::new(spout), limits, Arc::default()).unwrap();
    Spawned { queue, acks, asked, told }
}

impl Spawned {
    /// Waits until the spout has given all that it has, so that chunks are full.
    fn filled(self) -> Spawned {
        while !self.queue.is_closed() {
            std::thread::yield_now();
        }
        self
    }

    /// The tuples of the next chunk; or how the spout came to its end.
    fn chunk(&self) -> Result<Vec<Vec<u8>>, Result<(), String>> {
        loop {
            match self.queue.take() {
                Taken::Later => std::thread::yield_now(),
                Taken::Ended(end) => return Err(end),
                Taken::Chunk(cut) => {
                    let tuples = Records::of(Framing::Lengths, &cut, 1).map(|record| match record.content {
                        Content::Whole(tuple) => tuple.to_vec(),
                        content => panic!("{content:?}"),
                    });
                    return Ok(tuples.collect());
                }
            }
        }
    }
}

fn ends() -> Result<Given, String> {
    Ok(Given::End)
}

fn has_nothing() -> Result<Given, String> {
    Ok(Given::Nothing)
}

fn fails() -> Result<Given, String> {
    Err("no more".to_owned())
}

#[test]
fn a_position_is_acknowledged_when_all_before_it_is_done() {
    let spout = spawned(8, Cuts::Tuples(3), 100, ends).filled();
    let mut sizes = Vec::new();
    while let Ok(tuples) = spout.chunk() {
        sizes.extend(tuples.iter().map(Vec::len));
        assert!(tuples.len() <= 3);
        // One of each chunk is not done yet.
        spout.acks.done(tuples.len() as u64 - 1);
    }
    assert_eq!(sizes, [1, 2, 3, 4, 5, 6, 7, 8]);
    assert!(lock(&spout.told).iter().all(|position| *position < 6));
    spout.acks.done(3);
    assert_eq!(spout.acks.finish(), Ok(()));
    let told = lock(&spout.told);
    assert!(told.is_sorted() && told.last() == Some(&8), "{told:?}");
}

#[test]
fn what_is_not_done_is_not_acknowledged() {
    let spout = spawned(8, Cuts::Tuples(4), 100, ends).filled();
    assert_eq!(
        (spout.chunk().map(|tuples| tuples.len()), spout.chunk().map(|tuples| tuples.len())),
        (Ok(4), Ok(4))
    );
    spout.acks.done(7);
    assert_eq!(spout.acks.finish(), Ok(()));
    assert_eq!(*lock(&spout.told), [4]);
}

#[test]
fn a_stop_ends_a_spout_that_has_nothing_and_keeps_what_it_gave() {
    let spout = spawned(2, Cuts::Tuples(1), 100, has_nothing);
    assert_eq!((spout.chunk(), spout.chunk()), (Ok(vec![vec![1]]), Ok(vec![vec![2, 2]])));
    spout.queue.stop();
    assert_eq!(spout.chunk(), Err(Ok(())));
    spout.acks.done(2);
    assert_eq!(spout.acks.finish(), Ok(()));
    assert_eq!(lock(&spout.told).last(), Some(&2));
}

#[test]
fn the_end_of_a_failed_run_does_not_wait_for_room() {
    let spout = spawned(200, Cuts::Tuples(1), 100, ends);
    // For this tuple there is no room.
    while spout.asked.load(Ordering::Acquire) <= CHUNKS_WAITING as u64 {
        std::thread::yield_now();
    }
    // What its thread says when it is let go, and nobody says for it.
    spout.acks.done(REFUSED.into());
    let left = spout.acks.finish();
    assert_eq!(left, Err("cannot read the spout `numbers`: no such position".to_owned()));
}

#[test]
fn a_spout_that_fails_is_an_input_that_fails() {
    let spout = spawned(1, Cuts::Bytes(1_000), 100, fails);
    assert_eq!(spout.chunk(), Ok(vec![vec![1]]));
    let why = Err("cannot read the spout `numbers`: no more".to_owned());
    assert_eq!(spout.chunk(), Err(why.clone()));
    assert_eq!(spout.acks.finish(), why);
}

#[test]
fn a_tuple_beyond_the_limit_is_replaced() {
    let spout = spawned(3, Cuts::Tuples(3), 2, ends).filled();
    let mut too_long = Vec::new();
    put_too_long(2, &mut too_long);
    assert_eq!(spout.chunk(), Ok(vec![vec![1], vec![2, 2], too_long]));
}

#[test]
fn what_goes_wrong_when_all_is_stopped_is_told() {
    let spawned = spawned(REFUSED, Cuts::Bytes(1 << 10), 100, || Ok(Given::Nothing));
    let mut taken = 0;
    while taken < usize::from(REFUSED) {
        taken += spawned.chunk().unwrap().len();
    }
    spawned.queue.stop();
    spawned.acks.done(REFUSED.into());
    let left = spawned.acks.finish();
    assert_eq!(left, Err("cannot read the spout `numbers`: no such position".to_owned()));
}
