//! Columns: text and bytes that may be borrowed, what a key keeps of them, how they are compared and written.

use std::borrow::Cow;
use std::net::IpAddr;

use streamwright_values::{Duration, Timestamp, order};

/// Text as a column has it.
#[inline]
pub fn text<'a>(text: impl Into<Cow<'a, str>>) -> Cow<'a, str> {
    text.into()
}

/// Bytes as a column has them.
#[inline]
pub fn bytes<'a>(bytes: impl Into<Cow<'a, [u8]>>) -> Cow<'a, [u8]> {
    bytes.into()
}

/// An `int` as a `float`.
#[inline]
#[must_use]
pub fn widen(value: i64) -> f64 {
    value as f64
}

/// `value in low..high`
#[inline]
pub fn within<T: PartialOrd>(value: T, low: T, high: T) -> bool {
    low <= value && value < high
}

/// `value in low..=high`
#[inline]
pub fn within_inclusive<T: PartialOrd>(value: T, low: T, high: T) -> bool {
    low <= value && value <= high
}

/// A value that can be passed on without giving it away.
pub trait Lend {
    /// The value itself, or a `Cow` that borrows from it.
    type Lent<'a>
    where
        Self: 'a;

    /// Passes it on.
    fn lend(&self) -> Self::Lent<'_>;
}

/// See [`Lend`].
#[inline]
pub fn lend<T: Lend + ?Sized>(value: &T) -> T::Lent<'_> {
    value.lend()
}

/// A value that may be part of a key.
pub trait KeyColumn {
    /// What a key keeps of it.
    type Kept;

    /// Whether it is the kept value.
    fn is(&self, kept: &Self::Kept) -> bool;

    /// Keeps it.
    fn keep(&self) -> Self::Kept;
}

/// See [`KeyColumn`].
#[inline]
pub fn is<T: KeyColumn>(value: &T, kept: &T::Kept) -> bool {
    value.is(kept)
}

/// See [`KeyColumn`].
#[inline]
pub fn keep<T: KeyColumn>(value: &T) -> T::Kept {
    value.keep()
}

/// A kept value whose order can be written as bytes.
pub trait Ordered {
    /// Appends bytes that compare as the values do.
    fn key_bytes(&self, out: &mut Vec<u8>);
}

/// See [`Ordered`].
#[inline]
pub fn key_bytes(value: &impl Ordered, out: &mut Vec<u8>) {
    value.key_bytes(out);
}

/// Appends bytes that compare as the values do, or the other way round where the largest come first. (No value's bytes
/// begin with another's, so their complements compare the other way round.)
pub fn rank_bytes(value: &impl Ordered, ascending: bool, out: &mut Vec<u8>) {
    let from = out.len();
    value.key_bytes(out);
    if !ascending {
        out[from..].iter_mut().for_each(|byte| *byte = !*byte);
    }
}

macro_rules! plain {
    ($($ty:ty => $append:path;)*) => {
        $(
            impl Lend for $ty {
                type Lent<'a> = $ty;

                #[inline]
                fn lend(&self) -> $ty {
                    *self
                }
            }

            impl KeyColumn for $ty {
                type Kept = $ty;

                #[inline]
                fn is(&self, kept: &$ty) -> bool {
                    self == kept
                }

                #[inline]
                fn keep(&self) -> $ty {
                    *self
                }
            }

            impl Ordered for $ty {
                #[inline]
                fn key_bytes(&self, out: &mut Vec<u8>) {
                    $append(out, *self);
                }
            }
        )*
    };
}

plain! {
    bool => order::append_bool;
    i64 => order::append_int;
    f64 => order::append_float;
    Timestamp => order::append_timestamp;
    Duration => order::append_duration;
    IpAddr => order::append_ip;
}

macro_rules! owned {
    ($($borrowed:ty, $kept:ty => $append:path;)*) => {
        $(
            impl Lend for $kept {
                type Lent<'a> = Cow<'a, $borrowed>;

                #[inline]
                fn lend(&self) -> Cow<'_, $borrowed> {
                    Cow::Borrowed(self)
                }
            }

            impl Lend for Cow<'_, $borrowed> {
                type Lent<'a>
                    = Cow<'a, $borrowed>
                where
                    Self: 'a;

                #[inline]
                fn lend(&self) -> Cow<'_, $borrowed> {
                    Cow::Borrowed(self)
                }
            }

            impl Ordered for $kept {
                #[inline]
                fn key_bytes(&self, out: &mut Vec<u8>) {
                    $append(out, self);
                }
            }

            impl Ordered for Cow<'_, $borrowed> {
                #[inline]
                fn key_bytes(&self, out: &mut Vec<u8>) {
                    $append(out, self);
                }
            }
        )*
    };
}

owned! {
    str, String => order::append_string;
    [u8], Vec<u8> => order::append_bytes;
}

impl KeyColumn for Cow<'_, [u8]> {
    type Kept = Vec<u8>;

    #[inline]
    fn is(&self, kept: &Vec<u8>) -> bool {
        **self == **kept
    }

    #[inline]
    fn keep(&self) -> Vec<u8> {
        self.to_vec()
    }
}

impl<T: Lend> Lend for Option<T> {
    type Lent<'a>
        = Option<T::Lent<'a>>
    where
        Self: 'a;

    #[inline]
    fn lend(&self) -> Option<T::Lent<'_>> {
        self.as_ref().map(T::lend)
    }
}

impl<T: KeyColumn> KeyColumn for Option<T> {
    type Kept = Option<T::Kept>;

    #[inline]
    fn is(&self, kept: &Option<T::Kept>) -> bool {
        match (self, kept) {
            (Some(value), Some(kept)) => value.is(kept),
            (None, None) => true,
            _ => false,
        }
    }

    #[inline]
    fn keep(&self) -> Option<T::Kept> {
        self.as_ref().map(T::keep)
    }
}

impl<T: Ordered> Ordered for Option<T> {
    fn key_bytes(&self, out: &mut Vec<u8>) {
        order::append_present(out, self.is_some());
        if let Some(value) = self {
            value.key_bytes(out);
        }
    }
}
