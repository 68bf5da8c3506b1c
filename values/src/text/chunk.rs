//! Sixteen bytes that are looked at at once, and text that is known by that to be text.
//!
//! What is asked of them is answered by a mask, a bit for each byte, the first one lowest. Every x86-64 gives such a mask
//! by one instruction, for which safe Rust has no words; elsewhere it is put together.

use std::str::Utf8Error;

/// So many bytes are a chunk.
pub(crate) const CHUNK: usize = 16;

pub(crate) use sixteen::Chunk;

/// Bytes as text, if they are UTF-8. Most are short and ASCII, and seen to be that at once.
///
/// # Errors
/// Where they are no UTF-8, as std says it.
#[inline]
#[allow(unsafe_code, reason = "std has a check of UTF-8 that costs as much as reading the text does")]
pub fn utf8(bytes: &[u8]) -> Result<&str, Utf8Error> {
    if is_ascii(bytes) {
        // SAFETY: each byte is below 0x80, and so is a character of UTF-8 by itself.
        Ok(unsafe { std::str::from_utf8_unchecked(bytes) })
    } else {
        std::str::from_utf8(bytes)
    }
}

/// The last bytes are looked at together with some before them, so that no number of bytes needs steps of its own.
#[inline]
fn is_ascii(bytes: &[u8]) -> bool {
    let (chunks, _) = bytes.as_chunks();
    match (bytes.last_chunk(), bytes.first_chunk(), bytes.last_chunk()) {
        (Some(last), ..) => chunks.iter().chain([last]).all(|chunk| Chunk::new(chunk).beyond_ascii() == 0),
        (None, Some(first), Some(last)) => {
            (u64::from_ne_bytes(*first) | u64::from_ne_bytes(*last)) & HIGH == 0
        }
        _ => bytes.iter().fold(0, |all, byte| all | byte) < 0x80,
    }
}

/// The highest bit of each byte.
const HIGH: u64 = 0x8080_8080_8080_8080;

/// The first bytes, with zeros behind them where they are less.
pub(crate) fn padded<const N: usize>(bytes: &[u8]) -> [u8; N] {
    let (mut padded, length) = ([0; N], bytes.len().min(N));
    padded[..length].copy_from_slice(&bytes[..length]);
    padded
}

#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code, reason = "a function of SSE2 may be called without a proof only by another one")]
mod sixteen {
    use std::arch::x86_64::{
        __m128i, _mm_cmpeq_epi8, _mm_cmplt_epi8, _mm_loadu_si128, _mm_min_epu8, _mm_movemask_epi8,
        _mm_or_si128, _mm_set1_epi8, _mm_sub_epi8, _mm_xor_si128,
    };

    use super::CHUNK;

    /// See the module.
    #[derive(Clone, Copy)]
    pub(crate) struct Chunk(__m128i);

    // SAFETY, of all blocks here: SSE2 is part of every x86-64 processor that Rust compiles for, and nothing else is asked
    // of those who call these functions. The one that takes a pointer reads sixteen bytes, at any place; it is given that
    // of an array of sixteen, which is borrowed during the call.
    impl Chunk {
        #[inline(always)]
        pub(crate) fn new(bytes: &[u8; CHUNK]) -> Chunk {
            Chunk(unsafe { _mm_loadu_si128(bytes.as_ptr().cast()) })
        }

        /// Those that are this byte.
        #[inline(always)]
        pub(crate) fn are(self, byte: u8) -> u32 {
            unsafe {
                _mm_movemask_epi8(_mm_cmpeq_epi8(self.0, _mm_set1_epi8(byte.cast_signed()))).cast_unsigned()
            }
        }

        /// Those that are decimal digits.
        #[inline(always)]
        pub(crate) fn digits(self) -> u32 {
            unsafe {
                let digits = _mm_sub_epi8(self.0, _mm_set1_epi8(b'0'.cast_signed()));
                let least = _mm_min_epu8(digits, _mm_set1_epi8(9));
                _mm_movemask_epi8(_mm_cmpeq_epi8(least, digits)).cast_unsigned()
            }
        }

        /// Those that are no plain ASCII character of a JSON string: quotes, backslashes, control characters, and parts of
        /// wider characters.
        #[inline(always)]
        pub(crate) fn special(self) -> u32 {
            unsafe {
                // With the second bit turned, the quote stands right behind the control characters; and what is beyond
                // ASCII is negative.
                let turned = _mm_xor_si128(self.0, _mm_set1_epi8(2));
                let low = _mm_cmplt_epi8(turned, _mm_set1_epi8(0x21));
                let slash = _mm_cmpeq_epi8(self.0, _mm_set1_epi8(b'\\'.cast_signed()));
                _mm_movemask_epi8(_mm_or_si128(low, slash)).cast_unsigned()
            }
        }

        /// Those that are this byte, backslashes, control characters, or parts of wider characters.
        #[inline(always)]
        pub(crate) fn odd_or(self, byte: u8) -> u32 {
            unsafe {
                // What is beyond ASCII is negative.
                let odd = _mm_cmplt_epi8(self.0, _mm_set1_epi8(0x20));
                let slash = _mm_cmpeq_epi8(self.0, _mm_set1_epi8(b'\\'.cast_signed()));
                let same = _mm_cmpeq_epi8(self.0, _mm_set1_epi8(byte.cast_signed()));
                _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(odd, slash), same)).cast_unsigned()
            }
        }

        /// Those that are parts of characters beyond ASCII.
        #[inline(always)]
        pub(crate) fn beyond_ascii(self) -> u32 {
            unsafe { _mm_movemask_epi8(self.0).cast_unsigned() }
        }

        /// Those that have to be escaped in a JSON string: quotes, backslashes, control characters.
        #[inline(always)]
        pub(crate) fn escaped(self) -> u32 {
            unsafe {
                let turned = _mm_xor_si128(self.0, _mm_set1_epi8(2));
                let low = _mm_cmpeq_epi8(_mm_min_epu8(turned, _mm_set1_epi8(0x20)), turned);
                let slash = _mm_cmpeq_epi8(self.0, _mm_set1_epi8(b'\\'.cast_signed()));
                _mm_movemask_epi8(_mm_or_si128(low, slash)).cast_unsigned()
            }
        }
    }
}

#[cfg(not(target_arch = "x86_64"))]
mod sixteen {
    use super::{CHUNK, is_escaped, is_odd, is_special};

    /// See the module.
    #[derive(Clone, Copy)]
    pub(crate) struct Chunk([u8; CHUNK]);

    impl Chunk {
        #[inline]
        pub(crate) fn new(bytes: &[u8; CHUNK]) -> Chunk {
            Chunk(*bytes)
        }

        /// Those that are this byte.
        #[inline]
        pub(crate) fn are(self, byte: u8) -> u32 {
            self.mask(|other| other == byte)
        }

        /// Those that are decimal digits.
        #[inline]
        pub(crate) fn digits(self) -> u32 {
            self.mask(|byte| byte.is_ascii_digit())
        }

        /// Those that are no plain ASCII character of a JSON string.
        #[inline]
        pub(crate) fn special(self) -> u32 {
            self.mask(is_special)
        }

        /// Those that are this byte, backslashes, control characters, or parts of wider characters.
        #[inline]
        pub(crate) fn odd_or(self, byte: u8) -> u32 {
            self.mask(|other| other == byte || is_odd(other))
        }

        /// Those that are parts of characters beyond ASCII.
        #[inline]
        pub(crate) fn beyond_ascii(self) -> u32 {
            self.mask(|byte| !byte.is_ascii())
        }

        /// Those that have to be escaped in a JSON string.
        #[inline]
        pub(crate) fn escaped(self) -> u32 {
            self.mask(is_escaped)
        }

        #[inline]
        fn mask(self, of: impl Fn(u8) -> bool) -> u32 {
            self.0.iter().rev().fold(0, |mask, byte| mask << 1 | u32::from(of(*byte)))
        }
    }
}

/// Whether a byte is no plain ASCII character of a JSON string.
#[cfg(any(test, not(target_arch = "x86_64")))]
fn is_special(byte: u8) -> bool {
    byte >= 0x80 || is_escaped(byte)
}

/// Whether a byte is a backslash, a control character, or a part of a wider character.
#[cfg(any(test, not(target_arch = "x86_64")))]
fn is_odd(byte: u8) -> bool {
    !(0x20..0x80).contains(&byte) || byte == b'\\'
}

/// Whether a byte has to be escaped in a JSON string.
#[inline]
pub(crate) fn is_escaped(byte: u8) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\'
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_mask_says_of_each_byte_what_is_asked(bytes in any::<[u8; CHUNK]>(), byte in any::<u8>()) {
            let mask = |of: &dyn Fn(u8) -> bool| bytes.iter().rev().fold(0, |mask, byte| mask << 1 | u32::from(of(*byte)));
            let chunk = Chunk::new(&bytes);
            prop_assert_eq!(chunk.are(byte), mask(&|other| other == byte));
            prop_assert_eq!(chunk.digits(), mask(&|byte| byte.is_ascii_digit()));
            prop_assert_eq!(chunk.beyond_ascii(), mask(&|byte| byte >= 0x80));
            prop_assert_eq!(chunk.special(), mask(&is_special));
            prop_assert_eq!(chunk.escaped(), mask(&is_escaped));
            prop_assert_eq!(chunk.odd_or(byte), mask(&|other| other == byte || is_odd(other)));
        }
    }

    proptest! {
        #[test]
        fn text_is_what_std_takes_for_text(text in "[a-z]{0,40}é?[a-z]{0,20}", change in prop::option::of((any::<prop::sample::Index>(), any::<u8>()))) {
            let mut bytes = text.into_bytes();
            if let Some((at, byte)) = change && !bytes.is_empty() {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            prop_assert_eq!(utf8(&bytes), std::str::from_utf8(&bytes));
        }
    }

    #[test]
    fn each_byte_is_special_or_escaped_or_not() {
        for byte in 0..=u8::MAX {
            let expected = |is: bool| if is { 0xFFFF } else { 0 };
            let chunk = Chunk::new(&[byte; CHUNK]);
            assert_eq!(chunk.special(), expected(is_special(byte)), "{byte}");
            assert_eq!(chunk.escaped(), expected(is_escaped(byte)), "{byte}");
            assert_eq!(chunk.odd_or(b' '), expected(byte == b' ' || is_odd(byte)), "{byte}");
        }
    }
}
