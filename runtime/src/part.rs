//! Parts: what one worker sends another of one root at one exchange.

use crate::tag::{Phase, Tag};

/// Encoded rows in the order of sending, in groups of (segment, phase).
///
/// Tagged rows are framed: the tag's length, the tag, the row's length, the row. Untagged ones simply follow each other:
/// their reader knows where one ends.
#[derive(Debug, Default)]
pub struct Part {
    tagged: bool,
    bytes: Vec<u8>,
    marks: Vec<Mark>,
    /// That of the last mark, where a row need not look for it.
    group: Group,
    /// Where the bytes of the open row begin, if a tagged one is open.
    open: Option<usize>,
}

/// A segment and a phase as one number, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Group(u64);

impl Group {
    #[inline]
    fn new(segment: u32, phase: Phase) -> Group {
        Group(u64::from(segment) << 1 | phase as u64)
    }

    fn segment(self) -> u32 {
        (self.0 >> 1) as u32
    }
}

/// That of no row.
impl Default for Group {
    fn default() -> Group {
        Group(u64::MAX)
    }
}

/// Where the rows of a group begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Mark {
    group: Group,
    start: usize,
    /// Known when the next group begins, or the part is sealed.
    end: usize,
}

/// A row of an ordered gathering.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row<'a> {
    /// The exchange that it came over.
    pub exchange: usize,
    /// Its place; hand it on as [`Tag::Encoded`].
    pub tag: &'a [u8],
    /// The row, as it was encoded.
    pub bytes: &'a [u8],
}

impl Part {
    /// An empty part whose rows carry tags, or do not.
    #[must_use]
    pub fn new(tagged: bool) -> Part {
        Part { tagged, ..Part::default() }
    }

    /// Opens a row of the part's only segment: for a part that a worker keeps for itself. The caller appends the row's
    /// bytes; the next call closes it.
    pub fn row(&mut self, phase: Phase, tag: &Tag<'_>) -> &mut Vec<u8> {
        self.row_in(0, phase, tag)
    }

    /// Opens a row. Nearly all rows are untagged and in the group of the one before them: nothing is to be done there.
    #[inline]
    pub(crate) fn row_in(&mut self, segment: u32, phase: Phase, tag: &Tag<'_>) -> &mut Vec<u8> {
        let group = Group::new(segment, phase);
        if self.group != group {
            self.begin_group(group);
        }
        if self.tagged {
            self.begin_row(tag);
        }
        &mut self.bytes
    }

    #[cold]
    fn begin_group(&mut self, group: Group) {
        self.close();
        self.end_group();
        self.group = group;
        self.marks.push(Mark { group, start: self.bytes.len(), end: 0 });
    }

    fn begin_row(&mut self, tag: &Tag<'_>) {
        self.close();
        let start = self.bytes.len();
        self.bytes.extend_from_slice(&[0; 4]);
        tag.encode(&mut self.bytes);
        let len = (self.bytes.len() - start - 4) as u32;
        self.bytes[start..start + 4].copy_from_slice(&len.to_le_bytes());
        self.bytes.extend_from_slice(&[0; 4]);
        self.open = Some(self.bytes.len());
    }

    /// Writes the length of the open row before it.
    pub(crate) fn close(&mut self) {
        if let Some(start) = self.open.take() {
            let len = (self.bytes.len() - start) as u32;
            self.bytes[start - 4..start].copy_from_slice(&len.to_le_bytes());
        }
    }

    fn end_group(&mut self) {
        if let Some(mark) = self.marks.last_mut() {
            mark.end = self.bytes.len();
        }
    }

    /// To be called when the last row has been written, before any is read: puts the groups in order. Stable, so rows of a
    /// group that the part has returned to stay in the order of sending.
    pub(crate) fn seal(&mut self) {
        self.close();
        self.end_group();
        self.marks.sort_by_key(|mark| mark.group);
    }

    /// Whether nothing was sent.
    pub(crate) fn is_empty(&self) -> bool {
        self.marks.is_empty()
    }

    /// Forgets its rows and keeps its memory.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.marks.clear();
        self.group = Group::default();
        self.open = None;
    }

    /// How much memory it holds on to.
    pub(crate) fn capacity(&self) -> usize {
        self.bytes.capacity()
    }

    /// How many bytes its rows have.
    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// The same memory, at least so much, for rows with tags, or without.
    pub(crate) fn prepared(mut self, bytes: usize, tagged: bool) -> Part {
        self.bytes.reserve(bytes);
        Part { tagged, ..self }
    }

    /// The rows of the only segment in the order of their tags. For a part that a worker keeps for itself.
    #[must_use]
    pub fn ordered(&mut self, phase: Phase) -> Vec<Row<'_>> {
        self.seal();
        let mut rows = Vec::new();
        self.gather(0, (0, 0), phase, &mut rows);
        rows.sort_by(|a, b| a.tag.cmp(b.tag));
        rows
    }

    /// The bytes of the groups of these segments, from the first number to the last, in a phase.
    pub(crate) fn runs(&self, (first, last): (u32, u32), phase: Phase) -> impl Iterator<Item = &[u8]> {
        let from = self.marks.partition_point(|mark| mark.group.segment() < first);
        let marks = self.marks[from..].iter().take_while(move |mark| mark.group.segment() <= last);
        let of_phase = move |mark: &&Mark| mark.group == Group::new(mark.group.segment(), phase);
        marks.filter(of_phase).map(|mark| &self.bytes[mark.start..mark.end])
    }

    /// Appends the tagged rows of these segments in a phase.
    pub(crate) fn gather<'a>(
        &'a self,
        exchange: usize,
        segments: (u32, u32),
        phase: Phase,
        rows: &mut Vec<Row<'a>>,
    ) {
        for run in self.runs(segments, phase) {
            let mut rest = run;
            while !rest.is_empty() {
                let tag = framed(&mut rest);
                let bytes = framed(&mut rest);
                rows.push(Row { exchange, tag, bytes });
            }
        }
    }
}

/// Takes a length and as many bytes from the front.
fn framed<'a>(rest: &mut &'a [u8]) -> &'a [u8] {
    let Some((len, behind)) = rest.split_first_chunk::<4>() else {
        unreachable!("a part is read as it was written")
    };
    let (bytes, behind) = behind.split_at(u32::from_le_bytes(*len) as usize);
    *rest = behind;
    bytes
}
