//! The words of the language, for messages. (What they mean is the grammar's.)

/// Words that cannot be names without `r#`.
pub(super) const RESERVED: &[&str] = &[
    "from", "where", "let", "select", "join", "lookup", "unnest", "keep", "run", "read", "write", "if",
    "else", "in", "matches", "as", "true", "false", "none", "try",
];

/// What a declaration begins with.
pub(super) const ITEMS: &[&str] =
    &["topology", "import", "param", "fn", "rust", "record", "table", "spout", "bolt", "sink", "test"];

/// What a clause begins with.
pub(super) const CLAUSES: &[&str] = &[
    "from", "join", "lookup", "read", "write", "where", "let", "unnest", "distinct", "time", "group", "keep",
    "window", "run", "select", "top", "split",
];

/// Whether a byte may stand in a word.
pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}
