//! `json`

use super::Format;

pub(super) static FORMAT: Format = Format {
    name: "json",
    docs: "One JSON object a line, in UTF-8. Unknown keys are ignored, `null` is missing, the last duplicate wins. No \
           number is read from a string, and `1.0` is no int. Written columns stand in their order, without spaces.",
    example: "read file \"access.jsonl\" as json",
    reads: true,
    writes: true,
    operand: None,
    options: &[],
};
