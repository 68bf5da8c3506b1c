//! The bolts of one node that a worker keeps, by key, and their timers.

use streamwright_values::{Fault, Timestamp};

use super::timers::Timers;
use super::{BadState, Bolt, Context, Random, State, random};
use crate::hash::KeyHash;
use crate::order::sort_by_key;
use crate::places::Places;
use crate::support::{Finite, finite, own};
use crate::window::{Key, KeyRef};

/// One bolt a key. Its memory grows with the keys.
pub struct Bolts<K, B: Bolt> {
    kept: Places<K, Kept<B>>,
    timers: Timers,
    /// What they were last released with.
    watermark: i64,
    /// What the bolt that is called was before.
    before: Vec<u8>,
}

struct Kept<B> {
    /// None where no call has come to a good end yet.
    bolt: Option<B>,
    /// What its random numbers begin with: a hash of the key.
    seed: u64,
    /// How often it was called.
    calls: u64,
}

impl<K, B: Bolt> Default for Bolts<K, B> {
    fn default() -> Self {
        Bolts { kept: Places::default(), timers: Timers::default(), watermark: i64::MIN, before: Vec::new() }
    }
}

impl<K: Key, B: Bolt> Bolts<K, B>
where
    B::Output: Finite,
{
    /// Gives a row to the bolt of its key: what it answers with. `clock` is the reading of the row's root.
    ///
    /// # Errors
    /// The bolt's, or its panic.
    pub fn process(
        &mut self,
        options: &B::Options,
        by: &impl KeyRef<K>,
        row: &B::Row<'_>,
        at: Option<i64>,
        clock: i64,
    ) -> Result<Vec<B::Output>, Fault> {
        let new = |key: &K| Kept { bolt: None, seed: random::seed_of(key), calls: 0 };
        let (place, _) = self.kept.entry(by, new);
        let asked = self.call(place, options, at, clock, |bolt, context| bolt.process(row, context))?;
        self.set(place, asked.timers, self.watermark, self.watermark);
        Ok(asked.rows)
    }

    /// Calls the timers that the watermark has reached, by time and key: `each` gets the time, the key and what was
    /// answered.
    pub fn release(
        &mut self,
        options: &B::Options,
        watermark: i64,
        clock: i64,
        mut each: impl FnMut(i64, &K, Result<Vec<B::Output>, Fault>),
    ) {
        while let Some((at, due)) = self.timers.due(watermark) {
            let due = due.into_iter().filter_map(|place| Some((self.kept.get(place)?.0, place)));
            let mut due: Vec<(&K, usize)> = due.collect();
            sort_by_key(&mut due);
            let due: Vec<usize> = due.into_iter().map(|(_, place)| place).collect();
            for place in due {
                let on_timer =
                    |bolt: &mut B, context: &mut Context<'_, B>| bolt.on_timer(Timestamp(at), context);
                let answered = self.call(place, options, Some(at), clock, on_timer).map(|asked| {
                    self.set(place, asked.timers, at, watermark);
                    asked.rows
                });
                if let Some((key, _)) = self.kept.get(place) {
                    each(at, key, answered);
                }
            }
        }
        self.watermark = watermark;
    }

    /// Sets timers. Those at `past` or before are due as soon as the watermark moves on from where it is, `reached`; behind
    /// the end of the input nothing is.
    fn set(&mut self, place: usize, timers: Vec<i64>, past: i64, reached: i64) {
        if reached == i64::MAX {
            return;
        }
        for time in timers {
            let due = if time > past || reached == i64::MIN { time } else { reached + 1 };
            self.timers.set(due, place);
        }
    }

    /// Calls a bolt. After an error it is what it was before, unless it has chosen otherwise.
    fn call(
        &mut self,
        place: usize,
        options: &B::Options,
        at: Option<i64>,
        clock: i64,
        run: impl FnOnce(&mut B, &mut Context<'_, B>) -> Result<(), B::Error>,
    ) -> Result<Asked<B>, Fault> {
        // No bolt is ever taken out.
        let Some((_, kept)) = self.kept.get_mut(place) else { return Ok(Asked::default()) };
        kept.calls += 1;
        let mut context = Context {
            options,
            time: at.map(Timestamp),
            watermark: (self.watermark > i64::MIN).then_some(Timestamp(self.watermark)),
            now: Timestamp(clock),
            random: Random::new(kept.seed, kept.calls),
            rows: Vec::new(),
            timers: Vec::new(),
        };
        let (bolt, before) = (&mut kept.bolt, &mut self.before);
        let (known, mut begun) = (bolt.is_some(), false);
        let called = own::caught(|| {
            let bolt = bolt.get_or_insert_with(|| B::new(options));
            if B::UNDO && known {
                before.clear();
                bolt.encode(before);
            }
            begun = true;
            run(bolt, &mut context)
        });
        if let Err(fault) = called.and_then(|()| context.rows.iter().try_for_each(finite)) {
            return Err(if B::UNDO && begun { undone(bolt, known, before, fault) } else { fault });
        }
        Ok(Asked { rows: context.rows, timers: context.timers })
    }
}

/// What a call has asked for.
struct Asked<B: Bolt> {
    rows: Vec<B::Output>,
    timers: Vec<i64>,
}

impl<B: Bolt> Default for Asked<B> {
    fn default() -> Self {
        Asked { rows: Vec::new(), timers: Vec::new() }
    }
}

/// Takes back what a call has done to a bolt. Gives what is said of the call.
#[cold]
fn undone<B: Bolt>(bolt: &mut Option<B>, known: bool, before: &[u8], fault: Fault) -> Fault {
    if !known {
        *bolt = None;
        return fault;
    }
    match own::caught(|| B::decode(&mut &before[..]).map(|read| *bolt = Some(read))) {
        Ok(()) => fault,
        Err(why) => {
            let message = format!("{}; what it changed stays changed: {}", fault.message, why.message);
            Fault::new(fault.code, message)
        }
    }
}

impl<K: Key + State, B: Bolt> State for Bolts<K, B> {
    fn encode(&self, out: &mut Vec<u8>) {
        self.watermark.encode(out);
        self.kept.len().encode(out);
        for (hash, key, kept) in self.kept.iter() {
            hash.0.encode(out);
            key.encode(out);
            kept.bolt.encode(out);
            kept.calls.encode(out);
        }
        self.timers.encode(out);
    }

    fn decode(input: &mut &[u8]) -> Result<Self, BadState> {
        let mut bolts = Bolts { watermark: i64::decode(input)?, ..Bolts::default() };
        for _ in 0..usize::decode(input)? {
            let (hash, key) = (KeyHash(u32::decode(input)?), K::decode(input)?);
            let seed = random::seed_of(&key);
            bolts.kept.insert(
                hash,
                key,
                Kept { bolt: Option::decode(input)?, seed, calls: u64::decode(input)? },
            );
        }
        bolts.timers = Timers::decode(input)?;
        if bolts.timers.are_below(bolts.kept.len()) { Ok(bolts) } else { Err(BadState) }
    }
}

#[cfg(test)]
#[path = "bolts_tests.rs"]
mod tests;
