//! Seeded input: field `f` of tuple `i` is a pure function of (seed, i, f), so any worker can make any tuple.

/// How a generated field is spread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `choose(a, b, …)`: one of the values, each as often as it is listed.
    Choose,
    /// `uniform(low, high)`: ints, floats, durations or timestamps; high excluded.
    Uniform,
    /// `zipf(n [, exponent])`: a rank from 0 to n − 1 made a value of the field's type: an int, `10.0.0.0` + rank, or
    /// the field's name and the rank.
    Zipf,
    /// `sequence([start [, step]])`: start + i·step, of an int, timestamp or duration.
    Sequence,
    /// `clock(start, step, disorder)`: a timestamp start + i·step, less a uniform part of `disorder`.
    Clock,
    /// `sometimes(probability, of …)`: an optional field, absent otherwise.
    Sometimes,
}
