use std::borrow::Cow;

use proptest::prelude::*;

use super::*;
use crate::tag::KeyBytes;

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Name(String);

crate::state!(Name(text));

impl KeyBytes for Name {
    fn key_bytes(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.0.as_bytes());
    }
}

impl KeyRef<Name> for &str {
    fn hash(&self) -> crate::hash::KeyHash {
        crate::hash::hash(self)
    }
    fn is(&self, key: &Name) -> bool {
        key.0 == *self
    }
    fn to_key(&self) -> Name {
        Name((*self).to_owned())
    }
}

/// Counts the rows of its key, and asks for timers as the row says: so far from the row's time. A timer asks for another
/// one so far from its own, as often as `again` says.
struct Counter {
    rows: i64,
    again: u8,
    step: i64,
}

crate::state!(Counter { rows, again, step });

#[derive(Clone, Debug, Default)]
struct Ask {
    timer: Option<i64>,
    again: u8,
    step: i64,
    fails: bool,
}

impl Bolt for Counter {
    type Row<'a> = Ask;
    type Output = Cow<'static, str>;
    type Options = ();
    type Error = String;

    fn new((): &()) -> Counter {
        Counter { rows: 0, again: 0, step: 0 }
    }

    fn process(&mut self, row: &Ask, context: &mut Context<'_, Self>) -> Result<(), String> {
        self.rows += 1;
        (self.again, self.step) = (row.again, row.step);
        let drawn = context.rng().below(100);
        context.emit(format!("row {} {drawn}", self.rows).into());
        let at = context.time().ok_or("no time")?;
        if let Some(from) = row.timer {
            context.at(Timestamp(at.0 + from));
        }
        if row.fails { Err(format!("no row {}", self.rows)) } else { Ok(()) }
    }

    fn on_timer(&mut self, at: Timestamp, context: &mut Context<'_, Self>) -> Result<(), String> {
        context.emit(format!("{} at {}", self.rows, at.0).into());
        if self.again > 0 {
            self.again -= 1;
            context.at(Timestamp(at.0 + self.step));
        }
        assert!(self.step != 13, "thirteen");
        Ok(())
    }
}

type Counters = Bolts<Name, Counter>;

type Answer = Vec<Cow<'static, str>>;

fn process(bolts: &mut Counters, key: &str, row: &Ask, at: i64) -> Result<Answer, Fault> {
    bolts.process(&(), &key, row, Some(at), 0)
}

fn release(bolts: &mut Counters, watermark: i64) -> Vec<(i64, String, Result<Answer, String>)> {
    let mut found = Vec::new();
    bolts.release(&(), watermark, 0, |at, key, answered| {
        found.push((at, key.0.clone(), answered.map_err(|fault| fault.message.into())));
    });
    found
}

/// The times at which timers were called.
fn times(bolts: &mut Counters, watermark: i64) -> Vec<i64> {
    release(bolts, watermark).into_iter().map(|(at, ..)| at).collect()
}

fn timer(from: i64, again: u8, step: i64) -> Ask {
    Ask { timer: Some(from), again, step, fails: false }
}

#[test]
fn each_key_has_a_bolt_and_timers_of_its_own_by_time_and_key() {
    let mut bolts = Counters::default();
    for (key, from) in [("b", 10), ("a", 10), ("b", 5), ("b", 10)] {
        assert!(process(&mut bolts, key, &timer(from, 0, 0), 0).is_ok());
    }
    let row = |at, key: &str, text: &str| (at, key.to_owned(), Ok(vec![text.to_owned().into()]));
    assert_eq!(release(&mut bolts, 4), []);
    let expected = [row(5, "b", "3 at 5"), row(10, "a", "1 at 10"), row(10, "b", "3 at 10")];
    assert_eq!(release(&mut bolts, 10), expected);
    assert_eq!(release(&mut bolts, i64::MAX), []);
}

#[test]
fn a_timer_that_asks_for_its_past_is_called_once_as_the_watermark_moves() {
    for step in [0, -1, -1_000_000] {
        let mut bolts = Counters::default();
        assert!(process(&mut bolts, "a", &timer(1, 200, step), 0).is_ok());
        assert_eq!(times(&mut bolts, 1_000_000_000), [1]);
        assert_eq!(times(&mut bolts, 1_000_000_000), [0; 0]);
        assert_eq!(times(&mut bolts, 1_000_000_005), [1_000_000_001]);
        assert_eq!(times(&mut bolts, 2_000_000_000), [1_000_000_006]);
        assert_eq!(times(&mut bolts, i64::MAX), [2_000_000_001]);
        assert_eq!(times(&mut bolts, i64::MAX), [0; 0]);
    }
}

#[test]
fn a_timer_that_asks_for_a_later_time_catches_up() {
    let mut bolts = Counters::default();
    assert!(process(&mut bolts, "a", &timer(10, 200, 10), 0).is_ok());
    assert_eq!(times(&mut bolts, 35), [10, 20, 30]);
    assert_eq!(times(&mut bolts, 40), [40]);
    // What is asked for at the end of the input would never end.
    assert_eq!(times(&mut bolts, i64::MAX), [50]);
}

#[test]
fn a_row_may_ask_for_any_time_before_the_first_watermark_and_later_for_one_behind_it() {
    let mut bolts = Counters::default();
    assert!(process(&mut bolts, "a", &timer(-90, 0, 0), 0).is_ok());
    assert_eq!(times(&mut bolts, 100), [-90]);
    assert!(process(&mut bolts, "a", &timer(-90, 0, 0), 0).is_ok());
    assert!(process(&mut bolts, "b", &timer(-5, 0, 0), 105).is_ok());
    assert_eq!(times(&mut bolts, 100), [0; 0]);
    assert_eq!(times(&mut bolts, 101), [101, 101]);
    assert_eq!(times(&mut bolts, i64::MAX), [0; 0]);
}

#[test]
fn an_error_or_a_panic_leaves_the_bolt_as_it_was() {
    let mut bolts = Counters::default();
    let bad = Ask { fails: true, ..timer(1, 0, 0) };
    let failed = |found: Result<Answer, Fault>| found.map_err(|fault| String::from(fault.message));
    assert_eq!(failed(process(&mut bolts, "a", &bad, 0)), Err("no row 1".to_owned()));
    assert!(process(&mut bolts, "a", &Ask::default(), 0).is_ok());
    assert_eq!(failed(process(&mut bolts, "a", &bad, 0)), Err("no row 2".to_owned()));
    assert_eq!(release(&mut bolts, 10), []);
    assert!(process(&mut bolts, "a", &timer(20, 1, 13), 0).is_ok());
    let panicked = release(&mut bolts, 20);
    assert!(matches!(&*panicked, [(20, _, Err(why))] if why.ends_with("thirteen")));
    let kept = bolts.kept.iter().filter_map(|(_, _, kept)| kept.bolt.as_ref());
    assert!(kept.map(|bolt| (bolt.rows, bolt.again)).eq([(2, 1)]));
}

/// Changes before it fails, and has said that this is well.
struct Careless(f64);

crate::state!(Careless(rows));

impl Bolt for Careless {
    type Row<'a> = bool;
    type Output = f64;
    type Options = ();
    type Error = f64;

    const UNDO: bool = false;

    fn new((): &()) -> Careless {
        Careless(0.0)
    }

    fn process(&mut self, emits: &bool, context: &mut Context<'_, Self>) -> Result<(), f64> {
        self.0 += 1.0;
        context.emit(0.0 / (self.0 - 3.0));
        if *emits { Ok(()) } else { Err(self.0) }
    }
}

#[test]
fn a_bolt_that_wants_no_undoing_is_not_undone() {
    let mut bolts: Bolts<Name, Careless> = Bolts::default();
    let rows = [false, false, true, true];
    let told = rows.map(|row| bolts.process(&(), &"a", &row, None, 0).map_err(|fault| fault.to_string()));
    let error = |text: &str| Err(text.to_owned());
    let not_finite = error("not-finite: own Rust gave a float that is not finite");
    assert_eq!(told, [error("rust-error: 1"), error("rust-error: 2"), not_finite, Ok(vec![0.0])]);
}

/// What happens to a counter.
#[derive(Clone, Debug)]
enum Event {
    Row(char, i64, Ask),
    Watermark(i64),
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let ask = (prop::option::of(-20..20_i64), 0..3_u8, -5..14_i64, prop::bool::weighted(0.2))
        .prop_map(|(timer, again, step, fails)| Ask { timer, again, step, fails });
    let event = prop_oneof![
        4 => (prop::char::range('a', 'c'), 0..60_i64, ask).prop_map(|(key, at, ask)| Event::Row(key, at, ask)),
        1 => (0..60_i64).prop_map(Event::Watermark),
    ];
    prop::collection::vec(event, 0..40)
}

/// What is answered to the events; the watermark does not go back.
fn go_on(bolts: &mut Counters, events: &[Event]) -> String {
    let mut found = String::new();
    for event in events {
        let answer = match event {
            Event::Row(key, at, ask) => format!("{:?}\n", process(bolts, &key.to_string(), ask, *at)),
            Event::Watermark(at) => format!("{:?}\n", release(bolts, bolts.watermark.max(*at))),
        };
        found.push_str(&answer);
    }
    found
}

proptest! {
    #[test]
    fn bolts_go_on_from_what_was_written(events in events(), cut in 0..40_usize) {
        let (before, behind) = events.split_at(cut.min(events.len()));
        let mut bolts = Counters::default();
        go_on(&mut bolts, before);
        let mut bytes = Vec::new();
        bolts.encode(&mut bytes);
        let mut read = Counters::decode(&mut &bytes[..]).unwrap();
        let end = [behind, &[Event::Watermark(i64::MAX)]].concat();
        prop_assert_eq!(go_on(&mut read, &end), go_on(&mut bolts, &end));
        let short = bytes.len() - 1;
        prop_assert!(Counters::decode(&mut &bytes[..short]).is_err());
    }
}

#[test]
fn random_numbers_follow_from_the_key_and_the_call() {
    let draw = |key: &str, call| Random::new(random::seed_of(&Name(key.to_owned())), call).next_u64();
    assert_eq!(draw("a", 1), draw("a", 1));
    assert!(draw("a", 1) != draw("a", 2) && draw("a", 1) != draw("b", 1));
    let mut random = Random::new(7, 0);
    assert!((0..1_000).all(|_| random.below(6) < 6 && (0.0..1.0).contains(&random.unit())));
}
