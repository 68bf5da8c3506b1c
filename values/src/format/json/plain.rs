//! Strings in which every byte is a character that stands for itself.

/// How many bytes there are up to one that is not a plain ASCII character of a JSON string: a quote, a backslash, a control
/// character, or part of a wider character. All of them where there is none.
#[inline]
pub(super) fn ascii_length(bytes: &[u8]) -> usize {
    let mut rest = bytes;
    while let Some((chunk, behind)) = rest.split_first_chunk() {
        if let Some(at) = first_special(chunk) {
            return bytes.len() - rest.len() + at;
        }
        rest = behind;
    }
    let tail = rest.iter().position(|&byte| !(0x20..0x80).contains(&byte) || byte == b'"' || byte == b'\\');
    bytes.len() - rest.len() + tail.unwrap_or(rest.len())
}

/// Where the first such byte is. Each byte's answer is a byte, so that compilers make one comparison of all sixteen.
#[inline]
fn first_special(chunk: &[u8; 16]) -> Option<usize> {
    let special = chunk.map(|byte| {
        let special = (byte == b'"') | (byte == b'\\') | (byte.cast_signed() < 0x20);
        if special { 0xFF } else { 0 }
    });
    let special = u128::from_le_bytes(special);
    (special != 0).then(|| special.trailing_zeros() as usize / 8)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_ends_at_the_first_special_byte(plain in "[ !#-\\[\\]-\u{7f}]{0,40}", behind in any::<Vec<u8>>()) {
            let bytes = [plain.as_bytes(), &behind].concat();
            let special = |byte: &u8| *byte < 0x20 || *byte >= 0x80 || *byte == b'"' || *byte == b'\\';
            prop_assert_eq!(ascii_length(&bytes), bytes.iter().position(special).unwrap_or(bytes.len()));
        }
    }
}
