//! Text that state keeps, in place where it is short.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::ops::Deref;

use streamwright_values::format::WriteField;
use streamwright_values::text::utf8;
use streamwright_values::{order, wire};

use super::{KeyColumn, Lend, Ordered, Put};
use crate::bytes::Bytes;

/// A text of a key. One that is short is compared without a look at other memory, which is what a search for a key costs
/// where there are many.
#[derive(Clone, Debug)]
pub struct KeptText(Bytes);

impl Deref for KeptText {
    type Target = str;

    #[inline]
    fn deref(&self) -> &str {
        // They came from a text.
        utf8(&self.0).unwrap_or_default()
    }
}

impl PartialEq for KeptText {
    #[inline]
    fn eq(&self, other: &KeptText) -> bool {
        *self.0 == *other.0
    }
}

impl Eq for KeptText {}

impl PartialOrd for KeptText {
    fn partial_cmp(&self, other: &KeptText) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for KeptText {
    fn cmp(&self, other: &KeptText) -> Ordering {
        self.0.cmp(&other.0)
    }
}

impl KeyColumn for Cow<'_, str> {
    type Kept = KeptText;

    #[inline]
    fn is(&self, kept: &KeptText) -> bool {
        *self.as_bytes() == *kept.0
    }

    #[inline]
    fn keep(&self) -> KeptText {
        KeptText(self.as_bytes().into())
    }
}

impl Lend for KeptText {
    type Lent<'a> = Cow<'a, str>;

    #[inline]
    fn lend(&self) -> Cow<'_, str> {
        Cow::Borrowed(self)
    }
}

impl Ordered for KeptText {
    #[inline]
    fn key_bytes(&self, out: &mut Vec<u8>) {
        order::append_string(out, self);
    }
}

impl Put for KeptText {
    #[inline]
    fn put(&self, out: &mut Vec<u8>) {
        wire::put_str(out, self);
    }
}

impl WriteField for KeptText {
    fn write_json(&self, out: &mut Vec<u8>) {
        (**self).write_json(out);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn it_is_as_large_as_a_string() {
        assert_eq!(size_of::<KeptText>(), size_of::<String>());
    }

    proptest! {
        #[test]
        fn it_is_its_text(one in "[ab\u{e9}]{0,30}", other in "[ab\u{e9}]{0,3}") {
            for (one, other) in [(one.as_str(), other.as_str()), (&one, &format!("{one}{other}"))] {
                let (here, there) = (Cow::Borrowed(one).keep(), Cow::Borrowed(other).keep());
                prop_assert_eq!(&*here, one);
                prop_assert_eq!(Cow::Borrowed(one).is(&there), one == other);
                prop_assert_eq!(here.cmp(&there), one.cmp(other));
                prop_assert_eq!(here == there, one == other);
            }
        }
    }
}
