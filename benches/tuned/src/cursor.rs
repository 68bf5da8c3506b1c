//! Reading values where they are guessed to be. Everything gives `None` as soon as something is not as guessed; then the
//! line is read again, by name.

use crate::digits;
use crate::time::{self, Minute};

/// What is left of the lines.
#[derive(Clone, Copy)]
pub struct Cursor<'a> {
    pub rest: &'a [u8],
}

impl<'a> Cursor<'a> {
    /// A literal.
    #[inline(always)]
    pub fn literal<const N: usize>(&mut self, text: &[u8; N]) -> Option<()> {
        let (first, rest) = self.rest.split_first_chunk::<N>()?;
        self.rest = rest;
        (first == text).then_some(())
    }

    /// What stands before the next `end`, of ASCII without quotes, backslashes and control characters; takes the `end`, too.
    #[inline(always)]
    pub fn plain(&mut self, end: u8) -> Option<&'a [u8]> {
        let mut rest = self.rest;
        while let Some((block, behind)) = rest.split_first_chunk() {
            let hits = ends_plain(block, end);
            if hits != 0 {
                let length = self.rest.len() - rest.len() + hits.trailing_zeros() as usize;
                return self.ended(length, end);
            }
            rest = behind;
        }
        // So near to the end of a block, nothing is guessed.
        None
    }

    #[inline(always)]
    fn ended(&mut self, length: usize, end: u8) -> Option<&'a [u8]> {
        let (text, rest) = self.rest.split_at_checked(length)?;
        let (&byte, rest) = rest.split_first()?;
        self.rest = rest;
        (byte == end).then_some(text)
    }

    /// A JSON string that is its own text.
    #[inline(always)]
    pub fn string(&mut self) -> Option<&'a [u8]> {
        self.literal(b"\"")?;
        self.plain(b'"')
    }

    /// A JSON string that is its own text, or `null`.
    #[inline(always)]
    pub fn optional_string(&mut self) -> Option<Option<&'a [u8]>> {
        if self.rest.starts_with(b"n") {
            self.literal(b"null").map(|()| None)
        } else {
            self.string().map(Some)
        }
    }

    /// An int as JSON and CSV write it, of at most 18 digits; mostly of less than eight.
    #[inline(always)]
    pub fn int(&mut self) -> Option<i64> {
        if let Some((value, length)) = digits::few(self.rest)
            && (self.rest[0] != b'0' || length == 1)
        {
            self.rest = &self.rest[length..];
            return Some(value);
        }
        self.any_int()
    }

    #[cold]
    fn any_int(&mut self) -> Option<i64> {
        let negative = self.rest.first() == Some(&b'-');
        let digits = &self.rest[usize::from(negative)..];
        let mut value = 0i64;
        let mut length = 0;
        while let Some(digit) =
            digits.get(length).map(|byte| byte.wrapping_sub(b'0')).filter(|&digit| digit < 10)
        {
            value = value.wrapping_mul(10).wrapping_add(i64::from(digit));
            length += 1;
        }
        if length == 0 || length > 18 || (digits[0] == b'0' && length > 1) {
            return None;
        }
        self.rest = &digits[length..];
        Some(if negative { -value } else { value })
    }

    /// An int or JSON's `null`.
    #[inline(always)]
    pub fn optional_int(&mut self) -> Option<Option<i64>> {
        if self.rest.starts_with(b"n") { self.literal(b"null").map(|()| None) } else { self.int().map(Some) }
    }

    /// A time as RFC 3339 writes it in UTC.
    #[inline(always)]
    pub fn timestamp(&mut self, minute: &mut Minute) -> Option<i64> {
        let (at, rest) = time::read(self.rest, minute)?;
        self.rest = rest;
        Some(at)
    }

    /// An IPv4 address.
    #[inline(always)]
    pub fn ipv4(&mut self) -> Option<u32> {
        let mut address = 0;
        for place in 0..4 {
            if place > 0 {
                self.literal(b".")?;
            }
            let mut octet = 0u32;
            let mut length = 0;
            while let Some(digit) =
                self.rest.get(length).map(|byte| byte.wrapping_sub(b'0')).filter(|&digit| digit < 10)
            {
                octet = octet.wrapping_mul(10).wrapping_add(u32::from(digit));
                length += 1;
            }
            if length == 0 || length > 3 || octet > 255 || (self.rest[0] == b'0' && length > 1) {
                return None;
            }
            address = address << 8 | octet;
            self.rest = &self.rest[length..];
        }
        Some(address)
    }

    /// Passes over a JSON value that is no list or object.
    #[inline(always)]
    pub fn skip(&mut self) -> Option<()> {
        match self.rest.first()? {
            b'"' => self.skip_string(),
            b't' => self.literal(b"true"),
            b'f' => self.literal(b"false"),
            b'n' => self.literal(b"null"),
            _ => self.skip_number(),
        }
    }

    #[inline(always)]
    fn skip_string(&mut self) -> Option<()> {
        let mut ahead = *self;
        if ahead.string().is_some() {
            *self = ahead;
            return Some(());
        }
        self.skip_escaped()
    }

    /// Passes over a string with escapes of one character.
    #[cold]
    fn skip_escaped(&mut self) -> Option<()> {
        let mut length = 1;
        loop {
            match self.rest.get(length)? {
                b'"' => break,
                b'\\' if br#""\/bfnrt"#.contains(self.rest.get(length + 1)?) => length += 2,
                0x20..=0x5b | 0x5d..=0x7f => length += 1,
                _ => return None,
            }
        }
        self.rest = &self.rest[length + 1..];
        Some(())
    }

    #[inline(always)]
    fn digits(&mut self) -> Option<usize> {
        let length = self.rest.iter().position(|byte| !byte.is_ascii_digit())?;
        self.rest = &self.rest[length..];
        Some(length)
    }

    #[inline(always)]
    fn skip_number(&mut self) -> Option<()> {
        if self.rest.first() == Some(&b'-') {
            self.rest = &self.rest[1..];
        }
        let zero = self.rest.first() == Some(&b'0');
        let length = self.digits()?;
        if length == 0 || (zero && length > 1) {
            return None;
        }
        if self.rest.first() == Some(&b'.') {
            self.rest = &self.rest[1..];
            if self.digits()? == 0 {
                return None;
            }
        }
        // An exponent is not guessed: behind the number stands a literal.
        Some(())
    }
}

/// Marks the bytes that are the end, a quote, a backslash, a control character or no ASCII, the first one lowest.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn ends_plain(block: &[u8; 16], end: u8) -> u32 {
    use std::arch::x86_64::{
        _mm_cmpeq_epi8, _mm_cmplt_epi8, _mm_loadu_si128, _mm_movemask_epi8, _mm_or_si128, _mm_set1_epi8,
    };
    // SAFETY: every x86-64 has SSE2, and the pointer is to sixteen bytes.
    unsafe {
        let block = _mm_loadu_si128(block.as_ptr().cast());
        let is = |byte: u8| _mm_cmpeq_epi8(block, _mm_set1_epi8(byte.cast_signed()));
        // Beyond ASCII they are negative.
        let controls = _mm_cmplt_epi8(block, _mm_set1_epi8(0x20));
        let quotes = if end == b'"' { is(end) } else { _mm_or_si128(is(b'"'), is(end)) };
        _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(controls, is(b'\\')), quotes)).cast_unsigned()
    }
}

/// The same elsewhere.
#[cfg(not(target_arch = "x86_64"))]
#[inline(always)]
fn ends_plain(block: &[u8; 16], end: u8) -> u32 {
    let ends = |byte: u8| !(0x20..0x80).contains(&byte) || [b'"', b'\\', end].contains(&byte);
    block.iter().rev().fold(0, |mask, &byte| mask << 1 | u32::from(ends(byte)))
}
