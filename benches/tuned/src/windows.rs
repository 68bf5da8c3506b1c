//! The watermark, and the tumbling windows that it closes.

use std::collections::VecDeque;

/// The largest event time so far, less what rows may be late by.
pub struct Watermark {
    late_by: i64,
    largest: i64,
}

impl Watermark {
    /// Before the first tuple.
    #[must_use]
    pub fn new(late_by: i64) -> Self {
        Self { late_by, largest: i64::MIN }
    }

    /// Where it stands.
    #[inline(always)]
    #[must_use]
    pub fn at(&self) -> i64 {
        self.largest.saturating_sub(self.late_by)
    }

    /// A tuple has come; whether the watermark has moved.
    #[inline(always)]
    pub fn moves(&mut self, at: i64) -> bool {
        let moves = at > self.largest;
        self.largest = self.largest.max(at);
        moves
    }
}

/// Tumbling windows, the earliest first.
pub struct Tumbling<T, const SIZE: i64> {
    open: VecDeque<(i64, T)>,
    pub late: u64,
}

impl<T: Default, const SIZE: i64> Default for Tumbling<T, SIZE> {
    fn default() -> Self {
        Self { open: VecDeque::new(), late: 0 }
    }
}

impl<T: Default, const SIZE: i64> Tumbling<T, SIZE> {
    /// The window that a time lies in; none where that is over.
    #[inline(always)]
    pub fn of(&mut self, at: i64, watermark: i64) -> Option<&mut T> {
        let start = at.div_euclid(SIZE) * SIZE;
        if start + SIZE <= watermark {
            self.late += 1;
            return None;
        }
        let place = match self.open.iter().rposition(|(open, _)| *open <= start) {
            Some(place) if self.open[place].0 == start => place,
            before => {
                let place = before.map_or(0, |place| place + 1);
                self.open.insert(place, (start, T::default()));
                place
            }
        };
        Some(&mut self.open[place].1)
    }

    /// The next window that is over.
    #[inline(always)]
    pub fn over(&mut self, watermark: i64) -> Option<(i64, T)> {
        if self.open.front()?.0 + SIZE > watermark {
            return None;
        }
        self.open.pop_front()
    }
}
