//! Timestamps and durations. All of them in UTC.

use jiff::fmt::strtime::BrokenDownTime;

use super::{Duration, Fault, FaultCode, Timestamp, out_of_range};
use crate::text::{self, Civil, civil, day_number, first_day, from_civil};

const SECOND: i64 = 1_000_000_000;
const WEEK: i64 = 7 * 86_400 * SECOND;
/// 1970-01-05, the first Monday: what whole weeks are counted from.
const MONDAY: i64 = 4 * 86_400 * SECOND;

functions! { time:
    /// The start of the period of this length that a timestamp is in.
    ///
    /// Periods are counted as windows are: from 1970-01-01T00:00:00Z, and whole weeks from a Monday.
    #[language("truncate", r#"truncate(timestamp("2015-05-17T10:05:03Z"), 1m) == timestamp("2015-05-17T10:05:00Z")"#)]
    #[decided_by(period => truncate(Timestamp(0), period))]
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

    /// Whole microseconds since 1970, rounded down.
    #[language("unix_micros", r#"unix_micros(timestamp("1970-01-01T00:00:01.5Z")) == 1500000"#)]
    pub fn unix_micros(at: Timestamp) -> i64 {
        at.0.div_euclid(1_000)
    }

    /// The timestamp that is this many microseconds after 1970-01-01T00:00:00Z.
    #[language("from_unix_micros", r#"from_unix_micros(1500000) == timestamp("1970-01-01T00:00:01.5Z")"#)]
    pub fn from_unix_micros(microseconds: i64) -> Result<Timestamp, Fault> {
        crate::form::Form::UnixMicros.timestamp_from_int(microseconds)
    }

    /// The quarter of the year, from 1 to 4.
    #[language("quarter", r#"quarter(timestamp("2015-05-17T10:05:03Z")) == 2"#)]
    pub fn quarter(at: Timestamp) -> i64 {
        (civil(at).month + 2) / 3
    }

    /// The day of the year, from 1 to 366.
    #[language("day_of_year", r#"day_of_year(timestamp("2015-05-17T10:05:03Z")) == 137"#)]
    pub fn day_of_year(at: Timestamp) -> i64 {
        day_number(at) - first_day(civil(at).year) + 1
    }

    /// The week of ISO 8601, from 1 to 53: weeks begin on Monday, and the first has the year's first Thursday.
    #[language("week", r#"week(timestamp("2015-05-17T10:05:03Z")) == 20"#)]
    pub fn week(at: Timestamp) -> i64 {
        // A week belongs to the year of its Thursday.
        let thursday = day_number(at) + 4 - day_of_week(at);
        let year = civil_year_of(thursday, civil(at).year);
        (thursday - first_day(year)) / 7 + 1
    }

    /// The first instant of the month.
    #[language("start_of_month", r#"start_of_month(timestamp("2015-05-17T10:05:03Z")) == timestamp("2015-05-01T00:00:00Z")"#)]
    pub fn start_of_month(at: Timestamp) -> Result<Timestamp, Fault> {
        start("start_of_month", at, Civil { day: 1, second: 0, nanosecond: 0, ..civil(at) })
    }

    /// The first instant of the year.
    #[language("start_of_year", r#"start_of_year(timestamp("2015-05-17T10:05:03Z")) == timestamp("2015-01-01T00:00:00Z")"#)]
    pub fn start_of_year(at: Timestamp) -> Result<Timestamp, Fault> {
        start("start_of_year", at, Civil { month: 1, day: 1, second: 0, nanosecond: 0, ..civil(at) })
    }

    /// The date, as `2015-05-17`.
    #[language("date", r#"date(timestamp("2015-05-17T10:05:03Z")) == "2015-05-17""#)]
    pub fn date(at: Timestamp) -> String {
        let Civil { year, month, day, .. } = civil(at);
        format!("{year:04}-{month:02}-{day:02}")
    }

    /// The timestamp that a text means in strftime's notation; UTC where the text has no offset.
    #[language("parse_time", r#"parse_time("17/05/2015 10:05", "%d/%m/%Y %H:%M") == timestamp("2015-05-17T10:05:00Z")"#)]
    pub fn parse_time(text: &str, pattern: &str) -> Result<Timestamp, Fault> {
        let parsed = crate::form::parse_strftime(pattern, text);
        parsed.map_err(|fault| Fault { code: FaultCode::BadCast, ..fault })
    }

    /// How many minutes a duration is, with a fraction.
    #[language("minutes", "minutes(90s) == 1.5")]
    pub fn minutes(length: Duration) -> f64 {
        length.0 as f64 / 60e9
    }

    /// How many hours a duration is, with a fraction.
    #[language("hours", "hours(90m) == 1.5")]
    pub fn hours(length: Duration) -> f64 {
        length.0 as f64 / 3_600e9
    }

    /// How many days a duration is, with a fraction.
    #[language("days", "days(36h) == 1.5")]
    pub fn days(length: Duration) -> f64 {
        length.0 as f64 / 86_400e9
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
    #[decided_by(pattern => format_time(Timestamp(0), pattern))]
    pub fn format_time(at: Timestamp, pattern: &str) -> Result<String, Fault> {
        let moment = jiff::Timestamp::from_nanosecond(i128::from(at.0));
        let moment = moment.map(|moment| moment.to_zoned(jiff::tz::TimeZone::UTC));
        moment
            .and_then(|moment| strftime(pattern, &moment))
            .map_err(|error| out_of_range(format!("format_time with {}: {error}", text::quoted(pattern))))
    }
}

/// The moment in strftime's notation. `%s` is floored, as every other part is; jiff cuts it towards zero.
pub(super) fn strftime(pattern: &str, moment: &jiff::Zoned) -> Result<String, jiff::Error> {
    let mut parts = BrokenDownTime::from(moment);
    let second = moment.timestamp().as_nanosecond().div_euclid(SECOND_NS);
    parts.set_timestamp(Some(jiff::Timestamp::from_nanosecond(second * SECOND_NS)?));
    parts.to_string(pattern)
}

const SECOND_NS: i128 = 1_000_000_000;

/// The year that a day is in, which is at most three days from one in `year`.
fn civil_year_of(day: i64, year: i64) -> i64 {
    if day < first_day(year) {
        year - 1
    } else if day >= first_day(year + 1) {
        year + 1
    } else {
        year
    }
}

/// The beginning of a longer period; that of the first one may stand before the range of timestamps.
fn start(function: &str, at: Timestamp, civil: Civil) -> Result<Timestamp, Fault> {
    from_civil(civil).ok_or_else(|| {
        Fault::new(FaultCode::Overflow, format!("{function}({at}) leaves the range of timestamp"))
    })
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
            let ours = [
                year(at), month(at), day(at), hour(at), minute(at), second(at), day_of_week(at), day_of_year(at),
                week(at),
            ];
            let theirs = [
                i64::from(theirs.year()),
                i64::from(theirs.month()),
                i64::from(theirs.day()),
                i64::from(theirs.hour()),
                i64::from(theirs.minute()),
                i64::from(theirs.second()),
                i64::from(theirs.weekday().to_monday_one_offset()),
                i64::from(theirs.day_of_year()),
                i64::from(theirs.date().iso_week_date().week()),
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
        assert_eq!(format_time(at("1969-12-31T23:59:58.5Z"), "%s %S%.f"), Ok("-2 58.5".to_owned()));
    }

    #[test]
    fn a_pattern_that_is_none_is_a_fault() {
        assert_eq!(format_time(Timestamp(0), "%").unwrap_err().code, FaultCode::OutOfRange);
    }
}
