//! One conversion a type, shared by all formats.

use std::borrow::Cow;
use std::net::IpAddr;

use super::super::{Piece, json};
use super::{Field, FieldSpec, LIST, Misread, Raw, Wanted, any_at, any_of};
use crate::form::{COMMON_LOG, Form};
use crate::text;
use crate::{Duration, Fault, FaultCode, List, Timestamp};

/// Reads a value by its text form, which JSON has as a string.
#[inline]
fn from_text<T>(raw: Raw<'_>, parse: impl Fn(&str) -> Result<T, Fault>) -> Result<T, Misread> {
    match raw {
        Raw::String(text) | Raw::Text(text) | Raw::Quoted(text) => {
            parse(text).map_err(|fault| code_of(&fault))
        }
        _ => {
            let text = raw.text().ok_or(FaultCode::WrongType)?;
            parse(&text).map_err(|fault| code_of(&fault))
        }
    }
}

/// Reads a value that JSON has in a notation of its own, so that a JSON string is none.
#[inline]
fn from_plain_text<T>(raw: Raw<'_>, parse: impl Fn(&str) -> Result<T, Fault>) -> Result<T, Misread> {
    match raw {
        Raw::String(_) | Raw::Escaped(_) => Err(FaultCode::WrongType.into()),
        _ => from_text(raw, parse),
    }
}

/// A value out of its range is told from a text that is no value; what else the parser says is about a cast.
#[cold]
fn code_of(fault: &Fault) -> Misread {
    Misread::Here(match fault.code {
        FaultCode::Overflow | FaultCode::NotFinite => fault.code,
        _ => FaultCode::WrongType,
    })
}

impl<'a> Field<'a> for bool {
    const EXPECTED: &'static str = "a bool";

    #[inline]
    fn read(raw: Raw<'a>, _: &FieldSpec) -> Result<bool, Misread> {
        match raw {
            Raw::Bool(value) => Ok(value),
            _ => from_plain_text(raw, text::parse_bool),
        }
    }
}

impl<'a> Field<'a> for i64 {
    const EXPECTED: &'static str = "an int";

    #[inline]
    fn read(raw: Raw<'a>, _: &FieldSpec) -> Result<i64, Misread> {
        match raw {
            Raw::Number(digits) => Ok(json::int(digits)?),
            _ => from_plain_text(raw, text::parse_int),
        }
    }

    #[inline(always)]
    fn at(cursor: &mut json::Cursor<'a, '_>, spec: &FieldSpec) -> Option<i64> {
        cursor.natural().or_else(|| any_at(cursor, spec))
    }

    #[inline(always)]
    fn of(piece: Piece<'a>, spec: &FieldSpec) -> Option<i64> {
        piece.whole(text::natural_at).or_else(|| any_of(piece, spec))
    }
}

impl<'a> Field<'a> for f64 {
    const EXPECTED: &'static str = "a float";

    #[inline]
    fn read(raw: Raw<'a>, _: &FieldSpec) -> Result<f64, Misread> {
        match raw {
            Raw::Number(digits) => Ok(json::float(digits)?),
            _ => from_plain_text(raw, text::parse_float),
        }
    }
}

impl<'a> Field<'a> for Cow<'a, str> {
    const EXPECTED: &'static str = "a string";

    #[inline]
    fn read(raw: Raw<'a>, _: &FieldSpec) -> Result<Cow<'a, str>, Misread> {
        // Most strings are these, and cost nothing but this look.
        if let Raw::String(text) | Raw::Text(text) = raw {
            return Ok(Cow::Borrowed(text));
        }
        raw.text().ok_or(Misread::Here(FaultCode::WrongType))
    }

    #[inline(always)]
    fn at(cursor: &mut json::Cursor<'a, '_>, spec: &FieldSpec) -> Option<Cow<'a, str>> {
        cursor.plain().map(Cow::Borrowed).or_else(|| any_at(cursor, spec))
    }

    #[inline(always)]
    fn of(piece: Piece<'a>, _: &FieldSpec) -> Option<Cow<'a, str>> {
        piece.text().map(Cow::Borrowed)
    }
}

impl<'a> Field<'a> for Cow<'a, [u8]> {
    const EXPECTED: &'static str = "bytes in base64";

    #[inline]
    fn read(raw: Raw<'a>, _: &FieldSpec) -> Result<Cow<'a, [u8]>, Misread> {
        from_text(raw, text::parse_bytes).map(Cow::Owned)
    }
}

impl<'a> Field<'a> for Timestamp {
    const EXPECTED: &'static str = "a timestamp";

    #[inline]
    fn read(raw: Raw<'a>, spec: &FieldSpec) -> Result<Timestamp, Misread> {
        let form = &spec.form;
        let by_text = matches!(form, Form::Plain | Form::Strftime(_));
        match raw {
            Raw::Number(digits) if !by_text => form.parse_timestamp(digits).map_err(|fault| code_of(&fault)),
            Raw::String(_) | Raw::Escaped(_) if !by_text => Err(FaultCode::WrongType.into()),
            _ => from_text(raw, |text| form.parse_timestamp(text)),
        }
    }

    #[inline(always)]
    fn at(cursor: &mut json::Cursor<'a, '_>, spec: &FieldSpec) -> Option<Timestamp> {
        let plain = if spec.form == Form::Plain { cursor.timestamp() } else { None };
        plain.or_else(|| any_at(cursor, spec))
    }

    #[inline(always)]
    fn of(piece: Piece<'a>, spec: &FieldSpec) -> Option<Timestamp> {
        let plain = match &spec.form {
            Form::Plain => piece.whole(text::timestamp_at),
            Form::Strftime(pattern) if pattern == COMMON_LOG => text::common_log(piece.bytes()),
            _ => None,
        };
        plain.or_else(|| any_of(piece, spec))
    }
}

impl<'a> Field<'a> for Duration {
    const EXPECTED: &'static str = "a duration";

    #[inline]
    fn read(raw: Raw<'a>, _: &FieldSpec) -> Result<Duration, Misread> {
        from_text(raw, text::parse_duration)
    }
}

impl<'a, T: Wanted<'a>> Field<'a> for List<'a, T> {
    const EXPECTED: &'static str = LIST;

    fn read(raw: Raw<'a>, spec: &FieldSpec) -> Result<List<'a, T>, Misread> {
        let (elements, spec) = spec.elements(raw)?;
        Ok(elements.into_iter().map(|raw| T::wanted(raw, spec)).collect::<Result<_, _>>()?)
    }
}

impl<'a> Field<'a> for IpAddr {
    const EXPECTED: &'static str = "an ip";

    #[inline]
    fn read(raw: Raw<'a>, _: &FieldSpec) -> Result<IpAddr, Misread> {
        from_text(raw, text::parse_ip)
    }

    #[inline(always)]
    fn at(cursor: &mut json::Cursor<'a, '_>, spec: &FieldSpec) -> Option<IpAddr> {
        cursor.ipv4().or_else(|| any_at(cursor, spec))
    }

    #[inline(always)]
    fn of(piece: Piece<'a>, spec: &FieldSpec) -> Option<IpAddr> {
        let plain = piece.whole(text::ipv4_at).map(IpAddr::V4);
        plain.or_else(|| any_of(piece, spec))
    }
}
