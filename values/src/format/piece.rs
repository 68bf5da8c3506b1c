//! The text of a field where it stands in a line, for the readers that pass a line once.

use super::FieldSpec;
use super::field::Wanted;
use crate::text;

/// The first bytes of the rest of a line: behind a short value its reader may look at more of them at once than it has.
// Both numbers stay in registers where this is passed by value to what is inlined.
#[derive(Clone, Copy, Debug)]
pub struct Piece<'a> {
    rest: &'a [u8],
    length: usize,
}

impl<'a> Piece<'a> {
    /// The first `length` bytes of `rest`, or all.
    #[inline(always)]
    pub(super) fn new(rest: &'a [u8], length: usize) -> Piece<'a> {
        Piece { rest, length: length.min(rest.len()) }
    }

    /// The text.
    #[inline(always)]
    pub(crate) fn bytes(self) -> &'a [u8] {
        &self.rest[..self.length]
    }

    /// The text, if it is UTF-8.
    #[inline(always)]
    pub(crate) fn text(self) -> Option<&'a str> {
        text::utf8(self.bytes()).ok()
    }

    /// Its value, if `parse` finds it at the beginning of the rest of the line, and just as long.
    #[inline(always)]
    pub(crate) fn whole<T>(self, parse: impl FnOnce(&'a [u8]) -> Option<(T, usize)>) -> Option<T> {
        parse(self.rest).and_then(|(value, length)| (length == self.length).then_some(value))
    }

    /// Takes the value into its place. None where it is no such value, or a required one that is absent.
    #[inline(always)]
    pub fn take<T: Wanted<'a>>(self, place: &mut Option<T>, spec: &FieldSpec) -> Option<()> {
        *place = Some(T::wanted_of(self, spec)?);
        Some(())
    }

    /// Passes a text that nobody reads: the format has seen to its shape.
    #[inline(always)]
    pub fn skip(self) -> Option<()> {
        Some(())
    }

    /// Whether it stands for no value.
    #[inline(always)]
    pub(super) fn is_absent(self, spec: &FieldSpec) -> bool {
        spec.absent.as_ref().is_some_and(|absent| absent.as_bytes() == self.bytes())
    }
}
