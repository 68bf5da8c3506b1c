//! The order of rows, as bytes, and the groups that rows travel in.

/// One of the two walks over the nodes that an instant consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// The tuple passes.
    Tuple = 0,
    /// The watermarks have moved: windows release their rows.
    Release = 1,
}

/// Appends bytes that compare (by memcmp) as the values do; see `streamwright_values::order`.
pub trait KeyBytes {
    /// Appends this key.
    fn key_bytes(&self, out: &mut Vec<u8>);
}

/// Where a row stands in its root. Passed by reference, and turned into bytes only on the way to a consumer whose order
/// shows; the bytes compare as rows follow each other.
#[derive(Clone, Copy)]
pub enum Tag<'t> {
    /// A tuple's own row: the item's index in its root, in [`Phase::Tuple`].
    Item(u32),
    /// A released row: the item that moved the watermark (in [`Phase::Release`]), the window's end, the key, the task.
    Released {
        /// [`Moved::item`](crate::source::Moved::item), or [`Segment::last_item`](crate::stage::Segment).
        item: u32,
        /// The window's end.
        end: i64,
        /// The key.
        key: &'t dyn KeyBytes,
        /// The task; 0 where tasks do not show.
        task: u32,
    },
    /// What a union adds, before what the row had: the input's index.
    Input(u16, &'t Tag<'t>),
    /// What is added behind what the row had, where it becomes several: the task by `all`, the number of the row by what
    /// unnests a list.
    Nth(&'t Tag<'t>, u32),
    /// What a late row adds, behind what the row had: the missed window's end.
    Late(&'t Tag<'t>, i64),
    /// As it was read from a part.
    Encoded(&'t [u8]),
}

impl Tag<'_> {
    /// Appends the instant (the item's index and the phase, as a big-endian `u64`), then the inputs, outermost first, then
    /// the rest of the leaf, then what was appended.
    pub fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.instant().to_be_bytes());
        self.encode_inputs(out);
        self.encode_rest(out);
    }

    /// The index of the item in its root.
    #[inline]
    #[must_use]
    pub fn item(&self) -> u32 {
        (self.instant() >> 1) as u32
    }

    /// The phase that the row belongs to.
    #[inline]
    #[must_use]
    pub fn phase(&self) -> Phase {
        if self.instant() & 1 == 0 { Phase::Tuple } else { Phase::Release }
    }

    #[inline]
    fn instant(&self) -> u64 {
        match self {
            Tag::Item(item) => u64::from(*item) << 1,
            Tag::Released { item, .. } => u64::from(*item) << 1 | 1,
            Tag::Encoded(bytes) => instant_of(bytes),
            Tag::Input(_, inner) | Tag::Nth(inner, _) | Tag::Late(inner, _) => inner.instant_within(),
        }
    }

    /// That of a tag inside another one. Apart, because a function that calls itself is not looked into where it is called:
    /// of a tag that was just made, the instant is known there.
    fn instant_within(&self) -> u64 {
        self.instant()
    }

    fn encode_inputs(&self, out: &mut Vec<u8>) {
        match self {
            Tag::Item(_) | Tag::Released { .. } | Tag::Encoded(_) => {}
            Tag::Input(input, inner) => {
                out.extend_from_slice(&input.to_be_bytes());
                inner.encode_inputs(out);
            }
            Tag::Nth(inner, _) | Tag::Late(inner, _) => inner.encode_inputs(out),
        }
    }

    fn encode_rest(&self, out: &mut Vec<u8>) {
        match self {
            Tag::Item(_) => {}
            Tag::Released { end, key, task, .. } => {
                put_time(out, *end);
                key.key_bytes(out);
                out.extend_from_slice(&task.to_be_bytes());
            }
            Tag::Input(_, inner) => inner.encode_rest(out),
            Tag::Nth(inner, number) => {
                inner.encode_rest(out);
                out.extend_from_slice(&number.to_be_bytes());
            }
            Tag::Late(inner, end) => {
                inner.encode_rest(out);
                put_time(out, *end);
            }
            Tag::Encoded(bytes) => out.extend_from_slice(bytes.get(8..).unwrap_or_default()),
        }
    }
}

/// Appends an instant so that bytes compare as instants do.
fn put_time(out: &mut Vec<u8>, at: i64) {
    out.extend_from_slice(&(at.cast_unsigned() ^ (1 << 63)).to_be_bytes());
}

/// The item's index and the phase, as the first eight bytes of a tag have them.
pub(crate) fn instant_of(tag: &[u8]) -> u64 {
    tag.first_chunk::<8>().map_or(0, |head| u64::from_be_bytes(*head))
}
