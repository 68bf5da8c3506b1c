//! Values that accumulators keep: how they are held, compared and sent.

use std::cmp::Ordering;
use std::net::IpAddr;

use crate::wire::{self, Reader};
use crate::{Duration, Timestamp};

/// A value that an accumulator keeps, and the form in which it is handed over.
pub trait Held: Sized {
    /// Borrowed where the value owns memory.
    type View<'a>: Copy;

    /// Keeps a value.
    fn hold(view: Self::View<'_>) -> Self;

    /// Keeps another value instead, in the same memory.
    fn replace(&mut self, view: Self::View<'_>) {
        *self = Self::hold(view);
    }

    /// The value.
    fn view(&self) -> Self::View<'_>;

    /// The order of values of this type; of floats the total one, so that `-0.0` is less than `0.0`.
    fn order(a: Self::View<'_>, b: Self::View<'_>) -> Ordering;

    /// Hands on bytes that two values share only if they are equal; the same on every machine.
    fn with_bytes<R>(view: Self::View<'_>, then: impl FnOnce(&[u8]) -> R) -> R;

    /// Appends it for `get`.
    fn put(view: Self::View<'_>, out: &mut Vec<u8>);

    /// What `put` wrote.
    fn get(reader: &mut Reader<'_>) -> Self;
}

macro_rules! held_copies {
    ($($ty:ty, $order:expr, $bytes:expr, $put:expr, $get:expr;)*) => {
        $(impl Held for $ty {
            type View<'a> = $ty;

            #[inline]
            fn hold(view: $ty) -> $ty {
                view
            }

            #[inline]
            fn view(&self) -> $ty {
                *self
            }

            #[inline]
            fn order(a: $ty, b: $ty) -> Ordering {
                $order(&a, &b)
            }

            #[inline]
            fn with_bytes<R>(view: $ty, then: impl FnOnce(&[u8]) -> R) -> R {
                then(&$bytes(view))
            }

            fn put(view: $ty, out: &mut Vec<u8>) {
                $put(out, view);
            }

            fn get(reader: &mut Reader<'_>) -> $ty {
                $get(reader)
            }
        })*
    };
}

held_copies! {
    bool, Ord::cmp, |yes| [u8::from(yes)], wire::put_bool, Reader::bool;
    i64, Ord::cmp, i64::to_le_bytes, wire::put_i64, Reader::i64;
    f64, f64::total_cmp, f64::to_le_bytes, wire::put_f64, Reader::f64;
    Timestamp, Ord::cmp, |at: Timestamp| at.0.to_le_bytes(), |out, at: Timestamp| wire::put_i64(out, at.0), |r: &mut Reader<'_>| Timestamp(r.i64());
    Duration, Ord::cmp, |d: Duration| d.0.to_le_bytes(), |out, d: Duration| wire::put_i64(out, d.0), |r: &mut Reader<'_>| Duration(r.i64());
    IpAddr, Ord::cmp, ip_bytes, wire::put_ip, Reader::ip;
}

macro_rules! held_owned {
    ($($owned:ty, $view:ty, $bytes:expr, $put:expr, $get:expr;)*) => {
        $(impl Held for $owned {
            type View<'a> = &'a $view;

            fn hold(view: &$view) -> $owned {
                view.to_owned()
            }

            fn replace(&mut self, view: &$view) {
                view.clone_into(self);
            }

            #[inline]
            fn view(&self) -> &$view {
                self
            }

            #[inline]
            fn order(a: &$view, b: &$view) -> Ordering {
                a.cmp(b)
            }

            #[inline]
            fn with_bytes<R>(view: &$view, then: impl FnOnce(&[u8]) -> R) -> R {
                then($bytes(view))
            }

            fn put(view: &$view, out: &mut Vec<u8>) {
                $put(out, view);
            }

            fn get(reader: &mut Reader<'_>) -> $owned {
                $get(reader).to_owned()
            }
        })*
    };
}

held_owned! {
    String, str, str::as_bytes, wire::put_str, Reader::str;
    Vec<u8>, [u8], std::convert::identity, wire::put_bytes, Reader::bytes;
}

/// The kind, then the address; zeros behind one of the fourth version.
fn ip_bytes(address: IpAddr) -> [u8; 17] {
    let mut bytes = [0; 17];
    match address {
        IpAddr::V4(address) => {
            bytes[0] = 4;
            bytes[1..5].copy_from_slice(&address.octets());
        }
        IpAddr::V6(address) => {
            bytes[0] = 6;
            bytes[1..].copy_from_slice(&address.octets());
        }
    }
    bytes
}
