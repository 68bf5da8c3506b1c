//! What a dead letter shows of its input.

/// A dead letter's input is cut after this many bytes.
pub const INPUT_MAX: usize = 1024;

/// `input` as text: each byte sequence that is not UTF-8 becomes U+FFFD, and more than [`INPUT_MAX`] bytes are cut at a
/// character's start, with `…` behind.
#[must_use]
pub fn letter_input(input: &[u8]) -> String {
    // Decoding never makes text shorter, so a longer prefix than this cannot show. Four bytes more than the limit, so
    // that a character which the prefix cuts in two lies behind it.
    let prefix = &input[..input.len().min(INPUT_MAX + 4)];
    let text = String::from_utf8_lossy(prefix);
    if text.len() <= INPUT_MAX {
        return text.into_owned();
    }
    format!("{}…", &text[..text.floor_char_boundary(INPUT_MAX)])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_is_the_beginning_of_the_decoded_text(
            part in prop::collection::vec(prop_oneof![Just(b'a'), Just(0xC3), Just(0xBC), any::<u8>()], 1..40),
            length in 1000..1050_usize,
        ) {
            let input: Vec<u8> = part.into_iter().cycle().take(length).collect();
            let decoded = String::from_utf8_lossy(&input);
            let shown = letter_input(&input);
            match shown.strip_suffix('…') {
                Some(cut) if decoded.len() > INPUT_MAX => {
                    prop_assert!(decoded.starts_with(cut));
                    let next = decoded[cut.len()..].chars().next().map_or(0, char::len_utf8);
                    prop_assert!(cut.len() <= INPUT_MAX && cut.len() + next > INPUT_MAX);
                }
                _ => prop_assert_eq!(&shown, &decoded),
            }
        }
    }
}
