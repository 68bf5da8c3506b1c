//! Values that accumulators keep: how they are held, compared and sent.

use std::cmp::Ordering;
use std::net::IpAddr;

use streamwright_values::{Duration, Timestamp};

use crate::wire::{self, Reader};

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

    /// Appends it for `get`.
    fn put(view: Self::View<'_>, out: &mut Vec<u8>);

    /// What `put` wrote.
    fn get(reader: &mut Reader<'_>) -> Self;
}

macro_rules! held_copies {
    ($($ty:ty, $order:expr, $put:expr, $get:expr;)*) => {
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
    bool, Ord::cmp, wire::put_bool, Reader::bool;
    i64, Ord::cmp, wire::put_i64, Reader::i64;
    f64, f64::total_cmp, wire::put_f64, Reader::f64;
    Timestamp, Ord::cmp, |out, at: Timestamp| wire::put_i64(out, at.0), |r: &mut Reader<'_>| Timestamp(r.i64());
    Duration, Ord::cmp, |out, d: Duration| wire::put_i64(out, d.0), |r: &mut Reader<'_>| Duration(r.i64());
    IpAddr, Ord::cmp, wire::put_ip, Reader::ip;
}

macro_rules! held_owned {
    ($($owned:ty, $view:ty, $put:expr, $get:expr;)*) => {
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
    String, str, wire::put_str, Reader::str;
    Vec<u8>, [u8], wire::put_bytes, Reader::bytes;
}
