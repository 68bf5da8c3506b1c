//! What stands in a JSON string: characters that mean themselves, and escapes.

use super::reader::Problem;

/// How many bytes from the first stand for themselves in a JSON string: up to a quote, a backslash or a control
/// character. Eight bytes at a time; the tests for a zero byte are from "Bit Twiddling Hacks" (S. E. Anderson), and exact
/// for the lowest byte that they find.
#[inline]
pub(crate) fn plain_length(bytes: &[u8]) -> usize {
    let mut rest = bytes;
    while let Some((chunk, behind)) = rest.split_first_chunk() {
        if let Some(at) = special_in(*chunk) {
            return bytes.len() - rest.len() + at;
        }
        rest = behind;
    }
    // Of the last eight, those before the rest are known to be plain.
    match bytes.last_chunk() {
        Some(chunk) => special_in(*chunk).map_or(bytes.len(), |at| bytes.len() - 8 + at),
        None => rest.iter().position(|&byte| is_special(byte)).unwrap_or(rest.len()),
    }
}

/// Where the first of these characters is that does not stand for itself.
#[inline]
fn special_in(chunk: [u8; 8]) -> Option<usize> {
    const ONES: u64 = u64::MAX / 255;
    let word = u64::from_le_bytes(chunk);
    let zero = |word: u64| word.wrapping_sub(ONES) & !word;
    let (quote, slash) = (zero(word ^ (ONES * b'"' as u64)), zero(word ^ (ONES * b'\\' as u64)));
    let control = word.wrapping_sub(ONES * 0x20) & !word;
    let special = (quote | slash | control) & (ONES << 7);
    (special != 0).then(|| special.trailing_zeros() as usize / 8)
}

#[inline]
fn is_special(byte: u8) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\'
}

/// The character that the escape at the beginning of `bytes` means, and the escape's length.
pub(super) fn escape_at(bytes: &[u8]) -> Result<(char, usize), Problem> {
    let plain = match bytes.get(1) {
        Some(b'"') => '"',
        Some(b'\\') => '\\',
        Some(b'/') => '/',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => return unicode_escape_at(bytes),
        _ => return Err(Problem::Escape),
    };
    Ok((plain, 2))
}

fn unicode_escape_at(bytes: &[u8]) -> Result<(char, usize), Problem> {
    let unit = |at: usize| {
        let escape = bytes.get(at..at + 6).filter(|escape| escape.starts_with(b"\\u"))?;
        escape[2..].iter().try_fold(0, |unit, &digit| Some(unit * 16 + char::from(digit).to_digit(16)?))
    };
    match unit(0).ok_or(Problem::Escape)? {
        high @ 0xD800..=0xDBFF => {
            let low = unit(6).filter(|low| (0xDC00..=0xDFFF).contains(low)).ok_or(Problem::LoneSurrogate)?;
            let scalar = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
            Ok((char::from_u32(scalar).ok_or(Problem::LoneSurrogate)?, 12))
        }
        unit => Ok((char::from_u32(unit).ok_or(Problem::LoneSurrogate)?, 6)),
    }
}

/// The text that a string means, whose escapes have been checked.
pub(crate) fn unescape(written: &str) -> String {
    let mut out = String::with_capacity(written.len());
    let mut rest = written;
    while let Some(at) = rest.find('\\') {
        let (character, length) = escape_at(&rest.as_bytes()[at..]).unwrap_or(('\u{FFFD}', 1));
        out.push_str(&rest[..at]);
        out.push(character);
        rest = &rest[at + length..];
    }
    out.push_str(rest);
    out
}
