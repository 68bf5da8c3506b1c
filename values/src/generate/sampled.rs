//! What each type does with a random number, a rank or a count.

use std::net::Ipv4Addr;

use super::{Cow, Duration, IpAddr, Timestamp, Type, Value, below, unit};

/// A type whose values can be generated: `bool`, `i64`, `f64`, `String`, `Vec<u8>`, `Timestamp`, `Duration`, `IpAddr`.
///
/// Of a shape that does not make a type, a sample is the type's first value; nobody can ask for one.
pub trait Sampled: Sized + Clone {
    /// What a sample is: the type itself, or for text and bytes a `Cow` that may borrow from the distribution.
    type Sample<'a>: Into<Value>
    where
        Self: 'a;

    /// What a sequence without a step counts by: 1, or a second.
    const STEP: i64 = 1;

    /// The type in the language.
    fn ty() -> Type;

    /// A constant of this type.
    fn from_value(value: &Value) -> Option<Self>;

    /// A sample that is one of the listed values.
    fn lend(value: &Self) -> Self::Sample<'_>;

    /// Whether there is a value from `low` to below `high`.
    fn is_range(_low: &Self, _high: &Self) -> bool {
        false
    }

    /// A sample from `low` to below `high`.
    fn between<'a>(low: &'a Self, _high: &'a Self, _random: u64) -> Self::Sample<'a> {
        Self::lend(low)
    }

    /// The value that counts this, or has this rank, in a field of this name.
    fn counted(name: &str, number: i64) -> Self::Sample<'_>;
}

impl Sampled for bool {
    type Sample<'a> = bool;

    fn ty() -> Type {
        Type::Bool
    }

    fn from_value(value: &Value) -> Option<bool> {
        if let Value::Bool(value) = value { Some(*value) } else { None }
    }

    fn lend(value: &bool) -> bool {
        *value
    }

    fn counted(_name: &str, _number: i64) -> bool {
        false
    }
}

/// The types that are a number of 64 bits.
macro_rules! counting {
    ($($rust:ty, $ty:ident, $step:literal, |$number:ident| $wrap:expr, |$value:ident| $unwrap:expr;)*) => {
        $(impl Sampled for $rust {
            type Sample<'a> = $rust;

            const STEP: i64 = $step;

            fn ty() -> Type {
                Type::$ty
            }

            fn from_value(value: &Value) -> Option<$rust> {
                if let Value::$ty(value) = value { Some(*value) } else { None }
            }

            #[inline]
            fn lend(value: &$rust) -> $rust {
                *value
            }

            fn is_range(low: &$rust, high: &$rust) -> bool {
                low < high
            }

            #[inline]
            fn between<'a>(low: &'a $rust, high: &'a $rust, random: u64) -> $rust {
                let low = { let $value = low; $unwrap };
                let high = { let $value = high; $unwrap };
                let $number = low.wrapping_add_unsigned(below(random, high.abs_diff(low)));
                $wrap
            }

            #[inline]
            fn counted(_name: &str, $number: i64) -> $rust {
                $wrap
            }
        })*
    };
}

counting! {
    i64, Int, 1, |number| number, |value| *value;
    Timestamp, Timestamp, 1_000_000_000, |number| Timestamp(number), |value| value.0;
    Duration, Duration, 1_000_000_000, |number| Duration(number), |value| value.0;
}

impl Sampled for f64 {
    type Sample<'a> = f64;

    fn ty() -> Type {
        Type::Float
    }

    /// An int as well: constants widen.
    fn from_value(value: &Value) -> Option<f64> {
        match value {
            Value::Float(value) => Some(*value),
            Value::Int(value) => Some(*value as f64),
            _ => None,
        }
    }

    #[inline]
    fn lend(value: &f64) -> f64 {
        *value
    }

    fn is_range(low: &f64, high: &f64) -> bool {
        low < high && (high - low).is_finite()
    }

    #[inline]
    fn between<'a>(low: &'a f64, high: &'a f64, random: u64) -> f64 {
        let value = low + (high - low) * unit(random);
        // Rounding may reach the bound that is excluded.
        if value < *high { value } else { high.next_down() }
    }

    fn counted(_name: &str, number: i64) -> f64 {
        number as f64
    }
}

impl Sampled for IpAddr {
    type Sample<'a> = IpAddr;

    fn ty() -> Type {
        Type::Ip
    }

    fn from_value(value: &Value) -> Option<IpAddr> {
        if let Value::Ip(value) = value { Some(*value) } else { None }
    }

    #[inline]
    fn lend(value: &IpAddr) -> IpAddr {
        *value
    }

    /// `10.0.0.0` and so many on.
    #[inline]
    fn counted(_name: &str, number: i64) -> IpAddr {
        IpAddr::V4(Ipv4Addr::from_bits((10 << 24) | (number as u32 & 0x00ff_ffff)))
    }
}

impl Sampled for String {
    type Sample<'a> = Cow<'a, str>;

    fn ty() -> Type {
        Type::String
    }

    fn from_value(value: &Value) -> Option<String> {
        if let Value::String(value) = value { Some(value.clone()) } else { None }
    }

    #[inline]
    fn lend(value: &String) -> Cow<'_, str> {
        Cow::Borrowed(value)
    }

    /// The name and the number: `user17`.
    fn counted(name: &str, number: i64) -> Cow<'_, str> {
        let mut text = Vec::with_capacity(name.len() + 8);
        text.extend_from_slice(name.as_bytes());
        crate::text::write_int(&mut text, number);
        // A name and digits are UTF-8, so nothing is lost here.
        Cow::Owned(String::from_utf8(text).unwrap_or_default())
    }
}

impl Sampled for Vec<u8> {
    type Sample<'a> = Cow<'a, [u8]>;

    fn ty() -> Type {
        Type::Bytes
    }

    fn from_value(value: &Value) -> Option<Vec<u8>> {
        if let Value::Bytes(value) = value { Some(value.clone()) } else { None }
    }

    fn lend(value: &Vec<u8>) -> Cow<'_, [u8]> {
        Cow::Borrowed(value)
    }

    fn counted(_name: &str, number: i64) -> Cow<'_, [u8]> {
        Cow::Owned(number.to_be_bytes().to_vec())
    }
}
