//! What a program settles before it reads: its messages name the node that they are about.

use streamwright_values::extract::Extractor;
use streamwright_values::{Duration, Fault, Timestamp, dataflow};

use crate::layout::Boundary;
use crate::window::{Rank, Shape};

/// A constant expression of a node.
///
/// # Errors
/// A sentence for people, where it has a fault.
pub fn constant<T>(node: &str, compute: impl FnOnce() -> Result<T, Fault>) -> Result<T, String> {
    compute().map_err(|fault| about(node, &fault.message))
}

/// A constant of a node that was checked for its range.
///
/// # Errors
/// A sentence for people, where it is outside.
pub fn in_range<T>(node: &str, checked: Result<T, String>) -> Result<T, String> {
    checked.map_err(|message| about(node, &message))
}

/// Compiled once, and not for each type.
#[cold]
fn about(node: &str, message: &str) -> String {
    format!("{node}: {message}")
}

/// The windows `window tumbling size offset offset`.
///
/// # Errors
/// As [`hopping`].
pub fn tumbling(size: Duration, offset: Duration) -> Result<Shape, String> {
    hopping(size, size, offset)
}

/// The windows `window hopping size every every offset offset`.
///
/// # Errors
/// A sentence, where a length is outside its range.
pub fn hopping(size: Duration, every: Duration, offset: Duration) -> Result<Shape, String> {
    const DAY: i64 = 86_400_000_000_000;
    let size = dataflow::window_size(size)?;
    let every = dataflow::window_every(every, Duration(size))?;
    let offset = dataflow::window_offset(offset, Duration(every))?;
    // Whole weeks begin on Mondays; the first one was four days after the beginning of 1970.
    let offset = if every % (7 * DAY) == 0 { offset + 4 * DAY } else { offset };
    Ok(Shape::Hopping { size, every, offset })
}

/// The gap and the longest session of `window session gap max longest`; [`i64::MAX`] where it may have any length.
///
/// # Errors
/// A sentence, where a length is outside its range.
pub fn session(gap: Duration, longest: Option<Duration>) -> Result<(i64, i64), String> {
    let gap = dataflow::window_size(gap)?;
    let longest = longest.map(|longest| dataflow::longest_session(longest, Duration(gap)));
    Ok((gap, longest.unwrap_or(Ok(i64::MAX))?))
}

/// How many rows of a window leave by `top`.
///
/// # Errors
/// A sentence, where the number is not positive.
pub fn rank(count: i64, ties: bool) -> Result<Rank, String> {
    let count = usize::try_from(dataflow::top_rows(count)?).unwrap_or(usize::MAX);
    Ok(Rank { count, ties })
}

/// When windows of a shape may be due.
#[must_use]
pub fn boundary(shape: &Shape) -> Boundary {
    match *shape {
        Shape::Hopping { size, every, offset } => {
            let end = (i128::from(offset) + i128::from(size)).rem_euclid(i128::from(every));
            Boundary { step: every, offset: end as i64 }
        }
        // Due at the end of the input only, which is always a boundary.
        Shape::All => Boundary { step: i64::MAX, offset: 0 },
    }
}

/// The multiples of a length, if there is one.
#[must_use]
pub fn every(length: Option<i64>) -> Boundary {
    Boundary { step: length.unwrap_or(i64::MAX), offset: 0 }
}

/// The boundary of windows that watch a watermark which is `held` nanoseconds behind.
#[must_use]
pub fn behind(boundary: Boundary, held: i64) -> Boundary {
    let offset = (i128::from(boundary.offset) + i128::from(held)).rem_euclid(i128::from(boundary.step));
    Boundary { offset: offset as i64, ..boundary }
}

/// By how much the rows that a left join lets go alone may be behind the watermark.
#[must_use]
pub fn hold(high: Duration) -> i64 {
    high.0.max(0)
}

/// The watermark of what reads such rows; before the first tuple and behind the last one it is what it was.
#[inline]
#[must_use]
pub fn held_back(watermark: i64, held: i64) -> i64 {
    match watermark {
        i64::MIN | i64::MAX => watermark,
        known => known.saturating_sub(held),
    }
}

/// Where the window that ends at `end` begins.
#[inline]
#[must_use]
pub fn window_start(shape: &Shape, end: i64) -> Timestamp {
    match shape {
        Shape::Hopping { size, .. } => Timestamp(end.saturating_sub(*size)),
        Shape::All => Timestamp(i64::MIN),
    }
}

/// A pattern of `matches`.
///
/// # Errors
/// What is wrong with it; the checker has found nothing.
#[cfg(feature = "regex")]
pub fn regex(pattern: &str) -> Result<streamwright_values::functions::Regex, String> {
    streamwright_values::functions::Regex::new(pattern)
}

/// A time zone.
///
/// # Errors
/// There is none of this name; the checker has found one.
#[cfg(feature = "zones")]
pub fn zone(name: &str) -> Result<streamwright_values::functions::Zone, String> {
    streamwright_values::functions::Zone::new(name)
}

/// What takes a text apart by the first form that fits.
///
/// # Errors
/// What is wrong with a form; the checker has found nothing.
pub fn forms(forms: &[&str]) -> Result<Extractor, String> {
    Extractor::forms(forms).map_err(|error| error.message)
}

/// What takes the named groups of a regular expression out of a text.
///
/// # Errors
/// What is wrong with it; the checker has found nothing.
#[cfg(feature = "regex")]
pub fn groups(pattern: &str) -> Result<Extractor, String> {
    Extractor::groups(pattern).map_err(|error| error.message)
}
