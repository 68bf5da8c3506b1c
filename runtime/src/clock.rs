//! The clock on the wall: read where roots are made, and nowhere else.

use std::time::{SystemTime, UNIX_EPOCH};

use streamwright_values::Timestamp;

/// What it says now.
#[must_use]
pub fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_nanos()).unwrap_or(i64::MAX))
}
