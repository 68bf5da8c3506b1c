//! The types of the language.

use std::fmt;
use std::sync::Arc;

use crate::record::RecordType;

/// The type of a value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    /// `true` or `false`.
    Bool,
    /// A signed integer of 64 bits.
    Int,
    /// A finite IEEE 754 double.
    Float,
    /// UTF-8 text.
    String,
    /// Bytes; base64 in JSON and CSV.
    Bytes,
    /// Nanoseconds since 1970-01-01T00:00:00Z.
    Timestamp,
    /// Nanoseconds.
    Duration,
    /// An IPv4 or IPv6 address.
    Ip,
    /// `list<T>`
    List(Box<Type>),
    /// The values of a declared record.
    Record(Arc<RecordType>),
    /// In the signature of a function: what its list holds. No value has this type.
    Element,
    /// The type of the literal `none`, which fits every optional.
    None,
    /// `T?`; never nested.
    Optional(Box<Type>),
}

impl Type {
    /// The types that can be written, without their optionals.
    pub const ALL: [Type; 8] = [
        Type::Bool,
        Type::Int,
        Type::Float,
        Type::String,
        Type::Bytes,
        Type::Timestamp,
        Type::Duration,
        Type::Ip,
    ];

    /// This type as an optional; an optional stays what it is, for there is no `T??`.
    #[must_use]
    pub fn optional(self) -> Type {
        match self {
            Type::Optional(_) | Type::None => self,
            plain => Type::Optional(Box::new(plain)),
        }
    }

    /// Whether a value of this type may be absent.
    #[must_use]
    pub fn is_optional(&self) -> bool {
        matches!(self, Type::Optional(_) | Type::None)
    }

    /// `T` of `T?`; any other type is itself.
    #[must_use]
    pub fn required(&self) -> &Type {
        match self {
            Type::Optional(inner) => inner,
            plain => plain,
        }
    }

    /// Whether values of this type may be a grouping's key. Floats are not: two that print alike may differ. Nor are lists
    /// and records: their parts are.
    #[must_use]
    pub fn is_key(&self) -> bool {
        !matches!(self.required(), Type::Float | Type::None) && !self.is_nested()
    }

    /// Whether `<` orders values of this type.
    #[must_use]
    pub fn is_ordered(&self) -> bool {
        !matches!(self, Type::Optional(_) | Type::None) && !self.is_nested()
    }

    /// Whether values of this type are made of others, so that they have no text form: lists and records.
    #[must_use]
    pub fn is_nested(&self) -> bool {
        matches!(self.required(), Type::List(_) | Type::Record(_))
    }

    /// This type of a signature with `element` for [`Type::Element`].
    #[must_use]
    pub fn with_element(&self, element: &Type) -> Type {
        match self {
            Type::Element => element.clone(),
            Type::List(inner) => Type::List(Box::new(inner.with_element(element))),
            Type::Optional(inner) => inner.with_element(element).optional(),
            other => other.clone(),
        }
    }

    /// What [`Type::Element`] has to be, so that this type of a signature is a list's.
    #[must_use]
    pub fn element_of(&self, given: &Type) -> Option<Type> {
        match (self, given) {
            (Type::List(inner), Type::List(element)) if **inner == Type::Element => Some((**element).clone()),
            _ => None,
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Type::Bool => "bool",
            Type::Int => "int",
            Type::Float => "float",
            Type::String => "string",
            Type::Bytes => "bytes",
            Type::Timestamp => "timestamp",
            Type::Duration => "duration",
            Type::Ip => "ip",
            Type::None => "none",
            Type::List(element) => return write!(f, "list<{element}>"),
            Type::Record(record) => &record.name,
            Type::Element => "T",
            Type::Optional(inner) => return write!(f, "{inner}?"),
        })
    }
}
