//! How far event time has come.

/// A point of event time, or one of its two ends. Also the end of a window, of which `window all` has the last one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Moment {
    /// Before every timestamp: no tuple has come yet.
    Beginning,
    /// Nanoseconds since 1970.
    At(i64),
    /// After every timestamp: the input has ended.
    End,
}

impl Moment {
    /// This many nanoseconds behind it; the ends stay what they are.
    pub(crate) fn more(self, nanoseconds: i64) -> Moment {
        self.less(nanoseconds.saturating_neg())
    }

    /// This many nanoseconds before it; the ends stay what they are.
    pub(crate) fn less(self, nanoseconds: i64) -> Moment {
        match self {
            Moment::At(at) => Moment::At(at.saturating_sub(nanoseconds)),
            end => end,
        }
    }
}

/// The event times that one spout's tuples have shown.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SpoutTime {
    late_by: i64,
    maximum: Option<i64>,
    ended: bool,
}

impl SpoutTime {
    pub(crate) fn new(late_by: i64) -> SpoutTime {
        SpoutTime { late_by, maximum: None, ended: false }
    }

    /// A tuple of this time has left the spout.
    pub(crate) fn observe(&mut self, at: i64) {
        self.maximum = self.maximum.max(Some(at));
    }

    /// The spout has no more tuples.
    pub(crate) fn end(&mut self) {
        self.ended = true;
    }

    pub(crate) fn watermark(&self) -> Moment {
        match self.maximum {
            _ if self.ended => Moment::End,
            Some(maximum) => Moment::At(maximum.saturating_sub(self.late_by)),
            None => Moment::Beginning,
        }
    }
}
