//! `pattern`

use super::Format;

pub(super) static FORMAT: Format = Format {
    name: "pattern",
    docs: "A line is cut at the pattern's literals, each at its leftmost place: `{name}` is a field, `{{` and `}}` are \
           braces. The fields are those of the record, by their wire names, each once; the whole line has to fit.",
    example: "read stdin as pattern \"{ip} [{at}] {path}\"",
    reads: true,
    writes: false,
    operand: Some("the pattern"),
    options: &[],
};
