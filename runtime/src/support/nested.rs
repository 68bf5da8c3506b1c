//! Lists and records as columns. A record is a struct of the generated program's, which [`record!`](crate::record) makes.

use streamwright_values::format::{FieldSpec, Misread, Raw, field};
use streamwright_values::{FaultCode, List};

use super::{Lend, Put, Take};
use streamwright_values::wire::{self, Reader};

/// A value as bytes: what an accumulator keeps of a list or a record.
pub fn encode<T: Put>(value: &T) -> Vec<u8> {
    let mut out = Vec::new();
    value.put(&mut out);
    out
}

/// What [`encode`] wrote.
pub fn decode<'a, T: Take<'a>>(bytes: &'a [u8]) -> T {
    T::take(&mut Reader::new(bytes))
}

/// What stands in a generated record's field that nobody reads.
#[inline]
#[must_use]
pub fn unread<T: Default>() -> T {
    T::default()
}

/// The next field of a nested record.
///
/// # Errors
/// As [`field::Wanted`].
#[inline]
pub fn member<'a, T: field::Wanted<'a>>(
    specs: &mut std::slice::Iter<'_, FieldSpec>,
    raw: Raw<'a>,
) -> Result<T, Misread> {
    match specs.next() {
        Some(spec) => Ok(T::wanted(raw, spec)?),
        None => Err(FaultCode::WrongType.into()),
    }
}

impl<T> Lend for List<'_, T> {
    type Lent<'a>
        = List<'a, T>
    where
        Self: 'a;

    #[inline]
    fn lend(&self) -> List<'_, T> {
        List::Borrowed(self)
    }
}

impl<T: Put> Put for List<'_, T> {
    fn put(&self, out: &mut Vec<u8>) {
        wire::put_u32(out, self.len() as u32);
        self.iter().for_each(|element| element.put(out));
    }
}

impl<'a, T: Take<'a>> Take<'a> for List<'a, T> {
    fn take(reader: &mut Reader<'a>) -> List<'a, T> {
        let count = reader.u32();
        (0..count).map(|_| T::take(reader)).collect()
    }
}

/// The struct of a record, and how it is read, written, passed on and sent.
#[doc(hidden)]
#[macro_export]
macro_rules! record {
    ($(#[$docs:meta])* $name:ident<$life:lifetime> { $($field:ident $text:literal: $ty:ty,)+ }) => {
        $(#[$docs])*
        #[derive(Clone, PartialEq)]
        pub struct $name<$life> { $(pub $field: $ty,)+ }

        $crate::record!(@impls [$life] [$name<$life>] [$name<'to>] [$name<'static>] $name $($field $text,)+);
    };
    ($(#[$docs:meta])* $name:ident { $($field:ident $text:literal: $ty:ty,)+ }) => {
        $(#[$docs])*
        #[derive(Clone, PartialEq)]
        pub struct $name { $(pub $field: $ty,)+ }

        $crate::record!(@impls ['r] [$name] [$name] [$name] $name $($field $text,)+);
    };
    (@impls [$life:lifetime] [$of:ty] [$lent:ty] [$own:ty] $name:ident $($field:ident $text:literal,)+) => {
        impl<$life> $crate::private::field::Field<$life> for $of {
            const EXPECTED: &'static str = $crate::private::field::RECORD;

            fn read(
                raw: $crate::private::Raw<$life>,
                spec: &$crate::private::FieldSpec,
            ) -> ::core::result::Result<Self, $crate::private::field::Misread> {
                let mut found = [$crate::private::Raw::Missing; [$($text),+].len()];
                spec.members(raw, &mut found)?;
                let (mut specs, mut found) = (spec.inner.iter(), found.into_iter());
                ::core::result::Result::Ok($name {
                    $($field: $crate::private::member(&mut specs, found.next().unwrap_or_default())?,)+
                })
            }
        }

        impl<$life> $crate::private::WriteField for $of {
            fn write_json(&self, out: &mut ::std::vec::Vec<u8>) {
                let mut before = b'{';
                $(
                    out.push(before);
                    before = b',';
                    $text.write_json(out);
                    out.push(b':');
                    self.$field.write_json(out);
                )+
                let _ = before;
                out.push(b'}');
            }
        }

        impl<$life> $crate::private::Lend for $of {
            type Lent<'to> = $lent where Self: 'to;

            fn lend(&self) -> Self::Lent<'_> {
                $name { $($field: $crate::private::lend(&self.$field),)+ }
            }
        }

        impl<$life> $crate::private::Detach for $of {
            type Own = $own;

            fn detach(self) -> Self::Own {
                $name { $($field: $crate::private::detach(self.$field),)+ }
            }
        }

        impl $crate::State for $own {
            fn encode(&self, out: &mut ::std::vec::Vec<u8>) {
                $($crate::State::encode(&self.$field, out);)+
            }

            fn decode(input: &mut &[u8]) -> ::core::result::Result<Self, $crate::BadState> {
                ::core::result::Result::Ok($name { $($field: $crate::State::decode(input)?,)+ })
            }
        }

        impl<$life> $crate::private::Finite for $of {
            fn is_finite(&self) -> bool {
                true $(&& $crate::private::Finite::is_finite(&self.$field))+
            }
        }

        impl<$life> $crate::private::Own<$of> for $of {
            fn own(self) -> ::core::result::Result<Self, $crate::private::Fault> {
                $crate::private::finite(&self)?;
                ::core::result::Result::Ok(self)
            }
        }

        impl<$life> $crate::private::Put for $of {
            fn put(&self, out: &mut ::std::vec::Vec<u8>) {
                $($crate::private::put(&self.$field, out);)+
            }
        }

        impl<$life> $crate::private::Take<$life> for $of {
            fn take(reader: &mut $crate::private::wire::Reader<$life>) -> Self {
                $name { $($field: $crate::private::take(reader),)+ }
            }
        }
    };
}

#[cfg(test)]
#[allow(unreachable_pub, reason = "own Rust sees the structs of a program")]
mod tests {
    use std::borrow::Cow;

    use streamwright_values::form::Form;
    use streamwright_values::format::{FieldSpec, Raw, WriteField, field, json};
    use streamwright_values::{List, RecordField, RecordType, Type};

    use super::{decode, encode};
    use crate::support::lend;

    record! {
        /// With text.
        Tag<'a> { name "name": Cow<'a, str>, r#type "type": Option<i64>, }
    }

    record! {
        /// Of numbers and records.
        Page<'a> { size "size": i64, tags "tags": List<'a, Tag<'a>>, }
    }

    record! {
        /// Without text.
        Point { x "x": i64, y "y": f64, }
    }

    fn described(name: &str, ty: Type) -> RecordField {
        RecordField { name: name.into(), wire_name: name.into(), ty, form: Form::Plain, absent: None }
    }

    fn spec() -> FieldSpec {
        let tag = RecordType {
            name: "Tag".into(),
            fields: vec![described("name", Type::String), described("type", Type::Int.optional())],
        };
        let tags = Type::List(Box::new(Type::Record(tag.into())));
        let page = RecordType {
            name: "Page".into(),
            fields: vec![described("size", Type::Int), described("tags", tags)],
        };
        FieldSpec::of(&described("page", Type::Record(page.into())))
    }

    fn read(line: &str) -> Result<Page<'_>, String> {
        let mut raw = [Raw::Missing];
        json::scan(line.as_bytes(), |key| (key == b"page").then_some(0), &mut raw).unwrap();
        field::required(raw[0], &spec()).map_err(|fault| fault.message.into())
    }

    #[test]
    fn a_record_is_what_it_was_wherever_it_goes() {
        let line = r#"{"page":{"size":3,"other":[{}],"tags":[{"name":"a\nb","type":7},{"name":"c"}]}}"#;
        let page = read(line).unwrap();
        let bytes = encode(&page);
        let back: Page<'_> = decode(&bytes);
        assert!(back == page && lend(&page) == page);
        let mut json = Vec::new();
        back.write_json(&mut json);
        let expected = r#"{"size":3,"tags":[{"name":"a\nb","type":7},{"name":"c","type":null}]}"#;
        assert_eq!(String::from_utf8(json).unwrap(), expected);
        let point = Point { x: 1, y: 2.5 };
        assert!(decode::<Point>(&encode(&point)) == lend(&point));
    }

    #[test]
    fn a_misfit_names_the_field_inside() {
        let message = |line: &str| read(line).err().unwrap_or_default();
        let cases = [
            (r#"{"page":{"size":"3","tags":[]}}"#, "field `page.size`: expected an int, found \"3\""),
            (r#"{"page":{"tags":[]}}"#, "field `page.size` is missing"),
            (r#"{"page":{"size":1,"tags":[{}]}}"#, "field `page.tags[].name` is missing"),
            (r#"{"page":{"size":1,"tags":[null]}}"#, "field `page.tags[]` is missing"),
            (r#"{"page":{"size":1,"tags":{}}}"#, "field `page.tags`: expected a list, found {}"),
            (r#"{"page":[1]}"#, "field `page`: expected an object, found [1]"),
        ];
        for (line, expected) in cases {
            assert_eq!(message(line), expected, "{line}");
        }
    }
}
