//! Against an exact sum of another kind: Shewchuk's non-overlapping partials, as in Python's `math.fsum`, and sums of
//! integers in i128.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

fn sum_of(values: &[f64]) -> ExactSum {
    let mut sum = ExactSum::new();
    values.iter().for_each(|value| sum.add(*value));
    sum
}

/// Shewchuk, "Adaptive precision floating-point arithmetic", 1997; exact where no partial overflows.
fn msum(values: &[f64]) -> f64 {
    let mut partials: Vec<f64> = Vec::new();
    for value in values {
        let mut x = *value;
        let mut kept = Vec::new();
        for y in partials {
            let (large, small) = if x.abs() < y.abs() { (y, x) } else { (x, y) };
            let high = large + small;
            let low = small - (high - large);
            if low != 0.0 {
                kept.push(low);
            }
            x = high;
        }
        kept.push(x);
        partials = kept;
    }
    // From the largest down, with fsum's correction where the rest decides a tie.
    let Some(mut high) = partials.pop() else { return 0.0 };
    let mut low = 0.0;
    while let Some(next) = partials.pop() {
        let total = high + next;
        low = next - (total - high);
        high = total;
        if low != 0.0 {
            break;
        }
    }
    if let Some(rest) = partials.last()
        && ((low < 0.0 && *rest < 0.0) || (low > 0.0 && *rest > 0.0))
    {
        let twice = low * 2.0;
        let total = high + twice;
        if twice == total - high {
            high = total;
        }
    }
    high
}

/// Floats of every kind, small enough that the oracle cannot overflow; many cancel each other.
fn floats() -> impl Strategy<Value = Vec<f64>> {
    let any_size = any::<f64>().prop_filter("the oracle overflows", |value| value.abs() < 1e300);
    let near = (-1_000_000_i64..1_000_000).prop_map(|value| value as f64 / 100.0);
    let subnormal = any::<i16>().prop_map(|value| f64::from(value) * f64::from_bits(1));
    let powers = (-1_000_i32..1_000, any::<bool>())
        .prop_map(|(power, negative)| 2_f64.powi(power) * if negative { -1.0 } else { 1.0 });
    let some = vec(prop_oneof![any_size, near.clone(), subnormal, powers], 0..40);
    let lists = prop_oneof![some, vec(near, 0..60)];
    (lists, any::<prop::sample::Index>()).prop_map(|(mut values, end)| {
        let cancelled = if values.is_empty() { 0 } else { end.index(values.len()) };
        let negatives: Vec<f64> = values[..cancelled].iter().rev().map(|value| -value).collect();
        values.extend(negatives);
        values
    })
}

fn bits(result: Result<f64, Fault>) -> Result<u64, FaultCode> {
    // The two zeros are one number.
    result.map(|value| (value + 0.0).to_bits()).map_err(|fault| fault.code)
}

proptest! {
    #[test]
    fn it_is_the_exact_sum(values in floats()) {
        prop_assert_eq!(bits(sum_of(&values).finish()), bits(Ok(msum(&values))));
    }

    #[test]
    fn neither_order_nor_partials_show(values in floats(), cuts in any::<[prop::sample::Index; 2]>()) {
        let whole = sum_of(&values);
        let mut cuts = cuts.map(|cut| cut.index(values.len() + 1));
        cuts.sort_unstable();
        let parts = [&values[cuts[1]..], &values[..cuts[0]], &values[cuts[0]..cuts[1]]];
        let mut merged = ExactSum::new();
        parts.iter().for_each(|part| merged.merge(&sum_of(part)));
        let reversed: Vec<f64> = values.iter().rev().copied().collect();
        let count = values.len() as u64 + 1;
        for other in [merged, sum_of(&reversed)] {
            prop_assert_eq!(bits(other.finish()), bits(whole.finish()));
            prop_assert_eq!(bits(other.average(count)), bits(whole.average(count)));
        }
    }

    #[test]
    fn what_was_merged_is_taken_away_exactly(values in floats(), others in floats()) {
        let (kept, mut sum) = (sum_of(&values), sum_of(&others));
        sum.merge(&kept);
        sum.subtract(&sum_of(&others));
        prop_assert_eq!(bits(sum.finish()), bits(kept.finish()));
        sum.subtract(&kept);
        prop_assert_eq!(sum.finish().unwrap(), 0.0);
    }

    #[test]
    fn encoding_keeps_it(values in floats()) {
        let sum = sum_of(&values);
        let mut out = Vec::new();
        sum.encode(&mut out);
        out.push(7);
        let mut input = &out[..];
        let decoded = ExactSum::decode(&mut input).unwrap();
        prop_assert_eq!(input, &[7]);
        prop_assert_eq!(bits(decoded.finish()), bits(sum.finish()));
        for end in 0..out.len() - 1 {
            prop_assert!(ExactSum::decode(&mut &out[..end]).is_none());
        }
    }

    #[test]
    fn broken_encodings_do_not_panic(input in vec(any::<u8>(), 0..600)) {
        if let Some(mut sum) = ExactSum::decode(&mut &input[..]) {
            sum.merge(&sum.clone());
            sum.add(1.5);
            let _ = (sum.finish(), sum.average(3));
        }
    }

    #[test]
    fn averages_of_quarters_are_the_nearest(values in vec(-1_000_000_i32..1_000_000, 1..50), count in 1_u64..1_000) {
        let quarters: Vec<f64> = values.iter().map(|value| f64::from(*value) / 4.0).collect();
        let total: i64 = values.iter().map(|value| i64::from(*value)).sum();
        // Both operands are exact, and division of floats is rounded once.
        let expected = total as f64 / (4 * count) as f64;
        prop_assert_eq!(bits(sum_of(&quarters).average(count)), bits(Ok(expected)));
        prop_assert_eq!(average_int(i128::from(total), count), total as f64 / count as f64);
    }

    #[test]
    fn a_large_average_is_as_near_as_can_be(sum in any::<i128>(), count in prop_oneof![1_u64..10, any::<u64>()]) {
        prop_assume!(count > 0);
        let result = average_int(sum, count);
        if count == 1 {
            prop_assert_eq!(result, sum as f64);
        }
        let error = |float: f64| (sum - (float as i128).saturating_mul(i128::from(count))).unsigned_abs();
        if result.abs() > 1e17 && result.abs() < 1e19 && sum.unsigned_abs() < 1 << 120 {
            // Above 2^53 all floats are whole, so no neighbour may be nearer.
            prop_assert!(error(result) <= error(result.next_up()));
            prop_assert!(error(result) <= error(result.next_down()));
        }
    }
}

#[test]
fn what_plain_addition_loses_is_kept() {
    assert_eq!(sum_of(&[1e16, 1.0, -1e16]).finish(), Ok(1.0));
    assert_eq!(sum_of(&[1e300, 1e-300, -1e300]).finish(), Ok(1e-300));
    assert_eq!(sum_of(&[0.1; 10]).finish(), Ok(1.0));
    assert_eq!(sum_of(&[]).finish(), Ok(0.0));
    assert_eq!(sum_of(&[-0.0]).finish().map(f64::to_bits), Ok(0));
}

#[test]
fn sums_beyond_the_range_come_back_or_are_faults() {
    assert_eq!(sum_of(&[f64::MAX, f64::MAX, -f64::MAX]).finish(), Ok(f64::MAX));
    assert_eq!(sum_of(&[f64::MAX, f64::MAX]).finish().unwrap_err().code, FaultCode::NotFinite);
    assert_eq!(sum_of(&[f64::MAX, f64::MAX]).average(2), Ok(f64::MAX));
    assert_eq!(sum_of(&[-f64::MAX, -f64::MAX, -1.0]).average(2), Ok(-f64::MAX));
    assert_eq!(sum_of(&[1.0]).average(0).unwrap_err().code, FaultCode::NotFinite);
}

#[test]
fn an_average_is_rounded_once_down_to_the_least_float() {
    let least = f64::from_bits(1);
    assert_eq!(sum_of(&[least; 3]).average(2), Ok(f64::from_bits(2)));
    assert_eq!(sum_of(&[least]).average(2), Ok(0.0));
    assert_eq!(sum_of(&[-least]).average(2).map(f64::to_bits), Ok(0));
    assert_eq!(sum_of(&[least; 3]).average(4), Ok(least));
    assert_eq!(sum_of(&[1.0]).average(3), Ok(1.0 / 3.0));
}

#[test]
fn a_sum_of_like_numbers_stays_small() {
    let mut sum = ExactSum::new();
    for index in 0..100_000 {
        sum.add(f64::from(index) * 0.01);
    }
    assert!(matches!(sum.0, Sum::Small { .. }));
    assert!(size_of::<ExactSum>() <= 32);
}
