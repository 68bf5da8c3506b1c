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
