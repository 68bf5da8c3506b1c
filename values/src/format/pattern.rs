//! A line cut at its literals: `"{ip} - {user} [{at}]"`.

/// A checked pattern.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Pattern {
    /// The text before the first field.
    pub prefix: String,
    /// Each field's name, and the literal that ends it; only the last one's may be empty, and means the line's end.
    pub fields: Vec<(String, String)>,
}
