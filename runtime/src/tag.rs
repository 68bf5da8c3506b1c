//! The order of rows, as bytes, and the groups that rows travel in.

/// One of the two walks over the nodes that an instant consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// The tuple passes.
    Tuple = 0,
    /// The watermarks have moved: windows release their rows.
    Release = 1,
}

/// Rows of one root that a stage takes in together: a segment's tuples, or what was released at its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Group(u32);

impl Group {
    /// The rows of one phase of a segment; segments of a root count from 0.
    #[must_use]
    pub fn new(segment: u32, phase: Phase) -> Group {
        Group(segment << 1 | phase as u32)
    }

    /// The segment's number in its root.
    #[must_use]
    pub fn segment(self) -> u32 {
        self.0 >> 1
    }
}

/// Where a row stands in its root: bytes that compare (by memcmp) as rows follow each other.
///
/// The first eight are the item's index and the phase; then comes what each step on the way adds. Keep one and start it
/// anew for each row: it allocates once.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tag(Vec<u8>);

impl Tag {
    /// A tag without suffix.
    #[must_use]
    pub fn new(index: u32, phase: Phase) -> Tag {
        let mut tag = Tag::default();
        tag.start(index, phase);
        tag
    }

    /// Forgets what it held.
    pub fn start(&mut self, index: u32, phase: Phase) {
        self.0.clear();
        self.0.extend_from_slice(&(u64::from(index) << 1 | phase as u64).to_be_bytes());
    }

    /// Takes over a tag that arrived with a row of [`StageRoot::ordered`](crate::stage::StageRoot::ordered).
    pub fn copy(&mut self, tag: &[u8]) {
        self.0.clear();
        self.0.extend_from_slice(tag);
    }

    /// Takes over a tag, and puts what a union adds, the index of the input, between the instant and the rest.
    pub fn copy_through(&mut self, tag: &[u8], input: u8) {
        let (instant, rest) = tag.split_at(tag.len().min(8));
        self.0.clear();
        self.0.extend_from_slice(instant);
        self.0.push(input);
        self.0.extend_from_slice(rest);
    }

    /// The suffix may be appended here: keys through `values::order`, a task as big-endian `u32`.
    pub fn suffix(&mut self) -> &mut Vec<u8> {
        &mut self.0
    }

    /// Appends a task or an input.
    pub fn push_u32(&mut self, number: u32) {
        self.0.extend_from_slice(&number.to_be_bytes());
    }

    /// Appends an instant, so that bytes compare as instants do.
    pub fn push_time(&mut self, at: i64) {
        let flipped = at.cast_unsigned() ^ (1 << 63);
        self.0.extend_from_slice(&flipped.to_be_bytes());
    }

    /// How many bytes it has; with [`Tag::truncate`] a suffix is replaced.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether it was never started.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Back to the first `len` bytes.
    pub fn truncate(&mut self, len: usize) {
        self.0.truncate(len);
    }

    /// Its bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// The item's index in a tag's bytes.
pub(crate) fn index_of(tag: &[u8]) -> u32 {
    tag.first_chunk::<8>().map_or(0, |head| (u64::from_be_bytes(*head) >> 1) as u32)
}

/// Whether a tag's bytes are of [`Phase::Tuple`].
pub(crate) fn is_tuple(tag: &[u8]) -> bool {
    tag.get(7).is_some_and(|last| last & 1 == 0)
}
