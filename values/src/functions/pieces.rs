//! Texts cut into pieces: one by one, or as a list.

use super::{Cow, Fault, List, out_of_range};
use crate::format::search::{Places, count};

/// By the function that makes a list of a text: the one whose [`Pieces`] are the elements of that list.
pub static PIECEWISE: &[(&str, &str)] = &[("list::split", "pieces::split"), ("list::words", "pieces::words")];

/// A text that is cut as it is gone through, for who looks at each piece once and needs no list of them.
#[derive(Debug)]
pub struct Pieces<'a> {
    text: Cow<'a, str>,
    between: Between,
}

/// What stands between pieces.
#[derive(Debug)]
enum Between {
    /// This one, in ASCII.
    Byte(u8),
    /// This text, which is not empty.
    Text(Box<str>),
    /// Any amount of white space.
    WhiteSpace,
}

/// `split`, in pieces.
///
/// # Errors
/// `out-of-range` for an empty separator.
#[inline]
pub fn split<'a>(text: Cow<'a, str>, separator: &str) -> Result<Pieces<'a>, Fault> {
    let between = match separator.as_bytes() {
        [] => return Err(out_of_range("a text is split at an empty one")),
        [byte] => Between::Byte(*byte),
        _ => Between::Text(separator.into()),
    };
    Ok(Pieces { text, between })
}

/// `words`, in pieces.
#[inline]
#[must_use]
pub fn words(text: Cow<'_, str>) -> Pieces<'_> {
    Pieces { text, between: Between::WhiteSpace }
}

impl<'a> Pieces<'a> {
    /// The pieces in their order.
    #[inline]
    pub fn iter(&self) -> impl Iterator<Item = Cow<'_, str>> {
        self.between.cut(&self.text).map(Cow::Borrowed)
    }

    /// All of them.
    pub(super) fn into_list(self) -> List<'a, Cow<'a, str>> {
        let mut list = Vec::with_capacity(self.between.known_number(&self.text));
        match self.text {
            Cow::Borrowed(text) => list.extend(self.between.cut(text).map(Cow::Borrowed)),
            Cow::Owned(text) => {
                list.extend(self.between.cut(&text).map(|piece| Cow::Owned(piece.to_owned())));
            }
        }
        list.into()
    }
}

impl Between {
    #[inline]
    fn cut<'t, 's>(&'s self, text: &'t str) -> Cut<'t, 's> {
        match self {
            Between::Byte(byte) => {
                Cut::Bytes { text, start: Some(0), places: Places::new(text.as_bytes(), *byte) }
            }
            Between::Text(separator) => Cut::Texts(text.split(&**separator)),
            Between::WhiteSpace => Cut::WhiteSpace(text.split_whitespace()),
        }
    }

    /// How many pieces there are, where it costs little to know.
    fn known_number(&self, text: &str) -> usize {
        match self {
            Between::Byte(byte) => count(text.as_bytes(), *byte) + 1,
            Between::Text(_) | Between::WhiteSpace => 0,
        }
    }
}

/// A search for a text has to be prepared; one for a byte has not.
enum Cut<'t, 's> {
    Bytes {
        text: &'t str,
        /// Where the next piece starts; nowhere behind the last one.
        start: Option<usize>,
        places: Places<'t>,
    },
    Texts(std::str::Split<'t, &'s str>),
    WhiteSpace(std::str::SplitWhitespace<'t>),
}

impl<'t> Iterator for Cut<'t, '_> {
    type Item = &'t str;

    #[inline]
    fn next(&mut self) -> Option<&'t str> {
        match self {
            Cut::Bytes { text, start, places } => {
                let (from, end) = ((*start)?, places.next());
                *start = (end < text.len()).then_some(end + 1);
                text.get(from..end)
            }
            Cut::Texts(pieces) => pieces.next(),
            Cut::WhiteSpace(pieces) => pieces.next(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn pieces_are_those_of_the_standard_library(
            text in "[ ,a\u{e9}\u{2003}]{0,60}",
            separator in prop::sample::select(vec![",", " ", "a,", "\u{e9}"]),
        ) {
            let expected: Vec<&str> = text.split(separator).collect();
            for text in [Cow::Borrowed(&*text), Cow::Owned(text.clone())] {
                prop_assert!(split(text.clone(), separator).unwrap().iter().eq(expected.iter().copied()));
                prop_assert_eq!(&*split(text, separator).unwrap().into_list(), &expected[..]);
            }
            let expected: Vec<&str> = text.split_whitespace().collect();
            prop_assert!(words(Cow::Borrowed(&text)).iter().eq(expected.iter().copied()));
            prop_assert_eq!(&*words(Cow::Borrowed(&text)).into_list(), &expected[..]);
        }
    }
}
