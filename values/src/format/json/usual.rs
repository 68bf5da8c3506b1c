//! Lines whose keys come in the order in which they came before: read in one pass, and no key is looked up.
//!
//! Nearly every producer writes its keys in one order, with the same white space. So the bytes from one value to the next
//! are learned, and compared whole. What is read this way is what [`scan`](super::scan) and the field's conversion would
//! give: a line that holds anything else than the usual is given back, and read by them.
//!
//! Most often the order is that of the record, and there is no white space. Then nothing has to be learned, and the program
//! itself says what follows what: [`Usual::in_order`].
//!
//! Where a line ends is found by reading it.

use super::reader::{Problem, Reader};
use super::string::unescape;
use crate::format::lines::first_line;
use crate::format::text::utf8;

use super::cursor::{Cursor, LineText};
use crate::text::chunk::CHUNK;

/// The most keys that are learned; lines with names of their own in the keys are not the case that this is for.
const KEYS_MAX: usize = 256;
/// The most bytes from one value to the next that are learned: what a line's length may be, times the keys, is no memory to
/// spend on this.
const WRITTEN_MAX: usize = 512;
/// So many unusual lines in a row, or so many more than usual ones of late, and nothing is tried any more.
const PATIENCE: u32 = 256;
/// A line in which more keys than these come where others were expected is none to learn from: each costs a search for it.
const SURPRISES_MAX: usize = 2 * KEYS_MAX;
/// Behind the last key.
const END: usize = usize::MAX;

/// What has been learned of the lines of one spout.
#[derive(Debug)]
pub struct Usual {
    keys: Vec<Key>,
    /// The key that lines begin with.
    first: usize,
    patience: Patience,
    /// That with the record's order.
    order: Patience,
}

/// For how many unusual lines more something is tried.
#[derive(Debug, PartialEq, Eq)]
struct Patience(u32);

impl Patience {
    #[inline]
    fn is_over(&self) -> bool {
        self.0 == 0
    }

    #[inline]
    fn grow(&mut self) {
        self.0 = (self.0 + 1).min(PATIENCE);
    }

    /// With a line that is not as it should be; a blank one is none.
    #[cold]
    fn shrink(&mut self, bytes: &[u8]) {
        if !first_line(bytes).iter().all(u8::is_ascii_whitespace) {
            self.0 -= 1;
        }
    }
}

/// A key as it stands between two values.
#[derive(Debug)]
struct Key {
    /// The first bytes of `written`, as many as `mask` has, the first byte lowest.
    word: u128,
    mask: u128,
    /// From the end of the value before it to the beginning of its own: `,"status":`.
    written: Box<[u8]>,
    /// Whether it opens an object, and no value stands before it.
    opens: bool,
    /// The index of the wanted field; none for a key that nobody reads.
    field: Option<usize>,
    /// The key behind it, in the last line that had it.
    next: usize,
}

impl Default for Usual {
    fn default() -> Usual {
        let (patience, order) = (Patience(PATIENCE), Patience(PATIENCE));
        Usual { keys: Vec::new(), first: END, patience, order }
    }
}

impl Usual {
    /// Reads the line that `bytes` begin with, where it is written as `read` says: by literals and the values between them, up
    /// to the object's end. What was read, and the line's length; none where nothing is known of it.
    #[inline(always)]
    pub fn in_order<'a, T>(
        &mut self,
        bytes: &'a [u8],
        read: impl FnOnce(&mut Cursor<'a, '_>) -> Option<T>,
    ) -> Option<(T, usize)> {
        if self.order.is_over() {
            return None;
        }
        let text = LineText::default();
        let mut cursor = Cursor::new(bytes, &text);
        if let Some(values) = read(&mut cursor)
            && cursor.is_end()
        {
            self.order.grow();
            return Some((values, cursor.passed() + 1));
        }
        self.order.shrink(bytes);
        None
    }

    /// Reads the line that `bytes` begin with, where its keys are known and its values are plain: `each` is given the index of
    /// a wanted field, or none, and has to take the value from the cursor, or to give up with none.
    ///
    /// The length of the line, if the whole of it has been read. If not, nothing is known of it.
    #[inline]
    pub fn read<'a>(
        &mut self,
        bytes: &'a [u8],
        index_of: impl Fn(&[u8]) -> Option<usize>,
        each: impl FnMut(Option<usize>, &mut Cursor<'a, '_>) -> Option<()>,
    ) -> Option<usize> {
        if self.patience.is_over() {
            return None;
        }
        let length = self.learned(bytes, index_of, each);
        match length {
            Some(_) => self.patience.grow(),
            None => self.patience.shrink(bytes),
        }
        length
    }

    #[inline]
    fn learned<'a>(
        &mut self,
        bytes: &'a [u8],
        index_of: impl Fn(&[u8]) -> Option<usize>,
        mut each: impl FnMut(Option<usize>, &mut Cursor<'a, '_>) -> Option<()>,
    ) -> Option<usize> {
        let text = LineText::default();
        let mut cursor = Cursor::new(bytes, &text);
        let (mut before, mut key, mut surprises) = (END, self.first, 0);
        loop {
            let expected = match self.keys.get(key).filter(|key| key.is_at(&cursor)) {
                Some(expected) => expected,
                None if key == END && before != END && cursor.is_end() => return Some(cursor.passed() + 1),
                None if surprises == SURPRISES_MAX => return None,
                None => match self.surprise(before, cursor, &index_of)? {
                    END => return Some(cursor.passed() + first_line(cursor.rest()).len()),
                    found => {
                        (key, surprises) = (found, surprises + 1);
                        &self.keys[found]
                    }
                },
            };
            cursor.pass(expected.written.len())?;
            let next = expected.next;
            each(expected.field, &mut cursor)?;
            (before, key) = (key, next);
        }
    }

    /// What is at the cursor instead of the key that was expected, which is expected from now on: a known key, a new one, or
    /// the end. None where it is neither.
    #[cold]
    fn surprise(
        &mut self,
        before: usize,
        cursor: Cursor<'_, '_>,
        index_of: &impl Fn(&[u8]) -> Option<usize>,
    ) -> Option<usize> {
        let opens = before == END;
        let found = match self.keys.iter().position(|key| key.opens == opens && key.is_at(&cursor)) {
            Some(known) => known,
            None => self.unknown(opens, first_line(cursor.rest()), index_of)?,
        };
        match self.keys.get_mut(before) {
            Some(key) => key.next = found,
            None => self.first = found,
        }
        Some(found)
    }

    /// A new key, or the end. None where it is neither.
    fn unknown(
        &mut self,
        opens: bool,
        rest: &[u8],
        index_of: &impl Fn(&[u8]) -> Option<usize>,
    ) -> Option<usize> {
        if !opens && is_end(rest) {
            return Some(END);
        }
        if self.keys.len() == KEYS_MAX {
            return None;
        }
        self.keys.push(Key::learn(opens, rest, index_of).ok()?);
        Some(self.keys.len() - 1)
    }
}

/// Whether nothing follows but the end of the object, and JSON's white space.
fn is_end(rest: &[u8]) -> bool {
    rest.iter().filter(|byte| !matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).eq(b"}")
}

impl Key {
    #[inline(always)]
    fn is_at(&self, cursor: &Cursor<'_, '_>) -> bool {
        cursor.chunk() & self.mask == self.word
            && (self.written.len() <= CHUNK || cursor.rest().starts_with(&self.written))
    }

    /// The key that `rest` begins with, the first one of an object or a later one.
    fn learn(opens: bool, rest: &[u8], index_of: &impl Fn(&[u8]) -> Option<usize>) -> Result<Key, Problem> {
        let text = utf8(rest).map_err(|_| Problem::NoKey)?;
        let mut reader = Reader { text, at: 0 };
        let opening = if opens { b'{' } else { b',' };
        if reader.next_visible() != Some(opening) {
            return Err(Problem::NoKey);
        }
        reader.at += 1;
        let key = reader.key()?;
        reader.next_visible();
        if reader.at > WRITTEN_MAX {
            return Err(Problem::NoKey);
        }
        let name = if key.escaped { unescape(key.text) } else { key.text.to_owned() };
        let written: Box<[u8]> = rest[..reader.at].into();
        let (mut word, mut mask) = ([0; CHUNK], [0; CHUNK]);
        for ((&byte, word), mask) in written.iter().zip(&mut word).zip(&mut mask) {
            (*word, *mask) = (byte, 0xFF);
        }
        let (word, mask) = (u128::from_le_bytes(word), u128::from_le_bytes(mask));
        Ok(Key { word, mask, written, opens, field: index_of(name.as_bytes()), next: END })
    }
}

#[cfg(test)]
#[path = "usual_tests.rs"]
mod tests;
