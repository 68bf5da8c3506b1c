//! The types of the language.

use std::fmt;

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

    /// Whether values of this type may be a grouping's key. Floats are not: two that print alike may differ.
    #[must_use]
    pub fn is_key(&self) -> bool {
        !matches!(self.required(), Type::Float | Type::None)
    }

    /// Whether `<` orders values of this type.
    #[must_use]
    pub fn is_ordered(&self) -> bool {
        !matches!(self, Type::Optional(_) | Type::None)
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
            Type::Optional(inner) => return write!(f, "{inner}?"),
        })
    }
}
