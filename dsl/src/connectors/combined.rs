//! `combined`

use super::Format;

pub(super) static FORMAT: Format = Format {
    name: "combined",
    docs: "The access-log format of Apache and nginx. It gives `ip ident user at method path protocol status bytes \
           referrer agent`, of which the record declares those it wants; `at` has the format's own form, and `-` is \
           absent.",
    example: "read file input as combined",
    reads: true,
    writes: false,
    operand: None,
    options: &[],
};
