//! Columns in parts.

use std::borrow::Cow;
use std::net::IpAddr;

use streamwright_values::hash::KeyHash;
use streamwright_values::wire::{self, Reader};
use streamwright_values::{Duration, Timestamp};

/// A value that can be written into a part.
pub trait Put {
    /// Appends it.
    fn put(&self, out: &mut Vec<u8>);
}

/// A value that can be read from a part, borrowing from it.
pub trait Take<'a> {
    /// What [`Put`] wrote.
    fn take(reader: &mut Reader<'a>) -> Self;
}

/// See [`Put`].
#[inline]
pub fn put<T: Put + ?Sized>(value: &T, out: &mut Vec<u8>) {
    value.put(out);
}

/// See [`Take`].
#[inline]
pub fn take<'a, T: Take<'a>>(reader: &mut Reader<'a>) -> T {
    T::take(reader)
}

macro_rules! plain {
    ($($ty:ty, |$out:ident, $value:ident| $put:expr, |$reader:ident| $take:expr;)*) => {
        $(
            impl Put for $ty {
                #[inline]
                fn put(&self, $out: &mut Vec<u8>) {
                    let $value = *self;
                    $put;
                }
            }

            impl Take<'_> for $ty {
                #[inline]
                fn take($reader: &mut Reader<'_>) -> $ty {
                    $take
                }
            }
        )*
    };
}

plain! {
    bool, |out, value| wire::put_bool(out, value), |reader| reader.bool();
    u32, |out, value| wire::put_u32(out, value), |reader| reader.u32();
    i64, |out, value| wire::put_i64(out, value), |reader| reader.i64();
    f64, |out, value| wire::put_f64(out, value), |reader| reader.f64();
    Timestamp, |out, value| wire::put_i64(out, value.0), |reader| Timestamp(reader.i64());
    Duration, |out, value| wire::put_i64(out, value.0), |reader| Duration(reader.i64());
    IpAddr, |out, value| wire::put_ip(out, value), |reader| reader.ip();
    KeyHash, |out, value| wire::put_u32(out, value.0), |reader| KeyHash(reader.u32());
}

/// What a row begins with: its key's hash and its time.
#[derive(Clone, Copy, Debug)]
pub struct Head(pub KeyHash, pub i64);

/// In one piece: who writes into a part has to look whether there is room, which costs more than to write.
impl Put for Head {
    #[inline]
    fn put(&self, out: &mut Vec<u8>) {
        let Head(KeyHash(hash), at) = *self;
        let head = u128::from(hash) | u128::from(at.cast_unsigned()) << u32::BITS;
        out.extend_from_slice(&head.to_le_bytes()[..size_of::<u32>() + size_of::<i64>()]);
    }
}

impl Take<'_> for Head {
    #[inline]
    fn take(reader: &mut Reader<'_>) -> Head {
        Head(KeyHash(reader.u32()), reader.i64())
    }
}

impl Put for str {
    #[inline]
    fn put(&self, out: &mut Vec<u8>) {
        wire::put_str(out, self);
    }
}

impl Put for String {
    #[inline]
    fn put(&self, out: &mut Vec<u8>) {
        wire::put_str(out, self);
    }
}

impl Put for [u8] {
    #[inline]
    fn put(&self, out: &mut Vec<u8>) {
        wire::put_bytes(out, self);
    }
}

impl Put for Vec<u8> {
    #[inline]
    fn put(&self, out: &mut Vec<u8>) {
        wire::put_bytes(out, self);
    }
}

impl<T: Put + ToOwned + ?Sized> Put for Cow<'_, T> {
    #[inline]
    fn put(&self, out: &mut Vec<u8>) {
        (**self).put(out);
    }
}

impl<'a> Take<'a> for Cow<'a, str> {
    #[inline]
    fn take(reader: &mut Reader<'a>) -> Cow<'a, str> {
        Cow::Borrowed(reader.str())
    }
}

impl<'a> Take<'a> for Cow<'a, [u8]> {
    #[inline]
    fn take(reader: &mut Reader<'a>) -> Cow<'a, [u8]> {
        Cow::Borrowed(reader.bytes())
    }
}

impl<A: Put, B: Put> Put for (A, B) {
    #[inline]
    fn put(&self, out: &mut Vec<u8>) {
        self.0.put(out);
        self.1.put(out);
    }
}

impl<'a, A: Take<'a>, B: Take<'a>> Take<'a> for (A, B) {
    #[inline]
    fn take(reader: &mut Reader<'a>) -> (A, B) {
        (A::take(reader), B::take(reader))
    }
}

impl<T: Put> Put for Option<T> {
    #[inline]
    fn put(&self, out: &mut Vec<u8>) {
        wire::put_bool(out, self.is_some());
        if let Some(value) = self {
            value.put(out);
        }
    }
}

impl<'a, T: Take<'a>> Take<'a> for Option<T> {
    #[inline]
    fn take(reader: &mut Reader<'a>) -> Option<T> {
        reader.bool().then(|| T::take(reader))
    }
}
