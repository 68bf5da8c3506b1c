//! The faults and start checks that belong to the dataflow itself, behind which stands no operator and no function.
//! Interpreter and compiled programs share their words.

use crate::{Duration, Fault, FaultCode, Timestamp};

/// While nothing comes from a spout with `idle after`, so many nanoseconds go by at least from one time that its silence is told
/// to the next.
pub const SILENCE_TOLD_EVERY_NS: i64 = 100_000_000;

/// `time E` gave an absent value.
#[must_use]
pub fn absent_time() -> Fault {
    Fault::new(FaultCode::BadTime, "the event time is absent")
}

/// `at` if it is at most `ahead_by` after the clock's reading.
///
/// # Errors
/// `bad-time` if it is further ahead.
pub fn check_ahead(at: Timestamp, clock: Timestamp, ahead_by: Duration) -> Result<Timestamp, Fault> {
    if at.0 <= clock.0.saturating_add(ahead_by.0) {
        return Ok(at);
    }
    Err(Fault::new(
        FaultCode::BadTime,
        format!("the event time {at} is more than {ahead_by} ahead of the clock"),
    ))
}

/// The task that `by direct(E)` names, of `tasks` ones.
///
/// # Errors
/// `out-of-range` if there is none of this number.
pub fn direct_task(task: i64, tasks: u32) -> Result<u32, Fault> {
    match u32::try_from(task) {
        Ok(known) if known < tasks => Ok(known),
        _ => Err(Fault::new(
            FaultCode::OutOfRange,
            format!("there is no task {task}: they go from 0 to {}", tasks - 1),
        )),
    }
}

/// A window of a tuple at this time would begin or end outside the range of timestamps.
#[must_use]
pub fn window_overflow(at: Timestamp) -> Fault {
    Fault::new(FaultCode::Overflow, format!("a window of {at} leaves the range of timestamps"))
}

/// `sum` of ints at its end.
///
/// # Errors
/// `overflow` if it is outside the range of ints.
pub fn int_sum(sum: i128) -> Result<i64, Fault> {
    i64::try_from(sum)
        .map_err(|_| Fault::new(FaultCode::Overflow, format!("the sum {sum} leaves the range of int")))
}

/// `sum` or `avg` of durations at its end, in nanoseconds.
///
/// # Errors
/// `overflow` if it is outside the range of durations.
pub fn duration_sum(sum: i128) -> Result<Duration, Fault> {
    i64::try_from(sum).map(Duration).map_err(|_| {
        Fault::new(FaultCode::Overflow, format!("the sum of {sum} nanoseconds leaves the range of duration"))
    })
}

/// The size of a window, in nanoseconds.
///
/// # Errors
/// A sentence, if it is not positive.
pub fn window_size(size: Duration) -> Result<i64, String> {
    if size.0 > 0 { Ok(size.0) } else { Err(format!("a window's size must be positive, and is {size}")) }
}

/// How many windows one row may be in: each of them is work.
pub const WINDOWS_MAX: i64 = 1_000_000;

/// How many windows of this size one row is in at most; both are positive.
#[must_use]
pub fn windows_of_a_row(size: Duration, every: Duration) -> i64 {
    size.0 / every.0 + i64::from(size.0 % every.0 != 0)
}

/// The hop of a hopping window of this size, in nanoseconds.
///
/// # Errors
/// A sentence, if it is not positive, larger than the size (there would be gaps), or so small that a row would be in more
/// than [`WINDOWS_MAX`] windows.
pub fn window_every(every: Duration, size: Duration) -> Result<i64, String> {
    match every.0 {
        ..=0 => Err(format!("a window's `every` must be positive, and is {every}")),
        hop if hop > size.0 => {
            Err(format!("a window's `every` must not be larger than its size {size}, and is {every}"))
        }
        _ if windows_of_a_row(size, every) > WINDOWS_MAX => Err(format!(
            "with a size of {size} and an `every` of {every} a row would be in {} windows, and {WINDOWS_MAX} is the most",
            windows_of_a_row(size, every)
        )),
        hop => Ok(hop),
    }
}

/// The offset of a window that starts every `every` (a tumbling one: its size), in nanoseconds.
///
/// # Errors
/// A sentence, if it is negative, or not smaller than `every`.
pub fn window_offset(offset: Duration, every: Duration) -> Result<i64, String> {
    if (0..every.0).contains(&offset.0) {
        return Ok(offset.0);
    }
    Err(format!("a window's `offset` must be at least 0s and less than {every}, and is {offset}"))
}

/// The longest session, `max D`, with this gap, in nanoseconds.
///
/// # Errors
/// A sentence, if it is shorter than the gap: then no row would be in a session.
pub fn longest_session(longest: Duration, gap: Duration) -> Result<i64, String> {
    if longest.0 >= gap.0 {
        return Ok(longest.0);
    }
    Err(format!("a session's `max` must not be shorter than its gap {gap}, and is {longest}"))
}

/// `within D`, `for D`, `allow late D`, `emit every D` (the `clause`), in nanoseconds.
///
/// # Errors
/// A sentence, if it is not positive.
pub fn positive(clause: &str, duration: Duration) -> Result<i64, String> {
    if duration.0 > 0 {
        Ok(duration.0)
    } else {
        Err(format!("`{clause}` must be positive, and is {duration}"))
    }
}

/// The number of rows of a window.
///
/// # Errors
/// A sentence, if it is not positive.
pub fn window_rows(rows: i64) -> Result<i64, String> {
    if rows > 0 { Ok(rows) } else { Err(format!("a window has at least 1 row, and not {rows}")) }
}

/// The number of rows of a `top`.
///
/// # Errors
/// A sentence, if it is not positive.
pub fn top_rows(rows: i64) -> Result<i64, String> {
    if rows > 0 { Ok(rows) } else { Err(format!("a `top` has at least 1 row, and not {rows}")) }
}

/// `late by` or `ahead by` (the `clause`), in nanoseconds.
///
/// # Errors
/// A sentence, if it is negative.
pub fn tolerance(clause: &str, by: Duration) -> Result<i64, String> {
    if by.0 >= 0 { Ok(by.0) } else { Err(format!("`{clause}` must not be negative, and is {by}")) }
}

/// The bounds of a join that are known at start.
///
/// # Errors
/// A sentence, if no two rows can be that far apart.
pub fn join_bounds(low: Duration, high: Duration, inclusive: bool) -> Result<(), String> {
    if low < high || inclusive && low == high {
        return Ok(());
    }
    Err(format!("`within` must not be empty, and goes from {low} to {high}"))
}

/// The event times, both inside, of the rows that a left row of a join may meet.
#[must_use]
pub fn join_reach(at: Timestamp, low: Duration, high: Duration, inclusive: bool) -> (i64, i64) {
    let to = at.0.saturating_add(high.0);
    (at.0.saturating_add(low.0), if inclusive { to } else { to.saturating_sub(1) })
}

/// How long a row holds (`for D`), in nanoseconds.
///
/// # Errors
/// A sentence, if it is no longer than nothing.
pub fn expiry(holds: Duration) -> Result<i64, String> {
    if holds.0 > 0 { Ok(holds.0) } else { Err(format!("`for` must be longer than nothing, and is {holds}")) }
}

/// `generate`'s count of tuples.
///
/// # Errors
/// A sentence, if it is negative.
pub fn generate_count(count: i64) -> Result<u64, String> {
    u64::try_from(count).map_err(|_| format!("`count` must not be negative, and is {count}"))
}

/// `generate`'s tuples a second.
///
/// # Errors
/// A sentence, if it is not positive.
pub fn generate_rate(rate: i64) -> Result<u64, String> {
    match u64::try_from(rate) {
        Ok(rate @ 1..) => Ok(rate),
        _ => Err(format!("`rate` must be positive, and is {rate}")),
    }
}

/// What had come of a line or CSV record when the program was stopped.
#[must_use]
pub fn line_unfinished() -> Fault {
    Fault::new(FaultCode::Malformed, "the program was stopped before the line's end")
}

/// A line or CSV record of more than `record_max` bytes.
#[must_use]
pub fn line_too_long(record_max: usize) -> Fault {
    Fault::new(FaultCode::LineTooLong, format!("the line is longer than {record_max} bytes"))
}
