//! `text`

use super::Format;

pub(super) static FORMAT: Format = Format {
    name: "text",
    docs: "A line is the value of the record's only field, a `string`. Empty lines are tuples too.",
    example: "read stdin as text",
    reads: true,
    writes: false,
    operand: None,
    options: &[],
};
