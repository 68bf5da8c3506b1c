//! Strings in which every byte is a character that stands for itself.

/// So many bytes are looked at at once.
pub(super) const CHUNK: usize = 16;

/// Where the first byte is that is not a plain ASCII character of a JSON string: a quote, a backslash, a control character,
/// or part of a wider character. Each byte's answer is a byte, so that compilers make one comparison of all sixteen, as long
/// as those come from memory.
#[inline]
pub(super) fn first_special(chunk: &[u8; CHUNK]) -> Option<usize> {
    let special = chunk.map(|byte| {
        let special = (byte == b'"') | (byte == b'\\') | (byte.cast_signed() < 0x20);
        if special { 0xFF } else { 0 }
    });
    let special = u128::from_le_bytes(special);
    (special != 0).then(|| special.trailing_zeros() as usize / 8)
}

/// The same of bytes in a register, the first one lowest; behind them where there is none. The tests for a zero byte are
/// from "Bit Twiddling Hacks" (S. E. Anderson), and exact for the lowest byte that they find.
#[inline]
pub(super) fn first_special_of(word: u128) -> usize {
    const ONES: u128 = u128::MAX / 255;
    let zero = |word: u128| word.wrapping_sub(ONES) & !word;
    let (quote, slash) = (zero(word ^ (ONES * b'"' as u128)), zero(word ^ (ONES * b'\\' as u128)));
    let special = (quote | slash | word.wrapping_sub(ONES * 0x20) | word) & (ONES << 7);
    special.trailing_zeros() as usize / 8
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_is_the_first_special_byte(plain in "[ !#-\\[\\]-\u{7f}]{0,16}", behind in any::<[u8; CHUNK]>()) {
            let chunk: [u8; CHUNK] = *[plain.as_bytes(), &behind].concat().first_chunk().unwrap();
            let special = |byte: &u8| *byte < 0x20 || *byte >= 0x80 || *byte == b'"' || *byte == b'\\';
            prop_assert_eq!(first_special(&chunk), chunk.iter().position(special));
            let at = first_special_of(u128::from_le_bytes(chunk));
            prop_assert_eq!(at, chunk.iter().position(special).unwrap_or(CHUNK));
        }
    }
}
