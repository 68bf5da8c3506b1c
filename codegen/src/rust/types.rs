//! The language's types in Rust.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};
use streamwright_values::{RecordType, Type, Value};

use super::names::field;
pub(super) use crate::plan::may_borrow;

/// The type of a column in a row: text and bytes may be borrowed for `'a`.
pub(super) fn column(ty: &Type) -> TokenStream {
    in_row(ty, &quote!('a))
}

/// The same where records stand, one of which may be called `Option`.
pub(super) fn beside_records(ty: &Type) -> TokenStream {
    match ty {
        Type::Optional(inner) => {
            let inner = beside_records(inner);
            quote!(p::Option<#inner>)
        }
        Type::List(element) => {
            let element = beside_records(element);
            quote!(p::List<'a, #element>)
        }
        plain => column(plain),
    }
}

/// The type of a column in a row, with text borrowed for any lifetime.
pub(super) fn inferred(ty: &Type) -> TokenStream {
    in_row(ty, &quote!('_))
}

/// The struct of a record. One without a declaration, the parts of a text, is named by its fields and a hash of them.
pub(super) fn record_name(record: &RecordType) -> Ident {
    if !record.name.starts_with('{') {
        return field(&record.name);
    }
    let names: Vec<&str> = record.fields.iter().map(|one| one.name.as_str()).take(4).collect();
    // FNV-1a, so that a build is the same everywhere.
    let hash = record.name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format_ident!("Parts_{}_{:08x}", names.join("_"), hash >> 32 ^ hash & 0xffff_ffff)
}

fn in_row(ty: &Type, lifetime: &TokenStream) -> TokenStream {
    match ty {
        Type::String => quote!(p::Cow<#lifetime, str>),
        Type::Bytes => quote!(p::Cow<#lifetime, [u8]>),
        Type::List(element) => {
            let element = in_row(element, lifetime);
            quote!(p::List<#lifetime, #element>)
        }
        Type::Record(record) => {
            let name = record_name(record);
            let lifetime = may_borrow(ty).then(|| quote!(<#lifetime>));
            quote!(records::#name #lifetime)
        }
        Type::Optional(inner) => {
            let inner = in_row(inner, lifetime);
            quote!(Option<#inner>)
        }
        plain => owned(plain),
    }
}

/// The type of a value that outlives its tuple.
pub(super) fn owned(ty: &Type) -> TokenStream {
    match ty {
        Type::Bool => quote!(bool),
        Type::Int => quote!(i64),
        Type::Float => quote!(f64),
        Type::String => quote!(String),
        Type::Bytes => quote!(Vec<u8>),
        Type::Timestamp => quote!(p::Timestamp),
        Type::Duration => quote!(p::Duration),
        Type::Ip => quote!(p::IpAddr),
        Type::None | Type::Element => quote!(()),
        Type::List(_) | Type::Record(_) => in_row(ty, &quote!('static)),
        Type::Optional(inner) => {
            let inner = owned(inner);
            quote!(Option<#inner>)
        }
    }
}

/// The type in which a key, or a value that state keeps, has a column.
pub(super) fn kept(ty: &Type) -> TokenStream {
    match ty {
        Type::String => quote!(p::KeptText),
        Type::Optional(inner) => {
            let inner = kept(inner);
            quote!(Option<#inner>)
        }
        plain => owned(plain),
    }
}

/// The type in which text and bytes are passed by reference.
pub(super) fn lent(ty: &Type) -> TokenStream {
    match ty {
        Type::String => quote!(&str),
        Type::Bytes => quote!(&[u8]),
        nested if nested.is_nested() => inferred(nested),
        plain => owned(plain),
    }
}

/// Whether a value is a `Cow`, alone or as an option.
pub(super) fn is_text(ty: &Type) -> bool {
    matches!(ty.required(), Type::String | Type::Bytes)
}

/// Whether a value is given away where it is named: text, lists, records; the others are copied.
pub(super) fn moves(ty: &Type) -> bool {
    is_text(ty) || ty.is_nested()
}

/// A `p::Type` value, of a param's type.
pub(super) fn describe(ty: &Type) -> TokenStream {
    match ty {
        Type::Bool => quote!(p::Type::Bool),
        Type::Int => quote!(p::Type::Int),
        Type::Float => quote!(p::Type::Float),
        Type::String => quote!(p::Type::String),
        Type::Bytes => quote!(p::Type::Bytes),
        Type::Timestamp => quote!(p::Type::Timestamp),
        Type::Duration => quote!(p::Type::Duration),
        Type::Ip => quote!(p::Type::Ip),
        Type::List(_) | Type::Record(_) | Type::Element | Type::None => quote!(p::Type::None),
        Type::Optional(inner) => {
            let inner = describe(inner);
            quote!(p::Type::Optional(Box::new(#inner)))
        }
    }
}

/// A constant; text as a literal of type `&str`, bytes of type `&[u8]`.
pub(super) fn constant(value: &Value, ty: &Type) -> TokenStream {
    match value {
        Value::None => {
            let inner = lent(ty.required());
            quote!(None::<#inner>)
        }
        present if ty.is_optional() => {
            let inner = constant(present, ty.required());
            quote!(Some(#inner))
        }
        Value::Bool(value) => quote!(#value),
        Value::Int(value) => literal(Literal::i64_suffixed(*value)),
        Value::Float(value) => literal(Literal::f64_suffixed(*value)),
        Value::String(value) => quote!(#value),
        Value::Bytes(value) => {
            let value = Literal::byte_string(value);
            quote!(&#value[..])
        }
        Value::Timestamp(value) => {
            let nanos = literal(Literal::i64_unsuffixed(value.0));
            quote!(p::Timestamp(#nanos))
        }
        Value::Duration(value) => {
            let (unit, number) = value.in_largest_unit();
            let (unit, number) = (format_ident!("{unit}"), literal(Literal::i64_unsuffixed(number)));
            quote!(p::Duration::#unit(#number))
        }
        Value::Ip(std::net::IpAddr::V4(address)) => {
            let [a, b, c, d] = address.octets().map(Literal::u8_unsuffixed);
            quote!(p::IpAddr::V4(p::Ipv4Addr::new(#a, #b, #c, #d)))
        }
        // No expression of the language is a constant list or record.
        Value::List(_) | Value::Record(_) => quote!(compile_error!("a nested constant")),
        Value::Ip(std::net::IpAddr::V6(address)) => {
            let bits = Literal::u128_unsuffixed(address.to_bits());
            quote!(p::IpAddr::V6(p::Ipv6Addr::from_bits(#bits)))
        }
    }
}

fn literal(literal: Literal) -> TokenStream {
    quote!(#literal)
}
