//! From what stands in a line to a typed value: one conversion a type, shared by all formats.

use std::borrow::Cow;
use std::net::IpAddr;

use crate::form::Form;
use crate::{Duration, Fault, FaultCode, Timestamp, Type, Value};

/// How one field of a record is read. Made once, when the program starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldSpec {
    /// Its name in the language: what messages call it.
    pub name: String,
    /// Its name on the wire.
    pub wire_name: String,
    /// How its text is read.
    pub form: Form,
    /// The text that stands for no value (`absent "-"`).
    pub absent: Option<String>,
    /// Whether it may be absent.
    pub optional: bool,
}

/// What stands in a line for one field, checked in its shape and not yet converted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Raw<'a> {
    /// Nothing: no such key, or the format's own sign of absence.
    #[default]
    Missing,
    /// JSON's `null`.
    Null,
    /// JSON's `true` or `false`.
    Bool(bool),
    /// A JSON number, as written.
    Number(&'a str),
    /// A JSON string without escapes, without its quotes.
    String(&'a str),
    /// A JSON string with escapes, as written, without its quotes.
    Escaped(&'a str),
    /// A JSON array or object, as written.
    Nested(&'a str),
    /// The text of a field of the other formats.
    Text(&'a str),
    /// A quoted CSV field, without its outer quotes where those are all.
    Quoted(&'a str),
    /// A CSV field as written, in which quotes have to be taken out.
    QuotedParts(&'a str),
}

/// A type that a field may have.
pub trait Field<'a>: Sized {
    /// The value that `raw` stands for; the fault names the field.
    ///
    /// # Errors
    /// `wrong-type`, `overflow` or `not-finite`; `missing-field` where nothing stands there.
    fn read(raw: Raw<'a>, spec: &FieldSpec) -> Result<Self, Fault>;
}

/// The value of a field that has to be there.
///
/// # Errors
/// `missing-field` where it is absent, and what [`Field::read`] says.
#[inline]
pub fn required<'a, T: Field<'a>>(raw: Raw<'a>, spec: &FieldSpec) -> Result<T, Fault> {
    match optional(raw, spec)? {
        Some(value) => Ok(value),
        None => Err(missing(spec)),
    }
}

/// The value of a field that may be absent.
///
/// # Errors
/// What [`Field::read`] says.
#[inline]
pub fn optional<'a, T: Field<'a>>(raw: Raw<'a>, spec: &FieldSpec) -> Result<Option<T>, Fault> {
    match raw {
        Raw::Missing | Raw::Null => Ok(None),
        _ => T::read(raw, spec).map(Some),
    }
}

/// The value of a field whose type is known only at run time, by the same conversions.
///
/// # Errors
/// As [`required`] and [`optional`].
pub fn value(raw: Raw<'_>, ty: &Type, spec: &FieldSpec) -> Result<Value, Fault> {
    fn of<'a, T: Field<'a>>(
        raw: Raw<'a>,
        ty: &Type,
        spec: &FieldSpec,
        wrap: impl Fn(T) -> Value,
    ) -> Result<Value, Fault> {
        if ty.is_optional() {
            Ok(optional(raw, spec)?.map_or(Value::None, wrap))
        } else {
            required(raw, spec).map(wrap)
        }
    }
    match ty.required() {
        Type::Bool => of(raw, ty, spec, Value::Bool),
        Type::Int => of(raw, ty, spec, Value::Int),
        Type::Float => of(raw, ty, spec, Value::Float),
        Type::String => of(raw, ty, spec, |text: Cow<'_, str>| Value::String(text.into_owned())),
        Type::Bytes => of(raw, ty, spec, |bytes: Cow<'_, [u8]>| Value::Bytes(bytes.into_owned())),
        Type::Timestamp => of(raw, ty, spec, Value::Timestamp),
        Type::Duration => of(raw, ty, spec, Value::Duration),
        Type::Ip => of(raw, ty, spec, Value::Ip),
        Type::None | Type::Optional(_) => Ok(Value::None),
    }
}

#[cold]
fn missing(spec: &FieldSpec) -> Fault {
    Fault::new(FaultCode::MissingField, format!("field `{}` is missing", spec.name))
}

macro_rules! unread {
    ($($ty:ty),*) => {$(
        impl<'a> Field<'a> for $ty {
            fn read(_: Raw<'a>, spec: &FieldSpec) -> Result<Self, Fault> {
                Err(missing(spec))
            }
        }
    )*};
}
unread!(bool, i64, f64, Cow<'a, str>, Cow<'a, [u8]>, Timestamp, Duration, IpAddr);
