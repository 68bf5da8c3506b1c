//! How far a spout's event time has come, and where the next window downstream may fire.

use crate::layout::{Boundary, SpoutLayout};

/// The largest event time of a spout, as far as the holder knows.
#[derive(Clone, Debug)]
pub(crate) struct Horizon {
    known: Known,
    /// The event time at which a boundary is crossed.
    next: i64,
    late_by: i64,
    boundaries: Vec<Boundary>,
}

/// The largest event time of a spout, in a form that maximum and an atomic can carry.
pub(crate) type Known = i64;

/// Nothing has been seen.
pub(crate) const NOTHING: Known = i64::MIN;

/// The spout has ended. No tuple can have this time: the largest is taken for the one before.
pub(crate) const ENDED: Known = i64::MAX;

impl Horizon {
    pub(crate) fn new(spout: &SpoutLayout) -> Horizon {
        Horizon {
            known: NOTHING,
            next: NOTHING,
            late_by: spout.late_by.max(0),
            boundaries: spout.boundaries.clone(),
        }
    }

    /// Starts from what is known of the tuples before.
    pub(crate) fn start(&mut self, known: Known) {
        self.known = known;
        self.settle();
    }

    pub(crate) fn known(&self) -> Known {
        self.known
    }

    /// Takes in a tuple. Whether it crosses a boundary.
    #[inline]
    pub(crate) fn observe(&mut self, at: i64) -> bool {
        if at <= self.known {
            return false;
        }
        self.known = at.min(ENDED - 1);
        at >= self.next
    }

    pub(crate) fn end(&mut self) {
        self.known = ENDED;
    }

    pub(crate) fn watermark(&self) -> i64 {
        watermark(self.known, self.late_by)
    }

    /// Looks for the next boundary behind the watermark. Before the first tuple any tuple crosses: another spout's
    /// windows may have waited for this one.
    pub(crate) fn settle(&mut self) {
        let watermark = self.watermark();
        self.next = match self.known {
            NOTHING => NOTHING,
            ENDED => ENDED,
            _ => self.boundaries.iter().map(|boundary| boundary.after(watermark)).min().map_or(ENDED, |at| {
                let at = at.saturating_add(i128::from(self.late_by));
                at.clamp(i128::from(i64::MIN), i128::from(i64::MAX)) as i64
            }),
        };
    }
}

/// The watermark that a spout's largest event time gives.
pub(crate) fn watermark(known: Known, late_by: i64) -> i64 {
    if known == NOTHING || known == ENDED { known } else { known.saturating_sub(late_by) }
}

impl Boundary {
    /// The first boundary behind an instant.
    fn after(&self, at: i64) -> i128 {
        let (step, offset) = (i128::from(self.step.max(1)), i128::from(self.offset));
        ((i128::from(at) - offset).div_euclid(step) + 1) * step + offset
    }
}
