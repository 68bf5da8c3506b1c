//! From an [`crate::ast`] to a [`crate::topology::Topology`]: an ordered list of passes, one file each. Each reports all
//! that it finds and goes on; what is unknown after a mistake is poisoned, and silences what would only follow from it.

mod assemble;
mod chains;
mod clauses;
mod columns;
mod connectors;
mod context;
mod cycles;
mod distinct;
mod expr;
mod files;
mod formats;
mod functions;
mod generate;
mod generators;
mod groupings;
mod inputs;
mod joins;
mod keep;
mod limits;
mod liveness;
mod names;
mod nodes;
mod own;
mod params;
mod records;
mod run;
mod split;
mod spouts;
mod starved;
mod steps;
mod tables;
mod tests;
mod unused;
mod windows;

use streamwright_values::Type;

use crate::ast;
use crate::diagnostic::{Code, Diagnostics};
use crate::source::FileId;
use crate::topology::{Column, Row, Topology};

pub use names::DEAD_LETTERS;
pub use params::RESERVED_FLAGS;
pub use records::{forms, types};

/// Checks one file. Findings go into `diagnostics`; without an error among them there is a topology, and whoever has
/// one may rely on all that its types say.
#[must_use]
pub fn check(file: &ast::File, id: FileId, diagnostics: &mut Diagnostics) -> Option<Topology> {
    if !limits::check(file, diagnostics) {
        return None;
    }
    let mut context = context::Context::new(file, id, diagnostics);
    imports_are_resolved(&mut context);
    names::collect(&mut context, id);
    params::check(&mut context);
    records::check(&mut context);
    own::modules(&mut context);
    tables::check(&mut context);
    functions::check(&mut context);
    inputs::resolve(&mut context);
    let order = cycles::order(&mut context);
    nodes::check(&mut context, &order);
    files::check(&mut context);
    tests::check(&mut context);
    unused::find(&mut context);
    starved::check(&mut context);
    if context.failed { None } else { assemble::topology(context, &order) }
}

/// Whoever reads files resolves imports before; what is no file has none.
fn imports_are_resolved(context: &mut context::Context<'_>) {
    for import in &context.file.imports {
        let help = "write the topology into a file, or put in what is imported";
        context.error(Code::BadImport, import.path.span, "only a file imports others", help);
    }
}

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
