//! A value whose type is known only at run time. The interpreter computes with these; compiled programs never do.

use std::borrow::Cow;
use std::net::IpAddr;

use crate::{List, Record, Type};

/// Nanoseconds since 1970-01-01T00:00:00Z, from 1677 to 2262.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

/// A length of time in nanoseconds; may be negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration(pub i64);

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
