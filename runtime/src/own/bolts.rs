//! The bolts of one node that a worker keeps, by key, and their timers.

use std::collections::{BTreeMap, BTreeSet};

use hashbrown::HashTable;
use hashbrown::hash_table::Entry as Place;
use streamwright_values::{Fault, Timestamp};

use super::{Bolt, Context, Random, random};
use crate::support::own;
use crate::window::{Key, KeyRef};

/// One bolt a key. Its memory grows with the keys.
pub struct Bolts<K, B: Bolt> {
    /// Places in `kept`.
    table: HashTable<usize>,
    kept: Vec<Kept<K, B>>,
    /// By time, the places of those that asked for it.
    timers: BTreeMap<i64, BTreeSet<usize>>,
    /// What they were last released with.
    watermark: i64,
}

struct Kept<K, B> {
    hash: u64,
    key: K,
    /// None where it could not be made yet.
    bolt: Option<B>,
    seed: u64,
    calls: u64,
}

impl<K, B: Bolt> Default for Bolts<K, B> {
    fn default() -> Self {
        Bolts { table: HashTable::new(), kept: Vec::new(), timers: BTreeMap::new(), watermark: i64::MIN }
    }
}

impl<K: Key, B: Bolt> Bolts<K, B> {
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
        let place = self.place(by);
        let soonest = self.watermark.saturating_add(1);
        self.call(place, options, at, clock, soonest, |bolt, context| bolt.process(row, context))
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
        while let Some(first) = self.timers.first_entry()
            && *first.key() <= watermark
        {
            let (at, due) = first.remove_entry();
            let mut due: Vec<usize> = due.into_iter().collect();
            due.sort_by(|one, other| self.kept[*one].key.cmp(&self.kept[*other].key));
            // At the end of the input nothing is awaited any more.
            let soonest = if watermark == i64::MAX { i64::MAX } else { at.saturating_add(1) };
            for place in due {
                let on_timer =
                    |bolt: &mut B, context: &mut Context<'_, B>| bolt.on_timer(Timestamp(at), context);
                let answered = self.call(place, options, Some(at), clock, soonest, on_timer);
                each(at, &self.kept[place].key, answered);
            }
        }
        self.watermark = watermark;
    }

    /// The place of a key, new where it has none.
    fn place(&mut self, by: &impl KeyRef<K>) -> usize {
        let (hash, kept) = (by.hash(), &mut self.kept);
        let found = self.table.entry(hash, |place| by.is(&kept[*place].key), |place| kept[*place].hash);
        match found {
            Place::Occupied(found) => *found.get(),
            Place::Vacant(vacant) => {
                let key = by.to_key();
                let mut bytes = Vec::new();
                key.key_bytes(&mut bytes);
                let place = kept.len();
                vacant.insert(place);
                self.kept.push(Kept { hash, key, bolt: None, seed: random::seed(&bytes), calls: 0 });
                place
            }
        }
    }

    /// Calls a bolt; timers that it sets are due at `soonest` or later, and never at the end of time.
    fn call(
        &mut self,
        place: usize,
        options: &B::Options,
        at: Option<i64>,
        clock: i64,
        soonest: i64,
        run: impl FnOnce(&mut B, &mut Context<'_, B>) -> Result<(), B::Error>,
    ) -> Result<Vec<B::Output>, Fault> {
        let kept = &mut self.kept[place];
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
        let bolt = &mut kept.bolt;
        own::caught(|| run(bolt.get_or_insert_with(|| B::new(options)), &mut context))?;
        if soonest < i64::MAX {
            for time in context.timers {
                self.timers.entry(time.max(soonest)).or_default().insert(place);
            }
        }
        Ok(context.rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tag::KeyBytes;

    #[derive(PartialEq, Eq, PartialOrd, Ord)]
    struct Name(String);

    impl KeyBytes for Name {
        fn key_bytes(&self, out: &mut Vec<u8>) {
            out.extend_from_slice(self.0.as_bytes());
        }
    }

    impl KeyRef<Name> for &str {
        fn hash(&self) -> u64 {
            crate::hash::hash(self)
        }
        fn is(&self, key: &Name) -> bool {
            key.0 == *self
        }
        fn to_key(&self) -> Name {
            Name((*self).to_owned())
        }
    }

    /// Counts, and says so a while after each tenth.
    struct Counter(i64);

    impl Bolt for Counter {
        type Row<'a> = &'a str;
        type Output = String;
        type Options = i64;
        type Error = String;

        fn new(_: &i64) -> Counter {
            Counter(0)
        }

        fn process(&mut self, row: &&str, context: &mut Context<'_, Self>) -> Result<(), String> {
            self.0 += 1;
            context.emit(format!("{row} {}", self.0));
            match (*row, context.time()) {
                ("bad", _) => Err("no row".to_owned()),
                (_, Some(at)) => {
                    context.at(Timestamp(at.0 + context.options()));
                    Ok(())
                }
                _ => Ok(()),
            }
        }

        fn on_timer(&mut self, at: Timestamp, context: &mut Context<'_, Self>) -> Result<(), String> {
            context.emit(format!("{} at {}", self.0, at.0));
            if self.0 < 5 {
                self.0 += 1;
                context.at(Timestamp(at.0 - 100));
            }
            Ok(())
        }
    }

    fn released(bolts: &mut Bolts<Name, Counter>, watermark: i64) -> Vec<(i64, String, Vec<String>)> {
        let mut found = Vec::new();
        bolts.release(&10, watermark, 0, |at, key, answered| {
            found.push((at, key.0.clone(), answered.unwrap_or_default()))
        });
        found
    }

    #[test]
    fn each_key_has_a_bolt_and_timers_of_its_own() {
        let mut bolts = Bolts::default();
        let mut process = |key: &str, row: &str, at| bolts.process(&10, &key, &row, Some(at), 0);
        assert_eq!(process("b", "x", 5), Ok(vec!["x 1".to_owned()]));
        assert_eq!(process("a", "x", 5), Ok(vec!["x 1".to_owned()]));
        assert_eq!(process("b", "x", 1), Ok(vec!["x 2".to_owned()]));
        assert!(process("b", "bad", 0).is_err_and(|fault| &*fault.message == "no row"));
        assert_eq!(released(&mut bolts, 10), []);
        let row = |at, key: &str, text: &str| (at, key.to_owned(), vec![text.to_owned()]);
        // What the failing call changed stays; what it asked for does not. A past time is the next one.
        let expected = [row(11, "b", "3 at 11"), row(12, "b", "4 at 12"), row(13, "b", "5 at 13")];
        assert_eq!(released(&mut bolts, 14), expected);
        let end = [row(15, "a", "1 at 15"), row(15, "b", "5 at 15")];
        assert_eq!(released(&mut bolts, i64::MAX), end);
        assert_eq!(released(&mut bolts, i64::MAX), []);
    }

    #[test]
    fn random_numbers_follow_from_the_key_and_the_call() {
        let draw = |key: &[u8], call| Random::new(random::seed(key), call).next_u64();
        assert_eq!(draw(b"a", 1), draw(b"a", 1));
        assert!(draw(b"a", 1) != draw(b"a", 2) && draw(b"a", 1) != draw(b"b", 1));
        let mut random = Random::new(random::seed(b""), 0);
        assert!((0..1_000).all(|_| random.below(6) < 6 && (0.0..1.0).contains(&random.unit())));
    }
}
