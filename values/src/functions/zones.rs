//! Times by the clocks of a place, behind the feature `zones`: only programs that use them link the table of all zones.

use jiff::civil::{Date, DateTime, Time};
use jiff::fmt::strtime;
use jiff::tz::{TimeZone, TimeZoneDatabase};

use super::{Duration, Fault, FaultCode, Timestamp, out_of_range};
use crate::text;

/// A time zone of the IANA database, which comes with the program: the machine's own is not asked.
#[derive(Clone, Debug)]
pub struct Zone(TimeZone);

impl Zone {
    /// The zone of this name, such as `Europe/Zurich`.
    ///
    /// # Errors
    /// There is none.
    pub fn new(name: &str) -> Result<Zone, String> {
        let zone = TimeZoneDatabase::bundled().get(name);
        zone.map(Zone).map_err(|_| format!("there is no time zone {}", text::quoted(name)))
    }

    /// The names of all zones.
    pub fn names() -> impl Iterator<Item = String> {
        let names: Vec<String> =
            TimeZoneDatabase::bundled().available().map(|name| name.as_str().to_owned()).collect();
        names.into_iter()
    }

    fn civil(&self, at: Timestamp) -> DateTime {
        self.0.to_datetime(moment(at))
    }

    /// The instant at which the clocks first show this, or the one behind it where they skip it.
    fn instant(&self, function: &str, civil: DateTime) -> Result<Timestamp, Fault> {
        let instant = self.0.to_timestamp(civil).ok();
        let nanos = instant.and_then(|instant| i64::try_from(instant.as_nanosecond()).ok());
        nanos.map(Timestamp).ok_or_else(|| {
            Fault::new(FaultCode::Overflow, format!("{function}: {civil} leaves the range of timestamp"))
        })
    }
}

/// Every timestamp of ours is one of jiff's, which has a wider range.
fn moment(at: Timestamp) -> jiff::Timestamp {
    jiff::Timestamp::from_nanosecond(i128::from(at.0)).unwrap_or_default()
}

fn midnight(date: Date) -> DateTime {
    date.to_datetime(Time::midnight())
}

functions! { zones:
    /// How far the clocks of a zone are ahead of UTC at an instant.
    #[language("utc_offset", r#"utc_offset(timestamp("2015-07-01T00:00:00Z"), "Europe/Zurich") == 2h"#)]
    pub fn utc_offset(at: Timestamp, zone: &Zone) -> Duration {
        Duration(i64::from(zone.0.to_offset(moment(at)).seconds()) * 1_000_000_000)
    }

    /// The year.
    #[language("year", r#"year(timestamp("2014-12-31T23:30:00Z"), "Europe/Zurich") == 2015"#)]
    pub fn year(at: Timestamp, zone: &Zone) -> i64 {
        i64::from(zone.civil(at).year())
    }

    /// The month, from 1 to 12.
    #[language("month", r#"month(timestamp("2014-12-31T23:30:00Z"), "Europe/Zurich") == 1"#)]
    pub fn month(at: Timestamp, zone: &Zone) -> i64 {
        i64::from(zone.civil(at).month())
    }

    /// The day of the month, from 1.
    #[language("day", r#"day(timestamp("2014-12-31T23:30:00Z"), "Europe/Zurich") == 1"#)]
    pub fn day(at: Timestamp, zone: &Zone) -> i64 {
        i64::from(zone.civil(at).day())
    }

    /// The hour, from 0 to 23.
    #[language("hour", r#"hour(timestamp("2015-07-01T10:00:00Z"), "America/New_York") == 6"#)]
    pub fn hour(at: Timestamp, zone: &Zone) -> i64 {
        i64::from(zone.civil(at).hour())
    }

    /// The minute, from 0 to 59.
    #[language("minute", r#"minute(timestamp("2015-07-01T10:00:00Z"), "Asia/Kolkata") == 30"#)]
    pub fn minute(at: Timestamp, zone: &Zone) -> i64 {
        i64::from(zone.civil(at).minute())
    }

    /// The day of the week, from 1 for Monday to 7.
    #[language("day_of_week", r#"day_of_week(timestamp("2015-05-17T23:00:00Z"), "Europe/Zurich") == 1"#)]
    pub fn day_of_week(at: Timestamp, zone: &Zone) -> i64 {
        i64::from(zone.civil(at).weekday().to_monday_one_offset())
    }

    /// The date, as `2015-05-17`.
    #[language("date", r#"date(timestamp("2015-05-17T23:00:00Z"), "Europe/Zurich") == "2015-05-18""#)]
    pub fn date(at: Timestamp, zone: &Zone) -> String {
        zone.civil(at).date().to_string()
    }

    /// The first instant of the day.
    #[language("start_of_day", r#"start_of_day(timestamp("2015-07-01T10:00:00Z"), "Europe/Zurich") == timestamp("2015-06-30T22:00:00Z")"#)]
    pub fn start_of_day(at: Timestamp, zone: &Zone) -> Result<Timestamp, Fault> {
        zone.instant("start_of_day", midnight(zone.civil(at).date()))
    }

    /// The first instant of the week, which begins on Monday.
    #[language("start_of_week", r#"start_of_week(timestamp("2015-07-01T10:00:00Z"), "Europe/Zurich") == timestamp("2015-06-28T22:00:00Z")"#)]
    pub fn start_of_week(at: Timestamp, zone: &Zone) -> Result<Timestamp, Fault> {
        let date = zone.civil(at).date();
        let back = jiff::Span::new().days(date.weekday().to_monday_zero_offset());
        zone.instant("start_of_week", midnight(date.saturating_sub(back)))
    }

    /// The first instant of the month.
    #[language("start_of_month", r#"start_of_month(timestamp("2015-07-14T10:00:00Z"), "Europe/Zurich") == timestamp("2015-06-30T22:00:00Z")"#)]
    pub fn start_of_month(at: Timestamp, zone: &Zone) -> Result<Timestamp, Fault> {
        zone.instant("start_of_month", midnight(zone.civil(at).date().first_of_month()))
    }

    /// The first instant of the year.
    #[language("start_of_year", r#"start_of_year(timestamp("2015-07-14T10:00:00Z"), "Europe/Zurich") == timestamp("2014-12-31T23:00:00Z")"#)]
    pub fn start_of_year(at: Timestamp, zone: &Zone) -> Result<Timestamp, Fault> {
        zone.instant("start_of_year", midnight(zone.civil(at).date().first_of_year()))
    }

    /// The timestamp in strftime's notation, by the clocks of a zone.
    #[language("format_time", r#"format_time(timestamp("2015-07-01T10:00:00Z"), "%H:%M %Z", "Europe/Zurich") == "12:00 CEST""#)]
    #[decided_by(pattern => super::time::format_time(Timestamp(0), pattern))]
    pub fn format_time(at: Timestamp, pattern: &str, zone: &Zone) -> Result<String, Fault> {
        super::time::strftime(pattern, &moment(at).to_zoned(zone.0.clone()))
            .map_err(|error| out_of_range(format!("format_time with {}: {error}", text::quoted(pattern))))
    }

    /// The timestamp that a text without an offset means in strftime's notation, by the clocks of a zone.
    ///
    /// Of a time that the clocks show twice it is the first, and of one that they skip it is as much later.
    #[language("parse_time", r#"parse_time("01/07/2015 12:00", "%d/%m/%Y %H:%M", "Europe/Zurich") == timestamp("2015-07-01T10:00:00Z")"#)]
    pub fn parse_time(text: &str, pattern: &str, zone: &Zone) -> Result<Timestamp, Fault> {
        let parsed = strtime::parse(pattern, text).and_then(|parsed| parsed.to_datetime());
        let civil = parsed.map_err(|error| {
            let (text, pattern) = (text::quoted(text), text::quoted(pattern));
            Fault::new(FaultCode::BadCast, format!("parse_time of {text} with {pattern}: {error}"))
        })?;
        zone.instant("parse_time", civil)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text::parse_timestamp(text).unwrap()
    }

    #[test]
    fn clocks_that_skip_or_repeat_an_hour() {
        let zurich = Zone::new("Europe/Zurich").unwrap();
        // 2:30 came never, and came twice.
        assert_eq!(parse_time("2015-03-29 02:30", "%F %R", &zurich), Ok(at("2015-03-29T01:30:00Z")));
        assert_eq!(parse_time("2015-10-25 02:30", "%F %R", &zurich), Ok(at("2015-10-25T00:30:00Z")));
        // A day without midnight begins at one.
        let saopaulo = Zone::new("America/Sao_Paulo").unwrap();
        assert_eq!(start_of_day(at("2018-11-04T12:00:00Z"), &saopaulo), Ok(at("2018-11-04T03:00:00Z")));
        assert_eq!(hour(at("2018-11-04T03:00:00Z"), &saopaulo), 1);
    }

    #[test]
    fn the_ends_of_time_are_faults_where_they_leave_it() {
        let tokyo = Zone::new("Asia/Tokyo").unwrap();
        assert_eq!(start_of_year(Timestamp(i64::MIN), &tokyo).unwrap_err().code, FaultCode::Overflow);
        assert!(start_of_day(Timestamp(i64::MAX), &tokyo).is_ok());
        assert!(Zone::new("Europe/Atlantis").is_err());
    }
}
