//! From what stands in a line to a typed value: what formats and types have in common.

mod types;

use std::borrow::Cow;
use std::sync::Arc;

use crate::form::Form;
use crate::text;
use crate::{Fault, FaultCode, Record, RecordField, RecordType, Type, Value};

use super::{Piece, csv, json};

/// How one field of a record is read. Made once, when the program starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldSpec {
    /// What messages call it: its name in the language, `bid.price` in a nested record, `tags[]` for the elements of a list.
    pub name: String,
    /// Its name on the wire.
    pub wire_name: String,
    /// How its text is read.
    pub form: Form,
    /// The text that stands for no value (`absent "-"`).
    pub absent: Option<String>,
    /// Whether it may be absent.
    pub optional: bool,
    /// The fields of a nested record in their order; of a list, its elements.
    pub inner: Vec<FieldSpec>,
}

impl FieldSpec {
    /// How a field is read.
    #[must_use]
    pub fn of(field: &RecordField) -> FieldSpec {
        FieldSpec::at(field.name.clone(), field)
    }

    fn at(name: String, field: &RecordField) -> FieldSpec {
        let inner = match field.ty.required() {
            Type::Record(record) => record
                .fields
                .iter()
                .map(|inner| FieldSpec::at(format!("{name}.{}", inner.name), inner))
                .collect(),
            Type::List(element) => {
                let element = RecordField { ty: (**element).clone(), absent: None, ..field.clone() };
                vec![FieldSpec::at(format!("{name}[]"), &element)]
            }
            _ => Vec::new(),
        };
        FieldSpec {
            name,
            wire_name: field.wire_name.clone(),
            form: field.form.clone(),
            absent: field.absent.clone(),
            optional: field.ty.is_optional(),
            inner,
        }
    }

    /// The members of a nested record, raw, one in each place of `fields`.
    ///
    /// # Errors
    /// `wrong-type` for what is no object.
    pub fn members<'a>(&self, raw: Raw<'a>, fields: &mut [Raw<'a>]) -> Result<(), Misread> {
        let Raw::Nested(text) = raw else { return Err(FaultCode::WrongType.into()) };
        let index_of = |key: &[u8]| self.inner.iter().position(|inner| inner.wire_name.as_bytes() == key);
        Ok(json::members(text, index_of, fields)?)
    }

    /// The elements of a list, raw, and how they are read.
    fn elements<'a>(&self, raw: Raw<'a>) -> Result<(Vec<Raw<'a>>, &FieldSpec), Misread> {
        match (raw, self.inner.first()) {
            (Raw::Nested(text), Some(element)) => {
                Ok((json::items(text).ok_or(FaultCode::WrongType)?, element))
            }
            _ => Err(FaultCode::WrongType.into()),
        }
    }
}

/// Why a field has no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Misread {
    /// It does not fit.
    Here(FaultCode),
    /// Something inside it does not.
    Inside(Fault),
}

impl From<FaultCode> for Misread {
    fn from(code: FaultCode) -> Misread {
        Misread::Here(code)
    }
}

impl From<Fault> for Misread {
    fn from(fault: Fault) -> Misread {
        Misread::Inside(fault)
    }
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
    /// What messages call a value of the type: `an int`.
    const EXPECTED: &'static str;

    /// The value that `raw` stands for.
    ///
    /// # Errors
    /// `wrong-type`, `overflow` or `not-finite`; in nested values also `missing-field`.
    fn read(raw: Raw<'a>, spec: &FieldSpec) -> Result<Self, Misread>;

    /// The value that stands in a line of JSON at the cursor, which passes it. None where it is none of the type, or is
    /// written so that [`Field::read`] has to look at it.
    #[inline(always)]
    fn at(cursor: &mut json::Cursor<'a, '_>, spec: &FieldSpec) -> Option<Self> {
        any_at(cursor, spec)
    }

    /// The value of a field's text. None where it is none of the type; where it is written so that [`Field::read`] has to
    /// look at it, that is done here.
    #[inline(always)]
    fn of(piece: Piece<'a>, spec: &FieldSpec) -> Option<Self> {
        any_of(piece, spec)
    }
}

/// [`Field::at`], however it is written.
#[inline(always)]
fn any_at<'a, T: Field<'a>>(cursor: &mut json::Cursor<'a, '_>, spec: &FieldSpec) -> Option<T> {
    required(cursor.raw()?, spec).ok()
}

/// [`Field::of`], however it is written.
#[inline(always)]
fn any_of<'a, T: Field<'a>>(piece: Piece<'a>, spec: &FieldSpec) -> Option<T> {
    T::read(Raw::Text(piece.text()?), spec).ok()
}

/// A type that a field may have, or an optional of one.
pub trait Wanted<'a>: Sized {
    /// [`required`] or [`optional`].
    ///
    /// # Errors
    /// As those.
    fn wanted(raw: Raw<'a>, spec: &FieldSpec) -> Result<Self, Fault>;

    /// [`Field::at`], or nothing where `null` is.
    fn wanted_at(cursor: &mut json::Cursor<'a, '_>, spec: &FieldSpec) -> Option<Self>;

    /// [`Field::of`], where the text does not stand for no value.
    fn wanted_of(piece: Piece<'a>, spec: &FieldSpec) -> Option<Self>;
}

impl<'a, T: Field<'a>> Wanted<'a> for T {
    #[inline]
    fn wanted(raw: Raw<'a>, spec: &FieldSpec) -> Result<T, Fault> {
        required(raw, spec)
    }

    #[inline(always)]
    fn wanted_at(cursor: &mut json::Cursor<'a, '_>, spec: &FieldSpec) -> Option<T> {
        T::at(cursor, spec)
    }

    #[inline(always)]
    fn wanted_of(piece: Piece<'a>, spec: &FieldSpec) -> Option<T> {
        if piece.is_absent(spec) { None } else { T::of(piece, spec) }
    }
}

impl<'a, T: Field<'a>> Wanted<'a> for Option<T> {
    #[inline]
    fn wanted(raw: Raw<'a>, spec: &FieldSpec) -> Result<Option<T>, Fault> {
        optional(raw, spec)
    }

    #[inline(always)]
    fn wanted_at(cursor: &mut json::Cursor<'a, '_>, spec: &FieldSpec) -> Option<Option<T>> {
        if cursor.null() { Some(None) } else { T::at(cursor, spec).map(Some) }
    }

    #[inline(always)]
    fn wanted_of(piece: Piece<'a>, spec: &FieldSpec) -> Option<Option<T>> {
        if piece.bytes().is_empty() || piece.is_absent(spec) {
            Some(None)
        } else {
            T::of(piece, spec).map(Some)
        }
    }
}

/// The value of a field that has to be there.
///
/// # Errors
/// `missing-field` where it is absent, else what [`Field::read`] says, in a sentence that names the field.
#[inline]
pub fn required<'a, T: Field<'a>>(raw: Raw<'a>, spec: &FieldSpec) -> Result<T, Fault> {
    if raw.is_absent(spec) {
        return Err(missing(spec));
    }
    T::read(raw, spec).map_err(|misread| misfit(misread, raw, spec, T::EXPECTED))
}

/// The value of a field that may be absent. Beside what [`required`] takes as absent, an empty field is, unless it
/// stands in quotes.
///
/// # Errors
/// What [`Field::read`] says, in a sentence that names the field.
#[inline]
pub fn optional<'a, T: Field<'a>>(raw: Raw<'a>, spec: &FieldSpec) -> Result<Option<T>, Fault> {
    if raw.is_absent(spec) || raw == Raw::Text("") {
        return Ok(None);
    }
    T::read(raw, spec).map(Some).map_err(|misread| misfit(misread, raw, spec, T::EXPECTED))
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
        Type::List(element) => nested(raw, spec, LIST, |raw| {
            let (elements, spec) = spec.elements(raw)?;
            let values = elements.into_iter().map(|raw| value(raw, element, spec));
            Ok(Value::List(values.collect::<Result<_, _>>()?))
        }),
        Type::Record(record) => nested(raw, spec, RECORD, |raw| of_record(raw, record, spec)),
        Type::None | Type::Optional(_) | Type::Element => Ok(Value::None),
    }
}

/// What messages call a list.
const LIST: &str = "a list";
/// What messages call a record.
pub const RECORD: &str = "an object";

fn nested<'a>(
    raw: Raw<'a>,
    spec: &FieldSpec,
    expected: &str,
    read: impl FnOnce(Raw<'a>) -> Result<Value, Misread>,
) -> Result<Value, Fault> {
    if raw.is_absent(spec) {
        return if spec.optional { Ok(Value::None) } else { Err(missing(spec)) };
    }
    read(raw).map_err(|misread| misfit(misread, raw, spec, expected))
}

fn of_record(raw: Raw<'_>, record: &Arc<RecordType>, spec: &FieldSpec) -> Result<Value, Misread> {
    let mut found = vec![Raw::Missing; record.fields.len()];
    spec.members(raw, &mut found)?;
    let fields = record.fields.iter().zip(&spec.inner).zip(found);
    let values = fields.map(|((field, spec), raw)| value(raw, &field.ty, spec));
    Ok(Value::Record(Record { ty: Arc::clone(record), values: values.collect::<Result<_, _>>()? }))
}

impl<'a> Raw<'a> {
    /// The text of a string or of a field of text, without escapes and quotes.
    #[must_use]
    pub fn text(self) -> Option<Cow<'a, str>> {
        match self {
            Raw::String(text) | Raw::Text(text) | Raw::Quoted(text) => Some(Cow::Borrowed(text)),
            Raw::Escaped(text) => Some(Cow::Owned(json::unescape(text))),
            Raw::QuotedParts(text) => Some(Cow::Owned(csv::unquote(text))),
            Raw::Missing | Raw::Null | Raw::Bool(_) | Raw::Number(_) | Raw::Nested(_) => None,
        }
    }

    #[inline]
    fn is_absent(self, spec: &FieldSpec) -> bool {
        match (self, &spec.absent) {
            (Raw::Missing | Raw::Null, _) => true,
            (_, None) => false,
            (_, Some(absent)) => self.text().is_some_and(|text| text == absent.as_str()),
        }
    }
}

#[cold]
fn missing(spec: &FieldSpec) -> Fault {
    Fault::new(FaultCode::MissingField, format!("field `{}` is missing", spec.name))
}

#[cold]
fn misfit(misread: Misread, raw: Raw<'_>, spec: &FieldSpec, expected: &str) -> Fault {
    let code = match misread {
        Misread::Here(code) => code,
        Misread::Inside(fault) => return fault,
    };
    let (name, found) = (&spec.name, shown(raw));
    let message = match code {
        FaultCode::Overflow => format!("field `{name}`: {found} does not fit {expected}"),
        FaultCode::NotFinite => format!("field `{name}`: {found} is not a finite float"),
        _ => format!("field `{name}`: expected {expected}{}, found {found}", form_shown(&spec.form)),
    };
    Fault::new(code, message)
}

/// What a form asks for, where it is not the type's own.
fn form_shown(form: &Form) -> String {
    match form {
        Form::Plain => String::new(),
        Form::UnixSeconds => " in seconds since 1970".to_owned(),
        Form::UnixMillis => " in milliseconds since 1970".to_owned(),
        Form::UnixMicros => " in microseconds since 1970".to_owned(),
        Form::UnixNanos => " in nanoseconds since 1970".to_owned(),
        Form::Strftime(pattern) => format!(" like {}", text::quoted(pattern)),
    }
}

/// What was found, cut to a bounded length.
fn shown(raw: Raw<'_>) -> String {
    /// Characters of a number or of a nested value.
    const SHOWN_MAX: usize = 40;
    match raw {
        Raw::Missing => "nothing".to_owned(),
        Raw::Null => "null".to_owned(),
        Raw::Bool(value) => value.to_string(),
        Raw::Number(written) | Raw::Nested(written) => match written.char_indices().nth(SHOWN_MAX) {
            Some((end, _)) => format!("{}…", &written[..end]),
            None => written.to_owned(),
        },
        _ => text::quoted(&raw.text().unwrap_or_default()),
    }
}

#[cfg(test)]
#[path = "field_tests.rs"]
mod tests;
