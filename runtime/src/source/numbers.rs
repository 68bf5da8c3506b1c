//! Generated input: numbers, as many as there are, and not before their time.

use std::time::{Duration, Instant};

/// The numbers of a generated spout.
#[derive(Debug)]
pub(crate) struct Numbers {
    next: u64,
    count: u64,
    rate: Option<u64>,
    started: Instant,
}

/// What there is to take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Due {
    /// These.
    Range { first: u64, end: u64 },
    /// Nothing before so much time has passed.
    Later(Duration),
    /// Nothing any more.
    Ended,
}

impl Numbers {
    /// From 0, beginning now.
    pub(crate) fn new(count: Option<u64>, rate: Option<u64>) -> Numbers {
        Numbers { next: 0, count: count.unwrap_or(u64::MAX), rate, started: Instant::now() }
    }

    /// There are no more than were taken.
    pub(crate) fn stop(&mut self) {
        self.count = self.next;
    }

    /// Takes at most `most` numbers that are due.
    pub(crate) fn take(&mut self, most: u64) -> Due {
        self.take_at(most, self.started.elapsed())
    }

    fn take_at(&mut self, most: u64, elapsed: Duration) -> Due {
        if self.next == self.count {
            return Due::Ended;
        }
        let due = self.rate.map_or(self.count, |rate| {
            // Number i is due at i / rate seconds.
            let due = elapsed.as_nanos() * u128::from(rate) / NANOS + 1;
            u64::try_from(due).unwrap_or(u64::MAX).min(self.count)
        });
        if due <= self.next {
            let at = u128::from(self.next) * NANOS / u128::from(self.rate.unwrap_or(1).max(1));
            let wait = at.saturating_sub(elapsed.as_nanos()) + 1;
            return Due::Later(Duration::from_nanos(u64::try_from(wait).unwrap_or(u64::MAX)));
        }
        let first = self.next;
        self.next = due.min(first.saturating_add(most.max(1)));
        Due::Range { first, end: self.next }
    }
}

const NANOS: u128 = 1_000_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_gives_each_number_at_its_time() {
        let mut numbers = Numbers::new(Some(5), Some(2));
        let at = Duration::from_millis;
        assert_eq!(numbers.take_at(10, at(0)), Due::Range { first: 0, end: 1 });
        assert!(matches!(numbers.take_at(10, at(400)), Due::Later(wait) if wait.as_millis() == 100));
        assert_eq!(numbers.take_at(10, at(1000)), Due::Range { first: 1, end: 3 });
        assert_eq!(numbers.take_at(1, at(9000)), Due::Range { first: 3, end: 4 });
        assert_eq!(numbers.take_at(1, at(9000)), Due::Range { first: 4, end: 5 });
        assert_eq!(numbers.take_at(1, at(9000)), Due::Ended);
    }
}
