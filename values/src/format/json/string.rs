//! What stands in a JSON string: characters that mean themselves, and escapes.

use super::reader::Problem;
use crate::text::append_first;
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

/// Appends a text up to the first character that cannot stand for itself in a JSON string, and gives the length of what it
/// has appended. Nearly always that is all of it.
#[inline]
pub(crate) fn append_plain(text: &[u8], out: &mut Vec<u8>) -> usize {
    let start = out.len();
    if append_seen(text, out) {
        return text.len();
    }
    let plain = plain_length(text);
    out.truncate(start + plain);
    plain
}

/// Appends bytes, and says whether each of them stands for itself. Pieces of one size are copied, the last one over the end
/// of the one before it: copies whose length is not known cost more than both.
#[inline]
fn append_seen(bytes: &[u8], out: &mut Vec<u8>) -> bool {
    let start = out.len();
    let Some(last) = bytes.last_chunk::<CHUNK>() else {
        return append_few(bytes, out);
    };
    let mut escaped = Chunk::new(last).escaped();
    for chunk in bytes.as_chunks().0 {
        escaped |= Chunk::new(chunk).escaped();
        out.extend_from_slice(chunk);
    }
    out.truncate(start + bytes.len() - CHUNK);
    out.extend_from_slice(last);
    escaped == 0
}

/// The same of less than a chunk.
#[inline]
fn append_few(bytes: &[u8], out: &mut Vec<u8>) -> bool {
    const HALF: usize = CHUNK / 2;
    let start = out.len();
    if let (Some(first), Some(last)) = (bytes.first_chunk::<HALF>(), bytes.last_chunk::<HALF>()) {
        out.extend_from_slice(first);
        out.truncate(start + bytes.len() - HALF);
        out.extend_from_slice(last);
        return plain_length_of_few(bytes) == bytes.len();
    }
    let (word, plain) = bytes
        .iter()
        .rev()
        .fold((0, true), |(word, plain), &byte| (word << 8 | u64::from(byte), plain & !is_escaped(byte)));
    append_first(out, word.to_le_bytes(), bytes.len());
    plain
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
