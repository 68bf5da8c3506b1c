//! From an [`crate::ast`] to a [`crate::topology::Topology`].
use streamwright_values::Type;

use crate::topology::{Column, Row};

/// The row of the stream `dead_letters`.
#[must_use]
pub fn dead_letter_row() -> Row {
    let optional = |ty: Type| ty.optional();
    [
        ("spout", optional(Type::String)),
        ("position", optional(Type::Int)),
        ("bolt", optional(Type::String)),
        ("code", Type::String),
        ("error", Type::String),
        ("input", optional(Type::String)),
    ]
    .into_iter()
    .map(|(name, ty)| Column { name: name.to_owned(), ty })
    .collect()
}
