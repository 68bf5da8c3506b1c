//! The wire forms that a field may declare with `as FORM`.

use jiff::fmt::strtime::BrokenDownTime;
use jiff::tz::TimeZone;

use crate::text::{self, quoted};
use crate::{Fault, FaultCode, Timestamp, Type};

/// How a field's text is read. What a form gives for which type, and its messages, are defined here and nowhere else.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// The type's own text form; RFC 3339 for timestamps.
    Plain,
    /// A timestamp as seconds since 1970, with or without a fraction.
    UnixSeconds,
    /// A timestamp as whole milliseconds since 1970.
    UnixMillis,
    /// A timestamp as whole microseconds since 1970.
    UnixMicros,
    /// A timestamp as whole nanoseconds since 1970.
    UnixNanos,
    /// A timestamp in strftime's notation, such as `%d/%b/%Y:%H:%M:%S %z`. Without a zone it is UTC.
    Strftime(String),
}

/// The time in the access-log format of Apache and nginx.
pub const COMMON_LOG: &str = "%d/%b/%Y:%H:%M:%S %z";

impl Form {
    /// The form that `as "PATTERN"` declares.
    ///
    /// # Errors
    /// What is wrong with the pattern, or that it does not make a timestamp.
    pub fn strftime(pattern: &str) -> Result<Form, String> {
        // What the pattern writes of a moment must read back as a moment.
        let sample = jiff::Timestamp::UNIX_EPOCH.to_zoned(TimeZone::UTC);
        let written = jiff::fmt::strtime::format(pattern, &sample).map_err(|error| error.to_string())?;
        moment(pattern, &written).map_err(|error| format!("it does not make a timestamp: {error}"))?;
        Ok(Form::Strftime(pattern.to_owned()))
    }

    /// The timestamp that a text means in this form. A JSON number is given as it was written.
    ///
    /// # Errors
    /// `wrong-type`, or `overflow` outside 1677 to 2262.
    pub fn parse_timestamp(&self, text: &str) -> Result<Timestamp, Fault> {
        match self {
            Form::Plain => text::parse_timestamp(text),
            Form::Strftime(pattern) => parse_strftime(pattern, text),
            Form::UnixSeconds => parse_seconds(text),
            Form::UnixMillis | Form::UnixMicros | Form::UnixNanos => match text.parse() {
                Ok(number) => self.timestamp_from_int(number),
                Err(_) => Err(text::misfit(text, &format!("a whole number of {}", self.unit().0))),
            },
        }
    }

    /// The timestamp that a whole number means in one of the unix forms.
    ///
    /// # Errors
    /// `overflow` outside 1677 to 2262; `wrong-type` where the form is one of text.
    pub fn timestamp_from_int(&self, number: i64) -> Result<Timestamp, Fault> {
        let (name, nanoseconds) = self.unit();
        if nanoseconds == 0 {
            return Err(Fault::new(FaultCode::WrongType, format!("{number} is not {name}")));
        }
        number.checked_mul(nanoseconds).map(Timestamp).ok_or_else(|| {
            Fault::new(FaultCode::Overflow, format!("{number} {name} leaves the range of timestamp"))
        })
    }

    /// What numbers count in this form, and in nanoseconds; zero for forms of text.
    fn unit(&self) -> (&'static str, i64) {
        match self {
            Form::Plain | Form::Strftime(_) => ("a text", 0),
            Form::UnixSeconds => ("seconds since 1970", 1_000_000_000),
            Form::UnixMillis => ("milliseconds since 1970", 1_000_000),
            Form::UnixMicros => ("microseconds since 1970", 1_000),
            Form::UnixNanos => ("nanoseconds since 1970", 1),
        }
    }
}

/// Seconds with or without a fraction, of which nanoseconds count.
fn parse_seconds(text: &str) -> Result<Timestamp, Fault> {
    let misfit = || text::misfit(text, "a number of seconds since 1970");
    let (whole, digits) = text.split_once('.').unwrap_or((text, "0"));
    let seconds = whole.parse::<i64>().map_err(|_| misfit())?;
    if !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(misfit());
    }
    let nanoseconds = text::fraction(&digits.as_bytes()[..digits.len().min(9)]).ok_or_else(misfit)?;
    let nanoseconds = if whole.starts_with('-') { -nanoseconds } else { nanoseconds };
    let total = i128::from(seconds) * 1_000_000_000 + i128::from(nanoseconds);
    i64::try_from(total).map(Timestamp).map_err(|_| text::too_large(text, &Type::Timestamp))
}

/// The timestamp that a text means in strftime's notation: what [`Form::Strftime`] does, without a `Form`.
///
/// # Errors
/// `wrong-type`, or `overflow` outside 1677 to 2262.
pub fn parse_strftime(pattern: &str, text: &str) -> Result<Timestamp, Fault> {
    if pattern == COMMON_LOG
        && let Some(at) = text::common_log(text.as_bytes())
    {
        return Ok(at);
    }
    let at = moment(pattern, text).map_err(|_| misfit(pattern, text))?;
    text::in_range(at).ok_or_else(|| text::too_large(text, &Type::Timestamp))
}

#[cold]
fn misfit(pattern: &str, text: &str) -> Fault {
    Fault::new(
        FaultCode::WrongType,
        format!("{} is not a time in the form {}", quoted(text), quoted(pattern)),
    )
}

/// The moment that a text names: with its offset if the pattern has one, else in UTC.
fn moment(pattern: &str, text: &str) -> Result<jiff::Timestamp, jiff::Error> {
    let parts = BrokenDownTime::parse(pattern, text)?;
    if parts.offset().is_some() || parts.timestamp().is_some() {
        return parts.to_timestamp();
    }
    parts.to_datetime()?.to_zoned(TimeZone::UTC).map(|zoned| zoned.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(form: &Form, text: &str) -> String {
        form.parse_timestamp(text).map_or_else(|fault| fault.to_string(), |at| at.to_string())
    }

    #[test]
    fn unix_forms_count_in_their_unit() {
        assert_eq!(read(&Form::UnixSeconds, "1536221067"), "2018-09-06T08:04:27Z");
        assert_eq!(read(&Form::UnixSeconds, "1536221067.25"), "2018-09-06T08:04:27.25Z");
        assert_eq!(read(&Form::UnixSeconds, "-0.5"), "1969-12-31T23:59:59.5Z");
        assert_eq!(read(&Form::UnixSeconds, "1.2345678912345"), "1970-01-01T00:00:01.234567891Z");
        assert_eq!(read(&Form::UnixMillis, "1536221067001"), "2018-09-06T08:04:27.001Z");
        assert_eq!(read(&Form::UnixMicros, "1536221067000001"), "2018-09-06T08:04:27.000001Z");
        assert_eq!(read(&Form::UnixNanos, "-1"), "1969-12-31T23:59:59.999999999Z");
    }

    #[test]
    fn what_is_out_of_range_or_no_number_is_refused() {
        let seconds = "overflow: \"9223372037\" leaves the range of timestamp";
        assert_eq!(read(&Form::UnixSeconds, "9223372037"), seconds);
        let millis = "overflow: 9223372036855 milliseconds since 1970 leaves the range of timestamp";
        assert_eq!(read(&Form::UnixMillis, "9223372036855"), millis);
        let fraction = "wrong-type: \"1.5\" is not a whole number of milliseconds since 1970";
        assert_eq!(read(&Form::UnixMillis, "1.5"), fraction);
        for text in ["", ".", "1.", "1.x", "x.1", "1e9", "1.5.5"] {
            assert!(read(&Form::UnixSeconds, text).starts_with("wrong-type"), "{text}");
        }
        assert!(Form::Plain.timestamp_from_int(1).is_err());
    }

    #[test]
    fn patterns_are_checked_once() {
        for pattern in [COMMON_LOG, "%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%s", "%Y-%m-%dT%H:%M:%S%.f%:z"] {
            assert_eq!(Form::strftime(pattern), Ok(Form::Strftime(pattern.to_owned())));
        }
        for pattern in ["", "plain", "%H:%M:%S", "%Y", "%", "%E"] {
            assert!(Form::strftime(pattern).is_err(), "{pattern}");
        }
    }

    #[test]
    fn a_text_is_read_by_its_pattern() {
        let common = Form::strftime(COMMON_LOG).unwrap();
        assert_eq!(read(&common, "17/May/2015:12:05:03 +0200"), "2015-05-17T10:05:03Z");
        // A day without its zero is strftime's too, though not of the fixed layout.
        assert_eq!(read(&common, "7/May/2015:12:05:03 -0030"), "2015-05-07T12:35:03Z");
        let wrong =
            r#"wrong-type: "31/Feb/2015:12:05:03 +0000" is not a time in the form "%d/%b/%Y:%H:%M:%S %z""#;
        assert_eq!(read(&common, "31/Feb/2015:12:05:03 +0000"), wrong);
        let local = Form::strftime("%Y-%m-%d %H:%M:%S").unwrap();
        assert_eq!(read(&local, "2015-05-17 10:05:03"), "2015-05-17T10:05:03Z");
        assert!(read(&local, "9000-05-17 10:05:03").starts_with("overflow"));
    }
}
