//! What a keyed stage sees of a root: its segments, and the rows that were sent to it.

use crate::exchange::Sent;
use crate::part::Row;
use crate::source::ALL_CLASSES;
use crate::tag::Phase;

/// The share of one root that one worker has at one keyed stage.
#[derive(Debug)]
pub struct StageRoot<'a> {
    /// The bit of the stage's class of cuts.
    pub(crate) class: u64,
    pub(crate) segments: &'a [SegmentBounds],
    /// One row of maxima a segment: the watermark of every spout after it.
    pub(crate) watermarks: &'a [i64],
    pub(crate) spouts: usize,
    /// By exchange (all of the program's): what was sent, by those who sent something, in their order.
    pub(crate) parts: &'a [Vec<Sent>],
}

/// Where a segment ends.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SegmentBounds {
    pub(crate) last_item: u32,
    /// The classes that are cut here, a bit each; none where only the root ends.
    pub(crate) classes: u64,
}

/// A run of items that ends with a cut of the stage's class; the last of a root may end without.
#[derive(Clone, Copy, Debug)]
pub struct Segment<'a> {
    /// The segments of all classes that it consists of: the numbers of the first and the last one in the root.
    numbers: (u32, u32),
    /// Whether the watermarks crossed a boundary at its end. If not, nothing can be due and it has no rows in
    /// [`Phase::Release`].
    pub closed: bool,
    /// For which classes what was combined has to be sent at its end, a bit each.
    pub classes: u64,
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
        let (class, segments, watermarks, spouts) = (self.class, self.segments, self.watermarks, self.spouts);
        let mut first = 0;
        std::iter::from_fn(move || {
            let rest = segments.get(first..).filter(|rest| !rest.is_empty())?;
            let cut = rest.iter().position(|bounds| bounds.classes & class != 0);
            let last = cut.map_or(segments.len() - 1, |at| first + at);
            let numbers = (first as u32, last as u32);
            first = last + 1;
            Some(Segment {
                numbers,
                closed: cut.is_some(),
                classes: if first == segments.len() { ALL_CLASSES } else { segments[last].classes },
                last_item: segments[last].last_item,
                watermarks: &watermarks[last * spouts..first * spouts],
            })
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
        let parts: &'a [Sent] = &self.parts[exchange];
        parts.iter().flat_map(move |sent| sent.part.runs(segment.numbers, phase))
    }

    /// The rows of tagged exchanges in the order of their tags; of equal ones in the order of `exchanges`, then of
    /// workers.
    #[must_use]
    pub fn ordered(&self, exchanges: &[usize], segment: Segment<'_>, phase: Phase) -> Vec<Row<'a>> {
        let mut rows = Vec::new();
        for &exchange in exchanges {
            let parts: &'a [Sent] = &self.parts[exchange];
            for Sent { part, .. } in parts {
                part.gather(exchange, segment.numbers, phase, &mut rows);
            }
        }
        rows.sort_by(|a, b| a.tag.cmp(b.tag));
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stage_sees_the_cuts_of_its_class() {
        let bounds = |(last_item, classes)| SegmentBounds { last_item, classes };
        let segments = [(3, 0b01), (4, 0b01), (7, 0b11), (8, 0b01), (9, 0)].map(bounds);
        let watermarks = [10, 11, 12, 13, 14];
        let seen = |class| {
            let root =
                StageRoot { class, segments: &segments, watermarks: &watermarks, spouts: 1, parts: &[] };
            let seen = |segment: Segment<'_>| {
                (segment.numbers, segment.closed, segment.last_item, segment.watermark(0), segment.classes)
            };
            root.segments().map(seen).collect::<Vec<_>>()
        };
        assert_eq!(seen(0b10), [((0, 2), true, 7, 12, 0b11), ((3, 4), false, 9, 14, ALL_CLASSES)]);
        assert_eq!(seen(0b01).len(), 5);
        assert_eq!(seen(0b100), [((0, 4), false, 9, 14, ALL_CLASSES)]);
    }
}
