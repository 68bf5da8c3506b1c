//! Functions and aggregates: what may be called in an expression. Their tables are those of the values.

pub use streamwright_values::aggregates::{
    self, Aggregate as AggregateFunction, Algebra, Argument, Shape, TABLE as AGGREGATES,
};
pub use streamwright_values::functions::{Function, Parameter, TABLE, all, lookup};

/// The page of all functions and aggregates, in Markdown. A test holds it against the tables.
pub const PAGE: &str = include_str!("../../../docs/functions.md");

/// The parts of [`PAGE`] on a function or aggregate; none for a name that is neither.
#[must_use]
pub fn page(name: &str) -> Option<String> {
    let head = format!("`{name}`\n");
    let parts = PAGE.split("\n### ").filter(|part| part.starts_with(&head));
    let parts: Vec<String> = parts
        .map(|part| format!("### {}\n", part.split("\n## ").next().unwrap_or_default().trim_end()))
        .collect();
    (!parts.is_empty()).then(|| parts.join("\n"))
}
