//! What stands in a JSON string: characters that mean themselves, and escapes.

use super::reader::Problem;
use crate::text::chunk::{CHUNK, Chunk, is_escaped};

/// How many bytes from the first stand for themselves in a JSON string: up to a quote, a backslash or a control
/// character. Sixteen bytes at a time.
#[inline]
pub(crate) fn plain_length(bytes: &[u8]) -> usize {
    let mut rest = bytes;
    while let Some((chunk, behind)) = rest.split_first_chunk() {
        let escaped = Chunk::new(chunk).escaped();
        if escaped != 0 {
            return bytes.len() - rest.len() + escaped.trailing_zeros() as usize;
        }
        rest = behind;
    }
    // Of the last sixteen, those before the rest are known to be plain.
    match bytes.last_chunk::<CHUNK>() {
        Some(chunk) => match Chunk::new(chunk).escaped() {
            0 => bytes.len(),
            escaped => bytes.len() - CHUNK + escaped.trailing_zeros() as usize,
        },
        None => plain_length_of_few(bytes),
    }
}

/// The same of less than a chunk. Its first half and its last half meet, or overlap.
#[inline]
fn plain_length_of_few(bytes: &[u8]) -> usize {
    const HALF: usize = CHUNK / 2;
    let (Some(first), Some(last)) = (bytes.first_chunk::<HALF>(), bytes.last_chunk::<HALF>()) else {
        return bytes.iter().position(|&byte| is_escaped(byte)).unwrap_or(bytes.len());
    };
    let mut both = [0; CHUNK];
    both[..HALF].copy_from_slice(first);
    both[HALF..].copy_from_slice(last);
    match Chunk::new(&both).escaped() {
        0 => bytes.len(),
        escaped => match escaped.trailing_zeros() as usize {
            at if at < HALF => at,
            at => bytes.len() + at - CHUNK,
        },
    }
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
