//! How rows and partial aggregates are written into parts: fixed width for numbers, a length before bytes.
//!
//! Only this process ever reads what it wrote, in the order in which it wrote it; so the reader checks for mistakes of
//! the program, not of its input, and panics on them.

use std::net::IpAddr;

use crate::text;

/// Appends a value.
macro_rules! put_numbers {
    ($($(#[$docs:meta])* $put:ident, $get:ident, $ty:ty;)*) => {
        $(
            $(#[$docs])*
            #[inline]
            pub fn $put(out: &mut Vec<u8>, value: $ty) {
                out.extend_from_slice(&value.to_le_bytes());
            }
        )*

        impl<'a> Reader<'a> {
            $(
                $(#[$docs])*
                #[inline]
                pub fn $get(&mut self) -> $ty {
                    <$ty>::from_le_bytes(self.array())
                }
            )*
        }
    };
}

put_numbers! {
    /// One byte.
    put_u8, u8, u8;
    /// Four bytes.
    put_u32, u32, u32;
    /// Eight bytes.
    put_u64, u64, u64;
    /// Eight bytes: ints, timestamps, durations.
    put_i64, i64, i64;
    /// Sixteen bytes: the sums of ints.
    put_i128, i128, i128;
    /// Eight bytes, bit for bit.
    put_f64, f64, f64;
}

/// One byte.
#[inline]
pub fn put_bool(out: &mut Vec<u8>, value: bool) {
    out.push(u8::from(value));
}

/// A length in four bytes, then the text.
#[inline]
pub fn put_str(out: &mut Vec<u8>, value: &str) {
    put_bytes(out, value.as_bytes());
}

/// A length in four bytes, then the bytes.
#[inline]
pub fn put_bytes(out: &mut Vec<u8>, value: &[u8]) {
    // A value is part of a line, and lines have a limit far below 4 GiB.
    put_u32(out, value.len() as u32);
    out.extend_from_slice(value);
}

/// The kind in one byte, then four or sixteen.
pub use crate::order::append_ip as put_ip;

/// Reads back, in the order of writing. An optional is a `bool`, then its value.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Over rows that lie one behind the other.
    #[inline]
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Reader<'a> {
        Reader { rest: bytes }
    }

    /// Whether everything is read: the end of the rows.
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// How many bytes are left.
    #[must_use]
    pub fn remaining(&self) -> usize {
        self.rest.len()
    }

    /// One byte.
    #[inline]
    pub fn bool(&mut self) -> bool {
        self.u8() != 0
    }

    /// Text, borrowed from the part.
    #[inline]
    pub fn str(&mut self) -> &'a str {
        text::utf8(self.bytes()).unwrap_or_else(|_| unreachable!("put_str wrote UTF-8"))
    }

    /// Bytes, borrowed from the part.
    #[inline]
    pub fn bytes(&mut self) -> &'a [u8] {
        let len = self.u32() as usize;
        let (bytes, rest) = self.rest.split_at(len);
        self.rest = rest;
        bytes
    }

    /// An address.
    #[inline]
    pub fn ip(&mut self) -> IpAddr {
        if self.u8() == 4 { IpAddr::from(self.array::<4>()) } else { IpAddr::from(self.array::<16>()) }
    }

    #[inline]
    fn array<const N: usize>(&mut self) -> [u8; N] {
        let Some((head, rest)) = self.rest.split_first_chunk::<N>() else {
            unreachable!("a row is read as it was written")
        };
        self.rest = rest;
        *head
    }
}
