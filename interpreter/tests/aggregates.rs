//! Every accumulator against its definition: the rows cut into partials, each sent through bytes and back, and merged in
//! order, give what the fold over all rows gives.

// The helpers of a test panic as the test itself does.
#![allow(clippy::unwrap_used)]

use proptest::collection::vec;
use proptest::prelude::*;
use streamwright_values::aggregates::{self, Argument, Merge, Row, Shape};
use streamwright_values::wire::Reader;
use streamwright_values::{Duration, Fault, Timestamp, Type, Value};

type Rows = Vec<(i64, Vec<Value>)>;

/// What the table says of a call: its shape, and what it is over these rows.
fn defined(name: &str, settings: &[Value], rows: &Rows) -> (Shape, Result<Value, Fault>) {
    let aggregate = aggregates::lookup(name).unwrap();
    let values: Vec<&Value> = rows[0].1.iter().chain(settings).collect();
    let types: Vec<Type> = values.iter().map(|value| value.type_of()).collect();
    let known = values.iter().enumerate().map(|(at, value)| (at >= rows[0].1.len()).then_some(*value));
    let arguments: Vec<Argument<'_>> =
        types.iter().zip(known).map(|(ty, constant)| Argument { ty, constant }).collect();
    let shape = (aggregate.shape)(&arguments).unwrap();
    let folded: Vec<Row<'_>> =
        rows.iter().map(|(at, values)| Row { at: Some(Timestamp(*at)), values }).collect();
    let value = (aggregate.fold)(&shape, &folded);
    (shape, value)
}

/// The fold of an accumulator over partials of `cut` rows each.
macro_rules! kept {
    ($kind:ty, $rows:expr, $cut:expr, |$kept:ident, $at:ident, $values:ident| $add:expr) => {{
        let mut whole = <$kind>::default();
        for part in $rows.chunks($cut) {
            let mut $kept = <$kind>::default();
            for ($at, $values) in part {
                let _ = $at;
                $add
            }
            let mut bytes = Vec::new();
            $kept.encode(&mut bytes);
            let mut reader = Reader::new(&bytes);
            let read = <$kind>::decode(&mut reader);
            assert!(reader.is_empty(), "all that was written is read");
            whole.merge(&read);
        }
        whole
    }};
}

fn int(value: &Value) -> i64 {
    match value {
        Value::Int(value) | Value::Duration(Duration(value)) => *value,
        other => panic!("{other:?} is no int"),
    }
}

fn float(value: &Value) -> f64 {
    if let Value::Float(value) = value { *value } else { panic!("{value:?} is no float") }
}

fn text(value: &Value) -> &str {
    if let Value::String(value) = value { value } else { panic!("{value:?} is no text") }
}

/// A list of texts that was written.
fn listed(bytes: &[u8]) -> Value {
    let mut reader = Reader::new(bytes);
    let count = reader.u32();
    Value::List((0..count).map(|_| reader.str().into()).collect())
}

/// Ints that are often equal, and some that are large.
fn ints() -> impl Strategy<Value = Value> {
    prop_oneof![4 => -5..5_i64, 2 => -100_000..100_000_i64, 1 => any::<i64>()].prop_map(Value::Int)
}

fn floats() -> impl Strategy<Value = Value> {
    let any = any::<f64>().prop_filter("finite", |value| value.is_finite());
    prop_oneof![
        2 => (-50..50_i64).prop_map(|value| value as f64 / 8.0),
        1 => Just(-0.0),
        2 => -1e6..1e6_f64,
        1 => any,
    ]
    .prop_map(Value::Float)
}

fn texts() -> impl Strategy<Value = Value> {
    "[a-c]{0,2}".prop_map(Value::String)
}

fn rows(values: impl Strategy<Value = Vec<Value>>) -> impl Strategy<Value = Rows> {
    vec((0..20_i64, values), 1..80)
}

proptest! {
    #[test]
    fn of_ints(rows in rows(ints().prop_map(|value| vec![value])), cut in 1..9_usize, share in 0.0..=1.0_f64) {
        use aggregates::{approx_distinct, avg, distinct, ends, extremes, quantile, spread, sum};
        let variance = kept!(spread::Variance<i64>, rows, cut, |kept, at, values| kept.add(int(&values[0])));
        prop_assert_eq!(variance.finish().map(Value::from), defined("variance", &[], &rows).1);
        let sum = kept!(sum::SumInt, rows, cut, |kept, at, values| kept.add(int(&values[0])));
        prop_assert_eq!(sum.finish().map(Value::Int), defined("sum", &[], &rows).1);
        let avg = kept!(avg::AvgInt, rows, cut, |kept, at, values| kept.add(int(&values[0])));
        prop_assert_eq!(Ok(avg.finish().into()), defined("avg", &[], &rows).1);
        let least = kept!(extremes::Min<i64>, rows, cut, |kept, at, values| kept.add(int(&values[0])));
        prop_assert_eq!(Ok(least.finish().into()), defined("min", &[], &rows).1);
        let first = kept!(ends::First<i64>, rows, cut, |kept, at, values| kept.add(*at, int(&values[0])));
        prop_assert_eq!(Ok(first.finish().into()), defined("first", &[], &rows).1);
        let last = kept!(ends::Last<i64>, rows, cut, |kept, at, values| kept.add(*at, int(&values[0])));
        prop_assert_eq!(Ok(last.finish().into()), defined("last", &[], &rows).1);
        let distinct = kept!(distinct::CountDistinct<i64>, rows, cut, |kept, at, values| kept.add(int(&values[0])));
        prop_assert_eq!(Ok(distinct.finish().into()), defined("count_distinct", &[], &rows).1);
        type Approx = approx_distinct::ApproxCountDistinct<i64>;
        let approx = kept!(Approx, rows, cut, |kept, at, values| kept.add(int(&values[0])));
        prop_assert_eq!(Ok(approx.finish().into()), defined("approx_count_distinct", &[], &rows).1);
        let quantile = kept!(quantile::Quantile<i64>, rows, cut, |kept, at, values| kept.add(int(&values[0])));
        prop_assert_eq!(Ok(quantile.finish(share).into()), defined("quantile", &[share.into()], &rows).1);
        prop_assert_eq!(Ok(quantile.finish(0.5).into()), defined("median", &[], &rows).1);
    }

    #[test]
    fn of_floats(rows in rows(floats().prop_map(|value| vec![value])), cut in 1..9_usize, share in 0.0..=1.0_f64) {
        use aggregates::{avg, extremes, quantile, spread, sum};
        let stddev = kept!(spread::StdDev<f64>, rows, cut, |kept, at, values| kept.add(float(&values[0])));
        prop_assert_eq!(stddev.finish().map(Value::from), defined("stddev", &[], &rows).1);
        let tame: Rows = rows.iter().filter(|(_, values)| float(&values[0]).abs() < 1e150).cloned().collect();
        if !tame.is_empty() {
            let tame_kept = kept!(spread::Variance<f64>, tame, cut, |kept, at, values| kept.add(float(&values[0])));
            prop_assert_eq!(tame_kept.finish().map(Value::from), defined("variance", &[], &tame).1);
        }
        let bits = |value: Value| if let Value::Float(value) = value { Some(value.to_bits()) } else { None };
        let sum = kept!(sum::SumFloat, rows, cut, |kept, at, values| kept.add(float(&values[0])));
        let told = (sum.finish().map(f64::to_bits).ok(), defined("sum", &[], &rows).1.map(bits).ok().flatten());
        prop_assert_eq!(told.0, told.1);
        let avg = kept!(avg::AvgFloat, rows, cut, |kept, at, values| kept.add(float(&values[0])));
        prop_assert_eq!(avg.finish().map(Value::from), defined("avg", &[], &rows).1);
        let most = kept!(extremes::Max<f64>, rows, cut, |kept, at, values| kept.add(float(&values[0])));
        prop_assert_eq!(most.finish().map(f64::to_bits), bits(defined("max", &[], &rows).1.unwrap()));
        let quantile = kept!(quantile::Quantile<f64>, rows, cut, |kept, at, values| kept.add(float(&values[0])));
        prop_assert_eq!(quantile.finish(share).map(f64::to_bits), bits(defined("quantile", &[share.into()], &rows).1.unwrap()));
    }

    #[test]
    fn of_text_and_another(
        rows in rows((texts(), floats()).prop_map(|(text, by)| vec![text, by])),
        cut in 1..9_usize,
    ) {
        use aggregates::{arg_extremes, count, distinct};
        type Least = arg_extremes::ArgMin<String, f64>;
        let least = kept!(Least, rows, cut, |kept, at, values| kept.add(*at, text(&values[0]), float(&values[1])));
        prop_assert_eq!(Ok(least.finish().into()), defined("arg_min", &[], &rows).1);
        type Most = arg_extremes::ArgMax<String, f64>;
        let most = kept!(Most, rows, cut, |kept, at, values| kept.add(*at, text(&values[0]), float(&values[1])));
        prop_assert_eq!(Ok(most.finish().into()), defined("arg_max", &[], &rows).1);
        let texts: Rows = rows.iter().map(|(at, values)| (*at, values[..1].to_vec())).collect();
        type Distinct = distinct::CountDistinct<String>;
        let distinct = kept!(Distinct, texts, cut, |kept, at, values| kept.add(text(&values[0])));
        prop_assert_eq!(Ok(distinct.finish().into()), defined("count_distinct", &[], &texts).1);
        type Collect = aggregates::collect::Collect<String>;
        let collect = kept!(Collect, texts, cut, |kept, at, values| kept.add(*at, text(&values[0])));
        prop_assert_eq!(Ok(listed(collect.finish().unwrap())), defined("collect", &[], &texts).1);
        let bare: Rows = rows.iter().map(|(at, _)| (*at, Vec::new())).collect();
        let count = kept!(count::Count, bare, cut, |kept, at, values| { let _ = values; kept.add() });
        prop_assert_eq!(Ok(count.finish().into()), defined("count", &[], &bare).1);
    }

    #[test]
    fn of_many_values(rows in vec((Just(0), (0..2_000_i64).prop_map(|value| vec![Value::Int(value)])), 300..900), cut in 50..400_usize) {
        type Approx = aggregates::approx_distinct::ApproxCountDistinct<i64>;
        let approx = kept!(Approx, rows, cut, |kept, at, values| kept.add(int(&values[0])));
        prop_assert_eq!(Ok(approx.finish().into()), defined("approx_count_distinct", &[], &rows).1);
    }
}
