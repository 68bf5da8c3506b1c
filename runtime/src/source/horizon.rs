//! How far a spout's event time has come, and where the next window downstream may fire.

use crate::layout::{Boundary, Cut, SpoutLayout};

/// The largest event time of a spout, as far as the holder knows.
#[derive(Clone, Debug)]
pub(crate) struct Horizon {
    known: Known,
    /// The event time at which the next cut is.
    next: i64,
    late_by: i64,
    /// Each with the event time at which it is next.
    cuts: Vec<(i64, Cut)>,
}

/// The cuts of all classes.
pub(crate) const ALL_CLASSES: u64 = u64::MAX;

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
            cuts: spout.cuts.iter().map(|cut| (NOTHING, *cut)).collect(),
        }
    }

    /// Starts from what is known of the tuples before.
    pub(crate) fn start(&mut self, known: Known) {
        self.known = known;
        self.next = if known == ENDED { ENDED } else { NOTHING };
        self.cuts.iter_mut().for_each(|(next, _)| *next = NOTHING);
        if known != NOTHING {
            self.cross();
        }
    }

    pub(crate) fn known(&self) -> Known {
        self.known
    }

    /// Takes in a tuple. Whether [`Horizon::cross`] has to be called.
    #[inline]
    pub(crate) fn observe(&mut self, at: i64) -> bool {
        if at <= self.known {
            return false;
        }
        self.known = at.min(ENDED - 1);
        at >= self.next
    }

    /// Nothing has come for so long: event time goes by as the clock does. Where nothing ever came, there is none.
    pub(crate) fn pass(&mut self, nanoseconds: i64) {
        self.known = passed(self.known, nanoseconds);
        if self.known != NOTHING {
            self.cross();
        }
    }

    pub(crate) fn end(&mut self) {
        self.known = ENDED;
        self.next = ENDED;
    }

    pub(crate) fn watermark(&self) -> i64 {
        watermark(self.known, self.late_by)
    }

    /// The classes whose boundaries have been crossed; looks for the next ones behind the watermark. The first tuple crosses
    /// all: another spout's windows may have waited for this one.
    #[cold]
    pub(crate) fn cross(&mut self) -> u64 {
        if self.known == ENDED {
            return ALL_CLASSES;
        }
        let first = self.next == NOTHING;
        let (known, late_by, watermark) = (self.known, self.late_by, self.watermark());
        let mut crossed = if first { ALL_CLASSES } else { 0 };
        for (next, cut) in self.cuts.iter_mut().filter(|(next, _)| *next <= known) {
            crossed |= cut.classes;
            let at = cut.boundary.after(watermark).saturating_add(i128::from(late_by));
            *next = at.clamp(i128::from(i64::MIN), i128::from(i64::MAX)) as i64;
        }
        self.next = self.cuts.iter().map(|(next, _)| *next).min().unwrap_or(ENDED);
        crossed
    }
}

/// The largest event time of a spout behind a silence.
pub(crate) fn passed(known: Known, nanoseconds: i64) -> Known {
    match known {
        NOTHING | ENDED => known,
        at => at.saturating_add(nanoseconds.max(0)).min(ENDED - 1),
    }
}

/// The watermark that a spout's largest event time gives.
pub(crate) fn watermark(known: Known, late_by: i64) -> i64 {
    if known == NOTHING || known == ENDED { known } else { known.saturating_sub(late_by) }
}

impl Boundary {
    /// The first boundary behind an instant.
    fn after(&self, at: i64) -> i128 {
        // Each instant: the case that is asked for with each tuple.
        if self.step <= 1 {
            return i128::from(at) + 1;
        }
        let (step, offset) = (i128::from(self.step), i128::from(self.offset));
        ((i128::from(at) - offset).div_euclid(step) + 1) * step + offset
    }
}
