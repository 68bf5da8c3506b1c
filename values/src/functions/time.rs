//! Timestamps and durations. All of them in UTC.

use super::{Duration, Fault, FaultCode, Timestamp, out_of_range};
use crate::text::{self, civil, day_number};

const SECOND: i64 = 1_000_000_000;
const WEEK: i64 = 7 * 86_400 * SECOND;
/// 1970-01-05, the first Monday: what whole weeks are counted from.
const MONDAY: i64 = 4 * 86_400 * SECOND;

functions! { time:
    /// The start of the period of this length that a timestamp is in.
    ///
    /// Periods are counted as windows are: from 1970-01-01T00:00:00Z, and whole weeks from a Monday.
    #[language("truncate", r#"truncate(timestamp("2015-05-17T10:05:03Z"), 1m) == timestamp("2015-05-17T10:05:00Z")"#)]
    pub fn truncate(at: Timestamp, period: Duration) -> Result<Timestamp, Fault> {
        if period.0 <= 0 {
            return Err(out_of_range(format!("truncate to periods of {period}")));
        }
        let origin = if period.0 % WEEK == 0 { i128::from(MONDAY) } else { 0 };
        let start = i128::from(at.0) - (i128::from(at.0) - origin).rem_euclid(i128::from(period.0));
        i64::try_from(start).map(Timestamp).map_err(|_| {
            Fault::new(FaultCode::Overflow, format!("truncate({at}, {period}) leaves the range of timestamp"))
        })
    }

    /// The year.
    #[language("year", r#"year(timestamp("2015-05-17T10:05:03Z")) == 2015"#)]
    pub fn year(at: Timestamp) -> i64 {
        civil(at).year
    }

    /// The month, from 1 to 12.
    #[language("month", r#"month(timestamp("2015-05-17T10:05:03Z")) == 5"#)]
    pub fn month(at: Timestamp) -> i64 {
        civil(at).month
    }

    /// The day of the month, from 1.
    #[language("day", r#"day(timestamp("2015-05-17T10:05:03Z")) == 17"#)]
    pub fn day(at: Timestamp) -> i64 {
        civil(at).day
    }

    /// The hour, from 0 to 23.
    #[language("hour", r#"hour(timestamp("2015-05-17T10:05:03Z")) == 10"#)]
    pub fn hour(at: Timestamp) -> i64 {
        civil(at).second / 3_600
    }

    /// The minute, from 0 to 59.
    #[language("minute", r#"minute(timestamp("2015-05-17T10:05:03Z")) == 5"#)]
    pub fn minute(at: Timestamp) -> i64 {
        civil(at).second / 60 % 60
    }

    /// The second, from 0 to 59.
    #[language("second", r#"second(timestamp("2015-05-17T10:05:03Z")) == 3"#)]
    pub fn second(at: Timestamp) -> i64 {
        civil(at).second % 60
    }

    /// The day of the week, from Monday, 1, to Sunday, 7.
    #[language("day_of_week", r#"day_of_week(timestamp("2015-05-17T10:05:03Z")) == 7"#)]
    pub fn day_of_week(at: Timestamp) -> i64 {
        (day_number(at) + 3).rem_euclid(7) + 1
    }

    /// Whole seconds since 1970, rounded down.
    #[language("unix_seconds", r#"unix_seconds(timestamp("1970-01-01T00:01:00.5Z")) == 60"#)]
    pub fn unix_seconds(at: Timestamp) -> i64 {
        at.0.div_euclid(SECOND)
    }

    /// Whole milliseconds since 1970, rounded down.
    #[language("unix_millis", r#"unix_millis(timestamp("1970-01-01T00:01:00.5Z")) == 60500"#)]
    pub fn unix_millis(at: Timestamp) -> i64 {
        at.0.div_euclid(1_000_000)
    }

    /// The timestamp that is this many seconds after 1970-01-01T00:00:00Z.
    #[language("from_unix_seconds", r#"from_unix_seconds(60) == timestamp("1970-01-01T00:01:00Z")"#)]
    pub fn from_unix_seconds(seconds: i64) -> Result<Timestamp, Fault> {
        crate::form::Form::UnixSeconds.timestamp_from_int(seconds)
    }

    /// The timestamp that is this many milliseconds after 1970-01-01T00:00:00Z.
    #[language("from_unix_millis", r#"from_unix_millis(60500) == timestamp("1970-01-01T00:01:00.5Z")"#)]
    pub fn from_unix_millis(milliseconds: i64) -> Result<Timestamp, Fault> {
        crate::form::Form::UnixMillis.timestamp_from_int(milliseconds)
    }

    /// How many seconds a duration is, with a fraction.
    #[language("seconds", "seconds(1500ms) == 1.5")]
    pub fn seconds(length: Duration) -> f64 {
        length.0 as f64 / 1e9
    }

    /// How many milliseconds a duration is, with a fraction.
    #[language("milliseconds", "milliseconds(1500us) == 1.5")]
    pub fn milliseconds(length: Duration) -> f64 {
        length.0 as f64 / 1e6
    }

    /// The timestamp in strftime's notation.
    #[language("format_time", r#"format_time(timestamp("2015-05-17T10:05:03Z"), "%d/%m/%Y %H:%M") == "17/05/2015 10:05""#)]
    pub fn format_time(at: Timestamp, pattern: &str) -> Result<String, Fault> {
        let moment = jiff::Timestamp::from_nanosecond(i128::from(at.0));
        let moment = moment.map(|moment| moment.to_zoned(jiff::tz::TimeZone::UTC));
        moment
            .and_then(|moment| jiff::fmt::strtime::format(pattern, &moment))
            .map_err(|error| out_of_range(format!("format_time with {}: {error}", text::quoted(pattern))))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_parts_of_a_time_are_jiffs(value in any::<i64>()) {
            let at = Timestamp(value);
            let theirs = jiff::Timestamp::from_nanosecond(i128::from(value)).unwrap();
            let theirs = theirs.to_zoned(jiff::tz::TimeZone::UTC);
            let ours = [year(at), month(at), day(at), hour(at), minute(at), second(at), day_of_week(at)];
            let theirs = [
                i64::from(theirs.year()),
                i64::from(theirs.month()),
                i64::from(theirs.day()),
                i64::from(theirs.hour()),
                i64::from(theirs.minute()),
                i64::from(theirs.second()),
                i64::from(theirs.weekday().to_monday_one_offset()),
            ];
            prop_assert_eq!(ours, theirs);
        }
    }

    #[test]
    fn weeks_start_on_mondays_and_times_before_1970_go_down() {
        let at = |text| text::parse_timestamp(text).unwrap();
        let week = text::parse_duration("1w").unwrap();
        assert_eq!(truncate(at("2015-05-17T10:05:03Z"), week), Ok(at("2015-05-11T00:00:00Z")));
        assert_eq!(
            truncate(at("1969-12-31T23:59:59Z"), Duration(60 * SECOND)),
            Ok(at("1969-12-31T23:59:00Z"))
        );
        assert_eq!(truncate(Timestamp(i64::MIN), week).unwrap_err().code, FaultCode::Overflow);
        assert_eq!(truncate(Timestamp(0), Duration(0)).unwrap_err().code, FaultCode::OutOfRange);
        assert_eq!(unix_seconds(Timestamp(-1)), -1);
    }

    #[test]
    fn a_pattern_that_is_none_is_a_fault() {
        assert_eq!(format_time(Timestamp(0), "%").unwrap_err().code, FaultCode::OutOfRange);
    }
}
