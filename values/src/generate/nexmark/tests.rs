//! The stream as a whole: proportions, ids, times, and both doors to it.

use std::collections::{HashMap, HashSet};

use super::super::GENERATORS;
use super::*;

fn made(seed: u64, shuffled: i64) -> Nexmark {
    let mut options: Vec<Value> = GENERATOR.options.iter().map(|option| (option.default)()).collect();
    options[2] = Value::Int(shuffled);
    Nexmark::new(seed, &options).unwrap()
}

fn events(of: &Nexmark, count: u64) -> Vec<Event<'_>> {
    (0..count).map(|number| of.event(number).unwrap()).collect()
}

#[test]
fn of_fifty_events_one_is_a_person_and_three_are_auctions() {
    let nexmark = made(7, 1);
    let events = events(&nexmark, 10_000);
    let ids = |ids: Vec<i64>, count: i64| assert_eq!(ids, (1_000..1_000 + count).collect::<Vec<_>>());
    ids(events.iter().filter_map(|event| Some(event.person()?.id())).collect(), 200);
    ids(events.iter().filter_map(|event| Some(event.auction()?.id())).collect(), 600);
    assert_eq!(events.iter().filter(|event| event.bid().is_some()).count(), 9_200);
    assert!(events.is_sorted_by_key(|event| event.at));
    assert_eq!(events[9_999].at - events[0].at, 999 * MILLISECOND);
}

#[test]
fn shuffled_events_are_the_same_in_another_order() {
    let (ordered, shuffled) = (made(7, 1), made(7, 100));
    let ids = |of: &Nexmark| -> Vec<u64> { events(of, 1_000).iter().map(|event| event.id).collect() };
    let mut sorted = ids(&shuffled);
    assert_ne!(sorted, ids(&ordered));
    sorted.sort_unstable();
    assert_eq!(sorted, ids(&ordered));
}

#[test]
fn what_is_hot_is_hot() {
    let nexmark = made(7, 1);
    let bids: Vec<Bid<'_>> = events(&nexmark, 100_000).into_iter().filter_map(Event::bid).collect();
    let share = |hot: &dyn Fn(&Bid<'_>) -> bool| {
        bids.iter().filter(|bid| hot(bid)).count() as f64 / bids.len() as f64
    };
    assert!((0.50..0.52).contains(&share(&|bid| bid.auction() % BATCH == 0)));
    assert!((0.75..0.77).contains(&share(&|bid| bid.bidder() % BATCH == 1)));
    assert!((0.49..0.51).contains(&share(&|bid| HOT_CHANNELS.contains(&&*bid.channel()))));
    assert!((0.32..0.35).contains(&share(&|bid| bid.price() < 10_000)));
    assert!((0.94..0.96).contains(&share(&|bid| {
        HOT_CHANNELS.contains(&&*bid.channel()) || bid.url().contains("&channel_id=")
    })));
    assert!(bids.iter().all(|bid| (100..=100_000_000).contains(&bid.price())));
    let urls: HashMap<_, _> = bids.iter().map(|bid| (bid.channel(), bid.url())).collect();
    assert!(bids.iter().all(|bid| urls[&bid.channel()] == bid.url()));
}

#[test]
fn bids_are_on_auctions_that_are_in_flight_or_about_to_be() {
    let nexmark = made(7, 1);
    let mut auctions = HashSet::new();
    let (mut missing, mut bids) = (0, 0);
    for event in events(&nexmark, 50_000) {
        auctions.extend(event.auction().map(Auction::id));
        if let Some(bid) = event.bid() {
            let last = auctions.iter().max().unwrap();
            assert!((-BATCH..=LEAD).contains(&(bid.auction() - last)), "{} {last}", bid.auction());
            bids += 1;
            missing += usize::from(!auctions.contains(&bid.auction()));
        }
    }
    assert!(missing * 10 < bids, "{missing} of {bids}");
}

#[test]
fn auctions_end_after_a_while() {
    let nexmark = made(7, 1);
    let auctions: Vec<_> = events(&nexmark, 100_000).into_iter().filter_map(Event::auction).collect();
    let lengths = auctions.iter().map(|auction| auction.expires().0 - auction.date_time().0);
    let average = lengths.clone().sum::<i64>() / auctions.len() as i64;
    // A hundred auctions come in 1,667 events, of which ten come in a millisecond.
    assert!((160 * MILLISECOND..175 * MILLISECOND).contains(&average), "{average}");
    assert!(lengths.min().unwrap() >= MILLISECOND);
}

#[test]
fn extra_fills_up_to_the_average() {
    let nexmark = made(7, 1);
    let bids: Vec<_> = events(&nexmark, 10_000).into_iter().filter_map(Event::bid).collect();
    let average = bids.iter().map(|bid| 32 + bid.extra().len()).sum::<usize>() / bids.len();
    assert!((97..=102).contains(&average), "{average}");
}

#[test]
fn a_time_that_leaves_its_range_is_a_fault() {
    let options =
        [Value::Timestamp(Timestamp(i64::MAX - 10_000)), Value::Duration(Duration(1)), Value::Int(1)];
    let nexmark = Nexmark::new(0, &options).unwrap();
    assert!(nexmark.event(0).is_ok());
    let fault = nexmark.event(20_000_000).unwrap_err();
    assert_eq!(fault.code, FaultCode::Overflow);
    assert_eq!(nexmark.event(u64::MAX).unwrap_err().code, FaultCode::Overflow);
}

#[test]
fn options_out_of_range_are_refused() {
    let new = |step, shuffled| {
        let step = Value::Duration(Duration(step));
        Nexmark::new(0, &[Value::Timestamp(Timestamp(0)), step, Value::Int(shuffled)])
            .err()
            .unwrap_or_default()
    };
    assert_eq!(new(0, 1), "`step` must be positive, and is 0s");
    assert_eq!(new(1, 0), "`shuffled` must be from 1 to 1000000, and is 0");
    assert_eq!(new(1, 1_000_000), "");
}

#[test]
fn every_field_of_every_generator_is_made() {
    for generator in GENERATORS {
        let options: Vec<Value> = generator.options.iter().map(|option| (option.default)()).collect();
        let made = (generator.dynamic)(3, &options).unwrap();
        for part in generator.parts {
            let names: Vec<&str> = part.fields.iter().map(|(name, _)| *name).collect();
            let mut found = (0..1_000).filter_map(|number| made.part(number, part.name, &names).unwrap());
            let values = found.next().unwrap();
            let types: Vec<_> = values.iter().map(Value::type_of).collect();
            assert_eq!(types, part.fields.iter().map(|(_, ty)| ty.clone()).collect::<Vec<_>>());
            assert!(found.next().is_some_and(|other| other != values));
        }
    }
}
