//! The wire forms that a field may declare with `as FORM`.

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
