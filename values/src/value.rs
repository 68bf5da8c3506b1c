//! A value whose type is known only at run time. The interpreter computes with these; compiled programs never do.

use std::borrow::Cow;
use std::net::IpAddr;

use crate::{List, Record, Type};

/// Nanoseconds since 1970-01-01T00:00:00Z, from 1677 to 2262.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(pub i64);

/// A length of time in nanoseconds; may be negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration(pub i64);

/// A constructor a unit, and all of them by name, the largest first.
macro_rules! units {
    ($($name:ident = $nanoseconds:literal;)*) => {
        impl Duration {
            $(
                #[doc = concat!("So many ", stringify!($name), "; as many as fit.")]
                #[must_use]
                pub const fn $name(number: i64) -> Duration {
                    Duration(number.saturating_mul($nanoseconds))
                }
            )*

            /// The largest unit of which it is a whole number, by its constructor's name, and how many.
            #[must_use]
            pub fn in_largest_unit(self) -> (&'static str, i64) {
                let units = [$((stringify!($name), $nanoseconds)),*];
                let whole = units.into_iter().find(|(_, size)| self.0 != 0 && self.0 % size == 0);
                whole.map_or(("nanoseconds", self.0), |(name, size)| (name, self.0 / size))
            }
        }
    };
}

units! {
    days = 86_400_000_000_000;
    hours = 3_600_000_000_000;
    minutes = 60_000_000_000;
    seconds = 1_000_000_000;
    milliseconds = 1_000_000;
    microseconds = 1_000;
    nanoseconds = 1;
}

/// A value of any type of the language.
///
/// The derived order is the order of keys: by value, strings and bytes by bytes, IPv4 before IPv6, an absent value
/// first, lists by their elements and records by their fields from the first on. Only values of one type are ever
/// compared.
#[derive(Clone, Debug, PartialEq, PartialOrd)]
pub enum Value {
    /// An absent optional.
    None,
    /// A `bool`.
    Bool(bool),
    /// An `int`.
    Int(i64),
    /// A `float`: always finite.
    Float(f64),
    /// A `string`.
    String(String),
    /// A `bytes`.
    Bytes(Vec<u8>),
    /// A `timestamp`.
    Timestamp(Timestamp),
    /// A `duration`.
    Duration(Duration),
    /// An `ip`.
    Ip(IpAddr),
    /// A `list<T>`.
    List(Vec<Value>),
    /// A record's value.
    Record(Record),
}

impl Value {
    /// The type of this value; `Type::None` for an absent one and for what an empty list holds.
    #[must_use]
    pub fn type_of(&self) -> Type {
        match self {
            Value::None => Type::None,
            Value::Bool(_) => Type::Bool,
            Value::Int(_) => Type::Int,
            Value::Float(_) => Type::Float,
            Value::String(_) => Type::String,
            Value::Bytes(_) => Type::Bytes,
            Value::Timestamp(_) => Type::Timestamp,
            Value::Duration(_) => Type::Duration,
            Value::Ip(_) => Type::Ip,
            Value::List(elements) => {
                Type::List(Box::new(elements.first().map_or(Type::None, Value::type_of)))
            }
            Value::Record(record) => Type::Record(record.ty.clone()),
        }
    }
}

macro_rules! into_value {
    ($($from:ty => |$value:ident| $to:expr;)*) => {
        $(impl From<$from> for Value {
            fn from($value: $from) -> Value {
                $to
            }
        })*
    };
}

into_value! {
    bool => |value| Value::Bool(value);
    i64 => |value| Value::Int(value);
    f64 => |value| Value::Float(value);
    &str => |value| Value::String(value.to_owned());
    String => |value| Value::String(value);
    Cow<'_, str> => |value| Value::String(value.into_owned());
    Vec<u8> => |value| Value::Bytes(value);
    Cow<'_, [u8]> => |value| Value::Bytes(value.into_owned());
    Timestamp => |value| Value::Timestamp(value);
    Duration => |value| Value::Duration(value);
    IpAddr => |value| Value::Ip(value);
}

impl<T: Into<Value> + Clone> From<List<'_, T>> for Value {
    fn from(list: List<'_, T>) -> Value {
        Value::List(list.into_vec().into_iter().map(Into::into).collect())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Value {
        value.map_or(Value::None, Into::into)
    }
}

#[cfg(test)]
mod tests {
    use super::Duration;

    #[test]
    fn a_duration_is_a_whole_number_of_its_largest_unit() {
        assert_eq!(Duration::minutes(90).in_largest_unit(), ("minutes", 90));
        assert_eq!(Duration::hours(-48).in_largest_unit(), ("days", -2));
        assert_eq!(Duration(1_000_001).in_largest_unit(), ("nanoseconds", 1_000_001));
        assert_eq!(Duration(0).in_largest_unit(), ("nanoseconds", 0));
    }
}
