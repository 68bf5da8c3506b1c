//! Accumulators: what a window keeps of the rows that fell into it.
//!
//! All take rows in one by one (`add`), join a later partial (`merge`), and cross an exchange (`encode`, `decode`). The
//! sums are exact, so their result does not depend on the order; of `First` and `Last` the earlier operand of `merge` is
//! the one whose rows came earlier in the input.

use std::cmp::Ordering;
use std::net::IpAddr;

use streamwright_values::exact_sum::{ExactSum, average_int};
use streamwright_values::{Duration, Fault, Timestamp, dataflow};

use crate::wire::{self, Reader};

/// Joins a partial result with a later one.
pub trait Merge {
    /// Takes in `later`, whose rows came after this one's.
    fn merge(&mut self, later: &Self);
}

/// `count`
#[derive(Clone, Debug, Default)]
pub struct Count(u64);

impl Count {
    /// A row.
    #[inline]
    pub fn add(&mut self) {
        self.0 += 1;
    }

    /// How many rows there were.
    #[must_use]
    pub fn finish(&self) -> i64 {
        self.0.cast_signed()
    }

    /// Appends it for [`Count::decode`].
    pub fn encode(&self, out: &mut Vec<u8>) {
        wire::put_u64(out, self.0);
    }

    /// What `encode` wrote.
    pub fn decode(reader: &mut Reader<'_>) -> Count {
        Count(reader.u64())
    }
}

impl Merge for Count {
    #[inline]
    fn merge(&mut self, later: &Count) {
        self.0 += later.0;
    }
}

/// `sum` of ints. Cannot overflow on the way: 2^64 values of 64 bits fit 128.
#[derive(Clone, Debug, Default)]
pub struct SumInt(i128);

impl SumInt {
    /// A value.
    #[inline]
    pub fn add(&mut self, value: i64) {
        self.0 += i128::from(value);
    }

    /// The sum.
    ///
    /// # Errors
    /// `overflow` where it is no int.
    pub fn finish(&self) -> Result<i64, Fault> {
        dataflow::int_sum(self.0)
    }

    /// Appends it for [`SumInt::decode`].
    pub fn encode(&self, out: &mut Vec<u8>) {
        wire::put_i128(out, self.0);
    }

    /// What `encode` wrote.
    pub fn decode(reader: &mut Reader<'_>) -> SumInt {
        SumInt(reader.i128())
    }
}

impl Merge for SumInt {
    #[inline]
    fn merge(&mut self, later: &SumInt) {
        self.0 += later.0;
    }
}

/// `sum` of durations.
#[derive(Clone, Debug, Default)]
pub struct SumDuration(SumInt);

impl SumDuration {
    /// A value.
    #[inline]
    pub fn add(&mut self, value: Duration) {
        self.0.add(value.0);
    }

    /// The sum.
    ///
    /// # Errors
    /// `overflow` where it is no duration.
    pub fn finish(&self) -> Result<Duration, Fault> {
        dataflow::duration_sum(self.0.0)
    }

    /// Appends it for [`SumDuration::decode`].
    pub fn encode(&self, out: &mut Vec<u8>) {
        self.0.encode(out);
    }

    /// What `encode` wrote.
    pub fn decode(reader: &mut Reader<'_>) -> SumDuration {
        SumDuration(SumInt::decode(reader))
    }
}

impl Merge for SumDuration {
    #[inline]
    fn merge(&mut self, later: &SumDuration) {
        self.0.merge(&later.0);
    }
}

/// `avg` of ints: the exact sum over the count, rounded once.
#[derive(Clone, Debug, Default)]
pub struct AvgInt {
    sum: SumInt,
    count: u64,
}

impl AvgInt {
    /// A value.
    #[inline]
    pub fn add(&mut self, value: i64) {
        self.sum.add(value);
        self.count += 1;
    }

    /// The average; absent where there was no value.
    #[must_use]
    pub fn finish(&self) -> Option<f64> {
        (self.count > 0).then(|| average_int(self.sum.0, self.count))
    }

    /// Appends it for [`AvgInt::decode`].
    pub fn encode(&self, out: &mut Vec<u8>) {
        self.sum.encode(out);
        wire::put_u64(out, self.count);
    }

    /// What `encode` wrote.
    pub fn decode(reader: &mut Reader<'_>) -> AvgInt {
        AvgInt { sum: SumInt::decode(reader), count: reader.u64() }
    }
}

impl Merge for AvgInt {
    #[inline]
    fn merge(&mut self, later: &AvgInt) {
        self.sum.merge(&later.sum);
        self.count += later.count;
    }
}

/// `sum` of floats: the exact sum, rounded once.
#[derive(Clone, Debug, Default)]
pub struct SumFloat(ExactSum);

impl SumFloat {
    /// A value.
    #[inline]
    pub fn add(&mut self, value: f64) {
        self.0.add(value);
    }

    /// The sum.
    ///
    /// # Errors
    /// `not-finite` where it is too large for a float.
    pub fn finish(&self) -> Result<f64, Fault> {
        self.0.finish()
    }

    /// Appends it for [`SumFloat::decode`].
    pub fn encode(&self, out: &mut Vec<u8>) {
        encode_sum(&self.0, out);
    }

    /// What `encode` wrote.
    pub fn decode(reader: &mut Reader<'_>) -> SumFloat {
        SumFloat(decode_sum(reader))
    }
}

impl Merge for SumFloat {
    #[inline]
    fn merge(&mut self, later: &SumFloat) {
        self.0.merge(&later.0);
    }
}

/// `avg` of floats: the exact sum over the count, rounded once.
#[derive(Clone, Debug, Default)]
pub struct AvgFloat {
    sum: ExactSum,
    count: u64,
}

impl AvgFloat {
    /// A value.
    #[inline]
    pub fn add(&mut self, value: f64) {
        self.sum.add(value);
        self.count += 1;
    }

    /// The average; absent where there was no value.
    ///
    /// # Errors
    /// `not-finite` where it is too large for a float.
    pub fn finish(&self) -> Result<Option<f64>, Fault> {
        if self.count == 0 { Ok(None) } else { self.sum.average(self.count).map(Some) }
    }

    /// Appends it for [`AvgFloat::decode`].
    pub fn encode(&self, out: &mut Vec<u8>) {
        encode_sum(&self.sum, out);
        wire::put_u64(out, self.count);
    }

    /// What `encode` wrote.
    pub fn decode(reader: &mut Reader<'_>) -> AvgFloat {
        AvgFloat { sum: decode_sum(reader), count: reader.u64() }
    }
}

impl Merge for AvgFloat {
    #[inline]
    fn merge(&mut self, later: &AvgFloat) {
        self.sum.merge(&later.sum);
        self.count += later.count;
    }
}

/// With its length before it, so that a reader need not know the form of a sum.
fn encode_sum(sum: &ExactSum, out: &mut Vec<u8>) {
    let start = out.len();
    wire::put_u32(out, 0);
    sum.encode(out);
    let len = (out.len() - start - 4) as u32;
    out[start..start + 4].copy_from_slice(&len.to_le_bytes());
}

fn decode_sum(reader: &mut Reader<'_>) -> ExactSum {
    let mut bytes = reader.bytes();
    ExactSum::decode(&mut bytes).unwrap_or_else(|| unreachable!("a sum is read as it was written"))
}

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

macro_rules! extremes {
    ($($(#[$docs:meta])* $name:ident keeps $wanted:path;)*) => {
        $(
            $(#[$docs])*
            #[derive(Clone, Debug)]
            pub struct $name<T>(Option<T>);

            impl<T> Default for $name<T> {
                fn default() -> Self {
                    $name(None)
                }
            }

            impl<T: Held> $name<T> {
                /// A value.
                #[inline]
                pub fn add(&mut self, value: T::View<'_>) {
                    match &mut self.0 {
                        None => self.0 = Some(T::hold(value)),
                        Some(kept) if T::order(value, kept.view()) == $wanted => kept.replace(value),
                        Some(_) => {}
                    }
                }

                /// The value; absent where there was none.
                pub fn finish(&self) -> Option<T::View<'_>> {
                    self.0.as_ref().map(T::view)
                }

                /// Appends it for `decode`.
                pub fn encode(&self, out: &mut Vec<u8>) {
                    wire::put_bool(out, self.0.is_some());
                    if let Some(kept) = &self.0 {
                        T::put(kept.view(), out);
                    }
                }

                /// What `encode` wrote.
                pub fn decode(reader: &mut Reader<'_>) -> Self {
                    $name(reader.bool().then(|| T::get(reader)))
                }
            }

            impl<T: Held> Merge for $name<T> {
                #[inline]
                fn merge(&mut self, later: &Self) {
                    if let Some(value) = &later.0 {
                        self.add(value.view());
                    }
                }
            }
        )*
    };
}

extremes! {
    /// `min`
    Min keeps Ordering::Less;
    /// `max`
    Max keeps Ordering::Greater;
}

macro_rules! by_event_time {
    ($($(#[$docs:meta])* $name:ident replaces $replaces:expr;)*) => {
        $(
            $(#[$docs])*
            #[derive(Clone, Debug)]
            pub struct $name<T>(Option<(i64, T)>);

            impl<T> Default for $name<T> {
                fn default() -> Self {
                    $name(None)
                }
            }

            impl<T: Held> $name<T> {
                /// A value, and its row's event time.
                #[inline]
                pub fn add(&mut self, at: i64, value: T::View<'_>) {
                    let replaces: fn(i64, i64) -> bool = $replaces;
                    match &mut self.0 {
                        None => self.0 = Some((at, T::hold(value))),
                        Some((kept_at, kept)) if replaces(at, *kept_at) => {
                            *kept_at = at;
                            kept.replace(value);
                        }
                        Some(_) => {}
                    }
                }

                /// The value; absent where there was none.
                pub fn finish(&self) -> Option<T::View<'_>> {
                    self.0.as_ref().map(|(_, kept)| kept.view())
                }

                /// Appends it for `decode`.
                pub fn encode(&self, out: &mut Vec<u8>) {
                    wire::put_bool(out, self.0.is_some());
                    if let Some((at, kept)) = &self.0 {
                        wire::put_i64(out, *at);
                        T::put(kept.view(), out);
                    }
                }

                /// What `encode` wrote.
                pub fn decode(reader: &mut Reader<'_>) -> Self {
                    $name(reader.bool().then(|| (reader.i64(), T::get(reader))))
                }
            }

            impl<T: Held> Merge for $name<T> {
                #[inline]
                fn merge(&mut self, later: &Self) {
                    if let Some((at, value)) = &later.0 {
                        self.add(*at, value.view());
                    }
                }
            }
        )*
    };
}

by_event_time! {
    /// `first`: the value with the smallest event time; of equals the earliest in the input.
    First replaces |at, kept| at < kept;
    /// `last`: the value with the largest event time; of equals the latest in the input.
    Last replaces |at, kept| at >= kept;
}
