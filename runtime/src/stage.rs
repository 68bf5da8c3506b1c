//! What a keyed stage sees of a root: its segments, and the rows that were sent to it.

use crate::part::{Part, Row};
use crate::tag::Phase;

/// The share of one root that one worker has at one keyed stage.
#[derive(Debug)]
pub struct StageRoot<'a> {
    pub(crate) segments: &'a [SegmentBounds],
    /// One row of maxima a segment: the watermark of every spout after it.
    pub(crate) watermarks: &'a [i64],
    pub(crate) spouts: usize,
    /// By exchange (all of the program's), then by sender.
    pub(crate) parts: &'a [Vec<Part>],
}

/// Where a segment ends.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SegmentBounds {
    pub(crate) last_item: u32,
    pub(crate) closed: bool,
}

/// A run of items that ends with one at which windows may fire; the last of a root may end without.
#[derive(Clone, Copy, Debug)]
pub struct Segment<'a> {
    /// Its number in the root.
    pub number: u32,
    /// Whether the watermarks crossed a boundary at its end. If not, nothing can be due and it has no rows in
    /// [`Phase::Release`].
    pub closed: bool,
    /// The index of its last item.
    pub last_item: u32,
    watermarks: &'a [i64],
}

impl Segment<'_> {
    /// The watermark of a spout after this segment.
    #[must_use]
    pub fn watermark(&self, spout: usize) -> i64 {
        self.watermarks[spout]
    }
}

impl<'a> StageRoot<'a> {
    /// In order.
    pub fn segments(&self) -> impl Iterator<Item = Segment<'a>> + use<'a> {
        let (watermarks, spouts) = (self.watermarks, self.spouts);
        self.segments.iter().enumerate().map(move |(number, bounds)| Segment {
            number: number as u32,
            closed: bounds.closed,
            last_item: bounds.last_item,
            watermarks: &watermarks[number * spouts..(number + 1) * spouts],
        })
    }

    /// The rows of an untagged exchange, a slice a sender, in the order of the workers. Where only one worker makes rows
    /// of a root, as behind the source stage, this is the order of the input.
    pub fn rows(
        &self,
        exchange: usize,
        segment: Segment<'_>,
        phase: Phase,
    ) -> impl Iterator<Item = &'a [u8]> {
        let parts: &'a [Part] = &self.parts[exchange];
        parts.iter().flat_map(move |part| part.runs(segment.number, phase))
    }

    /// The rows of tagged exchanges in the order of their tags; of equal ones in the order of `exchanges`, then of
    /// workers.
    #[must_use]
    pub fn ordered(&self, exchanges: &[usize], segment: Segment<'_>, phase: Phase) -> Vec<Row<'a>> {
        let mut rows = Vec::new();
        for &exchange in exchanges {
            let parts: &'a [Part] = &self.parts[exchange];
            for part in parts {
                part.gather(exchange, segment.number, phase, &mut rows);
            }
        }
        rows.sort_by(|a, b| a.tag.cmp(b.tag));
        rows
    }
}
