use proptest::prelude::*;

use super::*;
use crate::functions::LONGEST_TEXT;

fn message<T>(result: Result<T, Fault>) -> String {
    result.err().map_or_else(String::new, |fault| fault.to_string())
}

#[test]
fn faults_say_what_was_computed() {
    assert_eq!(message(add_int(i64::MAX, 1)), "overflow: 9223372036854775807 + 1 leaves the range of int");
    assert_eq!(message(negate_int(i64::MIN)), "overflow: -(-9223372036854775808) leaves the range of int");
    assert_eq!(message(divide_int(7, 0)), "division-by-zero: 7 / 0");
    assert_eq!(message(divide_float(1.0, 0.0)), "not-finite: 1.0 / 0.0 is not a finite float");
    assert_eq!(
        message(add_timestamp(Timestamp(i64::MAX), Duration(1_000_000_000))),
        "overflow: 2262-04-11T23:47:16.854775807Z + 1s leaves the range of timestamp"
    );
    assert_eq!(message(ratio(Duration(1), Duration(0))), "division-by-zero: 1ns / 0");
}

#[test]
fn the_table_is_one_for_types_names_and_values() {
    let hour = Value::Duration(Duration(3_600_000_000_000));
    assert_eq!(arithmetic(Operator::Divide, hour.clone(), hour.clone()), Ok(Value::Float(1.0)));
    assert_eq!(result_type(Operator::Divide, &Type::Duration, &Type::Duration), Some(Type::Float));
    assert_eq!(rust_name(Operator::Divide, &Type::Duration, &Type::Duration), Some("ratio"));
    assert_eq!(result_type(Operator::Add, &Type::Timestamp, &Type::Timestamp), None);
    assert!(arithmetic(Operator::Add, hour, Value::Bool(true)).is_err());
    assert_eq!(arithmetic(Operator::Add, "a".into(), "b".into()), Ok("ab".into()));
}

proptest! {
    #[test]
    fn every_entry_gives_its_type(a in any::<i64>(), b in -3_i64..3) {
        let value = |ty: &Type, number: i64| match ty {
            Type::Int => Value::Int(number),
            Type::Float => Value::Float(number as f64),
            Type::Timestamp => Value::Timestamp(Timestamp(number)),
            Type::Duration => Value::Duration(Duration(number)),
            _ => Value::String(number.to_string()),
        };
        for line in TABLE {
            if let Ok(result) = arithmetic(line.operator, value(&line.left, a), value(&line.right, b)) {
                prop_assert_eq!(result.type_of(), line.result.clone());
            }
        }
    }

    #[test]
    fn ints_are_never_wrong(a in any::<i64>(), b in prop_oneof![-2_i64..3, any::<i64>()]) {
        let (wide_a, wide_b) = (i128::from(a), i128::from(b));
        prop_assert_eq!(add_int(a, b).ok().map(i128::from), narrow(wide_a + wide_b));
        prop_assert_eq!(subtract_int(a, b).ok().map(i128::from), narrow(wide_a - wide_b));
        prop_assert_eq!(multiply_int(a, b).ok().map(i128::from), narrow(wide_a * wide_b));
        prop_assert_eq!(divide_int(a, b).ok().map(i128::from), wide_a.checked_div(wide_b).and_then(narrow));
        prop_assert_eq!(remainder_int(a, b).ok().map(i128::from), wide_a.checked_rem(wide_b));
    }
}

/// A result that is an int.
fn narrow(value: i128) -> Option<i128> {
    i64::try_from(value).ok().map(i128::from)
}

#[test]
fn a_joined_text_has_a_limit() {
    let half = "a".repeat(LONGEST_TEXT / 2);
    assert_eq!(concat(&half, &half).unwrap().len(), LONGEST_TEXT);
    assert_eq!(
        message(concat(&half, half.clone() + "b")),
        "out-of-range: the result is longer than 1048576 bytes"
    );
}
