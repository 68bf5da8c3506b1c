use std::collections::HashMap;

use proptest::prelude::*;

use super::*;

fn signature(kind: Kind) -> &'static Signature {
    DISTRIBUTIONS.iter().find(|signature| signature.kind == kind).unwrap()
}

fn samples(kind: Kind, arguments: &[Value], ty: &Type, count: u64) -> Vec<Value> {
    sometimes(None, kind, arguments, ty, count)
}

fn sometimes(presence: Option<f64>, kind: Kind, arguments: &[Value], ty: &Type, count: u64) -> Vec<Value> {
    let prepared = Dynamic::new(presence, kind, arguments, ty, "user").unwrap();
    (0..count).map(|index| prepared.sample(42, index, 3).unwrap()).collect()
}

#[test]
fn the_defaults_are_such_as_may_be_written() {
    for ty in Type::ALL {
        for name in ["x", "method", "protocol", "status", "bytes"] {
            let (kind, arguments) = default_for(&ty, name);
            assert_eq!(default_for(&ty.clone().optional(), name), (kind, arguments.clone()));
            let types: Vec<_> = arguments.iter().map(Value::type_of).collect();
            assert_eq!(signature(kind).parameters(&ty, types.len()), Ok(types), "{ty} {name}");
            let made = samples(kind, &arguments, &ty, 200);
            assert!(made.iter().all(|value| value.type_of() == ty));
        }
    }
}

#[test]
fn ranks_are_as_frequent_as_zipf_says() {
    let (ranks, count) = (10_000, 400_000);
    let mut seen: HashMap<i64, u64> = HashMap::new();
    for value in samples(Kind::Zipf, &[Value::Int(ranks), Value::Float(1.1)], &Type::Int, count) {
        let Value::Int(rank) = value else { panic!("{value} is not an int") };
        assert!((0..ranks).contains(&rank));
        *seen.entry(rank).or_default() += 1;
    }
    let weight = |rank: i64| ((rank + 1) as f64).powf(-1.1);
    let total: f64 = (0..ranks).map(weight).sum();
    for rank in [0, 1, 2, 10, 100] {
        let expected = count as f64 * weight(rank) / total;
        // Six standard deviations of a Poisson variable.
        let difference = (seen[&rank] as f64 - expected).abs();
        assert!(difference < 6.0 * expected.sqrt(), "rank {rank}: {} of {expected}", seen[&rank]);
    }
}

#[test]
fn fields_and_seeds_are_independent() {
    let prepared = Prepared::<i64>::new(None, Kind::Uniform, &[Value::Int(0), Value::Int(2)], "x").unwrap();
    let bit = |seed, index, field| prepared.sample(seed, index, field).unwrap();
    for (other_seed, other_field) in [(1, 1), (2, 0)] {
        let equal =
            (0..10_000).filter(|index| bit(1, *index, 0) == bit(other_seed, *index, other_field)).count();
        assert!((4_700..5_300).contains(&equal), "{equal}");
    }
}

#[test]
fn ranks_become_values_of_the_fields_type() {
    let one = [Value::Int(1)];
    assert_eq!(samples(Kind::Zipf, &one, &Type::String, 1), ["user0".into()]);
    assert_eq!(samples(Kind::Zipf, &one, &Type::Ip, 1), [Value::Ip("10.0.0.0".parse().unwrap())]);
}

#[test]
fn a_clock_is_late_by_less_than_its_disorder() {
    let arguments = [Timestamp(1_000).into(), Duration(10).into(), Duration(50).into()];
    let mut smallest = i64::MAX;
    for (index, value) in samples(Kind::Clock, &arguments, &Type::Timestamp, 1_000).into_iter().enumerate() {
        let Value::Timestamp(at) = value else { panic!("{value} is not a timestamp") };
        let on_time = 1_000 + 10 * index as i64;
        assert!(at.0 <= on_time && at.0 > on_time - 50);
        smallest = smallest.min(at.0 - on_time);
    }
    assert!(smallest < -40);
}

#[test]
fn a_sequence_counts_and_ends_in_a_fault() {
    assert_eq!(samples(Kind::Sequence, &[], &Type::Int, 3), [0, 1, 2].map(Value::Int));
    let start = [Value::Int(i64::MAX - 1), Value::Int(1)];
    let prepared = Dynamic::new(None, Kind::Sequence, &start, &Type::Int, "n").unwrap();
    assert_eq!(prepared.sample(0, 1, 0), Ok(Value::Int(i64::MAX)));
    assert_eq!(prepared.sample(0, 2, 0).unwrap_err().code, crate::FaultCode::Overflow);
}

#[test]
fn sometimes_is_as_often_as_it_says() {
    let optional = Type::Int.optional();
    let present = |presence| {
        let made = sometimes(Some(presence), Kind::Choose, &[Value::Int(7)], &optional, 10_000);
        made.iter().filter(|value| **value == Value::Int(7)).count()
    };
    assert!((2_200..2_800).contains(&present(0.25)));
    assert_eq!((present(0.0), present(1.0)), (0, 10_000));
}

#[test]
fn what_is_there_is_spread_as_without_sometimes() {
    let arguments = [Value::Int(100), Value::Float(1.1)];
    let always = samples(Kind::Zipf, &arguments, &Type::Int, 1_000);
    let optional = sometimes(Some(0.5), Kind::Zipf, &arguments, &Type::Int.optional(), 1_000);
    let there = optional.iter().zip(&always).filter(|(value, _)| **value != Value::None);
    assert!(there.clone().count() > 400);
    assert!(there.into_iter().all(|(value, always)| value == always));
}

#[test]
fn arguments_out_of_range_are_refused() {
    let refused = |kind, arguments: &[Value], ty| Dynamic::new(None, kind, arguments, &ty, "x").unwrap_err();
    let low_high = [Value::Int(3), Value::Int(3)];
    assert_eq!(refused(Kind::Uniform, &low_high, Type::Int), "uniform: 3 is not below 3");
    assert_eq!(
        refused(Kind::Zipf, &[Value::Int(0)], Type::Int),
        "zipf of 0 values: there may be 1 to 1000000"
    );
    let exponent = [Value::Int(10), Value::Float(-1.0)];
    assert_eq!(
        refused(Kind::Zipf, &exponent, Type::Int),
        "zipf's exponent -1.0 is not between 0.0 and 100.0"
    );
    let wide = [Value::Float(-f64::MAX), Value::Float(f64::MAX)];
    assert!(refused(Kind::Uniform, &wide, Type::Float).contains("is not below"));
    for probability in [1.5, -0.1, f64::NAN] {
        let refused =
            Dynamic::new(Some(probability), Kind::Zipf, &[Value::Int(1)], &Type::Int, "x").unwrap_err();
        assert_eq!(refused, format!("the probability {probability:?} is not between 0.0 and 1.0"));
    }
    let clock = [Timestamp(0).into(), Duration(1).into(), Duration(-1).into()];
    assert_eq!(refused(Kind::Clock, &clock, Type::Timestamp), "the disorder -1ns is negative");
    for signature in &DISTRIBUTIONS {
        for ty in Type::ALL {
            // Whatever the arguments are, there is a sentence or a value.
            let _ = Dynamic::new(None, signature.kind, &[Value::None], &ty, "x");
            let _ = Dynamic::new(None, signature.kind, &[], &ty, "x");
        }
    }
}

#[test]
fn the_checker_is_told_what_a_distribution_takes() {
    let takes = |kind, field: Type, count| signature(kind).parameters(&field, count);
    let refused = |message: &str| Err(message.to_owned());
    assert_eq!(
        takes(Kind::Uniform, Type::String, 2),
        refused("`uniform(low, high)` makes `int`, `float`, `timestamp`, `duration`, not `string`")
    );
    assert_eq!(
        takes(Kind::Clock, Type::Timestamp, 1),
        refused("`clock(start, step, disorder)` needs 3 of its arguments, not 1")
    );
    assert_eq!(
        takes(Kind::Zipf, Type::Ip, 3),
        refused("`zipf(values, exponent)` takes no more than 2 arguments, not 3")
    );
    assert_eq!(takes(Kind::Sequence, Type::Timestamp, 2), Ok(vec![Type::Timestamp, Type::Duration]));
    assert_eq!(takes(Kind::Sequence, Type::Int.optional(), 2), Ok(vec![Type::Int, Type::Int]));
    assert_eq!(takes(Kind::Choose, Type::Ip, 3), Ok(vec![Type::Ip; 3]));
}

proptest! {
    #[test]
    fn uniform_values_are_within_their_bounds(a in any::<i64>(), b in any::<i64>(), index in any::<u64>()) {
        prop_assume!(a != b);
        let (low, high) = (a.min(b), a.max(b));
        let ints = Prepared::<i64>::new(None, Kind::Uniform, &[Value::Int(low), Value::Int(high)], "x").unwrap();
        prop_assert!((low..high).contains(&ints.sample(1, index, 0).unwrap()));
        let (low, high) = (low as f64, high as f64);
        prop_assume!(low < high);
        let floats = Prepared::<f64>::new(None, Kind::Uniform, &[low.into(), high.into()], "x").unwrap();
        prop_assert!((low..high).contains(&floats.sample(1, index, 0).unwrap()));
    }

    #[test]
    fn typed_and_dynamic_samples_are_the_same(seed in any::<u64>(), index in any::<u64>(), field in any::<u32>()) {
        let arguments = ["a".into(), "b".into()];
        let typed = Prepared::<String>::new(Some(0.5), Kind::Choose, &arguments, "x").unwrap();
        let optional = Type::String.optional();
        let dynamic = Dynamic::new(Some(0.5), Kind::Choose, &arguments, &optional, "x").unwrap();
        let present = typed.present(seed, index, field);
        let sample = present.then(|| typed.sample(seed, index, field).unwrap());
        prop_assert_eq!(dynamic.sample(seed, index, field), Ok(Value::from(sample)));
    }
}
